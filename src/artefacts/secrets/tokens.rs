//! What opens a Discord bot, account or webhook (and Slack's kind of webhook) to anyone who reads it.
//!
//! Formats: <https://discord.com/developers/docs/reference#authentication> (a token's first part is the bot's id in
//! base64) and <https://discord.com/developers/docs/resources/webhook>.

use std::ops::Range;

use super::view::View;
use super::{SecretKind, SecretSpan};

/// The shortest token: 23 characters, a dot, 6, a dot, 27.
const SHORTEST_TOKEN: usize = 58;
/// A webhook's own token has 68 characters; ask for most of them.
const WEBHOOK_TOKEN: usize = 60;

/// Adds the tokens and the addresses of webhooks inside `solid`, an unbroken run of visible characters: several may stand in one
/// piece of JSON.
pub(super) fn find(view: &View<'_>, solid: Range<usize>, found: &mut Vec<SecretSpan>) {
    let mut from = solid.start;
    while solid.end - from >= SHORTEST_TOKEN {
        let chunk = &view.bytes()[from..solid.end];
        let all = [
            (SecretKind::WebhookUrl, webhook(chunk)),
            (SecretKind::AccessToken, slack_webhook(chunk)),
            (SecretKind::DiscordToken, bot_token(chunk)),
        ];
        let first = all.into_iter().filter_map(|(kind, span)| Some((kind, span?)));
        let Some((kind, span)) = first.min_by_key(|(_, span)| span.end) else {
            return;
        };
        found.push(SecretSpan {
            kind,
            span: view.in_source(from + span.start..from + span.end),
        });
        from += span.end;
    }
}

/// `hooks.slack.com/services/T…/B…/<24>`, from the scheme on.
fn slack_webhook(chunk: &[u8]) -> Option<Range<usize>> {
    const MARK: &[u8] = b"hooks.slack.com/services/T";
    memchr::memmem::find_iter(chunk, MARK).find_map(|mark| {
        let path = mark + MARK.len();
        let rest = chunk[path..].iter();
        let end = path
            + rest
                .take_while(|&&b| b.is_ascii_alphanumeric() || b == b'/')
                .count();
        (end - path >= 40).then(|| scheme_before(chunk, mark).unwrap_or(mark)..end)
    })
}

/// `…/api/webhooks/<id>/<token>`, from the scheme on. The words may stand in an earlier path too.
fn webhook(chunk: &[u8]) -> Option<Range<usize>> {
    const MARK: &[u8] = b"/webhooks/";
    let marks = chunk.windows(MARK.len()).enumerate();
    let mut marks = marks.filter(|(_, here)| here.eq_ignore_ascii_case(MARK));
    marks.find_map(|(mark, _)| {
        let id = mark + MARK.len();
        let id_end = id + chunk[id..].iter().take_while(|b| b.is_ascii_digit()).count();
        if id_end - id < 15 || chunk.get(id_end) != Some(&b'/') {
            return None;
        }
        let token = id_end + 1;
        let end = token + chunk[token..].iter().take_while(|&&b| is_token_byte(b)).count();
        (end - token >= WEBHOOK_TOKEN).then(|| scheme_before(chunk, mark).unwrap_or(0)..end)
    })
}

/// Where the last `http` before this place starts.
fn scheme_before(chunk: &[u8], at: usize) -> Option<usize> {
    chunk[..at]
        .windows(4)
        .rposition(|here| here.eq_ignore_ascii_case(b"http"))
}

/// Three parts of base64url joined by dots, the first of which is a snowflake in digits.
fn bot_token(chunk: &[u8]) -> Option<Range<usize>> {
    let mut from = 0;
    while let Some(dot) = chunk[from..].iter().position(|&b| b == b'.').map(|n| from + n) {
        from = dot + 1;
        let start = chunk[..dot]
            .iter()
            .rposition(|&b| !is_token_byte(b))
            .map_or(0, |n| n + 1);
        let stamp_end = dot + 1 + chunk[dot + 1..].iter().take_while(|&&b| is_token_byte(b)).count();
        if !(5..=8).contains(&(stamp_end - dot - 1)) || chunk.get(stamp_end) != Some(&b'.') {
            continue;
        }
        let end = stamp_end
            + 1
            + chunk[stamp_end + 1..]
                .iter()
                .take_while(|&&b| is_token_byte(b))
                .count();
        if end - stamp_end > 27 && is_encoded_snowflake(&chunk[start..dot]) {
            return Some(start..end);
        }
    }
    None
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Whether base64 of `part` is 17 to 20 digits: the id of a bot.
fn is_encoded_snowflake(part: &[u8]) -> bool {
    let (mut bits, mut held, mut digits) = (0_u32, 0, 0);
    for &byte in part {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            _ => return false,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            if !((bits >> held) as u8).is_ascii_digit() {
                return false;
            }
            bits &= (1 << held) - 1;
            digits += 1;
        }
    }
    (17..=20).contains(&digits)
}

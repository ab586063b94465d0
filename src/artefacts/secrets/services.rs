//! What opens an account at a service: keys of exchanges, told by the words around them, and tokens whose makers gave them
//! a prefix so that they can be told apart.
//!
//! Sources of the forms: GitHub "About authentication", Slack "Token types", Stripe "API keys", GitLab "Token overview",
//! npm "About access tokens", `OpenAI` and Anthropic key formats, Google "API keys", `SendGrid`, `DigitalOcean`, Hugging
//! Face, `PyPI`, Shopify (each in the service's own documentation, 2026), <https://core.telegram.org/bots/api>, and AWS
//! "Access keys". A public half (AWS's `AKIA…`, Stripe's `pk_live_`) and test keys are no secret.

use std::ops::Range;

use super::super::runs;
use super::context;
use super::keys::is_in_link;
use super::view::View;
use super::{SecretKind, SecretSpan};

/// The shortest token of all: GitLab's, a prefix of six and twenty more.
const SHORTEST_TOKEN: usize = 26;

/// Prefixes, and the least that follows each.
const PREFIXES: [(&[u8], usize); 29] = [
    (b"ghp_", 36),
    (b"gho_", 36),
    (b"ghu_", 36),
    (b"ghs_", 36),
    (b"ghr_", 36),
    (b"github_pat_", 60),
    (b"glpat-", 20),
    (b"xoxb-", 30),
    (b"xoxp-", 30),
    (b"xoxa-", 30),
    (b"xoxr-", 30),
    (b"xoxs-", 30),
    (b"xapp-", 30),
    (b"sk_live_", 24),
    (b"rk_live_", 24),
    (b"sk-proj-", 40),
    (b"sk-ant-", 40),
    (b"sk-", 48),
    (b"AIza", 35),
    (b"GOCSPX-", 24),
    (b"npm_", 36),
    (b"pypi-AgEI", 50),
    (b"dop_v1_", 64),
    (b"doo_v1_", 64),
    (b"hf_", 34),
    (b"shpat_", 32),
    (b"shpss_", 32),
    (b"mfa.", 60),
    (b"SG.", 60),
];

/// Lengths of exchanges' and clouds' keys and secrets without a prefix: Coinbase 32, Bybit 36, AWS 40, Kraken 56 and 88,
/// Binance and Coinbase 64.
const BARE_LENGTHS: [usize; 6] = [32, 36, 40, 56, 64, 88];

/// Adds the tokens and keys inside `solid`, an unbroken run of visible characters.
pub(super) fn find(view: &View<'_>, solid: Range<usize>, found: &mut Vec<SecretSpan>) {
    let bytes = view.bytes();
    let solid_bytes = &bytes[solid.clone()];
    for run in runs::of(solid_bytes, SHORTEST_TOKEN, is_token_byte) {
        let run = solid.start + run.start..solid.start + run.end;
        if let Some((kind, span)) = token(bytes, &solid, run) {
            found.push(SecretSpan {
                kind,
                span: view.in_source(span),
            });
        }
    }
    for run in runs::of(solid_bytes, BARE_LENGTHS[0], is_base64_byte) {
        let mut run = solid.start + run.start..solid.start + run.end;
        run.end += bytes[run.end..solid.end]
            .iter()
            .take(2)
            .take_while(|&&b| b == b'=')
            .count();
        if is_bare_key(bytes, &run) {
            found.push(SecretSpan {
                kind: SecretKind::ExchangeKey,
                span: view.in_source(run),
            });
        }
    }
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

fn is_base64_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

fn token(bytes: &[u8], solid: &Range<usize>, run: Range<usize>) -> Option<(SecretKind, Range<usize>)> {
    if let Some(start) = telegram(bytes, solid, &run) {
        return Some((SecretKind::TelegramToken, start..run.end));
    }
    let word = &bytes[run.clone()];
    let digits = word.iter().filter(|b| b.is_ascii_digit()).count();
    let known = PREFIXES.iter().any(|(prefix, least)| {
        word.len() >= prefix.len() + least
            && word.starts_with(prefix)
            // "sk-" may begin a hyphenated phrase; a token is random, and a third of it digits or so.
            && digits >= 3
            && memchr::memchr_iter(b'-', &word[prefix.len()..]).count() * 6 < word.len()
    });
    known.then_some((SecretKind::AccessToken, run))
}

/// `<8 to 10 digits>:AA<33 characters>`: where it starts.
fn telegram(bytes: &[u8], solid: &Range<usize>, run: &Range<usize>) -> Option<usize> {
    if run.len() < 35 || !bytes[run.clone()].starts_with(b"AA") {
        return None;
    }
    let colon = run
        .start
        .checked_sub(1)
        .filter(|&at| at >= solid.start && bytes[at] == b':')?;
    let digits = bytes[solid.start..colon]
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_digit())
        .count();
    (8..=10).contains(&digits).then(|| colon - digits)
}

/// A random word of an exchange's length, in a neighbourhood that speaks of such keys.
fn is_bare_key(bytes: &[u8], run: &Range<usize>) -> bool {
    let word = &bytes[run.clone()];
    let has = |of: fn(&u8) -> bool| word.iter().any(of);
    BARE_LENGTHS.contains(&word.len())
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && (has(u8::is_ascii_uppercase) || word.iter().all(u8::is_ascii_alphanumeric))
        && !is_in_link(bytes, run.start)
        && context::speaks_of_api_keys(bytes, run.clone())
        && (!is_digest(word) || context::is_called_a_key(bytes, run.start))
}

/// Whether this may be the name of a commit or a hash, which are talked of beside keys every day.
fn is_digest(word: &[u8]) -> bool {
    matches!(word.len(), 40 | 64)
        && word
            .iter()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte))
}

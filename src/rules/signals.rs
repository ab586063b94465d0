//! Computes the signals about texts, names, attachments and the message as a whole. Those about links live in
//! [`super::link_signals`], the request for a secret in [`super::secret_asked`].

use std::ops::Range;
use std::time::Duration;

use super::compile::Ruleset;
use super::context::ScanContext;
use super::evaluate::Hit;
use super::finding::View;
use super::names;
use super::normalise::Traits;
use super::normalise::hints::Hints;
use super::normalise::table::stands_for;
use super::part::{Part, Place, PlaceKind};
use super::scan::{Current, Spot};
use super::signal::Signal;

/// At least so many letters must be shouted, and so many of a hundred be capitals.
const SHOUTED: usize = 20;
const CAPITALS_OF_100: usize = 80;
const MANY_EMOJI: usize = 8;
const MANY_MENTIONS: usize = 5;
const MANY_LINES: usize = 15;
const WALL: usize = 4;
/// So many bytes are searched for a digit together.
const DIGITS_SOUGHT: usize = 32;
/// Who joined less than this long ago is new.
const NEW_MEMBER: Duration = Duration::from_hours(7 * 24);

/// Endings of files that run when opened.
const DANGEROUS: &[&str] = &[
    "exe", "scr", "bat", "cmd", "com", "pif", "msi", "msix", "vbs", "vbe", "js", "jse", "wsf", "hta", "ps1",
    "jar", "lnk", "apk", "iso", "img", "dmg", "pkg", "reg", "chm", "xll", "cpl", "appx",
];
/// Endings of pictures.
const PICTURES: &[&str] = &["png", "jpg", "jpeg", "gif", "webp", "bmp", "avif", "heic"];
/// Units of money and coins, in lower case.
const UNITS: &[&str] = &[
    "btc", "eth", "sol", "bnb", "xrp", "usdt", "usdc", "usd", "dollars", "dollar", "euro", "euros", "eur",
    "gbp", "pounds", "matic", "avax", "trx", "doge", "bitcoin", "bitcoins", "ether", "ethereum", "usd.", "k",
];

impl Ruleset {
    /// Signals of one text.
    pub(super) fn text_signals(&self, current: Current<'_>, seen: &Hints, hits: &mut Vec<Hit>) {
        let Current { part, traits, .. } = current;
        if current.wanted == 0 {
            return;
        }
        let text = part.text;
        for secret in part.secrets {
            self.signal(
                Signal::SecretPosted,
                current,
                Spot::at(&secret.span, View::Raw),
                hits,
            );
        }
        let hinted = [
            (&seen.markdown, Signal::MarkdownInWord, View::Stripped),
            (&seen.spaced, Signal::SpacedLetters, View::Joined),
            (&seen.split, Signal::SplitLines, View::Joined),
            (&seen.reversed, Signal::ReversedText, View::Stripped),
        ];
        for (hint, signal, view) in hinted {
            if let Some(span) = hint {
                self.signal(signal, current, Spot::at(span, view), hits);
            }
        }
        if traits.any(Traits::HIDDEN) && current.wants(Signal::HiddenCharacters) {
            let span = hidden(text).unwrap_or(0..text.len());
            self.signal(
                Signal::HiddenCharacters,
                current,
                Spot::at(&span, View::Stripped),
                hits,
            );
        }
        if traits.any(Traits::MIXED) && current.wants(Signal::MixedScriptWord) {
            let span = mixed_word(text).unwrap_or(0..text.len());
            self.signal(
                Signal::MixedScriptWord,
                current,
                Spot::at(&span, View::Folded),
                hits,
            );
        }
        if traits.any(Traits::AT)
            && current.wants(Signal::MentionEveryone)
            && let Some(span) = everyone(text)
        {
            self.signal(Signal::MentionEveryone, current, Spot::at(&span, View::Raw), hits);
        }
        if traits.any(Traits::AT | Traits::HASH | Traits::BRACKET) && current.wants(Signal::AccountName) {
            // The first and the last: what a message starts and ends on is whom it is about.
            let mut names = account_names(text).chain(spelled_account_name(text));
            for span in names.next().into_iter().chain(names.next_back()) {
                self.signal(Signal::AccountName, current, Spot::at(&span, View::Raw), hits);
            }
        }
        if traits.any(Traits::DIGIT) {
            if current.wants(Signal::PhoneNumber)
                && traits.any(Traits::PLUS)
                && let Some(span) = phone_number(text)
            {
                self.signal(Signal::PhoneNumber, current, Spot::at(&span, View::Raw), hits);
            }
            if current.wants(Signal::MoneyAmount)
                && let Some(span) = money(text)
            {
                self.signal(Signal::MoneyAmount, current, Spot::at(&span, View::Raw), hits);
            }
        }
        self.counted_signals(current, hits);
    }

    fn counted_signals(&self, current: Current<'_>, hits: &mut Vec<Hit>) {
        let text = current.part.text;
        let bytes = text.as_bytes();
        let mut tell = |signal: Signal| self.signal(signal, current, Spot::anywhere(text), hits);
        if current.wants(Signal::Shouting) && bytes.len() >= SHOUTED {
            let capitals = count(bytes, |byte| byte.is_ascii_uppercase());
            if capitals >= SHOUTED / 2 {
                let letters = count(bytes, |byte| byte.is_ascii_alphabetic());
                if letters >= SHOUTED && capitals * 100 >= letters * CAPITALS_OF_100 {
                    tell(Signal::Shouting);
                }
            }
        }
        if current.wants(Signal::ManyLines)
            && current.traits.any(Traits::NEWLINE)
            && memchr::memchr_iter(b'\n', bytes).count() >= MANY_LINES
        {
            tell(Signal::ManyLines);
        }
        if current.wants(Signal::ManyMentions)
            && current.traits.any(Traits::AT)
            && memchr::memchr_iter(b'<', bytes)
                .filter(|at| bytes[*at..].starts_with(b"<@"))
                .count()
                >= MANY_MENTIONS
        {
            tell(Signal::ManyMentions);
        }
        let pictured = current.traits.any(Traits::ANGLE | Traits::BEYOND_ASCII);
        if pictured && current.wants(Signal::ManyEmoji) && bytes.len() >= MANY_EMOJI * 3 {
            let custom = memchr::memchr_iter(b'<', bytes)
                .filter(|at| bytes[*at..].starts_with(b"<:") || bytes[*at..].starts_with(b"<a:"))
                .count();
            let drawn = if current.traits.any(Traits::BEYOND_ASCII) {
                text.chars()
                    .filter(|c| matches!(*c as u32, 0x2600..=0x27bf | 0x1f300..=0x1faff))
                    .count()
            } else {
                0
            };
            if custom + drawn >= MANY_EMOJI {
                tell(Signal::ManyEmoji);
            }
        }
    }

    /// Signals of names and file names.
    pub(super) fn name_signals(&self, current: Current<'_>, context: &ScanContext<'_>, hits: &mut Vec<Hit>) {
        let text = current.part.text;
        match current.part.place.kind() {
            PlaceKind::DisplayName
                if current.wants(Signal::StaffNameLookalike)
                    && names::imitates(text, context.staff_names) =>
            {
                let exact = context.staff_names.iter().any(|staff| staff == text);
                let view = if exact { View::Raw } else { View::Folded };
                self.signal(
                    Signal::StaffNameLookalike,
                    current,
                    Spot::at(&(0..text.len()), view),
                    hits,
                );
            }
            PlaceKind::AttachmentName
                if current.wants(Signal::DangerousAttachment) && ends_like(text, DANGEROUS) =>
            {
                let disguised = text.matches('.').count() > 1;
                let view = if disguised { View::Folded } else { View::Raw };
                self.signal(
                    Signal::DangerousAttachment,
                    current,
                    Spot::at(&(0..text.len()), view),
                    hits,
                );
            }
            _ => {}
        }
    }

    /// Signals of the message as a whole; they stand everywhere in its first part.
    pub(super) fn message_signals(
        &self,
        parts: &[Part<'_>],
        context: &ScanContext<'_>,
        wanted: u64,
        hits: &mut Vec<Hit>,
    ) {
        let Some(first) = parts.first().filter(|_| wanted != 0) else {
            return;
        };
        let current = Current {
            number: 0,
            part: first,
            traits: Traits::default(),
            wanted,
        };
        let everywhere = Spot::anywhere(first.text);
        if context.mentions_everyone {
            self.signal(Signal::MentionEveryone, current, everywhere, hits);
        }
        if context.edited || parts.iter().any(|part| part.place == Place::Edit) {
            self.signal(Signal::Edited, current, everywhere, hits);
        }
        if context.member_for.is_some_and(|age| age < NEW_MEMBER) {
            self.signal(Signal::NewMember, current, everywhere, hits);
        }
        if context.first_message {
            self.signal(Signal::FirstMessage, current, everywhere, hits);
        }
        if context.text_elsewhere {
            self.signal(Signal::TextElsewhere, current, everywhere, hits);
        }
        if context.cadence {
            self.signal(Signal::Cadence, current, everywhere, hits);
        }
        if context.answers_cry {
            self.signal(Signal::AnswersCryForHelp, current, everywhere, hits);
        }
        if parts.len() >= WALL && current.wants(Signal::AttachmentWall) {
            let picture = |part: &&Part<'_>| {
                part.place.kind() == PlaceKind::AttachmentName && ends_like(part.text, PICTURES)
            };
            if parts.iter().filter(picture).count() >= WALL {
                self.signal(Signal::AttachmentWall, current, everywhere, hits);
            }
        }
    }
}

/// How many bytes are of a kind. Counts in bytes, which compiles to a few vector instructions for sixteen of them.
fn count(bytes: &[u8], kind: impl Fn(u8) -> bool) -> usize {
    let in_chunk = |chunk: &[u8]| {
        let count = chunk
            .iter()
            .fold(0_u8, |count, byte| count + u8::from(kind(*byte)));
        usize::from(count)
    };
    bytes.chunks(usize::from(u8::MAX)).map(in_chunk).sum()
}

/// Whether a file name has one of these endings.
pub(super) fn ends_like(name: &str, endings: &[&str]) -> bool {
    let name = name.trim_end_matches(['.', ' ', '\u{200b}', '\u{202c}']);
    name.rsplit_once('.')
        .is_some_and(|(_, ending)| endings.iter().any(|known| known.eq_ignore_ascii_case(ending)))
}

/// Whether the end of a path is a file that runs, or an archive.
pub(super) fn is_download(path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or("");
    ends_like(path, DANGEROUS) && !ends_like(path, &["com", "js"]) || ends_like(path, &["zip", "rar", "7z"])
}

/// Whether the end of a path is a picture.
pub(super) fn is_picture(path: &str) -> bool {
    ends_like(path.split(['?', '#']).next().unwrap_or(""), PICTURES)
}

/// The first invisible character that stands between two Latin letters.
fn hidden(text: &str) -> Option<Range<usize>> {
    let mut before = ' ';
    let mut run: Option<usize> = None;
    for (at, c) in text.char_indices() {
        if !c.is_ascii() && stands_for(c).kind & Traits::INVISIBLE != 0 {
            run.get_or_insert(at);
            continue;
        }
        if let Some(start) = run.take()
            && before.is_ascii_alphabetic()
            && c.is_ascii_alphabetic()
        {
            return Some(start..at);
        }
        before = c;
    }
    None
}

/// The first word that mixes Latin with look-alikes of other scripts.
fn mixed_word(text: &str) -> Option<Range<usize>> {
    let mut start = 0;
    for word in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let latin = word.chars().any(|c| c.is_ascii_alphabetic());
        let foreign = word
            .chars()
            .any(|c| !c.is_ascii() && stands_for(c).kind & Traits::FOREIGN != 0);
        if latin && foreign {
            return Some(start..start + word.trim_end_matches(|c: char| !c.is_alphanumeric()).len());
        }
        start += word.len();
    }
    None
}

fn everyone(text: &str) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'@', bytes).find_map(|at| {
        ["everyone", "here"].iter().find_map(|word| {
            let end = at + 1 + word.len();
            let bounded = bytes.get(end).is_none_or(|next| !next.is_ascii_alphanumeric());
            (bounded
                && bytes
                    .get(at + 1..end)
                    .is_some_and(|next| next.eq_ignore_ascii_case(word.as_bytes())))
            .then_some(at..end)
        })
    })
}

/// A name with fewer letters is an issue number, a colour or an abbreviation.
const FEWEST_LETTERS: usize = 5;

/// Every account named by `@some_name` or `#some_name`, or by a mention of a member (`<@1234…>`).
fn account_names(text: &str) -> impl DoubleEndedIterator<Item = Range<usize>> + '_ {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'@', b'#', bytes).filter_map(move |at| {
        let before = at.checked_sub(1).map(|before| bytes[before]);
        if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'&')) {
            return None;
        }
        let rest = &text[at + 1..];
        if before == Some(b'<') {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let closed = rest.as_bytes().get(digits) == Some(&b'>');
            return (bytes[at] == b'@' && digits >= 15 && closed).then_some(at - 1..at + 2 + digits);
        }
        let in_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        let name = &rest[..rest.find(|c| !in_name(c)).unwrap_or(rest.len())];
        let named = name
            .chars()
            .filter(|c| c.is_alphabetic())
            .nth(FEWEST_LETTERS - 1)
            .is_some()
            && !name.eq_ignore_ascii_case("everyone");
        named.then_some(at..at + 1 + name.len())
    })
}

/// An account whose `@` is spelled out: `(at)some_name`, `[at] some_name`. With a dot behind it, it is a mail address.
fn spelled_account_name(text: &str) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'(', b'[', bytes).find_map(|at| {
        let inside = bytes.get(at + 1..at + 4)?;
        if !inside[..2].eq_ignore_ascii_case(b"at") || !matches!(inside[2], b')' | b']') {
            return None;
        }
        let rest = text.get(at + 4..)?;
        let name = rest.trim_start_matches(' ');
        let length = name
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(name.len());
        let letters = name[..length].chars().filter(|c| c.is_alphabetic()).count();
        let behind = name[length..].trim_start_matches([' ', '(', '[']);
        let mail = behind.starts_with('.')
            || behind
                .get(..3)
                .is_some_and(|word| word.eq_ignore_ascii_case("dot"));
        (letters >= FEWEST_LETTERS && !mail).then(|| at..at + 4 + (rest.len() - name.len()) + length)
    })
}

/// A plus sign and ten digits or more, whatever punctuation stands between them: `+44 (73 5 22, 191 25`, also beyond ASCII.
fn phone_number(text: &str) -> Option<Range<usize>> {
    memchr::memchr_iter(b'+', text.as_bytes()).find_map(|plus| {
        let (mut digits, mut end) = (0, plus);
        for (at, c) in text[plus + 1..].char_indices().take(40) {
            match c {
                '0'..='9' | '\u{ff10}'..='\u{ff19}' => {
                    digits += 1;
                    end = plus + 1 + at + c.len_utf8();
                }
                // The last three: odd spaces, hyphens and dashes, and the marks of reading direction.
                ' '
                | '('
                | ')'
                | '-'
                | '.'
                | ','
                | '/'
                | '_'
                | '*'
                | '\u{a0}'
                | '\u{2000}'..='\u{2015}'
                | '\u{202a}'..='\u{202f}' => {}
                _ => break,
            }
        }
        (10..=15).contains(&digits).then_some(plus..end)
    })
}

/// Where the next digit stands, from here on.
fn next_digit(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    for chunk in bytes[from..].chunks(DIGITS_SOUGHT) {
        // Asks about all bytes of a chunk at once, which compiles to vector instructions.
        if chunk.iter().fold(false, |any, byte| any | byte.is_ascii_digit()) {
            return chunk
                .iter()
                .position(u8::is_ascii_digit)
                .map(|inside| at + inside);
        }
        at += chunk.len();
    }
    None
}

/// An amount: `$500`, `500$`, `2 btc`, `1.5k usdt`.
fn money(text: &str) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(start) = next_digit(bytes, at) {
        at = start;
        while at < bytes.len() && (bytes[at].is_ascii_digit() || matches!(bytes[at], b'.' | b',')) {
            at += 1;
        }
        let before = &text[..start];
        if before.ends_with(['$', '€', '£']) {
            return Some(before.len() - before.chars().next_back().map_or(0, char::len_utf8)..at);
        }
        let rest = &text[at..];
        let unit = rest.trim_start_matches(['k', 'K']).trim_start_matches(' ');
        let letters = unit
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(unit.len());
        let named = letters > 1
            && UNITS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(&unit[..letters]));
        if named || unit.starts_with(['$', '€', '£']) {
            let end = text.len() - unit.len()
                + if named {
                    letters
                } else {
                    unit.chars().next().map_or(0, char::len_utf8)
                };
            return Some(start..end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telephone_number_is_seen_through_any_punctuation() {
        for written in [
            "+44 (73 5 22, 191 25",
            "+1 (929) 555\u{2011}0147",
            "+1\u{a0}929\u{a0}555\u{a0}0147",
            "+\u{ff14}\u{ff14} 7000 900 123",
        ] {
            assert_eq!(phone_number(written), Some(0..written.len()), "{written}");
        }
        for harmless in ["1 + 2 = 3", "+5 for the idea", "c++ 20", "utc+2 at 10:00"] {
            assert_eq!(phone_number(harmless), None, "{harmless}");
        }
    }

    #[test]
    fn an_amount_of_money_is_seen_wherever_in_a_text_it_stands() {
        for before in 0..100 {
            let text = format!("{}in 7 days you get $500 back", "so ".repeat(before));
            assert_eq!(money(&text).map(|span| &text[span]), Some("$500"), "{text}");
        }
        assert_eq!(money("send 1.5k usdt"), Some(5..14));
        assert_eq!(money("12 people, 7 days and no coin at all"), None);
        assert_eq!(money("no number"), None);
    }

    #[test]
    fn an_account_is_seen_when_its_at_sign_is_spelled_out() {
        let seen = |text: &'static str| spelled_account_name(text).map(|span| &text[span]);
        assert_eq!(seen("message (at)trader_nina now"), Some("(at)trader_nina"));
        assert_eq!(seen("write [AT] coach_max"), Some("[AT] coach_max"));
        assert_eq!(seen("jane (at) example (dot) org"), None, "a mail address");
        assert_eq!(seen("jane(at)example.org"), None, "a mail address");
        assert_eq!(seen("we meet (at noon) there"), None);
        assert_eq!(seen("(at)"), None);
        assert_eq!(seen("(at)éé"), None);
    }
}

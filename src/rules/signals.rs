//! Computes the signals about texts, names, attachments and the message as a whole. Those about links live in
//! [`super::link_signals`], the request for a secret in [`super::secret_asked`]; accounts and telephone numbers are found in
//! [`super::contacts`], sums in [`super::money`].

use std::ops::Range;
use std::time::Duration;

use super::compile::Ruleset;
use super::contacts::{FEWEST_DIALLED, account_names, called_number, phone_number, spelled_account_name};
use super::context::ScanContext;
use super::finding::View;
use super::hits::Hits;
use super::money::{money, multiplied};
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
/// Who joined less than this long ago is new.
const NEW_MEMBER: Duration = Duration::from_hours(7 * 24);

/// Endings of files that run when opened.
const DANGEROUS: &[&str] = &[
    "exe", "scr", "bat", "cmd", "com", "pif", "msi", "msix", "vbs", "vbe", "js", "jse", "wsf", "hta", "ps1",
    "jar", "lnk", "apk", "iso", "img", "dmg", "pkg", "reg", "chm", "xll", "cpl", "appx",
];
/// Endings of pictures.
const PICTURES: &[&str] = &["png", "jpg", "jpeg", "gif", "webp", "bmp", "avif", "heic"];
impl Ruleset {
    /// Signals of one text.
    pub(super) fn text_signals(&self, current: Current<'_>, seen: &Hints, hits: &mut Hits) {
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
            // The closer looks are for the few texts with digits enough.
            let digits = count(text.as_bytes(), |byte| byte.is_ascii_digit());
            let phone = || {
                let with_plus = traits.any(Traits::PLUS).then(|| phone_number(text)).flatten();
                let called = || (digits >= FEWEST_DIALLED).then(|| called_number(text)).flatten();
                with_plus.or_else(called)
            };
            if current.wants(Signal::PhoneNumber)
                && let Some(span) = phone()
            {
                self.signal(Signal::PhoneNumber, current, Spot::at(&span, View::Raw), hits);
            }
            if current.wants(Signal::MoneyAmount)
                && let Some(span) = money(text)
            {
                self.signal(Signal::MoneyAmount, current, Spot::at(&span, View::Raw), hits);
            }
            if digits > 1
                && current.wants(Signal::MoneyMultiplied)
                && let Some(span) = multiplied(text)
            {
                self.signal(Signal::MoneyMultiplied, current, Spot::at(&span, View::Raw), hits);
            }
        }
        if let Some(span) = &seen.reversed {
            self.reversed_signals(current, span, hits);
        }
        self.counted_signals(current, hits);
    }

    /// Whom to write to and how much, where it is written backwards behind a mark of direction.
    fn reversed_signals(&self, current: Current<'_>, span: &Range<usize>, hits: &mut Hits) {
        let Some(written) = current.part.text.get(span.clone()) else {
            return;
        };
        let shown: String = written.chars().rev().collect();
        for (signal, so) in [
            (Signal::AccountName, account_names(&shown).next().is_some()),
            (
                Signal::PhoneNumber,
                phone_number(&shown).or_else(|| called_number(&shown)).is_some(),
            ),
            (Signal::MoneyAmount, money(&shown).is_some()),
        ] {
            if so && current.wants(signal) {
                self.signal(signal, current, Spot::at(span, View::Stripped), hits);
            }
        }
    }

    fn counted_signals(&self, current: Current<'_>, hits: &mut Hits) {
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
    pub(super) fn name_signals(&self, current: Current<'_>, context: &ScanContext<'_>, hits: &mut Hits) {
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
        hits: &mut Hits,
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

//! The packet of an escalation: what a team needs so that it can start without asking first, and what is refused until
//! it is there. "It's broken" is refused.
//!
//! The packet is typed by people, so the checks are about substance, in any language: enough letters, words that say
//! something, an outcome that differs from the expectation, and a hash or an address that can be looked up (or the reason
//! why there is none). What the ticket holds already is filled in by [`prefilled`].

use std::collections::HashSet;

use super::areas::{self, Question};
use crate::artefacts::{self, Artefact, Checksum};
use crate::model::ticket::{Packet, Ticket};

/// Longest answer of a field, in characters: five of them fit one card.
pub const LONGEST: u16 = 1000;

/// A field of the packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// What it is about, in a line.
    Summary,
    /// What should have happened.
    Expected,
    /// What happened instead.
    Actual,
    /// What has been tried.
    Tried,
    /// Hashes and addresses, or why there are none.
    References,
}

impl Field {
    /// Every field, in the order of the form.
    pub const ALL: [Self; 5] = [
        Self::Summary,
        Self::Expected,
        Self::Actual,
        Self::Tried,
        Self::References,
    ];

    /// Its key in the form. Forms outlive versions of the bot: a key never changes its meaning.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Expected => "expected",
            Self::Actual => "actual",
            Self::Tried => "tried",
            Self::References => "references",
        }
    }

    /// What the packet says in it.
    pub fn of(self, packet: &Packet) -> &str {
        match self {
            Self::Summary => &packet.summary,
            Self::Expected => &packet.expected,
            Self::Actual => &packet.actual,
            Self::Tried => &packet.tried,
            Self::References => &packet.references,
        }
    }

    /// How much it has to say, in letters and digits.
    pub const fn least(self) -> usize {
        match self {
            Self::Summary | Self::Tried => 10,
            Self::Expected | Self::Actual => 15,
            Self::References => 0,
        }
    }
}

/// What a packet lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack {
    /// The field says less than [`Field::least`].
    TooShort(Field),
    /// The field has words that say nothing ("it does not work").
    SaysNothing(Field),
    /// What happened is what was expected.
    SameAsExpected,
    /// No hash, no address, and no reason why.
    NoReferences,
    /// "None", but not why.
    NoneWithoutReason,
    /// The only address has a wrong check digit: it was mistyped.
    Mistyped(String),
}

/// A packet as typed, safe to keep: secrets replaced, and how many there were. `typed` answers what was typed into a field.
pub fn from_typed<'a>(typed: impl Fn(&'static str) -> &'a str) -> (Packet, u32) {
    let filled = areas::filled(Field::ALL.map(|field| (field.key(), typed(field.key()))));
    let field = |field: Field| {
        let answer = filled
            .answers
            .iter()
            .find(|answer| answer.question == field.key());
        answer.map(|answer| answer.text.clone()).unwrap_or_default()
    };
    let packet = Packet {
        summary: field(Field::Summary),
        expected: field(Field::Expected),
        actual: field(Field::Actual),
        tried: field(Field::Tried),
        references: field(Field::References),
    };
    (packet, filled.secrets_removed)
}

/// Checks a packet: the hashes and addresses it names, or everything that it lacks.
pub fn check(packet: &Packet) -> Result<Vec<Artefact>, Vec<Lack>> {
    let mut lacks = Vec::new();
    for field in [Field::Summary, Field::Expected, Field::Actual, Field::Tried] {
        let text = field.of(packet);
        if substance(text) < field.least() {
            lacks.push(Lack::TooShort(field));
        } else if says_nothing(text) {
            lacks.push(Lack::SaysNothing(field));
        }
    }
    if lacks.is_empty() && bare(&packet.expected) == bare(&packet.actual) {
        lacks.push(Lack::SameAsExpected);
    }
    let found = referenced(packet);
    let sound = found
        .iter()
        .any(|artefact| artefact.checksum != Checksum::Invalid);
    if !sound {
        match (found.first(), reason_for_none(&packet.references)) {
            (_, Some(reason)) if substance(reason) >= 10 && !says_nothing(reason) => {}
            (_, Some(_)) => lacks.push(Lack::NoneWithoutReason),
            (Some(mistyped), None) => lacks.push(Lack::Mistyped(mistyped.value.clone())),
            (None, None) => lacks.push(Lack::NoReferences),
        }
    }
    if lacks.is_empty() { Ok(found) } else { Err(lacks) }
}

/// The hashes and addresses that a packet names, each once.
pub fn referenced(packet: &Packet) -> Vec<Artefact> {
    distinct(artefacts::find_all(&packet.references))
}

/// A packet filled with what is known: the form's answers, the agents' notes, the hashes and addresses found in them and in
/// `thread` (what was written there). `shown`: how a question was worded in the form.
pub fn prefilled(
    ticket: &Ticket,
    notes: &[String],
    thread: &[String],
    shown: fn(Question) -> &'static str,
) -> Packet {
    let answer = |question: Question| {
        let wording = shown(question);
        ticket
            .answers
            .iter()
            .find(|answer| answer.question == wording)
            .map_or("", |answer| answer.text.as_str())
    };
    let happened = answer(Question::Happened);
    let mut tried = vec![answer(Question::Tried)];
    tried.extend(notes.iter().map(String::as_str));
    tried.retain(|text| !text.is_empty());
    let texts = ticket
        .answers
        .iter()
        .map(|answer| &answer.text)
        .chain(notes)
        .chain(thread);
    let found = distinct(texts.flat_map(|text| artefacts::find_all(text)).collect());
    let known = found
        .iter()
        .filter(|artefact| artefact.checksum != Checksum::Invalid);
    let references: Vec<&str> = known.map(|artefact| artefact.value.as_str()).collect();
    Packet {
        summary: cut(happened.lines().next().unwrap_or_default(), 200),
        expected: cut(answer(Question::Goal), usize::from(LONGEST)),
        actual: cut(happened, usize::from(LONGEST)),
        tried: cut(&tried.join("\n"), usize::from(LONGEST)),
        references: whole_lines(&references, usize::from(LONGEST)),
    }
}

/// Letters and digits; a character of a script that writes a word in one or two signs counts for three.
fn substance(text: &str) -> usize {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| if c >= '\u{2E80}' { 3 } else { 1 })
        .sum()
}

/// Words of which no sentence about a fault is made. Two others are asked for.
const EMPTY_WORDS: [&str; 88] = [
    "a",
    "above",
    "again",
    "all",
    "an",
    "and",
    "any",
    "anything",
    "are",
    "as",
    "asap",
    "be",
    "below",
    "broke",
    "broken",
    "bug",
    "bugs",
    "but",
    "can",
    "cant",
    "customer",
    "did",
    "didnt",
    "do",
    "does",
    "doesnt",
    "dont",
    "error",
    "errors",
    "everything",
    "expected",
    "fail",
    "failed",
    "failing",
    "fails",
    "fine",
    "fix",
    "happened",
    "happens",
    "has",
    "have",
    "he",
    "help",
    "i",
    "idk",
    "is",
    "isnt",
    "issue",
    "issues",
    "it",
    "its",
    "member",
    "my",
    "na",
    "need",
    "no",
    "none",
    "normal",
    "not",
    "nothing",
    "now",
    "of",
    "ok",
    "please",
    "pls",
    "problem",
    "problems",
    "properly",
    "said",
    "same",
    "say",
    "says",
    "see",
    "she",
    "should",
    "something",
    "that",
    "the",
    "their",
    "there",
    "they",
    "this",
    "to",
    "unknown",
    "urgent",
    "user",
    "users",
    "usual",
];
const EMPTY_VERBS: [&str; 9] = [
    "was", "went", "were", "will", "work", "worked", "working", "works", "wrong",
];

/// Whether a text in a script with spaces has fewer than two words that say anything, or only one letter over and over.
fn says_nothing(text: &str) -> bool {
    if text.chars().any(|c| c.is_alphanumeric() && c >= '\u{2E80}') {
        return false;
    }
    let lower = text.to_lowercase().replace(['\'', '\u{2019}'], "");
    let telling: HashSet<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 1 || word.chars().any(char::is_numeric))
        .filter(|word| !EMPTY_WORDS.contains(word) && !EMPTY_VERBS.contains(word))
        .collect();
    let letters: HashSet<char> = lower.chars().filter(|c| c.is_alphanumeric()).collect();
    telling.len() < 2 || letters.len() < 4
}

/// A text reduced to its letters, to compare two.
fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// What follows a "none" at the start: "none because the app shows no hash". `None`: it does not start so.
fn reason_for_none(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let head = text.get(..4)?;
    let rest = &text[4..];
    let apart = rest.chars().next().is_none_or(|c| !c.is_alphanumeric());
    (head.eq_ignore_ascii_case("none") && apart).then(|| {
        let rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        rest.strip_prefix("because").unwrap_or(rest)
    })
}

fn distinct(found: Vec<Artefact>) -> Vec<Artefact> {
    let mut seen = HashSet::new();
    found
        .into_iter()
        .filter(|artefact| seen.insert(artefact.value.clone()))
        .collect()
}

fn cut(text: &str, limit: usize) -> String {
    text.chars().take(limit).collect()
}

/// As many lines as fit whole: half an address is worse than none.
fn whole_lines(lines: &[&str], limit: usize) -> String {
    let mut text = String::new();
    for line in lines {
        if text.len() + line.len() + 1 > limit {
            break;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(line);
    }
    text
}

#[cfg(test)]
mod tests;

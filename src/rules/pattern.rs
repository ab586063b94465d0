//! What a phrase or an expression of a rule turns into: bytes for the automaton, or an error that says what to do.

use std::collections::BTreeSet;

use regex_syntax::hir::Hir;

use super::gates::{Gate, Heed, MOST_SLOTS};
use super::literal;
use super::normalise::{Reading, Traits, plain, table};
use super::rarity;

/// The shortest phrase and the shortest gate, in letters.
pub(super) const SHORTEST: usize = 3;
/// The shortest phrase inside a group, where something else must hit beside it.
pub(super) const SHORTEST_IN_GROUP: usize = 2;
/// From this many letters on a phrase of several words is also looked for without its spaces.
const SQUEEZABLE: usize = 10;

/// A text in letter classes, a space at both ends.
pub(super) fn read(text: &str) -> Vec<u8> {
    let mut reading = Reading::default();
    plain::read(text, &mut reading);
    reading.bytes
}

fn letters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte != b' ').count()
}

/// The patterns of a phrase: whole words, once more as capitals where those look different, once more without spaces.
/// None when it is too short.
pub(super) fn phrase_patterns(phrase: &str, shortest: usize) -> Vec<Vec<u8>> {
    let open = phrase.ends_with('*');
    let phrase = phrase.trim_end_matches('*');
    let mut all = Vec::new();
    let mut reading = Reading::default();
    let traits = plain::read(phrase, &mut reading);
    let capitals = traits.any(Traits::FOREIGN).then(|| read(&phrase.to_uppercase()));
    for mut bytes in std::iter::once(reading.bytes).chain(capitals) {
        if letters(&bytes) < shortest {
            return Vec::new();
        }
        let squeezed: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != b' ').collect();
        let words = bytes
            .split(|byte| *byte == b' ')
            .filter(|word| !word.is_empty())
            .count();
        if open {
            bytes.pop();
        }
        unbound(&mut bytes, phrase);
        all.extend(spelled(phrase));
        all.push(bytes);
        if words > 1 && squeezed.len() >= SQUEEZABLE {
            all.push(squeezed);
        }
    }
    all
}

/// Takes the word boundary off where a phrase begins or ends in a script that writes without spaces: there is none to find.
fn unbound(bytes: &mut Vec<u8>, phrase: &str) {
    let mut letters = phrase.chars().filter(|c| c.is_alphanumeric());
    let first = letters.next();
    let last = letters.next_back().or(first);
    if last.is_some_and(is_unspaced) && bytes.last() == Some(&b' ') {
        bytes.pop();
    }
    if first.is_some_and(is_unspaced) && bytes.first() == Some(&b' ') {
        bytes.remove(0);
    }
}

/// The phrase with a gap between any two letters, when all of them are of a script that writes without spaces: there a
/// single letter is a word, and spelling one out is no trait of a text.
fn spelled(phrase: &str) -> Option<Vec<u8>> {
    let letters: Vec<char> = phrase.chars().filter(|c| c.is_alphanumeric()).collect();
    (letters.len() > 1 && letters.iter().all(|c| is_unspaced(*c))).then(|| {
        let spaced: Vec<String> = letters.iter().map(char::to_string).collect();
        read(&spaced.join(" ")).trim_ascii().to_vec()
    })
}

/// Han, Kana and Thai.
fn is_unspaced(c: char) -> bool {
    matches!(c as u32, 0x0e00..=0x0e7f | 0x3040..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0x20000..=0x2ffff)
}

/// So many sets are looked for in every message, beside the rarest those that most messages do not show.
const MOST_CLUES: usize = 4;
const COMMONEST: f32 = 1.5;

/// The sets of literals that together let a pattern run.
pub(super) fn gate(hir: &Hir) -> Result<Gate, String> {
    let required = literal::required(hir);
    let mut sets: Vec<(usize, f32, Vec<Vec<u8>>)> = required
        .sets
        .iter()
        .enumerate()
        .filter_map(|(at, set)| {
            let literals: Option<BTreeSet<_>> =
                set.strings.iter().map(|literal| gate_literal(literal)).collect();
            let literals: Vec<_> = literals?.into_iter().collect();
            Some((at, rarity::of_set(&literals), literals))
        })
        .collect();
    if sets.is_empty() {
        let best = required
            .sets
            .iter()
            .max_by_key(|set| set.strings.iter().map(String::len).min());
        let found = best.map_or_else(String::new, |best| {
            format!(
                "; the best found is `{}`",
                best.strings.join("`, `").replace(literal::BOUNDARY, "")
            )
        });
        return Err(format!(
            "has no literal of three letters or more that every match contains, so it would have to run on every \
             message: add one (`btc`, `claim`), or use a signal instead (shouting, many-lines, many-emoji, \
             many-mentions, phone-number, money-amount){found}"
        ));
    }
    sets.sort_by(|a, b| a.1.total_cmp(&b.1));
    let telling = sets
        .iter()
        .take_while(|(_, share, _)| *share < COMMONEST)
        .count()
        .clamp(1, MOST_CLUES);
    let mut sets: Vec<_> = sets
        .into_iter()
        .enumerate()
        .map(|(nth, (at, _, literals))| {
            let heed = match nth {
                0 => Heed::Lead,
                _ if nth < telling => Heed::Clue,
                _ => Heed::Closer,
            };
            (at, heed, literals)
        })
        .take(MOST_SLOTS)
        .collect();
    sets.sort_by_key(|(at, ..)| *at);
    Ok(Gate::new(sets, &required))
}

/// A literal in letter classes; `None` when it is too short to tell anything.
fn gate_literal(literal: &str) -> Option<Vec<u8>> {
    // Of a boundary behind a word an apostrophe may be left, which readings drop (`you` in `you'll`): only those before count.
    let bounded = literal.starts_with(literal::BOUNDARY);
    let literal = &literal.replace(literal::BOUNDARY, "");
    let mut class = read(literal).trim_ascii().to_vec();
    let count = letters(&class);
    // A literal that itself ends in a gap keeps it: `dm ` must not run on `admin`.
    let gap = |byte: Option<&u8>| {
        byte.is_some_and(|byte| byte.is_ascii() && table::CLASS[usize::from(*byte)] == b' ')
    };
    let (before, after) = (
        bounded || gap(literal.as_bytes().first()),
        gap(literal.as_bytes().last()),
    );
    if count < SHORTEST && !(count == 2 && (before || after)) {
        return None;
    }
    if before {
        class.insert(0, b' ');
    }
    if after {
        class.push(b' ');
    }
    Some(class)
}

#[cfg(test)]
mod tests {
    use super::super::expression::Expression;
    use super::*;

    fn refusal(pattern: &str) -> Option<String> {
        let expression = Expression::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        gate(expression.pattern()).err()
    }

    #[test]
    fn an_expression_that_would_run_on_every_message_is_refused_and_sent_to_the_counters() {
        for pattern in [
            r"\b[A-Z]{4,}(\s+[A-Z]{4,}){6,}",
            r"(\n.*){15,}",
            r"<a?:\w+:\d+>{8,}",
            r"\+?\d[\d -]{9,}",
            r"[a-z]{30,}",
            r"(\w+ ){40,}",
            r"\$\d+|\d+\$",
        ] {
            let advice = refusal(pattern).unwrap_or_else(|| panic!("{pattern} has a gate"));
            for counter in [
                "shouting",
                "many-lines",
                "many-emoji",
                "phone-number",
                "money-amount",
            ] {
                assert!(advice.contains(counter), "{pattern}: {advice}");
            }
        }
        for pattern in [
            r"\bfree\W{0,4}nitro\b",
            r"\d+ (btc|eth)\b",
            r"claim .{0,40}[A-Z]{4,}",
        ] {
            assert_eq!(refusal(pattern), None, "{pattern}");
        }
    }
}

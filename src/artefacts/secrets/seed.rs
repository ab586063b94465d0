//! Seed phrases after BIP-39, English list: <https://github.com/bitcoin/bips/blob/master/bip-0039.mediawiki>.
//!
//! A phrase is 12, 15, 18, 21 or 24 list words with nothing but numbering, punctuation and blanks between them.
//! Its checksum lets one run of 12 random list words in sixteen pass, which is why a hit takes the **whole** run of
//! list words, and why ordinary prose never gets here: it does not hold twelve list words in a row.

use std::ops::Range;
use std::sync::OnceLock;

use bip39::Language;
use sha2::{Digest, Sha256};

use super::view::View;
use super::{SecretKind, SecretSpan, context};

/// The lengths BIP-39 allows, in words.
const LENGTHS: [usize; 5] = [24, 21, 18, 15, 12];
/// The shortest of them.
const FEWEST: usize = 12;
/// List words have 3 to 8 letters.
const WORD: std::ops::RangeInclusive<usize> = 3..=8;
/// Twelve words of three letters and eleven blanks.
const SHORTEST_RUN: usize = 47;
/// More than this between two words, and they do not belong together.
const WIDEST_GAP: usize = 64;
/// Twelve words of three letters written as one.
const SHORTEST_JOINED: usize = 36;

/// Adds the seed phrases of `view` to `found`.
pub(super) fn find(view: &View<'_>, found: &mut Vec<SecretSpan>) {
    let bytes = view.bytes();
    // Leap: a run of SHORTEST_RUN bytes covers every position that far apart, and a word there that is no list
    // word ends it.
    let mut probe = SHORTEST_RUN - 1;
    while probe < bytes.len() {
        let Some(seen) = word_at_or_before(bytes, probe) else {
            probe += SHORTEST_RUN;
            continue;
        };
        if !belongs(bytes, &seen) {
            probe = seen.end.max(probe) + SHORTEST_RUN;
            continue;
        }
        let run = run_around(bytes, seen);
        probe = run.end.max(probe) + SHORTEST_RUN;
        if run.len() >= SHORTEST_RUN && is_seed_phrase(bytes, run.clone()) {
            push(view, run, found);
        }
    }
    for solid in super::super::runs::of(bytes, SHORTEST_JOINED, |b| b.is_ascii_alphabetic()) {
        if is_joined_phrase(&bytes[solid.clone()]) {
            push(view, solid, found);
        }
    }
}

fn push(view: &View<'_>, run: Range<usize>, found: &mut Vec<SecretSpan>) {
    found.push(SecretSpan {
        kind: SecretKind::SeedPhrase,
        span: view.in_source(run),
    });
}

/// Whether the run of list words holds a phrase: some window has a right checksum, or the text says what it is.
fn is_seed_phrase(bytes: &[u8], run: Range<usize>) -> bool {
    let mut recent = Recent::default();
    let mut unnumbered = Recent::default();
    let mut at = run.start;
    while let Some(word) = next_word(bytes, at, run.end) {
        at = word.end;
        let Some(index) = list_index(&bytes[word]) else {
            continue;
        };
        if recent.push(index) {
            return true;
        }
        // "word 1: abandon, word 2: ability": `word` is itself on the list, so it is tried without as well.
        if index != WORD_WORD && unnumbered.push(index) {
            return true;
        }
    }
    recent.seen >= FEWEST && context::speaks_of_seeds(bytes)
}

/// `word`, by its place in the list.
const WORD_WORD: u16 = 2027;

/// The last 24 words of a run.
#[derive(Default)]
struct Recent {
    words: [u16; 24],
    seen: usize,
}

impl Recent {
    /// Takes one more word; whether a phrase with a right checksum ends in it.
    fn push(&mut self, index: u16) -> bool {
        self.words.rotate_left(1);
        self.words[23] = index;
        self.seen += 1;
        LENGTHS
            .iter()
            .any(|&length| length <= self.seen && has_right_checksum(&self.words[24 - length..]))
    }
}

/// BIP-39: the last bits of a phrase are the first bits of the SHA-256 of the rest, one bit for each three words.
fn has_right_checksum(words: &[u16]) -> bool {
    let mut bits = [0_u8; 33];
    for (nth, &word) in words.iter().enumerate() {
        for bit in 0..11 {
            if word >> (10 - bit) & 1 == 1 {
                let at = nth * 11 + bit;
                bits[at / 8] |= 0x80 >> (at % 8);
            }
        }
    }
    let checksum_bits = words.len() / 3;
    let entropy_bytes = words.len() * 11 / 33 * 4;
    let hash = Sha256::digest(&bits[..entropy_bytes]);
    let keep = 0xff_u8 << (8 - checksum_bits);
    bits[entropy_bytes] & keep == hash[0] & keep
}

/// Twelve or more list words written without blanks, with a right checksum. Every way to cut it is tried, capital
/// letters or not, but each cut only once: `cuts[n]` is the set of word counts that can end at byte `n`.
fn is_joined_phrase(letters: &[u8]) -> bool {
    // 24 words of 8 letters; longer runs are no phrase.
    if letters.len() > 24 * 8 {
        return false;
    }
    let mut path = [0_u16; 24];
    let mut budget = 4_000_u32;
    cut(letters, 0, &mut path, 0, &mut budget)
}

fn cut(letters: &[u8], at: usize, path: &mut [u16; 24], count: usize, budget: &mut u32) -> bool {
    if at == letters.len() {
        return LENGTHS.contains(&count) && has_right_checksum(&path[..count]);
    }
    if count == 24 || *budget == 0 {
        return false;
    }
    *budget -= 1;
    WORD.rev().any(|length| {
        let Some(word) = letters.get(at..at + length) else {
            return false;
        };
        let Some(index) = list_index(word) else {
            return false;
        };
        path[count] = index;
        cut(letters, at + length, path, count + 1, budget)
    })
}

/// Grows a run of list words from one of them, both ways, over whatever is not a word.
fn run_around(bytes: &[u8], first: Range<usize>) -> Range<usize> {
    let mut run = first;
    while let Some(word) = previous_word(bytes, run.start) {
        if !belongs(bytes, &word) {
            break;
        }
        run.start = word.start;
    }
    while let Some(word) = next_word(bytes, run.end, bytes.len()) {
        if !belongs(bytes, &word) {
            break;
        }
        run.end = word.end;
    }
    // "and then" may stand between two words of a phrase, not at its ends.
    while let Some(word) = next_word(bytes, run.start, run.end) {
        if list_index(&bytes[word.clone()]).is_some() {
            run.start = word.start;
            break;
        }
        run.start = word.end;
    }
    while let Some(word) = previous_word(bytes, run.end).filter(|word| word.start >= run.start) {
        if list_index(&bytes[word.clone()]).is_some() {
            run.end = word.end;
            break;
        }
        run.end = word.start;
    }
    run
}

/// Whether a word may stand inside a phrase: a list word, or one that joins two of them. A letter or two behind a
/// number is its ordinal ("1st").
fn belongs(bytes: &[u8], word: &Range<usize>) -> bool {
    let text = &bytes[word.clone()];
    let after_digit = word.start > 0 && bytes[word.start - 1].is_ascii_digit();
    list_index(text).is_some()
        || text.eq_ignore_ascii_case(b"and")
        || text.eq_ignore_ascii_case(b"then")
        || (after_digit
            && [&b"st"[..], b"nd", b"rd", b"th"]
                .iter()
                .any(|end| text.eq_ignore_ascii_case(end)))
}

/// The place of a word in the English list, whatever its case.
fn list_index(word: &[u8]) -> Option<u16> {
    if !WORD.contains(&word.len()) {
        return None;
    }
    let mut key = [0_u8; 8];
    let lower = &mut key[..word.len()];
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    let key = u64::from_le_bytes(key);
    let list = WordList::get();
    let mut slot = WordList::slot(key);
    loop {
        match list.slots[slot] {
            (0, _) => return None,
            (found, index) if found == key => return Some(index),
            _ => slot = (slot + 1) % WordList::SLOTS,
        }
    }
}

/// The list as an open table. Every word fits into eight bytes, so a look-up compares numbers; the list itself is
/// sorted and would be searched in eleven steps, on every message.
struct WordList {
    slots: Vec<(u64, u16)>,
}

impl WordList {
    const SLOTS: usize = 8192;

    fn get() -> &'static Self {
        static LIST: OnceLock<WordList> = OnceLock::new();
        LIST.get_or_init(|| {
            let mut slots = vec![(0, 0); Self::SLOTS];
            for (word, index) in Language::English.word_list().iter().zip(0..) {
                let mut key = [0_u8; 8];
                key[..word.len()].copy_from_slice(word.as_bytes());
                let key = u64::from_le_bytes(key);
                let mut slot = Self::slot(key);
                while slots[slot].0 != 0 {
                    slot = (slot + 1) % Self::SLOTS;
                }
                slots[slot] = (key, index);
            }
            Self { slots }
        })
    }

    /// Fibonacci hashing: the upper bits of a product with 2^64 divided by the golden ratio.
    fn slot(key: u64) -> usize {
        (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - Self::SLOTS.ilog2())) as usize
    }
}

/// A letter, or what a folded view puts for a letter of another script.
fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == 0x7f
}

/// The word that covers `at`, else the nearest one before it.
fn word_at_or_before(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let mut word = previous_word(bytes, at + 1)?;
    word.end += bytes[word.end..].iter().take_while(|&&b| is_letter(b)).count();
    Some(word)
}

/// The next word that starts within reach of `from`, cut off at `until`.
fn next_word(bytes: &[u8], from: usize, until: usize) -> Option<Range<usize>> {
    let reach = until.min(from + WIDEST_GAP);
    let start = from + bytes.get(from..reach)?.iter().position(|&b| is_letter(b))?;
    let letters = bytes[start..until].iter().take_while(|&&b| is_letter(b)).count();
    Some(start..start + letters)
}

/// The nearest word that ends at or before `until`, within reach of it.
fn previous_word(bytes: &[u8], until: usize) -> Option<Range<usize>> {
    let reach = until.saturating_sub(WIDEST_GAP);
    let end = reach + bytes[reach..until].iter().rposition(|&b| is_letter(b))? + 1;
    let letters = bytes[..end].iter().rev().take_while(|&&b| is_letter(b)).count();
    Some(end - letters..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_where_the_list_has_it() {
        assert_eq!(list_index(b"WORD"), Some(WORD_WORD));
        for (word, index) in Language::English.word_list().iter().zip(0..) {
            assert_eq!(list_index(word.as_bytes()), Some(index), "{word}");
        }
        assert_eq!(list_index(b"zebras"), None);
    }
}

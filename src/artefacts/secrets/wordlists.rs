//! The six word lists of BIP-39 that are written in Latin letters, for one cheap question: may this word stand in a
//! seed phrase, and of which language?
//!
//! Words are compared without case and without accents (`fold` in `super::view` has removed those), whole or cut to their
//! first four letters, which are unique in each list and are what steel plates and some wallets show. Lists in other
//! scripts live in `super::scripts`.

use std::sync::LazyLock;

use bip39::Language;
use unicode_normalization::UnicodeNormalization;

/// The lists, in the order of their bits.
const LANGUAGES: [Language; LISTS] = [
    Language::English,
    Language::Spanish,
    Language::French,
    Language::Italian,
    Language::Portuguese,
    Language::Czech,
];
/// How many lists there are.
pub(super) const LISTS: usize = 6;
/// As many letters tell a word from all others of its list.
const PREFIX: usize = 4;
/// The longest word (of the Italian list) has nine letters.
const LONGEST: usize = 9;

/// A word's place in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its number, from 0 to 2047.
    pub index: u16,
    /// Whether it was written in full and not cut to its first four letters.
    pub whole: bool,
}

/// The lists that may hold `word` (ASCII letters), one bit each; a bit may be set in error. One look into 64 kB.
pub(super) fn candidates(word: &[u8]) -> u8 {
    key_of(word).map_or(0, |key| LISTS_OF_WORDS.gate[gate_slot(key)])
}

/// The place of `word` in the list with this number.
pub(super) fn entry(list: usize, word: &[u8]) -> Option<Entry> {
    LISTS_OF_WORDS.tables[list].get(key_of(word)?)
}

/// Whether any of the lists holds `word`.
pub(super) fn is_listed(word: &[u8]) -> bool {
    let lists = candidates(word);
    lists != 0 && (0..LISTS).any(|list| lists & 1 << list != 0 && entry(list, word).is_some())
}

/// Whether a word of the list with this number is meant by `word`, with at most one letter wrong, missing, added or swapped.
pub(super) fn is_nearly_in(list: usize, word: &[u8]) -> bool {
    if !(3..=LONGEST + 1).contains(&word.len()) {
        return false;
    }
    let word = word.to_ascii_lowercase();
    LISTS_OF_WORDS.folded[list]
        .iter()
        .any(|known| one_slip_apart(known.as_bytes(), &word))
}

/// Damerau-Levenshtein distance of exactly or less than one.
fn one_slip_apart(a: &[u8], b: &[u8]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if long.len() - short.len() > 1 {
        return false;
    }
    let same = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    if long.len() > short.len() {
        return short[same..] == long[same + 1..];
    }
    let (x, y) = (&short[same..], &long[same..]);
    x.is_empty() || x[1..] == y[1..] || (x.len() >= 2 && x[0] == y[1] && x[1] == y[0] && x[2..] == y[2..])
}

/// All of it, built at first use.
struct Words {
    /// For each hash of a key, the lists that hold it.
    gate: Vec<u8>,
    tables: Vec<Table>,
    folded: Vec<Vec<String>>,
}

static LISTS_OF_WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut gate = vec![0; 1 << GATE_BITS];
    let mut tables = Vec::with_capacity(LISTS);
    let mut folded = Vec::with_capacity(LISTS);
    for (list, language) in LANGUAGES.iter().enumerate() {
        let words: Vec<String> = language.word_list().iter().map(|word| unaccented(word)).collect();
        let mut table = Table::new();
        // Whole words first: where one is another's beginning, it means itself.
        let whole = words
            .iter()
            .zip(0..)
            .map(|(word, index)| (word.as_str(), index, true));
        let cut = words
            .iter()
            .zip(0..)
            .map(|(word, index)| (&word[..PREFIX.min(word.len())], index, false));
        for (word, index, whole) in whole.chain(cut) {
            if let Some(key) = key_of(word.as_bytes()) {
                gate[gate_slot(key)] |= 1 << list;
                table.put(key, Entry { index, whole });
            }
        }
        tables.push(table);
        folded.push(words);
    }
    Words { gate, tables, folded }
});

fn unaccented(word: &str) -> String {
    word.nfkd().filter(char::is_ascii_alphabetic).collect()
}

/// The first eight letters, in lower case, as a number: enough to tell list words apart.
fn key_of(word: &[u8]) -> Option<u64> {
    if !(3..=LONGEST).contains(&word.len()) {
        return None;
    }
    let mut key = [0_u8; 8];
    let held = word.len().min(8);
    key[..held].copy_from_slice(&word[..held]);
    key[..held].make_ascii_lowercase();
    Some(u64::from_le_bytes(key))
}

/// A word's eight letters mixed by Fibonacci hashing: the upper bits of a product with 2^64 over the golden ratio.
const fn mixed(key: u64, bits: u32) -> usize {
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - bits)) as usize
}

const GATE_BITS: u32 = 16;

fn gate_slot(key: u64) -> usize {
    mixed(key, GATE_BITS)
}

/// One list as an open table.
struct Table {
    slots: Vec<(u64, Entry)>,
}

impl Table {
    const BITS: u32 = 13;

    fn new() -> Self {
        let free = Entry {
            index: 0,
            whole: false,
        };
        Self {
            slots: vec![(0, free); 1 << Self::BITS],
        }
    }

    fn slot(&self, key: u64) -> usize {
        let mut slot = mixed(key, Self::BITS);
        while self.slots[slot].0 != 0 && self.slots[slot].0 != key {
            slot = (slot + 1) % self.slots.len();
        }
        slot
    }

    fn put(&mut self, key: u64, entry: Entry) {
        let slot = self.slot(key);
        if self.slots[slot].0 == 0 {
            self.slots[slot] = (key, entry);
        }
    }

    fn get(&self, key: u64) -> Option<Entry> {
        let (found, entry) = self.slots[self.slot(key)];
        (found == key).then_some(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_where_its_list_has_it_and_so_are_its_first_four_letters() {
        for (list, language) in LANGUAGES.iter().enumerate() {
            for (word, index) in language.word_list().iter().zip(0..) {
                let plain = unaccented(word);
                for written in [plain.clone(), plain.to_uppercase()] {
                    assert_ne!(candidates(written.as_bytes()) & 1 << list, 0, "{word}");
                    assert_eq!(
                        entry(list, written.as_bytes()),
                        Some(Entry { index, whole: true }),
                        "{word}"
                    );
                }
                let cut = &plain[..plain.len().min(PREFIX)];
                assert_eq!(
                    entry(list, cut.as_bytes()).map(|entry| entry.index),
                    Some(index),
                    "{cut}"
                );
            }
            assert_eq!(entry(list, b"zzyzx"), None);
        }
    }

    #[test]
    fn a_slip_of_one_letter_is_forgiven_and_two_are_not() {
        for nearly in ["legel", "legall", "lega", "leagl", "egal"] {
            assert!(is_nearly_in(0, nearly.as_bytes()), "{nearly}");
        }
        assert!(!is_nearly_in(0, b"lxgxl"));
        assert!(!is_nearly_in(0, b"zzzzz"));
    }
}

//! What the plain reading looks up: of each character all it needs, packed into eight bytes.
//!
//! What a character stands for is decided in [`super::table`]; what is done with a code, in [`super::pen`].

use std::sync::LazyLock;

use super::Traits;
use super::table::{As, BAKED, CLASS, KIND, Stands, stands_for};

/// What a character becomes in a reading, and its [`Traits`]. From the lowest bit on: four bytes to write, the kinds, how many
/// of the bytes count, and whether it is a Latin letter, a gap, or odd. An odd one needs a closer look: at its neighbours, or at more
/// than its first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Code(u64);

const KINDS: u32 = 32;
const LENGTH: u32 = 58;
const LATIN: u32 = 61;
const GAP: u32 = 62;
const ODD: u32 = 63;

impl Code {
    /// A gap between words, as an ASCII blank makes it.
    pub(super) const BLANK: Self = Self::new([b' ', 0, 0, 0], 1, 0).gap();

    /// Brings nothing.
    pub(super) const NONE: Self = Self(0);

    const fn new(bytes: [u8; 4], length: usize, kinds: u32) -> Self {
        assert!(kinds >> (LENGTH - KINDS) == 0);
        Self(u32::from_le_bytes(bytes) as u64 | (kinds as u64) << KINDS | (length as u64) << LENGTH)
    }

    const fn gap(self) -> Self {
        Self(self.0 | 1 << GAP)
    }

    const fn odd(self) -> Self {
        Self(self.0 | 1 << ODD)
    }

    /// The same, not odd: its neighbours were looked at.
    pub(super) const fn settled(self) -> Self {
        Self(self.0 & !(1 << ODD))
    }

    /// What is in either: kinds, Latin, odd. Nothing else of it means anything.
    pub(super) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Of an ASCII byte. Any other is odd.
    const fn of_byte(byte: u8) -> Self {
        let (class, kinds) = (CLASS[byte as usize], KIND[byte as usize]);
        match class {
            _ if !byte.is_ascii() => Self::new([0; 4], 0, kinds).odd(),
            0 => Self::new([0; 4], 0, kinds).odd(),
            b' ' => Self::new([b' ', 0, 0, 0], 1, kinds).gap(),
            letter => {
                let code = Self::new([letter, 0, 0, 0], 1, kinds);
                Self(code.0 | (byte.is_ascii_alphabetic() as u64) << LATIN)
            }
        }
    }

    fn of_stands(stands: Stands) -> Self {
        let mut bytes = [0; 4];
        let kinds = stands.kind | Traits::BEYOND_ASCII;
        match stands.as_ {
            As::Nothing => Self::new(bytes, 0, kinds).odd(),
            As::Gap => Self::new([b' ', 0, 0, 0], 1, kinds).gap(),
            As::Currency(letter) => Self::new([CLASS[usize::from(letter)], 0, 0, 0], 1, kinds).odd(),
            As::Itself(itself) => {
                let length = itself.encode_utf8(&mut bytes).len();
                Self::new(bytes, length, kinds)
            }
            As::Letters(letters) => {
                let length = letters.iter().take_while(|letter| **letter != 0).count();
                for (byte, letter) in bytes.iter_mut().zip(&letters[..length]) {
                    *byte = CLASS[usize::from(*letter)];
                }
                Self::new(bytes, length, kinds)
            }
        }
    }

    fn of_number(number: u32) -> Self {
        match char::from_u32(number) {
            Some(c) if c.is_ascii() => Self::of_byte(c as u8),
            Some(c) => Self::of_stands(stands_for(c)),
            None => Self::BLANK,
        }
    }

    /// The bytes to write; only the first [`Code::length`] count.
    pub(super) const fn bytes(self) -> [u8; 4] {
        (self.0 as u32).to_le_bytes()
    }

    /// The first byte to write.
    pub(super) const fn byte(self) -> u8 {
        self.0 as u8
    }

    /// How many bytes to write: at most four.
    pub(super) const fn length(self) -> usize {
        (self.0 >> LENGTH) as usize & 7
    }

    /// The [`Traits`] it brings.
    pub(super) const fn kinds(self) -> u32 {
        (self.0 >> KINDS) as u32 & ((1 << (LENGTH - KINDS)) - 1)
    }

    /// Whether it needs a closer look.
    pub(super) const fn is_odd(self) -> bool {
        self.0 >> ODD != 0
    }

    /// This, or [`Code::NONE`] if the other is a gap; of none that is odd.
    pub(super) const fn unless_gap(self, other: Self) -> Self {
        Self(self.0 & (other.0 >> GAP).wrapping_sub(1))
    }

    /// Whether it is a letter of another script that looks like a Latin one.
    pub(super) const fn is_foreign(self) -> bool {
        self.kinds() & Traits::FOREIGN != 0
    }

    /// Whether it is an ASCII letter.
    pub(super) const fn is_latin(self) -> bool {
        self.0 >> LATIN & 1 != 0
    }

    /// Foreign if this is both Latin and foreign.
    pub(super) const fn mixed(self) -> Self {
        const FOREIGN: u32 = KINDS + Traits::FOREIGN.trailing_zeros();
        Self(self.0 & self.0 >> (LATIN - FOREIGN))
    }

    /// Whether nothing is to be written.
    pub(super) const fn is_nothing(self) -> bool {
        self.length() == 0
    }

    /// One for a gap, else zero; of none that is odd.
    pub(super) const fn gaps(self) -> usize {
        (self.0 >> GAP) as usize
    }

    /// One if both are gaps, else zero; of none that is odd.
    pub(super) const fn gaps_with(self, other: Self) -> usize {
        Self(self.0 & other.0).gaps()
    }
}

/// Of each ASCII byte its code; all others are odd.
pub(super) static BYTES: [Code; 256] = bytes();

const fn bytes() -> [Code; 256] {
    let mut table = [Code::BLANK; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = Code::of_byte(byte as u8);
        byte += 1;
    }
    table
}

/// So many characters share all of their UTF-8 bytes but the last.
const PAGE: usize = 64;

/// So many characters have a UTF-8 form of one or two bytes.
pub(super) const SHORT: usize = 0x800;

/// The code of every character.
pub(super) struct Codes {
    short: Box<[Code; SHORT]>,
    /// Where the page of a character starts.
    index: Vec<u32>,
    pages: Vec<Code>,
}

static CODES: LazyLock<Codes> = LazyLock::new(|| {
    let all: Vec<Code> = (0..BAKED as u32).map(Code::of_number).collect();
    let mut short = Box::new([Code::BLANK; SHORT]);
    short.copy_from_slice(&all[..SHORT]);
    let (mut index, mut pages) = (Vec::with_capacity(BAKED / PAGE), Vec::new());
    for page in all.chunks(PAGE) {
        let known = pages.chunks(PAGE).position(|other| other == page);
        let at = known.map_or(pages.len(), |known| known * PAGE);
        if known.is_none() {
            pages.extend_from_slice(page);
        }
        index.push(at as u32);
    }
    Codes { short, index, pages }
});

impl Codes {
    /// Of the characters of one or two bytes, by their number.
    pub(super) fn short(&self) -> &[Code; SHORT] {
        &self.short
    }

    /// What a character becomes.
    #[inline]
    pub(super) fn of(&self, c: char) -> Code {
        let number = c as usize;
        match self.index.get(number / PAGE) {
            Some(page) => self.pages[*page as usize + number % PAGE],
            None => Code::of_stands(stands_for(c)),
        }
    }
}

/// The table, for many characters at once.
pub(super) fn codes() -> &'static Codes {
    &CODES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_has_the_code_of_what_it_stands_for() {
        for c in '\u{80}'..=char::MAX {
            let (code, stands) = (codes().of(c), stands_for(c));
            assert_eq!(code, Code::of_stands(stands), "{c:?}");
            assert_eq!(code.kinds(), stands.kind | Traits::BEYOND_ASCII, "{c:?}");
            let odd = matches!(stands.as_, As::Nothing | As::Currency(_));
            assert_eq!(code.is_odd(), odd, "{c:?}");
            assert_eq!(code.is_nothing(), stands.as_ == As::Nothing, "{c:?}");
            if !odd {
                assert_eq!(code.gaps() == 1, stands.as_ == As::Gap, "{c:?}");
            }
        }
    }

    #[test]
    fn short_characters_have_the_same_code_in_their_own_table() {
        for (c, code) in ('\0'..='\u{7ff}').zip(codes().short()) {
            assert_eq!(codes().of(c), *code, "{c:?}");
            if c.is_ascii() {
                assert_eq!(BYTES[c as usize], *code, "{c:?}");
            }
        }
    }

    #[test]
    fn only_two_codes_of_latin_and_foreign_letters_are_mixed() {
        let [latin, foreign, other, gap] = ['e', 'е', 'あ', ' '].map(|c| codes().of(c));
        assert!(latin.with(foreign).mixed().is_foreign());
        for code in [latin, foreign, latin.with(other), foreign.with(gap)] {
            assert!(!code.mixed().is_foreign());
        }
    }
}

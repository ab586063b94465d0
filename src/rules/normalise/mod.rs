//! Reading a text the way a person does: what it says, without the tricks that hide it from a machine.
//!
//! # The problem
//! `send your s33d phr4s3`, `s\u{200b}eed phr\u{200b}ase`, `ѕееd рhrаѕе`, `s e e d`, `s**e**ed` and a phrase cut over
//! quoted lines all say *seed phrase*. A list of words sees none of them. Yet whoever takes the original apart must still be able
//! to show a moderator the very bytes that were meant, and must not spend more on the thousands of messages that hide nothing.
//!
//! # Letter classes, on both sides
//! Nothing is "corrected". Text and rules are both mapped to the same small alphabet, in which letters that can stand for each
//! other are one letter: `l`, `i`, `1` are one; `o` and `0`; `e` and `3`; `s` and `5`; a Cyrillic `е` and a mathematical `𝐞` are
//! `e` too. Everything that is neither letter nor digit is a space, runs of spaces are one, apostrophes and invisible characters are
//! nothing. So `Tl¢kET!!` and the rule's `ticket` meet in the middle, and neither had to be guessed. Because every
//! reading starts and ends with a space, a phrase wrapped in spaces is a phrase of whole words: the automaton
//! checks word boundaries for free.
//!
//! Other scripts are mapped the same way on both sides: a Russian rule finds Russian text, also with Latin letters mixed in, and Russian
//! text never turns into a Latin word unless it was built to.
//!
//! # Three readings
//! | reading | undone | when |
//! |---|---|---|
//! | plain ([`plain`]) | case, digits for letters, look-alikes, invisible characters, punctuation, spacing | always; one pass |
//! | deep ([`deep`]) | markdown and symbols inside words, reversed direction | a cheap test saw a hint |
//! | joined ([`deep`]) | letters spelled one by one, words cut over quoted lines | the same |
//!
//! The plain reading is one table look-up a character into a reused buffer: [`table`] says what each stands for, and all of
//! that in eight bytes is its *code*, which a *pen* writes. While it runs it collects
//! [`Traits`]: which kinds of characters occurred at all. Only those decide whether anything slower is looked at.
//!
//! # The way back
//! A reading that keeps a map knows for each of its bytes the range of source bytes it came from; the span of a hit is the hull of
//! those, which always lies on character boundaries. The plain reading keeps none while it searches: the
//! few texts in which a rule hits are read a second time with a map ([`plain::read_mapped`]).
//!
//! A worked example, `Fr33 n1tr0` (plain): bytes ` free nitro `, where the `e`s come from source bytes 2..3 and 3..4 and the
//! `i` from 6..7. The phrase ` free nitro ` hits at 0..12; without its two boundary spaces 1..11; hull of the sources
//! 0..10: the whole of `Fr33 n1tr0`. The slice differs from the phrase as written, so the view is *folded*.

mod code;
pub mod deep;
pub mod hints;
mod lanes;
mod mapped;
mod pen;
pub mod plain;
mod silence;
pub(super) mod sites;
mod spelled;
mod step;
pub mod table;

use std::ops::Range;

/// Builds what is looked up now instead of at the first text.
pub fn warm_up() {
    code::codes();
}

/// A text mapped to letter classes, with the way back to the source where it was kept.
#[derive(Debug, Default, Clone)]
pub struct Reading {
    /// Letter classes, single spaces, other scripts in UTF-8; a space at both ends.
    pub bytes: Vec<u8>,
    /// For each byte, where its source character starts. Empty when no map was kept.
    pub starts: Vec<u32>,
    /// For each byte, where its source character ends.
    pub ends: Vec<u32>,
}

impl Reading {
    /// The source range behind a range of this reading, boundary spaces not counted. Needs the map.
    pub fn source(&self, range: Range<usize>) -> Range<usize> {
        let mut range = range.start..range.end.min(self.starts.len());
        while range.start + 1 < range.end && self.bytes[range.start] == b' ' {
            range.start += 1;
        }
        while range.end > range.start + 1 && self.bytes[range.end - 1] == b' ' {
            range.end -= 1;
        }
        let start = self.starts[range.clone()].iter().min().copied().unwrap_or(0) as usize;
        let end = self.ends[range].iter().max().copied().unwrap_or(0) as usize;
        start..end.max(start)
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.starts.clear();
        self.ends.clear();
    }

    pub(super) fn push(&mut self, byte: u8, start: u32, end: u32) {
        self.bytes.push(byte);
        self.starts.push(start);
        self.ends.push(end);
    }
}

/// Which kinds of characters a text has: what decides whether anything slower looks at it.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Traits(pub u32);

impl Traits {
    /// `:`
    pub const COLON: u32 = 1;
    /// `.`
    pub const DOT: u32 = 1 << 1;
    /// `%`
    pub const PERCENT: u32 = 1 << 2;
    /// `\`
    pub const BACKSLASH: u32 = 1 << 3;
    /// `*`, `_`, `~`, `|`, `` ` ``
    pub const MARK: u32 = 1 << 4;
    /// `@`, `$`, `!`, `+`, `|`
    pub const SYMBOL: u32 = 1 << 5;
    /// A line break.
    pub const NEWLINE: u32 = 1 << 6;
    /// `[`, `(`, `{`
    pub const BRACKET: u32 = 1 << 7;
    /// `<`, `>`
    pub const ANGLE: u32 = 1 << 8;
    /// `@`
    pub const AT: u32 = 1 << 9;
    /// `$`
    pub const DOLLAR: u32 = 1 << 10;
    /// `+`
    pub const PLUS: u32 = 1 << 11;
    /// A digit.
    pub const DIGIT: u32 = 1 << 12;
    /// Four or more single characters, spaced; in an ASCII text only letters count.
    pub const SPACED: u32 = 1 << 13;
    /// Anything beyond ASCII.
    pub const BEYOND_ASCII: u32 = 1 << 14;
    /// An invisible character.
    pub const INVISIBLE: u32 = 1 << 15;
    /// An invisible character between two Latin letters.
    pub const HIDDEN: u32 = 1 << 16;
    /// A character that overrides the direction of reading.
    pub const OVERRIDE: u32 = 1 << 17;
    /// A letter of another script that looks like a Latin one.
    pub const FOREIGN: u32 = 1 << 18;
    /// A word of Latin and such foreign letters.
    pub const MIXED: u32 = 1 << 19;
    /// A styled Latin letter: mathematical, full-width, circled, small capital.
    pub const STYLED: u32 = 1 << 20;
    /// A character that stands for `.`, `/` or `:` in a link.
    pub const ODD_PUNCTUATION: u32 = 1 << 21;
    /// `#`
    pub const HASH: u32 = 1 << 22;
    /// `-`
    pub const HYPHEN: u32 = 1 << 23;
    /// `"`
    pub const QUOTE: u32 = 1 << 24;
    /// `/`
    pub const SLASH: u32 = 1 << 25;

    /// Whether any of these kinds occurred.
    pub const fn any(self, kinds: u32) -> bool {
        self.0 & kinds != 0
    }
}

#[cfg(test)]
mod tests;

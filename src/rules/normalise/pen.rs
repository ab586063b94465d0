//! Writes codes into a reading: gaps kept single, kinds collected, words of Latin and foreign letters noticed.

use super::Traits;
use super::code::{BYTES, Code};
use super::step::STEP;

/// Where the next code is written, and what must be known of those before.
#[derive(Clone, Copy)]
pub(super) struct Pen {
    end: usize,
    /// The last code written.
    before: Code,
    /// Of all codes.
    kinds: Code,
    /// Of those of the word that is being written.
    word: Code,
    /// Foreign once a word was mixed.
    mixed: Code,
}

impl Pen {
    /// More than this is never written of so many bytes: two bytes stand for three letters at most, there are gaps at both ends, and some
    /// bytes are written to be written over.
    pub(super) const fn room(bytes: usize) -> usize {
        bytes + bytes / 2 + 2 * STEP
    }

    /// Begins a reading.
    pub(super) fn new(out: &mut [u8]) -> Self {
        if let Some(first) = out.first_mut() {
            *first = b' ';
        }
        Self {
            end: 1,
            before: Code::BLANK,
            kinds: Code::NONE,
            word: Code::NONE,
            mixed: Code::NONE,
        }
    }

    /// Writes a step of ASCII, unless a byte of it is odd. Afterwards [`Pen::pass`] must be told.
    #[inline]
    pub(super) fn put_ascii(&mut self, step: [u8; STEP], out: &mut [u8]) -> bool {
        let Some(out) = out[self.end..].first_chunk_mut::<STEP>() else {
            return false;
        };
        let codes = step.map(|byte| BYTES[usize::from(byte)]);
        let all = codes.iter().fold(Code::NONE, |all, code| all.with(*code));
        if all.is_odd() {
            return false;
        }
        let mut length = 0;
        for code in codes {
            // A second gap is written too, but where the next code is written over it, so the loop has no branch.
            out[length % STEP] = code.byte();
            length += 1 - code.gaps_with(self.before);
            self.before = code;
        }
        self.kinds = self.kinds.with(all);
        self.end += length;
        true
    }

    /// Takes in the words that a stretch of ASCII goes on with and ends with.
    pub(super) fn pass(&mut self, stretch: &[u8]) {
        let codes = stretch.iter().map(|byte| BYTES[usize::from(*byte)]);
        let codes = codes.filter(|code| !code.is_odd());
        if self.word.is_foreign() {
            for code in codes.clone().take_while(|code| code.gaps() == 0) {
                self.mixed = self.mixed.with(self.word.with(code).mixed());
            }
        }
        // A word that goes on through all of it has been looked at above.
        if let Some(last) = codes.rev().find(|code| code.gaps() == 1 || code.is_latin()) {
            self.word = last.unless_gap(last);
        }
    }

    /// Writes a code that is not odd.
    #[inline]
    pub(super) fn put(&mut self, code: Code, out: &mut [u8]) {
        self.word = self.word.unless_gap(code).with(code);
        self.mixed = self.mixed.with(self.word.mixed());
        self.put_inside(code, out);
    }

    /// The same without ending a word, be it a gap or not.
    #[inline]
    pub(super) fn put_inside(&mut self, code: Code, out: &mut [u8]) {
        if let Some(out) = out[self.end..].first_chunk_mut() {
            *out = code.bytes();
        } else {
            debug_assert!(false, "there is always room");
        }
        self.end += code.length() - code.gaps_with(self.before);
        self.kinds = self.kinds.with(code);
        self.before = code;
    }

    /// Takes in the kinds of a code that is not written.
    pub(super) fn bring(&mut self, code: Code) {
        self.kinds = self.kinds.with(code);
    }

    /// Ends the reading: how long it is, and the kinds of all that was written.
    pub(super) fn finish(mut self, out: &mut [u8]) -> (usize, u32) {
        self.put_inside(Code::BLANK, out);
        let mixed = if self.mixed.is_foreign() { Traits::MIXED } else { 0 };
        (self.end, self.kinds.kinds() | mixed)
    }
}

#[cfg(test)]
mod tests {
    use super::super::code::codes;

    #[test]
    fn no_character_needs_more_room_than_there_is() {
        for c in '\0'..=char::MAX {
            let needed = codes().of(c).length();
            assert!(2 * needed <= 3 * c.len_utf8(), "{c:?} becomes {needed} bytes");
        }
    }
}

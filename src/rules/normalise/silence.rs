//! Characters that stand for nothing, and what they stand between.

use super::Traits;

/// The last stretch of characters that stand for nothing.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Silence {
    end: usize,
    /// Behind a Latin letter.
    behind_letter: bool,
    /// Not of apostrophes and accents only.
    invisible: bool,
    /// Any stretch with something invisible was between two Latin letters.
    hides: bool,
}

impl Silence {
    /// Takes in a character that stands for nothing, from `at` to `after`, which brings these kinds.
    pub(super) fn hear(&mut self, text: &[u8], at: usize, after: usize, kinds: u32) {
        if at != self.end {
            self.behind_letter = self.is_behind_letter(text, at);
            self.invisible = false;
        }
        self.invisible |= kinds & Traits::INVISIBLE != 0;
        self.end = after;
        self.hides |= self.invisible && self.behind_letter && is_letter(text, after);
    }

    /// What follows from all stretches for the text.
    pub(super) fn kinds(&self) -> u32 {
        if self.hides { Traits::HIDDEN } else { 0 }
    }

    /// Whether the character from `at` to `after` touches a Latin letter; silence before it does not part them.
    pub(super) fn touches_letter(&self, text: &[u8], at: usize, after: usize) -> bool {
        self.is_behind_letter(text, at) || is_letter(text, after)
    }

    fn is_behind_letter(&self, text: &[u8], at: usize) -> bool {
        if at == self.end {
            self.behind_letter
        } else {
            at.checked_sub(1).is_some_and(|before| is_letter(text, before))
        }
    }
}

fn is_letter(text: &[u8], at: usize) -> bool {
    text.get(at).is_some_and(u8::is_ascii_alphabetic)
}

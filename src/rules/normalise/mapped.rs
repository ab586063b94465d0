//! A reading with the map back to the source, character by character.
//!
//! It reads what [`super::plain`] reads, but takes characters from anywhere: [`super::deep`] hands it those that it moved.

use super::table::{As, CLASS, KIND, stands_for};
use super::{Reading, Traits};

/// Reads a text into `out`, with the map back to the source.
pub fn read_mapped(text: &str, out: &mut Reading) {
    out.clear();
    read_chars(text.char_indices().map(|(at, c)| located(at, c)), out);
}

/// A character and the source range it stands for.
#[derive(Debug, Clone, Copy)]
pub struct Located {
    /// The character.
    pub c: char,
    /// Where its source starts.
    pub start: u32,
    /// Where its source ends.
    pub end: u32,
}

/// A character at its own place.
pub fn located(at: usize, c: char) -> Located {
    Located {
        c,
        start: at as u32,
        end: (at + c.len_utf8()) as u32,
    }
}

/// Reads characters that already know their source, with a map.
pub(super) fn read_chars(chars: impl Iterator<Item = Located> + Clone, out: &mut Reading) -> Traits {
    let mut writer = Writer {
        out,
        last_gap: 0,
        singles: 0,
        most_singles: 0,
    };
    writer.put(b' ', 0, 0);
    let mut kinds = 0;
    let (mut latin_in_word, mut foreign_in_word) = (false, false);
    let (mut latin_before, mut hidden) = (false, false);
    let mut rest = chars.peekable();
    let mut before = ' ';
    while let Some(Located { c, start, end }) = rest.next() {
        let stands = if c.is_ascii() {
            kinds |= KIND[c as usize];
            let class = CLASS[c as usize];
            match class {
                0 => continue,
                b' ' => As::Gap,
                _ => As::Letters([c as u8, 0, 0]),
            }
        } else {
            let stands = stands_for(c);
            kinds |= stands.kind;
            stands.as_
        };
        let foreign = !c.is_ascii() && stands_for(c).kind & Traits::FOREIGN != 0;
        match stands {
            As::Nothing => {
                hidden |= latin_before && !c.is_ascii() && stands_for(c).kind & Traits::INVISIBLE != 0;
                continue;
            }
            As::Letters(letters) => {
                for letter in letters.into_iter().filter(|letter| *letter != 0) {
                    writer.put(CLASS[usize::from(letter)], start, end);
                }
            }
            As::Currency(letter) => {
                let touches = before.is_ascii_alphabetic()
                    || rest.peek().is_some_and(|next| next.c.is_ascii_alphabetic());
                let class = if touches { CLASS[usize::from(letter)] } else { b' ' };
                writer.put(class, start, end);
            }
            As::Itself(itself) => {
                let mut utf8 = [0; 4];
                for &byte in itself.encode_utf8(&mut utf8).as_bytes() {
                    writer.put(byte, start, end);
                }
            }
            As::Gap => writer.put(b' ', start, end),
        }
        if hidden && c.is_ascii_alphabetic() {
            kinds |= Traits::HIDDEN;
        }
        hidden = false;
        latin_before = c.is_ascii_alphabetic();
        if stands == As::Gap {
            (latin_in_word, foreign_in_word) = (false, false);
        } else {
            latin_in_word |= latin_before;
            foreign_in_word |= foreign;
            if latin_in_word && foreign_in_word {
                kinds |= Traits::MIXED;
            }
        }
        before = c;
    }
    let end = writer.out.ends.last().copied().unwrap_or(0);
    writer.put(b' ', end, end);
    if writer.most_singles >= 4 {
        kinds |= Traits::SPACED;
    }
    Traits(kinds)
}

/// Writes classes and keeps gaps single.
struct Writer<'a> {
    out: &'a mut Reading,
    last_gap: usize,
    singles: u32,
    most_singles: u32,
}

impl Writer<'_> {
    fn put(&mut self, byte: u8, start: u32, end: u32) {
        if byte == b' ' {
            if self.out.bytes.last() == Some(&b' ') {
                return;
            }
            let at = self.out.bytes.len();
            self.singles = if at - self.last_gap == 2 {
                self.singles + 1
            } else {
                0
            };
            self.most_singles = self.most_singles.max(self.singles);
            self.last_gap = at;
        }
        self.out.push(byte, start, end);
    }
}

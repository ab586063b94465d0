//! The plain reading: one pass over the text, nothing allocated once the buffers have grown.
//!
//! What needs to look at neighbours or to move letters lives in [`super::deep`].

use super::table::{As, CLASS, KIND, pages, stands_for};
use super::{Reading, Traits};

/// Reads a text into `out`, without a map.
pub fn read(text: &str, out: &mut Reading) -> Traits {
    write(text, out).unwrap_or_else(|| traits_of_ascii(text.as_bytes()))
}

/// The same; of a text beyond ASCII the traits come with it.
pub(in crate::rules) fn write(text: &str, out: &mut Reading) -> Option<Traits> {
    if text.is_ascii() {
        write_ascii(text.as_bytes(), &mut out.bytes);
        return None;
    }
    out.clear();
    Some(write_beyond_ascii(text, &mut out.bytes).over(text))
}

fn traits_of_ascii(text: &[u8]) -> Traits {
    let kinds = text
        .iter()
        .fold(0, |kinds, byte| kinds | KIND[usize::from(*byte)]);
    Traits(kinds | spaced(text))
}

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

#[expect(
    clippy::needless_bitwise_bool,
    reason = "the loop must not branch on what the text says"
)]
fn write_ascii(text: &[u8], out: &mut Vec<u8>) {
    // Longer than ever needed: every class is written where the next one may overwrite it, so the loop has no branch.
    out.resize(text.len() + 2, b' ');
    out[0] = b' ';
    let (mut end, mut before) = (1, b' ');
    for &byte in text {
        let class = CLASS[usize::from(byte)];
        let keep = (class != 0) & !((class == b' ') & (before == b' '));
        out[end] = class;
        end += usize::from(keep);
        before = if keep { class } else { before };
    }
    if before != b' ' {
        out[end] = b' ';
        end += 1;
    }
    out.truncate(end);
}

/// [`Traits::SPACED`] if an ASCII text has four or more single letters in a row, spaced.
pub(in crate::rules) fn spaced(text: &[u8]) -> u32 {
    let (mut length, mut singles, mut letter) = (0, 0, false);
    for byte in text.iter().chain(b" ") {
        match CLASS[usize::from(*byte)] {
            0 => {}
            b' ' => {
                singles = match length {
                    0 => singles,
                    1 if letter => singles + 1,
                    _ => 0,
                };
                if singles >= SPELLED {
                    return Traits::SPACED;
                }
                length = 0;
            }
            _ => {
                letter = byte.is_ascii_alphabetic();
                length += 1;
            }
        }
    }
    0
}

/// So many single letters in a row are a word spelled out.
const SPELLED: usize = 4;

/// The same as [`read_chars`] without the map.
fn write_beyond_ascii(text: &str, out: &mut Vec<u8>) -> Traits {
    let table = pages();
    // Longer than ever needed: two bytes stand for three letters at most.
    out.resize(2 * text.len() + 8, b' ');
    out[0] = b' ';
    let (mut end, mut last_gap, mut singles, mut most_singles) = (1, 0, 0_u32, 0);
    let mut gap = |out: &mut [u8], end: &mut usize| {
        if out[*end - 1] != b' ' {
            singles = if *end - last_gap == 2 { singles + 1 } else { 0 };
            most_singles = singles.max(most_singles);
            last_gap = *end;
            out[*end] = b' ';
            *end += 1;
        }
    };
    let mut kinds = 0;
    let (mut latin_in_word, mut foreign_in_word) = (false, false);
    let (mut latin_before, mut hidden) = (false, false);
    let mut before = ' ';
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let mut in_word = true;
        if c.is_ascii() {
            let class = CLASS[c as usize & 0x7f];
            kinds |= KIND[c as usize & 0x7f];
            match class {
                0 => continue,
                b' ' => {
                    gap(out, &mut end);
                    in_word = false;
                }
                letter => {
                    out[end] = letter;
                    end += 1;
                }
            }
        } else {
            let stands = table.stands_for(c);
            kinds |= stands.kind;
            match stands.as_ {
                As::Nothing => {
                    hidden |= latin_before && stands.kind & Traits::INVISIBLE != 0;
                    continue;
                }
                As::Letters(letters) => {
                    for letter in letters.into_iter().take_while(|letter| *letter != 0) {
                        out[end] = CLASS[usize::from(letter)];
                        end += 1;
                    }
                }
                As::Currency(letter) => {
                    let touches = before.is_ascii_alphabetic()
                        || rest.clone().next().is_some_and(|next| next.is_ascii_alphabetic());
                    if touches {
                        out[end] = CLASS[usize::from(letter)];
                        end += 1;
                    } else {
                        gap(out, &mut end);
                    }
                }
                As::Itself(itself) => end += itself.encode_utf8(&mut out[end..]).len(),
                As::Gap => {
                    gap(out, &mut end);
                    in_word = false;
                }
            }
            foreign_in_word |= stands.kind & Traits::FOREIGN != 0;
        }
        let latin = c.is_ascii_alphabetic();
        if hidden && latin {
            kinds |= Traits::HIDDEN;
        }
        hidden = false;
        latin_before = latin;
        latin_in_word = in_word && (latin_in_word || latin);
        foreign_in_word &= in_word;
        if latin_in_word && foreign_in_word {
            kinds |= Traits::MIXED;
        }
        before = c;
    }
    gap(out, &mut end);
    out.truncate(end);
    if most_singles >= 4 {
        kinds |= Traits::SPACED;
    }
    Traits(kinds)
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

impl Traits {
    fn over(self, text: &str) -> Self {
        debug_assert!(!text.is_ascii());
        Self(self.0 | Self::BEYOND_ASCII)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn a_text_reads_the_same_with_a_map_and_without(text in "([a-z'. 1]{0,4}|[а-яА-Я ]{0,6}|[\u{200b}\u{2060}\u{202e}\u{fe0f}]|[£€$¢]|\\PC|[ａ-ｚ𝐚-𝐳]|[A-Z] ){0,24}") {
            let (mut plain, mut mapped) = (Reading::default(), Reading::default());
            let text = format!("{text}é");
            let traits = write(&text, &mut plain);
            let expected = read_chars(text.char_indices().map(|(at, c)| located(at, c)), &mut mapped);
            proptest::prop_assert_eq!(&plain.bytes, &mapped.bytes);
            proptest::prop_assert_eq!(traits, Some(expected.over(&text)));
        }
    }
}

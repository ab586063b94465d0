//! The plain reading: one pass over the text, nothing allocated once the buffers have grown.
//!
//! Steps of ASCII and characters of two bytes, which most texts consist of, are read without a branch on what they say. What needs
//! to look at more than its neighbours or to move letters lives in [`super::deep`]; the same reading with a map, in `mapped`.

use super::code::{BYTES, Code, SHORT, codes};
pub use super::mapped::read_mapped;
use super::pen::Pen;
use super::silence::Silence;
use super::spelled::has_spelled;
pub(in crate::rules) use super::spelled::spaced;
use super::step::{STEP, is_ascii, step_at};
use super::{Reading, Traits};

/// Reads a text into `out`, without a map.
pub fn read(text: &str, out: &mut Reading) -> Traits {
    let traits = write(text, out);
    let spaced = if !has_spelled(&out.bytes) {
        0
    } else if traits.any(Traits::BEYOND_ASCII) {
        Traits::SPACED
    } else {
        spaced(text.as_bytes())
    };
    Traits(traits.0 | spaced)
}

/// The same, without looking for [`Traits::SPACED`].
pub(in crate::rules) fn write(text: &str, out: &mut Reading) -> Traits {
    out.starts.clear();
    out.ends.clear();
    out.bytes.resize(Pen::room(text.len()), b' ');
    let (end, kinds) = write_text(text, &mut out.bytes);
    out.bytes.truncate(end);
    Traits(kinds)
}

/// Writes the reading of a text: how long it is, and the kinds of its characters.
fn write_text(text: &str, out: &mut [u8]) -> (usize, u32) {
    let codes = codes();
    let bytes = text.as_bytes();
    let mut pen = Pen::new(out);
    let mut silence = Silence::default();
    let mut at = 0;
    while at < bytes.len() {
        let from = at;
        at = write_ascii(bytes, from, &mut pen, &mut silence, out);
        if at > from {
            pen.pass(&bytes[from..at]);
        }
        if at == bytes.len() {
            break;
        }
        let written = write_short(&bytes[at..], codes.short(), &mut pen, out);
        if written > 0 {
            at += written;
            continue;
        }
        for c in text[at..].chars() {
            let (code, after) = (codes.of(c), at + c.len_utf8());
            if code.is_odd() {
                pen.bring(code);
                if code.is_nothing() {
                    silence.hear(bytes, at, after, code.kinds());
                } else if silence.touches_letter(bytes, at, after) {
                    pen.put_inside(code.settled(), out);
                } else {
                    pen.put_inside(Code::BLANK, out);
                }
            } else {
                pen.put(code, out);
            }
            at = after;
            if bytes.get(at).is_none_or(|next| *next < FIRST_OF_THREE) {
                break;
            }
        }
    }
    let (end, kinds) = pen.finish(out);
    (end, kinds | silence.kinds())
}

/// Writes the steps of ASCII from a place in a text on; where they end.
fn write_ascii(bytes: &[u8], from: usize, pen: &mut Pen, silence: &mut Silence, out: &mut [u8]) -> usize {
    let mut here = *pen;
    let mut at = from;
    for step in bytes[from..].as_chunks().0 {
        if !is_ascii(u64::from_le_bytes(*step)) {
            break;
        }
        if !here.put_ascii(*step, out) {
            write_odd_ascii(*step, bytes, at, &mut here, silence, out);
        }
        at += STEP;
    }
    if at + STEP > bytes.len() {
        let last = step_at(bytes, at);
        if is_ascii(last) {
            if !here.put_ascii(last.to_le_bytes(), out) {
                write_odd_ascii(last.to_le_bytes(), bytes, at, &mut here, silence, out);
            }
            at = bytes.len();
        }
    }
    *pen = here;
    at
}

/// Writes a step of ASCII with apostrophes in it.
fn write_odd_ascii(
    step: [u8; STEP],
    bytes: &[u8],
    at: usize,
    pen: &mut Pen,
    silence: &mut Silence,
    out: &mut [u8],
) {
    for (at, byte) in (at..).zip(step) {
        let code = BYTES[usize::from(byte)];
        if code.is_odd() {
            silence.hear(bytes, at, at + 1, code.kinds());
        } else {
            pen.put_inside(code, out);
        }
    }
}

/// Writes the characters of one or two bytes that a text begins with, up to the first that is odd or a step of ASCII; how many bytes
/// they are, blanks behind the end of the text perhaps among them.
fn write_short(bytes: &[u8], codes: &[Code; SHORT], pen: &mut Pen, out: &mut [u8]) -> usize {
    let mut here = *pen;
    let mut written = 0;
    'steps: loop {
        let mut step = step_at(bytes, written);
        for _ in 0..STEP / 2 {
            let First { adds, bits } = FIRSTS[step as usize % FIRSTS.len()];
            let number = u64::from(adds) + (step >> 8 & u64::from(bits));
            let code = codes[number as usize % SHORT];
            if code.is_odd() {
                break 'steps;
            }
            here.put(code, out);
            let more = step >> 7 & 1;
            step >>= 8 + 8 * more;
            written += 1 + more as usize;
        }
        if written >= bytes.len() || is_ascii(step_at(bytes, written)) {
            break;
        }
    }
    *pen = here;
    written
}

/// The first byte of a character of two bytes is not below this, of one of three bytes not below the other.
const FIRST_OF_TWO: u8 = 0xc0;
const FIRST_OF_THREE: u8 = 0xe0;

/// What the first byte of a character of one or two bytes says of its number.
#[derive(Clone, Copy)]
struct First {
    adds: u16,
    /// Which bits of the next byte belong to it.
    bits: u16,
}

/// Of every byte; those that begin no such character lead to one that is odd.
static FIRSTS: [First; 256] = firsts();

const fn firsts() -> [First; 256] {
    let mut table = [First {
        adds: b'\'' as u16,
        bits: 0,
    }; 256];
    let mut byte = 0;
    while byte < FIRST_OF_THREE {
        if byte.is_ascii() {
            table[byte as usize].adds = byte as u16;
        } else if byte >= FIRST_OF_TWO {
            table[byte as usize] = First {
                adds: (byte as u16 & 0x1f) << 6,
                bits: 0x3f,
            };
        }
        byte += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::mapped::{located, read_chars};
    use super::*;

    /// Pieces of every script and of every trick, so joined that steps begin and end anywhere.
    const TEXT: &str = concat!(
        "([a-z'. 1]{0,4}|[!-~]{0,20}|[a-z ]{0,30}|[A-Z] |[a-z][ .']|[0-9']{0,9}|  |['\n, ]{0,4}",
        "|[а-яА-Я ]{0,12}|[іѕоае]|[α-ω]{0,4}|[à-ÿ]{0,3}|[\u{80}-\u{7ff}]{0,9}|[あ-ん]{0,4}|[一-龥]|[가-힣]|[अ-ह]|[ก-ฮ]",
        "|[\u{200b}\u{200d}\u{2060}\u{202e}\u{fe0f}\u{ad}\u{301}\u{335}]|[£€$¢]|[‘’“”…—]|\\PC|\\PC{0,9}|[ａ-ｚ𝐚-𝐳ⓐ-ⓩ]{0,4}",
        "|[🔥👍🏽🇸🇪]|[Ⱥİßﬁ½]|[\u{20000}-\u{20010}\u{e0041}]){0,24}"
    );

    proptest::proptest! {
        #[test]
        fn a_text_reads_the_same_character_by_character(text in TEXT) {
            let (mut plain, mut mapped) = (Reading::default(), Reading::default());
            let traits = read(&text, &mut plain);
            let Traits(mut expected) = read_chars(text.char_indices().map(|(at, c)| located(at, c)), &mut mapped);
            if text.is_ascii() {
                expected = expected & !Traits::SPACED | spaced(text.as_bytes());
            } else {
                expected |= Traits::BEYOND_ASCII;
            }
            proptest::prop_assert_eq!(&plain.bytes, &mapped.bytes);
            proptest::prop_assert_eq!(traits, Traits(expected));
        }

        #[test]
        fn a_buffer_of_another_text_changes_nothing(before in TEXT, text in TEXT) {
            let (mut used, mut fresh) = (Reading::default(), Reading::default());
            read_mapped(&before, &mut used);
            proptest::prop_assert_eq!(read(&text, &mut used), read(&text, &mut fresh));
            proptest::prop_assert_eq!(&used.bytes, &fresh.bytes);
            proptest::prop_assert!(used.starts.is_empty() && used.ends.is_empty());
        }

        #[test]
        fn the_source_of_a_word_reads_as_the_word(text in TEXT) {
            let (mut mapped, mut alone) = (Reading::default(), Reading::default());
            read_mapped(&text, &mut mapped);
            let mut at = 0;
            for word in mapped.bytes.split(|byte| *byte == b' ') {
                let word_at = at..at + word.len();
                at = word_at.end + 1;
                if !word.is_empty() {
                    read(&text[mapped.source(word_at)], &mut alone);
                    proptest::prop_assert_eq!(alone.bytes.trim_ascii(), word);
                }
            }
        }
    }
}

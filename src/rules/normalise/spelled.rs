//! Whether a text spells words letter by letter.
//!
//! Where such a word is and what it says is found in [`super::deep`].

use super::Traits;
use super::lanes::{BLOCK, digit, letter, of_block};
use super::step::{BLANKS, STEP, has_zero, step_at};
use super::table::CLASS;

/// So many single letters in a row are a word spelled out.
const SPELLED: usize = 4;

/// So much of a reading is looked at at once.
const WINDOW: usize = STEP + 2 * SPELLED;

/// Whether so many single letters in a row, spaced, are in a reading: then every other byte is a blank.
pub(super) fn has_spelled(reading: &[u8]) -> bool {
    let Some(last) = reading.last_chunk() else {
        let mut short = [u8::MAX; WINDOW];
        for (short, byte) in short.iter_mut().zip(reading) {
            *short = *byte;
        }
        return has_spelled_in(&short);
    };
    let mut found = has_spelled_in(last);
    let mut at = 0;
    while let Some(window) = reading[at..].first_chunk() {
        found |= has_spelled_in(window);
        at += STEP;
    }
    found
}

fn has_spelled_in(window: &[u8; WINDOW]) -> bool {
    // No byte of a reading has fewer bits than a blank, so what is a blank after this was one in all.
    let all = [0, 2, 4, 6, 8]
        .iter()
        .fold(0, |all, after| all | step_at(window, *after));
    has_zero(all ^ BLANKS)
}

/// [`Traits::SPACED`] if an ASCII text has four or more single letters in a row, spaced.
pub(in crate::rules) fn spaced(text: &[u8]) -> u32 {
    if !may_be_spelled(text) {
        return 0;
    }
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

/// Whether so many letters of an ASCII text in a row, with neither a letter nor a digit beside them, have no word between them.
fn may_be_spelled(text: &[u8]) -> bool {
    let (mut singles, mut in_word) = (0, 0);
    for start in (0..text.len()).step_by(BLOCK) {
        let letters = of_block(text, start, letter);
        let words = of_block(text, start, |bytes| letter(bytes) | digit(bytes));
        let goes_on = text.get(start + BLOCK).is_some_and(u8::is_ascii_alphanumeric);
        let starts = words & !(words << 1 | in_word);
        let ends = words & !(words >> 1 | u64::from(goes_on) << (BLOCK - 1));
        in_word = words >> (BLOCK - 1);
        let single = letters & starts & ends;
        let mut others = starts & !single;
        let mut rest = single;
        while rest != 0 {
            let this = rest & rest.wrapping_neg();
            let before = others & (this - 1);
            singles = if before == 0 { singles + 1 } else { 1 };
            if singles >= SPELLED {
                return true;
            }
            others ^= before;
            rest ^= this;
        }
        if others != 0 {
            singles = 0;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::Reading;
    use super::super::mapped::{located, read_chars};
    use super::*;

    proptest::proptest! {
        #[test]
        fn letters_spelled_one_by_one_are_seen_with_a_map_and_without(text in "([ab'] |[ab'.]|[abc]{2}|[a-z]{0,6} {0,2}|[0-9]{2}){0,80}") {
            let mut mapped = Reading::default();
            let expected = read_chars(text.char_indices().map(|(at, c)| located(at, c)), &mut mapped);
            proptest::prop_assert_eq!(spaced(text.as_bytes()), expected.0 & Traits::SPACED);
        }
    }
}

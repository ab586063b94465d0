//! Whether a text spells words letter by letter.
//!
//! Where such a word is and what it says is found in [`super::deep`].

use super::Traits;
use super::neighbours::{is_letter, is_letter_or_digit};
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
    if lone_letters(text) < SPELLED {
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

/// How many letters of an ASCII text at most have neither a letter nor a digit beside them. Counts in bytes and without a
/// branch, which compiles to a few vector instructions for sixteen of them.
fn lone_letters(text: &[u8]) -> usize {
    let (Some(here), Some(after)) = (text.get(1..), text.get(2..)) else {
        return text.len();
    };
    let chunk = usize::from(u8::MAX);
    let chunks = text
        .chunks(chunk)
        .zip(here.chunks(chunk))
        .zip(after.chunks(chunk));
    let counts = chunks.map(|((before, here), after)| {
        let triples = before.iter().zip(here).zip(after);
        let count = triples.fold(0_u8, |count, ((before, here), after)| {
            let joined = is_letter_or_digit(*before) | is_letter_or_digit(*after);
            count + (is_letter(*here) & !joined)
        });
        usize::from(count)
    });
    // The outermost two may be some.
    counts.sum::<usize>() + 2
}

#[cfg(test)]
mod tests {
    use super::super::Reading;
    use super::super::mapped::{located, read_chars};
    use super::*;

    proptest::proptest! {
        #[test]
        fn letters_spelled_one_by_one_are_seen_with_a_map_and_without(text in "([ab'] |[ab'.]|[abc]{2}){0,80}") {
            let mut mapped = Reading::default();
            let expected = read_chars(text.char_indices().map(|(at, c)| located(at, c)), &mut mapped);
            proptest::prop_assert_eq!(spaced(text.as_bytes()), expected.0 & Traits::SPACED);
        }
    }
}

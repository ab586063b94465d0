//! Whether a text spells words letter by letter.
//!
//! Where such a word is and what it says is found in [`super::deep`].

use super::Traits;
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

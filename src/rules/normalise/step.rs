//! Some bytes of a text at a time, as one number.

/// So many bytes are taken at once.
pub(super) const STEP: usize = 8;

/// A step of blanks.
pub(super) const BLANKS: u64 = u64::from_le_bytes([b' '; STEP]);

const HIGHEST: u64 = u64::from_le_bytes([0x80; STEP]);
const LOWEST: u64 = u64::from_le_bytes([1; STEP]);

/// The bytes of a text from a place in it on, the first lowest; behind its end there are blanks, which only end its last word.
#[inline]
pub(super) fn step_at(bytes: &[u8], at: usize) -> u64 {
    if let Some(step) = bytes[at..].first_chunk() {
        return u64::from_le_bytes(*step);
    }
    let here = bytes.len() - at;
    if let Some(last) = bytes.last_chunk() {
        let missing = 8 * (STEP - here) as u32;
        return u64::from_le_bytes(*last).unbounded_shr(missing) | BLANKS << (8 * here);
    }
    let mut step = [b' '; STEP];
    for (to, byte) in step.iter_mut().zip(&bytes[at..]) {
        *to = *byte;
    }
    u64::from_le_bytes(step)
}

/// Whether all bytes of a step are ASCII.
pub(super) const fn is_ascii(step: u64) -> bool {
    step & HIGHEST == 0
}

/// Whether any byte of a step is zero.
pub(super) const fn has_zero(step: u64) -> bool {
    step.wrapping_sub(LOWEST) & !step & HIGHEST != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_has_the_bytes_from_its_place_on_and_then_blanks() {
        let text = b"0123456789abc";
        for length in 0..text.len() {
            let text = &text[..length];
            for at in 0..=length {
                let mut expected = text[at..].to_vec();
                expected.resize(STEP.max(expected.len()), b' ');
                assert_eq!(step_at(text, at).to_le_bytes(), expected[..STEP]);
            }
        }
    }

    #[test]
    fn a_zero_byte_is_found_wherever_it_is() {
        for at in 0..STEP {
            for other in [1, b' ', 0x80, 0xff] {
                let mut step = [other; STEP];
                assert!(!has_zero(u64::from_le_bytes(step)));
                step[at] = 0;
                assert!(has_zero(u64::from_le_bytes(step)));
            }
        }
    }
}

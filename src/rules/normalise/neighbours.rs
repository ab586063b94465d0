//! Looks at the bytes of a text together with their neighbours, many at once: whether something stands anywhere that is
//! worth a careful look. What that look then finds lives with its callers.

/// So many bytes are looked at together.
const LANES: usize = 16;

/// Whether `is_it` says 1 and not 0 of any three bytes in a row. It should compare and combine with `&` and `|`: then this
/// compiles to vector instructions.
#[inline]
pub(in crate::rules) fn any_three(bytes: &[u8], is_it: impl Fn(u8, u8, u8) -> u8) -> bool {
    let look = |window: &[u8; LANES + 2]| {
        let mut any = 0;
        for at in 0..LANES {
            any |= is_it(window[at], window[at + 1], window[at + 2]);
        }
        any != 0
    };
    let Some(last) = bytes.last_chunk() else {
        return bytes.windows(3).any(|run| is_it(run[0], run[1], run[2]) != 0);
    };
    // The last window overlaps the one before it, instead of a rest that is looked at byte by byte.
    bytes
        .windows(LANES + 2)
        .step_by(LANES)
        .filter_map(<[u8]>::first_chunk)
        .any(look)
        || look(last)
}

/// 1 for one of these bytes, else 0.
#[inline]
pub(in crate::rules) fn is_one_of<const N: usize>(byte: u8, these: [u8; N]) -> u8 {
    these.iter().fold(0, |any, this| any | u8::from(byte == *this))
}

/// 1 for a letter of ASCII, else 0.
#[inline]
pub(in crate::rules) fn is_letter(byte: u8) -> u8 {
    u8::from((byte | 0x20).wrapping_sub(b'a') < 26)
}

/// 1 for a letter or digit of ASCII, else 0.
#[inline]
pub(in crate::rules) fn is_letter_or_digit(byte: u8) -> u8 {
    is_letter(byte) | u8::from(byte.wrapping_sub(b'0') < 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn three_in_a_row_are_seen_wherever_they_stand(text in "[a-c ]{0,70}") {
            let seen = any_three(text.as_bytes(), |a, b, c| {
                is_one_of(a, *b"a") & is_one_of(b, *b"b") & is_one_of(c, *b"c")
            });
            proptest::prop_assert_eq!(seen, text.contains("abc"));
        }
    }
}

//! Which bytes of a text are of a kind, sixteen at a time, as bits of a number.

use wide::u8x16;

/// So many bytes are looked at together.
const LANES: usize = 16;
/// So many bytes of a text make the bits of one number.
pub(super) const BLOCK: usize = 64;

/// A bit for each byte of the block of a text that starts here, the first lowest: the highest bit of what `kind` says of it. Behind the
/// end of the text there are blanks.
#[inline]
pub(super) fn of_block(text: &[u8], start: usize, mut kind: impl FnMut(u8x16) -> u8x16) -> u64 {
    let mut bits = |lanes: &[u8; LANES]| u64::from(kind(u8x16::new(*lanes)).to_bitmask() as u16);
    let block = &text[start..text.len().min(start + BLOCK)];
    let (whole, rest) = block.as_chunks();
    let mut all = 0;
    for (nth, lanes) in whole.iter().enumerate() {
        all |= bits(lanes) << (nth * LANES);
    }
    if rest.is_empty() {
        return all;
    }
    let last = if let Some(last) = text.last_chunk() {
        // The last lanes of a text overlap those before; what was seen there is shifted out.
        bits(last) >> (LANES - rest.len())
    } else {
        let mut last = [b' '; LANES];
        for (to, byte) in last.iter_mut().zip(rest) {
            *to = *byte;
        }
        bits(&last)
    };
    all | last << (whole.len() * LANES)
}

/// Letters of ASCII.
#[inline]
pub(super) fn letter(bytes: u8x16) -> u8x16 {
    within(bytes | u8x16::splat(0x20), b'a', b'z')
}

/// Digits of ASCII.
#[inline]
pub(super) fn digit(bytes: u8x16) -> u8x16 {
    within(bytes, b'0', b'9')
}

/// This byte.
#[inline]
pub(super) fn is(byte: u8, bytes: u8x16) -> u8x16 {
    bytes.simd_eq(u8x16::splat(byte))
}

#[inline]
fn within(bytes: u8x16, first: u8, last: u8) -> u8x16 {
    (bytes - u8x16::splat(first)).simd_le(u8x16::splat(last - first))
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn every_byte_has_its_bit(text in "([a-zA-Z]{0,9}|[0-9]|[ -~]|é| ){0,150}") {
            let text = text.as_bytes();
            for start in (0..text.len()).step_by(BLOCK) {
                let of = |kind: &dyn Fn(u8x16) -> u8x16| of_block(text, start, kind);
                let block = text[start..].iter().take(BLOCK).enumerate();
                for (at, byte) in block {
                    proptest::prop_assert_eq!(of(&letter) >> at & 1 == 1, byte.is_ascii_alphabetic());
                    proptest::prop_assert_eq!(of(&digit) >> at & 1 == 1, byte.is_ascii_digit());
                    proptest::prop_assert_eq!(of(&|bytes| is(b' ', bytes)) >> at & 1 == 1, *byte == b' ');
                }
            }
        }
    }
}

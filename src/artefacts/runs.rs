//! Long runs of one class of bytes, found by leaping: a run of at least `n` bytes must cover every `n`-th position,
//! so only those are looked at. Ordinary chat is passed over at a byte or two per leap.

use std::ops::Range;

/// The shortest run worth a look: a Bitcoin address of 25 characters.
pub(super) const SHORTEST_ARTEFACT: usize = 25;

/// Every maximal run of `is_member` bytes that is at least `shortest` long, in order.
pub(super) fn of(
    bytes: &[u8],
    shortest: usize,
    is_member: fn(u8) -> bool,
) -> impl Iterator<Item = Range<usize>> + '_ {
    let shortest = shortest.max(1);
    let mut probe = shortest - 1;
    std::iter::from_fn(move || {
        while probe < bytes.len() {
            if !is_member(bytes[probe]) {
                probe += shortest;
                continue;
            }
            let start = bytes[..probe]
                .iter()
                .rposition(|&b| !is_member(b))
                .map_or(0, |at| at + 1);
            let end = bytes[probe..]
                .iter()
                .position(|&b| !is_member(b))
                .map_or(bytes.len(), |n| probe + n);
            // The byte at `end` is no member, so the next run starts behind it.
            probe = end + shortest;
            if end - start >= shortest {
                return Some(start..end);
            }
        }
        None
    })
}

/// Runs of ASCII letters and digits.
pub(super) fn alphanumeric(bytes: &[u8], shortest: usize) -> impl Iterator<Item = Range<usize>> + '_ {
    of(bytes, shortest, |b| b.is_ascii_alphanumeric())
}

/// Runs of visible ASCII: what stands between blanks.
pub(super) fn graphic(bytes: &[u8], shortest: usize) -> impl Iterator<Item = Range<usize>> + '_ {
    of(bytes, shortest, |b| b.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn leaping_finds_exactly_the_runs_that_walking_finds(text in "[ab ]{0,80}", shortest in 1_usize..9) {
            let bytes = text.as_bytes();
            let mut walked = Vec::new();
            let mut start = 0;
            for end in 0..=bytes.len() {
                if end == bytes.len() || bytes[end] == b' ' {
                    if end - start >= shortest {
                        walked.push(start..end);
                    }
                    start = end + 1;
                }
            }
            prop_assert_eq!(alphanumeric(bytes, shortest).collect::<Vec<_>>(), walked);
        }
    }
}

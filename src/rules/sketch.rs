//! A text's sketch: 64 bits by which near copies of a text are recognised without keeping the text.
//!
//! `SimHash` (Charikar, "Similarity estimation techniques from rounding algorithms", 2002; used for near-duplicate pages
//! by Manku, Jain and Das Sarma, 2007): every window of five bytes of the plain reading votes on each bit. Because the
//! reading is already free of case, disguises and punctuation, a copy in other letters has the same sketch, and one with a
//! word more a sketch a few bits away. Links and mentions are left out: they change from copy to copy.
//!
//! What copies mean is decided in `moderation`; which links a message holds is remembered by [`super::scan`].

use serde::{Deserialize, Serialize};

use super::normalise::{Reading, plain};

/// Bytes of one window.
const WINDOW: usize = 5;
/// A text with fewer windows says too little to be called a copy of another: "gm", "thank you all".
const FEWEST_WINDOWS: usize = 20;
/// A text with fewer different windows repeats itself: "lol lol lol lol lol".
const FEWEST_DIFFERENT: u32 = 16;
/// Bytes of a text that are sketched; what comes after changes nothing.
const MOST_BYTES: usize = 512;

/// The sketch of one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sketch {
    /// The votes, one bit each.
    pub bits: u64,
    /// How many windows voted, from 20 to 512.
    pub windows: u16,
}

impl Sketch {
    /// Whether two texts are near copies of each other. A short text may differ in more bits, since one word more weighs
    /// more in it: 12 of 64 below 60 windows, 10 below 120, 8 above (texts that share nothing differ in 32 ± 4).
    pub fn is_like(self, other: Self) -> bool {
        let fewer = self.windows.min(other.windows);
        let allowed = match fewer {
            0..60 => 12,
            60..120 => 10,
            _ => 8,
        };
        // A short text inside a long one is another text.
        let much_longer = self.windows.max(other.windows) > fewer.saturating_mul(2);
        !much_longer && (self.bits ^ other.bits).count_ones() <= allowed
    }
}

/// Makes sketches, in buffers that are used again.
#[derive(Debug, Default)]
pub struct Sketcher {
    words: String,
    reading: Reading,
}

impl Sketcher {
    /// The sketch of several texts read one after the other; `None` when they say too little.
    pub fn sketch<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) -> Option<Sketch> {
        self.words.clear();
        for text in texts {
            for word in text.split_ascii_whitespace().filter(|word| !changes(word)) {
                if self.words.len() + word.len() > MOST_BYTES {
                    break;
                }
                self.words.push_str(word);
                self.words.push(' ');
            }
        }
        if self.words.len() < FEWEST_WINDOWS {
            return None;
        }
        plain::read(&self.words, &mut self.reading);
        votes(&self.reading.bytes)
    }
}

/// Whether a word differs from copy to copy: a link, a mention, an emoji of the server.
fn changes(word: &str) -> bool {
    word.starts_with('<') || word.contains("://") || word.contains(".gg/")
}

fn votes(text: &[u8]) -> Option<Sketch> {
    let windows = text.len().saturating_sub(WINDOW - 1).min(MOST_BYTES);
    if windows < FEWEST_WINDOWS {
        return None;
    }
    let mut sums = [0_i16; 64];
    let mut different = [0_u64; 4];
    for window in text.windows(WINDOW).take(windows) {
        let hash = mix(window.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)));
        for (bit, sum) in sums.iter_mut().enumerate() {
            // One for a set bit, minus one for the other, without a branch.
            *sum += ((hash >> bit & 1) as i16) * 2 - 1;
        }
        let slot = (hash >> 56) as usize;
        different[slot / 64] |= 1 << (slot % 64);
    }
    if different.iter().map(|bits| bits.count_ones()).sum::<u32>() < FEWEST_DIFFERENT {
        return None;
    }
    let bits = sums
        .iter()
        .enumerate()
        .fold(0, |bits, (bit, sum)| bits | u64::from(*sum > 0) << bit);
    Some(Sketch {
        bits,
        windows: windows as u16,
    })
}

/// Spreads a number over all bits: the finaliser of `SplitMix64` (Steele, Lea, Flood, 2014).
const fn mix(value: u64) -> u64 {
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}

/// A short name of a host or of an invitation, for comparing only; never 0.
pub fn short_name(of: &str) -> u32 {
    let folded = of
        .bytes()
        .fold(0_u64, |sum, byte| mix(sum ^ u64::from(byte.to_ascii_lowercase())));
    (folded as u32).max(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sketch(text: &str) -> Option<Sketch> {
        Sketcher::default().sketch([text])
    }

    const LURE: &str = "Connect your wallet to claim the airdrop before it ends tonight";

    #[test]
    fn a_copy_in_other_letters_with_another_link_and_a_random_tail_is_still_a_copy() {
        let original = sketch(LURE).expect("long enough");
        for copy in [
            "connect YOUR w\u{200b}allet to claim the a1rdrop before it ends tonight!!!",
            "Connect your wallet to claim the airdrop before it ends tonight https://other.example/x",
            "<@123456> Connect your wallet to claim the airdrop before it ends tonight x7Qz",
            "Соnnесt your wallet to claim the airdrop before it ends tonight",
        ] {
            assert!(original.is_like(sketch(copy).expect("long enough")), "{copy}");
        }
    }

    #[test]
    fn other_texts_about_the_same_are_no_copies() {
        let original = sketch(LURE).expect("long enough");
        for other in [
            "Can I connect my hardware wallet to the testnet or is that broken tonight?",
            "When does the airdrop end, and is there a claim page for the people who missed it?",
            "has anyone tried the new release on testnet yet? my node does not sync",
        ] {
            assert!(!original.is_like(sketch(other).expect("long enough")), "{other}");
        }
    }

    #[test]
    fn what_says_too_little_has_no_sketch() {
        for text in [
            "",
            "gm",
            "gm gm gm gm gm gm gm gm gm gm",
            "thanks!",
            "🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥",
            "https://a-very-long-address.example/with/a/path/that/goes/on",
            "lololololololololololololololololololol",
        ] {
            assert_eq!(sketch(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_sketched_and_is_a_copy_of_itself(text in "\\PC{0,900}") {
            if let Some(one) = sketch(&text) {
                prop_assert!(one.is_like(one));
                prop_assert_eq!(sketch(&text), Some(one));
            }
        }
    }
}

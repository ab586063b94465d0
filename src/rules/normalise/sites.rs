//! Where punctuation and digits stand in a text, and between what: which of the careful looks a text deserves at all.
//!
//! A dot that ends a sentence makes no link, an asterisk behind a blank hides no word. Most messages have a few such marks, none
//! of which means anything. So one pass finds them, sixteen bytes at a time, and looks each up together with the bytes beside it;
//! what the careful looks then find lives with those who look.

use wide::u8x16;

use super::Traits;
use super::lanes::{BLOCK, is, letter, of_block};
use super::table::KIND;

/// Places in a text that are worth a careful look, by the byte there and the two beside it. The start and the end of a text count as
/// blanks.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Sites(u16);

impl Sites {
    /// A dot in a host, before a letter: so begins what every host ends with.
    pub const DOT_BEFORE_NAME: u16 = 1;
    /// A colon that may end a scheme.
    pub const SCHEME: u16 = 1 << 1;
    /// `](`: where the label of a masked link ends.
    pub const LABEL_END: u16 = 1 << 2;
    /// A bracket before a `d`, as in `(dot)`.
    pub const SPELLED_DOT: u16 = 1 << 3;
    /// A dot behind a bracket.
    pub const BRACKETED_DOT: u16 = 1 << 4;
    /// A dot behind a blank.
    pub const LONELY_DOT: u16 = 1 << 5;
    /// A percent sign before a hexadecimal digit.
    pub const ESCAPE: u16 = 1 << 6;
    /// Markdown behind a byte of a host, before another or more markdown.
    pub const FORMATTED_HOST: u16 = 1 << 7;
    /// A mark behind a letter that alone may format inside a word or stand for a letter.
    pub const MARK_IN_WORD: u16 = 1 << 8;
    /// Two marks behind a letter.
    pub const MARKS_IN_WORD: u16 = 1 << 9;
    /// A symbol between letters.
    pub const SYMBOL_IN_WORD: u16 = 1 << 10;
    /// A `$` that may lead a word.
    pub const LEADING_DOLLAR: u16 = 1 << 11;

    /// Whether there is any of these.
    pub const fn any(self, sites: u16) -> bool {
        self.0 & sites != 0
    }
}

const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &[u8] = b"0123456789";
/// Letters and others beyond ASCII.
const BEYOND: &[u8] = &bytes_from::<128>(128);
const ANY: &[u8] = &bytes_from::<256>(0);

const fn bytes_from<const N: usize>(first: usize) -> [u8; N] {
    let mut all = [0; N];
    let mut at = 0;
    while at < N {
        all[at] = (first + at) as u8;
        at += 1;
    }
    all
}

/// A site: its bit, and what stands before, at and behind it.
type Site = (
    u16,
    &'static [&'static [u8]],
    &'static [u8],
    &'static [&'static [u8]],
);

const HOST: &[&[u8]] = &[LETTERS, DIGITS, BEYOND, b"-_."];
const IN_WORD: &[&[u8]] = &[LETTERS, BEYOND];

const SITES: [Site; 12] = [
    (Sites::DOT_BEFORE_NAME, HOST, b".", IN_WORD),
    (Sites::SCHEME, &[b"pPsS"], b":", &[ANY]),
    (Sites::LABEL_END, &[ANY], b"]", &[b"("]),
    (Sites::SPELLED_DOT, &[ANY], b"[({", &[b"dD"]),
    (Sites::BRACKETED_DOT, &[b"[({"], b".", &[ANY]),
    (Sites::LONELY_DOT, &[b" "], b".", &[LETTERS, DIGITS, b" "]),
    (Sites::ESCAPE, &[ANY], b"%", &[DIGITS, b"abcdefABCDEF"]),
    (
        Sites::FORMATTED_HOST,
        &[LETTERS, DIGITS, b"-."],
        b"*~|`",
        &[LETTERS, DIGITS, b"-.*~|`"],
    ),
    (Sites::MARK_IN_WORD, IN_WORD, b"*`|", &[LETTERS, DIGITS, BEYOND]),
    (Sites::MARKS_IN_WORD, IN_WORD, b"*`|_~", &[b"*`|_~"]),
    (Sites::SYMBOL_IN_WORD, IN_WORD, b"@$!+", IN_WORD),
    (Sites::LEADING_DOLLAR, &[b" "], b"$", &[LETTERS]),
];

/// The sites that a byte may stand before, at and behind.
#[derive(Clone, Copy)]
struct Role {
    before: u16,
    at: u16,
    behind: u16,
}

static ROLES: [Role; 256] = roles();

const fn roles() -> [Role; 256] {
    let mut roles = [Role {
        before: 0,
        at: 0,
        behind: 0,
    }; 256];
    let mut site = 0;
    while site < SITES.len() {
        let (bit, before, at, behind) = SITES[site];
        let mut byte = 0;
        while byte < 256 {
            if is_in(byte as u8, before) {
                roles[byte].before |= bit;
            }
            if is_in(byte as u8, &[at]) {
                roles[byte].at |= bit;
            }
            if is_in(byte as u8, behind) {
                roles[byte].behind |= bit;
            }
            byte += 1;
        }
        site += 1;
    }
    roles
}

const fn is_in(byte: u8, sets: &[&[u8]]) -> bool {
    let mut set = 0;
    while set < sets.len() {
        let mut at = 0;
        while at < sets[set].len() {
            if sets[set][at] == byte {
                return true;
            }
            at += 1;
        }
        set += 1;
    }
    false
}

/// Which kinds of ASCII characters a text has, whether it has others, and which sites.
pub(in crate::rules) fn survey(text: &[u8]) -> (Traits, Sites) {
    let (mut kinds, mut sites) = (0, 0);
    let mut all = u8x16::ZERO;
    for start in (0..text.len()).step_by(BLOCK) {
        // The highest bits are those of the bytes beyond ASCII.
        let mut marks = of_block(text, start, |bytes| {
            all |= bytes;
            !(says_nothing(bytes) | bytes)
        });
        while marks != 0 {
            let at = start + marks.trailing_zeros() as usize;
            marks &= marks - 1;
            let byte = |at: Option<usize>| at.and_then(|at| text.get(at)).copied().unwrap_or(b' ');
            let [before, here, behind] =
                [byte(at.checked_sub(1)), byte(Some(at)), byte(Some(at + 1))].map(usize::from);
            kinds |= KIND[here];
            sites |= ROLES[before].before & ROLES[here].at & ROLES[behind].behind;
        }
    }
    if all.to_bitmask() != 0 {
        kinds |= Traits::BEYOND_ASCII;
    }
    (Traits(kinds), Sites(sites))
}

/// Letters and what stands between most of them: no site and of no kind.
#[inline]
fn says_nothing(bytes: u8x16) -> u8x16 {
    letter(bytes) | is(b' ', bytes) | is(b',', bytes) | is(b'\'', bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naive(text: &[u8]) -> (Traits, Sites) {
        let byte = |at: usize| {
            at.checked_sub(1)
                .and_then(|at| text.get(at))
                .copied()
                .unwrap_or(b' ')
        };
        let (mut kinds, mut sites) = (0, 0);
        for at in 1..=text.len() {
            kinds |= KIND[usize::from(byte(at))];
            for (bit, before, here, behind) in SITES {
                if is_in(byte(at - 1), before) && is_in(byte(at), &[here]) && is_in(byte(at + 1), behind) {
                    sites |= bit;
                }
            }
        }
        (Traits(kinds), Sites(sites))
    }

    proptest::proptest! {
        #[test]
        fn marks_are_seen_wherever_they_stand(text in "([a-z ]{0,20}[!-~]{0,3}|[a-zA-Z]{1,3}[.:*|$@!%\\]({_~-]{1,2}[a-z0-9 (]{0,2}|ж|é.|\n){0,24}") {
            proptest::prop_assert_eq!(survey(text.as_bytes()), naive(text.as_bytes()));
        }
    }

    #[test]
    fn the_end_of_a_sentence_is_no_site_and_an_address_is() {
        let sites = |text: &str| survey(text.as_bytes()).1;
        assert_eq!(sites("That's it. See you (at noon), Tom!"), Sites::default());
        assert!(sites("see prize.xyz").any(Sites::DOT_BEFORE_NAME));
        assert!(sites("https://x").any(Sites::SCHEME));
        assert!(sites("cl**ai**m").any(Sites::MARKS_IN_WORD));
        assert!(sites("$end now").any(Sites::LEADING_DOLLAR));
    }
}

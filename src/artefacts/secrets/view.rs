//! The text as a secret's owner meant it: plain ASCII, with a way back to the bytes as given.
//!
//! Zero-width characters vanish; full-width, mathematical and circled letters become the letters they show, letters
//! with accents (in one piece or decomposed) the letters without; every other letter becomes a letter that no secret
//! contains, every other sign a blank. Look-alike letters of other scripts are left alone: nobody disguises their own
//! seed phrase, it only gets mangled by keyboards and websites.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use unicode_normalization::char::decompose_canonical;

/// Stands for any letter outside ASCII: part of a word, never part of a secret.
const FOREIGN_LETTER: u8 = 0x7f;

/// ASCII bytes and where each came from.
pub(super) struct View<'t> {
    bytes: Cow<'t, [u8]>,
    /// For each byte of a folded view, where its character starts in the source; empty when nothing was folded.
    starts: Vec<u32>,
    source: &'t str,
}

impl<'t> View<'t> {
    /// A view of a text that is ASCII already.
    pub(super) fn plain(source: &'t str) -> Self {
        Self {
            bytes: Cow::Borrowed(source.as_bytes()),
            starts: Vec::new(),
            source,
        }
    }

    /// A folded copy of `source`.
    pub(super) fn folded(source: &'t str) -> Self {
        let mut bytes = Vec::with_capacity(source.len());
        let mut starts = Vec::with_capacity(source.len());
        for (at, c) in source.char_indices() {
            if let Some(byte) = fold(c) {
                bytes.push(byte);
                starts.push(u32::try_from(at).unwrap_or(u32::MAX));
            }
        }
        Self {
            bytes: Cow::Owned(bytes),
            starts,
            source,
        }
    }

    /// The ASCII bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The text as given.
    pub(super) fn source(&self) -> &'t str {
        self.source
    }

    /// The same as text; ASCII is always valid.
    pub(super) fn text(&self, span: Range<usize>) -> &str {
        std::str::from_utf8(&self.bytes[span]).unwrap_or_default()
    }

    /// Where a span of the view stands in the source. An empty span stays empty.
    pub(super) fn in_source(&self, span: Range<usize>) -> Range<usize> {
        if self.starts.is_empty() || span.is_empty() {
            return span;
        }
        let start = self.starts[span.start] as usize;
        let last = self.starts[span.end - 1] as usize;
        let width = self.source[last..].chars().next().map_or(0, char::len_utf8);
        start..last + width
    }
}

/// Whether a folded view of `text` is worth building: it holds about twelve words in a row that could be list words, an
/// unbroken run that could be a key or a token, a key in pieces, or enough numbers for a key written as an array.
/// Allocates nothing.
pub(super) fn might_hide(text: &str) -> bool {
    let (mut words, mut letters) = (0_u32, 0_u32);
    let (mut solid, mut numbers, mut odd) = (0_u32, 0_u32, 0_u32);
    let (mut before, mut ordinal) = (b' ', false);
    for byte in text.chars().filter_map(fold) {
        if byte.is_ascii_alphabetic() {
            letters += 1;
        } else {
            if letters > 0 {
                words = match letters {
                    1..=2 if ordinal => words,
                    3..=10 => words + 1,
                    _ => 0,
                };
                letters = 0;
            }
            // "st" in "1st".
            ordinal = byte.is_ascii_digit();
            if byte == FOREIGN_LETTER {
                words = 0;
            }
        }
        solid = if byte.is_ascii_graphic() { solid + 1 } else { 0 };
        numbers = if byte.is_ascii_digit() || matches!(byte, b',' | b' ' | b'\n') {
            numbers + 1
        } else {
            0
        };
        // A digit beside a letter, or a capital behind a small letter.
        odd += u32::from(
            (byte.is_ascii_digit() && before.is_ascii_alphabetic())
                || (byte.is_ascii_uppercase() && before.is_ascii_lowercase()),
        );
        before = byte;
        if words >= 11 || solid >= super::SHORTEST as u32 || numbers >= 63 || odd >= 6 {
            return true;
        }
    }
    words == 10 && (3..=10).contains(&letters)
}

/// The letters without their accents of U+00C0 to U+024F and U+1E00 to U+1EFF; zero for those that are no variant of an
/// ASCII letter.
static UNACCENTED: LazyLock<[[u8; 0x190]; 2]> = LazyLock::new(|| {
    [0xc0, 0x1e00].map(|first: u32| {
        std::array::from_fn(|at| {
            let mut base = 0;
            if let Some(c) = char::from_u32(first + at as u32) {
                decompose_canonical(c, |part| {
                    if part.is_ascii_alphabetic() {
                        base = part as u8;
                    }
                });
            }
            base
        })
    })
});

fn unaccented(first: u32, row: usize, code: u32) -> u8 {
    match UNACCENTED[row][(code - first) as usize] {
        0 => FOREIGN_LETTER,
        base => base,
    }
}

/// Whether `c` shows nothing.
pub(super) fn is_invisible(c: char) -> bool {
    !c.is_ascii() && fold(c).is_none()
}

/// The ASCII byte that `c` stands for; `None` when it is invisible.
fn fold(c: char) -> Option<u8> {
    if c.is_ascii() {
        return Some(c as u8);
    }
    let code = c as u32;
    Some(match code {
        // What Unicode calls default-ignorable.
        0xad
        // Accents that were taken off their letters, as NFKD does.
        | 0x300..=0x34e
        | 0x34f
        | 0x350..=0x36f
        | 0x61c
        | 0x115f
        | 0x1160
        | 0x17b4
        | 0x17b5
        | 0x180b..=0x180f
        | 0x200b..=0x200f
        | 0x202a..=0x202e
        | 0x2060..=0x206f
        | 0x3164
        | 0xfe00..=0xfe0f
        | 0xfeff
        | 0xffa0
        | 0xfff0..=0xfff8
        | 0xe0000..=0xe0fff => return None,
        // Full-width forms stand 0xfee0 above ASCII.
        0xff01..=0xff5e => (code - 0xfee0) as u8,
        // Circled capitals, then circled small letters.
        0x24b6..=0x24cf => b'A' + (code - 0x24b6) as u8,
        0x24d0..=0x24e9 => b'a' + (code - 0x24d0) as u8,
        // Mathematical alphabets: 13 styles of 52 letters; then digits in styles of ten.
        0x1d400..=0x1d6a3 => match ((code - 0x1d400) % 52) as u8 {
            upper @ 0..26 => b'A' + upper,
            lower => b'a' + lower - 26,
        },
        0x1d7ce..=0x1d7ff => b'0' + ((code - 0x1d7ce) % 10) as u8,
        0xc0..=0x24f if c.is_alphabetic() => unaccented(0xc0, 0, code),
        0x1e00..=0x1eff => unaccented(0x1e00, 1, code),
        _ if c.is_alphabetic() => FOREIGN_LETTER,
        _ => b' ',
    })
}

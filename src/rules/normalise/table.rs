//! Which letter class a character belongs to. ASCII is a table in the source; the rest is baked once from the data of
//! the `decancer` crate, corrected where that data does not fit (see `bake`).

use std::sync::LazyLock;

use unicode_normalization::char::is_combining_mark;

use super::Traits;

/// Letter class of an ASCII byte: a letter or digit, a space for whatever separates, zero for what is left out.
pub static CLASS: [u8; 256] = classes();
/// Every two letter classes.
pub(in crate::rules) fn pairs_of_classes() -> impl Iterator<Item = [u8; 2]> {
    let letters = || (b'a'..=b'z').filter(|letter| CLASS[usize::from(*letter)] == *letter);
    letters().flat_map(move |first| letters().map(move |second| [first, second]))
}

/// [`Traits`] of an ASCII byte.
pub static KIND: [u32; 256] = kinds();

const fn classes() -> [u8; 256] {
    let mut table = [b' '; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        if b.is_ascii_alphanumeric() {
            table[byte] = match b.to_ascii_lowercase() {
                b'l' | b'1' => b'i',
                b'0' => b'o',
                b'3' => b'e',
                b'4' => b'a',
                b'5' => b's',
                b'7' => b't',
                b'8' => b'b',
                b'9' | b'6' => b'g',
                b'2' => b'z',
                other => other,
            };
        } else if b == b'\'' {
            table[byte] = 0;
        }
        byte += 1;
    }
    table
}

const fn kinds() -> [u32; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b':' => Traits::COLON,
            b'.' => Traits::DOT,
            b'%' => Traits::PERCENT,
            b'\\' => Traits::BACKSLASH,
            b'*' | b'_' | b'~' | b'`' => Traits::MARK,
            b'|' => Traits::MARK | Traits::SYMBOL,
            b'!' => Traits::SYMBOL,
            b'@' => Traits::SYMBOL | Traits::AT,
            b'#' => Traits::HASH,
            b'-' => Traits::HYPHEN,
            b'"' => Traits::QUOTE,
            b'/' => Traits::SLASH,
            b'$' => Traits::SYMBOL | Traits::DOLLAR,
            b'+' => Traits::SYMBOL | Traits::PLUS,
            b'\n' | b'\r' => Traits::NEWLINE,
            b'[' | b'(' | b'{' => Traits::BRACKET,
            b'<' | b'>' => Traits::ANGLE,
            b'0'..=b'9' => Traits::DIGIT,
            0x80..=0xff => Traits::BEYOND_ASCII,
            _ => 0,
        };
        byte += 1;
    }
    table
}

/// What a character beyond ASCII stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stands {
    /// For what.
    pub as_: As,
    /// Which [`Traits`] it brings.
    pub kind: u32,
}

/// The ways to stand for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum As {
    /// For itself: a letter of another script, in lower case.
    Itself(char),
    /// For nothing: invisible, or an accent.
    Nothing,
    /// For a gap between words.
    Gap,
    /// For one to three ASCII letters or digits, in lower case, zero-padded.
    Letters([u8; 3]),
    /// For a letter where it touches one (`0P£N`), else for a gap (`£50`).
    Currency(u8),
}

const PAGE: usize = 256;
/// The planes that hold anything worth a table; other characters are classified as they come.
pub(super) const BAKED: usize = 0x2_0000;

/// What every character stands for.
struct Pages {
    index: Vec<u16>,
    pages: Vec<[Stands; PAGE]>,
}

static PAGES: LazyLock<Pages> = LazyLock::new(|| {
    let mut all = Pages {
        index: Vec::with_capacity(BAKED / PAGE),
        pages: Vec::new(),
    };
    for page in 0..BAKED / PAGE {
        let mut entries = [Stands {
            as_: As::Gap,
            kind: 0,
        }; PAGE];
        for (at, entry) in entries.iter_mut().enumerate() {
            if let Some(c) = u32::try_from(page * PAGE + at).ok().and_then(char::from_u32) {
                *entry = bake(c);
            }
        }
        let known = all.pages.iter().position(|other| *other == entries);
        let at = known.unwrap_or_else(|| {
            all.pages.push(entries);
            all.pages.len() - 1
        });
        all.index.push(at as u16);
    }
    all
});

impl Pages {
    fn stands_for(&self, c: char) -> Stands {
        let code = c as usize;
        if code < BAKED {
            self.pages[usize::from(self.index[code / PAGE])][code % PAGE]
        } else {
            bake(c)
        }
    }
}

/// What a character stands for.
pub fn stands_for(c: char) -> Stands {
    PAGES.stands_for(c)
}

/// Where decancer's idea differs from ours: invisible characters stand for nothing, not for a space; scripts that share no
/// letter shapes with Latin keep their letters (it turns Devanagari into Latin noise); currency signs are letters only inside words;
/// emoji, skin tones and symbols are gaps.
fn bake(c: char) -> Stands {
    let plain = |as_| Stands { as_, kind: 0 };
    if c.is_ascii() {
        let class = CLASS[c as usize];
        return plain(match class {
            0 => As::Nothing,
            b' ' => As::Gap,
            _ => As::Letters([c.to_ascii_lowercase() as u8, 0, 0]),
        });
    }
    if let Some(kind) = invisible(c) {
        return Stands {
            as_: As::Nothing,
            kind,
        };
    }
    match c {
        // Blanks that are no white space: expressions see a space only in the cleaned text.
        '\u{2800}' | '\u{3164}' | '\u{ffa0}' => {
            return Stands {
                as_: As::Gap,
                kind: Traits::STYLED,
            };
        }
        // Strokes through letters; other combining marks are accents, which honest writers use.
        '\u{334}'..='\u{338}' => {
            return Stands {
                as_: As::Nothing,
                kind: Traits::STYLED,
            };
        }
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' | '\u{ff07}' | '\u{b4}' | '\u{2032}' => {
            return plain(As::Nothing);
        }
        '\u{3002}' | '\u{ff0e}' | '\u{ff61}' | '\u{fe52}' | '\u{2024}' | '\u{ff0f}' | '\u{2044}'
        | '\u{2215}' | '\u{29f8}' | '\u{ff1a}' | '\u{a789}' | '\u{fe55}' | '\u{2236}' => {
            return Stands {
                as_: As::Gap,
                kind: Traits::ODD_PUNCTUATION,
            };
        }
        _ => {}
    }
    if let Some(letter) = currency(c) {
        return plain(As::Currency(letter));
    }
    if is_combining_mark(c) {
        return plain(As::Nothing);
    }
    let kind = match c as u32 {
        0x370..=0x58f
        | 0x13a0..=0x13ff
        | 0xa4d0..=0xa4ff
        | 0xa640..=0xa69f
        | 0xab70..=0xabbf
        | 0x1f00..=0x1fff
        | 0x2c80..=0x2cff => Traits::FOREIGN,
        0x250..=0x2af
        | 0x1d00..=0x1dbf
        | 0x2070..=0x209f
        | 0x2100..=0x214f
        | 0x2460..=0x24ff
        | 0xa720..=0xa7ff
        | 0xab30..=0xab6f
        | 0xff00..=0xffef
        | 0x1d400..=0x1d7ff
        | 0x1f100..=0x1f1ff => Traits::STYLED,
        0xc0..=0x24f | 0x1e00..=0x1eff | 0x2c60..=0x2c7f | 0xaa | 0xba => 0,
        _ => return plain(itself_or_gap(c)),
    };
    let mut letters = [0; 3];
    let mut count = 0;
    let mut put = |from: char| {
        if count < 3 && from.is_ascii_alphanumeric() {
            letters[count] = from.to_ascii_lowercase() as u8;
        }
        count += 1;
    };
    match decancer::cure_char(c, decancer::Options::default()) {
        decancer::Translation::Character(to) => put(to),
        decancer::Translation::String(to) => to.chars().for_each(put),
        decancer::Translation::None => {}
    }
    let whole = (1..=3).contains(&count) && letters[..count].iter().all(|letter| *letter != 0);
    if whole {
        Stands {
            as_: As::Letters(letters),
            kind,
        }
    } else {
        plain(itself_or_gap(c))
    }
}

fn itself_or_gap(c: char) -> As {
    if c.is_alphanumeric() {
        As::Itself(c.to_lowercase().next().unwrap_or(c))
    } else {
        As::Gap
    }
}

/// Default-ignorable characters and other controls that show nothing.
fn invisible(c: char) -> Option<u32> {
    Some(match c {
        '\u{202d}' | '\u{202e}' => Traits::INVISIBLE | Traits::OVERRIDE,
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202c}'
        | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}' => Traits::INVISIBLE,
        _ => return None,
    })
}

fn currency(c: char) -> Option<u8> {
    Some(match c {
        '£' | '€' => b'e',
        '¢' | '₵' | '₡' => b'c',
        '¥' => b'y',
        '₿' | '฿' => b'b',
        '₮' | '₸' => b't',
        '₳' => b'a',
        '₦' => b'n',
        '₽' | '₱' => b'p',
        '₴' => b's',
        '₭' => b'k',
        '₲' => b'g',
        '₫' => b'd',
        '₩' => b'w',
        '₤' | '₺' => b'l',
        '₣' => b'f',
        _ => return None,
    })
}

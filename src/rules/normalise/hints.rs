//! Where a text seems to hide what it says: marks and symbols inside words, letters spelled one by one, words cut over quoted
//! lines, reversed direction. What is then undone there lives in [`super::deep`].

use std::ops::Range;

use super::Traits;
use super::sites::{Sites, survey};
use super::table::{As, KIND, stands_for};

/// What a text seems to hide, each with the first place that says so.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Hints {
    /// Markdown between two letters of a word.
    pub markdown: Option<Range<usize>>,
    /// A symbol in the place of a letter.
    pub symbols: Option<Range<usize>>,
    /// Four or more letters spelled one by one.
    pub spaced: Option<Range<usize>>,
    /// Three or more quoted lines of a few characters each.
    pub split: Option<Range<usize>>,
    /// A stretch that is to be read from right to left.
    pub reversed: Option<Range<usize>>,
    /// Which of its marks are worth a careful look.
    pub sites: Sites,
}

impl Hints {
    /// Whether there is anything to undo.
    pub fn any(&self) -> bool {
        self.markdown.is_some()
            || self.symbols.is_some()
            || self.spaced.is_some()
            || self.split.is_some()
            || self.reversed.is_some()
    }
}

/// The longest quoted line that still counts as a fragment, in bytes.
const FRAGMENT: usize = 12;

/// Looks for what the plain reading could not undo.
pub fn hints(text: &str, traits: Traits) -> Hints {
    hints_at(survey(text.as_bytes()).1, text, traits)
}

/// The same in a text of these sites. Costs one more look at each byte, and only where they or `traits` call for it.
pub fn hints_at(sites: Sites, text: &str, traits: Traits) -> Hints {
    let mut hints = Hints {
        sites,
        ..Hints::default()
    };
    in_words(text.as_bytes(), traits, &mut hints);
    if traits.any(Traits::SPACED) {
        hints.spaced = spelled(text);
    }
    if traits.any(Traits::NEWLINE) && traits.any(Traits::ANGLE) {
        hints.split = fragments(text);
    }
    if traits.any(Traits::OVERRIDE) {
        hints.reversed = text
            .find('\u{202e}')
            .map(|start| start..end_of_override(text, start));
    }
    hints
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= 0x80
}

/// Whether this run of marks formats inside a word (`_` and single bars do not).
fn formats(run: &[u8]) -> bool {
    run.contains(&b'*') || run.contains(&b'`') || run.len() >= 2
}

fn in_words(bytes: &[u8], traits: Traits, hints: &mut Hints) {
    let sites = hints.sites;
    if sites.any(Sites::MARK_IN_WORD | Sites::MARKS_IN_WORD) {
        marks_in_words(bytes, hints);
    }
    if sites.any(Sites::SYMBOL_IN_WORD | Sites::LEADING_DOLLAR) {
        let rest = traits.any(Traits::PLUS).then(|| memchr::memchr_iter(b'+', bytes));
        let all = memchr::memchr3_iter(b'@', b'$', b'!', bytes).chain(rest.into_iter().flatten());
        if let Some(first) = all.filter(|at| is_symbol_in_word(bytes, *at)).min() {
            let known = hints.symbols.get_or_insert(first..first + 1);
            if first < known.start {
                *known = first..first + 1;
            }
        }
    }
}

fn marks_in_words(bytes: &[u8], hints: &mut Hints) {
    let is_mark = |byte: &u8| KIND[usize::from(*byte)] & Traits::MARK != 0;
    let mut from = 0;
    while let Some(start) = bytes[from..].iter().position(is_mark).map(|at| from + at) {
        let length = bytes[start..].iter().take_while(|byte| is_mark(byte)).count();
        let end = start + length;
        let inside = start > 0
            && end < bytes.len()
            && is_letter(bytes[start - 1])
            && (is_letter(bytes[end]) || bytes[end].is_ascii_digit());
        if inside && formats(&bytes[start..end]) {
            hints.markdown.get_or_insert(start..end);
        } else if inside && &bytes[start..end] == b"|" {
            hints.symbols.get_or_insert(start..end);
        }
        from = end;
    }
}

/// Whether the symbol here stands between letters, or is a `$` that leads a word.
fn is_symbol_in_word(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| bytes[before]);
    let after = bytes.get(at + 1).copied().unwrap_or(b' ');
    let leads = bytes[at] == b'$'
        && before.is_none_or(|before| before == b' ')
        && bytes[at + 1..]
            .iter()
            .take(3)
            .filter(|byte| byte.is_ascii_lowercase())
            .count()
            == 3;
    leads || (before.is_some_and(is_letter) && is_letter(after))
}

/// The first run of four or more letters spelled one by one.
fn spelled(text: &str) -> Option<Range<usize>> {
    let (mut start, mut end, mut letters) = (0, 0, 0);
    let (mut word, mut single) = (0_usize, false);
    let mut close = |word: usize, single: bool, at: usize, word_start: usize| {
        if word == 1 && single {
            if letters == 0 {
                start = word_start;
            }
            letters += 1;
            end = at;
            None
        } else if word > 0 {
            let found = (letters >= 4).then_some(start..end);
            letters = 0;
            found
        } else {
            None
        }
    };
    let mut word_start = 0;
    for (at, c) in text.char_indices() {
        if !c.is_ascii() && matches!(stands_for(c).as_, As::Nothing) {
            continue;
        }
        if c.is_alphanumeric() {
            if word == 0 {
                word_start = at;
                single = c.is_alphabetic();
            }
            word += 1;
        } else {
            if let Some(found) = close(word, single, at, word_start) {
                return Some(found);
            }
            word = 0;
        }
    }
    if let Some(found) = close(word, single, text.len(), word_start) {
        return Some(found);
    }
    (letters >= 4).then_some(start..end)
}

/// Three quoted lines in a row, each a fragment.
fn fragments(text: &str) -> Option<Range<usize>> {
    let (mut start, mut count, mut at) = (0, 0, 0);
    for line in text.split_inclusive('\n') {
        let quoted = line.trim().strip_prefix('>').map(str::trim);
        if quoted.is_some_and(|content| !content.is_empty() && content.len() <= FRAGMENT) {
            if count == 0 {
                start = at;
            }
            count += 1;
        } else {
            if count >= 3 {
                return Some(start..at);
            }
            count = 0;
        }
        at += line.len();
    }
    (count >= 3).then_some(start..at)
}

fn end_of_override(text: &str, start: usize) -> usize {
    text[start..]
        .find(['\u{202c}', '\n'])
        .map_or(text.len(), |end| start + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn no_mark_inside_a_word_stands_outside_the_sites(text in "[ab1é.*_~|` ]{0,60}") {
            let mut hints = Hints::default();
            marks_in_words(text.as_bytes(), &mut hints);
            if hints.any() {
                let sites = survey(text.as_bytes()).1;
                proptest::prop_assert!(sites.any(Sites::MARK_IN_WORD | Sites::MARKS_IN_WORD));
            }
        }
    }
}

//! The deep and the joined reading: markdown and symbols inside words, reversed direction, letters spelled one by one,
//! words cut over quoted lines. Only texts in which [`hints`] sees something come here.

use std::ops::Range;

use super::mapped::{Located, located, read_chars};
use super::neighbours::{self, any_three, is_letter_or_digit, is_one_of};
use super::table::{As, KIND, stands_for};
use super::{Reading, Traits};

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

/// Looks for what the plain reading could not undo. Costs one look at each byte, and only where `traits` calls for it.
pub fn hints(text: &str, traits: Traits) -> Hints {
    let bytes = text.as_bytes();
    let mut hints = Hints::default();
    if traits.any(Traits::MARK | Traits::SYMBOL) {
        in_words(bytes, traits, &mut hints);
    }
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
    if traits.any(Traits::MARK) && any_three(bytes, is_mark_in_word) {
        marks_in_words(bytes, hints);
    }
    if traits.any(Traits::SYMBOL) {
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

/// 1 if these three can be the start of a run of marks that formats inside a word or stands for a letter, else 0.
fn is_mark_in_word(before: u8, here: u8, after: u8) -> u8 {
    let beyond_ascii = |byte: u8| u8::from(byte >= 0x80);
    let counts_alone = |byte: u8| is_one_of(byte, *b"*`|");
    let mark = |byte: u8| counts_alone(byte) | is_one_of(byte, *b"_~");
    let goes_on = is_letter_or_digit(after) | beyond_ascii(after);
    let in_word = neighbours::is_letter(before) | beyond_ascii(before);
    in_word & mark(here) & (mark(after) | (counts_alone(here) & goes_on))
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

/// The buffers of both readings.
#[derive(Debug, Default)]
pub struct Depths {
    pieces: Vec<Located>,
    spare: Vec<Located>,
    /// Markdown, symbols and direction undone.
    pub deep: Reading,
    /// Then spelled letters and quoted fragments joined; empty when there were none.
    pub joined: Reading,
    /// The most undone of both as text: for patterns that need punctuation.
    pub cleaned: Reading,
}

impl Depths {
    /// Builds the cleaned text only: for texts whose plain reading already undid everything, but that are not what they seem.
    pub fn clean(&mut self, text: &str) {
        self.take(text);
        self.deep.clear();
        self.joined.clear();
        self.write_cleaned();
    }

    /// Builds every reading that the hints call for.
    pub fn read(&mut self, text: &str, hints: &Hints) {
        self.take(text);
        if hints.markdown.is_some() {
            self.drop_markdown();
        }
        if hints.symbols.is_some() {
            self.read_symbols();
        }
        read_into(&self.pieces, &mut self.deep);
        self.joined.clear();
        if hints.split.is_some() {
            self.join_quotes();
        }
        if hints.spaced.is_some() {
            self.join_spelled();
        }
        if hints.split.is_some() || hints.spaced.is_some() {
            read_into(&self.pieces, &mut self.joined);
        }
        self.write_cleaned();
    }

    /// The text as pieces, invisible characters left out, stretches under a right-to-left override turned around.
    fn take(&mut self, text: &str) {
        self.pieces.clear();
        self.spare.clear();
        let mut turned = false;
        for (at, c) in text.char_indices() {
            match c {
                '\u{202e}' => {
                    turned = true;
                    continue;
                }
                '\u{202c}' | '\n' if turned => {
                    self.pieces.extend(self.spare.drain(..).rev());
                    turned = false;
                }
                _ => {}
            }
            let drops = || stands_for(c).kind & (Traits::INVISIBLE | Traits::STYLED);
            if !c.is_ascii() && matches!(stands_for(c).as_, As::Nothing) && drops() != 0 {
                continue;
            }
            let into = if turned { &mut self.spare } else { &mut self.pieces };
            into.push(located(at, c));
        }
        self.pieces.extend(self.spare.drain(..).rev());
    }

    fn drop_markdown(&mut self) {
        let pieces = &self.pieces;
        let mut at = 0;
        self.spare.clear();
        while at < pieces.len() {
            let start = at;
            while at < pieces.len() && matches!(pieces[at].c, '*' | '_' | '~' | '|' | '`') {
                at += 1;
            }
            let run = &pieces[start..at];
            let one = run.len() == 1 && matches!(run[0].c, '_' | '|' | '~');
            let inside = start > 0
                && pieces[start - 1].c.is_alphanumeric()
                && pieces.get(at).is_some_and(|next| next.c.is_alphanumeric());
            if !inside || one {
                self.spare.extend_from_slice(run);
            }
            if at < pieces.len() {
                self.spare.push(pieces[at]);
                at += 1;
            }
        }
        std::mem::swap(&mut self.pieces, &mut self.spare);
    }

    fn read_symbols(&mut self) {
        for at in 0..self.pieces.len() {
            let letter = match self.pieces[at].c {
                '@' => 'a',
                '$' => 's',
                '!' | '|' => 'i',
                '+' => 't',
                _ => continue,
            };
            let before = at.checked_sub(1).map_or(' ', |before| self.pieces[before].c);
            let after = self.pieces.get(at + 1).map_or(' ', |next| next.c);
            if after.is_alphabetic() && (before.is_alphabetic() || (letter == 's' && before == ' ')) {
                self.pieces[at].c = letter;
            }
        }
    }

    /// Takes the line breaks and quote marks out between quoted lines.
    fn join_quotes(&mut self) {
        self.spare.clear();
        let mut at = 0;
        let mut after_quote = false;
        while at < self.pieces.len() {
            let line_end = self.pieces[at..]
                .iter()
                .position(|piece| piece.c == '\n')
                .map_or(self.pieces.len(), |end| at + end);
            let mut first = at;
            while first < line_end && matches!(self.pieces[first].c, ' ' | '\t' | '\r') {
                first += 1;
            }
            let quoted = first < line_end && self.pieces[first].c == '>';
            if quoted {
                first += 1;
                while first < line_end && matches!(self.pieces[first].c, ' ' | '\t') {
                    first += 1;
                }
                if !after_quote && let Some(last) = self.spare.last().copied() {
                    self.spare.push(Located { c: '\n', ..last });
                }
                let mut end = line_end;
                while end > first && matches!(self.pieces[end - 1].c, ' ' | '\t' | '\r') {
                    end -= 1;
                }
                self.spare.extend_from_slice(&self.pieces[first..end]);
            } else {
                if after_quote && let Some(last) = self.spare.last().copied() {
                    self.spare.push(Located { c: '\n', ..last });
                }
                self.spare
                    .extend_from_slice(&self.pieces[at..(line_end + 1).min(self.pieces.len())]);
            }
            after_quote = quoted;
            at = line_end + 1;
        }
        std::mem::swap(&mut self.pieces, &mut self.spare);
    }

    /// Puts letters together that stand alone, four or more in a row. The narrowest gap of the row joins; wider ones
    /// stay gaps between words.
    fn join_spelled(&mut self) {
        self.spare.clear();
        let pieces = &self.pieces;
        let stands_alone = |at: usize| {
            pieces[at].c.is_alphanumeric()
                && at
                    .checked_sub(1)
                    .is_none_or(|before| !pieces[before].c.is_alphanumeric())
                && pieces.get(at + 1).is_none_or(|next| !next.c.is_alphanumeric())
        };
        let next_word = |from: usize| (from..pieces.len()).find(|&at| pieces[at].c.is_alphanumeric());
        let mut at = 0;
        while at < pieces.len() {
            if !stands_alone(at) {
                self.spare.push(pieces[at]);
                at += 1;
                continue;
            }
            let (mut end, mut count, mut narrowest) = (at, 1, usize::MAX);
            while let Some(next) = next_word(end + 1).filter(|&next| stands_alone(next) && next - end <= 4) {
                narrowest = narrowest.min(next - end);
                end = next;
                count += 1;
            }
            if count >= 4 {
                let mut last = at;
                for letter in (at..=end).filter(|&letter| pieces[letter].c.is_alphanumeric()) {
                    if letter - last > narrowest {
                        self.spare.push(Located {
                            c: ' ',
                            ..pieces[last]
                        });
                    }
                    self.spare.push(pieces[letter]);
                    last = letter;
                }
            } else {
                self.spare.extend_from_slice(&pieces[at..=end]);
            }
            at = end + 1;
        }
        std::mem::swap(&mut self.pieces, &mut self.spare);
    }

    fn write_cleaned(&mut self) {
        let out = &mut self.cleaned;
        out.clear();
        for (at, &Located { c, start, end }) in self.pieces.iter().enumerate() {
            let mut utf8 = [0; 4];
            if c.is_whitespace() {
                if out.bytes.last() != Some(&b' ') {
                    out.push(b' ', start, end);
                }
            } else if c.is_ascii() {
                let inside = c.is_ascii_digit()
                    && self.pieces.get(at + 1).is_some_and(|next| next.c.is_alphabetic())
                    && stands_in_word(&self.pieces, at);
                out.push(
                    if inside {
                        letter_for(c)
                    } else {
                        c.to_ascii_lowercase() as u8
                    },
                    start,
                    end,
                );
            } else {
                match stands_for(c).as_ {
                    As::Nothing => {}
                    As::Gap => out.push(b' ', start, end),
                    As::Currency(letter) => out.push(letter, start, end),
                    As::Letters(letters) => {
                        for letter in letters.into_iter().filter(|letter| *letter != 0) {
                            out.push(letter, start, end);
                        }
                    }
                    As::Itself(itself) => {
                        for &byte in itself.encode_utf8(&mut utf8).as_bytes() {
                            out.push(byte, start, end);
                        }
                    }
                }
            }
        }
    }
}

/// Whether a digit before a letter stands for a letter: `d0g`, and `4gent` where two letters or more follow it. `10k`, `2nd` and `5x`
/// are numbers.
fn stands_in_word(pieces: &[Located], at: usize) -> bool {
    match at.checked_sub(1).map(|before| pieces[before].c) {
        Some(before) if before.is_alphabetic() => true,
        Some(before) if before.is_alphanumeric() => false,
        _ => {
            pieces[at + 1..]
                .iter()
                .take(3)
                .filter(|next| next.c.is_alphabetic())
                .count()
                == 3
        }
    }
}

/// The letter that a digit inside a word stands for.
fn letter_for(digit: char) -> u8 {
    match digit {
        '0' => b'o',
        '1' => b'i',
        '3' => b'e',
        '4' => b'a',
        '5' => b's',
        '7' => b't',
        '8' => b'b',
        other => other as u8,
    }
}

fn read_into(pieces: &[Located], out: &mut Reading) {
    out.clear();
    read_chars(pieces.iter().copied(), out);
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn the_quick_look_misses_no_mark_inside_a_word(text in "[ab1é.*_~|` ]{0,60}") {
            let mut hints = Hints::default();
            marks_in_words(text.as_bytes(), &mut hints);
            if hints.any() {
                proptest::prop_assert!(any_three(text.as_bytes(), is_mark_in_word));
            }
        }
    }
}

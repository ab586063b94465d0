//! The deep and the joined reading: markdown and symbols inside words, reversed direction, letters spelled one by one,
//! words cut over quoted lines. Only texts in which [`super::hints`] sees something come here.

use super::hints::Hints;
use super::mapped::{Located, located, read_chars};
use super::table::{As, stands_for};
use super::{Reading, Traits, plain};

/// The buffers of both readings.
#[derive(Debug, Default)]
pub struct Depths {
    pieces: Vec<Located>,
    spare: Vec<Located>,
    undone: String,
    /// Markdown, symbols and direction undone.
    pub deep: Reading,
    /// Then spelled letters and quoted fragments joined; empty when there were none.
    pub joined: Reading,
    /// The most undone of both as text: for patterns that need punctuation.
    pub cleaned: Reading,
}

impl Depths {
    /// Builds the cleaned text, with everything undone that the hints call for; the readings stay as they are.
    pub fn clean(&mut self, text: &str, hints: &Hints) {
        self.undo(text, hints);
        self.join(hints);
        self.write_cleaned();
    }

    /// Builds the deep reading, and the joined one if the hints call for it; the cleaned text stays as it is.
    pub fn read(&mut self, text: &str, hints: &Hints) {
        self.undo(text, hints);
        read_into(&self.pieces, &mut self.deep);
        self.joined.clear();
        if self.join(hints) {
            read_into(&self.pieces, &mut self.joined);
        }
    }

    /// Builds the same two without their maps, which costs a third.
    pub fn skim(&mut self, text: &str, hints: &Hints) {
        self.undo(text, hints);
        skim_into(&self.pieces, &mut self.undone, &mut self.deep);
        self.joined.clear();
        if self.join(hints) {
            skim_into(&self.pieces, &mut self.undone, &mut self.joined);
        }
    }

    /// Undoes what the deep reading does.
    fn undo(&mut self, text: &str, hints: &Hints) {
        self.take(text);
        if hints.markdown.is_some() {
            self.drop_markdown();
        }
        if hints.symbols.is_some() {
            self.read_symbols();
        }
    }

    /// Joins what the joined reading joins; whether there was anything.
    fn join(&mut self, hints: &Hints) -> bool {
        if hints.split.is_some() {
            self.join_quotes();
        }
        if hints.spaced.is_some() {
            self.join_spelled();
        }
        hints.split.is_some() || hints.spaced.is_some()
    }

    /// The text as pieces, invisible characters left out, stretches under a right-to-left override turned around.
    fn take(&mut self, text: &str) {
        self.pieces.clear();
        self.spare.clear();
        if text.is_ascii() {
            let chars = text.bytes().enumerate();
            self.pieces
                .extend(chars.map(|(at, byte)| located(at, char::from(byte))));
            return;
        }
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

fn skim_into(pieces: &[Located], undone: &mut String, out: &mut Reading) {
    undone.clear();
    undone.extend(pieces.iter().map(|piece| piece.c));
    plain::write(undone, out);
}

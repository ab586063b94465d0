//! The text as somebody who wants to follow the link would retype it: invisible characters gone, strange dots made
//! dots, brackets around dots, spaces inside hosts and line breaks inside links taken out, percent-encoding undone.

use super::super::normalise::hints::Hints;
use super::super::normalise::sites::Sites;
use super::super::normalise::table::{As, stands_for};
use super::super::normalise::{Reading, Traits};
use super::How;
use super::spaced::{
    is_spaceable, is_spaced_suffix, spaced_label, spelled, spelled_before, spelled_end, top_level,
};

/// A cleaned text with its way back, and for each byte what had to be undone there.
#[derive(Debug, Default)]
pub(super) struct Cleaned {
    /// The text and its map.
    pub(super) reading: Reading,
    /// [`How`] bits of each byte.
    pub(super) how: Vec<u16>,
    pieces: Vec<Piece>,
}

/// A character of the cleaned text, and where it comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) c: char,
    start: u32,
    end: u32,
    how: u16,
}

/// How far a `<` may stand before the line break inside its link.
const BRACKET_REACH: usize = 100;

/// Whether a text can hide a link from the scanner at all.
pub(super) fn worth_cleaning(text: &str, traits: Traits, hints: &Hints, dot_word: bool) -> bool {
    let bytes = text.as_bytes();
    let sites = hints.sites;
    dot_word
        || (sites.any(Sites::SPELLED_DOT) && spelled_dot(bytes))
        || (sites.any(Sites::FORMATTED_HOST)
            && traits.any(Traits::DOT | Traits::COLON)
            && formatted_host(bytes))
        || hints.split.is_some()
        || traits.any(Traits::ODD_PUNCTUATION)
        || (traits.any(Traits::INVISIBLE | Traits::STYLED) && traits.any(Traits::DOT | Traits::COLON))
        || (sites.any(Sites::ESCAPE)
            && memchr::memchr_iter(b'%', bytes).any(|at| escaped(bytes, at).is_some()))
        || (traits.any(Traits::ANGLE)
            && traits.any(Traits::NEWLINE)
            && traits.any(Traits::DOT | Traits::COLON))
        || (sites.any(Sites::BRACKETED_DOT | Sites::LONELY_DOT)
            && memchr::memchr_iter(b'.', bytes).any(|at| lonely_dot(bytes, at)))
}

/// A dot with a bracket around it, or with a space before it and what may end a host behind it.
fn lonely_dot(bytes: &[u8], at: usize) -> bool {
    let get = |at: Option<usize>| at.and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
    let before = get(at.checked_sub(1));
    if matches!(before, b'[' | b'(' | b'{') {
        return true;
    }
    let word_before = get(at.checked_sub(2)).is_ascii_alphanumeric();
    before == b' ' && word_before && is_spaceable(&bytes[at + 1..])
}

/// Whether markdown stands between two bytes that could belong to one host.
fn formatted_host(bytes: &[u8]) -> bool {
    let mut runs = bytes
        .split(|byte| matches!(byte, b'*' | b'~' | b'|' | b'`'))
        .filter(|run| !run.is_empty())
        .peekable();
    while let Some(run) = runs.next() {
        let ends = run.last().is_some_and(|byte| in_host(char::from(*byte)));
        if ends
            && runs
                .peek()
                .and_then(|next| next.first())
                .is_some_and(|byte| in_host(char::from(*byte)))
        {
            return true;
        }
    }
    false
}

fn in_host(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-')
}

/// Whether `dot` stands somewhere in brackets.
fn spelled_dot(bytes: &[u8]) -> bool {
    memchr::memchr3_iter(b'[', b'(', b'{', bytes).any(|at| {
        bytes.get(at + 1..at + 5).is_some_and(|rest| {
            matches!(rest[3], b']' | b')' | b'}')
                && rest[0].eq_ignore_ascii_case(&b'd')
                && matches!(rest[1], b'o' | b'O' | b'0')
                && rest[2].eq_ignore_ascii_case(&b't')
        })
    })
}

fn escaped(bytes: &[u8], at: usize) -> Option<u8> {
    let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let byte = u8::try_from(digit(at + 1)? * 16 + digit(at + 2)?).ok()?;
    byte.is_ascii_graphic().then_some(byte)
}

impl Cleaned {
    /// Cleans a text.
    pub(super) fn read(&mut self, text: &str, hints: &Hints) {
        self.take(text);
        if memchr::memchr(b'\n', text.as_bytes()).is_some() {
            self.join_lines(hints);
        }
        self.write();
    }

    /// Drops what is invisible, decodes and translates single characters.
    fn take(&mut self, text: &str) {
        self.pieces.clear();
        let mut chars = text.char_indices();
        let mut how = 0;
        let mut turned = None;
        while let Some((at, c)) = chars.next() {
            match c {
                '\u{202e}' => turned = Some(self.pieces.len()),
                '\u{202c}' | '\n' => self.turn_back(turned.take()),
                _ => {}
            }
            let piece = |c: char, how: u16, length: usize| Piece {
                c,
                start: at as u32,
                end: (at + length) as u32,
                how,
            };
            if c == '%'
                && let Some(byte) = escaped(text.as_bytes(), at)
            {
                self.pieces.push(piece(char::from(byte), how | How::ENCODED, 3));
                chars.next();
                chars.next();
                how = 0;
                continue;
            }
            if c.is_ascii() {
                self.pieces.push(piece(c, how, 1));
                how = 0;
                continue;
            }
            let stands = stands_for(c);
            if stands.kind & Traits::INVISIBLE != 0
                || (stands.kind & Traits::STYLED != 0 && matches!(stands.as_, As::Nothing))
            {
                how = How::CLEANED;
                continue;
            }
            let length = c.len_utf8();
            let dot_like = match c {
                '\u{3002}' | '\u{ff0e}' | '\u{ff61}' | '\u{fe52}' | '\u{2024}' => Some('.'),
                '\u{ff0f}' | '\u{2044}' | '\u{2215}' | '\u{29f8}' => Some('/'),
                '\u{ff1a}' | '\u{a789}' | '\u{fe55}' | '\u{2236}' => Some(':'),
                _ => None,
            };
            match (dot_like, stands.as_) {
                (Some(plain), _) => self.pieces.push(piece(plain, how | How::CLEANED, length)),
                (None, As::Letters(letters)) if stands.kind & Traits::STYLED != 0 => {
                    for letter in letters.into_iter().filter(|letter| *letter != 0) {
                        self.pieces
                            .push(piece(char::from(letter), how | How::CLEANED, length));
                    }
                }
                (None, As::Gap) if stands.kind & Traits::STYLED != 0 => {
                    self.pieces.push(piece(' ', how | How::CLEANED, length));
                }
                _ => self.pieces.push(piece(c, how, length)),
            }
            how = 0;
        }
        self.turn_back(turned);
    }

    /// Undoes a right-to-left override that began at this piece.
    fn turn_back(&mut self, from: Option<usize>) {
        if let Some(turned) = from.and_then(|from| self.pieces.get_mut(from..)) {
            turned.reverse();
            for piece in turned {
                piece.how |= How::CLEANED;
            }
        }
    }

    /// Takes out line breaks, with the quote marks behind them, between quoted fragments and inside `<…>`.
    fn join_lines(&mut self, hints: &Hints) {
        let split = hints.split.clone().unwrap_or(0..0);
        let mut kept = 0;
        let mut at = 0;
        let mut joined = 0;
        while at < self.pieces.len() {
            let piece = self.pieces[at];
            let cut = piece.c == '\n'
                && ((piece.start as usize) < split.end && (piece.start as usize) >= split.start
                    || self.inside_angles(kept, at));
            if cut {
                at += 1;
                while at < self.pieces.len() && matches!(self.pieces[at].c, ' ' | '\t' | '\r' | '\n') {
                    at += 1;
                }
                if at < self.pieces.len() && self.pieces[at].c == '>' && self.quotes(at) {
                    at += 1;
                    while at < self.pieces.len() && matches!(self.pieces[at].c, ' ' | '\t') {
                        at += 1;
                    }
                }
                joined = How::JOINED;
                continue;
            }
            self.pieces[kept] = Piece {
                how: piece.how | joined,
                ..piece
            };
            joined = 0;
            kept += 1;
            at += 1;
        }
        self.pieces.truncate(kept);
    }

    /// Whether the `>` here opens a quoted line, not closes a link.
    fn quotes(&self, at: usize) -> bool {
        self.pieces
            .get(at + 1)
            .is_some_and(|next| matches!(next.c, ' ' | '\t'))
    }

    fn inside_angles(&self, kept: usize, at: usize) -> bool {
        let before = &self.pieces[kept.saturating_sub(BRACKET_REACH)..kept];
        let opened = before
            .iter()
            .rev()
            .find(|piece| matches!(piece.c, '<' | '>'))
            .is_some_and(|piece| piece.c == '<');
        let after = &self.pieces[at..(at + BRACKET_REACH).min(self.pieces.len())];
        opened && after.iter().any(|piece| piece.c == '>')
    }

    fn write(&mut self) {
        let pieces = std::mem::take(&mut self.pieces);
        self.reading.clear();
        self.how.clear();
        let mut at = 0;
        while at < pieces.len() {
            let piece = pieces[at];
            if piece.c.is_ascii_alphanumeric() {
                self.put(piece);
                at += 1;
                continue;
            }
            if let Some((past, how)) = dot_in_brackets(&pieces, at).or_else(|| dot_word(&pieces, at)) {
                let dot = at;
                while self.reading.bytes.last() == Some(&b' ') {
                    self.pop();
                }
                self.put(Piece {
                    c: '.',
                    end: pieces[past - 1].end,
                    how,
                    ..piece
                });
                at = past;
                while at < pieces.len() && pieces[at].c == ' ' && how & How::DEFANGED != 0 {
                    at += 1;
                }
                // `dot c o m`: the space before the first of these letters has gone already.
                let end = spelled_end(&pieces, at - 1).max(at);
                let suffix = spelled(&pieces[at..end]);
                if suffix.length > 1 && is_spaced_suffix(&pieces, dot, &suffix) {
                    self.glue_letters();
                    for &letter in pieces[at..end].iter().filter(|letter| letter.c != ' ') {
                        self.put(Piece {
                            how: letter.how | How::SPACED,
                            ..letter
                        });
                    }
                    at = end;
                }
                continue;
            }
            if piece.c == '.'
                && self.reading.bytes.last() == Some(&b' ')
                && let Some(label) = spaced_label(&pieces, at)
            {
                while self.reading.bytes.last() == Some(&b' ') {
                    self.pop();
                }
                self.put(Piece {
                    how: piece.how | How::SPACED,
                    ..piece
                });
                self.glue_letters();
                for &letter in &pieces[at + 1..label] {
                    if letter.c != ' ' {
                        self.put(Piece {
                            how: letter.how | How::SPACED,
                            ..letter
                        });
                    }
                }
                at = label;
                continue;
            }
            let run = pieces[at..]
                .iter()
                .take_while(|piece| matches!(piece.c, '*' | '~' | '|' | '`'))
                .count();
            let inner = |piece: Option<&Piece>| piece.is_some_and(|piece| in_host(piece.c));
            if run > 0
                && inner(at.checked_sub(1).and_then(|before| pieces.get(before)))
                && inner(pieces.get(at + run))
            {
                at += run;
                continue;
            }
            self.put(piece);
            at += 1;
        }
        self.pieces = pieces;
    }

    fn put(&mut self, piece: Piece) {
        if let Ok(byte @ 0..0x80) = u8::try_from(piece.c) {
            self.reading.push(byte, piece.start, piece.end);
            self.how.push(piece.how);
            return;
        }
        let mut utf8 = [0; 4];
        for &byte in piece.c.encode_utf8(&mut utf8).as_bytes() {
            self.reading.push(byte, piece.start, piece.end);
            self.how.push(piece.how);
        }
    }

    /// Takes the spaces out of a name that is spelled letter by letter before the dot at the end: `e v i l.`.
    fn glue_letters(&mut self) {
        let Some((_, before)) = self.reading.bytes.split_last() else {
            return;
        };
        let letters = spelled_before(before.iter().rev().map(|byte| char::from(*byte)));
        if letters < 3 {
            return;
        }
        let first = before.len() + 1 - 2 * letters;
        for at in (first..before.len()).rev().filter(|at| (at - first) % 2 == 1) {
            self.reading.bytes.remove(at);
            self.reading.starts.remove(at);
            self.reading.ends.remove(at);
            self.how.remove(at);
        }
    }

    fn pop(&mut self) {
        self.reading.bytes.pop();
        self.reading.starts.pop();
        self.reading.ends.pop();
        self.how.pop();
    }
}

/// `[.]`, `(dot)`, `{ . }`: where it ends.
fn dot_in_brackets(pieces: &[Piece], at: usize) -> Option<(usize, u16)> {
    let closing = match pieces[at].c {
        '[' => ']',
        '(' => ')',
        '{' => '}',
        _ => return None,
    };
    let end = at + pieces[at..].iter().take(8).position(|piece| piece.c == closing)?;
    let mut inside = pieces[at + 1..end]
        .iter()
        .map(|piece| piece.c.to_ascii_lowercase())
        .filter(|c| *c != ' ');
    let (first, second, third) = (inside.next(), inside.next(), inside.next());
    let dot = matches!((first, second), (Some('.'), None))
        || (matches!((first, second, third), (Some('d'), Some('o' | '0'), Some('t')))
            && inside.next().is_none());
    dot.then_some((end + 1, How::DEFANGED))
}

/// ` dot ` between a word and a top-level domain: where the space behind it ends.
fn dot_word(pieces: &[Piece], at: usize) -> Option<(usize, u16)> {
    let is = |at: usize, wanted: char| {
        pieces
            .get(at)
            .is_some_and(|piece| piece.c.eq_ignore_ascii_case(&wanted))
    };
    if !(is(at, ' ') && is(at + 1, 'd') && is(at + 2, 'o') && is(at + 3, 't') && is(at + 4, ' ')) {
        return None;
    }
    let spelled_out = || {
        let end = spelled_end(pieces, at + 4);
        is_spaced_suffix(pieces, at, &spelled(&pieces[at + 4..end])).then_some(end)
    };
    top_level(pieces, at + 5)
        .or_else(spelled_out)
        .map(|_| (at + 5, How::DEFANGED))
}

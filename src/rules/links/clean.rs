//! The text as somebody who wants to follow the link would retype it: invisible characters gone, strange dots made
//! dots, brackets around dots, spaces inside hosts and line breaks inside links taken out, percent-encoding undone.

use super::super::normalise::hints::Hints;
use super::super::normalise::sites::Sites;
use super::super::normalise::table::{As, stands_for};
use super::super::normalise::{Reading, Traits};
use super::How;
use super::suffix::is_top_level;

/// A cleaned text with its way back, and for each byte what had to be undone there.
#[derive(Debug, Default)]
pub(super) struct Cleaned {
    /// The text and its map.
    pub(super) reading: Reading,
    /// [`How`] bits of each byte.
    pub(super) how: Vec<u16>,
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, Copy)]
struct Piece {
    c: char,
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

/// Whether what stands behind a dot may be the last label of a host with spaces around its dots; not too narrow by any of
/// the ways in which [`spaced_label`] looks closer.
fn is_spaceable(behind: &[u8]) -> bool {
    let gap = usize::from(behind.first() == Some(&b' '));
    let letters = behind[gap..].iter().take_while(|byte| byte.is_ascii_alphabetic());
    let length = letters.count();
    let word = Word::of(behind[gap..gap + length].iter().map(|byte| char::from(*byte)));
    // Letter by letter, or a word of those that may stand there.
    length == 1 || word.as_str() == "me" || SPACEABLE.contains(&word.as_str())
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
    top_level(pieces, at + 5).map(|_| (at + 5, How::DEFANGED))
}

/// The end of a top-level domain that starts here and is followed by nothing wordlike.
fn top_level(pieces: &[Piece], from: usize) -> Option<usize> {
    let length = pieces[from..]
        .iter()
        .take(14)
        .take_while(|piece| piece.c.is_ascii_alphabetic())
        .count();
    let bounded = pieces
        .get(from + length)
        .is_none_or(|next| !next.c.is_alphanumeric());
    (bounded && length >= 2 && is_suffix(pieces[from..from + length].iter().map(|piece| piece.c)))
        .then_some(from + length)
}

fn is_suffix(letters: impl Iterator<Item = char>) -> bool {
    is_top_level(Word::of("a.".chars().chain(letters)).as_str())
}

/// A few characters in lower case, on the stack: most texts that are cleaned are honest, and cost no allocation.
#[derive(Default)]
struct Word {
    letters: [u8; 16],
    length: usize,
}

impl Word {
    /// The first of these characters, as many as there is room for; those beyond ASCII become question marks.
    fn of(letters: impl Iterator<Item = char>) -> Self {
        let mut word = Self::default();
        for (place, c) in word.letters.iter_mut().zip(letters) {
            *place = u8::try_from(c.to_ascii_lowercase())
                .map_or(b'?', |byte| if byte.is_ascii() { byte } else { b'?' });
            word.length += 1;
        }
        word
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.letters[..self.length]).unwrap_or_default()
    }
}

/// Top-level domains that may stand behind a space and a dot; the rest are too easily the next sentence.
const SPACEABLE: &[&str] = &[
    "com", "net", "org", "gg", "io", "xyz", "app", "dev", "finance", "site", "online", "co", "ru", "example",
];

/// So many letters with spaces between them are read as one label.
const MOST_SPACED: usize = 8;

/// Those that may stand behind a dot with a space on either side.
const APART: &[&str] = &["com", "net", "org", "gg", "io", "xyz"];

/// The word before this dot and its spaces is the whole name of a messenger's short host: `t . me`, `wa .me`.
fn messenger_before(pieces: &[Piece], dot: usize) -> bool {
    let before = pieces[..dot].iter().rev().skip_while(|piece| piece.c == ' ');
    let backwards = before
        .take_while(|piece| piece.c.is_alphanumeric())
        .take(3)
        .map(|piece| piece.c);
    matches!(Word::of(backwards).as_str(), "t" | "aw")
}

/// Where the path starts when a slash follows, spaces around it or not; else where this was.
fn past_slash(pieces: &[Piece], at: usize) -> usize {
    let past_spaces = |at: usize| {
        let spaces = pieces[at..].iter().take(4).take_while(|piece| piece.c == ' ');
        at + spaces.count()
    };
    let slash = past_spaces(at);
    match pieces.get(slash) {
        Some(piece) if piece.c == '/' => past_spaces(slash + 1),
        _ => at,
    }
}

/// The end of the label behind this dot when the dot stands apart from its host: `discord .gg/x`, `name . c o m`, `t . me`.
fn spaced_label(pieces: &[Piece], dot: usize) -> Option<usize> {
    let mut at = dot + 1;
    let word_at = |from: usize| -> Option<(usize, Word)> {
        let letters = pieces[from..]
            .iter()
            .take(14)
            .take_while(|piece| piece.c.is_ascii_alphabetic());
        let word = Word::of(letters.map(|piece| piece.c));
        let end = from + word.length;
        let bounded = pieces.get(end).is_none_or(|next| !next.c.is_alphanumeric());
        (bounded && word.length > 1).then_some((end, word))
    };
    let gap = usize::from(pieces.get(at).is_some_and(|next| next.c == ' '));
    if let Some((end, word)) = word_at((at + gap).min(pieces.len())) {
        if word.as_str() == "me" && messenger_before(pieces, dot) {
            return Some(past_slash(pieces, end));
        }
        if gap > 0 && APART.contains(&word.as_str()) {
            return Some(end);
        }
    }
    let letters = if pieces.get(at).is_some_and(|next| next.c != ' ') {
        at = top_level(pieces, at)?;
        Word::of(pieces[dot + 1..at].iter().map(|piece| piece.c))
    } else {
        let word = |at: usize| pieces.get(at).is_some_and(|piece| piece.c.is_ascii_alphabetic());
        let spaced =
            |at: usize| pieces.get(at).is_some_and(|piece| piece.c == ' ') && word(at + 1) && !word(at + 2);
        while spaced(at) && at < dot + 1 + 2 * MOST_SPACED {
            at += 2;
        }
        Word::of(
            pieces[dot + 1..at]
                .iter()
                .map(|piece| piece.c)
                .filter(|c| *c != ' '),
        )
    };
    SPACEABLE.contains(&letters.as_str()).then_some(at)
}

//! Private keys that were broken up: wrapped over lines, copied in groups of four, quoted line by line.
//!
//! Base58 keys prove themselves once they are joined (a checksum, or a public key that fits). Hexadecimal proves nothing,
//! so its pieces must make exactly 64 digits, and the context decides as it does for a key in one piece.

use std::ops::Range;

use super::super::{runs, solana};
use super::context::{self, Reading};
use super::keys::{extended_key, is_in_link, is_wif};
use super::view::View;
use super::{SecretKind, SecretSpan};

/// The shortest key in base58.
const SHORTEST_KEY: usize = 51;
/// 64 digits and one break.
const SHORTEST_HEX: usize = 65;
/// A line break, a quotation mark and blanks around them.
const WIDEST_GAP: usize = 5;
/// Pieces looked at on each side: an extended key in groups of four has 28.
const MOST_PIECES: usize = 32;
/// Fewer oddities than this (see [`oddities`]), and there is no key in the text.
const FEWEST_ODDITIES: usize = 6;
/// So many words in a row that could stand in prose, and the key has ended.
const PLAIN_IN_A_ROW: usize = 3;

/// Adds the keys in pieces of `view` to `found`.
pub(super) fn find(view: &View<'_>, found: &mut Vec<SecretSpan>) {
    let bytes = view.bytes();
    if bytes.len() < SHORTEST_KEY || oddities(bytes) < FEWEST_ODDITIES {
        return;
    }
    // Leap: a broken key covers every SHORTEST_KEY-th position with one of its pieces or a gap.
    let mut probe = SHORTEST_KEY - 1;
    while probe < bytes.len() {
        let Some(word) = word_at_or_before(bytes, probe) else {
            probe += SHORTEST_KEY;
            continue;
        };
        let before = previous_word(bytes, word.start);
        let odd = is_odd(&bytes[word.clone()])
            || before
                .as_ref()
                .is_some_and(|before| is_odd(&bytes[before.clone()]));
        if !odd {
            probe = word.end.max(probe) + SHORTEST_KEY;
            continue;
        }
        let pieces = pieces_around(bytes, word);
        let reached = pieces.last().map_or(probe, |last| last.end);
        if let Some((kind, span)) = joined_key(view, &pieces) {
            found.push(SecretSpan {
                kind,
                span: view.in_source(span),
            });
        }
        probe = reached.max(probe) + SHORTEST_KEY;
    }
    find_hex(view, found);
}

/// How often a digit stands beside a letter, or a capital behind a small letter: two dozen times in the shortest key, hardly
/// ever in prose. One pass without branches.
fn oddities(bytes: &[u8]) -> usize {
    let odd = |(a, b): (&u8, &u8)| {
        let (letter, next_letter) = (
            (a | 0x20).wrapping_sub(b'a') < 26,
            (b | 0x20).wrapping_sub(b'a') < 26,
        );
        let (digit, next_digit) = (a.wrapping_sub(b'0') < 10, b.wrapping_sub(b'0') < 10);
        let rises = (a.wrapping_sub(b'a') < 26) & (b.wrapping_sub(b'A') < 26);
        u8::from(letter & next_digit) | u8::from(digit & next_letter) | u8::from(rises)
    };
    // Counted in bytes, a chunk at a time, so that sixteen pairs are looked at at once.
    let (heads, tails) = (bytes.chunks(CHUNK), bytes[1..].chunks(CHUNK));
    heads
        .zip(tails)
        .map(|(head, tail)| usize::from(head.iter().zip(tail).map(odd).sum::<u8>()))
        .sum()
}

/// Pairs whose count fits into a byte.
const CHUNK: usize = 192;

/// What prose does not hold: digits among letters, or capitals behind the first letter of a word in small ones.
fn is_odd(word: &[u8]) -> bool {
    let digit = word.iter().any(u8::is_ascii_digit);
    let lower = word.iter().any(u8::is_ascii_lowercase);
    let upper = word.iter().any(u8::is_ascii_uppercase);
    (digit && (lower || upper)) || (lower && word[1..].iter().any(u8::is_ascii_uppercase))
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

fn word_at_or_before(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let mut word = previous_word(bytes, at + 1)?;
    word.end += bytes[word.end..].iter().take_while(|&&b| is_word_byte(b)).count();
    Some(word)
}

fn previous_word(bytes: &[u8], until: usize) -> Option<Range<usize>> {
    let reach = until.saturating_sub(WIDEST_GAP + 1);
    let end = reach + bytes[reach..until].iter().rposition(|&b| is_word_byte(b))? + 1;
    let length = bytes[..end]
        .iter()
        .rev()
        .take_while(|&&b| is_word_byte(b))
        .count();
    Some(end - length..end)
}

fn next_word(bytes: &[u8], from: usize) -> Option<Range<usize>> {
    let reach = bytes.len().min(from + WIDEST_GAP + 1);
    let start = from + bytes[from..reach].iter().position(|&b| is_word_byte(b))?;
    let length = bytes[start..].iter().take_while(|&&b| is_word_byte(b)).count();
    Some(start..start + length)
}

/// The words around one of them that could be pieces of the same key.
fn pieces_around(bytes: &[u8], first: Range<usize>) -> Vec<Range<usize>> {
    let mut pieces = vec![first.clone()];
    let mut plain = 0;
    let mut at = first.start;
    while let Some(word) = previous_word(bytes, at) {
        plain = if is_odd(&bytes[word.clone()]) {
            0
        } else {
            plain + 1
        };
        if plain >= PLAIN_IN_A_ROW || pieces.len() > MOST_PIECES {
            break;
        }
        at = word.start;
        pieces.push(word);
    }
    pieces.reverse();
    plain = 0;
    at = first.end;
    let so_far = pieces.len();
    while let Some(word) = next_word(bytes, at) {
        plain = if is_odd(&bytes[word.clone()]) {
            0
        } else {
            plain + 1
        };
        if plain >= PLAIN_IN_A_ROW || pieces.len() > so_far + MOST_PIECES {
            break;
        }
        at = word.end;
        pieces.push(word);
    }
    pieces
}

/// The first two or more neighbouring pieces that are a key when they are joined.
fn joined_key(view: &View<'_>, pieces: &[Range<usize>]) -> Option<(SecretKind, Range<usize>)> {
    for first in 0..pieces.len() {
        let mut joined = String::new();
        for last in first..pieces.len() {
            joined.push_str(view.text(pieces[last].clone()));
            if joined.len() > 128 {
                break;
            }
            if last == first {
                continue;
            }
            if let Some(kind) = kind_of(&joined, &pieces[first..=last]) {
                return Some((kind, pieces[first].start..pieces[last].end));
            }
        }
    }
    None
}

fn kind_of(joined: &str, pieces: &[Range<usize>]) -> Option<SecretKind> {
    // Fifty random characters without one of these come once in thousands of keys; prose in capitals has no digits.
    let mixed = || {
        joined.bytes().any(|b| b.is_ascii_digit())
            && joined.bytes().any(|b| b.is_ascii_lowercase())
            && joined.bytes().any(|b| b.is_ascii_uppercase())
    };
    let start = joined.as_bytes()[0];
    match joined.len() {
        51 | 52 if matches!(start, b'5' | b'K' | b'L' | b'9' | b'c') && mixed() && is_wif(joined) => {
            Some(SecretKind::Wif)
        }
        58 if start == b'6' && mixed() && is_wif(joined) => Some(SecretKind::Wif),
        // Deriving a public key is dear: only where the pieces look as if a program had cut them.
        87 | 88 if mixed() && evenly_cut(pieces) && solana::is_keypair_word(joined) => {
            Some(SecretKind::SolanaKeypair)
        }
        111 if extended_key(joined).is_some_and(|key| key.start == 0) => Some(SecretKind::ExtendedKey),
        _ => None,
    }
}

/// Two or three pieces of any length, or more of one length but for the last.
fn evenly_cut(pieces: &[Range<usize>]) -> bool {
    let Some((last, others)) = pieces.split_last() else {
        return false;
    };
    pieces.len() <= 3
        || (others.iter().all(|piece| piece.len() == others[0].len()) && last.len() <= others[0].len())
}

fn find_hex(view: &View<'_>, found: &mut Vec<SecretSpan>) {
    let bytes = view.bytes();
    for run in runs::of(bytes, SHORTEST_HEX, |b| {
        b.is_ascii_hexdigit() || matches!(b, b' ' | b'\n' | b'\r' | b'\t' | b'-' | b'>' | b'|')
    }) {
        if let Some(span) = hex_key(view, run) {
            found.push(SecretSpan {
                kind: SecretKind::EvmKey,
                span: view.in_source(span),
            });
        }
    }
}

/// Neighbouring pieces of a run that make 64 digits together, where the context does not call them public.
fn hex_key(view: &View<'_>, run: Range<usize>) -> Option<Range<usize>> {
    let bytes = view.bytes();
    let mut pieces = Vec::new();
    let mut at = run.start;
    while let Some(skip) = bytes[at..run.end].iter().position(u8::is_ascii_hexdigit) {
        let start = at + skip;
        let length = bytes[start..run.end]
            .iter()
            .take_while(|b| b.is_ascii_hexdigit())
            .count();
        pieces.push(start..start + length);
        at = start + length;
    }
    // Cut off where the run meets a longer word ("a bad idea" in front of a key); the 0x of the first piece stays out.
    (0..pieces.len()).find_map(|first| {
        let mut digits = 0;
        for last in first..pieces.len() {
            digits += pieces[last].len();
            if digits >= 64 {
                let cut = &pieces[first..=last];
                return (digits == 64 && cut.len() > 1 && is_key_in_hex(view, cut))
                    .then(|| pieces[first].start..pieces[last].end);
            }
        }
        None
    })
}

fn is_key_in_hex(view: &View<'_>, pieces: &[Range<usize>]) -> bool {
    let bytes = view.bytes();
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else {
        return false;
    };
    let digits = || pieces.iter().flat_map(|piece| &bytes[piece.clone()]);
    // Hexadecimal has letters in three of eight places, and all of one case.
    let letters = digits().filter(|b| b.is_ascii_alphabetic()).count();
    let one_case = digits().all(|b| !b.is_ascii_uppercase()) || digits().all(|b| !b.is_ascii_lowercase());
    if !(8..=48).contains(&letters) || !one_case {
        return false;
    }
    let prefixed = first.start >= 2 && bytes[first.start - 2..first.start].eq_ignore_ascii_case(b"0x");
    // A word goes on beyond the run: these are letters of prose.
    let stands_free = |at: Option<&u8>| at.is_none_or(|b| !b.is_ascii_alphanumeric());
    let start = if prefixed { first.start - 2 } else { first.start };
    if !stands_free(start.checked_sub(1).and_then(|at| bytes.get(at))) || !stands_free(bytes.get(last.end)) {
        return false;
    }
    match context::around(view, first.start..last.end) {
        Reading::Secret => true,
        Reading::Public => false,
        // Bytes two by two are a dump of something.
        Reading::Silent => {
            !prefixed
                && evenly_cut(pieces)
                && pieces.iter().all(|piece| piece.len() >= 4)
                && !is_in_link(bytes, first.start)
        }
    }
}

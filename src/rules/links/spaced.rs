//! Hosts whose dots or letters are spaced out: `discord .gg/x`, `name . c o m`, `t . me`, `e v i l . xyz`.
//!
//! A dot between blanks ends many a sentence, so what stands behind it must be one of few words, and for most of them a name
//! must stand before it.

use super::clean::Piece;
use super::suffix::is_top_level;

/// Whether what stands behind a dot may be the last label of a host with spaces around its dots; not too narrow by any of
/// the ways in which [`spaced_label`] looks closer.
pub(super) fn is_spaceable(behind: &[u8]) -> bool {
    let gap = usize::from(behind.first() == Some(&b' '));
    let letters = behind[gap..].iter().take_while(|byte| byte.is_ascii_alphabetic());
    let length = letters.count();
    let word = Word::of(behind[gap..gap + length].iter().map(|byte| char::from(*byte)));
    // Letter by letter, or a word of those that may stand there.
    length == 1
        || word.as_str() == "me"
        || SPACEABLE.contains(&word.as_str())
        || BEHIND_A_NAME.contains(&word.as_str())
}

/// The end of a top-level domain that starts here and is followed by nothing wordlike.
pub(super) fn top_level(pieces: &[Piece], from: usize) -> Option<usize> {
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
pub(super) struct Word {
    letters: [u8; 16],
    pub(super) length: usize,
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

/// Those that thieves buy and honest people write about: behind a name only, not behind "a" or "the".
const BEHIND_A_NAME: &[&str] = &[
    "bond", "buzz", "cash", "cc", "cfd", "claims", "click", "cloud", "club", "cyou", "digital", "exchange",
    "fun", "gift", "gifts", "icu", "info", "lat", "life", "link", "live", "lol", "monster", "network", "ink",
    "pro", "pw", "quest", "rest", "rocks", "sbs", "shop", "space", "store", "su", "support", "tech", "tk",
    "today", "top", "trade", "vip", "website", "win", "world", "wtf", "zone",
];

/// The shortest word that is taken for a name, and longer ones that are none.
const SHORTEST_NAME: usize = 4;
const NO_NAMES: &[&str] = &[
    "some", "that", "this", "their", "these", "those", "your", "with", "like", "from", "into", "uses",
    "using", "buy", "file", "files", "have", "every", "other", "only", "cheap",
];

/// So many letters with spaces between them are read as one label.
const MOST_SPACED: usize = 8;

/// Those that may stand behind a dot with a space on either side; any other only where the text ends there or a path begins.
const APART: &[&str] = &[
    "com", "net", "org", "gg", "io", "xyz", "icu", "cfd", "sbs", "cyou",
];

/// Whether a name of its own stands before this dot and its spaces: letter by letter, or no everyday word.
fn name_before(pieces: &[Piece], dot: usize) -> bool {
    let in_name = |piece: &Piece| piece.c.is_ascii_alphanumeric() || piece.c == '-';
    let spaces = pieces[..dot]
        .iter()
        .rev()
        .take_while(|piece| piece.c == ' ')
        .count();
    let before = &pieces[..dot - spaces];
    let length = before.iter().rev().take_while(|piece| in_name(piece)).count();
    if length == 1 {
        return spelled_before(before.iter().rev().map(|piece| piece.c)) > 1;
    }
    let word = Word::of(before[before.len() - length..].iter().map(|piece| piece.c));
    length >= SHORTEST_NAME && !NO_NAMES.contains(&word.as_str())
}

/// How many letters stand here one by one, read backwards: four in `e v i l`.
pub(super) fn spelled_before(mut backwards: impl Iterator<Item = char>) -> usize {
    let mut letters = 0;
    while backwards.next().is_some_and(|c| c.is_ascii_alphanumeric()) {
        match backwards.next() {
            None => return letters + 1,
            Some(' ') => letters += 1,
            Some(_) => return letters,
        }
    }
    letters
}

/// Whether a label that stands here may end a host whose dots are spaced out.
pub(super) fn is_spaced_suffix(pieces: &[Piece], dot: usize, label: &Word) -> bool {
    SPACEABLE.contains(&label.as_str())
        || (BEHIND_A_NAME.contains(&label.as_str()) && name_before(pieces, dot))
}

/// Whether a path or the end of the line follows here.
fn ends_or_goes_on(pieces: &[Piece], at: usize) -> bool {
    let next = pieces[at..].iter().find(|piece| piece.c != ' ');
    next.is_none_or(|next| matches!(next.c, '/' | '\n'))
}

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
pub(super) fn spaced_label(pieces: &[Piece], dot: usize) -> Option<usize> {
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
        let apart = APART.contains(&word.as_str())
            || (ends_or_goes_on(pieces, end)
                && name_before(pieces, dot)
                && is_spaced_suffix(pieces, dot, &word));
        if gap > 0 && apart {
            return Some(end);
        }
    }
    let letters = if pieces.get(at).is_some_and(|next| next.c != ' ') {
        at = top_level(pieces, at)?;
        Word::of(pieces[dot + 1..at].iter().map(|piece| piece.c))
    } else {
        at = spelled_end(pieces, dot + 1);
        spelled(&pieces[dot + 1..at])
    };
    is_spaced_suffix(pieces, dot, &letters).then_some(at)
}

/// Where the letters end that stand here one by one, each behind a space.
pub(super) fn spelled_end(pieces: &[Piece], from: usize) -> usize {
    let word = |at: usize| pieces.get(at).is_some_and(|piece| piece.c.is_ascii_alphabetic());
    let spaced =
        |at: usize| pieces.get(at).is_some_and(|piece| piece.c == ' ') && word(at + 1) && !word(at + 2);
    let mut at = from;
    while spaced(at) && at < from + 2 * MOST_SPACED {
        at += 2;
    }
    at
}

/// The letters of a word that is spelled one by one.
pub(super) fn spelled(pieces: &[Piece]) -> Word {
    Word::of(pieces.iter().map(|piece| piece.c).filter(|c| *c != ' '))
}

//! Seed phrases after BIP-39 in the languages that use Latin letters:
//! <https://github.com/bitcoin/bips/blob/master/bip-0039.mediawiki>.
//!
//! A phrase is 12, 15, 18, 21 or 24 words of one list with nothing but numbering, punctuation and blanks between them.
//! A right checksum settles it; but twelve list words in a row are taken without one too, because people paste a phrase
//! exactly when a wallet calls it invalid, and because prose does not do that: the longest run in 7,800 harmless messages
//! is eight. Only words in the order of the list are left alone: they were copied from the list. A hit takes the
//! **whole** run, since a checksum passes by luck once in sixteen times and says little about where a phrase begins.

use std::ops::Range;

use sha2::{Digest, Sha256};

use super::view::View;
use super::wordlists::{self, LISTS};
use super::{SecretKind, SecretSpan, context};

/// The lengths BIP-39 allows, in words.
pub(super) const LENGTHS: [usize; 5] = [24, 21, 18, 15, 12];
/// The shortest of them.
pub(super) const FEWEST: usize = 12;
/// Letters of a word that may be cut out of a joined run.
const WORD: std::ops::RangeInclusive<usize> = 3..=9;
/// So far to each side a phrase has shown twelve words, however they are numbered.
const LONGEST_LOOK: usize = 400;
/// The longest list word with a letter too many.
const LONGEST_WITH_A_SLIP: usize = 10;
/// Twelve words of three letters and eleven blanks.
const SHORTEST_RUN: usize = 47;
/// More than this between two words, and they do not belong together.
const WIDEST_GAP: usize = 64;
/// Twelve words of three letters written as one.
const SHORTEST_JOINED: usize = 36;
/// So many different words make a phrase; fewer are somebody's chant.
const FEWEST_DIFFERENT: usize = 8;
/// List words on both sides of a mistyped one before it is looked at.
const FEWEST_AROUND_A_SLIP: usize = 11;

/// Adds the seed phrases of `view` to `found`.
pub(super) fn find(view: &View<'_>, found: &mut Vec<SecretSpan>) {
    let bytes = view.bytes();
    // Leap: a run of SHORTEST_RUN bytes covers every position that far apart. Prose is sent on by the lengths of its
    // words alone; else two words there that are in no list end a run (one of them may be mistyped).
    let mut probe = SHORTEST_RUN - 1;
    while probe < bytes.len() {
        if !could_be_run(bytes, probe) {
            probe += SHORTEST_RUN;
            continue;
        }
        let mut tried = 0;
        let mut reached = usize::MAX;
        for seen in list_words_near(bytes, probe).into_iter().flatten() {
            let mut lists = wordlists::candidates(&bytes[seen.clone()]) & !tried;
            while lists != 0 {
                let list = lists.trailing_zeros() as usize;
                lists &= lists - 1;
                if wordlists::entry(list, &bytes[seen.clone()]).is_none() {
                    continue;
                }
                tried |= 1 << list;
                let run = run_around(bytes, list, seen.clone());
                reached = reached.min(run.end);
                if let Some(phrase) = phrase_in(bytes, list, run) {
                    push(view, phrase, found);
                }
            }
        }
        // The next run of another list may begin where the shortest of these ended.
        probe = probe.max(if reached == usize::MAX { 0 } else { reached }) + SHORTEST_RUN;
    }
}

/// Adds the phrases of `solid`, an unbroken run of visible characters, that are written without anything between the
/// words.
pub(super) fn find_joined(view: &View<'_>, solid: Range<usize>, found: &mut Vec<SecretSpan>) {
    let bytes = &view.bytes()[solid.clone()];
    for letters in super::super::runs::of(bytes, SHORTEST_JOINED, |b| b.is_ascii_alphabetic()) {
        if (0..LISTS).any(|list| is_joined_phrase(list, &bytes[letters.clone()])) {
            push(
                view,
                solid.start + letters.start..solid.start + letters.end,
                found,
            );
        }
    }
}

fn push(view: &View<'_>, run: Range<usize>, found: &mut Vec<SecretSpan>) {
    found.push(SecretSpan {
        kind: SecretKind::SeedPhrase,
        span: view.in_source(run),
    });
}

/// The phrase that a run of list words holds, or that it holds together with a neighbour across one mistyped word.
fn phrase_in(bytes: &[u8], list: usize, run: Range<usize>) -> Option<Range<usize>> {
    if run.len() >= SHORTEST_RUN && is_phrase(bytes, list, run.clone()) {
        return Some(run);
    }
    across_a_slip(bytes, list, run)
}

/// Whether a run of list words is a phrase: some window has a right checksum, or there are enough words of it.
fn is_phrase(bytes: &[u8], list: usize, run: Range<usize>) -> bool {
    let (mut all, mut unlabelled) = (Recent::default(), Recent::default());
    let mut whole = Vec::new();
    for word in words_of(bytes, run) {
        let Some(entry) = wordlists::entry(list, &bytes[word.clone()]) else {
            continue;
        };
        if all.push(entry.index) {
            return true;
        }
        // "word 1: abandon, word 2: ability": `word` is itself on the list, so it is tried without as well.
        let label = is_label(bytes, &word);
        if !label && unlabelled.push(entry.index) {
            return true;
        }
        if entry.whole && !label {
            whole.push(entry.index);
        }
    }
    if all.seen < FEWEST {
        return false;
    }
    let in_order = whole.windows(2).all(|pair| pair[0] < pair[1]);
    let cut = all.seen > whole.len() && context::speaks_of_seeds(bytes);
    (whole.len() >= FEWEST && !in_order && different(whole) >= FEWEST_DIFFERENT) || (cut && !in_order)
}

fn different(mut words: Vec<u16>) -> usize {
    words.sort_unstable();
    words.dedup();
    words.len()
}

/// A run that goes on behind, or begins before, one word that is in no list: the mistyped word of a phrase.
fn across_a_slip(bytes: &[u8], list: usize, run: Range<usize>) -> Option<Range<usize>> {
    let before = previous_word(bytes, run.start);
    let after = next_word(bytes, run.end, bytes.len());
    let around = [
        before.map(|slip| {
            let start = previous_word(bytes, slip.start)
                .filter(|word| belongs(bytes, list, word))
                .map_or(slip.start, |word| run_around(bytes, list, word).start);
            (slip, start..run.end)
        }),
        after.map(|slip| {
            let end = next_word(bytes, slip.end, bytes.len())
                .filter(|word| belongs(bytes, list, word))
                .map_or(slip.end, |word| run_around(bytes, list, word).end);
            (slip, run.start..end)
        }),
    ];
    around.into_iter().flatten().find_map(|(slip, whole)| {
        if whole.len() < SHORTEST_RUN {
            return None;
        }
        let mut indices = Vec::new();
        let listed = words_of(bytes, whole.clone())
            .filter_map(|word| wordlists::entry(list, &bytes[word]))
            .filter(|entry| entry.whole)
            .map(|entry| indices.push(entry.index))
            .count();
        let enough = listed >= FEWEST_AROUND_A_SLIP && different(indices) >= FEWEST_DIFFERENT;
        let meant = enough
            && ((LENGTHS.contains(&(listed + 1)) && wordlists::is_nearly_in(list, &bytes[slip]))
                || context::speaks_of_seeds(bytes));
        meant.then_some(whole)
    })
}

/// The last 24 words of a run.
#[derive(Default)]
pub(super) struct Recent {
    words: [u16; 24],
    seen: usize,
}

impl Recent {
    /// Takes one more word; whether a phrase with a right checksum ends in it.
    pub(super) fn push(&mut self, index: u16) -> bool {
        self.words.rotate_left(1);
        self.words[23] = index;
        self.seen += 1;
        LENGTHS
            .iter()
            .any(|&length| length <= self.seen && has_right_checksum(&self.words[24 - length..]))
    }
}

/// BIP-39: the last bits of a phrase are the first bits of the SHA-256 of the rest, one bit for each three words.
pub(super) fn has_right_checksum(words: &[u16]) -> bool {
    let mut bits = [0_u8; 33];
    for (nth, &word) in words.iter().enumerate() {
        for bit in 0..11 {
            if word >> (10 - bit) & 1 == 1 {
                let at = nth * 11 + bit;
                bits[at / 8] |= 0x80 >> (at % 8);
            }
        }
    }
    let checksum_bits = words.len() / 3;
    let entropy_bytes = words.len() * 11 / 33 * 4;
    let hash = Sha256::digest(&bits[..entropy_bytes]);
    let keep = 0xff_u8 << (8 - checksum_bits);
    bits[entropy_bytes] & keep == hash[0] & keep
}

/// Twelve or more list words written without blanks, with a right checksum. Every way to cut it is tried, capital
/// letters or not, within a budget.
fn is_joined_phrase(list: usize, letters: &[u8]) -> bool {
    // 24 words of 8 letters; longer runs are no phrase.
    if letters.len() > 24 * 8 {
        return false;
    }
    let mut path = [0_u16; 24];
    let mut budget = 4_000_u32;
    cut(list, letters, 0, &mut path, 0, &mut budget)
}

fn cut(list: usize, letters: &[u8], at: usize, path: &mut [u16; 24], count: usize, budget: &mut u32) -> bool {
    if at == letters.len() {
        return LENGTHS.contains(&count) && has_right_checksum(&path[..count]);
    }
    if count == 24 || *budget == 0 {
        return false;
    }
    *budget -= 1;
    WORD.rev().any(|length| {
        let Some(word) = letters.get(at..at + length) else {
            return false;
        };
        let Some(entry) = wordlists::entry(list, word) else {
            return false;
        };
        path[count] = entry.index;
        cut(list, letters, at + length, path, count + 1, budget)
    })
}

/// Whether twelve words in a row around `at` have lengths that list words have. Every third word of prose is shorter, so
/// this is where nearly every message ends.
fn could_be_run(bytes: &[u8], at: usize) -> bool {
    let Some(first) = word_at_or_before(bytes, at) else {
        return false;
    };
    let mut words = 0;
    // Whether a word lets a run go on; an ordinal's ending ("1st") does without being counted.
    let mut goes_on = |word: &Range<usize>| match word.len() {
        1..=2 => word.start > 0 && bytes[word.start - 1].is_ascii_digit(),
        length => {
            words += 1;
            length <= LONGEST_WITH_A_SLIP
        }
    };
    if !goes_on(&first) {
        return false;
    }
    let mut start = first.start;
    while let Some(word) = previous_word(bytes, start).filter(&mut goes_on) {
        start = word.start;
        if first.end - start > LONGEST_LOOK {
            break;
        }
    }
    let mut end = first.end;
    while let Some(word) = next_word(bytes, end, bytes.len()).filter(&mut goes_on) {
        end = word.end;
        if end - first.start > LONGEST_LOOK {
            break;
        }
    }
    words >= FEWEST
}

/// The word at `probe` and the one before it, as far as they are in a list and do not only join two others. Both, because a
/// mistyped word of one language may be a word of another ("barq" for "bar" is short for the French "barque").
fn list_words_near(bytes: &[u8], probe: usize) -> [Option<Range<usize>>; 2] {
    let listed = |word: &Range<usize>| wordlists::is_listed(&bytes[word.clone()]);
    let Some(seen) = word_at_or_before(bytes, probe) else {
        return [None, None];
    };
    let before = previous_word(bytes, seen.start).filter(listed);
    let seen = Some(seen).filter(|seen| listed(seen) && !is_joiner(bytes, seen));
    [seen, before]
}

/// Grows a run of list words from one of them, both ways, over whatever is not a word.
fn run_around(bytes: &[u8], list: usize, first: Range<usize>) -> Range<usize> {
    let is_listed = |word: &Range<usize>| wordlists::entry(list, &bytes[word.clone()]).is_some();
    // "and then" may stand between two words of a phrase, not at its ends.
    let mut run = first.clone();
    let mut start = first.start;
    while let Some(word) = previous_word(bytes, start).filter(|word| belongs(bytes, list, word)) {
        start = word.start;
        if is_listed(&word) {
            run.start = start;
        }
    }
    let mut end = first.end;
    while let Some(word) = next_word(bytes, end, bytes.len()).filter(|word| belongs(bytes, list, word)) {
        end = word.end;
        if is_listed(&word) {
            run.end = end;
        }
    }
    run
}

fn words_of(bytes: &[u8], run: Range<usize>) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = run.start;
    std::iter::from_fn(move || {
        let word = next_word(bytes, at, run.end)?;
        at = word.end;
        Some(word)
    })
}

/// Whether a word may stand inside a phrase: a list word, or one that joins two of them.
fn belongs(bytes: &[u8], list: usize, word: &Range<usize>) -> bool {
    let text = &bytes[word.clone()];
    wordlists::candidates(text) & 1 << list != 0 && wordlists::entry(list, text).is_some()
        || is_joiner(bytes, word)
}

/// "and", "then", an ordinal's ending ("1st"), or a label before a number ("palabra 3").
fn is_joiner(bytes: &[u8], word: &Range<usize>) -> bool {
    let text = &bytes[word.clone()];
    let is = |known: &[u8]| text.eq_ignore_ascii_case(known);
    match text.len() {
        2 => {
            let after_digit = word.start > 0 && bytes[word.start - 1].is_ascii_digit();
            after_digit && [&b"st"[..], b"nd", b"rd", b"th"].into_iter().any(is)
        }
        3 | 4 if is(b"and") || is(b"then") => true,
        _ => is_label(bytes, word),
    }
}

/// What numbered lists call a word, right before its number.
fn is_label(bytes: &[u8], word: &Range<usize>) -> bool {
    const LABELS: [&[u8]; 7] = [
        b"word", b"palabra", b"mot", b"parola", b"palavra", b"slovo", b"no",
    ];
    let text = &bytes[word.clone()];
    LABELS.iter().any(|label| text.eq_ignore_ascii_case(label))
        && bytes[word.end..]
            .iter()
            .take(3)
            .find(|&&b| !matches!(b, b' ' | b'#' | b'.' | b'_'))
            .is_some_and(u8::is_ascii_digit)
}

/// A letter, or what a folded view puts for a letter of another script.
fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == 0x7f
}

/// The word that covers `at`, else the nearest one before it.
fn word_at_or_before(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let mut word = previous_word(bytes, at + 1)?;
    word.end += bytes[word.end..].iter().take_while(|&&b| is_letter(b)).count();
    Some(word)
}

/// The next word that starts within reach of `from`, cut off at `until`.
fn next_word(bytes: &[u8], from: usize, until: usize) -> Option<Range<usize>> {
    let reach = until.min(from + WIDEST_GAP);
    let start = from + bytes.get(from..reach)?.iter().position(|&b| is_letter(b))?;
    let letters = bytes[start..until].iter().take_while(|&&b| is_letter(b)).count();
    Some(start..start + letters)
}

/// The nearest word that ends at or before `until`, within reach of it.
fn previous_word(bytes: &[u8], until: usize) -> Option<Range<usize>> {
    let reach = until.saturating_sub(WIDEST_GAP);
    let end = reach + bytes[reach..until].iter().rposition(|&b| is_letter(b))? + 1;
    let letters = bytes[..end].iter().rev().take_while(|&&b| is_letter(b)).count();
    Some(end - letters..end)
}

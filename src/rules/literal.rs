//! Which literals a regular expression cannot match without: its gate. A pattern runs only on texts in which the
//! automaton has already seen one literal of every set.
//!
//! The idea is that of RE2's prefilter: walk the syntax tree and keep small sets of exact strings. A concatenation needs
//! one string of each set along it, so the gate is a conjunction of sets: `(send|deposit) .{0,20}(double|triple)` runs only
//! where a word of both is present. The parts of the pattern between two sets say how far apart their words may stand.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::normalise::table::KIND;

/// More strings than this are not multiplied out of parts that follow each other.
const MOST: usize = 64;
/// More alternatives than this make a poor gate.
const MOST_ALTERNATIVES: usize = 400;
/// Longer strings tell no more than these.
const LONG: usize = 8;
/// A class with more characters than this is not spelled out.
const SMALL_CLASS: usize = 6;

/// Stands in a literal for a word boundary of the pattern: `\b` before a word keeps `earn` from opening on `learn`.
pub(super) const BOUNDARY: char = '\u{1}';

/// What is known of a part of a pattern.
#[derive(Debug, Clone, Default)]
struct Known {
    /// All strings it can match, if few.
    exact: Option<Vec<String>>,
    /// Sets of strings; every match contains a string of each.
    required: Vec<Vec<String>>,
}

impl Known {
    fn exactly(strings: Vec<String>) -> Self {
        Self {
            exact: Some(strings),
            required: Vec::new(),
        }
    }

    /// All sets, the exact strings among them.
    fn sets(self) -> impl Iterator<Item = Vec<String>> {
        self.required
            .into_iter()
            .chain(self.exact)
            .filter(|strings| shortest(strings) > 0)
    }

    /// The set whose shortest string is longest; of equals the smallest.
    fn best(self) -> Option<Vec<String>> {
        self.sets()
            .max_by_key(|strings| (shortest(strings).min(LONG), std::cmp::Reverse(strings.len())))
    }
}

/// A set of strings of which every match contains one, and the parts of the pattern it stands in.
#[derive(Debug, Clone)]
pub(super) struct Required {
    pub(super) strings: Vec<String>,
    /// The part it starts in.
    start: usize,
    /// The first of these parts, or the one behind them when the strings fill them.
    follows: usize,
    /// The part behind them.
    end: usize,
}

/// Sets of kinds of characters ([`Traits`](super::normalise::Traits)): every match of this pattern contains a character of one kind of each set.
pub(super) fn kinds(pattern: &Hir) -> Vec<u32> {
    let mut sets = Vec::new();
    add_kinds(pattern, &mut sets);
    sets.sort_unstable();
    sets.dedup();
    sets
}

fn add_kinds(pattern: &Hir, sets: &mut Vec<u32>) {
    match pattern.kind() {
        HirKind::Literal(literal) => {
            let kinds = literal.0.iter().map(|byte| KIND[usize::from(*byte)]);
            sets.extend(kinds.filter(|kinds| *kinds != 0));
        }
        HirKind::Class(class) => sets.extend(kinds_of(class)),
        HirKind::Repetition(repetition) if repetition.min > 0 => add_kinds(&repetition.sub, sets),
        HirKind::Capture(capture) => add_kinds(&capture.sub, sets),
        HirKind::Concat(parts) => parts.iter().for_each(|part| add_kinds(part, sets)),
        HirKind::Empty | HirKind::Look(_) | HirKind::Repetition(_) | HirKind::Alternation(_) => {}
    }
}

/// The kinds of a class all of whose characters are of any.
fn kinds_of(class: &Class) -> Option<u32> {
    let mut all = 0;
    let mut add = |byte: u8| {
        let kinds = KIND[usize::from(byte)];
        all |= kinds;
        kinds != 0
    };
    let every = match class {
        Class::Bytes(class) => class
            .ranges()
            .iter()
            .all(|range| (range.start()..=range.end()).all(&mut add)),
        // Whatever lies beyond ASCII is one kind: that of its first byte.
        Class::Unicode(class) => class.ranges().iter().all(|range| {
            let mut ascii = (range.start()..=range.end()).take_while(char::is_ascii);
            (range.end().is_ascii() || add(u8::MAX)) && ascii.all(|c| add(c as u8))
        }),
    };
    (every && all != 0).then_some(all)
}

/// Whether a pattern may match a blank.
fn spans_blanks(pattern: &Hir) -> bool {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => false,
        HirKind::Literal(literal) => literal.0.contains(&b' '),
        HirKind::Class(Class::Bytes(class)) => class
            .ranges()
            .iter()
            .any(|range| (range.start()..=range.end()).contains(&b' ')),
        HirKind::Class(Class::Unicode(class)) => class
            .ranges()
            .iter()
            .any(|range| (range.start()..=range.end()).contains(&' ')),
        HirKind::Repetition(repetition) => spans_blanks(&repetition.sub),
        HirKind::Capture(capture) => spans_blanks(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(spans_blanks),
    }
}

/// What every match of a pattern contains.
#[derive(Debug, Clone)]
pub(super) struct Requirements {
    /// In the order of the pattern, one set at most for each of its parts.
    pub(super) sets: Vec<Required>,
    parts: Vec<Extent>,
}

/// What a part of a pattern can match.
#[derive(Debug, Clone)]
struct Extent {
    /// So many bytes at least and at most.
    shortest: u32,
    longest: Option<u32>,
    /// A blank among them.
    blanks: bool,
    /// Sets of kinds of characters, of each of which it contains one.
    kinds: Vec<u32>,
}

impl Requirements {
    /// How many bytes behind the end of a string of `first` one of `second` may end at most.
    pub(super) fn within(&self, first: &Required, second: &Required) -> Option<u32> {
        longest(self.parts.get(first.follows..second.end)?)
    }

    /// Whether no blank can stand between the end of a string of `first` and that of one of `second`.
    pub(super) fn unbroken(&self, first: &Required, second: &Required) -> bool {
        self.parts
            .get(first.follows..second.end)
            .is_some_and(|parts| parts.iter().all(|part| !part.blanks))
    }

    /// Whether a word ends where a string of this set does.
    pub(super) fn ends_word(set: &Required) -> bool {
        let ends = |text: &String| {
            text.ends_with(BOUNDARY)
                && text
                    .trim_end_matches(BOUNDARY)
                    .ends_with(|last: char| last.is_ascii_alphanumeric())
        };
        set.strings.iter().all(ends)
    }

    /// What every match shows behind a string of this set before the next blank.
    pub(super) fn solid_behind(&self, set: &Required) -> Solid {
        if set.follows != set.end {
            return Solid::default();
        }
        Solid::of(self.parts.get(set.end..).unwrap_or_default().iter())
    }

    /// What every match shows before the end of a string of this set behind the last blank, the string not counted.
    pub(super) fn solid_before(&self, set: &Required) -> Solid {
        let blank = |text: &String| text.contains(' ');
        if set.strings.iter().any(blank) {
            return Solid::default();
        }
        Solid::of(self.parts.get(..set.start).unwrap_or_default().iter().rev())
    }

    /// How many bytes before the end of a string of this set a match starts at most.
    pub(super) fn reach_before(&self, set: &Required) -> Option<u32> {
        longest(self.parts.get(..set.end)?)
    }

    /// How many bytes behind the end of a string of this set a match ends at most.
    pub(super) fn reach_behind(&self, set: &Required) -> Option<u32> {
        longest(self.parts.get(set.follows..)?)
    }
}

fn longest(parts: &[Extent]) -> Option<u32> {
    parts
        .iter()
        .try_fold(0_u32, |sum, part| sum.checked_add(part.longest?))
}

/// What stands between a literal and the nearest blank.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Solid {
    /// So many bytes at least.
    pub(super) bytes: u32,
    /// Among them characters of one kind of each of these sets; an empty set demands nothing.
    pub(super) kinds: [u32; 2],
}

impl Solid {
    fn of<'p>(parts: impl Iterator<Item = &'p Extent>) -> Self {
        let mut solid = Self::default();
        let mut known = 0;
        for part in parts.take_while(|part| !part.blanks) {
            solid.bytes = solid.bytes.saturating_add(part.shortest);
            for kinds in &part.kinds {
                if known < solid.kinds.len() {
                    solid.kinds[known] = *kinds;
                    known += 1;
                }
            }
        }
        solid
    }

    /// Whether these bytes between a literal and a blank may be those of a match.
    pub(super) fn fits(&self, bytes: &[u8]) -> bool {
        bytes.len() >= self.bytes as usize
            && self
                .kinds
                .iter()
                .all(|kinds| *kinds == 0 || bytes.iter().any(|byte| KIND[usize::from(*byte)] & kinds != 0))
    }
}

/// Sets of strings of which every match of this pattern contains at least one each; none when there are no such sets.
pub(super) fn required(pattern: &Hir) -> Requirements {
    let parts = match pattern.kind() {
        HirKind::Concat(parts) => parts.as_slice(),
        _ => std::slice::from_ref(pattern),
    };
    let extent = |part: &Hir| Extent {
        shortest: part.properties().minimum_len().unwrap_or(0) as u32,
        longest: part
            .properties()
            .maximum_len()
            .and_then(|most| u32::try_from(most).ok()),
        blanks: spans_blanks(part),
        kinds: kinds(part),
    };
    let mut sets = Vec::new();
    let mut add = |strings: Vec<String>, start: usize, follows: usize, end: usize| {
        if shortest(&strings) > 0 {
            sets.push(Required {
                strings,
                start,
                follows,
                end,
            });
        }
    };
    let (mut run, mut run_start) = (vec![String::new()], 0);
    for (at, part) in parts.iter().enumerate() {
        let part = known(part);
        if let Some(grown) = part.exact.as_ref().and_then(|exact| cross(&run, exact)) {
            run = grown;
        } else {
            add(
                std::mem::replace(&mut run, vec![String::new()]),
                run_start,
                at,
                at,
            );
            if let Some(best) = part.best() {
                add(best, at, at, at + 1);
            }
            run_start = at + 1;
        }
    }
    add(run, run_start, parts.len(), parts.len());
    Requirements {
        sets,
        parts: parts.iter().map(extent).collect(),
    }
}

/// How many characters the shortest of these has.
pub(super) fn shortest(strings: &[String]) -> usize {
    strings
        .iter()
        .map(|text| text.chars().filter(|c| *c != BOUNDARY).count())
        .min()
        .unwrap_or(0)
}

fn cross(left: &[String], right: &[String]) -> Option<Vec<String>> {
    (left.len() * right.len() <= MOST).then(|| {
        left.iter()
            .flat_map(|a| right.iter().map(move |b| format!("{a}{b}")))
            .collect()
    })
}

fn known(hir: &Hir) -> Known {
    match hir.kind() {
        HirKind::Look(look) if is_word_boundary(*look) => Known::exactly(vec![BOUNDARY.to_string()]),
        HirKind::Empty | HirKind::Look(_) => Known::exactly(vec![String::new()]),
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => Known::exactly(vec![text.to_lowercase()]),
            Err(_) => Known::default(),
        },
        HirKind::Class(class) => characters(class).map_or_else(Known::default, Known::exactly),
        HirKind::Capture(capture) => known(&capture.sub),
        HirKind::Repetition(repetition) => repeated(known(&repetition.sub), repetition.min, repetition.max),
        HirKind::Concat(parts) => concat(parts),
        HirKind::Alternation(parts) => alternation(parts.iter().map(known).collect()),
    }
}

fn is_word_boundary(look: Look) -> bool {
    matches!(
        look,
        Look::WordAscii | Look::WordUnicode | Look::WordStartAscii | Look::WordStartUnicode
    )
}

fn repeated(mut once: Known, min: u32, max: Option<u32>) -> Known {
    match (min, max) {
        (0, Some(1)) => {
            if let Some(strings) = &mut once.exact {
                strings.push(String::new());
            }
            Known {
                exact: once.exact,
                required: Vec::new(),
            }
        }
        (0, _) => Known::default(),
        (1, Some(1)) => once,
        (min, max) => {
            let strings = once.exact.as_ref().filter(|_| max == Some(min) && min <= 8);
            let exact = strings
                .and_then(|strings| (1..min).try_fold(strings.clone(), |sofar, _| cross(&sofar, strings)));
            Known {
                exact,
                required: once.sets().collect(),
            }
        }
    }
}

fn alternation(parts: Vec<Known>) -> Known {
    let exact = parts.iter().try_fold(Vec::new(), |mut all: Vec<String>, part| {
        all.extend(part.exact.as_ref()?.iter().cloned());
        (all.len() <= MOST).then_some(all)
    });
    if exact.is_some() {
        return Known {
            exact,
            required: Vec::new(),
        };
    }
    let required = parts
        .into_iter()
        .try_fold(Vec::new(), |mut all: Vec<String>, part| {
            all.extend(part.best()?);
            (all.len() <= MOST_ALTERNATIVES).then_some(all)
        });
    Known {
        exact,
        required: required.into_iter().collect(),
    }
}

fn concat(parts: &[Hir]) -> Known {
    let mut required = Vec::new();
    let mut run = vec![String::new()];
    let mut unbroken = true;
    for part in parts {
        let part = known(part);
        if let Some(grown) = part.exact.as_ref().and_then(|exact| cross(&run, exact)) {
            run = grown;
        } else {
            unbroken = false;
            required.push(std::mem::replace(&mut run, vec![String::new()]));
            required.extend(part.sets());
        }
    }
    if unbroken {
        return Known::exactly(run);
    }
    required.push(run);
    required.retain(|strings| shortest(strings) > 0);
    Known {
        exact: None,
        required,
    }
}

fn characters(class: &Class) -> Option<Vec<String>> {
    let mut all = Vec::new();
    match class {
        Class::Unicode(class) => {
            for range in class.ranges() {
                for c in range.start()..=range.end() {
                    all.push(c.to_lowercase().to_string());
                    if all.len() > SMALL_CLASS {
                        return None;
                    }
                }
            }
        }
        Class::Bytes(class) => {
            for range in class.ranges() {
                for byte in range.start()..=range.end() {
                    if !byte.is_ascii() || all.len() > SMALL_CLASS {
                        return None;
                    }
                    all.push(char::from(byte).to_lowercase().to_string());
                }
            }
        }
    }
    all.sort_unstable();
    all.dedup();
    (all.len() <= SMALL_CLASS).then_some(all)
}

#[cfg(test)]
#[path = "literal_tests.rs"]
mod tests;

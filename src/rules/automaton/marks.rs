//! Where keys of patterns end, and whether the rest of a pattern follows there.

use super::{Automaton, COLUMN, GAP, NOTHING};

/// The patterns behind their keys, by their place in the order of the alphabet.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    all: Vec<Pattern>,
    /// The last column of each key, and those of the rest of its pattern, one after the other.
    rests: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
struct Pattern {
    /// What must have been led to before it matters, shortened.
    after: u128,
    /// What it is called by.
    name: u32,
    /// Where the last column of its key stands, and how many follow.
    rest: u32,
    length: u32,
    is_urgent: bool,
}

impl Patterns {
    pub(super) fn new(
        patterns: &[&[u8]],
        keys: &[usize],
        names: &[u32],
        is_urgent: impl Fn(u32) -> bool,
    ) -> Self {
        let mut made = Self::default();
        for ((pattern, key), name) in patterns.iter().zip(keys).zip(names) {
            let rest = &pattern[key.saturating_sub(1)..];
            made.all.push(Pattern {
                after: u128::MAX,
                name: *name,
                rest: made.rests.len() as u32,
                length: rest.len() as u32,
                is_urgent: is_urgent(*name),
            });
            made.rests
                .extend(rest.iter().map(|byte| COLUMN[usize::from(*byte)]));
        }
        made
    }

    pub(super) fn is_urgent(&self, pattern: u32) -> bool {
        self.all[pattern as usize].is_urgent
    }

    pub(super) fn name(&self, pattern: u32) -> u32 {
        self.all[pattern as usize].name
    }

    pub(super) fn note_after(&mut self, after: impl Fn(u32) -> u128) {
        for pattern in &mut self.all {
            pattern.after = after(pattern.name);
        }
    }

    pub(super) fn after(&self, pattern: u32) -> u128 {
        self.all[pattern as usize].after
    }

    /// Where a pattern ends whose key ends here, if all of it is there. A text that is `closed` has a gap at its end.
    fn end(&self, pattern: Pattern, text: &[u8], closed: bool, key_end: usize) -> Option<usize> {
        let rest = &self.rests[pattern.rest as usize..][..pattern.length as usize];
        let (key_ends_on, rest) = rest.split_first()?;
        let mut behind_gap = *key_ends_on == GAP;
        let mut end = key_end;
        for wanted in rest {
            loop {
                let column = match text.get(end) {
                    Some(byte) => COLUMN[usize::from(*byte)],
                    None if closed && end == text.len() => GAP,
                    None => return None,
                };
                end += 1;
                // What changes no state of the automaton says nothing here either.
                if column != NOTHING && !(column == GAP && behind_gap) {
                    if column != *wanted {
                        return None;
                    }
                    behind_gap = column == GAP;
                    break;
                }
            }
        }
        Some(end)
    }
}

/// Places where keys end: where, and the state of the automaton there; and of those that were looked at, where their
/// patterns do.
#[derive(Debug, Default)]
pub(in crate::rules) struct Marks {
    keys: Vec<(u32, u32)>,
    /// Room for the states of a walk.
    walked: Vec<i32>,
    found: Vec<(u32, u32)>,
    are_found: bool,
    /// The text that was walked counts as ending with a gap.
    closed: bool,
}

impl Marks {
    pub(super) fn clear(&mut self, closed: bool) {
        self.keys.clear();
        self.found.clear();
        self.are_found = false;
        self.closed = closed;
    }

    /// Room for so many states at least, to be given back and used again. What stands in it means nothing.
    pub(super) fn room_for(&mut self, states: usize) -> Vec<i32> {
        let mut walked = std::mem::take(&mut self.walked);
        if walked.len() < states {
            walked.resize(states, 0);
        }
        walked
    }

    pub(super) fn give_back(&mut self, walked: Vec<i32>) {
        self.walked = walked;
    }

    pub(super) fn put(&mut self, end: usize, state: u32) {
        self.keys.push((end as u32, state));
    }

    /// Tells what is seen where keys end in the text that was walked.
    #[inline]
    pub(in crate::rules) fn sights(&self, automaton: &Automaton, mut sight: impl FnMut(u32)) {
        for (_, state) in &self.keys {
            automaton.sights(*state).iter().for_each(|seen| sight(*seen));
        }
    }

    /// Whether an urgent pattern is there, all of it, in the text that was walked.
    pub(in crate::rules) fn has_urgent(&self, automaton: &Automaton, text: &[u8]) -> bool {
        let Automaton { patterns, ends, .. } = automaton;
        let is_there = |pattern: &u32, key_end: usize| {
            let pattern = patterns.all[*pattern as usize];
            pattern.is_urgent && patterns.end(pattern, text, self.closed, key_end).is_some()
        };
        self.keys
            .iter()
            .filter(|(_, state)| *state >= automaton.first_urgent)
            .any(|(key_end, state)| {
                let keys = automaton.ending(*state).keys();
                ends[keys]
                    .iter()
                    .any(|pattern| is_there(pattern, *key_end as usize))
            })
    }

    /// Finds the patterns of the text that was walked, as far as they matter, by what they must have been led to.
    pub(in crate::rules) fn find(
        &mut self,
        automaton: &Automaton,
        text: &[u8],
        matters: impl Fn(u128) -> bool,
    ) {
        let Automaton { patterns, .. } = automaton;
        self.found.clear();
        for (key_end, state) in &self.keys {
            let ending = automaton.ending(*state);
            if !matters(ending.after) {
                continue;
            }
            for pattern in &automaton.ends[ending.keys()] {
                let pattern = patterns.all[*pattern as usize];
                if matters(pattern.after)
                    && let Some(end) = patterns.end(pattern, text, self.closed, *key_end as usize)
                {
                    self.found.push((end as u32, pattern.name));
                }
            }
        }
        self.found.sort_unstable();
        self.found.dedup();
        self.are_found = true;
    }

    /// Whether they were looked for since the walk.
    pub(in crate::rules) fn are_found(&self) -> bool {
        self.are_found
    }

    /// What was found: where it ends, and by its name which pattern it is, in the order of the text.
    pub(in crate::rules) fn found(&self) -> impl Iterator<Item = (usize, u32)> + '_ {
        self.found.iter().map(|(end, name)| (*end as usize, *name))
    }
}

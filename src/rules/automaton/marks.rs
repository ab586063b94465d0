//! Where keys of patterns end, and whether the rest of a pattern follows there.

use super::{Automaton, COLUMN, GAP, NOTHING};

/// The patterns behind their keys, by their place in the order of the alphabet.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    /// What the patterns are called by.
    names: Vec<u32>,
    /// The last column of each key, and those of the rest of its pattern: `rests[rest_of[n]..rest_of[n + 1]]`.
    rests: Vec<u8>,
    rest_of: Vec<u32>,
    leads: Vec<bool>,
    /// What must have been led to before a pattern matters, shortened.
    after: Vec<u128>,
}

impl Patterns {
    pub(super) fn new(
        patterns: &[&[u8]],
        keys: &[usize],
        names: Vec<u32>,
        is_lead: impl Fn(u32) -> bool,
    ) -> Self {
        let (mut rests, mut rest_of) = (Vec::new(), vec![0]);
        for (pattern, key) in patterns.iter().zip(keys) {
            let rest = &pattern[key.saturating_sub(1)..];
            rests.extend(rest.iter().map(|byte| COLUMN[usize::from(*byte)]));
            rest_of.push(rests.len() as u32);
        }
        Self {
            leads: names.iter().map(|name| is_lead(*name)).collect(),
            names,
            rests,
            rest_of,
            after: Vec::new(),
        }
    }

    pub(super) fn is_lead(&self, pattern: u32) -> bool {
        self.leads[pattern as usize]
    }

    pub(super) fn note_after(&mut self, after: impl Fn(u32) -> u128) {
        self.after = self.names.iter().map(|name| after(*name)).collect();
    }

    pub(super) fn after(&self, pattern: u32) -> u128 {
        self.after[pattern as usize]
    }

    /// Where a pattern ends whose key ends here, if all of it is there. A text that is `closed` has a gap at its end.
    fn end(&self, pattern: u32, text: &[u8], closed: bool, key_end: usize) -> Option<usize> {
        let at = pattern as usize;
        let (key_ends_on, rest) =
            self.rests[self.rest_of[at] as usize..self.rest_of[at + 1] as usize].split_first()?;
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
    found: Vec<(u32, u32)>,
    /// The text that was walked counts as ending with a gap.
    closed: bool,
}

impl Marks {
    pub(super) fn clear(&mut self, closed: bool) {
        self.keys.clear();
        self.found.clear();
        self.closed = closed;
    }

    pub(super) fn put(&mut self, end: usize, state: u32) {
        self.keys.push((end as u32, state));
    }

    /// The leads that end anywhere in the text that was walked, by their names; perhaps more than once.
    pub(in crate::rules) fn leads<'a>(
        &'a self,
        automaton: &'a Automaton,
        text: &'a [u8],
    ) -> impl Iterator<Item = u32> + 'a {
        let Automaton { patterns, .. } = automaton;
        self.keys
            .iter()
            .filter(|(_, state)| *state >= automaton.first_leading)
            .flat_map(|(end, state)| automaton.ends(*state).iter().map(move |pattern| (*end, *pattern)))
            .filter(move |(end, pattern)| {
                patterns.is_lead(*pattern)
                    && patterns.end(*pattern, text, self.closed, *end as usize).is_some()
            })
            .map(|(_, pattern)| patterns.names[pattern as usize])
    }

    /// Finds the patterns of the text that was walked, as far as they matter, by what they must have been led to.
    pub(in crate::rules) fn find(
        &mut self,
        automaton: &Automaton,
        text: &[u8],
        mut matters: impl FnMut(u128) -> bool,
    ) {
        let Automaton { patterns, .. } = automaton;
        self.found.clear();
        for (key_end, state) in &self.keys {
            let nth = (*state - automaton.first_ending) as usize;
            if !automaton.after.get(nth).is_none_or(|after| matters(*after)) {
                continue;
            }
            for pattern in automaton.ends(*state) {
                if patterns
                    .after
                    .get(*pattern as usize)
                    .is_none_or(|after| matters(*after))
                    && let Some(end) = patterns.end(*pattern, text, self.closed, *key_end as usize)
                {
                    self.found.push((end as u32, patterns.names[*pattern as usize]));
                }
            }
        }
        self.found.sort_unstable();
        self.found.dedup();
    }

    /// What was found: where it ends, and by its name which pattern it is, in the order of the text.
    pub(in crate::rules) fn found(&self) -> impl Iterator<Item = (usize, u32)> + '_ {
        self.found.iter().map(|(end, name)| (*end as usize, *name))
    }
}

//! How the automaton comes about: the `aho-corasick` crate builds it over the keys of the patterns, and its states get a
//! second home. Those that ordinary chat visits most stand together, so that they stay in the cache: a sample of it tells which, and
//! among those that it does not visit the distance from the root. States in which something ends come last: one comparison
//! tells them.

use std::cmp::Reverse;

use aho_corasick::automaton::{Automaton as _, StateID};
use aho_corasick::dfa::DFA;
use aho_corasick::{Anchored, MatchKind};

use super::marks::Patterns;
use super::{Automaton, COLUMN, COLUMNS, Columns, Ending, FIRST_LETTER, GAP, NOTHING, OTHER, State, Steps};

/// A key has so many bytes at least, if its pattern does: the longer, the fewer places there are where one ends and its pattern does
/// not.
const SHORTEST_KEY: usize = 10;
/// So many patterns may share a key: where it ends, each is compared.
const MOST_SHARING: usize = 2;

/// How many bytes of each pattern are its key; expects them sorted and each once.
fn keys(sorted: &[&[u8]]) -> Vec<usize> {
    let shared = |a: &[u8], b: &[u8]| a.iter().zip(b).take_while(|(a, b)| a == b).count();
    // Of so many neighbours and one more, what the outermost share all do.
    let crowded: Vec<usize> = sorted
        .windows(MOST_SHARING + 1)
        .map(|some| shared(some[0], some[MOST_SHARING]))
        .collect();
    sorted
        .iter()
        .enumerate()
        .map(|(at, pattern)| {
            let around = at.saturating_sub(MOST_SHARING)..(at + 1).min(crowded.len());
            let longest = crowded.get(around).unwrap_or_default().iter().max();
            let key = longest.map_or(0, |longest| longest + 1);
            key.max(SHORTEST_KEY).min(pattern.len())
        })
        .collect()
}

/// A byte that stands for a column while the automaton is built.
fn byte_of(column: u8) -> u8 {
    match column {
        GAP => b' ',
        OTHER => 0xff,
        letter => b'a' + (letter - FIRST_LETTER),
    }
}

impl Automaton {
    /// Builds it from patterns in letter classes, small letters and single spaces, each once and with the number it is to be
    /// called by; some are urgent. It is laid out for texts like the `sample`.
    pub(in crate::rules) fn new<'p>(
        patterns: impl Iterator<Item = (u32, &'p [u8])>,
        is_urgent: impl Fn(u32) -> bool,
        sample: &[u8],
    ) -> Result<Self, aho_corasick::BuildError> {
        let mut sorted: Vec<(&[u8], u32)> = patterns.map(|(name, pattern)| (pattern, name)).collect();
        sorted.sort_unstable();
        let (sorted, names): (Vec<&[u8]>, Vec<u32>) = sorted.into_iter().unzip();
        let keys = keys(&sorted);
        let dfa = DFA::builder()
            .match_kind(MatchKind::Standard)
            .prefilter(false)
            .build(sorted.iter().zip(&keys).map(|(pattern, key)| &pattern[..*key]))?;
        let patterns = Patterns::new(&sorted, &keys, &names, is_urgent);
        Ok(Self::lay_out(&dfa, patterns, sample))
    }

    fn lay_out(dfa: &DFA, patterns: Patterns, sample: &[u8]) -> Self {
        const UNSEEN: u32 = u32::MAX;
        let Ok(root) = dfa.start_state(Anchored::No) else {
            // Only anchored automata have no such state, and this one is not.
            return Self::default();
        };
        let mut number_of: Vec<u32> = Vec::new();
        // In the order of their distance from the root, each with the column that led there.
        let mut states = vec![(root, NOTHING)];
        let mut known = |id: aho_corasick::automaton::StateID, next: u32| {
            let at = id.as_usize();
            if at >= number_of.len() {
                number_of.resize(at + 1, UNSEEN);
            }
            let seen = number_of[at];
            if seen == UNSEEN {
                number_of[at] = next;
            }
            seen
        };
        known(root, 0);
        let mut edges: Vec<u32> = Vec::new();
        let mut at = 0;
        while at < states.len() {
            let (id, _) = states[at];
            let mut row = [at as u32; COLUMNS];
            for column in (GAP..FIRST_LETTER + 26).chain([OTHER]) {
                let next = dfa.next_state(Anchored::No, id, byte_of(column));
                let mut number = known(next, states.len() as u32);
                if number == UNSEEN {
                    number = states.len() as u32;
                    states.push((next, column));
                }
                row[usize::from(column)] = number;
            }
            edges.extend_from_slice(&row);
            at += 1;
        }
        // States in which something ends go last, and last of all those in which something urgent does.
        let ends = |state: &(StateID, u8)| {
            let id = state.0;
            let ending = if dfa.is_match(id) { dfa.match_len(id) } else { 0 };
            (0..ending).map(move |nth| dfa.match_pattern(id, nth).as_u32())
        };
        let rank = |state: &(StateID, u8)| match ends(state).map(|pattern| patterns.is_urgent(pattern)).max()
        {
            None => 0,
            Some(false) => 1,
            Some(true) => 2,
        };
        let ranks: Vec<usize> = states.iter().map(rank).collect();
        let count = |rank: usize| ranks.iter().filter(|other| **other == rank).count() as u32;
        let first_ending = count(0);
        let first_urgent = first_ending + count(1);
        let visits = visits(&edges, sample);
        let mut order: Vec<usize> = (0..states.len()).collect();
        order.sort_by_key(|at| (ranks[*at], Reverse(visits[*at])));
        let mut place = vec![0; states.len()];
        let (mut endings, mut all_ends) = (Vec::new(), Vec::new());
        for (number, at) in (0..).zip(order) {
            place[at] = number;
            if ranks[at] > 0 {
                let first = all_ends.len() as u32;
                all_ends.extend(ends(&states[at]));
                endings.push(Ending {
                    after: u128::MAX,
                    first,
                    count: all_ends.len() as u32 - first,
                });
            }
        }
        let after_gap: Vec<bool> = states.iter().map(|(_, column)| *column == GAP).collect();
        let cells = Cells {
            edges: &edges,
            place: &place,
            after_gap: &after_gap,
        };
        Self {
            steps: cells.steps(),
            start: place[0],
            first_ending,
            first_urgent,
            endings,
            ends: all_ends,
            sights: Vec::new(),
            sights_of: Vec::new(),
            patterns,
        }
    }
}

/// How often a walk through a text comes to each state.
fn visits(edges: &[u32], text: &[u8]) -> Vec<u32> {
    let mut visits = vec![0; edges.len() / COLUMNS];
    let mut state = 0;
    for column in text.iter().map(|byte| COLUMN[usize::from(*byte)]) {
        if column != NOTHING {
            state = edges[state * COLUMNS + usize::from(column)] as usize;
            visits[state] += 1;
        }
    }
    visits
}

/// What stands in the columns: the edges in the order of the states' distance from the root, the place of each of those
/// states among all, and whether a gap led there.
struct Cells<'c> {
    edges: &'c [u32],
    place: &'c [u32],
    after_gap: &'c [bool],
}

impl Cells<'_> {
    fn steps(&self) -> Steps {
        // The number behind the last state must fit too: it says that nothing ends in any.
        if u16::try_from(self.place.len()).is_ok() {
            Steps::Narrow(self.columns())
        } else {
            Steps::Wide(self.columns())
        }
    }

    fn columns<S: State>(&self) -> Columns<S> {
        let states = self.place.len();
        let mut next = vec![S::default(); COLUMNS * states];
        for (from, edges) in self.edges.chunks_exact(COLUMNS).enumerate() {
            let at = self.place[from] as usize;
            for (column, to) in edges.iter().enumerate() {
                // A gap behind a gap is no further gap.
                let stays = column == usize::from(GAP) && self.after_gap[from];
                let to = if stays { from } else { *to as usize };
                next[column * states + at] = S::new(self.place[to]);
            }
        }
        let starts = COLUMN.map(|column| u32::from(column) * states as u32);
        Columns {
            next,
            of_byte: Box::new(starts),
        }
    }
}

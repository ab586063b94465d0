//! The automaton that every message walks through, laid out for the cache.
//!
//! The `aho-corasick` crate builds it; here its states get a second home. A walk waits for memory once a byte, so what counts is that
//! the few states near the root, where ordinary chat lives, stand together and each fills as few cache lines as can be:
//! states are numbered in the order of their distance from the root, a row has one column for each letter class
//! ([`super::normalise`]), and up to 65,536 states are numbered in two bytes, so that a row is exactly one cache line.
//! States in which something ends come last: one comparison tells them.
//!
//! Text and reading share the columns. In a raw text an apostrophe leaves every state as it is, and so does a second gap behind a
//! first, which makes folding a text and walking through the automaton one pass.

use aho_corasick::automaton::Automaton as _;
use aho_corasick::dfa::DFA;
use aho_corasick::{Anchored, MatchKind};

use super::normalise::Traits;
use super::normalise::table::{CLASS, KIND};

/// Columns of a row: letter classes, the gap, what is left out, and the bytes beyond ASCII.
const COLUMNS: usize = 32;
/// What an apostrophe and other marks without meaning are.
const NOTHING: u8 = 0;
/// A gap between words.
const GAP: u8 = 1;
/// The class `a`; the others follow.
const FIRST_LETTER: u8 = 2;
/// Any byte beyond ASCII: no pattern in here has one.
const OTHER: u8 = 31;

/// From this length on, in bytes, a text is walked in two lanes.
const LONG: usize = 32;

/// The column of a byte, be it of a text or of a reading.
static COLUMN: [u8; 256] = columns();

const fn columns() -> [u8; 256] {
    let mut table = [OTHER; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = match CLASS[byte] {
            0 => NOTHING,
            b' ' => GAP,
            letter => FIRST_LETTER + (letter - b'a'),
        };
        byte += 1;
    }
    table
}

/// A byte that stands for a column while the automaton is built.
fn sample(column: u8) -> u8 {
    match column {
        GAP => b' ',
        OTHER => 0xff,
        letter => b'a' + (letter - FIRST_LETTER),
    }
}

type Row<State> = [State; COLUMNS];

/// Finds many patterns in letter classes at once.
#[derive(Debug)]
pub(super) struct Automaton {
    rows: Rows,
    start: u32,
    /// From this state on, something ends in each.
    first_ending: u32,
    /// From this one on, a lead.
    first_leading: u32,
    /// How many bytes of a pattern have been seen in each state.
    depths: Vec<u16>,
    /// What ends in each of those: `ends[at[n]..at[n + 1]]`.
    at: Vec<u32>,
    ends: Vec<u32>,
    /// What must have been led to before anything that ends in such a state matters, shortened.
    after: Vec<u128>,
}

#[derive(Debug)]
enum Rows {
    Narrow(Vec<Row<u16>>),
    Wide(Vec<Row<u32>>),
}

impl Rows {
    fn step(&self, state: u32, column: u8) -> u32 {
        match self {
            Self::Narrow(rows) => step(rows, state, column),
            Self::Wide(rows) => step(rows, state, column),
        }
    }
}

/// Places where patterns end: where, and the state of the automaton there.
#[derive(Debug, Default)]
pub(super) struct Marks(Vec<(u32, u32)>);

impl Marks {
    fn put(&mut self, end: usize, state: u32) {
        self.0.push((end as u32, state));
    }

    /// Puts them in the order of the text.
    pub(super) fn sort(&mut self) {
        self.0.sort_unstable();
    }

    /// The patterns that end anywhere, by their names, as far as leads end there too.
    pub(super) fn leads<'a>(&'a self, automaton: &'a Automaton) -> impl Iterator<Item = u32> {
        let leads = self
            .0
            .iter()
            .filter(|(_, state)| *state >= automaton.first_leading);
        leads.flat_map(|(_, state)| automaton.ends(*state)).copied()
    }

    /// Keeps the places where something may end that matters, by what it must have been led to.
    pub(super) fn keep(&mut self, automaton: &Automaton, mut matters: impl FnMut(u128) -> bool) {
        self.0.retain(|(_, state)| {
            let nth = (state - automaton.first_ending) as usize;
            automaton.after.get(nth).is_none_or(|after| matters(*after))
        });
    }

    /// Each place, and the patterns that end there by their names.
    pub(super) fn found<'a>(&'a self, automaton: &'a Automaton) -> impl Iterator<Item = (usize, &'a [u32])> {
        self.0
            .iter()
            .map(|(end, state)| (*end as usize, automaton.ends(*state)))
    }
}

/// The number of a state.
trait State: Copy + Default {
    fn new(number: u32) -> Self;
    fn number(self) -> u32;
}

impl State for u16 {
    fn new(number: u32) -> Self {
        number as Self
    }

    fn number(self) -> u32 {
        u32::from(self)
    }
}

impl State for u32 {
    fn new(number: u32) -> Self {
        number
    }

    fn number(self) -> u32 {
        self
    }
}

impl Automaton {
    /// Builds it from patterns in letter classes, small letters and single spaces, each with the number it is to be called by;
    /// some are leads.
    pub(super) fn new<'p>(
        patterns: impl Iterator<Item = (u32, &'p [u8])>,
        is_lead: impl Fn(u32) -> bool,
    ) -> Result<Self, aho_corasick::BuildError> {
        let (names, patterns): (Vec<u32>, Vec<&[u8]>) = patterns.unzip();
        let dfa = DFA::builder()
            .match_kind(MatchKind::Standard)
            .prefilter(false)
            .build(patterns)?;
        Ok(Self::lay_out(&dfa, &names, is_lead))
    }

    fn lay_out(dfa: &DFA, names: &[u32], is_lead: impl Fn(u32) -> bool) -> Self {
        const UNSEEN: u32 = u32::MAX;
        let Ok(root) = dfa.start_state(Anchored::No) else {
            // Only anchored automata have no such state, and this one is not.
            return Self::default();
        };
        let mut number_of: Vec<u32> = Vec::new();
        // In the order of their distance from the root, each with the column that led there.
        let mut states = vec![(root, NOTHING)];
        let mut distances = vec![0_u16];
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
                let next = dfa.next_state(Anchored::No, id, sample(column));
                let mut number = known(next, states.len() as u32);
                if number == UNSEEN {
                    number = states.len() as u32;
                    states.push((next, column));
                    distances.push(distances[at].saturating_add(1));
                }
                row[usize::from(column)] = number;
            }
            edges.extend_from_slice(&row);
            at += 1;
        }
        // States in which something ends go last, and last of all those in which a lead does.
        let ends = |state: &(aho_corasick::automaton::StateID, u8)| {
            let id = state.0;
            let ending = if dfa.is_match(id) { dfa.match_len(id) } else { 0 };
            (0..ending).map(move |nth| names[dfa.match_pattern(id, nth).as_usize()])
        };
        let rank = |state: &(aho_corasick::automaton::StateID, u8)| match ends(state).map(&is_lead).max() {
            None => 0,
            Some(false) => 1,
            Some(true) => 2,
        };
        let ranks: Vec<usize> = states.iter().map(rank).collect();
        let count = |rank: usize| ranks.iter().filter(|other| **other == rank).count() as u32;
        let first_ending = count(0);
        let first_leading = first_ending + count(1);
        let mut next = [0, first_ending, first_leading];
        let place: Vec<u32> = ranks
            .iter()
            .map(|rank| {
                next[*rank] += 1;
                next[*rank] - 1
            })
            .collect();
        let (mut offsets, mut all_ends) = (vec![0], Vec::new());
        for rank in [1, 2] {
            for (state, _) in states.iter().zip(&ranks).filter(|(_, other)| **other == rank) {
                all_ends.extend(ends(state));
                offsets.push(all_ends.len() as u32);
            }
        }
        let mut depths = vec![0; states.len()];
        for (place, distance) in place.iter().zip(&distances) {
            depths[*place as usize] = *distance;
        }
        let after_gap: Vec<bool> = states.iter().map(|(_, column)| *column == GAP).collect();
        let rows = if states.len() <= usize::from(u16::MAX) + 1 {
            Rows::Narrow(rows(&edges, &place, &after_gap))
        } else {
            Rows::Wide(rows(&edges, &place, &after_gap))
        };
        Self {
            rows,
            start: place[0],
            first_ending,
            first_leading,
            depths,
            at: offsets,
            ends: all_ends,
            after: Vec::new(),
        }
    }

    /// Notes of each pattern what must have been led to before it matters.
    pub(super) fn note_after(&mut self, after: impl Fn(u32) -> u128) {
        let of_state = |ends: &[u32]| ends.iter().fold(0, |all, pattern| all | after(*pattern));
        self.after = self
            .at
            .windows(2)
            .map(|at| of_state(&self.ends[at[0] as usize..at[1] as usize]))
            .collect();
    }

    /// Bytes of memory it occupies.
    #[cfg(test)]
    fn memory(&self) -> usize {
        let rows = match &self.rows {
            Rows::Narrow(rows) => size_of_val(rows.as_slice()),
            Rows::Wide(rows) => size_of_val(rows.as_slice()),
        };
        rows + size_of_val(self.depths.as_slice()) + (self.at.len() + self.ends.len()) * size_of::<u32>()
    }

    /// The patterns that end in a state.
    fn ends(&self, state: u32) -> &[u32] {
        let nth = (state - self.first_ending) as usize;
        match (self.at.get(nth), self.at.get(nth + 1)) {
            (Some(&start), Some(&end)) => &self.ends[start as usize..end as usize],
            _ => &[],
        }
    }

    /// Walks an ASCII text and says of which kinds its characters are, [`Traits::SPACED`] left out. Marks every place where patterns end, in any order; perhaps
    /// more than once: again behind an apostrophe or another gap, and where lanes meet.
    pub(super) fn walk_text(&self, text: &[u8], marks: &mut Marks) -> Traits {
        marks.0.clear();
        let (kinds, state) = self.walk(text, true, marks);
        let last = self.rows.step(state, GAP);
        if last >= self.first_ending && last != state {
            marks.0.push((text.len() as u32 + 1, last));
        }
        Traits(kinds)
    }

    /// Walks a reading. Marks every place where patterns end, in any order.
    pub(super) fn walk_reading(&self, reading: &[u8], marks: &mut Marks) {
        marks.0.clear();
        self.walk(reading, false, marks);
    }

    /// Walks a text, behind a gap or not; the kinds of its characters and the last state.
    fn walk(&self, text: &[u8], behind_gap: bool, marks: &mut Marks) -> (u32, u32) {
        let first = if behind_gap {
            self.rows.step(self.start, GAP)
        } else {
            self.start
        };
        match &self.rows {
            Rows::Narrow(rows) => self.walk_rows(rows, text, first, marks),
            Rows::Wide(rows) => self.walk_rows(rows, text, first, marks),
        }
    }

    fn walk_rows<S: State>(&self, rows: &[Row<S>], text: &[u8], first: u32, marks: &mut Marks) -> (u32, u32) {
        let half = if text.len() < LONG { 0 } else { text.len() / 2 };
        let (front, rest) = text.split_at(2 * half);
        let (front, back) = front.split_at(half);
        let (mut kinds, mut state) = self.walk_in_lanes(rows, front, back, first, marks);
        for (at, byte) in (2 * half..).zip(rest) {
            kinds |= KIND[usize::from(*byte)];
            state = step(rows, state, COLUMN[usize::from(*byte)]);
            if state >= self.first_ending {
                marks.put(at + 1, state);
            }
        }
        (kinds, state)
    }

    /// Walks two equal stretches of a text side by side, because each step waits for the one before it and the waits of both
    /// lanes overlap; more lanes would wait for the processor. Only the first lane starts in a state that is known, the other at the
    /// root. What ends inside its stretch it finds all the same; what began before it is found by walking on from the end of the
    /// first lane. Returns the kinds of characters and the last state.
    #[inline]
    fn walk_in_lanes<S: State>(
        &self,
        rows: &[Row<S>],
        front: &[u8],
        back: &[u8],
        first: u32,
        marks: &mut Marks,
    ) -> (u32, u32) {
        let (mut left, mut right) = (first, self.start);
        let mut kinds = 0;
        for (at, (a, b)) in front.iter().zip(back).enumerate() {
            let (a, b) = (usize::from(*a), usize::from(*b));
            kinds |= KIND[a] | KIND[b];
            left = step(rows, left, COLUMN[a]);
            right = step(rows, right, COLUMN[b]);
            if left.max(right) >= self.first_ending {
                for (start, state) in [(0, left), (front.len(), right)] {
                    if state >= self.first_ending {
                        marks.put(start + at + 1, state);
                    }
                }
            }
        }
        let last = self
            .walk_over(rows, back, front.len(), left, marks)
            .unwrap_or(right);
        (kinds, last)
    }

    /// Walks on into a stretch that was walked from the root already, until the state is about this stretch only, and so that of the
    /// other walk; the last state if that never happens.
    fn walk_over<S: State>(
        &self,
        rows: &[Row<S>],
        stretch: &[u8],
        start: usize,
        from: u32,
        marks: &mut Marks,
    ) -> Option<u32> {
        let mut state = from;
        // Marks without meaning and gaps behind gaps change no state, and are not counted.
        let mut steps = 0;
        for (at, byte) in (start..).zip(stretch) {
            if u32::from(self.depths[state as usize]) <= steps {
                return None;
            }
            let next = step(rows, state, COLUMN[usize::from(*byte)]);
            steps += u32::from(next != state);
            state = next;
            if state >= self.first_ending {
                marks.put(at + 1, state);
            }
        }
        Some(state)
    }
}

impl Default for Automaton {
    /// One that finds nothing.
    fn default() -> Self {
        Self {
            rows: Rows::Narrow(vec![[0; COLUMNS]]),
            start: 0,
            first_ending: 1,
            first_leading: 1,
            depths: vec![0],
            at: vec![0],
            ends: Vec::new(),
            after: Vec::new(),
        }
    }
}

#[inline]
fn step<S: State>(rows: &[Row<S>], state: u32, column: u8) -> u32 {
    rows[state as usize][usize::from(column) % COLUMNS].number()
}

fn rows<S: State>(edges: &[u32], place: &[u32], after_gap: &[bool]) -> Vec<Row<S>> {
    let mut rows = vec![[S::default(); COLUMNS]; place.len()];
    for (from, edges) in edges.chunks_exact(COLUMNS).enumerate() {
        let row = &mut rows[place[from] as usize];
        for (cell, to) in row.iter_mut().zip(edges) {
            *cell = S::new(place[*to as usize]);
        }
        // A gap behind a gap is no further gap.
        if after_gap[from] {
            row[usize::from(GAP)] = S::new(place[from]);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::super::normalise::{Reading, plain};
    use super::*;

    fn found(automaton: &Automaton, reading: &[u8]) -> Vec<(u32, usize)> {
        let mut marks = Marks::default();
        automaton.walk_reading(reading, &mut marks);
        marks.sort();
        marks
            .found(automaton)
            .flat_map(|(end, names)| names.iter().map(move |name| (*name, end)))
            .collect()
    }

    #[test]
    fn every_pattern_is_found_where_it_ends_also_inside_others() {
        let patterns = [" seed ", "seedphrase", "ee", " a", " seed phrase "];
        let automaton = Automaton::new(
            (0..).zip(patterns.iter().map(|pattern| pattern.as_bytes())),
            |_| false,
        )
        .expect("sound");
        assert_eq!(
            found(&automaton, b" a seed phrase seedphrase "),
            [(3, 2), (2, 6), (0, 8), (4, 15), (2, 18), (1, 25)]
        );
    }

    #[test]
    fn so_many_patterns_that_two_bytes_cannot_number_their_states_are_found_too() {
        let patterns: Vec<String> = (0..24_000_u32)
            .map(|n| {
                let letter = |shift: u32| char::from(b'a' + (n >> shift & 7) as u8);
                format!(
                    " {}{}{}{}{}word ",
                    letter(0),
                    letter(3),
                    letter(6),
                    letter(9),
                    letter(12)
                )
            })
            .collect();
        let automaton =
            Automaton::new((0..).zip(patterns.iter().map(String::as_bytes)), |_| false).expect("sound");
        assert!(
            matches!(automaton.rows, Rows::Wide(_)),
            "{} bytes",
            automaton.memory()
        );
        for (number, pattern) in (0..).zip(&patterns).step_by(97) {
            let end = pattern.len();
            assert_eq!(
                found(&automaton, pattern.as_bytes()),
                [(number, end)],
                "{pattern}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn walking_a_text_finds_what_walking_its_reading_finds(text in "([ab'. 1]{0,24}(see+d|s'eed  ph|a b c d|)[ -~]{0,9}){0,6}") {
            let patterns = [" ab", "b a", " seed ph", " see", "eee", " a b c d "];
            let automaton = Automaton::new((0..).zip(patterns.iter().map(|pattern| pattern.as_bytes())), |name| name == 1).expect("sound");
            let mut reading = Reading::default();
            let expected_traits = plain::read(&text, &mut reading);
            let mut expected: Vec<u32> = found(&automaton, &reading.bytes).into_iter().map(|(pattern, _)| pattern).collect();
            let mut marks = Marks::default();
            let traits = automaton.walk_text(text.as_bytes(), &mut marks);
            let leads: Vec<u32> = marks.leads(&automaton).collect();
            proptest::prop_assert_eq!(leads.contains(&1), expected.contains(&1));
            let mut walked: Vec<u32> = marks.found(&automaton).flat_map(|(_, names)| names).copied().collect();
            expected.sort_unstable();
            expected.dedup();
            walked.sort_unstable();
            walked.dedup();
            proptest::prop_assert_eq!(walked, expected);
            proptest::prop_assert_eq!(Traits(traits.0 | plain::spaced(text.as_bytes())), expected_traits);
        }
    }
}

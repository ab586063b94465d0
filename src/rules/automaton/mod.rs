//! The automaton that every message walks through, laid out for the cache.
//!
//! A walk waits for memory once a byte, so what counts is that the states where ordinary chat lives are few, stand together
//! and fill as few cache lines as can be. So the automaton knows only how patterns begin: each up to where hardly another
//! begins like it, its *key*. Where a key ends, the rest of the pattern is compared ([`marks`]). There is one column for each
//! letter class ([`super::normalise`]) with what follows every state: where a column starts is known before the state is, so that
//! a step adds the two and loads. Up to 65,536 states are numbered in two bytes. How the columns come about lives in [`layout`], how
//! a text is walked in [`walk`].
//!
//! Text and reading share the columns. In a raw text an apostrophe leaves every state as it is, and so does a second gap
//! behind a first, which makes folding a text and walking through the automaton one pass.

mod layout;
mod marks;
mod walk;

pub(super) use marks::Marks;

use std::collections::BTreeSet;

use super::normalise::table::CLASS;

/// Letter classes, the gap, what is left out, and the bytes beyond ASCII.
const COLUMNS: usize = 29;
/// What an apostrophe and other marks without meaning are.
const NOTHING: u8 = 0;
/// A gap between words.
const GAP: u8 = 1;
/// The class `a`; the others follow.
const FIRST_LETTER: u8 = 2;
/// Any byte beyond ASCII: no pattern in here has one.
const OTHER: u8 = 28;

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

/// Finds many patterns in letter classes at once.
#[derive(Debug)]
pub(super) struct Automaton {
    steps: Steps,
    start: u32,
    /// From this state on, a key ends in each.
    first_ending: u32,
    /// From this one on, that of a pattern that is looked for at once.
    first_urgent: u32,
    /// Each of the states in which keys end.
    endings: Vec<Ending>,
    /// The keys that end in all of those, as indices into the patterns.
    ends: Vec<u32>,
    /// What is seen in all of those; in the nth `sights_of[n]..sights_of[n + 1]`.
    sights: Vec<u32>,
    sights_of: Vec<u32>,
    patterns: marks::Patterns,
}

/// What follows each state on each byte.
#[derive(Debug)]
struct Columns<S> {
    /// What follows every state, column by column.
    next: Vec<S>,
    /// Where the column of each byte starts.
    of_byte: Box<[u32; 256]>,
}

/// A state in which keys end.
#[derive(Debug, Clone, Copy)]
struct Ending {
    /// What must have been led to before anything that ends here matters, shortened.
    after: u128,
    /// Where the first of its keys stands among all, and how many do.
    first: u32,
    count: u32,
}

impl Ending {
    fn keys(self) -> std::ops::Range<usize> {
        self.first as usize..(self.first + self.count) as usize
    }
}

/// The columns, with states as narrow as their number allows.
#[derive(Debug)]
enum Steps {
    Narrow(Columns<u16>),
    Wide(Columns<u32>),
}

/// The number of a state.
trait State: Copy + Ord + Default + Into<u32> {
    fn new(number: u32) -> Self;
}

impl State for u16 {
    fn new(number: u32) -> Self {
        number as Self
    }
}

impl State for u32 {
    fn new(number: u32) -> Self {
        number
    }
}

impl Automaton {
    /// Notes of each pattern, by its name, what must have been led to before it matters.
    pub(super) fn note_after(&mut self, after: impl Fn(u32) -> u128) {
        self.patterns.note_after(&after);
        for ending in &mut self.endings {
            let keys = &self.ends[ending.keys()];
            ending.after = keys
                .iter()
                .fold(0, |all, pattern| all | self.patterns.after(*pattern));
        }
    }

    /// Notes of each pattern, by its name, what is seen where its key ends.
    pub(super) fn note_sights<'s>(&mut self, sights: impl Fn(u32) -> &'s [u32]) {
        self.sights.clear();
        self.sights_of.clear();
        for ending in &self.endings {
            self.sights_of.push(self.sights.len() as u32);
            let keys = self.ends[ending.keys()].iter();
            let seen: BTreeSet<u32> = keys
                .flat_map(|pattern| sights(self.patterns.name(*pattern)))
                .copied()
                .collect();
            self.sights.extend(seen);
        }
        self.sights_of.push(self.sights.len() as u32);
    }

    /// What is seen in a state in which keys end.
    #[inline]
    fn sights(&self, state: u32) -> &[u32] {
        let at = (state - self.first_ending) as usize;
        &self.sights[self.sights_of[at] as usize..self.sights_of[at + 1] as usize]
    }

    /// Bytes of memory it occupies.
    #[cfg(test)]
    fn memory(&self) -> usize {
        let columns = match &self.steps {
            Steps::Narrow(columns) => size_of_val(columns.next.as_slice()),
            Steps::Wide(columns) => size_of_val(columns.next.as_slice()),
        };
        columns + size_of_val(self.endings.as_slice()) + size_of_val(self.ends.as_slice())
    }

    /// A state in which keys end.
    fn ending(&self, state: u32) -> Ending {
        self.endings[(state - self.first_ending) as usize]
    }
}

impl Default for Automaton {
    /// One that finds nothing.
    fn default() -> Self {
        Self {
            steps: Steps::Narrow(Columns {
                next: vec![0],
                of_byte: Box::new([0; 256]),
            }),
            start: 0,
            first_ending: 1,
            first_urgent: 1,
            endings: Vec::new(),
            ends: Vec::new(),
            sights: Vec::new(),
            sights_of: Vec::new(),
            patterns: marks::Patterns::default(),
        }
    }
}

#[cfg(test)]
mod tests;

//! The automaton that every message walks through, laid out for the cache.
//!
//! A walk waits for memory once a byte, so what counts is that the states where ordinary chat lives are few, stand together
//! and fill as few cache lines as can be. So the automaton knows only how patterns begin: each up to where hardly another
//! begins like it, its *key*. Where a key ends, the rest of the pattern is compared ([`marks`]). There is one column for each
//! letter class ([`super::normalise`]) with what follows every state: where a column starts is known before the state is, so that
//! a step adds the two and loads. Up to 65,536 states are numbered in two bytes. How the columns come about lives in [`layout`].
//!
//! Text and reading share the columns. In a raw text an apostrophe leaves every state as it is, and so does a second gap
//! behind a first, which makes folding a text and walking through the automaton one pass.

mod layout;
mod marks;

pub(super) use marks::Marks;

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

/// From this length on, in bytes, a text is walked in two lanes.
const LONG: usize = 32;
/// The largest difference of two numbers of states that is not negative.
const ALL_BELOW: u32 = u32::MAX / 2;
/// So many bytes of each lane are walked before anybody looks whether a key ended among them.
const BLOCK: usize = 8;

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
    /// From this one on, that of a lead.
    first_leading: u32,
    /// How many bytes of a pattern have been seen in each state.
    depths: Vec<u16>,
    /// Each of the states in which keys end.
    endings: Vec<Ending>,
    /// The keys that end in all of those, as indices into the patterns.
    ends: Vec<u32>,
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

impl Steps {
    fn step(&self, state: u32, byte: u8) -> u32 {
        match self {
            Self::Narrow(columns) => step(columns, state as u16, byte).into(),
            Self::Wide(columns) => step(columns, state, byte),
        }
    }
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

    /// Bytes of memory it occupies.
    #[cfg(test)]
    fn memory(&self) -> usize {
        let columns = match &self.steps {
            Steps::Narrow(columns) => size_of_val(columns.next.as_slice()),
            Steps::Wide(columns) => size_of_val(columns.next.as_slice()),
        };
        columns
            + size_of_val(self.depths.as_slice())
            + size_of_val(self.endings.as_slice())
            + size_of_val(self.ends.as_slice())
    }

    /// A state in which keys end.
    fn ending(&self, state: u32) -> Ending {
        self.endings[(state - self.first_ending) as usize]
    }

    /// Walks an ASCII text. Marks every place where keys end, in any order; perhaps more than once: again behind an
    /// apostrophe or another gap, and where lanes meet.
    pub(super) fn walk_text(&self, text: &[u8], marks: &mut Marks) {
        marks.clear(true);
        let state = self.walk(text, true, marks);
        let last = self.steps.step(state, b' ');
        if last >= self.first_ending && last != state {
            marks.put(text.len() + 1, last);
        }
    }

    /// Walks a reading. Marks every place where keys end, in any order.
    pub(super) fn walk_reading(&self, reading: &[u8], marks: &mut Marks) {
        marks.clear(false);
        self.walk(reading, false, marks);
    }

    /// Walks a text, behind a gap or not, to the last state.
    fn walk(&self, text: &[u8], behind_gap: bool, marks: &mut Marks) -> u32 {
        let first = if behind_gap {
            self.steps.step(self.start, b' ')
        } else {
            self.start
        };
        match &self.steps {
            Steps::Narrow(columns) => self.walk_columns(columns, text, first, marks),
            Steps::Wide(columns) => self.walk_columns(columns, text, first, marks),
        }
    }

    fn walk_columns<S: State>(
        &self,
        columns: &Columns<S>,
        text: &[u8],
        first: u32,
        marks: &mut Marks,
    ) -> u32 {
        let half = if text.len() < LONG { 0 } else { text.len() / 2 };
        let (front, rest) = text.split_at(2 * half);
        let (front, back) = front.split_at(half);
        let mut state = self.walk_in_lanes(columns, front, back, S::new(first), marks);
        for (end, byte) in (2 * half + 1..).zip(rest) {
            state = step(columns, state, *byte);
            self.mark(end, state, marks);
        }
        state.into()
    }

    /// Walks two equal stretches of a text side by side, because each step waits for the one before it and the waits of both
    /// lanes overlap; more lanes would wait for the processor. Only the first lane starts in a state that is known, the
    /// other at the root. What ends inside its stretch it finds all the same; what began before it is found by walking on
    /// from the end of the first lane. Returns the last state.
    #[inline]
    fn walk_in_lanes<S: State>(
        &self,
        columns: &Columns<S>,
        front: &[u8],
        back: &[u8],
        first: S,
        marks: &mut Marks,
    ) -> S {
        // The difference to a state with an ending goes below zero; so all of them are looked at without a branch.
        let below_endings = self.first_ending.wrapping_sub(1);
        let (mut left, mut right) = (first, S::new(self.start));
        let mut done = 0;
        let ((front_blocks, _), (back_blocks, _)) = (front.as_chunks::<BLOCK>(), back.as_chunks::<BLOCK>());
        for (a, b) in front_blocks.iter().zip(back_blocks) {
            let mut seen = [[left; 2]; BLOCK];
            let mut any = 0;
            for ((seen, a), b) in seen.iter_mut().zip(a).zip(b) {
                left = step(columns, left, *a);
                right = step(columns, right, *b);
                *seen = [left, right];
                any |= below_endings.wrapping_sub(left.into()) | below_endings.wrapping_sub(right.into());
            }
            if any > ALL_BELOW {
                for (end, [left, right]) in (done + 1..).zip(seen) {
                    self.mark(end, left, marks);
                    self.mark(front.len() + end, right, marks);
                }
            }
            done += BLOCK;
        }
        for (a, b) in front[done..].iter().zip(&back[done..]) {
            left = step(columns, left, *a);
            right = step(columns, right, *b);
            done += 1;
            self.mark(done, left, marks);
            self.mark(front.len() + done, right, marks);
        }
        self.walk_over(columns, back, front.len(), left, marks)
            .unwrap_or(right)
    }

    /// Marks a place if a key ends in the state there.
    #[inline]
    fn mark<S: State>(&self, end: usize, state: S, marks: &mut Marks) {
        let number: u32 = state.into();
        if number >= self.first_ending {
            marks.put(end, number);
        }
    }

    /// Walks on into a stretch that was walked from the root already, until the state is about this stretch only, and so
    /// that of the other walk; the last state if that never happens.
    fn walk_over<S: State>(
        &self,
        columns: &Columns<S>,
        stretch: &[u8],
        start: usize,
        from: S,
        marks: &mut Marks,
    ) -> Option<S> {
        let mut state = from;
        // Marks without meaning and gaps behind gaps change no state, and are not counted.
        let mut steps = 0;
        for (at, byte) in (start..).zip(stretch) {
            let number: u32 = state.into();
            if u32::from(self.depths[number as usize]) <= steps {
                return None;
            }
            let next = step(columns, state, *byte);
            steps += u32::from(next != state);
            state = next;
            self.mark(at + 1, state, marks);
        }
        Some(state)
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
            first_leading: 1,
            depths: vec![0],
            endings: Vec::new(),
            ends: Vec::new(),
            patterns: marks::Patterns::default(),
        }
    }
}

/// The state behind a byte.
#[inline]
fn step<S: State>(columns: &Columns<S>, state: S, byte: u8) -> S {
    let number: u32 = state.into();
    columns.next[(columns.of_byte[usize::from(byte)] + number) as usize]
}

#[cfg(test)]
mod tests;

//! The walk through a text: in lanes, because each step waits for the one before it and the waits of all lanes overlap.
//!
//! Only the first lane starts in a state that is known, the others at the root. What ends inside its own stretch each finds all
//! the same; what began before it is found by the lane before, which goes on into that stretch until both are in one
//! state: from there on they would walk alike. Where keys end is looked up when all states are known: branches at every step
//! would be guessed wrong too often.

use wide::i32x8;

use super::marks::Marks;
use super::{Automaton, Columns, State, Steps};

/// From these lengths on, in bytes, a text is walked in two lanes, and in four; more would need more registers than there are.
const TWO_LANES: usize = 32;
const FOUR_LANES: usize = 64;
/// Lanes overlap by so many bytes at least. By then most have met.
const OVERLAP: usize = 6;
/// So many bytes of each lane are walked together: as many as one register holds.
const BLOCK: usize = 8;
/// So many states are compared before anybody asks whether a key ends in one of them.
const COMPARED: usize = 32;
/// So many of them at once.
const AT_ONCE: usize = 8;

impl Automaton {
    /// Walks an ASCII text. Marks every place where keys end, in any order; perhaps again behind an apostrophe or another gap.
    pub(in crate::rules) fn walk_text(&self, text: &[u8], marks: &mut Marks) {
        marks.clear(true);
        let state = self.walk(text, self.steps.step(self.start, b' '), marks);
        let last = self.steps.step(state, b' ');
        if last >= self.first_ending && last != state {
            marks.put(text.len() + 1, last);
        }
    }

    /// Walks a reading. Marks every place where keys end, in any order.
    pub(in crate::rules) fn walk_reading(&self, reading: &[u8], marks: &mut Marks) {
        marks.clear(false);
        self.walk(reading, self.start, marks);
    }

    /// Walks a text from a state to the last one.
    fn walk(&self, text: &[u8], first: u32, marks: &mut Marks) -> u32 {
        match &self.steps {
            Steps::Narrow(columns) => self.walk_columns(columns, text, State::new(first), marks).into(),
            Steps::Wide(columns) => self.walk_columns(columns, text, first, marks),
        }
    }

    fn walk_columns<S: State>(&self, columns: &Columns<S>, text: &[u8], first: S, marks: &mut Marks) -> S {
        match text.len() {
            FOUR_LANES.. => self.walk_in_lanes::<S, 4>(columns, text, first, marks),
            TWO_LANES.. => self.walk_in_lanes::<S, 2>(columns, text, first, marks),
            _ => (1..).zip(text).fold(first, |state, (end, byte)| {
                let state = step(columns, state, *byte);
                self.mark(end, state.into(), marks);
                state
            }),
        }
    }

    /// Walks a text in so many lanes of equal length, side by side.
    #[inline]
    fn walk_in_lanes<S: State, const LANES: usize>(
        &self,
        columns: &Columns<S>,
        text: &[u8],
        first: S,
        marks: &mut Marks,
    ) -> S {
        let covered = text.len() + (LANES - 1) * OVERLAP;
        let length = covered.div_ceil(LANES).next_multiple_of(BLOCK);
        // The last lane ends where the text does.
        let starts: [usize; LANES] =
            std::array::from_fn(|lane| (lane * (length - OVERLAP)).min(text.len() - length));
        let lanes = starts.map(|start| text[start..][..length].as_chunks::<BLOCK>().0);
        let mut states = [S::new(self.start); LANES];
        states[0] = first;
        let steps = LANES * length;
        let compared = steps.next_multiple_of(COMPARED);
        let mut walked = marks.room_for(compared);
        // No key ends at the root.
        walked[steps..compared].fill(0);
        for (nth, seen) in walked[..steps].chunks_exact_mut(LANES * BLOCK).enumerate() {
            let bytes = lanes.map(|lane| lane[nth]);
            for at in 0..BLOCK {
                for lane in 0..LANES {
                    states[lane] = step(columns, states[lane], bytes[lane][at]);
                    seen[at * LANES + lane] = signed(states[lane]);
                }
            }
        }
        // So far the lane before has come in the stretch of each.
        let done: [usize; LANES] = std::array::from_fn(|lane| {
            let before = lane.checked_sub(1).map_or(0, |before| starts[before] + length);
            before.saturating_sub(starts[lane])
        });
        let end_at = |at: usize| {
            let (lane, step) = (at % LANES, at / LANES);
            (step >= done[lane]).then_some(starts[lane] + step + 1)
        };
        self.mark_endings(&walked[..compared], end_at, marks);
        // Where the lane before is in another state than this one was there, what it saw may still go on.
        let mut last = states[0];
        for lane in 1..LANES {
            let done = done[lane];
            let from = std::mem::replace(&mut last, states[lane]);
            if signed(from) != walked[(done - 1) * LANES + lane] {
                let seen = walked[..steps].iter().skip(lane).step_by(LANES);
                let ahead = lanes[lane].as_flattened()[done..].iter().zip(seen.skip(done));
                last = self
                    .walk_on(columns, ahead, starts[lane] + done, from, marks)
                    .unwrap_or(last);
            }
        }
        marks.give_back(walked);
        last
    }

    /// Marks those of the states in which keys end, with the place that `end_at` tells of their number unless it is marked already.
    #[inline]
    fn mark_endings(&self, walked: &[i32], end_at: impl Fn(usize) -> Option<usize>, marks: &mut Marks) {
        let before_first = i32x8::splat(self.first_ending.cast_signed() - 1);
        for (nth, states) in walked.as_chunks::<COMPARED>().0.iter().enumerate() {
            let among = |nth: usize| {
                let some = i32x8::new(states.as_chunks().0[nth]).simd_gt(before_first);
                some.to_bitmask() << (nth * AT_ONCE)
            };
            let mut ending = among(0) | among(1) | among(2) | among(3);
            while ending != 0 {
                let at = ending.trailing_zeros() as usize;
                ending &= ending - 1;
                if let Some(end) = end_at(nth * COMPARED + at) {
                    marks.put(end, states[at].cast_unsigned());
                }
            }
        }
    }

    /// Walks on into the stretch of another lane until both are in one state; the last state if that never happens.
    #[inline(never)]
    fn walk_on<'t, S: State>(
        &self,
        columns: &Columns<S>,
        ahead: impl Iterator<Item = (&'t u8, &'t i32)>,
        start: usize,
        from: S,
        marks: &mut Marks,
    ) -> Option<S> {
        let mut state = from;
        for (end, (byte, other)) in (start + 1..).zip(ahead) {
            state = step(columns, state, *byte);
            if signed(state) == *other {
                return None;
            }
            self.mark(end, state.into(), marks);
        }
        Some(state)
    }

    /// Marks a place if a key ends in the state there.
    #[inline]
    fn mark(&self, end: usize, state: u32, marks: &mut Marks) {
        if state >= self.first_ending {
            marks.put(end, state);
        }
    }
}

impl Steps {
    fn step(&self, state: u32, byte: u8) -> u32 {
        match self {
            Self::Narrow(columns) => step(columns, State::new(state), byte).into(),
            Self::Wide(columns) => step(columns, state, byte),
        }
    }
}

/// The state behind a byte.
#[inline]
fn step<S: State>(columns: &Columns<S>, state: S, byte: u8) -> S {
    let number: u32 = state.into();
    columns.next[(columns.of_byte[usize::from(byte)] + number) as usize]
}

/// The number of a state, as the comparison of many wants it.
#[inline]
fn signed<S: State>(state: S) -> i32 {
    let number: u32 = state.into();
    number.cast_signed()
}

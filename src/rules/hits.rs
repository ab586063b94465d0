//! What was found in one message, on its way to [`super::evaluate`].
//!
//! A signal has many listeners, most of whose rules sleep. So that it was told is noted once, and becomes a hit of those that are awake
//! when it is known which they are.

use super::clues::{Awake, Wake};
use super::compile::place_bit;
use super::compile::{Ruleset, Target, UNLESS};
use super::evaluate::Hit;
use super::part::PlaceKind;
use super::scan::Spot;
use super::signal::Signal;

/// The most hits of one message that are looked at.
pub(super) const MOST_HITS: usize = 20_000;

/// Who listens to a signal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Listener {
    pub(super) target: Target,
    /// In which kinds of places, as bits.
    pub(super) places: u16,
    /// What it is told by that.
    pub(super) told: Option<Wake>,
}

impl Listener {
    fn looks_at(&self, kind: PlaceKind) -> bool {
        self.places & place_bit(kind) != 0
    }
}

/// A signal that was told somewhere.
#[derive(Debug, Clone, Copy)]
struct Told {
    signal: Signal,
    /// The part, and its kind.
    number: u16,
    kind: PlaceKind,
    spot: Spot,
    /// The phrase that told it.
    pattern: Option<u32>,
}

/// The hits of one message, and the signals that were told in it.
#[derive(Debug, Default)]
pub(super) struct Hits {
    pub(super) all: Vec<Hit>,
    told: Vec<Told>,
    /// So many of those are hits already.
    heard: usize,
    /// Bits of the signals.
    signals: u64,
}

impl Hits {
    pub(super) fn clear(&mut self) {
        self.all.clear();
        self.told.clear();
        (self.heard, self.signals) = (0, 0);
    }

    /// Takes in a hit, unless there are too many.
    pub(super) fn push(&mut self, hit: Hit) {
        if self.all.len() < MOST_HITS {
            self.all.push(hit);
        }
    }

    /// Takes in a signal.
    pub(super) fn tell(
        &mut self,
        signal: Signal,
        number: u16,
        kind: PlaceKind,
        spot: Spot,
        pattern: Option<u32>,
    ) {
        self.signals |= signal.bit();
        if self.told.len() < MOST_HITS {
            self.told.push(Told {
                signal,
                number,
                kind,
                spot,
                pattern,
            });
        }
    }

    /// The signals that were told, each once.
    pub(super) fn signals(&self) -> impl Iterator<Item = Signal> + use<> {
        let mut rest = self.signals;
        std::iter::from_fn(move || {
            let bit = (rest != 0).then(|| rest.trailing_zeros())?;
            rest &= rest - 1;
            Signal::ALL.get(bit as usize).copied()
        })
    }

    /// Tells of everything that was hit, and of every signal.
    pub(super) fn wake(&self, ruleset: &Ruleset, awake: &mut Awake) {
        for told in &self.told {
            let listeners = ruleset.listeners(told.signal).iter();
            for told in listeners
                .filter(|one| one.looks_at(told.kind))
                .filter_map(|one| one.told)
            {
                awake.hear(told, ruleset);
            }
        }
        for hit in &self.all {
            ruleset.tell(hit.target(), awake);
        }
    }

    /// Makes hits of the signals told since this was last done, for those who are awake.
    pub(super) fn expand(&mut self, ruleset: &Ruleset, awake: &Awake) {
        for told in &self.told[self.heard..] {
            for listener in ruleset.listeners(told.signal) {
                let Listener { target, .. } = *listener;
                debug_assert_ne!(target.term, UNLESS);
                if self.all.len() < MOST_HITS && awake.is_up(target.rule) && listener.looks_at(told.kind) {
                    self.all.push(told.hit(target));
                }
            }
        }
        self.heard = self.told.len();
    }
}

impl Told {
    fn hit(&self, target: Target) -> Hit {
        let spot = &self.spot;
        Hit {
            rule: target.rule,
            term: target.term,
            part: self.number,
            start: spot.start,
            end: spot.end,
            mapped: spot.mapped,
            layer: spot.layer,
            view: spot.view,
            pattern: self.pattern,
            signal: Some(self.signal),
            link: self.signal.is_link(),
            anywhere: spot.anywhere,
            code: spot.code,
        }
    }
}

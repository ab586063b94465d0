//! Chance as a value: the one place that draws it, so that everything else can be told what the dice say.

use std::fmt;

/// Whoever throws the dice.
pub trait Chance: Send + Sync + fmt::Debug {
    /// A number from 0 (inclusive) to 1 (exclusive).
    fn fraction(&self) -> f64;
}

/// The machine's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    #[expect(clippy::disallowed_methods, reason = "the one place that draws chance")]
    fn fraction(&self) -> f64 {
        rand::random()
    }
}

/// Dice that always show the same.
#[derive(Clone, Copy, Debug)]
pub struct FixedChance(pub f64);

impl Chance for FixedChance {
    fn fraction(&self) -> f64 {
        self.0
    }
}

//! Where links have led in a guild before, as short names that can only be compared: by it a link is known to be new.
//!
//! Bounded: [`SeenHosts::MOST`] names of at most 16 bytes each, the oldest forgotten first. Who teaches it, and where it
//! is kept, is not decided here.

use std::collections::{HashSet, VecDeque};

use foldhash::fast::FixedState;

/// Places that were linked to: what `Scratch::outside_links` names.
#[derive(Debug, Clone, Default)]
pub struct SeenHosts {
    known: HashSet<u32, FixedState>,
    in_order: VecDeque<u32>,
}

impl SeenHosts {
    /// Names that are remembered: at most 320 KB.
    pub const MOST: usize = 20_000;

    /// Remembers a name. Answers whether it is new.
    pub fn learn(&mut self, name: u32) -> bool {
        if !self.known.insert(name) {
            return false;
        }
        self.in_order.push_back(name);
        if self.in_order.len() > Self::MOST
            && let Some(oldest) = self.in_order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }

    /// Whether a name is remembered.
    pub fn knows(&self, name: u32) -> bool {
        self.known.contains(&name)
    }
}

impl FromIterator<u32> for SeenHosts {
    fn from_iter<I: IntoIterator<Item = u32>>(names: I) -> Self {
        let mut seen = Self::default();
        for name in names {
            seen.learn(name);
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_learnt_once_and_the_oldest_is_forgotten_first() {
        let most = SeenHosts::MOST as u32;
        let mut seen: SeenHosts = (1..=most).collect();
        assert!(!seen.learn(1), "it is known");
        assert!(seen.learn(most + 1));
        assert!(!seen.knows(1) && seen.knows(2) && seen.knows(most + 1));
    }
}

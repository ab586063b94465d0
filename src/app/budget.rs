//! How often something may happen in a span of time: Discord's limit on invalid requests, and our own on fetches that a
//! member can provoke.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::model::Timestamp;

/// At most so many events within a span that moves along.
#[derive(Debug)]
pub struct Budget {
    most: usize,
    span: Duration,
    spent: Mutex<VecDeque<Timestamp>>,
}

impl Budget {
    /// At most `most` events within `span`.
    pub const fn new(most: usize, span: Duration) -> Self {
        Self {
            most,
            span,
            spent: Mutex::new(VecDeque::new()),
        }
    }

    /// Discord bans an address for a while after 10 000 answers of 401, 403 or 429 in ten minutes ("Invalid Request
    /// Limit"); we stop well before.
    pub const fn invalid_requests() -> Self {
        Self::new(8000, Duration::from_mins(10))
    }

    /// Spends one. `false`: nothing is left.
    pub fn spend(&self, now: Timestamp) -> bool {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        Self::forget(&mut spent, now - self.span);
        let left = spent.len() < self.most;
        if left {
            spent.push_back(now);
        }
        left
    }

    /// When there is something left again, if there is nothing now.
    pub fn exhausted_until(&self, now: Timestamp) -> Option<Timestamp> {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        Self::forget(&mut spent, now - self.span);
        if spent.len() < self.most {
            None
        } else {
            spent.front().map(|oldest| *oldest + self.span)
        }
    }

    fn forget(spent: &mut VecDeque<Timestamp>, before: Timestamp) {
        while spent.front().is_some_and(|at| *at <= before) {
            spent.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_spent_and_comes_back_as_time_passes() {
        let budget = Budget::new(2, Duration::from_secs(10));
        assert!(budget.spend(Timestamp(0)));
        assert!(budget.spend(Timestamp(4000)));
        assert!(!budget.spend(Timestamp(5000)));
        assert_eq!(budget.exhausted_until(Timestamp(5000)), Some(Timestamp(10_000)));
        assert!(budget.spend(Timestamp(10_000)));
        assert!(!budget.spend(Timestamp(10_001)));
    }
}

//! How the performer hears of new effects: it is woken, and the most urgent ones are handed to it.
//!
//! What removes a scam must not wait for a second commit: the transaction that opens a case leases the effects that wait
//! for nothing, and they come here together with the case. Should the process end before they are carried out, they are
//! found `sending` at the next start and looked up, as any other effect that was under way.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::app::budget::Budget;
use crate::model::Timestamp;
use crate::model::case::Case;
use crate::model::effect::EffectRow;

/// How long a leased effect belongs to this performer; every attempt ends well before.
pub(super) const LEASE: Duration = Duration::from_mins(10);
/// Effects that are handed over and not yet taken. More are leased by the performer itself, as it gets to them.
const MOST_HANDED: usize = 256;

/// A leased effect, with its case as it was when it was written.
#[derive(Debug)]
pub(super) struct Handed {
    pub(super) row: EffectRow,
    pub(super) case: Option<Box<Case>>,
}

/// Wakes the performer after effects were written.
#[derive(Clone, Debug, Default)]
pub struct Wake {
    notify: Arc<Notify>,
    handed: Arc<Mutex<Vec<Handed>>>,
}

impl Wake {
    /// Says that there may be something to do.
    pub fn wake(&self) {
        self.notify.notify_one();
    }

    /// Until when effects may be leased now, to be handed over; `None`: the performer has its hands full, or Discord has
    /// had more invalid requests from us than it likes.
    pub fn lease(&self, invalid_requests: &Budget, now: Timestamp) -> Option<Timestamp> {
        let handed = self.handed.lock().unwrap_or_else(PoisonError::into_inner).len();
        (handed < MOST_HANDED && invalid_requests.exhausted_until(now).is_none()).then(|| now + LEASE)
    }

    /// Hands over the leased effects of a case that was just opened, and wakes the performer for the rest of it.
    pub fn hand_over(&self, case: &Case, leased: Vec<EffectRow>) {
        let leased = leased.into_iter().map(|row| Handed {
            row,
            case: Some(Box::new(case.clone())),
        });
        self.handed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(leased);
        self.wake();
    }

    pub(super) async fn woken(&self) {
        self.notify.notified().await;
    }

    pub(super) fn take(&self) -> Vec<Handed> {
        std::mem::take(&mut *self.handed.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

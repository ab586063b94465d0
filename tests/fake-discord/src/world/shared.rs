//! The state behind its one lock, with a signal after every change.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::State;

/// A handle on the state; clones share it.
#[derive(Clone, Debug)]
pub struct SharedState(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    changes: watch::Sender<u64>,
}

impl SharedState {
    /// Puts a state behind a lock.
    pub fn new(state: State) -> Self {
        Self(Arc::new(Shared {
            state: Mutex::new(state),
            changes: watch::Sender::new(0),
        }))
    }

    /// Takes the lock. Never hold it across an `await`. Whoever waits for changes is woken when a guard that was
    /// used to change something is let go.
    pub fn lock(&self) -> StateGuard<'_> {
        let state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        StateGuard {
            state: Some(state),
            changes: &self.0.changes,
            changed: false,
        }
    }

    /// Marks each change from now on.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }
}

/// The locked state.
#[derive(Debug)]
pub struct StateGuard<'a> {
    /// Always `Some` until dropped.
    state: Option<MutexGuard<'a, State>>,
    changes: &'a watch::Sender<u64>,
    changed: bool,
}

impl Deref for StateGuard<'_> {
    type Target = State;

    fn deref(&self) -> &State {
        self.state
            .as_ref()
            .expect("the guard holds the lock until it is dropped")
    }
}

impl DerefMut for StateGuard<'_> {
    fn deref_mut(&mut self) -> &mut State {
        self.changed = true;
        self.state
            .as_mut()
            .expect("the guard holds the lock until it is dropped")
    }
}

impl Drop for StateGuard<'_> {
    fn drop(&mut self) {
        // The lock goes first, so that whoever wakes finds it free.
        self.state = None;
        if self.changed {
            self.changes.send_modify(|version| *version += 1);
        }
    }
}

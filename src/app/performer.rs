//! Carries out planned effects: at once when woken, else when they fall due.

use std::sync::Arc;

use tokio::sync::Notify;

/// Wakes the performer after effects were written.
#[derive(Clone, Debug, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// Says that there may be something to do.
    pub fn wake(&self) {
        self.0.notify_one();
    }
}

//! Keeping still while Discord's global limit holds.
//!
//! serenity's limiter (0.12.5, `http/ratelimiting.rs`) lets the one request wait that was refused and goes on sending all
//! others, each of which earns a refusal of its own; too many of those and Discord shuts an address out. Everything that the
//! bot sends by itself waits here instead. Answers to interactions do not: the global limit is not about them.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

/// Whether the global limit holds. Clones are handles on the same one.
#[derive(Clone, Debug, Default)]
pub struct Stillness(Arc<watch::Sender<usize>>);

impl Stillness {
    /// Keeps still for so long. Must be called inside a runtime.
    pub fn keep(&self, how_long: Duration) {
        self.0.send_modify(|holding| *holding += 1);
        let holding = Arc::clone(&self.0);
        tokio::spawn(async move {
            tokio::time::sleep(how_long).await;
            holding.send_modify(|holding| *holding -= 1);
        });
    }

    /// Waits until nothing holds any more.
    pub async fn over(&self) {
        // The sender is ours: it cannot be gone.
        let _ = self.0.subscribe().wait_for(|holding| *holding == 0).await;
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn nobody_goes_on_while_it_holds_and_everybody_does_when_all_that_held_is_over() {
        let still = Stillness::default();
        assert!(still.over().now_or_never().is_some(), "nothing holds");
        still.keep(Duration::from_millis(30));
        still.keep(Duration::from_millis(1));
        assert!(still.over().now_or_never().is_none());
        still.over().await;
        assert_eq!(*still.0.borrow(), 0, "the longer one is over, too");
    }
}

//! Waiting, and jobs that come round: by the injected clock, so that a test that moves the clock moves the jobs.

use std::future::Future;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::model::{Clock, Timestamp};

/// Longest real time between two looks at the clock.
const LOOK: Duration = Duration::from_millis(250);

/// Waits until `moment` by `clock`.
pub async fn until(clock: &dyn Clock, moment: Timestamp) {
    loop {
        let left = moment.since(clock.now());
        if left.is_zero() {
            return;
        }
        tokio::time::sleep(left.min(LOOK)).await;
    }
}

/// Runs a job every `span` by `clock`, the first time after one `span`, until stopped.
pub async fn every<F, Job>(clock: &dyn Clock, span: Duration, stop: &CancellationToken, mut job: F)
where
    F: FnMut() -> Job,
    Job: Future<Output = ()>,
{
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = until(clock, clock.now() + span) => {}
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = job() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ManualClock;

    #[tokio::test]
    async fn a_job_runs_when_the_clock_says_so() {
        let clock = ManualClock::at(Timestamp(0));
        let stop = CancellationToken::new();
        let runs = std::sync::atomic::AtomicU32::new(0);
        tokio::join!(
            every(&clock, Duration::from_mins(10), &stop, || async {
                runs.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                stop.cancel();
            }),
            async { clock.advance(Duration::from_mins(10)) }
        );
        assert_eq!(runs.into_inner(), 1);
    }
}

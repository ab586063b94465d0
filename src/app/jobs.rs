//! The jobs that come round: mending threads, writing marks, replaying the spool, refreshing lists of hosts, forgetting
//! what is old.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::App;
use super::schedule::every;
use super::{
    backfill, feeds, judge, left, reconciler, reload, reports, seen_hosts, shadows, unasked, writers,
};
use crate::storage::AllGuilds;

/// How often marks, writers and hosts are written: what a crash may lose of them.
const MARKS: Duration = Duration::from_secs(5);
/// How often the spool is looked at.
const SPOOL: Duration = Duration::from_mins(1);
/// How often personal payloads are looked through.
const RETENTION: Duration = Duration::from_hours(24);
/// How often somebody looks whether rule files have changed.
const RULES: Duration = Duration::from_secs(2);
/// How often what unproven rules would have done is written.
const SHADOWS: Duration = Duration::from_mins(1);
/// How often somebody looks whether the week's report is planned.
const REPORTS: Duration = Duration::from_mins(10);

/// Runs all of them until stopped.
pub async fn run(app: Arc<App>, stop: CancellationToken) {
    forget(&app).await;
    let clock = Arc::clone(&app.clock);
    let clock = clock.as_ref();
    tokio::join!(
        every(clock, reconciler::ROUND, &stop, || reconciler::reconcile_all(
            &app
        )),
        every(clock, MARKS, &stop, || backfill::write_marks(&app)),
        every(clock, MARKS, &stop, || writers::write(&app)),
        every(clock, MARKS, &stop, || seen_hosts::write(&app)),
        every(clock, SPOOL, &stop, || judge::replay_spool(&app)),
        every(clock, RETENTION, &stop, || forget(&app)),
        every(clock, RETENTION, &stop, || left::forget(&app)),
        every(clock, RULES, &stop, || reload::watch(&app)),
        every(clock, unasked::ROUND, &stop, || unasked::ask_again(&app)),
        every(clock, SHADOWS, &stop, || shadows::write(&app)),
        every(clock, REPORTS, &stop, || reports::plan(&app)),
        feeds::run(&app.feeds, clock, app.chance.as_ref(), &stop),
    );
    backfill::write_marks(&app).await;
    shadows::write(&app).await;
    writers::write(&app).await;
    seen_hosts::write(&app).await;
}

async fn forget(app: &App) {
    match app
        .store
        .erase_before(AllGuilds, app.clock.now() - app.keep)
        .await
    {
        Ok(0) => {}
        Ok(rows) => tracing::info!(rows, "retention.erased"),
        Err(error) => tracing::error!(%error, "old payloads could not be erased"),
    }
}

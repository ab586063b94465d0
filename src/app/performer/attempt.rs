//! One attempt at one effect, and what its end means.
//!
//! The rule that everything here serves: nothing is done twice. An effect that may have been carried out (the process
//! was killed, the answer was lost) is looked up before it is repeated; where nobody can tell, it ends as uncertain and
//! staff see it.

use std::time::Duration;

use super::keeping::keep;
use super::orders::{Prepared, prepare};
use crate::app::backoff::delay;
use crate::app::platform::{Order, PlatformError, Receipt, Task, Trace};
use crate::app::purge::{PurgeError, Purged, purge};
use crate::app::{App, missing_cards};
use crate::model::case::Case;
use crate::model::effect::{Effect, EffectOutcome, EffectRow};
use crate::model::{ChannelId, Timestamp};
use crate::storage::{InGuild, StoreError};

/// Counted failures after which an effect is given up, if so long has passed since it was planned: an outage of Discord is no
/// reason to give up what a member waits for.
const MOST_ATTEMPTS: u32 = 8;
const PERSISTENCE: Duration = Duration::from_hours(6);
/// The longest that one request may take, waiting for its rate limit included.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long a lost request is given to arrive before its trace is looked for.
const SETTLING: Duration = Duration::from_millis(1200);
/// Looks for a trace at one attempt.
const LOOKS: u32 = 4;

/// Carries an effect out once. `case`: its case, if that was read just now.
pub async fn attempt(app: &App, row: EffectRow, case: Option<Box<Case>>) -> EffectOutcome {
    let now = app.clock.now();
    if row.expires_at.is_some_and(|end| end <= now) && !row.interrupted {
        return EffectOutcome::Expired;
    }
    let order = match prepare(app, &row, case).await {
        Ok(Prepared::Order(order)) => order,
        Ok(Prepared::Keep(case)) => return keep(app, &row, *case).await,
        Ok(Prepared::Purge(case)) => return purge_copies(app, &row, *case).await,
        Ok(Prepared::Needless) => {
            return EffectOutcome::Done {
                result: None,
                channel: None,
            };
        }
        Ok(Prepared::Impossible(why)) => {
            return EffectOutcome::Failed {
                failure: why.to_owned(),
            };
        }
        Err(error) => return store_failed(app, &row, &error),
    };
    if row.interrupted {
        match trace(app, &order).await {
            Ok(Trace::Found(receipt)) => return done(app, &row, &order, receipt).await,
            Ok(Trace::Unknowable) => return uncertain(),
            Ok(Trace::Absent | Trace::Repeatable) => {}
            Err(blind) => return look_again(app, &row, blind),
        }
        if row.expires_at.is_some_and(|end| end <= now) {
            return EffectOutcome::Expired;
        }
    }
    send(app, &row, &order).await
}

async fn send(app: &App, row: &EffectRow, order: &Order) -> EffectOutcome {
    let mut answer = perform(app, order).await;
    if matches!(answer, Err(PlatformError::Archived))
        && let Some(thread) = thread_of(&order.task)
    {
        let revive = Order {
            key: format!("{}:revive", order.key),
            task: Task::ReviveThread { thread },
            ..order.clone()
        };
        answer = match perform(app, &revive).await {
            Ok(_) => perform(app, order).await,
            Err(error) => Err(error),
        };
    }
    let error = match answer {
        Ok(receipt) => return done(app, row, order, receipt).await,
        Err(error) => error,
    };
    match error {
        PlatformError::Gone(why) => gone(app, row, order, why).await,
        PlatformError::Unreachable => {
            if let Some(case) = row.effect.case()
                && let Err(error) = app.store.note_unreachable(InGuild(row.guild), case).await
            {
                tracing::warn!(%error, "that an author cannot be written to could not be noted");
            }
            EffectOutcome::Failed {
                failure: PlatformError::Unreachable.to_string(),
            }
        }
        PlatformError::RateLimited { retry_after } => {
            let wait = retry_after.unwrap_or_else(|| delay(row.attempts + 1, app.chance.fraction()));
            let at = app.clock.now() + wait;
            EffectOutcome::Retry {
                at,
                counts: false,
                failure: "Discord asks to wait".to_owned(),
            }
        }
        PlatformError::Unanswered(why) => {
            tokio::time::sleep(SETTLING).await;
            match trace(app, order).await {
                Ok(Trace::Found(receipt)) => done(app, row, order, receipt).await,
                Ok(Trace::Unknowable) => uncertain(),
                Ok(Trace::Absent | Trace::Repeatable) => again(app, row, why),
                Err(blind) => look_again(app, row, blind),
            }
        }
        PlatformError::Transient(why) => again(app, row, why),
        PlatformError::Archived => again(app, row, "the thread is archived".to_owned()),
        refused @ (PlatformError::Refused(_) | PlatformError::Invalid(_)) => EffectOutcome::Failed {
            failure: refused.to_string(),
        },
    }
}

/// Discord says it is not there. For what should vanish that is success; for a ticket's thread or card it is news.
async fn gone(app: &App, row: &EffectRow, order: &Order, why: String) -> EffectOutcome {
    let done = EffectOutcome::Done {
        result: None,
        channel: None,
    };
    match &order.task {
        Task::RefreshStaffCard { channel, message, .. } => {
            missing_cards::lost(app, row.guild, |card| card == (*channel, *message)).await;
            done
        }
        // A card that was removed by hand needs no refreshing; nor has a ban or a role to end that is not there. And whoever is not
        // in the server was removed by an attempt whose answer was lost, or has left.
        Task::DeleteMessage { .. }
        | Task::DeleteThread { .. }
        | Task::RenameThread { .. }
        | Task::KickMember { .. }
        | Task::RemoveRole { .. }
        | Task::RemoveFromThread { .. }
        | Task::LiftBan { .. }
        | Task::RefreshReviewCard { .. }
        | Task::RefreshPauseCard { .. } => done,
        // Done as soon as they are seen here again: `app::returning`.
        Task::TimeoutMember { .. } | Task::LiftTimeout { .. } => EffectOutcome::Failed {
            failure: "they are not in this server; it is done if they come back".to_owned(),
        },
        task => {
            if let Some(thread) = thread_of(task) {
                crate::app::reconciler::look_at_thread(app, row.guild, thread).await;
            }
            EffectOutcome::Failed {
                failure: format!("it is not there any more ({why})"),
            }
        }
    }
}

/// Whether an effect has been tried for long enough.
fn is_worn_out(app: &App, row: &EffectRow) -> bool {
    row.attempts + 1 >= MOST_ATTEMPTS && app.clock.now().since(row.planned_at) >= PERSISTENCE
}

/// It may have been done, and Discord does not even let us look: that is no reason to ask a person yet.
fn look_again(app: &App, row: &EffectRow, Blind { why, wait }: Blind) -> EffectOutcome {
    if is_worn_out(app, row) {
        return uncertain();
    }
    let wait = wait.unwrap_or_else(|| delay(row.attempts, app.chance.fraction()));
    EffectOutcome::LookUp {
        at: app.clock.now() + wait,
        failure: format!("the answer was lost, and its trace could not be looked for: {why}"),
    }
}

fn again(app: &App, row: &EffectRow, failure: String) -> EffectOutcome {
    if is_worn_out(app, row) {
        return EffectOutcome::Failed {
            failure: format!("given up after {} attempts: {failure}", row.attempts + 1),
        };
    }
    let at: Timestamp = app.clock.now() + delay(row.attempts, app.chance.fraction());
    EffectOutcome::Retry {
        at,
        counts: true,
        failure,
    }
}

fn uncertain() -> EffectOutcome {
    EffectOutcome::Uncertain {
        failure: "the answer was lost and no trace tells whether it was done".to_owned(),
    }
}

fn store_failed(app: &App, row: &EffectRow, error: &StoreError) -> EffectOutcome {
    let at = app.clock.now() + delay(row.attempts.max(2), app.chance.fraction());
    EffectOutcome::Retry {
        at,
        counts: false,
        failure: error.to_string(),
    }
}

/// Deletes several messages of one channel with one request; answers how each of their effects ended. `None`: it did not
/// work that way, so that each has to be tried by itself.
pub async fn delete_together(app: &App, rows: &[EffectRow]) -> Option<Vec<EffectOutcome>> {
    let first = rows.first()?;
    let Effect::DeleteMessage { channel, .. } = first.effect else {
        return None;
    };
    let messages = rows.iter().filter_map(|row| match row.effect {
        Effect::DeleteMessage { message, .. } => Some(message),
        _ => None,
    });
    let order = Order {
        key: format!("{}:together", first.key),
        guild: first.guild,
        planned_at: first.planned_at,
        task: Task::DeleteMessages {
            channel,
            messages: messages.collect(),
            reason: format!("Nightdesk: {} messages of a wave", rows.len()),
        },
    };
    let done = EffectOutcome::Done {
        result: None,
        channel: None,
    };
    match perform(app, &order).await {
        Ok(_) => Some(vec![done; rows.len()]),
        Err(PlatformError::RateLimited { retry_after }) => {
            let wait = retry_after.unwrap_or_else(|| delay(1, app.chance.fraction()));
            let at = app.clock.now() + wait;
            let later = EffectOutcome::Retry {
                at,
                counts: false,
                failure: "Discord asks to wait".to_owned(),
            };
            Some(vec![later; rows.len()])
        }
        Err(PlatformError::Transient(why) | PlatformError::Unanswered(why)) => {
            // Deleting again does no harm.
            Some(rows.iter().map(|row| again(app, row, why.clone())).collect())
        }
        Err(error) => {
            tracing::info!(%error, "messages could not be deleted together; each is tried by itself");
            None
        }
    }
}

/// Asks Discord once, counting answers that Discord counts against us.
async fn perform(app: &App, order: &Order) -> Result<Receipt, PlatformError> {
    let answer = tokio::time::timeout(PATIENCE, app.platform.perform(order))
        .await
        .unwrap_or_else(|_| Err(PlatformError::Unanswered("it took too long".to_owned())));
    if matches!(
        answer,
        Err(PlatformError::RateLimited { .. } | PlatformError::Refused(_) | PlatformError::Unreachable)
    ) {
        app.invalid_requests.spend(app.clock.now());
    }
    answer
}

/// Nobody could look for a trace just now.
struct Blind {
    why: String,
    /// How long Discord asks us to wait, where it says so.
    wait: Option<Duration>,
}

/// Looks for the trace of an order that may have been carried out. `Err`: Discord did not let us look, for a passing reason.
async fn trace(app: &App, order: &Order) -> Result<Trace, Blind> {
    let mut why = String::new();
    for look in 0..LOOKS {
        let found = tokio::time::timeout(PATIENCE / LOOKS, app.platform.find_trace(order)).await;
        let error = match found {
            Ok(Ok(trace)) => return Ok(trace),
            Ok(Err(PlatformError::Gone(_))) => return Ok(Trace::Absent),
            Ok(Err(PlatformError::RateLimited { retry_after })) => {
                app.invalid_requests.spend(app.clock.now());
                return Err(Blind {
                    why: "Discord asks to wait".to_owned(),
                    wait: retry_after,
                });
            }
            Ok(Err(error @ (PlatformError::Transient(_) | PlatformError::Unanswered(_)))) => {
                error.to_string()
            }
            Ok(Err(lasting)) => {
                app.invalid_requests.spend(app.clock.now());
                tracing::warn!(key = order.key, error = %lasting, "no trace can be looked for");
                return Ok(Trace::Unknowable);
            }
            Err(_) => "it took too long".to_owned(),
        };
        tracing::info!(key = order.key, error, "looking for a trace failed");
        why = error;
        tokio::time::sleep(delay(look, app.chance.fraction())).await;
    }
    Err(Blind { why, wait: None })
}

/// It was carried out: what of it belongs to the case besides the effect itself is noted.
async fn done(app: &App, row: &EffectRow, order: &Order, receipt: Receipt) -> EffectOutcome {
    if let (Task::RestoreMessage { case, .. }, Some(webhook)) = (&order.task, receipt.webhook) {
        app.guilds.note_webhook(webhook);
        let home = app
            .guilds
            .directory(row.guild)
            .and_then(|directory| directory.home_of(case.channel).map(|home| home.id))
            .unwrap_or(case.channel);
        if let Err(error) = app.store.note_webhook(InGuild(row.guild), home, webhook).await {
            tracing::error!(%error, "a webhook could not be noted");
        }
        if let Some(made) = receipt.made
            && let Err(error) = app
                .store
                .note_restored(
                    InGuild(row.guild),
                    case.id,
                    webhook,
                    crate::model::MessageId(made),
                )
                .await
        {
            tracing::error!(%error, "a restored message could not be noted");
        }
    }
    EffectOutcome::Done {
        result: receipt.made,
        channel: receipt.channel,
    }
}

/// The thread that a task happens in.
fn thread_of(task: &Task) -> Option<ChannelId> {
    match task {
        Task::AddToThread { thread, .. }
        | Task::RemoveFromThread { thread, .. }
        | Task::PostWelcome { thread, .. }
        | Task::TellInThread { thread, .. }
        | Task::ArchiveThread { thread }
        | Task::ReviveThread { thread } => Some(*thread),
        _ => None,
    }
}

/// Looks for copies of a case's message; what it could not find out yet it looks for again.
async fn purge_copies(app: &App, row: &EffectRow, case: Case) -> EffectOutcome {
    let wait = |at, counts, failure: &str| EffectOutcome::Retry {
        at,
        counts,
        failure: failure.to_owned(),
    };
    let now = app.clock.now();
    match purge(app, case).await {
        Ok(Purged::Done { found }) => EffectOutcome::Done {
            result: Some(found),
            channel: None,
        },
        Ok(Purged::TooOften { until }) => wait(until, false, "too many searches in a minute"),
        Ok(Purged::NotIndexed { retry_after }) => {
            let pause = retry_after.unwrap_or_else(|| delay(row.attempts + 1, app.chance.fraction()));
            wait(
                now + pause,
                false,
                "Discord is still indexing the server's messages",
            )
        }
        Err(PurgeError::Store(error)) => store_failed(app, row, &error),
        Err(PurgeError::Platform(PlatformError::RateLimited { retry_after })) => {
            app.invalid_requests.spend(now);
            let pause = retry_after.unwrap_or_else(|| delay(row.attempts + 1, app.chance.fraction()));
            wait(now + pause, false, "Discord asks to wait")
        }
        Err(PurgeError::Platform(
            error @ (PlatformError::Refused(_) | PlatformError::Invalid(_) | PlatformError::Gone(_)),
        )) => {
            app.invalid_requests.spend(now);
            EffectOutcome::Failed {
                failure: error.to_string(),
            }
        }
        Err(PurgeError::Platform(error)) => again(app, row, error.to_string()),
    }
}

//! Judging while the database refuses: the evidence goes to the spool, then what is critical is removed at once, and its case
//! is opened later.

use super::Court;
use crate::app::App;
use crate::app::platform::{Order, PlatformError, Task};
use crate::model::Timestamp;
use crate::model::case::Action;
use crate::model::fingerprint::Fingerprint;
use crate::model::message::IncomingMessage;
use crate::moderation::{self, Circumstances, Standing};
use crate::rules::{Severity, Verdict};
use crate::storage::StoreError;
use crate::storage::spool::Spooled;

/// The database refuses: the evidence goes to the spool, what is critical goes once it is there, and staff hear of it. Where the
/// spool refuses too, only what holds a secret is removed.
pub(super) async fn without_store(
    app: &App,
    court: Court<'_>,
    (message, verdict): (IncomingMessage, Verdict),
    now: Timestamp,
    error: &StoreError,
) {
    tracing::error!(guild = %message.guild, channel = %message.channel, %error, "a case could not be stored");
    let known = Circumstances {
        standing: Standing::of(&message.author, court.settings, court.directory),
        priors: 0,
        wrote_before: false,
        pings_everyone: message.mentions_everyone,
        quoted: moderation::quoting::all_quoted(&message, &verdict.findings),
        now,
    };
    let decision = court.policy.decide(&verdict, &known, court.settings);
    let critical = verdict
        .gravest()
        .is_some_and(|finding| finding.severity == Severity::Critical);
    let (guild, mod_log) = (message.guild, court.settings.mod_log);
    let order = Order {
        key: format!("spooled:{}", message.id),
        guild,
        planned_at: now,
        task: Task::DeleteMessage {
            channel: message.channel,
            message: message.id,
            reason: "Nightdesk: a certain scam; the database is unavailable, the record follows".to_owned(),
        },
    };
    // Whoever posted a secret loses more by every second than by a missing record.
    let cannot_wait = message.parts.iter().any(|part| !part.secrets.is_empty());
    let is_kept = spooled(
        app,
        Spooled {
            at: now,
            message,
            verdict,
        },
    )
    .await;
    if critical && decision.actions.contains(&Action::Delete) && (is_kept || cannot_wait) {
        match app.platform.perform(&order).await {
            Ok(_) | Err(PlatformError::Gone(_)) => {}
            Err(error) => tracing::error!(%error, "a critical message could not be removed"),
        }
    }
    if let Some(channel) = mod_log
        && app.trouble_told.spend(now)
    {
        let order = Order {
            key: format!("store-trouble:{}", now.0),
            guild,
            planned_at: now,
            task: Task::TellStaffOfStoreTrouble { channel },
        };
        if let Err(error) = app.platform.perform(&order).await {
            tracing::error!(%error, "staff could not be told that the database is unavailable");
        }
    }
}

/// Keeps the evidence in the spool; whether that worked.
async fn spooled(app: &App, evidence: Spooled) -> bool {
    let Some(spool) = &app.spool else {
        return false;
    };
    match spool.append(&evidence).await {
        Ok(()) => true,
        Err(error) => {
            tracing::error!(%error, "the evidence could not be spooled");
            false
        }
    }
}

/// Opens the cases of what was spooled while the database refused. Does nothing when there is nothing.
pub async fn replay_spool(app: &App) {
    let Some(spool) = &app.spool else { return };
    let rulebook = app.rulebook.current();
    let outcome = spool
        .replay(app.store.as_ref(), |spooled| {
            let message = &spooled.message;
            let (settings, directory) = (
                app.guilds.settings(message.guild),
                app.guilds.directory(message.guild),
            );
            let court = Court {
                policy: &rulebook.policy,
                settings: &settings,
                directory: directory.as_deref(),
            };
            // Its copies, if there are any, are found when the next of them is judged.
            moderation::open::deciding(
                court,
                message,
                &spooled.verdict,
                Fingerprint::default(),
                app.clock.now(),
            )
        })
        .await;
    match outcome {
        Ok(replayed) if replayed.opened > 0 => {
            tracing::info!(cases = replayed.opened, "spool.replayed");
            app.performer.wake();
        }
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, "the spool waits"),
    }
}

//! How an attempt at an effect ended, and what follows for the case or ticket, in the same transaction.
//!
//! What follows is decided in [`crate::storage::consequence`]; here it is written.

use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use super::{effect_from, plan};
use crate::model::effect::{EffectDraft, EffectOutcome, EffectRow, EffectState};
use crate::model::ticket::{Surface, TicketDeed};
use crate::model::{CaseId, ChannelId, EffectId, GuildId, MessageId, TicketId, Timestamp};
use crate::storage::Result;
use crate::storage::consequence::{
    Consequence, consequences, show_on_review_card, show_on_staff_card, tell_thread_refused,
    trouble_on_review_card,
};
use crate::storage::sqlite::row::word;
use crate::storage::sqlite::rule_record::card_posted;
use crate::storage::sqlite::tickets::add_event;

/// Planned effects whose time has run out by `$1`.
pub(super) const OVER: &str =
    "SELECT * FROM effects WHERE state = 'planned' AND expires_at <= $1 ORDER BY expires_at, id";

/// Ends every planned effect whose time has run out.
pub(super) async fn expire(db: &mut SqliteConnection, now: Timestamp) -> Result<()> {
    for row in &sqlx::query(OVER).bind(now.0).fetch_all(&mut *db).await? {
        record(db, &effect_from(row)?, EffectOutcome::Expired, now).await?;
    }
    Ok(())
}

/// Records how an attempt ended.
pub(super) async fn record(
    db: &mut SqliteConnection,
    row: &EffectRow,
    outcome: EffectOutcome,
    now: Timestamp,
) -> Result<()> {
    let following = consequences(&row.effect, &outcome);
    write_outcome(db, row, outcome).await?;
    for consequence in following {
        write_consequence(db, row, consequence, now).await?;
    }
    Ok(())
}

async fn write_outcome(db: &mut SqliteConnection, row: &EffectRow, outcome: EffectOutcome) -> Result<()> {
    let (state, result, failure) = match outcome {
        EffectOutcome::Retry { at, counts, failure } => {
            return write_retry(db, row, at, (counts, false), failure).await;
        }
        EffectOutcome::LookUp { at, failure } => {
            return write_retry(db, row, at, (true, true), failure).await;
        }
        EffectOutcome::Done { result, .. } => (EffectState::Done, result, None),
        EffectOutcome::Failed { failure } => (EffectState::Failed, None, Some(failure)),
        EffectOutcome::Uncertain { failure } => (EffectState::Uncertain, None, Some(failure)),
        // The last failure, if there was one, says why it did not come in time.
        EffectOutcome::Expired => (EffectState::Expired, None, row.failure.clone()),
    };
    sqlx::query(
        "UPDATE effects SET state = $3, result = $4, failure = $5, lease_until = NULL
         WHERE guild = $1 AND id = $2",
    )
    .bind(row.guild.0 as i64)
    .bind(row.id.0)
    .bind(word(&state)?)
    .bind(result.map(|result| result as i64))
    .bind(failure)
    .execute(db)
    .await?;
    Ok(())
}

/// Plans the effect anew. What was interrupted before stays so until it is final.
async fn write_retry(
    db: &mut SqliteConnection,
    row: &EffectRow,
    at: Timestamp,
    (counts, interrupted): (bool, bool),
    failure: String,
) -> Result<()> {
    sqlx::query(
        "UPDATE effects SET state = 'planned', next_at = $3, attempts = attempts + $4, interrupted = interrupted OR $5,
                            failure = $6, lease_until = NULL
         WHERE guild = $1 AND id = $2",
    )
    .bind(row.guild.0 as i64)
    .bind(row.id.0)
    .bind(at.0)
    .bind(counts)
    .bind(interrupted)
    .bind(failure)
    .execute(db)
    .await?;
    Ok(())
}

async fn write_consequence(
    db: &mut SqliteConnection,
    row: &EffectRow,
    consequence: Consequence,
    now: Timestamp,
) -> Result<()> {
    let guild = row.guild;
    match consequence {
        Consequence::ThreadMade {
            ticket,
            thread,
            round,
        } => {
            if set_surface(db, guild, ticket, round, Surface::Live, Some(thread), now).await? {
                add_event(db, ticket, TicketDeed::ThreadMade, None, now, None).await?;
            }
            Ok(())
        }
        Consequence::ThreadRefused { ticket, round } => {
            if set_surface(db, guild, ticket, round, Surface::Forbidden, None, now).await? {
                let event = add_event(db, ticket, TicketDeed::ThreadRefused, None, now, None).await?;
                plan(db, guild, vec![tell_thread_refused(ticket, event)], now).await?;
            }
            Ok(())
        }
        Consequence::ReviewCardPosted { case, card } => {
            let statement =
                "UPDATE cases SET card_channel = $3, card_message = $4 WHERE guild = $1 AND id = $2";
            set_card(db, statement, guild, case.0, None, card).await
        }
        Consequence::PauseCardPosted { pause, card } => card_posted(db, guild, pause, card).await,
        Consequence::StaffCardPosted { ticket, card } => {
            let statement =
                "UPDATE tickets SET staff_channel = $3, staff_message = $4 WHERE guild = $1 AND id = $2";
            set_card(db, statement, guild, ticket.0, None, card).await
        }
        Consequence::EscalationCardPosted {
            ticket,
            escalation,
            card,
        } => {
            let statement = "UPDATE escalations SET card_channel = $3, card_message = $4
                             WHERE ticket = (SELECT id FROM tickets WHERE guild = $1 AND id = $2) AND ordinal = $5";
            set_card(db, statement, guild, ticket.0, Some(escalation), card).await
        }
        Consequence::ShowOnReviewCard { case } => {
            let key = trouble_on_review_card(case, row.id);
            show_on_case(db, guild, case, key, None, now).await
        }
        Consequence::ShowOnStaffCard { ticket } => show_on_ticket(db, guild, ticket, row.id, now).await,
    }
}

/// Notes what is known of a ticket's thread. Answers whether that is news: the end of an earlier round is not.
async fn set_surface(
    db: &mut SqliteConnection,
    guild: GuildId,
    ticket: TicketId,
    round: u32,
    surface: Surface,
    thread: Option<ChannelId>,
    now: Timestamp,
) -> Result<bool> {
    let changed = sqlx::query(
        "UPDATE tickets SET surface = $4, thread = $5, round = $3, changed_at = $6, version = version + 1
         WHERE guild = $1 AND id = $2 AND round <= $3 AND NOT (surface = $4 AND thread IS $5)",
    )
    .bind(guild.0 as i64)
    .bind(ticket.0)
    .bind(round)
    .bind(word(&surface)?)
    .bind(thread.map(|thread| thread.0 as i64))
    .bind(now.0)
    .execute(db)
    .await?;
    Ok(changed.rows_affected() > 0)
}

async fn set_card(
    db: &mut SqliteConnection,
    statement: &'static str,
    guild: GuildId,
    row: i64,
    ordinal: Option<u32>,
    (channel, message): (ChannelId, MessageId),
) -> Result<()> {
    let query = sqlx::query(statement)
        .bind(guild.0 as i64)
        .bind(row)
        .bind(channel.0 as i64)
        .bind(message.0 as i64);
    match ordinal {
        Some(ordinal) => query.bind(ordinal).execute(db).await?,
        None => query.execute(db).await?,
    };
    Ok(())
}

/// On which card case `$2` is shown, and what is on its way there.
pub(in crate::storage::sqlite) const ON_ITS_WAY: &str =
    "SELECT shown.id AS shown, shown.card_message IS NOT NULL AS posted,
            (SELECT key FROM effects
             WHERE guild = $1 AND case_id = shown.id AND state IN ('planned', 'sending')
                 AND effect ->> 'do' = 'post-review-card' AND (state = 'sending' OR interrupted)) AS posting,
            EXISTS (SELECT 1 FROM effects
                    WHERE guild = $1 AND case_id = shown.id AND state IN ('planned', 'sending')
                        AND effect ->> 'do' = 'refresh-review-card' AND state = 'planned') AS refreshing
     FROM cases shown
     WHERE shown.guild = $1 AND shown.id = (SELECT lead FROM cases WHERE guild = $1 AND id = $2)";

/// Plans a fresh review card under `key` when there is one to refresh, or one is on its way and may have been rendered
/// already. A case of a campaign is shown on the card of the campaign's lead.
pub(in crate::storage::sqlite) async fn show_on_case(
    db: &mut SqliteConnection,
    guild: GuildId,
    case: CaseId,
    key: String,
    not_before: Option<Timestamp>,
    now: Timestamp,
) -> Result<()> {
    let found = sqlx::query(ON_ITS_WAY)
        .bind(guild.0 as i64)
        .bind(case.0)
        .fetch_one(&mut *db)
        .await?;
    let mut refresh = show_on_review_card(CaseId(found.try_get("shown")?), key);
    refresh.not_before = not_before;
    show(db, guild, &found, refresh, now).await
}

/// The same for a ticket's staff card.
async fn show_on_ticket(
    db: &mut SqliteConnection,
    guild: GuildId,
    ticket: TicketId,
    ended: EffectId,
    now: Timestamp,
) -> Result<()> {
    let found = sqlx::query(
        "SELECT (SELECT staff_message IS NOT NULL FROM tickets WHERE guild = $1 AND id = $2) AS posted,
                (SELECT key FROM effects WHERE guild = $1 AND ticket = $2 AND effect ->> 'do' = 'post-staff-card'
                     AND (state = 'sending' OR state = 'planned' AND interrupted)) AS posting,
                EXISTS (SELECT 1 FROM effects WHERE guild = $1 AND ticket = $2 AND state = 'planned'
                     AND effect ->> 'do' = 'refresh-staff-card') AS refreshing",
    )
    .bind(guild.0 as i64)
    .bind(ticket.0)
    .fetch_one(&mut *db)
    .await?;
    show(db, guild, &found, show_on_staff_card(ticket, ended), now).await
}

/// Plans `refresh` unless a refresh that is planned already will show the same, or a card that is yet to be posted will.
async fn show(
    db: &mut SqliteConnection,
    guild: GuildId,
    found: &sqlx::sqlite::SqliteRow,
    mut refresh: EffectDraft,
    now: Timestamp,
) -> Result<()> {
    let posted: Option<bool> = found.try_get("posted")?;
    let posting: Option<String> = found.try_get("posting")?;
    let refreshing: bool = found.try_get("refreshing")?;
    if refreshing || (posted != Some(true) && posting.is_none()) {
        return Ok(());
    }
    refresh.after = posting;
    plan(db, guild, vec![refresh], now).await
}

//! Changing a ticket: read, decide, write, in one transaction. Which changes are legal is the decision's business.

use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use super::read;
use crate::model::guild::Tier;
use crate::model::ticket::{Packet, Ticket, TicketDeed, Whereabouts};
use crate::model::{GuildId, TicketId, Timestamp, UserId};
use crate::storage::sqlite::effects::plan;
use crate::storage::sqlite::row::{Columns, json, word};
use crate::storage::{Decide, Result, TicketChange, TicketFacts};

pub(super) async fn change(
    db: &mut SqliteConnection,
    guild: GuildId,
    id: TicketId,
    now: Timestamp,
    decide: Decide<TicketFacts, std::result::Result<TicketChange, String>>,
) -> Result<Option<std::result::Result<Ticket, String>>> {
    let Some(ticket) = read(&mut *db, guild, id).await? else {
        return Ok(None);
    };
    let next_event = next_event(db, id).await?;
    let next_escalation = next_escalation(db, id).await?;
    let opener = opener(db, id).await?;
    match decide(TicketFacts {
        ticket: ticket.clone(),
        next_event,
        next_escalation,
        opener,
    }) {
        Err(refusal) => Ok(Some(Err(refusal))),
        Ok(change) => {
            apply(db, ticket, next_escalation, change, now).await?;
            Ok(read(db, guild, id).await?.map(Ok))
        }
    }
}

async fn opener(db: &mut SqliteConnection, id: TicketId) -> Result<Whereabouts> {
    let rows = sqlx::query(
        "SELECT * FROM ticket_events
         WHERE ticket = $1 AND deed ->> 'deed' IN ('opener-left', 'opener-returned')
         ORDER BY ordinal",
    )
    .bind(id.0)
    .fetch_all(db)
    .await?;
    rows.iter().try_fold(Whereabouts::default(), |known, row| {
        let deed = Columns::new(row, "ticket_events", "ticket")?.json("deed")?;
        Ok(known.after(&deed))
    })
}

async fn apply(
    db: &mut SqliteConnection,
    before: Ticket,
    next_escalation: u32,
    change: TicketChange,
    now: Timestamp,
) -> Result<()> {
    sqlx::query(
        "UPDATE tickets SET state = $3, assignee = $4, surface = $5, thread = $6, round = $7, closed_at = $8,
                            changed_at = $9, version = version + 1,
                            staff_channel = iif($10, NULL, staff_channel),
                            staff_message = iif($10, NULL, staff_message)
         WHERE guild = $1 AND id = $2",
    )
    .bind(before.guild.0 as i64)
    .bind(before.id.0)
    .bind(word(&change.state.unwrap_or(before.state))?)
    .bind(
        change
            .assignee
            .unwrap_or(before.assignee)
            .map(|assignee| assignee.0 as i64),
    )
    .bind(word(&change.surface.unwrap_or(before.surface))?)
    .bind(
        change
            .thread
            .unwrap_or(before.thread)
            .map(|thread| thread.0 as i64),
    )
    .bind(change.round.unwrap_or(before.round))
    .bind(
        change
            .closed_at
            .unwrap_or(before.closed_at)
            .map(|moment| moment.0),
    )
    .bind(now.0)
    .bind(change.card_lost)
    .execute(&mut *db)
    .await?;
    for (deed, by, note) in change.events {
        add_event(db, before.id, deed, by, now, note).await?;
    }
    if let Some((team, packet, by)) = change.escalation {
        add_escalation(db, before.id, next_escalation, team, &packet, by, now).await?;
    }
    plan(db, before.guild, change.effects, now).await
}

/// The number that a ticket's next event will have.
async fn next_event(db: &mut SqliteConnection, ticket: TicketId) -> Result<u32> {
    let row =
        sqlx::query("SELECT coalesce(max(ordinal), 0) + 1 AS next FROM ticket_events WHERE ticket = $1")
            .bind(ticket.0)
            .fetch_one(db)
            .await?;
    Ok(row.try_get("next")?)
}

async fn next_escalation(db: &mut SqliteConnection, ticket: TicketId) -> Result<u32> {
    let row = sqlx::query("SELECT coalesce(max(ordinal), 0) + 1 AS next FROM escalations WHERE ticket = $1")
        .bind(ticket.0)
        .fetch_one(db)
        .await?;
    Ok(row.try_get("next")?)
}

/// Adds a line to a ticket's history and answers its number. The ticket has been found in its guild before.
pub(in crate::storage::sqlite) async fn add_event(
    db: &mut SqliteConnection,
    ticket: TicketId,
    deed: TicketDeed,
    by: Option<UserId>,
    now: Timestamp,
    note: Option<String>,
) -> Result<u32> {
    let ordinal = next_event(db, ticket).await?;
    sqlx::query("INSERT INTO ticket_events (ticket, ordinal, deed, actor, at) VALUES ($1, $2, $3, $4, $5)")
        .bind(ticket.0)
        .bind(ordinal)
        .bind(json(&deed)?)
        .bind(by.map(|by| by.0 as i64))
        .bind(now.0)
        .execute(&mut *db)
        .await?;
    if let Some(note) = note {
        sqlx::query("INSERT INTO ticket_notes (ticket, ordinal, note) VALUES ($1, $2, $3)")
            .bind(ticket.0)
            .bind(ordinal)
            .bind(note)
            .execute(db)
            .await?;
    }
    Ok(ordinal)
}

async fn add_escalation(
    db: &mut SqliteConnection,
    ticket: TicketId,
    ordinal: u32,
    team: Tier,
    packet: &Packet,
    by: UserId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query("INSERT INTO escalations (ticket, ordinal, team, actor, at) VALUES ($1, $2, $3, $4, $5)")
        .bind(ticket.0)
        .bind(ordinal)
        .bind(word(&team)?)
        .bind(by.0 as i64)
        .bind(now.0)
        .execute(&mut *db)
        .await?;
    sqlx::query("INSERT INTO escalation_packets (ticket, ordinal, packet) VALUES ($1, $2, $3)")
        .bind(ticket.0)
        .bind(ordinal)
        .bind(json(packet)?)
        .execute(db)
        .await?;
    Ok(())
}

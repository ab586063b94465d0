//! Opening a ticket: one transaction that looks whether the request was answered before, gathers what the decision
//! needs, and writes the ticket or the refusal. How a ticket changes later lives in [`super::change`].

use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use super::{add_event, queue_for, read, ticket_from, ticket_query};
use crate::model::effect::EffectDraft;
use crate::model::ticket::{Sev, Surface, Ticket, TicketDeed, TicketState};
use crate::model::{GuildId, TicketId, Timestamp};
use crate::storage::sqlite::effects::plan;
use crate::storage::sqlite::guilds::{Noun, next_row, use_number};
use crate::storage::sqlite::row::{Columns, json, word};
use crate::storage::{Decide, OpenedTicket, Opening, OpeningFacts, Result, StoreError, TicketRequest};

/// The words of `ticket_requests.outcome` that are no refusal.
const OPENED: &str = "opened";
const EXISTING: &str = "existing";

pub(super) async fn open(
    db: &mut SqliteConnection,
    guild: GuildId,
    request: TicketRequest,
    now: Timestamp,
    decide: Decide<OpeningFacts, Opening>,
) -> Result<OpenedTicket> {
    if let Some(answer) = answered_before(db, guild, &request).await? {
        return Ok(answer);
    }
    let facts = facts(db, guild, &request).await?;
    let (ticket, number) = (facts.ticket, facts.number);
    match decide(facts) {
        Opening::Open(effects) => {
            write(db, guild, ticket, number, &request, now).await?;
            note_request(db, guild, &request, now, OPENED, Some(ticket)).await?;
            first_events(db, ticket, &request, effects, guild, now).await?;
            Ok(OpenedTicket::Opened(expect(db, guild, ticket).await?))
        }
        Opening::Existing(ticket) => {
            let existing = expect(db, guild, ticket).await?;
            note_request(db, guild, &request, now, EXISTING, Some(ticket)).await?;
            Ok(OpenedTicket::Existing(existing))
        }
        Opening::Refuse(refusal) => {
            note_request(db, guild, &request, now, &word(&refusal)?, None).await?;
            Ok(OpenedTicket::Refused(refusal))
        }
    }
}

/// The answer that this very interaction was given, when it is delivered again.
async fn answered_before(
    db: &mut SqliteConnection,
    guild: GuildId,
    request: &TicketRequest,
) -> Result<Option<OpenedTicket>> {
    let row = sqlx::query(
        "SELECT interaction, outcome, ticket FROM ticket_requests WHERE guild = $1 AND interaction = $2",
    )
    .bind(guild.0 as i64)
    .bind(request.interaction.0 as i64)
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let columns = Columns::new(&row, "ticket_requests", "interaction")?;
    Ok(Some(match columns.integer_or_none("ticket")? {
        Some(ticket) => OpenedTicket::Existing(expect(db, guild, TicketId(ticket)).await?),
        None => OpenedTicket::Refused(columns.word("outcome")?),
    }))
}

async fn facts(db: &mut SqliteConnection, guild: GuildId, request: &TicketRequest) -> Result<OpeningFacts> {
    let (id, number) = next_row(db, guild, Noun::Ticket).await?;
    let open = sqlx::query(ticket_query!(
        "t.opener = $2 AND t.state <> 'closed' ORDER BY t.id"
    ))
    .bind(guild.0 as i64)
    .bind(request.opener.0 as i64)
    .fetch_all(&mut *db)
    .await?;
    let mut open = open.iter().map(ticket_from).collect::<Result<Vec<Ticket>>>()?;
    let open_in_guild = open.len() as u32;
    open.retain(|ticket| ticket.area == request.area);
    let block = sqlx::query("SELECT reason FROM ticket_blocks WHERE guild = $1 AND opener = $2")
        .bind(guild.0 as i64)
        .bind(request.opener.0 as i64)
        .fetch_optional(db)
        .await?;
    let blocked = block.map(|row| row.try_get("reason")).transpose()?;
    Ok(OpeningFacts {
        ticket: TicketId(id),
        number,
        open_in_area: open,
        open_in_guild,
        blocked,
    })
}

async fn write(
    db: &mut SqliteConnection,
    guild: GuildId,
    ticket: TicketId,
    number: u32,
    request: &TicketRequest,
    now: Timestamp,
) -> Result<()> {
    let queue = queue_for(db, guild, request.area).await?;
    sqlx::query(
        "INSERT INTO tickets (id, guild, number, queue, opener, interaction, state, sev, surface, round,
                              opened_at, changed_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $10, 1)",
    )
    .bind(ticket.0)
    .bind(guild.0 as i64)
    .bind(number)
    .bind(queue)
    .bind(request.opener.0 as i64)
    .bind(request.interaction.0 as i64)
    .bind(word(&TicketState::New)?)
    .bind(word(&Sev::Undetermined)?)
    .bind(word(&Surface::None)?)
    .bind(now.0)
    .execute(&mut *db)
    .await?;
    sqlx::query("INSERT INTO ticket_payloads (ticket, opener_name, answers, source) VALUES ($1, $2, $3, $4)")
        .bind(ticket.0)
        .bind(&request.opener_name)
        .bind(json(&request.answers)?)
        .bind(&request.source)
        .execute(&mut *db)
        .await?;
    use_number(db, guild, Noun::Ticket, number).await
}

async fn first_events(
    db: &mut SqliteConnection,
    ticket: TicketId,
    request: &TicketRequest,
    effects: Vec<EffectDraft>,
    guild: GuildId,
    now: Timestamp,
) -> Result<()> {
    add_event(db, ticket, TicketDeed::Opened, Some(request.opener), now, None).await?;
    if request.secrets_removed > 0 {
        let deed = TicketDeed::SecretsRemoved {
            count: request.secrets_removed,
        };
        add_event(db, ticket, deed, None, now, None).await?;
    }
    plan(db, guild, effects, now).await
}

/// Writes the request into the ledger: requests = tickets + refusals.
async fn note_request(
    db: &mut SqliteConnection,
    guild: GuildId,
    request: &TicketRequest,
    now: Timestamp,
    outcome: &str,
    ticket: Option<TicketId>,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO ticket_requests (interaction, guild, opener, at, outcome, ticket)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(request.interaction.0 as i64)
    .bind(guild.0 as i64)
    .bind(request.opener.0 as i64)
    .bind(now.0)
    .bind(outcome)
    .bind(ticket.map(|ticket| ticket.0))
    .execute(db)
    .await?;
    Ok(())
}

/// A ticket that has to be there.
async fn expect(db: &mut SqliteConnection, guild: GuildId, ticket: TicketId) -> Result<Ticket> {
    let found = read(db, guild, ticket).await?;
    found.ok_or_else(|| StoreError::Failed(format!("guild {guild} has no ticket in row {ticket}")))
}

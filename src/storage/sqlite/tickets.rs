//! Tickets: what is asked of them. Opening one and changing one, which write, live in the modules below.

mod change;
mod open;

use async_trait::async_trait;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{Row, Sqlite, SqliteExecutor};

use super::SqliteStore;
use super::row::{Columns, word};
use crate::model::ticket::{Area, Escalation, Queue, Ticket, TicketEvent};
use crate::model::{ChannelId, GuildId, InteractionId, QueueId, TicketId, Timestamp, UserId};
use crate::storage::{
    Decide, InGuild, OpenedTicket, Opening, OpeningFacts, Result, TicketChange, TicketFacts, TicketFilter,
    TicketOrder, TicketRequest, Tickets,
};

pub(super) use change::add_event;

/// A whole ticket in one statement.
macro_rules! ticket_query {
    ($rest:literal) => {
        concat!(
            "SELECT t.*, q.area, p.opener_name, p.answers, p.source
             FROM tickets t JOIN queues q ON q.id = t.queue LEFT JOIN ticket_payloads p ON p.ticket = t.id
             WHERE t.guild = $1 AND ",
            $rest
        )
    };
}
use ticket_query;

/// Binds the guild and what a filter asks for, `$1` to `$7`.
fn filtered<'q>(
    query: Query<'q, Sqlite, SqliteArguments>,
    guild: GuildId,
    filter: &TicketFilter,
) -> Result<Query<'q, Sqlite, SqliteArguments>> {
    Ok(query
        .bind(guild.0 as i64)
        .bind(filter.open_only)
        .bind(filter.opener.map(|opener| opener.0 as i64))
        .bind(filter.assignee.map(|assignee| assignee.0 as i64))
        .bind(filter.state.map(|state| word(&state)).transpose()?)
        .bind(filter.without_card)
        .bind(filter.before.map(|before| before.0)))
}

#[async_trait]
impl Tickets for SqliteStore {
    async fn open_ticket(
        &self,
        InGuild(guild): InGuild,
        request: TicketRequest,
        now: Timestamp,
        decide: Decide<OpeningFacts, Opening>,
    ) -> Result<OpenedTicket> {
        self.writer
            .write(move |db| Box::pin(open::open(db, guild, request, now, decide)))
            .await
    }

    async fn ticket(&self, guild: InGuild, ticket: TicketId) -> Result<Option<Ticket>> {
        read(&self.readers, guild.0, ticket).await
    }

    async fn ticket_by_number(&self, InGuild(guild): InGuild, number: u32) -> Result<Option<Ticket>> {
        let row = sqlx::query(ticket_query!("t.number = $2"))
            .bind(guild.0 as i64)
            .bind(number)
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(ticket_from).transpose()
    }

    async fn ticket_of_thread(&self, InGuild(guild): InGuild, thread: ChannelId) -> Result<Option<Ticket>> {
        let row = sqlx::query(ticket_query!("t.thread = $2"))
            .bind(guild.0 as i64)
            .bind(thread.0 as i64)
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(ticket_from).transpose()
    }

    async fn tickets(&self, InGuild(guild): InGuild, filter: TicketFilter) -> Result<Vec<Ticket>> {
        let waiting = filter.order == TicketOrder::Waiting;
        let found = ticket_query!(
            "($2 = 0 OR t.state <> 'closed') AND ($3 IS NULL OR t.opener = $3)
             AND ($4 IS NULL OR t.assignee = $4) AND ($5 IS NULL OR t.state = $5)
             AND ($6 = 0 OR t.staff_message IS NULL) AND ($7 IS NULL OR t.id < $7)
             ORDER BY iif($8, 2 * (t.state = 'closed') + (t.assignee IS NOT NULL), 0),
                      iif($8 AND t.assignee IS NULL AND t.state <> 'closed', t.id, -t.id)
             LIMIT iif($9 = 0, -1, $9) OFFSET $10"
        );
        let rows = filtered(sqlx::query(found), guild, &filter)?
            .bind(waiting)
            .bind(filter.limit)
            .bind(filter.skip)
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(ticket_from).collect()
    }

    async fn count_tickets(&self, InGuild(guild): InGuild, filter: TicketFilter) -> Result<u64> {
        let counted = "SELECT count(*) FROM tickets t
             WHERE t.guild = $1 AND ($2 = 0 OR t.state <> 'closed') AND ($3 IS NULL OR t.opener = $3)
             AND ($4 IS NULL OR t.assignee = $4) AND ($5 IS NULL OR t.state = $5)
             AND ($6 = 0 OR t.staff_message IS NULL) AND ($7 IS NULL OR t.id < $7)";
        let row = filtered(sqlx::query(counted), guild, &filter)?
            .fetch_one(&self.readers)
            .await?;
        let count: i64 = row.try_get(0)?;
        Ok(count.unsigned_abs())
    }

    async fn ticket_events(&self, InGuild(guild): InGuild, ticket: TicketId) -> Result<Vec<TicketEvent>> {
        let rows = sqlx::query(
            "SELECT e.*, n.note
             FROM ticket_events e JOIN tickets t ON t.id = e.ticket LEFT JOIN ticket_notes n USING (ticket, ordinal)
             WHERE t.guild = $1 AND t.id = $2 ORDER BY e.ordinal",
        )
        .bind(guild.0 as i64)
        .bind(ticket.0)
        .fetch_all(&self.readers)
        .await?;
        rows.iter()
            .map(|row| {
                let columns = Columns::new(row, "ticket_events", "ticket")?;
                Ok(TicketEvent {
                    ordinal: columns.count("ordinal")?,
                    deed: columns.json("deed")?,
                    by: columns.snowflake_or_none("actor")?.map(UserId),
                    at: columns.moment("at")?,
                    note: columns.text_or_none("note")?,
                })
            })
            .collect()
    }

    async fn escalations(&self, InGuild(guild): InGuild, ticket: TicketId) -> Result<Vec<Escalation>> {
        let rows = sqlx::query(
            "SELECT e.*, p.packet
             FROM escalations e JOIN tickets t ON t.id = e.ticket
                  LEFT JOIN escalation_packets p USING (ticket, ordinal)
             WHERE t.guild = $1 AND t.id = $2 ORDER BY e.ordinal",
        )
        .bind(guild.0 as i64)
        .bind(ticket.0)
        .fetch_all(&self.readers)
        .await?;
        rows.iter()
            .map(|row| {
                let columns = Columns::new(row, "escalations", "ticket")?;
                Ok(Escalation {
                    ordinal: columns.count("ordinal")?,
                    team: columns.word("team")?,
                    packet: columns.json_or_none("packet")?,
                    by: UserId(columns.snowflake("actor")?),
                    at: columns.moment("at")?,
                    card: columns.card("card_channel", "card_message")?,
                })
            })
            .collect()
    }

    async fn change_ticket(
        &self,
        InGuild(guild): InGuild,
        ticket: TicketId,
        now: Timestamp,
        decide: Decide<TicketFacts, std::result::Result<TicketChange, String>>,
    ) -> Result<Option<std::result::Result<Ticket, String>>> {
        self.writer
            .write(move |db| Box::pin(change::change(db, guild, ticket, now, decide)))
            .await
    }

    async fn queues(&self, InGuild(guild): InGuild) -> Result<Vec<Queue>> {
        let queues = read_queues(&self.readers, guild).await?;
        if queues.len() == Area::ALL.len() {
            return Ok(queues);
        }
        self.writer
            .write(move |db| {
                Box::pin(async move {
                    for area in Area::ALL {
                        queue_for(db, guild, area).await?;
                    }
                    read_queues(db, guild).await
                })
            })
            .await
    }

    async fn queue(&self, InGuild(guild): InGuild, queue: QueueId) -> Result<Option<Queue>> {
        let row = sqlx::query("SELECT * FROM queues WHERE guild = $1 AND id = $2")
            .bind(guild.0 as i64)
            .bind(queue.0)
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(queue_from).transpose()
    }

    async fn ticket_requests(&self, InGuild(guild): InGuild) -> Result<(u64, u64)> {
        let row = sqlx::query(
            "SELECT count(*) FILTER (WHERE outcome <> 'existing') AS requests,
                    count(*) FILTER (WHERE outcome NOT IN ('opened', 'existing')) AS refused
             FROM ticket_requests WHERE guild = $1",
        )
        .bind(guild.0 as i64)
        .fetch_one(&self.readers)
        .await?;
        let (requests, refused): (i64, i64) = (row.try_get("requests")?, row.try_get("refused")?);
        Ok((requests as u64, refused as u64))
    }

    async fn block_opener(
        &self,
        InGuild(guild): InGuild,
        opener: UserId,
        reason: String,
        by: UserId,
        now: Timestamp,
    ) -> Result<()> {
        self.writer
            .write(move |db| {
                Box::pin(async move {
                    sqlx::query(
                        "INSERT INTO ticket_blocks (guild, opener, reason, actor, at) VALUES ($1, $2, $3, $4, $5)
                         ON CONFLICT (guild, opener) DO UPDATE
                             SET reason = excluded.reason, actor = excluded.actor, at = excluded.at",
                    )
                    .bind(guild.0 as i64)
                    .bind(opener.0 as i64)
                    .bind(reason)
                    .bind(by.0 as i64)
                    .bind(now.0)
                    .execute(db)
                    .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn unblock_opener(&self, InGuild(guild): InGuild, opener: UserId) -> Result<bool> {
        self.writer
            .write(move |db| {
                Box::pin(async move {
                    let removed = sqlx::query("DELETE FROM ticket_blocks WHERE guild = $1 AND opener = $2")
                        .bind(guild.0 as i64)
                        .bind(opener.0 as i64)
                        .execute(db)
                        .await?;
                    Ok(removed.rows_affected() > 0)
                })
            })
            .await
    }
}

/// A ticket by its row.
async fn read(db: impl SqliteExecutor<'_>, guild: GuildId, ticket: TicketId) -> Result<Option<Ticket>> {
    let row = sqlx::query(ticket_query!("t.id = $2"))
        .bind(guild.0 as i64)
        .bind(ticket.0)
        .fetch_optional(db)
        .await?;
    row.as_ref().map(ticket_from).transpose()
}

/// The guild's queue for an area, made when it is not there.
async fn queue_for(db: &mut SqliteConnection, guild: GuildId, area: Area) -> Result<i64> {
    let select = "SELECT id FROM queues WHERE guild = $1 AND area = $2";
    let (guild, area) = (guild.0 as i64, word(&area)?);
    if let Some(row) = sqlx::query(select)
        .bind(guild)
        .bind(&area)
        .fetch_optional(&mut *db)
        .await?
    {
        return Ok(row.try_get("id")?);
    }
    let row = sqlx::query("INSERT INTO queues (guild, area) VALUES ($1, $2) RETURNING id")
        .bind(guild)
        .bind(&area)
        .fetch_one(db)
        .await?;
    Ok(row.try_get("id")?)
}

async fn read_queues(db: impl SqliteExecutor<'_>, guild: GuildId) -> Result<Vec<Queue>> {
    let rows = sqlx::query("SELECT * FROM queues WHERE guild = $1")
        .bind(guild.0 as i64)
        .fetch_all(db)
        .await?;
    let mut queues = rows.iter().map(queue_from).collect::<Result<Vec<_>>>()?;
    queues.sort_by_key(|queue| queue.area);
    Ok(queues)
}

fn queue_from(row: &SqliteRow) -> Result<Queue> {
    let columns = Columns::new(row, "queues", "id")?;
    Ok(Queue {
        id: QueueId(columns.id()),
        guild: GuildId(columns.snowflake("guild")?),
        area: columns.word("area")?,
    })
}

fn ticket_from(row: &SqliteRow) -> Result<Ticket> {
    let columns = Columns::new(row, "tickets", "id")?;
    Ok(Ticket {
        id: TicketId(columns.id()),
        guild: GuildId(columns.snowflake("guild")?),
        number: columns.count("number")?,
        queue: QueueId(columns.integer("queue")?),
        area: columns.word("area")?,
        opener: UserId(columns.snowflake("opener")?),
        opener_name: columns.text_or_none("opener_name")?.unwrap_or_default(),
        answers: columns.json_or_none("answers")?.unwrap_or_default(),
        source: columns.text_or_none("source")?,
        interaction: InteractionId(columns.snowflake("interaction")?),
        state: columns.word("state")?,
        sev: columns.word("sev")?,
        assignee: columns.snowflake_or_none("assignee")?.map(UserId),
        surface: columns.word("surface")?,
        thread: columns.snowflake_or_none("thread")?.map(ChannelId),
        round: columns.count("round")?,
        staff_card: columns.card("staff_channel", "staff_message")?,
        opened_at: columns.moment("opened_at")?,
        changed_at: columns.moment("changed_at")?,
        closed_at: columns.moment_or_none("closed_at")?,
        version: columns.count("version")?,
    })
}

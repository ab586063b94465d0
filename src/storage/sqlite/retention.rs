//! Erasing: rows with what people wrote are deleted, and overwritten in the file (`secure_delete`); ids, hashes and
//! counts stay. What keeps them from coming back is the order of things: evidence is only kept with a case that has it.
//!
//! When to forget is decided by whoever calls.

use async_trait::async_trait;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Row};

use super::SqliteStore;
use crate::model::{GuildId, Timestamp, UserId};
use crate::storage::{AllGuilds, InGuild, Result, Retention};

/// Which cases and tickets an erasure is about, one `SELECT` of ids each; `$1` and `$2` are its parameters.
macro_rules! erasures {
    ($cases:literal, $tickets:literal) => {
        [
            concat!("DELETE FROM case_payloads WHERE case_id IN (", $cases, ")"),
            concat!("DELETE FROM case_notes WHERE case_id IN (", $cases, ")"),
            concat!("DELETE FROM kept_attachments WHERE case_id IN (", $cases, ")"),
            concat!("DELETE FROM ticket_payloads WHERE ticket IN (", $tickets, ")"),
            concat!("DELETE FROM ticket_notes WHERE ticket IN (", $tickets, ")"),
            concat!("DELETE FROM escalation_packets WHERE ticket IN (", $tickets, ")"),
        ]
    };
}

/// Payloads of what has been over since before `$1`; a case that nobody ever decided is over when it is that old.
const BY_AGE: [&str; 6] = erasures!(
    "SELECT id FROM cases WHERE coalesce(decided_at, opened_at) < $1",
    "SELECT id FROM tickets WHERE state = 'closed' AND closed_at < $1"
);

/// Payloads of what the person `$2` of guild `$1` wrote or asked for.
const BY_PERSON: [&str; 6] = erasures!(
    "SELECT id FROM cases WHERE guild = $1 AND author = $2",
    "SELECT id FROM tickets WHERE guild = $1 AND opener = $2"
);

/// Payloads of everything in guild `$1`.
const BY_GUILD: [&str; 6] = erasures!(
    "SELECT id FROM cases WHERE guild = $1",
    "SELECT id FROM tickets WHERE guild = $1"
);

/// What guild `$1` has set and said about the rules, who wrote there and where links led.
const OF_GUILD: [&str; 14] = [
    "DELETE FROM overlay_examples WHERE guild = $1",
    "DELETE FROM overlay_entries WHERE guild = $1",
    "DELETE FROM guild_settings WHERE guild = $1",
    "DELETE FROM settings_history WHERE guild = $1",
    "DELETE FROM read_marks WHERE guild = $1",
    "DELETE FROM own_webhooks WHERE guild = $1",
    "DELETE FROM ticket_blocks WHERE guild = $1",
    "DELETE FROM impostors WHERE guild = $1",
    "DELETE FROM image_hashes WHERE case_id IN (SELECT id FROM cases WHERE guild = $1)",
    "DELETE FROM writers WHERE guild = $1",
    "DELETE FROM seen_hosts WHERE guild = $1",
    "DELETE FROM queue_views WHERE guild = $1",
    "DELETE FROM shadow_counts WHERE guild = $1",
    "DELETE FROM rule_pauses WHERE guild = $1",
];

/// What keeps the history of settings from being shortened.
const GUARD: &str = "settings_history_is_not_removed";

/// What the person said about others, and what others said about them outside their own cases and tickets.
const ELSEWHERE: [&str; 6] = [
    // What they wrote and moderators took for an example. Exempted hosts name nobody and stay.
    "DELETE FROM overlay_examples WHERE guild = $1 AND case_id IN (
         SELECT id FROM cases WHERE guild = $1 AND author = $2)",
    "DELETE FROM overlay_entries WHERE guild = $1 AND kind = 'text' AND case_id IN (
         SELECT id FROM cases WHERE guild = $1 AND author = $2)",
    "DELETE FROM writers WHERE guild = $1 AND member = $2",
    "DELETE FROM case_notes WHERE (case_id, ordinal) IN (
         SELECT e.case_id, e.ordinal FROM case_events e JOIN cases c ON c.id = e.case_id
         WHERE c.guild = $1 AND e.actor = $2)",
    "DELETE FROM ticket_notes WHERE (ticket, ordinal) IN (
         SELECT e.ticket, e.ordinal FROM ticket_events e JOIN tickets t ON t.id = e.ticket
         WHERE t.guild = $1 AND e.actor = $2)",
    // The block itself stands; only its words go.
    "UPDATE ticket_blocks SET reason = '' WHERE guild = $1 AND opener = $2 AND reason <> ''",
];

#[async_trait]
impl Retention for SqliteStore {
    async fn erase_before(&self, _: AllGuilds, before: Timestamp) -> Result<u64> {
        self.writer
            .erase(move |db| {
                Box::pin(async move {
                    let mut erased = 0;
                    for statement in BY_AGE {
                        erased += sqlx::query(statement)
                            .bind(before.0)
                            .execute(&mut *db)
                            .await?
                            .rows_affected();
                    }
                    // Nobody turns the pages of a view that old. It holds nothing that anybody wrote.
                    sqlx::query("DELETE FROM queue_views WHERE made_at < $1")
                        .bind(before.0)
                        .execute(db)
                        .await?;
                    Ok(erased)
                })
            })
            .await
    }

    async fn erase_person(&self, InGuild(guild): InGuild, user: UserId) -> Result<u64> {
        self.writer
            .erase(move |db: &mut SqliteConnection| {
                Box::pin(async move {
                    let mut erased = 0;
                    for statement in BY_PERSON.into_iter().chain(ELSEWHERE) {
                        erased += sqlx::query(statement)
                            .bind(guild.0 as i64)
                            .bind(user.0 as i64)
                            .execute(&mut *db)
                            .await?
                            .rows_affected();
                    }
                    Ok(erased)
                })
            })
            .await
    }

    async fn erase_guild(&self, InGuild(guild): InGuild) -> Result<u64> {
        self.writer
            .erase(move |db: &mut SqliteConnection| {
                Box::pin(async move {
                    // A history that nobody may shorten goes as a whole, with the guild it belongs to. Its guard is back
                    // before anybody else writes.
                    let guard: String =
                        sqlx::query("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = $1")
                            .bind(GUARD)
                            .fetch_one(&mut *db)
                            .await?
                            .try_get("sql")?;
                    sqlx::query("DROP TRIGGER settings_history_is_not_removed")
                        .execute(&mut *db)
                        .await?;
                    let mut erased = 0;
                    for statement in BY_GUILD.into_iter().chain(OF_GUILD) {
                        erased += sqlx::query(statement)
                            .bind(guild.0 as i64)
                            .execute(&mut *db)
                            .await?
                            .rows_affected();
                    }
                    sqlx::query(AssertSqlSafe(guard)).execute(&mut *db).await?;
                    Ok(erased)
                })
            })
            .await
    }

    async fn known_guilds(&self, _: AllGuilds) -> Result<Vec<GuildId>> {
        let rows = sqlx::query(
            "SELECT guild FROM guild_settings UNION SELECT guild FROM read_marks UNION SELECT guild FROM writers
             UNION SELECT guild FROM counters ORDER BY guild",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.iter()
            .map(|row| Ok(GuildId(row.try_get::<i64, _>("guild")? as u64)))
            .collect()
    }
}

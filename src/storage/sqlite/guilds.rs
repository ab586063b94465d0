//! Settings, read marks and our own webhooks; the numbers that people use for cases and tickets.

use async_trait::async_trait;
use serde_json::Value;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Row, SqliteExecutor};

use super::SqliteStore;
use super::effects::plan;
use super::row::{Columns, json};
use crate::model::effect::{Effect, EffectDraft};
use crate::model::guild::GuildSettings;
use crate::model::{ChannelId, GuildId, MessageId, Timestamp, UserId, WebhookId};
use crate::storage::{Decide, Guilds, InGuild, Result, SettingsChange};

#[async_trait]
impl Guilds for SqliteStore {
    async fn settings(&self, guild: InGuild) -> Result<GuildSettings> {
        Ok(read_settings(&self.readers, guild.0).await?.0)
    }

    async fn change_settings(
        &self,
        InGuild(guild): InGuild,
        by: UserId,
        now: Timestamp,
        change: Decide<GuildSettings, SettingsChange>,
    ) -> Result<GuildSettings> {
        self.writer
            .write(move |db| {
                Box::pin(async move {
                    let (before, version) = read_settings(&mut *db, guild).await?;
                    let SettingsChange { settings, effects } = change(before.clone());
                    write_settings(&mut *db, guild, (&before, version), &settings, by, now).await?;
                    plan(db, guild, effects, now).await?;
                    Ok(settings)
                })
            })
            .await
    }

    async fn note_read(&self, InGuild(guild): InGuild, marks: Vec<(ChannelId, MessageId)>) -> Result<()> {
        self.writer
            .write(move |db| {
                Box::pin(async move {
                    for (channel, message) in marks {
                        sqlx::query(
                            "INSERT INTO read_marks (guild, channel, message) VALUES ($1, $2, $3)
                             ON CONFLICT (guild, channel) DO UPDATE SET message = max(message, excluded.message)",
                        )
                        .bind(guild.0 as i64)
                        .bind(channel.0 as i64)
                        .bind(message.0 as i64)
                        .execute(&mut *db)
                        .await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn read_marks(&self, InGuild(guild): InGuild) -> Result<Vec<(ChannelId, MessageId)>> {
        let rows = sqlx::query("SELECT channel, message FROM read_marks WHERE guild = $1 ORDER BY channel")
            .bind(guild.0 as i64)
            .fetch_all(&self.readers)
            .await?;
        rows.iter()
            .map(|row| {
                let columns = Columns::new(row, "read_marks", "channel")?;
                Ok((
                    ChannelId(columns.snowflake("channel")?),
                    MessageId(columns.snowflake("message")?),
                ))
            })
            .collect()
    }

    async fn note_webhook(
        &self,
        InGuild(guild): InGuild,
        channel: ChannelId,
        webhook: WebhookId,
    ) -> Result<()> {
        self.writer
            .write(move |db| {
                Box::pin(async move {
                    sqlx::query(
                        "INSERT INTO own_webhooks (guild, channel, webhook) VALUES ($1, $2, $3)
                         ON CONFLICT (guild, webhook) DO UPDATE SET channel = excluded.channel",
                    )
                    .bind(guild.0 as i64)
                    .bind(channel.0 as i64)
                    .bind(webhook.0 as i64)
                    .execute(&mut *db)
                    .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn own_webhooks(&self, InGuild(guild): InGuild) -> Result<Vec<(ChannelId, WebhookId)>> {
        let rows = sqlx::query("SELECT id, channel, webhook FROM own_webhooks WHERE guild = $1 ORDER BY id")
            .bind(guild.0 as i64)
            .fetch_all(&self.readers)
            .await?;
        rows.iter()
            .map(|row| {
                let columns = Columns::new(row, "own_webhooks", "id")?;
                Ok((
                    ChannelId(columns.snowflake("channel")?),
                    WebhookId(columns.snowflake("webhook")?),
                ))
            })
            .collect()
    }
}

/// Writes a guild's settings and their history, and what AutoMod has to hear of the change. `before`: with its version.
pub(super) async fn write_settings(
    db: &mut SqliteConnection,
    guild: GuildId,
    (before, version): (&GuildSettings, i64),
    settings: &GuildSettings,
    by: UserId,
    now: Timestamp,
) -> Result<()> {
    let version = version + 1;
    let text = json(settings)?;
    for statement in [
        "INSERT INTO guild_settings (guild, settings, version, changed_by, changed_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (guild) DO UPDATE SET settings = excluded.settings, version = excluded.version,
             changed_by = excluded.changed_by, changed_at = excluded.changed_at",
        "INSERT INTO settings_history (guild, settings, version, changed_by, changed_at)
         VALUES ($1, $2, $3, $4, $5)",
    ] {
        sqlx::query(statement)
            .bind(guild.0 as i64)
            .bind(&text)
            .bind(version)
            .bind(by.0 as i64)
            .bind(now.0)
            .execute(&mut *db)
            .await?;
    }
    if settings.moves_automod(before) {
        let sync = Effect::SyncAutomod { ruleset: None };
        let draft = EffectDraft::new(format!("automod:settings:{version}"), sync);
        plan(db, guild, vec![draft], now).await?;
    }
    Ok(())
}

/// A guild's settings and how often they were changed.
pub(super) async fn read_settings(
    db: impl SqliteExecutor<'_>,
    guild: GuildId,
) -> Result<(GuildSettings, i64)> {
    let row = sqlx::query("SELECT guild, settings, version FROM guild_settings WHERE guild = $1")
        .bind(guild.0 as i64)
        .fetch_optional(db)
        .await?;
    let Some(row) = row else {
        return Ok((GuildSettings::default(), 0));
    };
    let columns = Columns::new(&row, "guild_settings", "guild")?;
    let stored: Value = columns.json("settings")?;
    let settings = completed(stored).map_err(|error| columns.corrupt("settings", &error))?;
    Ok((settings, columns.integer("version")?))
}

/// Settings as an older version wrote them, with the default for every field it did not know.
fn completed(stored: Value) -> serde_json::Result<GuildSettings> {
    let mut whole = serde_json::to_value(GuildSettings::default())?;
    match (&mut whole, stored) {
        (Value::Object(whole), Value::Object(stored)) => whole.extend(stored),
        (whole, stored) => *whole = stored,
    }
    serde_json::from_value(whole)
}

/// What numbers are given to.
#[derive(Clone, Copy)]
pub(super) enum Noun {
    Case,
    Ticket,
}

impl Noun {
    const fn word(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Ticket => "ticket",
        }
    }

    const fn table(self) -> &'static str {
        match self {
            Self::Case => "cases",
            Self::Ticket => "tickets",
        }
    }
}

/// The row and the number that the next case or ticket will have. They are the writer's until its transaction ends, so
/// they can be handed to a decision before anything is written.
pub(super) async fn next_row(db: &mut SqliteConnection, guild: GuildId, noun: Noun) -> Result<(i64, u32)> {
    let row = sqlx::query(
        "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = $3), 0) + 1 AS id,
                coalesce((SELECT last FROM counters WHERE guild = $1 AND noun = $2), 0) + 1 AS number",
    )
    .bind(guild.0 as i64)
    .bind(noun.word())
    .bind(noun.table())
    .fetch_one(db)
    .await?;
    let columns = Columns::new(&row, "counters", "id")?;
    Ok((row.try_get("id")?, columns.count("number")?))
}

/// Notes that a number has been given out.
pub(super) async fn use_number(
    db: &mut SqliteConnection,
    guild: GuildId,
    noun: Noun,
    number: u32,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO counters (guild, noun, last) VALUES ($1, $2, $3)
         ON CONFLICT (guild, noun) DO UPDATE SET last = excluded.last",
    )
    .bind(guild.0 as i64)
    .bind(noun.word())
    .bind(number)
    .execute(db)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::guild::Mode;

    #[test]
    fn settings_of_an_older_version_are_completed_with_defaults() {
        let settings = completed(json!({ "mode": "enforce", "support": 7 })).unwrap();
        assert_eq!(
            (settings.mode, settings.support),
            (Mode::Enforce, Some(ChannelId(7)))
        );
        assert!(settings.staff_roles.is_empty() && !settings.set_up);
    }

    #[test]
    fn settings_that_are_no_object_are_an_error() {
        assert!(completed(json!(7)).is_err());
        assert!(completed(json!({ "mode": "whatever" })).is_err());
    }
}

//! Exemptions and clean examples of a guild.

use async_trait::async_trait;
use serde_json::json;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Row, SqliteExecutor};

use super::SqliteStore;
use super::cases::{apply, read};
use super::effects::plan;
use super::guilds::read_settings;
use super::row::Columns;
use crate::model::effect::{Effect, EffectDraft};
use crate::model::overlay::{CleanExample, Overlay, OverlayAddition, OverlayEntry};
use crate::model::{CaseId, GuildId, OverlayEntryId, Timestamp, UserId};
use crate::rules::{Exempt, Exemption};
use crate::storage::{CaseChange, Decide, InGuild, OverlayFacts, Overlays, Result};

/// The whole overlay in one statement, so that a reader never sees half of a change.
const OVERLAY: &str = "SELECT 'entry' AS what, e.id AS id, c.number AS number, e.rule, e.kind, e.pattern, e.added_by, e.added_at,
        NULL AS place, NULL AS text
     FROM overlay_entries e JOIN cases c ON c.guild = e.guild AND c.id = e.case_id WHERE e.guild = $1
     UNION ALL
     SELECT 'example', x.ordinal, c.number, NULL, NULL, NULL, NULL, NULL, x.place, x.text
     FROM overlay_examples x JOIN cases c ON c.guild = x.guild AND c.id = x.case_id WHERE x.guild = $1
     ORDER BY what, number, id";

#[async_trait]
impl Overlays for SqliteStore {
    async fn overlay(&self, guild: InGuild) -> Result<Overlay> {
        overlay(&self.readers, guild.0).await
    }

    async fn add_to_overlay(
        &self,
        InGuild(guild): InGuild,
        case: CaseId,
        now: Timestamp,
        decide: Decide<OverlayFacts, std::result::Result<(OverlayAddition, CaseChange), String>>,
    ) -> Result<Option<std::result::Result<Overlay, String>>> {
        self.writer
            .write(move |db| {
                Box::pin(async move {
                    let Some(before) = read(&mut *db, guild, case).await? else {
                        return Ok(None);
                    };
                    let facts = OverlayFacts {
                        case: before,
                        overlay: overlay(&mut *db, guild).await?,
                    };
                    match decide(facts) {
                        Err(refusal) => Ok(Some(Err(refusal))),
                        Ok((addition, change)) => {
                            let by = change.by;
                            add(db, guild, case, by, now, addition).await?;
                            apply(db, guild, case, now, change).await?;
                            sync_automod(db, guild, &format!("added:{case}:{}", now.0), now).await?;
                            Ok(Some(Ok(overlay(db, guild).await?)))
                        }
                    }
                })
            })
            .await
    }

    async fn remove_from_overlay(
        &self,
        InGuild(guild): InGuild,
        entry: OverlayEntryId,
        now: Timestamp,
    ) -> Result<Option<Overlay>> {
        self.writer
            .erase(move |db| {
                Box::pin(async move {
                    let gone =
                        sqlx::query("DELETE FROM overlay_entries WHERE guild = $1 AND id = $2 RETURNING case_id")
                            .bind(guild.0 as i64)
                            .bind(entry.0)
                            .fetch_optional(&mut *db)
                            .await?;
                    let Some(gone) = gone else { return Ok(None) };
                    sqlx::query(
                        "DELETE FROM overlay_examples WHERE guild = $1 AND case_id = $2
                             AND NOT EXISTS (SELECT 1 FROM overlay_entries WHERE guild = $1 AND case_id = $2)",
                    )
                    .bind(guild.0 as i64)
                    .bind(gone.try_get::<i64, _>("case_id")?)
                    .execute(&mut *db)
                    .await?;
                    sync_automod(db, guild, &format!("removed:{entry}:{}", now.0), now).await?;
                    Ok(Some(overlay(db, guild).await?))
                })
            })
            .await
    }
}

/// Plans that AutoMod hears what was said about the rules, where it holds a rule of ours.
async fn sync_automod(db: &mut SqliteConnection, guild: GuildId, what: &str, now: Timestamp) -> Result<()> {
    if !read_settings(&mut *db, guild).await?.0.wants_automod() {
        return Ok(());
    }
    let sync = Effect::SyncAutomod { ruleset: None };
    let draft = EffectDraft::new(format!("automod:overlay:{what}"), sync);
    plan(db, guild, vec![draft], now).await
}

async fn add(
    db: &mut SqliteConnection,
    guild: GuildId,
    case: CaseId,
    by: UserId,
    now: Timestamp,
    addition: OverlayAddition,
) -> Result<()> {
    for exemption in addition.exemptions {
        let (kind, pattern) = match exemption.what {
            Exempt::Text(text) => ("text", text),
            Exempt::Host(host) => ("host", host),
        };
        sqlx::query(
            "INSERT INTO overlay_entries (guild, rule, kind, pattern, case_id, added_by, added_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (guild, rule, kind, pattern) DO NOTHING",
        )
        .bind(guild.0 as i64)
        .bind(exemption.rule)
        .bind(kind)
        .bind(pattern)
        .bind(case.0)
        .bind(by.0 as i64)
        .bind(now.0)
        .execute(&mut *db)
        .await?;
    }
    for (ordinal, example) in (1_i64..).zip(addition.examples) {
        sqlx::query(
            "INSERT INTO overlay_examples (case_id, ordinal, guild, place, text) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (case_id, ordinal) DO NOTHING",
        )
        .bind(case.0)
        .bind(ordinal)
        .bind(guild.0 as i64)
        .bind(example.place.to_string())
        .bind(example.text)
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

async fn overlay(db: impl SqliteExecutor<'_>, guild: GuildId) -> Result<Overlay> {
    let rows = sqlx::query(OVERLAY).bind(guild.0 as i64).fetch_all(db).await?;
    let mut overlay = Overlay::default();
    for row in &rows {
        if row.try_get::<&str, _>("what")? == "entry" {
            overlay.entries.push(entry(row)?);
        } else {
            overlay.examples.push(example(row)?);
        }
    }
    Ok(overlay)
}

fn entry(row: &SqliteRow) -> Result<OverlayEntry> {
    let columns = Columns::new(row, "overlay_entries", "id")?;
    let what = json!({ "kind": columns.text("kind")?, "pattern": columns.text("pattern")? });
    Ok(OverlayEntry {
        id: OverlayEntryId(columns.id()),
        exemption: Exemption {
            rule: columns.text("rule")?,
            what: serde_json::from_value(what).map_err(|error| columns.corrupt("kind", &error))?,
        },
        case_number: columns.count("number")?,
        added_by: UserId(columns.snowflake("added_by")?),
        added_at: columns.moment("added_at")?,
    })
}

fn example(row: &SqliteRow) -> Result<(u32, CleanExample)> {
    let columns = Columns::new(row, "overlay_examples", "id")?;
    let place = columns.text("place")?;
    Ok((
        columns.count("number")?,
        CleanExample {
            place: place.parse().map_err(|error| columns.corrupt("place", &error))?,
            text: columns.text("text")?,
        },
    ))
}

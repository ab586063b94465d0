//! Planned effects and their outcomes. What the end of one means for its case or ticket is written in [`ending`].

pub(super) mod ending;

pub(super) use ending::show_on_case;

use async_trait::async_trait;
use serde::Serialize;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};

use super::SqliteStore;
use super::row::{Columns, json};
use crate::model::effect::{Effect, EffectDraft, EffectOutcome, EffectRow, EffectState};
use crate::model::{CaseId, EffectId, GuildId, TicketId, Timestamp};
use crate::storage::{AllGuilds, Effects, InGuild, Result};

/// Leases what is due at `$1` until `$2`, at most `$3`.
const LEASE: &str = "UPDATE effects SET state = 'sending', lease_until = $2
     WHERE id IN (
         SELECT e.id FROM effects e
         WHERE e.state = 'planned' AND e.next_at <= $1 AND NOT EXISTS (
             SELECT 1 FROM effects b
             WHERE b.guild = e.guild AND b.key = e.after_key AND b.state IN ('planned', 'sending'))
         ORDER BY e.next_at, e.id LIMIT $3)
     RETURNING *";

/// Takes back what is leased until `$1` or less.
const TAKE_BACK: &str = "UPDATE effects SET state = 'planned', interrupted = 1, lease_until = NULL
     WHERE state = 'sending' AND lease_until <= $1";

/// When there is something to do. What waits for another effect is not due: the end of that one will say so. A lease that
/// is not given back is due when it ends.
const NEXT_DUE: &str = "SELECT min(due) AS due FROM (
         SELECT min(next_at) AS due FROM effects e
         WHERE state = 'planned' AND NOT EXISTS (
             SELECT 1 FROM effects b
             WHERE b.guild = e.guild AND b.key = e.after_key AND b.state IN ('planned', 'sending'))
         UNION ALL
         SELECT min(expires_at) FROM effects WHERE state = 'planned' AND expires_at IS NOT NULL
         UNION ALL
         SELECT min(lease_until) FROM effects WHERE state = 'sending')";

/// Effects of a guild that ended badly, of the case or ticket that the rest of the statement names.
macro_rules! troubled_query {
    ($rest:literal) => {
        concat!(
            "SELECT * FROM effects WHERE guild = $1 AND state IN ('failed', 'uncertain', 'expired') AND ",
            $rest
        )
    };
}
pub(super) use troubled_query;

#[async_trait]
impl Effects for SqliteStore {
    async fn plan_effects(
        &self,
        InGuild(guild): InGuild,
        effects: Vec<EffectDraft>,
        now: Timestamp,
    ) -> Result<()> {
        self.writer
            .write(move |db| Box::pin(plan(db, guild, effects, now)))
            .await
    }

    async fn lease_effects(
        &self,
        _: AllGuilds,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<EffectRow>> {
        self.writer
            .write(move |db| Box::pin(lease(db, now, lease_until, limit)))
            .await
    }

    async fn recover_effects(&self, _: AllGuilds, now: Timestamp) -> Result<u64> {
        self.writer
            .write(move |db| {
                Box::pin(async move {
                    let found = take_back(db, Timestamp(i64::MAX)).await?;
                    ending::expire(db, now).await?;
                    Ok(found)
                })
            })
            .await
    }

    async fn finish_effect(
        &self,
        InGuild(guild): InGuild,
        effect: EffectId,
        outcome: EffectOutcome,
        now: Timestamp,
    ) -> Result<()> {
        self.writer
            .write(move |db| {
                Box::pin(async move {
                    let row = sqlx::query("SELECT * FROM effects WHERE guild = $1 AND id = $2")
                        .bind(guild.0 as i64)
                        .bind(effect.0)
                        .fetch_optional(&mut *db)
                        .await?;
                    match row.as_ref().map(effect_from).transpose()? {
                        Some(row) if !row.state.is_final() => ending::record(db, &row, outcome, now).await,
                        _ => Ok(()),
                    }
                })
            })
            .await
    }

    async fn retry_effect(&self, InGuild(guild): InGuild, key: &str, at: Timestamp) -> Result<bool> {
        let key = key.to_owned();
        self.writer
            .write(move |db| {
                Box::pin(async move {
                    let taken_up = sqlx::query(
                        "UPDATE effects SET state = 'planned', next_at = $3, expires_at = NULL, lease_until = NULL,
                                            attempts = attempts + (state <> 'planned'),
                                            interrupted = interrupted OR state = 'uncertain'
                         WHERE guild = $1 AND key = $2
                             AND (state IN ('failed', 'uncertain', 'expired') OR state = 'planned' AND next_at > $3)",
                    )
                    .bind(guild.0 as i64)
                    .bind(key)
                    .bind(at.0)
                    .execute(db)
                    .await?;
                    Ok(taken_up.rows_affected() > 0)
                })
            })
            .await
    }

    async fn effect_by_key(&self, InGuild(guild): InGuild, key: &str) -> Result<Option<EffectRow>> {
        let row = sqlx::query("SELECT * FROM effects WHERE guild = $1 AND key = $2")
            .bind(guild.0 as i64)
            .bind(key)
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(effect_from).transpose()
    }

    async fn troubled_effects_of_case(
        &self,
        InGuild(guild): InGuild,
        case: CaseId,
    ) -> Result<Vec<EffectRow>> {
        troubled(
            &self.readers,
            troubled_query!("case_id = $2 ORDER BY id"),
            guild,
            case.0,
        )
        .await
    }

    async fn troubled_effects_of_ticket(
        &self,
        InGuild(guild): InGuild,
        ticket: TicketId,
    ) -> Result<Vec<EffectRow>> {
        troubled(
            &self.readers,
            troubled_query!("ticket = $2 ORDER BY id"),
            guild,
            ticket.0,
        )
        .await
    }

    async fn next_due(&self, _: AllGuilds) -> Result<Option<Timestamp>> {
        let row = sqlx::query(NEXT_DUE).fetch_one(&self.readers).await?;
        Ok(row.try_get::<Option<i64>, _>("due")?.map(Timestamp))
    }
}

/// A draft as the statement below takes it apart.
#[derive(Serialize)]
struct Planned<'d> {
    key: &'d str,
    after: Option<&'d str>,
    effect: &'d Effect,
    case: Option<CaseId>,
    ticket: Option<TicketId>,
    next_at: Timestamp,
    expires_at: Option<Timestamp>,
}

/// Writes effects. A key that the guild has seen before writes nothing.
pub(super) async fn plan(
    db: &mut SqliteConnection,
    guild: GuildId,
    effects: Vec<EffectDraft>,
    now: Timestamp,
) -> Result<()> {
    plan_leasing(db, guild, effects, now, None).await.map(|_| ())
}

/// Writes effects, all in one statement. With `lease_until` those that are due and wait for nothing are leased as they are
/// written, and come back in the order of `effects`.
pub(super) async fn plan_leasing(
    db: &mut SqliteConnection,
    guild: GuildId,
    effects: Vec<EffectDraft>,
    now: Timestamp,
    lease_until: Option<Timestamp>,
) -> Result<Vec<EffectRow>> {
    if effects.is_empty() {
        return Ok(Vec::new());
    }
    let planned: Vec<Planned> = effects
        .iter()
        .map(|draft| Planned {
            key: &draft.key,
            after: draft.after.as_deref(),
            effect: &draft.effect,
            case: draft.effect.case(),
            ticket: draft.effect.ticket(),
            next_at: draft.not_before.unwrap_or(now),
            expires_at: draft.expires_at,
        })
        .collect();
    let rows = sqlx::query(
        "INSERT INTO effects (guild, planned_at, key, after_key, effect, case_id, ticket, next_at, expires_at, state,
                              lease_until)
         SELECT $1, $2, value ->> 'key', value ->> 'after', value -> 'effect', value ->> 'case', value ->> 'ticket',
                value ->> 'next_at', value ->> 'expires_at', iif(leased, 'sending', 'planned'), iif(leased, $4, NULL)
         FROM (SELECT value, $4 IS NOT NULL AND value ->> 'after' IS NULL AND value ->> 'next_at' <= $2 AS leased
               FROM json_each($3)) WHERE true
         ON CONFLICT (guild, key) DO NOTHING
         RETURNING *",
    )
    .bind(guild.0 as i64)
    .bind(now.0)
    .bind(json(&planned)?)
    .bind(lease_until.map(|until| until.0))
    .fetch_all(db)
    .await?;
    if lease_until.is_none() {
        return Ok(Vec::new());
    }
    let rows = rows.iter().map(effect_from).collect::<Result<Vec<_>>>()?;
    Ok(rows
        .into_iter()
        .filter(|row| row.state == EffectState::Sending)
        .collect())
}

async fn lease(
    db: &mut SqliteConnection,
    now: Timestamp,
    lease_until: Timestamp,
    limit: u32,
) -> Result<Vec<EffectRow>> {
    take_back(db, now).await?;
    ending::expire(db, now).await?;
    let rows = sqlx::query(LEASE)
        .bind(now.0)
        .bind(lease_until.0)
        .bind(limit)
        .fetch_all(db)
        .await?;
    let mut leased = rows.iter().map(effect_from).collect::<Result<Vec<_>>>()?;
    leased.sort_by_key(|effect| (effect.next_at, effect.id));
    Ok(leased)
}

/// Takes effects back from performers whose lease ended by `now`. Their requests may have been carried out, so they are
/// marked to be looked up first.
async fn take_back(db: &mut SqliteConnection, now: Timestamp) -> Result<u64> {
    let taken = sqlx::query(TAKE_BACK).bind(now.0).execute(db).await?;
    Ok(taken.rows_affected())
}

/// Reads what such a statement brings.
pub(super) async fn troubled(
    readers: &SqlitePool,
    statement: &'static str,
    guild: GuildId,
    of: i64,
) -> Result<Vec<EffectRow>> {
    let rows = sqlx::query(statement)
        .bind(guild.0 as i64)
        .bind(of)
        .fetch_all(readers)
        .await?;
    rows.iter().map(effect_from).collect()
}

pub(super) fn effect_from(row: &SqliteRow) -> Result<EffectRow> {
    let columns = Columns::new(row, "effects", "id")?;
    Ok(EffectRow {
        id: EffectId(columns.id()),
        guild: GuildId(columns.snowflake("guild")?),
        key: columns.text("key")?,
        effect: columns.json("effect")?,
        state: columns.word("state")?,
        attempts: columns.count("attempts")?,
        planned_at: columns.moment("planned_at")?,
        next_at: columns.moment("next_at")?,
        expires_at: columns.moment_or_none("expires_at")?,
        lease_until: columns.moment_or_none("lease_until")?,
        interrupted: columns.flag("interrupted")?,
        result: columns.snowflake_or_none("result")?,
        failure: columns.text_or_none("failure")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_the_performer_asks_is_answered_by_indexes_however_many_effects_are_done() {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", directory.path().join("test.db").display());
        let store = SqliteStore::open(&url).await.unwrap();
        for statement in [LEASE, TAKE_BACK, NEXT_DUE, ending::OVER] {
            let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
            let steps = sqlx::query(explain).fetch_all(&store.readers).await.unwrap();
            for step in steps {
                let step: String = step.get("detail");
                assert!(
                    !step.starts_with("SCAN") || step.contains("INDEX effects_"),
                    "{step} in {statement}"
                );
            }
        }
    }
}

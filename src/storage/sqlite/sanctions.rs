//! Sanctions and their ends: whether what an effect would end is still wanted by something else, and what is to be done once
//! more.

use async_trait::async_trait;
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use super::SqliteStore;
use super::effects::{effect_from, plan};
use crate::model::effect::{EffectRow, Held};
use crate::model::{CaseId, EffectId, GuildId, Timestamp, UserId};
use crate::storage::consequence::show_on_review_card;
use crate::storage::{InGuild, Result, Sanctions};

/// What still holds what effect `$2` of guild `$1` would end, at `$3`: how many sanctions, and until when the longest timeout
/// of them lasts. Of the same case that is what was pronounced after it. Of another case it is what was not undone with the
/// case, and whose own end has not come.
const HELD: &str = "WITH ending AS (
         SELECT id, case_id, effect ->> 'do' AS deed, effect ->> 'user' AS member, effect ->> 'role' AS role
         FROM effects WHERE guild = $1 AND id = $2),
     about AS (
         SELECT c.id, c.state FROM ending e JOIN cases c ON c.guild = $1 AND c.author = CAST(e.member AS INTEGER)
         UNION
         SELECT c.id, c.state FROM ending e
         JOIN impostors i ON i.guild = $1 AND i.member = CAST(e.member AS INTEGER)
         JOIN cases c ON c.guild = $1 AND c.id = i.case_id
         UNION
         SELECT c.id, c.state FROM ending e JOIN cases c ON c.guild = $1 AND c.id = e.case_id)
     SELECT count(*) AS held, max(s.effect ->> 'until') AS until
     FROM ending e CROSS JOIN about c CROSS JOIN effects s ON s.guild = $1 AND s.case_id = c.id
     WHERE s.state IN ('planned', 'sending', 'done')
         AND s.effect ->> 'user' = e.member AND s.effect ->> 'role' IS e.role
         AND e.deed = CASE s.effect ->> 'do'
                 WHEN 'ban-member' THEN 'lift-ban'
                 WHEN 'add-role' THEN 'remove-role'
                 WHEN 'timeout-member' THEN 'lift-timeout'
                 WHEN 'renew-timeout' THEN 'lift-timeout' END
         AND (s.effect ->> 'do' <> 'renew-timeout' OR s.next_at <= $3)
         AND coalesce(s.effect ->> 'until' > $3, TRUE)
         AND CASE WHEN c.id = e.case_id THEN s.id > e.id
             ELSE c.state <> 'restored' AND NOT EXISTS (
                 SELECT 1 FROM effects l
                 WHERE l.guild = $1 AND l.case_id = c.id AND l.id > s.id AND l.effect ->> 'do' = e.deed
                     AND l.effect ->> 'user' = e.member AND l.effect ->> 'role' IS e.role
                     AND (l.state <> 'planned' OR l.next_at <= $3)) END";

/// The effects by which case `$2` of guild `$1` last meant to end the ban and the timeout of member `$3`.
const ENDINGS: &str = "SELECT max(id) AS id FROM effects
     WHERE guild = $1 AND case_id = $2 AND CAST(effect ->> 'user' AS INTEGER) = $3 AND effect ->> 'do' IN ('lift-ban', 'lift-timeout')
     GROUP BY effect ->> 'do'";

/// The newest timeouts and roles of member `$2` of guild `$1`, given or taken.
const SANCTIONS: &str = "WITH about AS (
         SELECT id FROM cases WHERE guild = $1 AND author = $2
         UNION
         SELECT case_id FROM impostors WHERE guild = $1 AND member = $2)
     SELECT e.* FROM about a CROSS JOIN effects e ON e.guild = $1 AND e.case_id = a.id
     WHERE e.effect ->> 'do' IN ('timeout-member', 'renew-timeout', 'lift-timeout', 'add-role', 'remove-role')
         AND CAST(e.effect ->> 'user' AS INTEGER) = $2
     ORDER BY e.id DESC LIMIT 200";

/// Plans effect `$2` of guild `$1` anew, at `$3`.
const TAKE_UP: &str = "UPDATE effects SET state = 'planned', next_at = $3, expires_at = NULL, attempts = attempts + 1,
                                          interrupted = (state = 'uncertain')
     WHERE guild = $1 AND id = $2 AND state NOT IN ('planned', 'sending')
     RETURNING key, attempts,
               (SELECT lead FROM cases WHERE cases.guild = effects.guild AND cases.id = effects.case_id) AS shown";

#[async_trait]
impl Sanctions for SqliteStore {
    async fn endings(&self, InGuild(guild): InGuild, case: CaseId, user: UserId) -> Result<Vec<EffectId>> {
        let rows = sqlx::query(ENDINGS)
            .bind(guild.0 as i64)
            .bind(case.0)
            .bind(user.0 as i64)
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(|row| Ok(EffectId(row.try_get("id")?))).collect()
    }

    async fn still_held(&self, InGuild(guild): InGuild, effect: EffectId, now: Timestamp) -> Result<Held> {
        let row = sqlx::query(HELD)
            .bind(guild.0 as i64)
            .bind(effect.0)
            .bind(now.0)
            .fetch_one(&self.readers)
            .await?;
        let held: i64 = row.try_get("held")?;
        let until: Option<i64> = row.try_get("until")?;
        Ok(match until {
            Some(until) => Held::Until(Timestamp(until)),
            None if held > 0 => Held::Still,
            None => Held::No,
        })
    }

    async fn sanctions_of(&self, InGuild(guild): InGuild, user: UserId) -> Result<Vec<EffectRow>> {
        let rows = sqlx::query(SANCTIONS)
            .bind(guild.0 as i64)
            .bind(user.0 as i64)
            .fetch_all(&self.readers)
            .await?;
        rows.iter().rev().map(effect_from).collect()
    }

    async fn take_up_again(
        &self,
        InGuild(guild): InGuild,
        effects: Vec<EffectId>,
        now: Timestamp,
    ) -> Result<u64> {
        self.writer
            .write(move |db| {
                Box::pin(async move {
                    let mut taken_up = 0;
                    for effect in effects {
                        taken_up += u64::from(take_up(db, guild, effect, now).await?);
                    }
                    Ok(taken_up)
                })
            })
            .await
    }
}

/// Answers whether it was there to be taken up.
async fn take_up(
    db: &mut SqliteConnection,
    guild: GuildId,
    effect: EffectId,
    now: Timestamp,
) -> Result<bool> {
    let taken_up = sqlx::query(TAKE_UP)
        .bind(guild.0 as i64)
        .bind(effect.0)
        .bind(now.0)
        .fetch_optional(&mut *db)
        .await?;
    let Some(row) = taken_up else {
        return Ok(false);
    };
    if let Some(shown) = row.try_get::<Option<i64>, _>("shown")? {
        let (key, attempt): (String, i64) = (row.try_get("key")?, row.try_get("attempts")?);
        let shown = show_on_review_card(CaseId(shown), format!("{key}:shown:{attempt}"));
        plan(db, guild, vec![shown.after(key)], now).await?;
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_a_return_asks_is_answered_by_indexes_however_many_effects_are_done() {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", directory.path().join("test.db").display());
        let store = SqliteStore::open(&url).await.unwrap();
        for statement in [SANCTIONS, TAKE_UP, ENDINGS] {
            let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
            let steps = sqlx::query(explain).fetch_all(&store.readers).await.unwrap();
            for step in steps {
                let step: String = step.get("detail");
                // `a` is what was found of cases.
                assert!(
                    !step.starts_with("SCAN") || step == "SCAN a",
                    "{step} in {statement}"
                );
            }
        }
    }
}

//! Hits, shadow counts and pauses of rules.

use async_trait::async_trait;
use sqlx::SqliteExecutor;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::SqliteStore;
use super::effects::plan;
use super::guilds::{read_settings, write_settings};
use super::row::{Columns, json, word};
use crate::model::effect::{Effect, EffectDraft};
use crate::model::guild::{GuildSettings, RuleMode};
use crate::model::rule_record::{
    CaseCounts, PauseAnswer, PauseReason, RuleActivity, RulePause, RuleStanding, Shadow,
};
use crate::model::{GuildId, PauseId, Timestamp, UserId};
use crate::storage::{ActivitySpan, InGuild, Result, RuleRecords, StoreError};

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// How rule `$2` has fared: whom it hit since `$3`, and what came of its `$5` latest decided cases. Decisions are read from
/// the latest on, because a rule may have hit in many cases that nobody will ever decide.
const ACTIVITY: &str = "WITH resumed AS (
         SELECT coalesce(max(answered_at), 0) AS at FROM rule_pauses
         WHERE guild = $1 AND rule = $2 AND answer = 'resumed'),
     recent AS (
         SELECT author, joined_at <= at - $4 AS tenured FROM rule_hits
         WHERE guild = $1 AND rule = $2 AND counted = 1 AND removed = 1
             AND at >= $3 AND at > (SELECT at FROM resumed)),
     decided AS (
         SELECT c.state FROM cases c
         WHERE c.guild = $1 AND c.decided_at > (SELECT at FROM resumed)
             AND EXISTS (SELECT 1 FROM rule_hits h WHERE h.case_id = c.id AND h.rule = $2 AND h.counted = 1)
         ORDER BY c.decided_at DESC LIMIT $5)
     SELECT 0 AS id,
            (SELECT count(DISTINCT author) FROM recent) AS authors,
            (SELECT count(DISTINCT author) FROM recent WHERE tenured) AS tenured,
            (SELECT count(*) FROM decided) AS decided,
            (SELECT count(*) FROM decided WHERE state = 'restored') AS reversed";

#[async_trait]
impl RuleRecords for SqliteStore {
    async fn rule_activity(
        &self,
        InGuild(guild): InGuild,
        rule: &str,
        span: ActivitySpan,
    ) -> Result<RuleActivity> {
        let row = sqlx::query(ACTIVITY)
            .bind(guild.0 as i64)
            .bind(rule)
            .bind(span.since.0)
            .bind(span.tenure_ms)
            .bind(span.decisions)
            .fetch_one(&self.readers)
            .await?;
        let columns = Columns::new(&row, "rule_hits", "id")?;
        Ok(RuleActivity {
            authors: columns.count("authors")?,
            tenured: columns.count("tenured")?,
            decided: columns.count("decided")?,
            reversed: columns.count("reversed")?,
        })
    }

    async fn pause_rule(
        &self,
        InGuild(guild): InGuild,
        rule: String,
        why: PauseReason,
        by: UserId,
        now: Timestamp,
    ) -> Result<Option<(RulePause, GuildSettings)>> {
        self.writer
            .write(move |db| {
                Box::pin(async move {
                    let (before, version) = read_settings(&mut *db, guild).await?;
                    if before.rule_modes.contains_key(&rule) {
                        return Ok(None);
                    }
                    let mut settings = before.clone();
                    settings.rule_modes.insert(rule.clone(), RuleMode::Observe);
                    write_settings(db, guild, (&before, version), &settings, by, now).await?;
                    let row = sqlx::query(
                        "INSERT INTO rule_pauses (guild, rule, why, at) VALUES ($1, $2, $3, $4)
                         ON CONFLICT (guild, rule) WHERE answer IS NULL DO UPDATE SET why = excluded.why, at = excluded.at
                         RETURNING *",
                    )
                    .bind(guild.0 as i64)
                    .bind(rule)
                    .bind(json(&why)?)
                    .bind(now.0)
                    .fetch_one(&mut *db)
                    .await?;
                    let pause = pause_from(&row)?;
                    let card = EffectDraft::new(
                        format!("pause:{}:card", pause.id),
                        Effect::PostPauseCard { pause: pause.id },
                    );
                    plan(db, guild, vec![card], now).await?;
                    Ok(Some((pause, settings)))
                })
            })
            .await
    }

    async fn rule_pause(&self, guild: InGuild, pause: PauseId) -> Result<Option<RulePause>> {
        read(&self.readers, guild.0, pause).await
    }

    async fn answer_pause(
        &self,
        InGuild(guild): InGuild,
        pause: PauseId,
        answer: PauseAnswer,
        by: UserId,
        now: Timestamp,
    ) -> Result<Option<std::result::Result<(RulePause, GuildSettings), RulePause>>> {
        self.writer
            .write(move |db| {
                Box::pin(async move {
                    let Some(known) = read(&mut *db, guild, pause).await? else {
                        return Ok(None);
                    };
                    if known.answer.is_some() {
                        return Ok(Some(Err(known)));
                    }
                    sqlx::query(
                        "UPDATE rule_pauses SET answer = $3, answered_by = $4, answered_at = $5
                         WHERE guild = $1 AND id = $2",
                    )
                    .bind(guild.0 as i64)
                    .bind(pause.0)
                    .bind(word(&answer)?)
                    .bind(by.0 as i64)
                    .bind(now.0)
                    .execute(&mut *db)
                    .await?;
                    let (before, version) = read_settings(&mut *db, guild).await?;
                    let mut settings = before.clone();
                    if answer == PauseAnswer::Resumed
                        && settings.rule_modes.get(&known.rule) == Some(&RuleMode::Observe)
                    {
                        settings.rule_modes.remove(&known.rule);
                        write_settings(db, guild, (&before, version), &settings, by, now).await?;
                    }
                    let refresh = EffectDraft::new(
                        format!("pause:{pause}:answered"),
                        Effect::RefreshPauseCard { pause },
                    );
                    plan(db, guild, vec![refresh.after(format!("pause:{pause}:card"))], now).await?;
                    let pause = read(db, guild, pause)
                        .await?
                        .ok_or_else(|| StoreError::Failed(format!("pause {pause} vanished")))?;
                    Ok(Some(Ok((pause, settings))))
                })
            })
            .await
    }

    async fn rule_standings(&self, InGuild(guild): InGuild, since: Timestamp) -> Result<Vec<RuleStanding>> {
        let rows = sqlx::query(
            "SELECT 0 AS id, rule, sum(cases) AS cases, sum(removed) AS removed, sum(upheld) AS upheld,
                    sum(reversed) AS reversed, sum(hits) AS hits, sum(would_flag) AS would_flag,
                    sum(would_remove) AS would_remove
             FROM (
                 SELECT h.rule, count(*) AS cases, sum(h.removed) AS removed, sum(c.state = 'confirmed') AS upheld,
                        sum(c.state = 'restored') AS reversed, 0 AS hits, 0 AS would_flag, 0 AS would_remove
                 FROM rule_hits h JOIN cases c ON c.id = h.case_id
                 WHERE h.guild = $1 AND h.at >= $2 AND h.counted = 1 GROUP BY h.rule
                 UNION ALL
                 SELECT rule, 0, 0, 0, 0, sum(hits), sum(would_flag), sum(would_remove)
                 FROM shadow_counts WHERE guild = $1 AND day >= $2 / $3 GROUP BY rule)
             GROUP BY rule ORDER BY sum(cases) + sum(hits) DESC, rule",
        )
        .bind(guild.0 as i64)
        .bind(since.0)
        .bind(DAY)
        .fetch_all(&self.readers)
        .await?;
        rows.iter()
            .map(|row| {
                let columns = Columns::new(row, "rule_hits", "id")?;
                Ok(RuleStanding {
                    rule: columns.text("rule")?,
                    cases: columns.count("cases")?,
                    removed: columns.count("removed")?,
                    upheld: columns.count("upheld")?,
                    reversed: columns.count("reversed")?,
                    shadow: Shadow {
                        hits: columns.count("hits")?,
                        would_flag: columns.count("would_flag")?,
                        would_remove: columns.count("would_remove")?,
                    },
                })
            })
            .collect()
    }

    async fn case_counts(
        &self,
        InGuild(guild): InGuild,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<CaseCounts> {
        let row = sqlx::query(
            "SELECT 0 AS id, count(*) AS opened, coalesce(sum(removes), 0) AS removed,
                    coalesce(sum(state = 'confirmed'), 0) AS upheld, coalesce(sum(state = 'restored'), 0) AS reversed,
                    coalesce(sum(state = 'open'), 0) AS waiting,
                    coalesce(sum(EXISTS (SELECT 1 FROM case_events e
                                         WHERE e.case_id = cases.id AND e.deed = 'contested')), 0) AS contested
             FROM cases WHERE guild = $1 AND opened_at >= $2 AND opened_at < $3",
        )
        .bind(guild.0 as i64)
        .bind(since.0)
        .bind(until.0)
        .fetch_one(&self.readers)
        .await?;
        let columns = Columns::new(&row, "cases", "id")?;
        Ok(CaseCounts {
            opened: columns.count("opened")?,
            removed: columns.count("removed")?,
            upheld: columns.count("upheld")?,
            reversed: columns.count("reversed")?,
            contested: columns.count("contested")?,
            waiting: columns.count("waiting")?,
        })
    }

    async fn count_shadows(
        &self,
        InGuild(guild): InGuild,
        day: i64,
        counts: Vec<(String, Shadow)>,
    ) -> Result<()> {
        self.writer
            .write(move |db| {
                Box::pin(async move {
                    for (rule, shadow) in counts {
                        sqlx::query(
                            "INSERT INTO shadow_counts (guild, rule, day, hits, would_flag, would_remove)
                             VALUES ($1, $2, $3, $4, $5, $6)
                             ON CONFLICT (guild, rule, day) DO UPDATE SET hits = hits + excluded.hits,
                                 would_flag = would_flag + excluded.would_flag,
                                 would_remove = would_remove + excluded.would_remove",
                        )
                        .bind(guild.0 as i64)
                        .bind(rule)
                        .bind(day)
                        .bind(shadow.hits)
                        .bind(shadow.would_flag)
                        .bind(shadow.would_remove)
                        .execute(&mut *db)
                        .await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

async fn read(db: impl SqliteExecutor<'_>, guild: GuildId, pause: PauseId) -> Result<Option<RulePause>> {
    let row = sqlx::query("SELECT * FROM rule_pauses WHERE guild = $1 AND id = $2")
        .bind(guild.0 as i64)
        .bind(pause.0)
        .fetch_optional(db)
        .await?;
    row.as_ref().map(pause_from).transpose()
}

fn pause_from(row: &SqliteRow) -> Result<RulePause> {
    let columns = Columns::new(row, "rule_pauses", "id")?;
    let by = columns.snowflake_or_none("answered_by")?.map(UserId);
    let answer = match (by, columns.moment_or_none("answered_at")?) {
        (Some(by), Some(at)) => Some((columns.word("answer")?, by, at)),
        _ => None,
    };
    Ok(RulePause {
        id: PauseId(columns.id()),
        guild: GuildId(columns.snowflake("guild")?),
        rule: columns.text("rule")?,
        why: columns.json("why")?,
        at: columns.moment("at")?,
        answer,
        card: columns.card("card_channel", "card_message")?,
    })
}

/// Notes where a pause's card is.
pub(super) async fn card_posted(
    db: &mut SqliteConnection,
    guild: GuildId,
    pause: PauseId,
    card: (crate::model::ChannelId, crate::model::MessageId),
) -> Result<()> {
    sqlx::query("UPDATE rule_pauses SET card_channel = $3, card_message = $4 WHERE guild = $1 AND id = $2")
        .bind(guild.0 as i64)
        .bind(pause.0)
        .bind(card.0.0 as i64)
        .bind(card.1.0 as i64)
        .execute(db)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use sqlx::Row;

    use super::*;

    #[tokio::test]
    async fn how_a_rule_fared_is_read_from_its_latest_decisions_and_not_from_all_it_ever_hit() {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", directory.path().join("test.db").display());
        let store = SqliteStore::open(&url).await.unwrap();
        let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {ACTIVITY}"));
        let steps = sqlx::query(explain).fetch_all(&store.readers).await.unwrap();
        let steps: Vec<String> = steps.iter().map(|step| step.get("detail")).collect();
        let decided = "SEARCH c USING INDEX cases_decided (guild=? AND decided_at>?)";
        assert!(steps.iter().any(|step| step == decided), "{steps:#?}");
        assert!(
            !steps.iter().any(|step| step.contains("TEMP B-TREE FOR ORDER BY")),
            "{steps:#?}"
        );
    }
}

//! The cases of a campaign that somebody decides about, read with all that stands in them: never more at once than the
//! caller asks for.

use sqlx::sqlite::SqliteConnection;
use sqlx::{Row, SqliteExecutor};

use crate::model::case::Case;
use crate::model::{CaseId, GuildId, UserId};
use crate::storage::sqlite::cases::{case_from, case_query};
use crate::storage::sqlite::row::{Columns, json};
use crate::storage::{CampaignCases, Result};

/// The cases that a decision is about, as [`crate::storage::Campaigns::campaign_of`] promises them. A case that was decided
/// has a longer history than one that waits, so each further press gets to others.
pub(super) async fn first(
    db: impl SqliteExecutor<'_>,
    guild: GuildId,
    case: CaseId,
    most: u32,
) -> Result<Vec<Case>> {
    let rows = sqlx::query(case_query!(
        "c.id IN (
             SELECT o.id FROM cases o
             WHERE o.guild = $1 AND o.lead = (SELECT lead FROM cases WHERE guild = $1 AND id = $2)
             ORDER BY o.id <> o.lead, CASE o.state WHEN 'open' THEN 1 WHEN 'confirmed' THEN 2 ELSE 3 END,
                      (SELECT max(ordinal) FROM case_events e WHERE e.case_id = o.id), o.id
             LIMIT $3)
         ORDER BY c.id <> c.lead, c.id"
    ))
    .bind(guild.0 as i64)
    .bind(case.0)
    .bind(most)
    .fetch_all(db)
    .await?;
    rows.iter().map(case_from).collect()
}

/// The same, with what was done to the accounts of the whole campaign.
pub(super) async fn to_decide(
    db: &mut SqliteConnection,
    guild: GuildId,
    case: CaseId,
    most: u32,
) -> Result<CampaignCases> {
    let cases = first(&mut *db, guild, case, most).await?;
    let Some(lead) = cases.first().map(|lead| lead.id) else {
        return Ok(CampaignCases::default());
    };
    let told = sqlx::query(
        "SELECT DISTINCT author FROM cases
         WHERE guild = $1 AND lead = $2 AND (instr(actions, '\"tell\"') > 0 OR instr(actions, '\"recover\"') > 0)",
    )
    .bind(guild.0 as i64)
    .bind(lead.0)
    .fetch_all(&mut *db)
    .await?;
    let punished = sqlx::query(
        "SELECT DISTINCT c.author, e.deed FROM cases c JOIN case_events e ON e.case_id = c.id
         WHERE c.guild = $1 AND c.lead = $2 AND e.deed IN ('timed-out', 'kicked', 'banned')",
    )
    .bind(guild.0 as i64)
    .bind(lead.0)
    .fetch_all(db)
    .await?;
    Ok(CampaignCases {
        cases,
        told: told
            .iter()
            .map(|row| Ok(UserId(row.try_get::<i64, _>("author")? as u64)))
            .collect::<Result<_>>()?,
        punished: punished
            .iter()
            .map(|row| {
                let columns = Columns::new(row, "case_events", "author")?;
                Ok((UserId(columns.snowflake("author")?), columns.word("deed")?))
            })
            .collect::<Result<_>>()?,
    })
}

/// The same cases once more, in the same order.
pub(super) async fn again(db: &mut SqliteConnection, guild: GuildId, ids: &[CaseId]) -> Result<Vec<Case>> {
    let rows = sqlx::query(case_query!(
        "c.id IN (SELECT value FROM json_each($2)) ORDER BY c.id <> c.lead, c.id"
    ))
    .bind(guild.0 as i64)
    .bind(json(&ids)?)
    .fetch_all(db)
    .await?;
    rows.iter().map(case_from).collect()
}

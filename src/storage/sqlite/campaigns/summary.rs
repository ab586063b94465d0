//! A campaign as its card shows it: counted by SQLite from one index, without any of its messages. What its authors ask for is
//! read in [`super::pleas`].

use sqlx::{Row, SqliteExecutor};

use crate::model::campaign::Campaign;
use crate::model::{CaseId, GuildId, UserId};
use crate::storage::Result;
use crate::storage::sqlite::row::Columns;

/// The figures of the campaign of case `$2`. A message that was edited may have several cases: one that stands is enough to
/// take it away, and it was found harmless when each of them was.
pub(super) const FIGURES: &str = "WITH copies AS MATERIALIZED (
         SELECT max(author) AS author, max(channel) AS channel, max(opened_at) AS latest, min(id) AS first,
                count(*) AS cases, min(state = 'restored') AS restored,
                max(state <> 'restored' AND (removes = 1 OR state = 'confirmed')) AS removed
         FROM cases INDEXED BY cases_of_campaign
         WHERE guild = $1 AND lead = (SELECT lead FROM cases WHERE guild = $1 AND id = $2)
         GROUP BY message)
     SELECT min(first) AS lead, sum(cases) AS cases, count(*) AS copies, count(DISTINCT author) AS accounts,
            count(DISTINCT channel) AS channels, sum(removed) AS removed, sum(restored) AS restored,
            max(latest) AS latest,
            (SELECT json_group_array(json_array(author, own)) FROM (
                 SELECT author, count(*) AS own FROM copies
                 GROUP BY author ORDER BY own DESC, min(first) LIMIT 10)) AS authors
     FROM copies HAVING sum(cases) > 1";

/// The campaign of a case, without its pleas; `None` where it has no copies, or there is no such case.
pub(super) async fn of(
    db: impl SqliteExecutor<'_>,
    guild: GuildId,
    case: CaseId,
) -> Result<Option<Campaign>> {
    let row = sqlx::query(FIGURES)
        .bind(guild.0 as i64)
        .bind(case.0)
        .fetch_optional(db)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let columns = Columns::new(&row, "cases", "lead")?;
    let authors: Vec<(UserId, u32)> = columns.json("authors")?;
    let (copies, removed, restored) = (
        columns.count("copies")?,
        columns.count("removed")?,
        columns.count("restored")?,
    );
    Ok(Some(Campaign {
        lead: CaseId(row.try_get("lead")?),
        copies,
        accounts: columns.count("accounts")?,
        channels: columns.count("channels")?,
        removed,
        standing: copies.saturating_sub(removed + restored),
        restored,
        authors,
        pleas: Vec::new(),
        latest: columns.moment("latest")?,
    }))
}

//! What authors of a campaign's copies ask for and nobody has answered yet: each of them stands on a case of its own, and all
//! have one card.

use sqlx::SqliteExecutor;

use crate::model::campaign::{MOST_PLEAS, Plea};
use crate::model::{CaseId, GuildId, UserId};
use crate::storage::Result;
use crate::storage::sqlite::row::Columns;

/// The pleas in the campaign that case `$2` leads. The cases come from one index; of those with a plea alone is a row read.
pub(super) const PLEAS: &str = "SELECT c.id, c.number, c.author, e.deed, e.at, n.note
     FROM (SELECT p.case_id, p.ordinal, p.deed, p.at
           FROM cases copy INDEXED BY cases_of_campaign CROSS JOIN case_events p ON p.case_id = copy.id
           WHERE copy.guild = $1 AND copy.lead = $2 AND copy.id <> $2 AND p.deed IN ('contested', 'asked-back')
               AND NOT EXISTS (
                   SELECT 1 FROM case_events a
                   WHERE a.case_id = p.case_id AND a.ordinal > p.ordinal
                       AND (a.deed IN ('restored', 'banned')
                            OR (p.deed = 'asked-back' AND a.deed IN ('let-back', 'declined'))
                            OR (p.deed = 'contested' AND a.deed IN ('confirmed', 'timed-out', 'kicked'))))
           ORDER BY p.at, p.case_id, p.ordinal LIMIT $3) e
     CROSS JOIN cases c ON c.id = e.case_id AND c.guild = $1
     LEFT JOIN case_notes n ON n.case_id = e.case_id AND n.ordinal = e.ordinal
     ORDER BY e.at, e.case_id, e.ordinal";

/// The pleas of a campaign, the oldest first.
pub(super) async fn of(db: impl SqliteExecutor<'_>, guild: GuildId, lead: CaseId) -> Result<Vec<Plea>> {
    let rows = sqlx::query(PLEAS)
        .bind(guild.0 as i64)
        .bind(lead.0)
        .bind(MOST_PLEAS)
        .fetch_all(db)
        .await?;
    rows.iter()
        .map(|row| {
            let columns = Columns::new(row, "case_events", "id")?;
            Ok(Plea {
                case: CaseId(columns.id()),
                number: columns.count("number")?,
                author: UserId(columns.snowflake("author")?),
                deed: columns.word("deed")?,
                at: columns.moment("at")?,
                note: columns.text_or_none("note")?,
            })
        })
        .collect()
}

//! The ends of bans and timeouts, and whether what an effect would end is still wanted by something else.

use sqlx::Row;
use sqlx::sqlite::SqlitePool;

use crate::model::effect::Held;
use crate::model::{CaseId, EffectId, GuildId, Timestamp, UserId};
use crate::storage::Result;

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

/// Asks for those.
pub(super) async fn endings(
    readers: &SqlitePool,
    guild: GuildId,
    case: CaseId,
    user: UserId,
) -> Result<Vec<EffectId>> {
    let rows = sqlx::query(ENDINGS)
        .bind(guild.0 as i64)
        .bind(case.0)
        .bind(user.0 as i64)
        .fetch_all(readers)
        .await?;
    rows.iter().map(|row| Ok(EffectId(row.try_get("id")?))).collect()
}

/// Asks what holds it.
pub(super) async fn still_held(
    readers: &SqlitePool,
    guild: GuildId,
    effect: EffectId,
    now: Timestamp,
) -> Result<Held> {
    let row = sqlx::query(HELD)
        .bind(guild.0 as i64)
        .bind(effect.0)
        .bind(now.0)
        .fetch_one(readers)
        .await?;
    let held: i64 = row.try_get("held")?;
    let until: Option<i64> = row.try_get("until")?;
    Ok(match until {
        Some(until) => Held::Until(Timestamp(until)),
        None if held > 0 => Held::Still,
        None => Held::No,
    })
}

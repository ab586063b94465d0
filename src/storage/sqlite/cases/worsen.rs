//! A case whose message, in the same words, is found worse when it is looked at again: a copy of it has been found to be a
//! scam meanwhile, or the rules have learned. The case takes the graver verdict in place, in the transaction of the second
//! look, so that a message never has two cases for one wording.
//!
//! Whether a second look changes anything is decided by the same plan that decides a first one: unless it takes the
//! message away, everything stays as it was.

use sqlx::sqlite::SqliteConnection;

use super::open::{Known, bind_judgement, count_hits};
use super::{add_event, read};
use crate::model::Timestamp;
use crate::model::case::{Action, CaseDeed};
use crate::model::effect::EffectRow;
use crate::model::message::IncomingMessage;
use crate::rules::{Level, Verdict};
use crate::storage::sqlite::effects::{plan_leasing, show_on_case};
use crate::storage::sqlite::row::json;
use crate::storage::{CasePlan, OpenedCase, Result};

/// Whether a second look with this verdict could change a case that is there already: one that nobody has decided, and
/// that took nothing away.
pub(super) fn could_worsen(known: &Known, verdict: &Verdict) -> bool {
    known.is_open && !known.removes && verdict.level == Level::Scam
}

/// Gives a case the graver verdict and plans what follows from it.
pub(super) async fn worsen(
    db: &mut SqliteConnection,
    known: Known,
    message: &IncomingMessage,
    verdict: &Verdict,
    planned: CasePlan,
    now: Timestamp,
    lease_until: Option<Timestamp>,
) -> Result<(OpenedCase, Vec<EffectRow>)> {
    let (guild, case) = (message.guild, known.case);
    let CasePlan {
        actions,
        softened,
        effects,
    } = planned;
    let unchanged = || Ok((OpenedCase::Known(case), Vec::new()));
    if !actions.contains(&Action::Delete) {
        return unchanged();
    }
    let worse = sqlx::query(
        "UPDATE cases SET level = $3, score = $4, category = $5, severity = $6, rules = $7, actions = $8, removes = $9,
                          softened = $10
         WHERE guild = $2 AND id = $1",
    )
    .bind(case.0)
    .bind(guild.0 as i64);
    bind_judgement(worse, verdict, &actions, softened)?
        .execute(&mut *db)
        .await?;
    sqlx::query("UPDATE case_payloads SET findings = $2 WHERE case_id = $1")
        .bind(case.0)
        .bind(json(&verdict.findings)?)
        .execute(&mut *db)
        .await?;
    sqlx::query("DELETE FROM rule_hits WHERE guild = $1 AND case_id = $2")
        .bind(guild.0 as i64)
        .bind(case.0)
        .execute(&mut *db)
        .await?;
    count_hits(db, case, message, verdict, &actions, now).await?;
    add_event(db, case, CaseDeed::Worsened, None, now, None).await?;
    let leased = plan_leasing(db, guild, effects, now, lease_until).await?;
    show_on_case(db, guild, case, format!("case:{case}:worse"), None, now).await?;
    let Some(opened) = read(db, guild, case).await? else {
        return unchanged();
    };
    Ok((OpenedCase::Opened(opened), leased))
}

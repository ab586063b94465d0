//! Which campaign a new message belongs to, decided inside the transaction that opens its case, so that two copies that
//! arrive at the same moment still make one campaign.

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::said;
use crate::model::campaign::{Finding, Posting};
use crate::model::case::CaseState;
use crate::model::fingerprint::{Fingerprint, Likeness};
use crate::model::message::IncomingMessage;
use crate::model::{CaseId, GuildId, MessageId, Timestamp, UserId};
use crate::storage::sqlite::effects::show_on_case;
use crate::storage::sqlite::row::Columns;
use crate::storage::{CampaignFacts, MOST_COUNTED, Result};

/// For how long after its latest copy a case still gathers new ones, and over which time removals are counted.
const GATHERING_MS: i64 = 24 * 3600 * 1000;
const LATELY_MS: i64 = 60 * 1000;
/// Copies that come within this time are shown on the card together.
const SHOWN_TOGETHER_MS: i64 = 1500;

/// What a new message is compared with: leads and cases without copies, latest first.
pub(super) const TO_COMPARE: &str =
    "SELECT f.case_id, f.fingerprint, f.by_newcomer, c.message, c.author, c.state, c.removes
     FROM case_fingerprints f JOIN cases c ON c.id = f.case_id
     WHERE f.guild = $1 AND f.latest > $2 AND (f.lead IS NULL OR f.lead = f.case_id)
     ORDER BY f.latest DESC LIMIT 1000";

/// What is known of campaign `$2` to which a message by `$3` comes; counted no further than `$5`.
pub(super) const FACTS: &str = "SELECT c.id, c.state,
            EXISTS (SELECT 1 FROM cases copy
                    WHERE copy.guild = $1 AND copy.lead = $2 AND copy.removes = 1
                        AND copy.state IN ('open', 'confirmed')) AS removes,
            (SELECT count(*) FROM (
                 SELECT 1 FROM cases copy
                 WHERE copy.guild = $1 AND copy.lead = $2 AND copy.removes = 1
                     AND copy.state IN ('open', 'confirmed', 'restored') AND copy.opened_at > $4
                 LIMIT $5)) AS lately,
            (SELECT count(*) FROM (
                 SELECT DISTINCT author FROM cases
                 WHERE guild = $1 AND lead = $2
                     AND (instr(actions, '\"tell\"') > 0 OR instr(actions, '\"recover\"') > 0)
                 LIMIT $5)) AS told,
            EXISTS (SELECT 1 FROM cases
                    WHERE guild = $1 AND lead = $2 AND author = $3
                        AND (instr(actions, '\"tell\"') > 0 OR instr(actions, '\"recover\"') > 0)) AS told_author,
            EXISTS (SELECT 1 FROM cases
                    WHERE guild = $1 AND lead = $2 AND author = $3
                        AND (instr(actions, '\"tell\"') > 0 OR instr(actions, '\"recover\"') > 0)
                        AND instr(actions, '\"recover\"') > 0) AS recovered_author
     FROM cases c WHERE c.guild = $1 AND c.id = $2";

/// What was found harmless of campaign `$2`, latest first.
pub(super) const HARMLESS: &str = "SELECT c.id, p.evidence
     FROM cases c JOIN case_payloads p ON p.case_id = c.id
     WHERE c.guild = $1 AND c.lead = $2 AND c.state = 'restored'
     ORDER BY c.id DESC LIMIT 20";
/// Campaigns that were found harmless and that a new message is compared with word for word.
const MOST_HARMLESS: usize = 8;

/// The campaign of the case whose message was put back as message `$2`.
pub(super) const PUT_BACK: &str = "SELECT lead FROM cases WHERE guild = $1 AND restored_message = $2";

/// The campaign, or the case without copies, that a new message belongs to. The same message never joins itself: an edit
/// of a suspicious message is a case of its own. Of those that are like it, only those that [`Posting::shares_a_card`] names.
///
/// To what was found harmless belongs only what repeats it, and what forwards it as it was put back. Scammers copy what a team
/// says and change where it leads: whatever is no more than like it is judged by itself, and seen by moderators on a card of its
/// own.
pub(in crate::storage::sqlite) async fn found(
    db: &mut SqliteConnection,
    message: &IncomingMessage,
    posting: &Posting,
    now: Timestamp,
) -> Result<Option<CampaignFacts>> {
    if let Some(original) = message.forwards
        && let Some(lead) = put_back(db, message.guild, original).await?
    {
        let facts = facts(db, message, lead, now).await?;
        return Ok(Some(CampaignFacts {
            finding: Finding::Harmless,
            ..facts
        }));
    }
    if posting.fingerprint.is_empty() {
        return Ok(None);
    }
    let rows = sqlx::query(TO_COMPARE)
        .bind(message.guild.0 as i64)
        .bind(now.0 - GATHERING_MS)
        .fetch_all(&mut *db)
        .await?;
    let mut best: Option<(Likeness, CaseId)> = None;
    let mut harmless = Vec::new();
    for row in &rows {
        let columns = Columns::new(row, "cases", "case_id")?;
        let lead = CaseId(columns.id());
        let same_message = row.try_get::<i64, _>("message")? as u64 == message.id.0;
        let seen_before = fingerprint_from(row)?;
        let Some(likeness) = seen_before
            .likeness(&posting.fingerprint)
            .filter(|_| !same_message)
        else {
            continue;
        };
        let state: CaseState = columns.word("state")?;
        if state == CaseState::Restored {
            harmless.push(lead);
            continue;
        }
        let first = Posting {
            author: UserId(columns.snowflake("author")?),
            by_newcomer: columns.flag("by_newcomer")?,
            fingerprint: seen_before,
            is_scam: said(state, columns.flag("removes")?) == Finding::Scam,
        };
        if first.shares_a_card(posting) && best.is_none_or(|(so_far, _)| so_far < likeness) {
            best = Some((likeness, lead));
        }
    }
    for lead in harmless.into_iter().take(MOST_HARMLESS) {
        if repeats_harmless(db, message, lead).await? {
            return facts(db, message, lead, now).await.map(Some);
        }
    }
    match best {
        Some((_, lead)) => facts(db, message, lead, now).await.map(Some),
        None => Ok(None),
    }
}

async fn put_back(db: &mut SqliteConnection, guild: GuildId, message: MessageId) -> Result<Option<CaseId>> {
    let lead: Option<i64> = sqlx::query_scalar(PUT_BACK)
        .bind(guild.0 as i64)
        .bind(message.0 as i64)
        .fetch_optional(db)
        .await?;
    Ok(lead.map(CaseId))
}

/// Whether a message repeats one of a campaign that was found harmless. What has been erased can be compared with nothing.
async fn repeats_harmless(
    db: &mut SqliteConnection,
    message: &IncomingMessage,
    lead: CaseId,
) -> Result<bool> {
    let rows = sqlx::query(HARMLESS)
        .bind(message.guild.0 as i64)
        .bind(lead.0)
        .fetch_all(db)
        .await?;
    for row in &rows {
        let evidence: IncomingMessage = Columns::new(row, "cases", "id")?.json("evidence")?;
        if message.repeats(&evidence) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The fingerprint of a row, which has to name its case, too.
pub(super) fn fingerprint_from(row: &SqliteRow) -> Result<Fingerprint> {
    let columns = Columns::new(row, "case_fingerprints", "case_id")?;
    let bytes: &[u8] = row.try_get("fingerprint")?;
    Fingerprint::from_bytes(bytes).ok_or_else(|| columns.corrupt("fingerprint", &"it is of another version"))
}

async fn facts(
    db: &mut SqliteConnection,
    message: &IncomingMessage,
    lead: CaseId,
    now: Timestamp,
) -> Result<CampaignFacts> {
    let row = sqlx::query(FACTS)
        .bind(message.guild.0 as i64)
        .bind(lead.0)
        .bind(message.author.id.0 as i64)
        .bind(now.0 - LATELY_MS)
        .bind(MOST_COUNTED)
        .fetch_one(db)
        .await?;
    let columns = Columns::new(&row, "cases", "id")?;
    Ok(CampaignFacts {
        lead,
        finding: said(columns.word("state")?, columns.flag("removes")?),
        removed_lately: columns.count("lately")?,
        told: columns.count("told")?,
        told_author: columns.flag("told_author")?,
        recovered_author: columns.flag("recovered_author")?,
    })
}

/// Keeps a new case's fingerprint, and has the card of the campaign that it joins, if any, brought up to date.
pub(in crate::storage::sqlite) async fn join(
    db: &mut SqliteConnection,
    guild: GuildId,
    case: CaseId,
    posting: &Posting,
    lead: Option<CaseId>,
    now: Timestamp,
) -> Result<()> {
    if posting.fingerprint.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO case_fingerprints (case_id, guild, fingerprint, lead, latest, by_newcomer)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(case.0)
    .bind(guild.0 as i64)
    .bind(posting.fingerprint.to_bytes().as_slice())
    .bind(lead.map(|lead| lead.0))
    .bind(now.0)
    .bind(posting.by_newcomer)
    .execute(&mut *db)
    .await?;
    let Some(lead) = lead else { return Ok(()) };
    sqlx::query(
        "UPDATE case_fingerprints SET lead = case_id, latest = max(latest, $3) WHERE guild = $1 AND case_id = $2",
    )
    .bind(guild.0 as i64)
    .bind(lead.0)
    .bind(now.0)
    .execute(&mut *db)
    .await?;
    let key = format!("case:{lead}:copy:{case}");
    show_on_case(
        db,
        guild,
        lead,
        key,
        Some(Timestamp(now.0 + SHOWN_TOGETHER_MS)),
        now,
    )
    .await
}

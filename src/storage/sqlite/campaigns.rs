//! Campaigns: which cases belong together, decided inside the transaction that opens a case, so that two copies that
//! arrive at the same moment still make one campaign.

use async_trait::async_trait;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Row, SqliteExecutor};

use super::SqliteStore;
use super::cases::{apply, case_from, open};
use super::effects::{show_on_case, troubled, troubled_query};
use super::row::Columns;
use crate::model::campaign::{Finding, Wanted};
use crate::model::case::{Case, CaseState};
use crate::model::effect::EffectRow;
use crate::model::fingerprint::{Fingerprint, Likeness};
use crate::model::message::IncomingMessage;
use crate::model::{CaseId, GuildId, Timestamp};
use crate::storage::{
    CampaignFacts, Campaigns, CaseChange, CaseFacts, CasePlan, Decide, InGuild, Judgement, OpenedCase, Result,
};

/// For how long after its latest copy a case still gathers new ones, and over which time removals are counted.
const GATHERING_MS: i64 = 24 * 3600 * 1000;
const LATELY_MS: i64 = 60 * 1000;
/// Copies that come within this time are shown on the card together.
const SHOWN_TOGETHER_MS: i64 = 1500;

/// What copies are recognised by, of the cases that the rest of the statement chooses.
macro_rules! wanted_query {
    ($rest:literal) => {
        concat!(
            "SELECT f.case_id, f.fingerprint, f.latest, c.state, c.category, c.message, c.opened_at,
                    c.removes = 1 OR EXISTS (
                        SELECT 1 FROM case_fingerprints m JOIN cases copy ON copy.id = m.case_id
                        WHERE m.guild = $1 AND m.lead = f.case_id AND copy.removes = 1
                            AND copy.state <> \'restored\') AS removes
             FROM case_fingerprints f JOIN cases c ON c.id = f.case_id
             WHERE f.guild = $1 AND ",
            $rest
        )
    };
}

/// What new messages are compared with: leads and cases without copies, latest first.
const TO_COMPARE: &str = wanted_query!(
    "f.latest > $2 AND (f.lead IS NULL OR f.lead = f.case_id)
     ORDER BY f.latest DESC LIMIT 1000"
);

#[async_trait]
impl Campaigns for SqliteStore {
    async fn open_copy(
        &self,
        InGuild(guild): InGuild,
        judgement: Judgement,
        now: Timestamp,
        plan: Decide<CaseFacts, CasePlan>,
        lease_until: Option<Timestamp>,
    ) -> Result<(OpenedCase, Vec<EffectRow>)> {
        let judged = open::of_guild(guild, judgement)?;
        self.writer
            .write(move |db| Box::pin(open::open(db, judged, now, plan, lease_until)))
            .await
    }

    async fn campaign_of(&self, InGuild(guild): InGuild, case: CaseId) -> Result<Vec<Case>> {
        let mut db = self.readers.acquire().await?;
        members(&mut db, guild, case).await
    }

    async fn change_campaign(
        &self,
        InGuild(guild): InGuild,
        case: CaseId,
        now: Timestamp,
        decide: Decide<Vec<Case>, std::result::Result<Vec<(CaseId, CaseChange)>, String>>,
    ) -> Result<Option<std::result::Result<Vec<Case>, String>>> {
        self.writer
            .write(move |db| {
                Box::pin(async move {
                    let before = members(&mut *db, guild, case).await?;
                    if before.is_empty() {
                        return Ok(None);
                    }
                    match decide(before) {
                        Ok(changes) => {
                            for (one, change) in changes {
                                apply(&mut *db, guild, one, now, change).await?;
                            }
                            Ok(Some(Ok(members(db, guild, case).await?)))
                        }
                        Err(refusal) => Ok(Some(Err(refusal))),
                    }
                })
            })
            .await
    }

    async fn wanted_of(&self, InGuild(guild): InGuild, case: CaseId) -> Result<Option<Wanted>> {
        let row = sqlx::query(wanted_query!(
            "f.case_id = (SELECT coalesce(lead, case_id) FROM case_fingerprints
                          WHERE guild = $1 AND case_id = $2)"
        ))
        .bind(guild.0 as i64)
        .bind(case.0)
        .fetch_optional(&self.readers)
        .await?;
        row.as_ref().map(wanted_from).transpose()
    }

    async fn wanted(&self, InGuild(guild): InGuild, since: Timestamp) -> Result<Vec<Wanted>> {
        let rows = sqlx::query(TO_COMPARE)
            .bind(guild.0 as i64)
            .bind(since.0)
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(wanted_from).collect()
    }

    async fn troubled_effects_of_campaign(
        &self,
        InGuild(guild): InGuild,
        case: CaseId,
    ) -> Result<Vec<EffectRow>> {
        let of_campaign = troubled_query!(
            "case_id IN (
                 SELECT $2 UNION
                 SELECT o.case_id FROM case_fingerprints f JOIN case_fingerprints o ON o.lead = f.lead
                 WHERE f.guild = $1 AND o.guild = $1 AND f.case_id = $2)
             ORDER BY id LIMIT 25"
        );
        troubled(&self.readers, of_campaign, guild, case.0).await
    }

    async fn note_images(
        &self,
        InGuild(guild): InGuild,
        case: CaseId,
        hashes: Vec<u64>,
        now: Timestamp,
    ) -> Result<()> {
        self.writer
            .write(move |db| {
                Box::pin(async move {
                    for hash in hashes {
                        sqlx::query(
                            "INSERT INTO image_hashes (case_id, guild, hash, at)
                             SELECT id, guild, $3, $4 FROM cases WHERE guild = $1 AND id = $2
                             ON CONFLICT DO NOTHING",
                        )
                        .bind(guild.0 as i64)
                        .bind(case.0)
                        .bind(hash as i64)
                        .bind(now.0)
                        .execute(&mut *db)
                        .await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn scam_images(&self, InGuild(guild): InGuild, since: Timestamp) -> Result<Vec<(u64, Wanted)>> {
        let rows = sqlx::query(
            "SELECT i.hash, c.id AS case_id, coalesce(f.fingerprint, zeroblob(26)) AS fingerprint, i.at AS latest,
                    c.state, c.removes, c.category, c.message, c.opened_at
             FROM image_hashes i
             LEFT JOIN case_fingerprints own ON own.case_id = i.case_id
             JOIN cases c ON c.id = coalesce(own.lead, i.case_id)
             LEFT JOIN case_fingerprints f ON f.case_id = c.id
             WHERE i.guild = $1 AND i.at > $2 AND c.state <> 'restored' AND (c.removes = 1 OR c.state = 'confirmed')
             ORDER BY i.at DESC LIMIT 4096",
        )
        .bind(guild.0 as i64)
        .bind(since.0)
        .fetch_all(&self.readers)
        .await?;
        rows.iter()
            .map(|row| Ok((row.try_get::<i64, _>("hash")? as u64, wanted_from(row)?)))
            .collect()
    }
}

fn wanted_from(row: &SqliteRow) -> Result<Wanted> {
    let columns = Columns::new(row, "case_fingerprints", "case_id")?;
    let bytes: &[u8] = row.try_get("fingerprint")?;
    let fingerprint = Fingerprint::from_bytes(bytes)
        .ok_or_else(|| columns.corrupt("fingerprint", &"it is of another version"))?;
    Ok(Wanted {
        case: CaseId(columns.id()),
        fingerprint,
        finding: said(columns.word("state")?, columns.flag("removes")?),
        category: columns.word("category")?,
        first: columns.moment("opened_at")?,
        latest: columns.moment("latest")?,
    })
}

/// What has been said of a case: by a moderator, or, where none has spoken yet, by the rules about it or one of its copies.
const fn said(state: CaseState, removes: bool) -> Finding {
    match state {
        CaseState::Restored => Finding::Harmless,
        CaseState::Confirmed => Finding::Scam,
        CaseState::Open if removes => Finding::Scam,
        CaseState::Open => Finding::Open,
    }
}

/// All cases of the campaign that a case belongs to, the lead first.
async fn members(db: &mut SqliteConnection, guild: GuildId, case: CaseId) -> Result<Vec<Case>> {
    let rows = sqlx::query(super::cases::case_query!(
        "c.id IN (
             SELECT $2 UNION
             SELECT o.case_id FROM case_fingerprints f JOIN case_fingerprints o ON o.lead = f.lead
             WHERE f.guild = $1 AND o.guild = $1 AND f.case_id = $2)
         ORDER BY c.id <> (SELECT coalesce(
             (SELECT lead FROM case_fingerprints WHERE guild = $1 AND case_id = $2), $2)), c.id"
    ))
    .bind(guild.0 as i64)
    .bind(case.0)
    .fetch_all(db)
    .await?;
    rows.iter().map(case_from).collect()
}

/// The campaign, or the case without copies, that a new message belongs to. The same message never joins itself: an edit
/// of a suspicious message is a case of its own.
pub(super) async fn found(
    db: &mut SqliteConnection,
    message: &IncomingMessage,
    fingerprint: &Fingerprint,
    now: Timestamp,
) -> Result<Option<CampaignFacts>> {
    if fingerprint.is_empty() {
        return Ok(None);
    }
    let rows = sqlx::query(TO_COMPARE)
        .bind(message.guild.0 as i64)
        .bind(now.0 - GATHERING_MS)
        .fetch_all(&mut *db)
        .await?;
    let mut best: Option<(Likeness, Wanted)> = None;
    for row in &rows {
        let wanted = wanted_from(row)?;
        let same_message = row.try_get::<i64, _>("message")? as u64 == message.id.0;
        if let Some(likeness) = wanted.fingerprint.likeness(fingerprint)
            && !same_message
            && best.as_ref().is_none_or(|(so_far, _)| *so_far < likeness)
        {
            best = Some((likeness, wanted));
        }
    }
    let Some((_, wanted)) = best else {
        return Ok(None);
    };
    let row = sqlx::query(
        "SELECT count(*) FILTER (WHERE removes = 1 AND opened_at > $4) AS lately,
                count(DISTINCT author) FILTER (WHERE actions LIKE '%\"tell\"%') AS told,
                coalesce(max(author = $3 AND actions LIKE '%\"tell\"%'), 0) AS told_author
         FROM cases WHERE guild = $1 AND id IN (
             SELECT $2 UNION SELECT case_id FROM case_fingerprints WHERE guild = $1 AND lead = $2)",
    )
    .bind(message.guild.0 as i64)
    .bind(wanted.case.0)
    .bind(message.author.id.0 as i64)
    .bind(now.0 - LATELY_MS)
    .fetch_one(db)
    .await?;
    Ok(Some(CampaignFacts {
        lead: wanted.case,
        finding: wanted.finding,
        removed_lately: row.try_get("lately")?,
        told: row.try_get("told")?,
        told_author: row.try_get("told_author")?,
    }))
}

/// Cases of an author that removed something, within one campaign.
pub(super) async fn priors_within(
    db: impl SqliteExecutor<'_>,
    message: &IncomingMessage,
    lead: CaseId,
) -> Result<u32> {
    let row = sqlx::query(
        "SELECT count(*) AS priors FROM cases
         WHERE guild = $1 AND author = $2 AND removes = 1 AND state <> 'restored' AND id IN (
             SELECT $3 UNION SELECT case_id FROM case_fingerprints WHERE guild = $1 AND lead = $3)",
    )
    .bind(message.guild.0 as i64)
    .bind(message.author.id.0 as i64)
    .bind(lead.0)
    .fetch_one(db)
    .await?;
    Ok(row.try_get("priors")?)
}

/// Keeps a new case's fingerprint, and joins it to its campaign.
pub(super) async fn join(
    db: &mut SqliteConnection,
    guild: GuildId,
    case: CaseId,
    fingerprint: &Fingerprint,
    lead: Option<CaseId>,
    now: Timestamp,
) -> Result<()> {
    if fingerprint.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO case_fingerprints (case_id, guild, fingerprint, lead, latest) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(case.0)
    .bind(guild.0 as i64)
    .bind(fingerprint.to_bytes().as_slice())
    .bind(lead.map(|lead| lead.0))
    .bind(now.0)
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

//! Campaigns: cases whose messages are copies of one another. A copy joins one in [`joining`], its card is counted in
//! [`summary`], what its authors ask for is read in [`pleas`], and what is decided about all of it is read in [`members`].
//!
//! A campaign may have thousands of copies. Nothing that is asked for each of them reads the others.

mod joining;
mod members;
mod pleas;
mod summary;

pub(super) use joining::{found, join};

use std::time::Duration;

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};

use self::joining::fingerprint_from;
use super::SqliteStore;
use super::cases::{apply, open};
use super::effects::{troubled, troubled_query};
use super::row::Columns;
use crate::model::campaign::{Campaign, Finding, Wanted};
use crate::model::case::{Case, CaseState};
use crate::model::effect::EffectRow;
use crate::model::{CaseId, GuildId, Timestamp, UserId};
use crate::storage::{
    CampaignCases, Campaigns, CaseChange, CaseFacts, CasePlan, Decide, InGuild, Judgement, OpenedCase, Result,
};

/// What copies are recognised by, of the cases that the rest of the statement chooses. `removes`: one of the campaign's
/// messages was taken away, and nobody has found that wrong.
macro_rules! wanted_query {
    ($rest:literal) => {
        concat!(
            "SELECT f.case_id, f.fingerprint, f.latest, c.author, c.state, c.category, c.opened_at,
                    EXISTS (SELECT 1 FROM cases copy
                            WHERE copy.guild = $1 AND copy.lead = c.id AND copy.removes = 1
                                AND copy.state IN ('open', 'confirmed')) AS removes
             FROM case_fingerprints f JOIN cases c ON c.id = f.case_id
             WHERE f.guild = $1 AND ",
            $rest
        )
    };
}

/// What copies of one case, or of its campaign's lead, are recognised by.
const WANTED_OF: &str = wanted_query!("f.case_id = (SELECT lead FROM cases WHERE guild = $1 AND id = $2)");

/// Whether regulars had linked to place `$2` by the moment `$3`.
const KNOWN_HERE: &str =
    "SELECT EXISTS (SELECT 1 FROM seen_hosts WHERE guild = $1 AND host = $2 AND at < $3)";

/// For so long a place must have been known before a scam leads to it: in the hours before, regulars may have asked what it is.
const FAMILIAR_AFTER: Duration = Duration::from_hours(24);

/// Everything that copies are looked out for: leads and cases without copies, latest first.
const WANTED: &str = wanted_query!(
    "f.latest > $2 AND (f.lead IS NULL OR f.lead = f.case_id)
     ORDER BY f.latest DESC LIMIT 1000"
);

/// Effects of a campaign's cases that ended badly.
const TROUBLED: &str = troubled_query!(
    "case_id IN (
         SELECT id FROM cases
         WHERE guild = $1 AND lead = (SELECT lead FROM cases WHERE guild = $1 AND id = $2))
     ORDER BY id LIMIT 25"
);

/// Notes that picture `$3` was shown again, if a case of the campaign of case `$2` has shown it before.
const NOTE_IMAGE_AGAIN: &str = "UPDATE image_hashes SET at = max(at, $4)
     WHERE guild = $1 AND hash = $3 AND EXISTS (
         SELECT 1 FROM cases o
         WHERE o.id = image_hashes.case_id
             AND o.lead = (SELECT lead FROM cases WHERE guild = $1 AND id = $2))";

/// Keeps picture `$3` of case `$2`.
const NOTE_IMAGE: &str = "INSERT INTO image_hashes (case_id, guild, hash, at)
     SELECT id, guild, $3, $4 FROM cases WHERE guild = $1 AND id = $2";

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

    async fn campaign(&self, InGuild(guild): InGuild, case: CaseId) -> Result<Option<Campaign>> {
        let Some(mut campaign) = summary::of(&self.readers, guild, case).await? else {
            return Ok(None);
        };
        campaign.pleas = pleas::of(&self.readers, guild, campaign.lead).await?;
        Ok(Some(campaign))
    }

    async fn campaign_of(&self, InGuild(guild): InGuild, case: CaseId, most: u32) -> Result<Vec<Case>> {
        members::first(&self.readers, guild, case, most).await
    }

    async fn change_campaign(
        &self,
        InGuild(guild): InGuild,
        case: CaseId,
        most: u32,
        now: Timestamp,
        decide: Decide<CampaignCases, std::result::Result<Vec<(CaseId, CaseChange)>, String>>,
    ) -> Result<Option<std::result::Result<Vec<Case>, String>>> {
        self.writer
            .write(move |db| {
                Box::pin(async move {
                    let before = members::to_decide(&mut *db, guild, case, most).await?;
                    if before.cases.is_empty() {
                        return Ok(None);
                    }
                    let ids: Vec<CaseId> = before.cases.iter().map(|case| case.id).collect();
                    match decide(before) {
                        Ok(changes) => {
                            for (one, change) in changes {
                                apply(&mut *db, guild, one, now, change).await?;
                            }
                            Ok(Some(Ok(members::again(db, guild, &ids).await?)))
                        }
                        Err(refusal) => Ok(Some(Err(refusal))),
                    }
                })
            })
            .await
    }

    async fn wanted_of(&self, InGuild(guild): InGuild, case: CaseId) -> Result<Option<Wanted>> {
        let row = sqlx::query(WANTED_OF)
            .bind(guild.0 as i64)
            .bind(case.0)
            .fetch_optional(&self.readers)
            .await?;
        match row.as_ref().map(wanted_from).transpose()? {
            Some(wanted) => Ok(Some(known_here(&self.readers, guild, wanted).await?)),
            None => Ok(None),
        }
    }

    async fn wanted(&self, InGuild(guild): InGuild, since: Timestamp) -> Result<Vec<Wanted>> {
        let rows = sqlx::query(WANTED)
            .bind(guild.0 as i64)
            .bind(since.0)
            .fetch_all(&self.readers)
            .await?;
        let mut all = Vec::with_capacity(rows.len());
        for row in &rows {
            all.push(known_here(&self.readers, guild, wanted_from(row)?).await?);
        }
        Ok(all)
    }

    async fn troubled_effects_of_campaign(
        &self,
        InGuild(guild): InGuild,
        case: CaseId,
    ) -> Result<Vec<EffectRow>> {
        troubled(&self.readers, TROUBLED, guild, case.0).await
    }

    async fn note_images(
        &self,
        InGuild(guild): InGuild,
        case: CaseId,
        hashes: Vec<u64>,
        now: Timestamp,
    ) -> Result<bool> {
        self.writer
            .write(move |db| {
                Box::pin(async move {
                    let mut is_new = false;
                    for hash in hashes {
                        for statement in [NOTE_IMAGE_AGAIN, NOTE_IMAGE] {
                            let noted = sqlx::query(statement)
                                .bind(guild.0 as i64)
                                .bind(case.0)
                                .bind(hash as i64)
                                .bind(now.0)
                                .execute(&mut *db)
                                .await?
                                .rows_affected();
                            if noted > 0 {
                                is_new |= statement == NOTE_IMAGE;
                                break;
                            }
                        }
                    }
                    Ok(is_new)
                })
            })
            .await
    }

    async fn judged_images(&self, InGuild(guild): InGuild, since: Timestamp) -> Result<Vec<(u64, Wanted)>> {
        let rows = sqlx::query(
            "SELECT i.hash, c.id AS case_id, c.author, coalesce(f.fingerprint, zeroblob(26)) AS fingerprint, i.at AS latest,
                    iif(own.state = 'restored', own.state, c.state) AS state, c.removes, c.category, c.opened_at
             FROM image_hashes i
             JOIN cases own ON own.id = i.case_id
             JOIN cases c ON c.id = own.lead
             LEFT JOIN case_fingerprints f ON f.case_id = c.id
             WHERE i.guild = $1 AND i.at > $2
                 AND (own.state = 'restored' OR (c.state <> 'restored' AND (c.removes = 1 OR c.state = 'confirmed')))
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
    Ok(Wanted {
        case: CaseId(columns.id()),
        author: UserId(columns.snowflake("author")?),
        fingerprint: fingerprint_from(row)?,
        finding: said(columns.word("state")?, columns.flag("removes")?),
        category: columns.word("category")?,
        first: columns.moment("opened_at")?,
        latest: columns.moment("latest")?,
        names_familiar: false,
    })
}

/// Notes whether regulars had linked to a place that a case leads to, so long before it.
async fn known_here(db: &SqlitePool, guild: GuildId, mut wanted: Wanted) -> Result<Wanted> {
    for link in wanted.fingerprint.links.into_iter().filter(|link| *link != 0) {
        wanted.names_familiar |= sqlx::query_scalar::<_, bool>(KNOWN_HERE)
            .bind(guild.0 as i64)
            .bind(i64::from(link))
            .bind((wanted.first - FAMILIAR_AFTER).0)
            .fetch_one(db)
            .await?;
    }
    Ok(wanted)
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

#[cfg(test)]
mod tests;

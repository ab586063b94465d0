//! Members whose names imitate somebody: one transaction that looks whether these names of this member have been shown
//! before, counts what was seen lately, and opens a case or lets the member join the case of a wave.
//!
//! How many cards are too many is decided in `moderation::impostors`.

use sha2::{Digest, Sha256};
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use super::open::{Judged, revision, write_case};
use super::read;
use crate::model::{CaseId, GuildId, Timestamp};
use crate::rules::Verdict;
use crate::storage::sqlite::effects::plan;
use crate::storage::sqlite::guilds::{Noun, next_row};
use crate::storage::sqlite::row::{Columns, json};
use crate::storage::{Decide, OpenedCase, Result, Sighting, SightingFacts, SightingPlan};

/// A hash as it stands in a column.
type Hash = [u8; 32];

pub(super) async fn open(
    db: &mut SqliteConnection,
    guild: GuildId,
    sighting: Sighting,
    verdict: Verdict,
    now: Timestamp,
    decide: Decide<SightingFacts, SightingPlan>,
) -> Result<OpenedCase> {
    let name = revision(&sighting.evidence)?;
    if let Some(known) = known(db, guild, &sighting, &name).await? {
        return Ok(OpenedCase::Known(known));
    }
    let alike: Hash = Sha256::digest(sighting.alike.as_bytes()).into();
    let facts = facts(db, guild, &sighting, &alike).await?;
    let fresh = facts.case;
    let plan_made = decide(facts);
    let is_wave = !matches!(plan_made, SightingPlan::Own(_));
    let (case, is_new) = match plan_made {
        SightingPlan::Own(planned) | SightingPlan::Wave(planned) => {
            let judged = Judged {
                message: &sighting.evidence,
                revision: &name,
                verdict: &verdict,
                lead: None,
            };
            write_case(db, judged, planned, now, None).await?;
            keep_imitated(db, fresh, sighting.imitates.as_deref()).await?;
            (fresh, true)
        }
        SightingPlan::Join { case, effects } => {
            plan(db, guild, effects, now).await?;
            (case, false)
        }
    };
    note(db, guild, &sighting, (&name, &alike), (case, is_wave), now).await?;
    let opened = if is_new {
        read(db, guild, case).await?
    } else {
        None
    };
    Ok(opened.map_or(OpenedCase::Known(case), OpenedCase::Opened))
}

/// The case in which these names of this member were shown before.
async fn known(
    db: &mut SqliteConnection,
    guild: GuildId,
    sighting: &Sighting,
    name: &Hash,
) -> Result<Option<CaseId>> {
    let row = sqlx::query("SELECT case_id FROM impostors WHERE guild = $1 AND member = $2 AND name = $3")
        .bind(guild.0 as i64)
        .bind(sighting.evidence.author.id.0 as i64)
        .bind(name.as_slice())
        .fetch_optional(db)
        .await?;
    Ok(row.map(|row| row.try_get("case_id")).transpose()?.map(CaseId))
}

async fn facts(
    db: &mut SqliteConnection,
    guild: GuildId,
    sighting: &Sighting,
    alike: &Hash,
) -> Result<SightingFacts> {
    let (case, _) = next_row(db, guild, Noun::Case).await?;
    let row = sqlx::query(
        "SELECT 0 AS id,
                count(DISTINCT i.case_id) FILTER (WHERE i.alike = $2) AS cases_alike,
                count(DISTINCT i.case_id) AS cases,
                max(i.case_id) FILTER (WHERE i.wave AND c.state = 'open' AND i.alike = $2) AS wave,
                max(i.case_id) FILTER (WHERE i.wave AND c.state = 'open') AS any_wave
         FROM impostors i JOIN cases c ON c.guild = i.guild AND c.id = i.case_id
         WHERE i.guild = $1 AND i.at > $3",
    )
    .bind(guild.0 as i64)
    .bind(alike.as_slice())
    .bind(sighting.since.0)
    .fetch_one(db)
    .await?;
    let columns = Columns::new(&row, "impostors", "id")?;
    Ok(SightingFacts {
        case: CaseId(case),
        cases_alike: columns.count("cases_alike")?,
        cases: columns.count("cases")?,
        wave: columns.integer_or_none("wave")?.map(CaseId),
        any_wave: columns.integer_or_none("any_wave")?.map(CaseId),
    })
}

/// Keeps beside the evidence whom the name imitates.
async fn keep_imitated(db: &mut SqliteConnection, case: CaseId, imitates: Option<&str>) -> Result<()> {
    sqlx::query("UPDATE case_payloads SET imitates = $2 WHERE case_id = $1")
        .bind(case.0)
        .bind(imitates)
        .execute(db)
        .await?;
    Ok(())
}

async fn note(
    db: &mut SqliteConnection,
    guild: GuildId,
    sighting: &Sighting,
    (name, alike): (&Hash, &Hash),
    (case, wave): (CaseId, bool),
    now: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO impostors (guild, member, name, alike, roles, case_id, wave, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(guild.0 as i64)
    .bind(sighting.evidence.author.id.0 as i64)
    .bind(name.as_slice())
    .bind(alike.as_slice())
    .bind(json(&sighting.evidence.author.roles)?)
    .bind(case.0)
    .bind(wave)
    .bind(now.0)
    .execute(db)
    .await?;
    Ok(())
}

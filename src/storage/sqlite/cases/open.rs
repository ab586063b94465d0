//! Opening a case: one transaction that looks whether the message has one already, gathers what the plan needs, and
//! writes evidence, case and effects. What happens to a case later lives in [`super`].

use sha2::{Digest, Sha256};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnection};
use sqlx::{Row, Sqlite};

use super::worsen::{could_worsen, worsen};
use super::{add_event, read};
use crate::model::campaign::{Poster, Posting};
use crate::model::case::{Action, CaseDeed, CaseState};
use crate::model::effect::EffectRow;
use crate::model::message::IncomingMessage;
use crate::model::{CaseId, GuildId, Timestamp};
use crate::rules::{Category, Level, Place, Severity, Verdict};
use crate::storage::sqlite::campaigns;
use crate::storage::sqlite::effects::plan_leasing;
use crate::storage::sqlite::guilds::{Noun, next_row, use_number};
use crate::storage::sqlite::row::{json, word};
use crate::storage::{CaseFacts, CasePlan, Decide, Judgement, OpenedCase, Result, StoreError};

/// Refuses a message of another guild.
pub(in crate::storage::sqlite) fn of_guild(guild: GuildId, judgement: Judgement) -> Result<Judgement> {
    if judgement.message.guild != guild {
        let problem = format!(
            "a message of guild {} was handed in for guild {guild}",
            judgement.message.guild
        );
        return Err(StoreError::Failed(problem));
    }
    Ok(judgement)
}

/// Opens a case, and leases what of it waits for nothing, if a lease is given.
pub(in crate::storage::sqlite) async fn open(
    db: &mut SqliteConnection,
    Judgement {
        message,
        verdict,
        fingerprint,
        poster,
    }: Judgement,
    now: Timestamp,
    decide: Decide<CaseFacts, CasePlan>,
    lease_until: Option<Timestamp>,
) -> Result<(OpenedCase, Vec<EffectRow>)> {
    let guild = message.guild;
    let revision = revision(&message)?;
    let posting = Posting {
        author: message.author.id,
        by_newcomer: poster == Poster::Newcomer,
        fingerprint,
        // What speaks for the community may be the original of a scam, whatever the rules say.
        is_scam: verdict.level == Level::Scam && poster != Poster::Team,
    };
    let campaign = campaigns::found(db, &message, &posting, now).await?;
    let lead = campaign.map(|campaign| campaign.lead);
    let (known, past) = history(db, &message, &revision, lead, now).await?;
    if let Some(known) = known
        && !could_worsen(&known, &verdict)
    {
        return Ok((OpenedCase::Known(known.case), Vec::new()));
    }
    let (id, number) = match known {
        Some(known) => (known.case.0, known.number),
        None => next_row(db, guild, Noun::Case).await?,
    };
    let case = CaseId(id);
    let planned = decide(CaseFacts {
        case,
        number,
        prior_cases: past.prior_cases,
        recent_bans: past.recent_bans,
        first_wrote: past.first_wrote,
        campaign,
    });
    if let Some(known) = known {
        return worsen(db, known, &message, &verdict, planned, now, lease_until).await;
    }
    let judged = Judged {
        message: &message,
        revision: &revision,
        verdict: &verdict,
        lead,
    };
    let written = write_case(db, judged, planned, now, lease_until).await?;
    campaigns::join(db, guild, case, &posting, lead, now).await?;
    Ok(written)
}

/// What was judged, and what it belongs to.
#[derive(Clone, Copy)]
pub(super) struct Judged<'a> {
    pub(super) message: &'a IncomingMessage,
    pub(super) revision: &'a [u8; 32],
    pub(super) verdict: &'a Verdict,
    /// The first case of the campaign that it joins; `None`: it joins none.
    pub(super) lead: Option<CaseId>,
}

/// Writes a case under the next number, with its evidence, the first line of its history and its effects.
pub(super) async fn write_case(
    db: &mut SqliteConnection,
    judged: Judged<'_>,
    planned: CasePlan,
    now: Timestamp,
    lease_until: Option<Timestamp>,
) -> Result<(OpenedCase, Vec<EffectRow>)> {
    let guild = judged.message.guild;
    let (id, number) = next_row(db, guild, Noun::Case).await?;
    let case = CaseId(id);
    let CasePlan {
        actions,
        softened,
        effects,
    } = planned;
    write(db, (id, number), judged, &actions, softened, now).await?;
    use_number(db, guild, Noun::Case, number).await?;
    add_event(db, case, CaseDeed::Opened, None, now, None).await?;
    let leased = plan_leasing(db, guild, effects, now, lease_until).await?;
    let opened = read(db, guild, case).await?;
    let opened = opened.ok_or_else(|| StoreError::Failed(format!("case {case} vanished")))?;
    Ok((OpenedCase::Opened(opened), leased))
}

/// The span in which bans are counted.
const BAN_SPAN: std::time::Duration = std::time::Duration::from_hours(1);

/// The case that a message has already, in the same words.
#[derive(Clone, Copy)]
pub(super) struct Known {
    pub(super) case: CaseId,
    pub(super) number: u32,
    /// Nobody has decided it.
    pub(super) is_open: bool,
    /// It took the message away.
    pub(super) removes: bool,
}

/// What has been before a message.
struct Past {
    /// Cases of its author that removed something and were not restored, those of the same campaign left out: twenty
    /// copies within a minute are one deed.
    prior_cases: u32,
    /// People whom the bot has banned and kicked here lately.
    recent_bans: u32,
    /// When its author first wrote here.
    first_wrote: Option<Timestamp>,
}

/// The case that message `$2` by `$4` has already, if any, and what has been before it. `$6`: the lead of its campaign, or 0;
/// its copies are stepped over, not read.
pub(in crate::storage::sqlite) const HISTORY: &str = "SELECT known.id, known.number, known.state = 'open' AS is_open, known.removes,
            (SELECT count(*) FROM cases INDEXED BY cases_held_against
             WHERE guild = $1 AND author = $4 AND removes = 1 AND state <> 'restored' AND lead < $6)
            + (SELECT count(*) FROM cases INDEXED BY cases_held_against
               WHERE guild = $1 AND author = $4 AND removes = 1 AND state <> 'restored' AND lead > $6) AS prior,
            (SELECT first_at FROM writers WHERE guild = $1 AND member = $4) AS first_wrote,
            (SELECT count(*) FROM effects
             WHERE guild = $1 AND planned_at > $5 AND effect ->> 'do' IN ('ban-member', 'kick-member')) AS bans
     FROM (SELECT 1) LEFT JOIN cases AS known
          ON known.guild = $1 AND known.message = $2 AND known.revision = $3";

async fn history(
    db: &mut SqliteConnection,
    message: &IncomingMessage,
    revision: &[u8; 32],
    lead: Option<CaseId>,
    now: Timestamp,
) -> Result<(Option<Known>, Past)> {
    let row = sqlx::query(HISTORY)
        .bind(message.guild.0 as i64)
        .bind(message.id.0 as i64)
        .bind(revision.as_slice())
        .bind(message.author.id.0 as i64)
        .bind((now - BAN_SPAN).0)
        .bind(lead.map_or(0, |lead| lead.0))
        .fetch_one(db)
        .await?;
    let known = match row.try_get::<Option<i64>, _>("id")? {
        None => None,
        Some(id) => Some(Known {
            case: CaseId(id),
            number: row.try_get("number")?,
            is_open: row.try_get("is_open")?,
            removes: row.try_get("removes")?,
        }),
    };
    let first: Option<i64> = row.try_get("first_wrote")?;
    let past = Past {
        prior_cases: row.try_get("prior")?,
        recent_bans: row.try_get("bans")?,
        first_wrote: first.map(Timestamp),
    };
    Ok((known, past))
}

async fn write(
    db: &mut SqliteConnection,
    (id, number): (i64, u32),
    Judged {
        message,
        revision,
        verdict,
        lead,
    }: Judged<'_>,
    actions: &[Action],
    softened: Option<String>,
    now: Timestamp,
) -> Result<()> {
    let written = sqlx::query(
        "INSERT INTO cases (id, guild, level, score, category, severity, rules, actions, removes, softened, number, state,
                            author, channel, message, revision, opened_at, lead)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
    )
    .bind(id)
    .bind(message.guild.0 as i64);
    bind_judgement(written, verdict, actions, softened)?
        .bind(number)
        .bind(word(&CaseState::Open)?)
        .bind(message.author.id.0 as i64)
        .bind(message.channel.0 as i64)
        .bind(message.id.0 as i64)
        .bind(revision.as_slice())
        .bind(now.0)
        .bind(lead.map_or(id, |lead| lead.0))
        .execute(&mut *db)
        .await?;
    sqlx::query("INSERT INTO case_payloads (case_id, evidence, findings) VALUES ($1, $2, $3)")
        .bind(id)
        .bind(json(message)?)
        .bind(json(&verdict.findings)?)
        .execute(&mut *db)
        .await?;
    count_hits(db, CaseId(id), message, verdict, actions, now).await
}

/// Binds what a verdict, and what is done about it, put into a case's row: its level, score, category, severity, rules,
/// actions, whether they remove the message, and why less is done.
///
/// A case is named after the gravest finding that counts; where only observed rules asked for it, after the gravest of
/// those; an empty verdict after the least there is.
pub(super) fn bind_judgement<'q>(
    statement: Query<'q, Sqlite, SqliteArguments>,
    verdict: &Verdict,
    actions: &[Action],
    softened: Option<String>,
) -> Result<Query<'q, Sqlite, SqliteArguments>> {
    let gravest = verdict.gravest().or_else(|| verdict.findings.first());
    let (category, severity) = gravest.map_or((Category::Spam, Severity::Info), |finding| {
        (finding.category, finding.severity)
    });
    let rules: Vec<&str> = verdict.findings.iter().map(|finding| &*finding.rule).collect();
    Ok(statement
        .bind(word(&verdict.level)?)
        .bind(verdict.score)
        .bind(word(&category)?)
        .bind(word(&severity)?)
        .bind(json(&rules)?)
        .bind(json(&actions)?)
        .bind(actions.contains(&Action::Delete))
        .bind(softened))
}

/// Writes which rules hit in a case. A rule counts when one of its findings does.
pub(super) async fn count_hits(
    db: &mut SqliteConnection,
    case: CaseId,
    message: &IncomingMessage,
    verdict: &Verdict,
    actions: &[Action],
    now: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO rule_hits (case_id, rule, guild, counted, removed, author, joined_at, at)
         SELECT $1, value ->> 'rule', $2, max(NOT (value ->> 'observed_only')), $4, $5, $6, $7
         FROM json_each($3) GROUP BY value ->> 'rule'",
    )
    .bind(case.0)
    .bind(message.guild.0 as i64)
    .bind(json(&verdict.findings)?)
    .bind(actions.contains(&Action::Delete))
    .bind(message.author.id.0 as i64)
    .bind(message.author.joined_at.map(|joined| joined.0))
    .bind(now.0)
    .execute(db)
    .await?;
    Ok(())
}

/// Tells one wording of a message from another: SHA-256 over its texts and its files. Whether it was just posted, edited
/// or read later makes no difference, nor do the addresses of its files, whose signatures change all the time.
pub(super) fn revision(message: &IncomingMessage) -> Result<[u8; 32]> {
    let texts: Vec<(String, &str)> = message
        .parts
        .iter()
        .map(|part| {
            let place = if part.place == Place::Edit {
                Place::Content
            } else {
                part.place
            };
            (place.to_string(), part.text.as_str())
        })
        .collect();
    let files: Vec<(u64, &str)> = message
        .attachments
        .iter()
        .map(|file| (file.id, file.filename.as_str()))
        .collect();
    Ok(Sha256::digest(json(&(texts, files))?).into())
}

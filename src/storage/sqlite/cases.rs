//! Cases and their evidence. Opening one lives in the modules below.

pub(super) mod open;
mod sightings;
mod worsen;

use async_trait::async_trait;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Row, SqliteExecutor};

use super::SqliteStore;
use super::effects::plan;
use super::row::{Columns, json, word};
use crate::model::campaign::Poster;
use crate::model::case::{Case, CaseDeed};
use crate::model::fingerprint::Fingerprint;
use crate::model::message::IncomingMessage;
use crate::model::{CaseId, ChannelId, GuildId, MessageId, QueueViewId, Timestamp, UserId, WebhookId};
use crate::rules::Verdict;
use crate::storage::{
    CaseChange, CaseFacts, CaseFilter, CasePlan, Cases, Decide, InGuild, Judgement, KeptAttachment,
    OpenedCase, Result, Sighting, SightingFacts, SightingPlan, StoreError,
};

/// A whole case in one statement, so that a reader never sees half of a change.
macro_rules! case_query {
    ($rest:literal) => {
        concat!(
            "SELECT c.*, p.evidence, p.findings, p.imitates,
                    (SELECT json_group_array(json_object('user', o.member, 'roles', json(o.roles)))
                     FROM (SELECT i.member, min(i.roles) AS roles FROM impostors i
                           WHERE i.guild = c.guild AND i.case_id = c.id AND i.member <> c.author
                           GROUP BY i.member ORDER BY min(i.at), i.member) o) AS others,
                    (SELECT json_group_array(
                                json_object('deed', e.deed, 'by', e.actor, 'at', e.at, 'note', n.note)
                                ORDER BY e.ordinal)
                     FROM case_events e LEFT JOIN case_notes n USING (case_id, ordinal)
                     WHERE e.case_id = c.id) AS history
             FROM cases c LEFT JOIN case_payloads p ON p.case_id = c.id
             WHERE c.guild = $1 AND ",
            $rest
        )
    };
}
pub(super) use case_query;

#[async_trait]
impl Cases for SqliteStore {
    async fn open_case(
        &self,
        InGuild(guild): InGuild,
        message: IncomingMessage,
        verdict: Verdict,
        now: Timestamp,
        plan: Decide<CaseFacts, CasePlan>,
    ) -> Result<OpenedCase> {
        let judged = open::of_guild(guild, alone(message, verdict))?;
        let (opened, _) = self
            .writer
            .write(move |db| Box::pin(open::open(db, judged, now, plan, None)))
            .await?;
        Ok(opened)
    }

    async fn open_sighting(
        &self,
        InGuild(guild): InGuild,
        sighting: Sighting,
        verdict: Verdict,
        now: Timestamp,
        decide: Decide<SightingFacts, SightingPlan>,
    ) -> Result<OpenedCase> {
        if sighting.evidence.guild != guild {
            let problem = format!(
                "a member of guild {} was handed in for guild {guild}",
                sighting.evidence.guild
            );
            return Err(StoreError::Failed(problem));
        }
        self.writer
            .write(move |db| Box::pin(sightings::open(db, guild, sighting, verdict, now, decide)))
            .await
    }

    async fn case(&self, guild: InGuild, case: CaseId) -> Result<Option<Case>> {
        read(&self.readers, guild.0, case).await
    }

    async fn case_by_number(&self, InGuild(guild): InGuild, number: u32) -> Result<Option<Case>> {
        let row = sqlx::query(case_query!("c.number = $2"))
            .bind(guild.0 as i64)
            .bind(number)
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(case_from).transpose()
    }

    async fn case_of_message(&self, InGuild(guild): InGuild, message: MessageId) -> Result<Option<Case>> {
        let row = sqlx::query(case_query!("c.message = $2 ORDER BY c.id DESC LIMIT 1"))
            .bind(guild.0 as i64)
            .bind(message.0 as i64)
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(case_from).transpose()
    }

    async fn cases(&self, InGuild(guild): InGuild, filter: CaseFilter) -> Result<Vec<Case>> {
        let rows = sqlx::query(case_query!(
            "($2 IS NULL OR c.state = $2) AND ($3 IS NULL OR c.author = $3)
             AND ($5 IS NULL OR c.channel = $5) AND ($6 IS NULL OR c.opened_at < $6)
             AND ($7 IS NULL OR EXISTS (SELECT 1 FROM rule_hits h WHERE h.case_id = c.id AND h.rule = $7))
             AND (NOT $10 OR c.card_message IS NULL)
             AND ($3 IS NOT NULL OR c.lead = c.id)
             ORDER BY iif($8, c.id, -c.id) LIMIT iif($4 = 0, -1, $4) OFFSET $9"
        ))
        .bind(guild.0 as i64)
        .bind(filter.state.map(|state| word(&state)).transpose()?)
        .bind(filter.author.map(|author| author.0 as i64))
        .bind(filter.limit)
        .bind(filter.channel.map(|channel| channel.0 as i64))
        .bind(filter.opened_before.map(|moment| moment.0))
        .bind(filter.rule)
        .bind(filter.oldest_first)
        .bind(filter.offset)
        .bind(filter.without_card)
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(case_from).collect()
    }

    async fn save_view(
        &self,
        InGuild(guild): InGuild,
        by: UserId,
        filter: CaseFilter,
        now: Timestamp,
    ) -> Result<QueueViewId> {
        self.writer
            .write(move |db| {
                Box::pin(async move {
                    let row = sqlx::query(
                        "INSERT INTO queue_views (guild, filter, made_by, made_at) VALUES ($1, $2, $3, $4) RETURNING id",
                    )
                    .bind(guild.0 as i64)
                    .bind(json(&filter)?)
                    .bind(by.0 as i64)
                    .bind(now.0)
                    .fetch_one(db)
                    .await?;
                    Ok(QueueViewId(row.try_get("id")?))
                })
            })
            .await
    }

    async fn view(&self, InGuild(guild): InGuild, view: QueueViewId) -> Result<Option<CaseFilter>> {
        let row = sqlx::query("SELECT id, filter FROM queue_views WHERE guild = $1 AND id = $2")
            .bind(guild.0 as i64)
            .bind(view.0)
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref()
            .map(|row| Columns::new(row, "queue_views", "id")?.json("filter"))
            .transpose()
    }

    async fn change_case(
        &self,
        InGuild(guild): InGuild,
        case: CaseId,
        now: Timestamp,
        decide: Decide<Case, std::result::Result<CaseChange, String>>,
    ) -> Result<Option<std::result::Result<Case, String>>> {
        self.writer
            .write(move |db| {
                Box::pin(async move {
                    let Some(before) = read(&mut *db, guild, case).await? else {
                        return Ok(None);
                    };
                    match decide(before) {
                        Ok(change) => {
                            apply(db, guild, case, now, change).await?;
                            Ok(read(db, guild, case).await?.map(Ok))
                        }
                        Err(refusal) => Ok(Some(Err(refusal))),
                    }
                })
            })
            .await
    }

    async fn keep_attachments(
        &self,
        InGuild(guild): InGuild,
        case: CaseId,
        kept: Vec<KeptAttachment>,
    ) -> Result<()> {
        self.writer
            .write(move |db| {
                Box::pin(async move {
                    for attachment in kept {
                        // Only where the evidence still stands: what was erased does not come back by a late download.
                        sqlx::query(
                            "INSERT INTO kept_attachments (case_id, attachment, filename, bytes)
                             SELECT c.id, $3, $4, $5
                             FROM cases c JOIN case_payloads p ON p.case_id = c.id
                             WHERE c.guild = $1 AND c.id = $2
                             ON CONFLICT (case_id, attachment) DO UPDATE
                                 SET filename = excluded.filename, bytes = excluded.bytes",
                        )
                        .bind(guild.0 as i64)
                        .bind(case.0)
                        .bind(attachment.id as i64)
                        .bind(attachment.filename)
                        .bind(attachment.bytes)
                        .execute(&mut *db)
                        .await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn kept_attachments(&self, InGuild(guild): InGuild, case: CaseId) -> Result<Vec<KeptAttachment>> {
        let rows = sqlx::query(
            "SELECT k.attachment, k.filename, k.bytes
             FROM kept_attachments k JOIN cases c ON c.id = k.case_id
             WHERE c.guild = $1 AND c.id = $2 ORDER BY k.rowid",
        )
        .bind(guild.0 as i64)
        .bind(case.0)
        .fetch_all(&self.readers)
        .await?;
        rows.iter()
            .map(|row| {
                let columns = Columns::new(row, "kept_attachments", "attachment")?;
                Ok(KeptAttachment {
                    id: columns.snowflake("attachment")?,
                    filename: columns.text("filename")?,
                    bytes: row.try_get("bytes")?,
                })
            })
            .collect()
    }

    async fn note_unreachable(&self, InGuild(guild): InGuild, case: CaseId) -> Result<()> {
        self.writer
            .write(move |db| {
                Box::pin(async move {
                    sqlx::query("UPDATE cases SET author_unreachable = 1 WHERE guild = $1 AND id = $2")
                        .bind(guild.0 as i64)
                        .bind(case.0)
                        .execute(db)
                        .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn note_restored(
        &self,
        InGuild(guild): InGuild,
        case: CaseId,
        webhook: WebhookId,
        message: MessageId,
    ) -> Result<()> {
        self.writer
            .write(move |db| {
                Box::pin(async move {
                    sqlx::query(
                        "UPDATE cases SET restored_webhook = $3, restored_message = $4
                         WHERE guild = $1 AND id = $2",
                    )
                    .bind(guild.0 as i64)
                    .bind(case.0)
                    .bind(webhook.0 as i64)
                    .bind(message.0 as i64)
                    .execute(db)
                    .await?;
                    Ok(())
                })
            })
            .await
    }
}

/// A message that is compared with nothing.
fn alone(message: IncomingMessage, verdict: Verdict) -> Judgement {
    Judgement {
        message,
        verdict,
        fingerprint: Fingerprint::default(),
        poster: Poster::Regular,
    }
}

/// A case by its row.
pub(super) async fn read(db: impl SqliteExecutor<'_>, guild: GuildId, case: CaseId) -> Result<Option<Case>> {
    let row = sqlx::query(case_query!("c.id = $2"))
        .bind(guild.0 as i64)
        .bind(case.0)
        .fetch_optional(db)
        .await?;
    row.as_ref().map(case_from).transpose()
}

/// Writes a change that was decided.
pub(super) async fn apply(
    db: &mut SqliteConnection,
    guild: GuildId,
    case: CaseId,
    now: Timestamp,
    change: CaseChange,
) -> Result<()> {
    sqlx::query(
        "UPDATE cases SET state = $3, decided_at = iif($3 = 'open', NULL, coalesce(decided_at, $4))
         WHERE guild = $1 AND id = $2",
    )
    .bind(guild.0 as i64)
    .bind(case.0)
    .bind(word(&change.state)?)
    .bind(now.0)
    .execute(&mut *db)
    .await?;
    add_event(db, case, change.deed, Some(change.by), now, change.note).await?;
    plan(db, guild, change.effects, now).await
}

/// Adds a line to a case's history. The case has been found in its guild before.
async fn add_event(
    db: &mut SqliteConnection,
    case: CaseId,
    deed: CaseDeed,
    by: Option<UserId>,
    now: Timestamp,
    note: Option<String>,
) -> Result<()> {
    let row = sqlx::query(
        "INSERT INTO case_events (case_id, ordinal, deed, actor, at)
         VALUES ($1, (SELECT coalesce(max(ordinal), 0) + 1 FROM case_events WHERE case_id = $1), $2, $3, $4)
         RETURNING ordinal",
    )
    .bind(case.0)
    .bind(word(&deed)?)
    .bind(by.map(|by| by.0 as i64))
    .bind(now.0)
    .fetch_one(&mut *db)
    .await?;
    if let Some(note) = note {
        sqlx::query("INSERT INTO case_notes (case_id, ordinal, note) VALUES ($1, $2, $3)")
            .bind(case.0)
            .bind(row.try_get::<i64, _>("ordinal")?)
            .bind(note)
            .execute(db)
            .await?;
    }
    Ok(())
}

pub(super) fn case_from(row: &SqliteRow) -> Result<Case> {
    let columns = Columns::new(row, "cases", "id")?;
    let restored_as = columns
        .snowflake_or_none("restored_webhook")?
        .zip(columns.snowflake_or_none("restored_message")?)
        .map(|(webhook, message)| (WebhookId(webhook), MessageId(message)));
    Ok(Case {
        id: CaseId(columns.id()),
        guild: GuildId(columns.snowflake("guild")?),
        number: columns.count("number")?,
        state: columns.word("state")?,
        evidence: columns.json_or_none("evidence")?,
        author: UserId(columns.snowflake("author")?),
        channel: ChannelId(columns.snowflake("channel")?),
        message: MessageId(columns.snowflake("message")?),
        level: columns.word("level")?,
        score: columns.count("score")?,
        category: columns.word("category")?,
        severity: columns.word("severity")?,
        findings: columns.json_or_none("findings")?.unwrap_or_default(),
        actions: columns.json("actions")?,
        softened: columns.text_or_none("softened")?,
        history: columns.json("history")?,
        card: columns.card("card_channel", "card_message")?,
        author_unreachable: columns.flag("author_unreachable")?,
        opened_at: columns.moment("opened_at")?,
        restored_as,
        imitates: columns.text_or_none("imitates")?,
        others: columns.json("others")?,
    })
}

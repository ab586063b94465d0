//! A fresh store, and the messages, verdicts and requests that the tests hand to it.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use nightdesk::model::campaign::Poster;
use nightdesk::model::case::{Action, Case};
use nightdesk::model::effect::{Effect, EffectDraft, EffectRow};
use nightdesk::model::fingerprint::Fingerprint;
use nightdesk::model::message::{Arrival, Author, IncomingMessage, MessagePart};
use nightdesk::model::ticket::{Answer, Area, Ticket};
use nightdesk::model::{CaseId, ChannelId, GuildId, InteractionId, MessageId, TicketId, Timestamp, UserId};
use nightdesk::rules::{Category, Finding, Level, Place, Severity, Verdict, View};
use nightdesk::storage::sqlite::SqliteStore;
use nightdesk::storage::{
    AllGuilds, CaseFacts, CasePlan, InGuild, Judgement, OpenedCase, OpenedTicket, Opening, Sighting,
    SightingFacts, SightingPlan, Store, TicketRequest,
};

/// The guild of most tests, and one that must never see anything of it.
pub const HOME: InGuild = InGuild(GuildId(1_000));
pub const ELSEWHERE: InGuild = InGuild(GuildId(2_000));

pub const MALLORY: UserId = UserId(66);
pub const ALICE: UserId = UserId(11);
pub const AGENT: UserId = UserId(77);

/// When the tests begin.
pub const NOW: Timestamp = Timestamp(1_700_000_000_000);

/// So many milliseconds later.
pub const fn later(milliseconds: i64) -> Timestamp {
    Timestamp(NOW.0 + milliseconds)
}

/// A store and the directory it lives in.
pub struct Fresh {
    pub store: Arc<dyn Store>,
    pub directory: tempfile::TempDir,
    sqlite: Arc<SqliteStore>,
}

impl Fresh {
    /// Ends the store in good order and opens it again.
    pub async fn reopened(self) -> Self {
        self.sqlite.close().await;
        open(self.directory).await
    }

    /// Ends the store in good order.
    pub async fn close(&self) {
        self.sqlite.close().await;
    }
}

/// The store under test: the only place that knows which one it is.
pub async fn fresh() -> Fresh {
    open(tempfile::tempdir().unwrap()).await
}

async fn open(directory: tempfile::TempDir) -> Fresh {
    let sqlite = Arc::new(SqliteStore::open(&url(&directory)).await.unwrap());
    Fresh {
        store: Arc::<SqliteStore>::clone(&sqlite),
        directory,
        sqlite,
    }
}

pub fn url(directory: &tempfile::TempDir) -> String {
    format!("sqlite://{}", directory.path().join("nightdesk.db").display())
}

/// Runs `call` for each of `0..count` at the same time and answers in order.
pub async fn at_once<T, F>(count: u64, call: impl Fn(u64) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let running: Vec<_> = (0..count).map(|index| tokio::spawn(call(index))).collect();
    let mut answers = Vec::new();
    for task in running {
        answers.push(task.await.unwrap());
    }
    answers
}

// ------------------------------------------------------------------------------------------------ cases

/// A message of Mallory's with this text.
pub fn message(guild: InGuild, id: u64, text: &str) -> IncomingMessage {
    IncomingMessage {
        guild: guild.0,
        channel: ChannelId(500),
        id: MessageId(id),
        author: Author {
            id: MALLORY,
            name: "mallory".to_owned(),
            display_name: "Mallory".to_owned(),
            bot: false,
            webhook: None,
            roles: Vec::new(),
            joined_at: Some(NOW),
        },
        arrival: Arrival::Posted,
        posted_at: NOW,
        parts: vec![MessagePart {
            place: Place::Content,
            text: text.to_owned(),
            secrets: Vec::new(),
        }],
        attachments: Vec::new(),
        forwards: None,
        mentions_everyone: false,
        previews: Vec::new(),
        needs_fetch: false,
    }
}

/// A member whose name imitates Alice's.
pub fn sighting(guild: InGuild, member: u64, name: &str) -> Sighting {
    let mut evidence = message(guild, member, name);
    evidence.author.id = UserId(member);
    evidence.arrival = Arrival::Named;
    evidence.parts[0].place = Place::DisplayName;
    Sighting {
        evidence,
        imitates: Some("Alice".to_owned()),
        alike: "imitates Alice".to_owned(),
        since: later(-600_000),
    }
}

/// A plan that only logs.
pub fn logged() -> CasePlan {
    CasePlan {
        actions: vec![Action::Log],
        softened: None,
        effects: Vec::new(),
    }
}

/// Opens a case of its own for a name, if it is new.
pub async fn sees(store: &dyn Store, guild: InGuild, member: u64, name: &str) -> OpenedCase {
    let own = Box::new(|_: SightingFacts| SightingPlan::Own(logged()));
    store
        .open_sighting(guild, sighting(guild, member, name), scam(name), NOW, own)
        .await
        .unwrap()
}

/// A verdict that quotes the message.
pub fn scam(quote: &str) -> Verdict {
    let mut verdict = Verdict::default();
    verdict.level = Level::Scam;
    verdict.score = 120;
    verdict.findings = vec![Finding {
        rule: "free-nitro".into(),
        category: Category::Phishing,
        severity: Severity::Critical,
        place: Place::Content,
        part: 0,
        view: View::Raw,
        span: 0..quote.len(),
        evidence: quote.to_owned(),
        observed_only: false,
    }];
    verdict
}

/// A scam with something to compare.
pub fn judgement(message: IncomingMessage, fingerprint: Fingerprint) -> Judgement {
    Judgement {
        message,
        verdict: scam("text"),
        fingerprint,
        poster: Poster::Newcomer,
    }
}

/// Removes the message and posts a card, as the policy does.
pub fn remove(message: MessageId) -> impl FnOnce(CaseFacts) -> CasePlan + Send + 'static {
    move |CaseFacts { case, .. }| CasePlan {
        actions: vec![Action::Delete, Action::Tell],
        softened: None,
        effects: vec![
            EffectDraft::new(
                format!("case:{case}:delete"),
                Effect::DeleteMessage {
                    case,
                    channel: ChannelId(500),
                    message,
                },
            ),
            EffectDraft::new(format!("case:{case}:card"), Effect::PostReviewCard { case }),
        ],
    }
}

/// A case of Mallory's.
pub async fn case(store: &dyn Store, guild: InGuild, id: u64, text: &str) -> Case {
    let plan = Box::new(remove(MessageId(id)));
    match store
        .open_case(guild, message(guild, id, text), scam(text), NOW, plan)
        .await
        .unwrap()
    {
        OpenedCase::Opened(case) => case,
        OpenedCase::Known(case) => panic!("message {id} has case {case} already"),
    }
}

// ---------------------------------------------------------------------------------------------- tickets

static INTERACTIONS: AtomicU64 = AtomicU64::new(1);

/// An interaction that no other test has seen.
pub fn interaction() -> InteractionId {
    InteractionId(9_000_000 + INTERACTIONS.fetch_add(1, Ordering::Relaxed))
}

/// Alice asks for help with a wallet.
pub fn request() -> TicketRequest {
    TicketRequest {
        interaction: interaction(),
        opener: ALICE,
        opener_name: "Alice".to_owned(),
        area: Area::Funds,
        answers: vec![Answer {
            question: "What happened?".to_owned(),
            text: "my funds are gone".to_owned(),
        }],
        secrets_removed: 0,
        source: None,
    }
}

/// The effects of a new ticket.
pub fn opening(ticket: TicketId) -> Vec<EffectDraft> {
    vec![
        EffectDraft::new(
            format!("ticket:{ticket}:thread:1"),
            Effect::CreateTicketThread { ticket, round: 1 },
        ),
        EffectDraft::new(
            format!("ticket:{ticket}:add"),
            Effect::AddToThread { ticket, user: ALICE },
        )
        .after(format!("ticket:{ticket}:thread:1")),
        EffectDraft::new(format!("ticket:{ticket}:card"), Effect::PostStaffCard { ticket }),
    ]
}

/// Opens whatever is asked for.
pub async fn opened(store: &dyn Store, guild: InGuild, request: TicketRequest) -> OpenedTicket {
    let decide = Box::new(|facts: nightdesk::storage::OpeningFacts| Opening::Open(opening(facts.ticket)));
    store.open_ticket(guild, request, NOW, decide).await.unwrap()
}

/// A ticket of Alice's.
pub async fn ticket(store: &dyn Store, guild: InGuild) -> Ticket {
    match opened(store, guild, request()).await {
        OpenedTicket::Opened(ticket) => ticket,
        other => panic!("no ticket was opened: {other:?}"),
    }
}

// ---------------------------------------------------------------------------------------------- effects

/// An effect that belongs to nothing.
pub fn tell_owner(key: &str) -> EffectDraft {
    EffectDraft::new(key, Effect::TellOwner { user: AGENT })
}

/// Everything that is due at `now`, leased for a minute.
pub async fn lease(store: &dyn Store, now: Timestamp) -> Vec<EffectRow> {
    store
        .lease_effects(AllGuilds, now, Timestamp(now.0 + 60_000), 100)
        .await
        .unwrap()
}

/// The keys of effects, in order.
pub fn keys(effects: &[EffectRow]) -> Vec<&str> {
    effects.iter().map(|effect| effect.key.as_str()).collect()
}

/// Leases the effect with this key, which has to be due.
pub async fn leased(store: &dyn Store, key: &str) -> EffectRow {
    let due = lease(store, NOW).await;
    let found = due.iter().find(|effect| effect.key == key);
    found
        .unwrap_or_else(|| panic!("{key} is not among the due effects {:?}", keys(&due)))
        .clone()
}

/// A row that no guild has.
pub const NO_CASE: CaseId = CaseId(404);
pub const NO_TICKET: TicketId = TicketId(404);

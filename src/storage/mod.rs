//! The seam to what the bot remembers: one trait, [`Store`], made of a trait per noun.
//!
//! Three rules hold for every method. It speaks domain types only. Absent is `Ok(None)`, never an error. One method is
//! one transaction: what has to be decided on what was read is decided by a pure function handed in (`decide`), inside
//! that transaction. Every call names its guild with [`InGuild`], so that a row of another guild cannot be reached by
//! its id; the few calls across guilds take [`AllGuilds`] and are listed in a test.
//!
//! All SQL of the project lives in [`sqlite`]; no SQL and no deciding lives here.

mod campaigns;
mod consequence;
mod error;
pub mod feeds;
mod guilds;
mod overlay;
mod regulars;
mod retention;
mod rule_record;
mod sanctions;
mod sighting;
pub mod spool;
pub mod sqlite;
mod ticket_filter;

use async_trait::async_trait;

pub use campaigns::{CampaignCases, CampaignFacts, Campaigns, Judgement, MOST_COUNTED};
pub use error::StoreError;
pub use guilds::{Guilds, SettingsChange};
pub use overlay::{OverlayFacts, Overlays};
pub use regulars::Regulars;
pub use retention::Retention;
pub use rule_record::{ActivitySpan, RuleRecords};
pub use sanctions::Sanctions;
pub use sighting::{Sighting, SightingFacts, SightingPlan};
pub use ticket_filter::{TicketFilter, TicketOrder};

use crate::model::case::{Action, Case, CaseDeed, CaseState};
use crate::model::effect::{EffectDraft, EffectOutcome, EffectRow};
use crate::model::guild::Tier;
use crate::model::message::IncomingMessage;
use crate::model::ticket::{
    Answer, Area, Escalation, Packet, Queue, Surface, Ticket, TicketDeed, TicketEvent, TicketState,
    Whereabouts,
};
use crate::model::{
    CaseId, ChannelId, EffectId, GuildId, InteractionId, MessageId, QueueId, QueueViewId, TicketId,
    Timestamp, UserId, WebhookId,
};
use crate::rules::Verdict;

/// Result of a store call.
pub type Result<T> = std::result::Result<T, StoreError>;

/// The guild a call is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct InGuild(pub GuildId);

/// The mark of a call that crosses guilds: due jobs and recovery only.
#[derive(Clone, Copy, Debug)]
pub struct AllGuilds;

/// A pure decision, run inside the transaction that read what it decides on.
pub type Decide<In, Out> = Box<dyn FnOnce(In) -> Out + Send + 'static>;

/// Everything the bot remembers.
pub trait Store:
    Cases
    + Campaigns
    + Tickets
    + Effects
    + Sanctions
    + Guilds
    + Overlays
    + Regulars
    + RuleRecords
    + Retention
    + Send
    + Sync
{
}
impl<T> Store for T where
    T: Cases
        + Campaigns
        + Tickets
        + Effects
        + Sanctions
        + Guilds
        + Overlays
        + Regulars
        + RuleRecords
        + Retention
        + Send
        + Sync
{
}

/// What is known when a case is about to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFacts {
    /// The row the case will have.
    pub case: CaseId,
    /// The number the case will have.
    pub number: u32,
    /// Cases of this author in this guild that removed something and were not restored; of the same campaign none counts.
    pub prior_cases: u32,
    /// Bans and kicks that the bot has planned in this guild within the last hour.
    pub recent_bans: u32,
    /// The campaign it joins.
    pub campaign: Option<CampaignFacts>,
    /// When the author first wrote here; absent: it was not noted yet.
    pub first_wrote: Option<Timestamp>,
}

/// What is to be written with a new case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CasePlan {
    /// What is done at once.
    pub actions: Vec<Action>,
    /// Why less is done than the policy says.
    pub softened: Option<String>,
    /// How it is carried out.
    pub effects: Vec<EffectDraft>,
}

/// What became of a message that was handed in.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "one is made for each case and taken apart at once"
)]
pub enum OpenedCase {
    /// A new case.
    Opened(Case),
    /// This very message, with these very texts, has a case already.
    Known(CaseId),
}

/// A change to a case that a person asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseChange {
    /// Where it stands afterwards.
    pub state: CaseState,
    /// The line for its history.
    pub deed: CaseDeed,
    /// By whom.
    pub by: UserId,
    /// The words that came with it.
    pub note: Option<String>,
    /// What Discord is to do.
    pub effects: Vec<EffectDraft>,
}

/// Which cases to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct CaseFilter {
    /// Only in this state.
    pub state: Option<CaseState>,
    /// Only of this author.
    pub author: Option<UserId>,
    /// Only those whose review card has not been posted.
    pub without_card: bool,
    /// Only in this channel or thread.
    pub channel: Option<ChannelId>,
    /// Only those that this rule hit in.
    pub rule: Option<String>,
    /// Only those opened before this moment.
    pub opened_before: Option<Timestamp>,
    /// The oldest first, instead of the newest.
    pub oldest_first: bool,
    /// Leave out so many.
    pub offset: u32,
    /// At most this many; 0: all of them.
    pub limit: u32,
}

/// The bytes of an attachment kept as evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAttachment {
    /// The attachment.
    pub id: u64,
    /// Its name.
    pub filename: String,
    /// Its bytes; `None` when it was too large or could not be fetched in time.
    pub bytes: Option<Vec<u8>>,
}

/// Moderation cases and their evidence.
#[async_trait]
pub trait Cases {
    /// Writes the evidence, the case and its effects in one transaction. The same message with the same texts opens one
    /// case however often it is handed in.
    async fn open_case(
        &self,
        guild: InGuild,
        message: IncomingMessage,
        verdict: Verdict,
        now: Timestamp,
        plan: Decide<CaseFacts, CasePlan>,
    ) -> Result<OpenedCase>;

    /// Opens a case for a member's name, or lets the member join the case of a wave ([`OpenedCase::Known`]). The same names
    /// of the same member are shown once, whatever was decided.
    async fn open_sighting(
        &self,
        guild: InGuild,
        sighting: Sighting,
        verdict: Verdict,
        now: Timestamp,
        decide: Decide<SightingFacts, SightingPlan>,
    ) -> Result<OpenedCase>;

    /// A case by its row.
    async fn case(&self, guild: InGuild, case: CaseId) -> Result<Option<Case>>;

    /// A case by the number people use.
    async fn case_by_number(&self, guild: InGuild, number: u32) -> Result<Option<Case>>;

    /// The latest case of a message.
    async fn case_of_message(&self, guild: InGuild, message: MessageId) -> Result<Option<Case>>;

    /// Cases, in the order that the filter asks for. Of a campaign only the lead, unless an author is asked for.
    async fn cases(&self, guild: InGuild, filter: CaseFilter) -> Result<Vec<Case>>;

    /// Keeps what somebody looks at in the queue of cases, for the buttons that turn its pages.
    async fn save_view(
        &self,
        guild: InGuild,
        by: UserId,
        filter: CaseFilter,
        now: Timestamp,
    ) -> Result<QueueViewId>;

    /// A kept view. `None`: it was never kept here, or it is forgotten.
    async fn view(&self, guild: InGuild, view: QueueViewId) -> Result<Option<CaseFilter>>;

    /// Reads a case, decides, writes. `None`: no such case. The inner `Err` is the decision's refusal: nothing written.
    async fn change_case(
        &self,
        guild: InGuild,
        case: CaseId,
        now: Timestamp,
        decide: Decide<Case, std::result::Result<CaseChange, String>>,
    ) -> Result<Option<std::result::Result<Case, String>>>;

    /// Keeps the bytes of a case's attachments.
    async fn keep_attachments(&self, guild: InGuild, case: CaseId, kept: Vec<KeptAttachment>) -> Result<()>;

    /// The kept attachments of a case.
    async fn kept_attachments(&self, guild: InGuild, case: CaseId) -> Result<Vec<KeptAttachment>>;

    /// Notes that the author cannot be written to.
    async fn note_unreachable(&self, guild: InGuild, case: CaseId) -> Result<()>;

    /// Notes which webhook message put a case's content back.
    async fn note_restored(
        &self,
        guild: InGuild,
        case: CaseId,
        webhook: WebhookId,
        message: MessageId,
    ) -> Result<()>;
}

/// What a member asks for when opening a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketRequest {
    /// The interaction that asks: the key against double delivery.
    pub interaction: InteractionId,
    /// Who asks.
    pub opener: UserId,
    /// Their name.
    pub opener_name: String,
    /// What it is about.
    pub area: Area,
    /// The form's answers, secrets replaced.
    pub answers: Vec<Answer>,
    /// How many secrets were replaced.
    pub secrets_removed: u32,
    /// Link to the message it is opened from.
    pub source: Option<String>,
}

/// What is known when a ticket is about to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpeningFacts {
    /// The row the ticket will have.
    pub ticket: TicketId,
    /// The number the ticket will have.
    pub number: u32,
    /// The opener's open tickets in this area.
    pub open_in_area: Vec<Ticket>,
    /// The opener's open tickets in the guild.
    pub open_in_guild: u32,
    /// Why the opener may not open tickets, when a moderator has said so.
    pub blocked: Option<String>,
}

/// Whether and how a ticket is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Open it, with these effects.
    Open(Vec<EffectDraft>),
    /// The opener has this one open for the same thing: show them that.
    Existing(TicketId),
    /// Refuse, and say why. The refusal is recorded.
    Refuse(Refusal),
}

/// Why a request for a ticket is refused. Recorded, so that requests = tickets + refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// The guild has no support channel yet.
    NotSetUp,
    /// The opener has too many open tickets.
    TooMany,
    /// A moderator has blocked the opener.
    Blocked,
    /// The form was empty.
    Empty,
}

/// What became of a request for a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenedTicket {
    /// A new ticket.
    Opened(Ticket),
    /// This interaction was answered before, or the opener has this one open already.
    Existing(Ticket),
    /// Refused.
    Refused(Refusal),
}

/// What is known when a ticket is about to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketFacts {
    /// The ticket as it stands.
    pub ticket: Ticket,
    /// The number its next event will have.
    pub next_event: u32,
    /// The number its next escalation will have.
    pub next_escalation: u32,
    /// Where its opener went since it was opened.
    pub opener: Whereabouts,
}

/// A legal change to a ticket. Absent fields stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketChange {
    /// The new state.
    pub state: Option<TicketState>,
    /// The new assignee; `Some(None)` takes it from everybody.
    pub assignee: Option<Option<UserId>>,
    /// What is known of the thread now.
    pub surface: Option<Surface>,
    /// The thread; `Some(None)` forgets it.
    pub thread: Option<Option<ChannelId>>,
    /// The new count of threads.
    pub round: Option<u32>,
    /// The new closing time; `Some(None)` forgets it.
    pub closed_at: Option<Option<Timestamp>>,
    /// Its card for staff is gone: until another is posted it has none.
    pub card_lost: bool,
    /// Lines for the history, in order: what, by whom, which words.
    pub events: Vec<(TicketDeed, Option<UserId>, Option<String>)>,
    /// A new escalation.
    pub escalation: Option<(Tier, Packet, UserId)>,
    /// What Discord is to do.
    pub effects: Vec<EffectDraft>,
}

/// Tickets, their history, escalations and queues.
#[async_trait]
pub trait Tickets {
    /// Writes ticket, first events and effects in one transaction, or the refusal. The same interaction opens one
    /// ticket however often it is delivered.
    async fn open_ticket(
        &self,
        guild: InGuild,
        request: TicketRequest,
        now: Timestamp,
        decide: Decide<OpeningFacts, Opening>,
    ) -> Result<OpenedTicket>;

    /// A ticket by its row.
    async fn ticket(&self, guild: InGuild, ticket: TicketId) -> Result<Option<Ticket>>;

    /// A ticket by the number people use.
    async fn ticket_by_number(&self, guild: InGuild, number: u32) -> Result<Option<Ticket>>;

    /// The ticket whose thread this is.
    async fn ticket_of_thread(&self, guild: InGuild, thread: ChannelId) -> Result<Option<Ticket>>;

    /// Tickets, newest first.
    async fn tickets(&self, guild: InGuild, filter: TicketFilter) -> Result<Vec<Ticket>>;

    /// A ticket's history, oldest first.
    async fn ticket_events(&self, guild: InGuild, ticket: TicketId) -> Result<Vec<TicketEvent>>;

    /// A ticket's escalations, oldest first.
    async fn escalations(&self, guild: InGuild, ticket: TicketId) -> Result<Vec<Escalation>>;

    /// Reads a ticket, decides, writes. `None`: no such ticket. The inner `Err` is the decision's refusal (words for
    /// the person who asked): nothing is written.
    async fn change_ticket(
        &self,
        guild: InGuild,
        ticket: TicketId,
        now: Timestamp,
        decide: Decide<TicketFacts, std::result::Result<TicketChange, String>>,
    ) -> Result<Option<std::result::Result<Ticket, String>>>;

    /// How many tickets a filter finds, whatever its page.
    async fn count_tickets(&self, guild: InGuild, filter: TicketFilter) -> Result<u64>;

    /// The guild's queues; the default ones are made on first use.
    async fn queues(&self, guild: InGuild) -> Result<Vec<Queue>>;

    /// One queue.
    async fn queue(&self, guild: InGuild, queue: QueueId) -> Result<Option<Queue>>;

    /// How many requests for tickets this guild has had, and how many of them were refused.
    ///
    /// A request that was answered with a ticket the opener has open counts with the request that opened it, and the
    /// same interaction counts once: requests = tickets + refusals.
    async fn ticket_requests(&self, guild: InGuild) -> Result<(u64, u64)>;

    /// Keeps somebody from opening tickets until they are unblocked.
    async fn block_opener(
        &self,
        guild: InGuild,
        opener: UserId,
        reason: String,
        by: UserId,
        now: Timestamp,
    ) -> Result<()>;

    /// Lets somebody open tickets again. Answers whether they were blocked.
    async fn unblock_opener(&self, guild: InGuild, opener: UserId) -> Result<bool>;
}

/// Planned effects and their outcomes.
#[async_trait]
pub trait Effects {
    /// Writes effects that belong to nothing but themselves. A known key writes nothing.
    async fn plan_effects(&self, guild: InGuild, effects: Vec<EffectDraft>, now: Timestamp) -> Result<()>;

    /// Leases effects that are due: planned, `next_at` reached, nothing before them unfinished, not expired. They become
    /// `sending` and carry a lease until `lease_until`. Oldest first, at most `limit`. An effect waits for the one that its
    /// `after` names until that is final; one that does not exist is not waited for.
    ///
    /// Before that, effects whose time has run out are ended, and effects whose lease has run out are taken back: they
    /// become `planned` and `interrupted`.
    async fn lease_effects(
        &self,
        all: AllGuilds,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<EffectRow>>;

    /// At start: everything found `sending` belongs to a performer that is gone; it becomes `planned` and
    /// `interrupted`. Also ends effects whose time has run out. Answers how many were interrupted.
    async fn recover_effects(&self, all: AllGuilds, now: Timestamp) -> Result<u64>;

    /// Records how an attempt ended, and in the same transaction what follows for the case or ticket. What is to be looked up
    /// becomes `interrupted`, and stays so until it is final. A thread made is the
    /// ticket's thread, a card posted is the case's (the ticket's, the escalation's) card. A thread that will not come
    /// (refused, out of time, or nobody can tell) is an event of the ticket, and its opener is told. Whatever ended badly
    /// brings the card of its case or ticket up to date. An effect that is final already stays as it is, and one that is
    /// not there is nothing to record.
    async fn finish_effect(
        &self,
        guild: InGuild,
        effect: EffectId,
        outcome: EffectOutcome,
        now: Timestamp,
    ) -> Result<()>;

    /// Takes an effect that ended badly up once more, not before `at`, as one more attempt; what nobody could tell of is
    /// looked up before it is repeated. One that is planned for later is brought forward. Answers whether there was one.
    async fn retry_effect(&self, guild: InGuild, key: &str, at: Timestamp) -> Result<bool>;

    /// An effect by its key.
    async fn effect_by_key(&self, guild: InGuild, key: &str) -> Result<Option<EffectRow>>;

    /// Effects of a case that ended badly: failed, uncertain or expired.
    async fn troubled_effects_of_case(&self, guild: InGuild, case: CaseId) -> Result<Vec<EffectRow>>;

    /// Effects of a ticket that ended badly.
    async fn troubled_effects_of_ticket(&self, guild: InGuild, ticket: TicketId) -> Result<Vec<EffectRow>>;

    /// When [`Effects::lease_effects`] next has something to do, which may be now; `None`: not before something new is
    /// planned. An effect that waits for another does not count until that one is final; a lease counts when it ends.
    async fn next_due(&self, all: AllGuilds) -> Result<Option<Timestamp>>;
}

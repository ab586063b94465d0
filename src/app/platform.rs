//! The port to Discord: what the bot asks of it, in our own words. `discord::perform` implements it.
//!
//! Nothing here knows how a request looks, and nothing here says a word to anybody: an [`Order`] carries the case or
//! ticket as it is stored, and `discord::words` renders it.

use std::time::Duration;

use async_trait::async_trait;

use super::automod::AutomodRule;
use super::impostors::Seen;
use super::kept::Kept;
use crate::model::avatar::Avatar;
use crate::model::campaign::Campaign;
use crate::model::case::Case;
use crate::model::effect::EffectRow;
use crate::model::guild::{Directory, GuildSettings, Tier};
use crate::model::message::IncomingMessage;
use crate::model::notice::Notice;
use crate::model::rule_record::RulePause;
use crate::model::ticket::{Escalation, Surface, Ticket};
use crate::model::{ChannelId, GuildId, MessageId, RoleId, Timestamp, UserId, WebhookId};
use crate::moderation::overlay::Contradiction;
use crate::moderation::report::Report;
use crate::storage::KeptAttachment;

/// One request to Discord, with all that it needs.
#[derive(Clone, Debug)]
pub struct Order {
    /// The effect's unique key; sends carry a nonce made from it, and made things carry a marker made from it.
    pub key: String,
    /// The guild.
    pub guild: GuildId,
    /// When the effect was planned: nothing older can be its trace.
    pub planned_at: Timestamp,
    /// What to do.
    pub task: Task,
}

/// What to do.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are the nouns of `model::effect::Effect`")]
pub enum Task {
    DeleteMessage {
        channel: ChannelId,
        message: MessageId,
        reason: String,
    },
    /// Delete several messages of one channel at once: 2 to 100, none older than two weeks.
    DeleteMessages {
        channel: ChannelId,
        messages: Vec<MessageId>,
        reason: String,
    },
    DeleteThread {
        thread: ChannelId,
        reason: String,
    },
    /// `name` is absent where a title was taken away and nothing else stands in its place.
    RenameThread {
        thread: ChannelId,
        name: Option<String>,
        reason: String,
    },
    TimeoutMember {
        user: UserId,
        until: Timestamp,
        reason: String,
    },
    LiftTimeout {
        user: UserId,
        reason: String,
    },
    AddRole {
        user: UserId,
        role: RoleId,
        reason: String,
    },
    RemoveRole {
        user: UserId,
        role: RoleId,
        reason: String,
    },
    KickMember {
        user: UserId,
        reason: String,
    },
    BanMember {
        user: UserId,
        delete_seconds: u64,
        reason: String,
    },
    LiftBan {
        user: UserId,
        reason: String,
    },
    /// Direct message to the author of a case.
    TellAuthor {
        user: UserId,
        case: Box<Case>,
        guild_name: String,
    },
    /// Direct message with the answer to a request to be let back.
    TellAnswer {
        user: UserId,
        case: Box<Case>,
        guild_name: String,
        kept: Kept,
    },
    /// Direct message after a restore.
    TellRestored {
        user: UserId,
        case: Box<Case>,
        guild_name: String,
        kept: Kept,
    },
    /// Post the review card. `campaign`: of the cases that are copies of this one, where there are any. `troubles`: effects
    /// of the case, or of all of them, that ended badly.
    PostReviewCard {
        channel: ChannelId,
        case: Box<Case>,
        campaign: Option<Box<Campaign>>,
        troubles: Vec<EffectRow>,
    },
    /// Alert people that a team member's account is most likely stolen. `owner`, `roles`: whom the alert pings.
    AlertOfStolenStaff {
        channel: ChannelId,
        case: Box<Case>,
        owner: Option<UserId>,
        roles: Vec<RoleId>,
    },
    /// Bring the card up to date.
    RefreshReviewCard {
        channel: ChannelId,
        message: MessageId,
        case: Box<Case>,
        campaign: Option<Box<Campaign>>,
        troubles: Vec<EffectRow>,
    },
    /// Put a message back. `webhook`: ours in that channel, when there is one already.
    RestoreMessage {
        case: Box<Case>,
        attachments: Vec<KeptAttachment>,
        webhook: Option<WebhookId>,
    },
    CreateTicketThread {
        parent: ChannelId,
        ticket: Box<Ticket>,
    },
    AddToThread {
        thread: ChannelId,
        user: UserId,
    },
    RemoveFromThread {
        thread: ChannelId,
        user: UserId,
    },
    PostWelcome {
        thread: ChannelId,
        ticket: Box<Ticket>,
        settings: Box<GuildSettings>,
    },
    PostStaffCard {
        channel: ChannelId,
        ticket: Box<Ticket>,
        troubles: Vec<EffectRow>,
        /// The roles that answer first.
        ping: Vec<RoleId>,
    },
    RefreshStaffCard {
        channel: ChannelId,
        message: MessageId,
        ticket: Box<Ticket>,
        troubles: Vec<EffectRow>,
    },
    /// `ping`: roles of the team, named in the card.
    PostEscalationCard {
        channel: ChannelId,
        ticket: Box<Ticket>,
        escalation: Box<Escalation>,
        team: Tier,
        ping: Vec<RoleId>,
    },
    TellInThread {
        thread: ChannelId,
        ticket: Box<Ticket>,
        notice: Notice,
        note: Option<String>,
    },
    TellOpener {
        user: UserId,
        ticket: Box<Ticket>,
        notice: Notice,
        note: Option<String>,
        guild_name: String,
    },
    ArchiveThread {
        thread: ChannelId,
    },
    ReviveThread {
        thread: ChannelId,
    },
    OfferTicket {
        channel: ChannelId,
        message: MessageId,
        user: UserId,
    },
    TellOwner {
        user: UserId,
        guild_name: String,
    },
    /// A rule stopped acting by itself.
    PostPauseCard {
        channel: ChannelId,
        pause: Box<RulePause>,
    },
    RefreshPauseCard {
        channel: ChannelId,
        message: MessageId,
        pause: Box<RulePause>,
    },
    /// How the week went.
    PostReport {
        channel: ChannelId,
        report: Box<Report>,
    },
    /// Bring our rule in AutoMod to this; nothing: there is to be none.
    SyncAutomod {
        wanted: Option<Box<AutomodRule>>,
    },
    /// Tell an operator that changed rule files have mistakes (which), or are in force again (how many rules).
    TellOperator {
        user: UserId,
        news: Result<usize, String>,
    },
    /// Texts that moderators found harmless and that a rule finds again.
    WarnOfOverlay {
        channel: ChannelId,
        contradictions: Vec<Contradiction>,
    },
    /// Say in the honeypot channel that nobody is meant to post there.
    PostHoneypotNotice {
        channel: ChannelId,
    },
    /// Tell staff that the database refuses.
    TellStaffOfStoreTrouble {
        channel: ChannelId,
    },
}

/// What Discord answered to an order that was carried out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// The message or thread that was made.
    pub made: Option<u64>,
    /// Where a message was posted.
    pub channel: Option<ChannelId>,
    /// The webhook that posted it.
    pub webhook: Option<WebhookId>,
}

/// Why an order was not carried out, as far as it can be known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlatformError {
    /// Discord says for certain that the thing is not there (404, or a code that says so).
    #[error("it is not there any more ({0})")]
    Gone(String),
    /// Discord refuses, and will refuse again until somebody changes something (403, 50001, 50013, 50007 …).
    #[error("Discord refuses: {0}")]
    Refused(String),
    /// The person takes no direct messages from us (50007).
    #[error("the person takes no direct messages")]
    Unreachable,
    /// The request itself is wrong (400, 50035): trying again cannot help.
    #[error("Discord finds the request wrong: {0}")]
    Invalid(String),
    /// The channel's thread is archived (50083): revive it first.
    #[error("the thread is archived")]
    Archived,
    /// Too many requests; not an attempt.
    #[error("Discord asks to wait")]
    RateLimited {
        /// How long, where Discord said so.
        retry_after: Option<Duration>,
    },
    /// It failed before it can have had an effect, or with a status that says it had none.
    #[error("Discord failed: {0}")]
    Transient(String),
    /// The answer was lost: it may or may not have had an effect. Look for its trace before repeating it.
    #[error("no answer came: {0}")]
    Unanswered(String),
}

/// Whether an order that may have been carried out left its trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trace {
    /// It was carried out.
    Found(Receipt),
    /// It was certainly not carried out.
    Absent,
    /// It cannot be known.
    Unknowable,
    /// Repeating it does no harm (deletes, timeouts, adding a member …).
    Repeatable,
}

/// A member as Discord describes them now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberFacts {
    /// Who.
    pub user: UserId,
    /// The name shown.
    pub display_name: String,
    /// Their roles.
    pub roles: Vec<RoleId>,
    /// When they joined, if Discord said so.
    pub joined_at: Option<Timestamp>,
    /// Timed out until then.
    pub timed_out_until: Option<Timestamp>,
}

/// The most members that one answer of Discord holds.
pub const MEMBERS_PER_PAGE: usize = 1000;
/// What to search a guild's messages for. Of what is given all has to fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Words of the message, at most 1024 characters.
    pub content: Option<String>,
    /// The host of a link in it.
    pub link_host: Option<String>,
    /// The name of a file of it.
    pub file_name: Option<String>,
    /// Only messages after this one.
    pub after: Option<MessageId>,
    /// Only messages before this one: where the page before ended. Counting hits instead would pass over as many as were
    /// deleted meanwhile.
    pub before: Option<MessageId>,
}

/// A message that was posted before, as it stands now.
#[derive(Clone, Debug, PartialEq)]
pub struct Earlier {
    /// The message. Whoever changed it: it arrives as an edit.
    pub message: IncomingMessage,
    /// When it was last changed, to the second.
    pub edited_at: Option<Timestamp>,
}

/// What a search brought.
#[derive(Clone, Debug, PartialEq)]
pub enum Hits {
    /// A page.
    Messages {
        /// At most 25 messages, newest first; without those that were put back and those that nobody wrote, so that
        /// their number says nothing about what follows. Nothing is said of who their authors are in the guild.
        messages: Vec<IncomingMessage>,
        /// The next page is what was posted before this one; absent: this was the last page.
        next: Option<MessageId>,
    },
    /// Discord has to read the guild first.
    NotIndexed {
        /// When to ask again, where Discord said so.
        retry_after: Option<Duration>,
    },
}

/// What the bot asks of Discord.
#[async_trait]
pub trait Platform: Send + Sync {
    /// Carries an order out once. Never sleeps through a rate limit and never repeats by itself.
    async fn perform(&self, order: &Order) -> Result<Receipt, PlatformError>;

    /// Looks for the trace of an order that may have been carried out.
    async fn find_trace(&self, order: &Order) -> Result<Trace, PlatformError>;

    /// A message as it stands now, with every surface (Components V2 too). `None`: it is gone.
    async fn message(
        &self,
        guild: GuildId,
        channel: ChannelId,
        message: MessageId,
    ) -> Result<Option<IncomingMessage>, PlatformError>;

    /// Messages of a channel after a cursor, oldest first, at most 100.
    async fn messages_after(
        &self,
        guild: GuildId,
        channel: ChannelId,
        after: MessageId,
    ) -> Result<Vec<IncomingMessage>, PlatformError>;

    /// The hundred messages of a channel before a cursor, oldest first, without those that nobody wrote.
    async fn messages_before(
        &self,
        guild: GuildId,
        channel: ChannelId,
        before: MessageId,
    ) -> Result<Vec<Earlier>, PlatformError>;

    /// Searches a guild's messages, where the bot may read.
    async fn search(&self, guild: GuildId, search: &Search) -> Result<Hits, PlatformError>;

    /// The guild's roles, channels and active threads, read anew.
    async fn directory(&self, guild: GuildId) -> Result<Directory, PlatformError>;

    /// Members of the guild whose ids come after `after`, in the order of their ids, at most [`MEMBERS_PER_PAGE`].
    async fn members_after(&self, guild: GuildId, after: UserId) -> Result<Vec<Seen>, PlatformError>;

    /// A member of the guild. `None`: not a member.
    async fn member(&self, guild: GuildId, user: UserId) -> Result<Option<MemberFacts>, PlatformError>;

    /// What is known of a ticket's thread. Only a definite answer says `Missing`.
    async fn thread_surface(&self, thread: ChannelId) -> Result<Surface, PlatformError>;

    /// The guild an invite leads to. `None`: Discord knows no such invite.
    async fn invite_guild(&self, code: &str) -> Result<Option<GuildId>, PlatformError>;

    /// The bytes of an avatar, unless they are more than `limit`.
    async fn avatar(&self, avatar: &Avatar, limit: u64) -> Result<Option<Vec<u8>>, PlatformError>;

    /// The bytes of an attachment, unless they are more than `limit`.
    async fn attachment(&self, url: &str, limit: u64) -> Result<Option<Vec<u8>>, PlatformError>;
}

//! An effect: something Discord is to do, as a row that is written before the request is sent.
//!
//! An effect holds ids, never words or personal content: what is said is rendered from the case or the ticket at the
//! moment it is sent. Carrying effects out lives in `app::performer`, the requests themselves in `discord::perform`.

use serde::{Deserialize, Serialize};

use super::ids::{CaseId, ChannelId, EffectId, GuildId, MessageId, PauseId, RoleId, TicketId, UserId};
use super::notice::Notice;
use super::time::Timestamp;

/// What Discord is to do.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "do")]
pub enum Effect {
    /// Keep the bytes of a case's attachments, within a size and time limit, before the message goes.
    KeepAttachments {
        /// The case.
        case: CaseId,
    },
    /// Delete a message. Gone already is done.
    DeleteMessage {
        /// The case it belongs to.
        case: CaseId,
        /// Where it is.
        channel: ChannelId,
        /// The message.
        message: MessageId,
    },
    /// Remove a forum post or thread that was made with a scam for a title or starter.
    DeleteThread {
        /// The case.
        case: CaseId,
        /// The thread.
        thread: ChannelId,
    },
    /// Take away the title that a thread was given later, or give that title back.
    RenameThread {
        /// The case.
        case: CaseId,
        /// The thread.
        thread: ChannelId,
        /// Back to what was taken away.
        back: bool,
    },
    /// Time a member out until a moment.
    TimeoutMember {
        /// The case.
        case: CaseId,
        /// Whom.
        user: UserId,
        /// Until when.
        until: Timestamp,
    },
    /// End a member's timeout.
    LiftTimeout {
        /// The case.
        case: CaseId,
        /// Whose.
        user: UserId,
    },
    /// Give a role.
    AddRole {
        /// The case.
        case: CaseId,
        /// To whom.
        user: UserId,
        /// Which.
        role: RoleId,
    },
    /// Take a role.
    RemoveRole {
        /// The case.
        case: CaseId,
        /// From whom.
        user: UserId,
        /// Which.
        role: RoleId,
    },
    /// Remove a member from the guild.
    KickMember {
        /// The case.
        case: CaseId,
        /// Whom.
        user: UserId,
    },
    /// Ban somebody.
    BanMember {
        /// The case.
        case: CaseId,
        /// Whom.
        user: UserId,
        /// How much of their history goes too, in seconds.
        delete_seconds: u64,
    },
    /// Time a member out again before a timeout that is longer than Discord allows runs out.
    RenewTimeout {
        /// The case.
        case: CaseId,
        /// Whom.
        user: UserId,
        /// Until when.
        until: Timestamp,
    },
    /// Lift a ban: its time is over, or it was a mistake.
    LiftBan {
        /// The case.
        case: CaseId,
        /// Whose.
        user: UserId,
    },
    /// Tell the author of a case how a moderator answered their request to be let back.
    TellAnswer {
        /// The case.
        case: CaseId,
        /// The author.
        user: UserId,
    },
    /// Send the author of a case the direct message that says what was removed, why, and how to contest it.
    TellAuthor {
        /// The case.
        case: CaseId,
        /// The author.
        user: UserId,
    },
    /// Tell the author of a restored message that it was our mistake.
    TellRestored {
        /// The case.
        case: CaseId,
        /// The author.
        user: UserId,
    },
    /// Post a case's review card in the mod log.
    PostReviewCard {
        /// The case.
        case: CaseId,
    },
    /// Alert a guild's owner, in the mod log, that a team member's account is most likely stolen.
    AlertOfStolenStaff {
        /// The case of what the account posted.
        case: CaseId,
    },
    /// Bring a case's review card up to date.
    RefreshReviewCard {
        /// The case.
        case: CaseId,
    },
    /// Put a removed message back through a webhook, with attribution.
    RestoreMessage {
        /// The case.
        case: CaseId,
    },
    /// Look for copies of a case's message, and open a case for each.
    PurgeCopies {
        /// The case.
        case: CaseId,
    },
    /// Post the notice in the honeypot channel that says not to post there.
    PostHoneypotNotice {
        /// The channel.
        channel: ChannelId,
    },
    /// Make the private thread of a ticket. `round` counts the threads the ticket has had, from 1.
    CreateTicketThread {
        /// The ticket.
        ticket: TicketId,
        /// Which thread of the ticket this is.
        round: u32,
    },
    /// Add somebody to a ticket's thread.
    AddToThread {
        /// The ticket.
        ticket: TicketId,
        /// Whom.
        user: UserId,
    },
    /// Take somebody out of a ticket's thread.
    RemoveFromThread {
        /// The ticket.
        ticket: TicketId,
        /// Whom.
        user: UserId,
    },
    /// Post the first card in a ticket's thread.
    PostWelcome {
        /// The ticket.
        ticket: TicketId,
        /// Which thread of the ticket it goes to.
        round: u32,
    },
    /// Post a ticket's card in the staff channel.
    PostStaffCard {
        /// The ticket.
        ticket: TicketId,
    },
    /// Bring a ticket's staff card up to date.
    RefreshStaffCard {
        /// The ticket.
        ticket: TicketId,
    },
    /// Post the packet of an escalation in the team's channel.
    PostEscalationCard {
        /// The ticket.
        ticket: TicketId,
        /// Which escalation of the ticket, from 1.
        escalation: u32,
    },
    /// Say something in a ticket's thread. `event` is the ticket event that it reports.
    TellInThread {
        /// The ticket.
        ticket: TicketId,
        /// The number of the ticket's event, from 1.
        event: u32,
        /// What to say.
        notice: Notice,
    },
    /// Send the opener a direct message about a ticket (its thread cannot be read by them just now).
    TellOpener {
        /// The ticket.
        ticket: TicketId,
        /// The number of the ticket's event, from 1.
        event: u32,
        /// What to say.
        notice: Notice,
    },
    /// Archive and lock a ticket's thread.
    ArchiveThread {
        /// The ticket.
        ticket: TicketId,
    },
    /// Unlock and unarchive a ticket's thread.
    ReviveThread {
        /// The ticket.
        ticket: TicketId,
    },
    /// Tell moderators in the mod log that texts they found harmless are found by a rule again.
    WarnOfOverlay {
        /// The rules that find them, by their fingerprint.
        ruleset: u64,
    },
    /// Tell moderators in the mod log that a rule stopped acting by itself.
    PostPauseCard {
        /// The pause.
        pause: PauseId,
    },
    /// Bring the card of a paused rule up to date.
    RefreshPauseCard {
        /// The pause.
        pause: PauseId,
    },
    /// Post the report of a week in the mod log.
    PostReport {
        /// Weeks since the Monday before the Unix epoch.
        week: i64,
    },
    /// Bring our rule in Discord's AutoMod to what the guild and the rules want.
    SyncAutomod {
        /// The rules that came in force, by their fingerprint. `None`: the guild changed its mind.
        ruleset: Option<u64>,
    },
    /// Show somebody who cried for help in public the way to a private ticket.
    OfferTicket {
        /// Where.
        channel: ChannelId,
        /// Their message.
        message: MessageId,
        /// Who.
        user: UserId,
    },
    /// Tell a guild's owner how to set the bot up.
    TellOwner {
        /// The owner.
        user: UserId,
    },
}

impl Effect {
    /// The case it belongs to.
    pub const fn case(&self) -> Option<CaseId> {
        match *self {
            Self::KeepAttachments { case }
            | Self::DeleteMessage { case, .. }
            | Self::DeleteThread { case, .. }
            | Self::RenameThread { case, .. }
            | Self::TimeoutMember { case, .. }
            | Self::LiftTimeout { case, .. }
            | Self::AddRole { case, .. }
            | Self::RemoveRole { case, .. }
            | Self::KickMember { case, .. }
            | Self::BanMember { case, .. }
            | Self::RenewTimeout { case, .. }
            | Self::LiftBan { case, .. }
            | Self::TellAnswer { case, .. }
            | Self::TellAuthor { case, .. }
            | Self::TellRestored { case, .. }
            | Self::PostReviewCard { case }
            | Self::AlertOfStolenStaff { case }
            | Self::RefreshReviewCard { case }
            | Self::RestoreMessage { case }
            | Self::PurgeCopies { case } => Some(case),
            _ => None,
        }
    }

    /// The ticket it belongs to.
    pub const fn ticket(&self) -> Option<TicketId> {
        match *self {
            Self::CreateTicketThread { ticket, .. }
            | Self::AddToThread { ticket, .. }
            | Self::RemoveFromThread { ticket, .. }
            | Self::PostWelcome { ticket, .. }
            | Self::PostStaffCard { ticket }
            | Self::RefreshStaffCard { ticket }
            | Self::PostEscalationCard { ticket, .. }
            | Self::TellInThread { ticket, .. }
            | Self::TellOpener { ticket, .. }
            | Self::ArchiveThread { ticket }
            | Self::ReviveThread { ticket } => Some(ticket),
            _ => None,
        }
    }
}

/// Where an effect stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EffectState {
    /// Written, not yet sent.
    Planned,
    /// Leased by a performer; a request may be on its way.
    Sending,
    /// Carried out.
    Done,
    /// Refused for good.
    Failed,
    /// Nobody can tell whether it was carried out; shown to staff, never repeated by itself.
    Uncertain,
    /// Its time ran out before it could be carried out.
    Expired,
}

impl EffectState {
    /// Whether nothing more will happen to it.
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Planned | Self::Sending)
    }
}

/// An effect that is about to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectDraft {
    /// Unique for ever: writing the same key again does nothing. Also the marker found in Discord afterwards.
    pub key: String,
    /// The key of an effect that must be final first.
    pub after: Option<String>,
    /// What to do.
    pub effect: Effect,
    /// Not before this moment.
    pub not_before: Option<Timestamp>,
    /// Pointless after this moment.
    pub expires_at: Option<Timestamp>,
}

impl EffectDraft {
    /// A draft without conditions.
    pub fn new(key: impl Into<String>, effect: Effect) -> Self {
        Self {
            key: key.into(),
            after: None,
            effect,
            not_before: None,
            expires_at: None,
        }
    }

    /// Waits until the effect with this key is final.
    #[must_use]
    pub fn after(mut self, key: impl Into<String>) -> Self {
        self.after = Some(key.into());
        self
    }

    /// Is not due before `moment`.
    #[must_use]
    pub const fn not_before(mut self, moment: Timestamp) -> Self {
        self.not_before = Some(moment);
        self
    }

    /// Is pointless after `moment`.
    #[must_use]
    pub const fn expiring(mut self, moment: Timestamp) -> Self {
        self.expires_at = Some(moment);
        self
    }
}

/// An effect as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectRow {
    /// Its row.
    pub id: EffectId,
    /// Its guild.
    pub guild: GuildId,
    /// Its key.
    pub key: String,
    /// What to do.
    pub effect: Effect,
    /// Where it stands.
    pub state: EffectState,
    /// How many requests Discord has answered with a failure that counts (a 429 does not).
    pub attempts: u32,
    /// When it was written.
    pub planned_at: Timestamp,
    /// When to try (again).
    pub next_at: Timestamp,
    /// Pointless after this moment.
    pub expires_at: Option<Timestamp>,
    /// Until when the present performer holds it.
    pub lease_until: Option<Timestamp>,
    /// Its last request may have been carried out (it was found `sending` at start, or its answer was lost and nobody could
    /// look): it must be looked up before it is repeated.
    pub interrupted: bool,
    /// What Discord made: a message or thread id.
    pub result: Option<u64>,
    /// Why it failed, for staff and operators. Never holds personal content.
    pub failure: Option<String>,
}

/// How one attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EffectOutcome {
    /// Carried out; the id of what was made, if anything.
    Done {
        /// A message or thread id.
        result: Option<u64>,
        /// The channel a message was posted in, where the row has to know it.
        channel: Option<ChannelId>,
    },
    /// Try again then. `counts`: whether it uses up an attempt.
    Retry {
        /// When.
        at: Timestamp,
        /// Whether it uses up an attempt.
        counts: bool,
        /// Why.
        failure: String,
    },
    /// It may have been carried out, and nobody could look just now: look it up then, before it is repeated. Uses up an
    /// attempt.
    LookUp {
        /// When.
        at: Timestamp,
        /// Why nobody could look.
        failure: String,
    },
    /// Refused for good.
    Failed {
        /// Why.
        failure: String,
    },
    /// Nobody can tell.
    Uncertain {
        /// Why.
        failure: String,
    },
    /// Its time ran out.
    Expired,
}

/// Whether something else still wants what the end of a sanction would end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Nothing does.
    No,
    /// A timeout that ends then.
    Until(Timestamp),
    /// A ban or a role.
    Still,
}

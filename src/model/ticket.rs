//! A ticket: a member's cry for help. The row is the ticket; its thread is a view of it that can be made again.
//!
//! Which steps are legal is decided in `desk::lifecycle`.

use serde::{Deserialize, Serialize};

use super::guild::Tier;
use super::ids::{ChannelId, GuildId, InteractionId, MessageId, QueueId, TicketId, UserId};
use super::time::Timestamp;

/// What a queue is about. Every guild starts with one queue per area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Area {
    /// A wallet is compromised or funds are missing.
    Funds,
    /// A transaction is stuck, failed or unclear.
    Transaction,
    /// Log-in, verification, account data.
    Account,
    /// Somebody reports a scam or an impostor.
    ScamReport,
    /// Anything else.
    Other,
}

impl Area {
    /// Every area, in the order of the panel's buttons.
    pub const ALL: [Self; 5] = [
        Self::Funds,
        Self::Transaction,
        Self::Account,
        Self::ScamReport,
        Self::Other,
    ];

    /// The word stored in the database and in button ids.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Funds => "funds",
            Self::Transaction => "transaction",
            Self::Account => "account",
            Self::ScamReport => "scam-report",
            Self::Other => "other",
        }
    }

    /// The area with this slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|area| area.slug() == slug)
    }
}

/// A queue of tickets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// Its row.
    pub id: QueueId,
    /// Its guild.
    pub guild: GuildId,
    /// What it is about.
    pub area: Area,
}

/// Where a ticket stands.
///
/// No step of `desk::lifecycle` leads to [`Triaged`](Self::Triaged), [`Linked`](Self::Linked) or [`Resolved`](Self::Resolved)
/// yet: they are kept in the store's vocabulary for triage, incidents and the checks before a ticket is resolved, and every
/// step treats a ticket in one of them as an open one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TicketState {
    /// Waits for somebody to look at it.
    New,
    /// Severity and area have been looked at.
    Triaged,
    /// An agent works on it.
    InProgress,
    /// The member has been asked something.
    WaitingForMember,
    /// A team has been asked.
    Escalated,
    /// It follows an incident.
    Linked,
    /// The agent considers it answered.
    Resolved,
    /// Done.
    Closed,
}

impl TicketState {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::New,
        Self::Triaged,
        Self::InProgress,
        Self::WaitingForMember,
        Self::Escalated,
        Self::Linked,
        Self::Resolved,
        Self::Closed,
    ];

    /// Whether somebody still has to do something.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Closed)
    }
}

/// What is known of a ticket's thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Surface {
    /// Not made yet.
    None,
    /// There and writable.
    Live,
    /// Archived by Discord or by us.
    Archived,
    /// Discord says for certain that it is gone.
    Missing,
    /// Discord refused to make it or to let us in.
    Forbidden,
}

/// How bad it is. Starts undetermined; classification belongs to the desk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sev {
    /// Nobody has judged it yet.
    #[default]
    Undetermined,
    /// Low.
    Sev4,
    /// Normal.
    Sev3,
    /// High.
    Sev2,
    /// Critical.
    Sev1,
}

/// One answer of the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What was asked, as it was shown.
    pub question: String,
    /// What was answered, secrets replaced.
    pub text: String,
}

/// What happened to a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "deed")]
pub enum TicketDeed {
    /// Opened.
    Opened,
    /// An agent took it.
    Claimed,
    /// Given to somebody.
    Assigned {
        /// To whom.
        to: UserId,
    },
    /// The assignee handed it to somebody.
    Transferred {
        /// To whom.
        to: UserId,
    },
    /// A note among staff.
    Noted,
    /// Someone joined its thread.
    Joined,
    /// A team was asked.
    Escalated {
        /// Which.
        team: Tier,
        /// Which escalation of the ticket, from 1.
        escalation: u32,
    },
    /// Closed.
    Closed,
    /// Opened again.
    Reopened,
    /// An agent wrote to the member, who is now waited for.
    AgentAnswered,
    /// The member wrote, and is no longer waited for.
    MemberAnswered,
    /// Its opener left the guild, or was removed from it, and with it from the thread.
    OpenerLeft,
    /// Its opener is in the guild again, and was let into the thread again.
    OpenerReturned {
        /// When they joined, as Discord says: tells one return from another.
        joined: Timestamp,
    },
    /// Someone asked for a thread in place of one that is gone or was never made.
    ThreadAsked,
    /// Its thread was made.
    ThreadMade,
    /// Its thread is gone.
    ThreadLost,
    /// Its thread could not be made.
    ThreadRefused,
    /// Its card for staff is gone.
    CardLost,
    /// Secrets were taken out of what the member wrote.
    SecretsRemoved {
        /// How many.
        count: u32,
    },
}

/// Where the opener of a ticket went, as far as anybody saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Whereabouts {
    /// They left the guild, and did not come back.
    pub away: bool,
    /// When they last came back, as Discord says.
    pub returned: Option<Timestamp>,
}

impl Whereabouts {
    /// The same after one more thing happened to the ticket.
    #[must_use]
    pub const fn after(self, deed: &TicketDeed) -> Self {
        match deed {
            TicketDeed::OpenerLeft => Self { away: true, ..self },
            TicketDeed::OpenerReturned { joined } => Self {
                away: false,
                returned: Some(*joined),
            },
            _ => self,
        }
    }
}

/// One line of a ticket's history. Append-only; the note can be erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketEvent {
    /// Its number within the ticket, from 1.
    pub ordinal: u32,
    /// What happened.
    pub deed: TicketDeed,
    /// By whom; absent: by the bot.
    pub by: Option<UserId>,
    /// When.
    pub at: Timestamp,
    /// The words that came with it, secrets replaced. Erasable.
    pub note: Option<String>,
}

/// The packet of an escalation: what the receiving team needs, in the member's and the agent's words, secrets replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packet {
    /// What it is about, in a line.
    pub summary: String,
    /// What should have happened.
    pub expected: String,
    /// What happened instead.
    pub actual: String,
    /// What has been tried.
    pub tried: String,
    /// Transaction hashes and addresses as given, one a line; or why there are none.
    pub references: String,
}

/// An escalation as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// Which escalation of the ticket, from 1.
    pub ordinal: u32,
    /// The team asked.
    pub team: Tier,
    /// What it was given. `None` once erased.
    pub packet: Option<Packet>,
    /// Who asked.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
    /// The card in the team's channel.
    pub card: Option<(ChannelId, MessageId)>,
}

/// A ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its row.
    pub id: TicketId,
    /// Its guild.
    pub guild: GuildId,
    /// Its number in the guild, shown to people.
    pub number: u32,
    /// Its queue.
    pub queue: QueueId,
    /// What it is about.
    pub area: Area,
    /// Who needs help.
    pub opener: UserId,
    /// Their name when they opened it.
    pub opener_name: String,
    /// The form's answers. Empty once erased.
    pub answers: Vec<Answer>,
    /// Link to the message it was opened from.
    pub source: Option<String>,
    /// The interaction that opened it.
    pub interaction: InteractionId,
    /// Where it stands.
    pub state: TicketState,
    /// How bad it is.
    pub sev: Sev,
    /// Who works on it.
    pub assignee: Option<UserId>,
    /// What is known of its thread.
    pub surface: Surface,
    /// Its thread.
    pub thread: Option<ChannelId>,
    /// How many threads it has been given, the present one included.
    pub round: u32,
    /// Its card in the staff channel.
    pub staff_card: Option<(ChannelId, MessageId)>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Counts changes: what a person saw is compared with what is.
    pub version: u32,
}

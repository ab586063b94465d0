//! A case: the record of one message (or thread, or member's name) that was judged, what was done about it, and who
//! decided what since.
//!
//! What to do is decided in `moderation`; how a case is shown is in `discord::words`.

use serde::{Deserialize, Serialize};

use super::ids::{CaseId, ChannelId, GuildId, MessageId, RoleId, UserId, WebhookId};
use super::message::IncomingMessage;
use super::time::Timestamp;
use crate::rules::{Category, Finding, Level, Severity};

/// What the policy can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "action")]
pub enum Action {
    /// Only record it and show it to moderators.
    Log,
    /// Delete the message; for a forum post's title or starter, remove the thread.
    Delete,
    /// Time the author out.
    Timeout {
        /// For how long, in seconds. Discord allows 28 days at a time: a longer one is renewed.
        seconds: u64,
    },
    /// Give the guild's quarantine role.
    Quarantine {
        /// For how long, in seconds; absent: until somebody takes it.
        #[serde(default)]
        seconds: Option<u64>,
    },
    /// Remove the author from the guild.
    Kick,
    /// Ban the author.
    Ban {
        /// How much of their history Discord deletes, in seconds; at most 7 days.
        delete_seconds: u64,
        /// For how long, in seconds; absent: for good.
        #[serde(default)]
        seconds: Option<u64>,
    },
    /// Send the author a calm direct message.
    Tell,
    /// Send the author, whose account was most likely stolen, private steps to get it back, and a way to be let back.
    Recover,
}

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseState {
    /// Nobody has looked at it yet.
    Open,
    /// A moderator upheld it.
    Confirmed,
    /// A moderator found it wrong; what could be undone was undone.
    Restored,
}

/// What a person did to a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseDeed {
    /// The bot opened it.
    Opened,
    /// The bot looked again and found worse: a copy of it is a scam, or the rules have learned.
    Worsened,
    /// Upheld.
    Confirmed,
    /// Found wrong and undone.
    Restored,
    /// Timed the author out (again).
    TimedOut,
    /// Removed the author.
    Kicked,
    /// Banned the author.
    Banned,
    /// The author contested it.
    Contested,
    /// What the rules found in it was exempted in this guild.
    Exempted,
    /// A moderator kept a note.
    Noted,
    /// The author says that they have their account again.
    AskedBack,
    /// Ended the author's timeout because the account is theirs again.
    LetBack,
    /// Did not let the author back yet.
    Declined,
}

/// One line of a case's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseEvent {
    /// What was done.
    pub deed: CaseDeed,
    /// By whom; absent: by the bot.
    pub by: Option<UserId>,
    /// When.
    pub at: Timestamp,
    /// The words that came with it (a contest's text, secrets replaced). Erasable.
    pub note: Option<String>,
}

/// One more member that a case is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Other {
    /// Who.
    pub user: UserId,
    /// What they held when they were seen.
    pub roles: Vec<RoleId>,
}

/// A case with its evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Its row.
    pub id: CaseId,
    /// Its guild.
    pub guild: GuildId,
    /// Its number in the guild, shown to people.
    pub number: u32,
    /// Where it stands.
    pub state: CaseState,
    /// The message as it was judged. `None` once retention or a request has erased it.
    pub evidence: Option<IncomingMessage>,
    /// The author, kept when the evidence is gone.
    pub author: UserId,
    /// Where it was posted.
    pub channel: ChannelId,
    /// The message. A case about a member's name has the member's own id here.
    pub message: MessageId,
    /// How sure the rules were.
    pub level: Level,
    /// The rules' score.
    pub score: u32,
    /// The heaviest category.
    pub category: Category,
    /// The heaviest severity.
    pub severity: Severity,
    /// Everything the rules found.
    pub findings: Vec<Finding>,
    /// What was decided at once.
    pub actions: Vec<Action>,
    /// Why less was done than the policy says, when that is so ("observe mode", "staff").
    pub softened: Option<String>,
    /// Everything done since, oldest first; the first entry is the opening.
    pub history: Vec<CaseEvent>,
    /// The review card, once posted.
    pub card: Option<(ChannelId, MessageId)>,
    /// The author's direct messages are closed.
    pub author_unreachable: bool,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The webhook message that put the content back.
    pub restored_as: Option<(WebhookId, MessageId)>,
    /// Whom the member's name imitates, in a case about a name. Erasable.
    pub imitates: Option<String>,
    /// Others that the same decision is about, in the order in which they were seen: a wave of members who imitate the
    /// same name.
    pub others: Vec<Other>,
}

impl Case {
    /// Whether it is about a member and their name, not about a message.
    pub const fn is_about_a_name(&self) -> bool {
        self.message.0 == self.author.0
    }

    /// Everybody whom the decision is about: the author, and the others of a wave.
    pub fn members(&self) -> impl Iterator<Item = UserId> {
        std::iter::once(self.author).chain(self.others.iter().map(|other| other.user))
    }

    /// Whether the message was (or will be) removed.
    pub fn removes(&self) -> bool {
        self.actions.contains(&Action::Delete)
    }

    /// The author's request to be let back that nobody has answered yet.
    pub fn asks_back(&self) -> Option<&CaseEvent> {
        let answers = [
            CaseDeed::AskedBack,
            CaseDeed::LetBack,
            CaseDeed::Declined,
            CaseDeed::Restored,
            CaseDeed::Banned,
            CaseDeed::Kicked,
        ];
        self.history
            .iter()
            .rev()
            .find(|event| answers.contains(&event.deed))
            .filter(|event| event.deed == CaseDeed::AskedBack)
    }

    /// Whether the author has contested it.
    pub fn contested(&self) -> bool {
        self.history.iter().any(|event| event.deed == CaseDeed::Contested)
    }
}

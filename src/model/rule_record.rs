//! How a rule fares in a guild: what it did, what moderators said to that, and when it stopped acting by itself.
//!
//! When a rule stops is decided in `moderation::breaker`.

use serde::{Deserialize, Serialize};

use super::ids::{ChannelId, GuildId, MessageId, PauseId, UserId};
use super::time::Timestamp;

/// What a rule has done lately, since it was last told to go on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleActivity {
    /// Different authors whose messages it removed.
    pub authors: u32,
    /// Those of them who had been members for long.
    pub tenured: u32,
    /// Its latest cases that moderators decided, as many as were asked for.
    pub decided: u32,
    /// Those of them that were found wrong.
    pub reversed: u32,
}

/// Why a rule stopped acting by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "why")]
pub enum PauseReason {
    /// It removed messages of too many members of long standing at once.
    Burst {
        /// Different authors.
        authors: u32,
        /// Those of long standing.
        tenured: u32,
        /// Within so many seconds.
        seconds: u64,
    },
    /// Too many of its latest cases were found wrong.
    Reversals {
        /// So many were found wrong,
        reversed: u32,
        /// of so many.
        of: u32,
    },
}

/// What a moderator said to a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PauseAnswer {
    /// The rule acts again.
    Resumed,
    /// It stays observed only.
    Kept,
}

/// A rule that stopped acting in one guild.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulePause {
    /// Its row.
    pub id: PauseId,
    /// The guild.
    pub guild: GuildId,
    /// The rule.
    pub rule: String,
    /// Why it stopped.
    pub why: PauseReason,
    /// When.
    pub at: Timestamp,
    /// What was said to it, by whom, when.
    pub answer: Option<(PauseAnswer, UserId, Timestamp)>,
    /// Its card, once posted.
    pub card: Option<(ChannelId, MessageId)>,
}

/// How a rule has fared over a span of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleStanding {
    /// The rule.
    pub rule: String,
    /// Cases in which it counted.
    pub cases: u32,
    /// Those of them that were removed at once.
    pub removed: u32,
    /// Cases that moderators upheld.
    pub upheld: u32,
    /// Cases that moderators found wrong.
    pub reversed: u32,
    /// What it would have done, were it not only proving itself.
    pub shadow: Shadow,
}

/// What a rule that does not count yet would have done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shadow {
    /// Messages it hit.
    pub hits: u32,
    /// Messages that would have been shown to moderators because of it.
    pub would_flag: u32,
    /// Messages that would have been removed because of it.
    pub would_remove: u32,
}

/// What became of the cases of a span of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CaseCounts {
    /// Opened in it.
    pub opened: u32,
    /// Those of them that were removed at once.
    pub removed: u32,
    /// Those that moderators upheld.
    pub upheld: u32,
    /// Those that moderators found wrong.
    pub reversed: u32,
    /// Those that their authors contested.
    pub contested: u32,
    /// Those that nobody has decided yet.
    pub waiting: u32,
}

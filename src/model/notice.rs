//! What is said of a ticket: in its thread, or to its opener. The words are in `discord::words::desk`.

use serde::{Deserialize, Serialize};

use super::guild::Tier;
use super::ids::UserId;

/// What is said in a ticket's thread or to its opener.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "notice")]
pub enum Notice {
    /// An agent has taken the ticket.
    Claimed {
        /// Who.
        agent: UserId,
    },
    /// The ticket went to another agent.
    Assigned {
        /// Who.
        agent: UserId,
    },
    /// A team has been asked.
    Escalated {
        /// Which.
        team: Tier,
    },
    /// The ticket was closed.
    Closed,
    /// The ticket was opened again.
    Reopened,
    /// The opener has left the guild.
    OpenerLeft,
    /// The opener is in the guild again, and in the thread.
    OpenerReturned,
    /// The old thread is gone; this is a new one.
    NewThread,
    /// The thread could not be made; the ticket stands.
    ThreadRefused,
    /// Somebody has deleted the thread; the ticket stands.
    ThreadLost,
}

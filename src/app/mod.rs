//! What runs: carrying out effects, mending the difference between store and Discord, reading what was missed, keeping
//! the directory of guilds and the current rulebook.
//!
//! It reaches Discord only through [`platform::Platform`] and the database only through `storage::Store`. Deciding lives
//! in `moderation` and `desk`; requests and words live in `discord`.

pub mod guilds;
pub mod performer;
pub mod platform;
pub mod rulebook;

use std::sync::Arc;

use crate::model::{Clock, UserId};
use crate::storage::Store;

/// Everything a running bot shares between its tasks.
pub struct App {
    /// What it remembers.
    pub store: Arc<dyn Store>,
    /// Discord.
    pub platform: Arc<dyn platform::Platform>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Settings and directories, in memory.
    pub guilds: guilds::Guilds,
    /// The rules and the policy in force.
    pub rulebook: rulebook::Rulebooks,
    /// Wakes the performer after effects were written.
    pub performer: performer::Wake,
    /// Who may reload the rules.
    pub operators: Vec<UserId>,
}

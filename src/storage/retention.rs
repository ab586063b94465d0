//! What is forgotten, and when.

use async_trait::async_trait;

use super::{AllGuilds, InGuild, Result};
use crate::model::{GuildId, Timestamp, UserId};

/// What is forgotten, and when.
#[async_trait]
pub trait Retention {
    /// Erases the personal payload (evidence, attachments, answers, notes, packets) of cases decided and tickets closed
    /// before `before`, and of cases opened before it that nobody ever decided; ids, hashes and counts stay. Answers how
    /// many rows lost their payload.
    async fn erase_before(&self, all: AllGuilds, before: Timestamp) -> Result<u64>;

    /// Erases one person's payload in one guild at once.
    async fn erase_person(&self, guild: InGuild, user: UserId) -> Result<u64>;

    /// Erases what a guild has set and everything that people wrote there; numbers, ids, hashes and times of its cases and
    /// tickets stay. Answers how many rows went.
    async fn erase_guild(&self, guild: InGuild) -> Result<u64>;

    /// Every guild of which anything is stored.
    async fn known_guilds(&self, all: AllGuilds) -> Result<Vec<GuildId>>;
}

//! What is forgotten, and when.

use async_trait::async_trait;

use super::{AllGuilds, InGuild, Result};
use crate::model::{Timestamp, UserId};

/// What is forgotten, and when.
#[async_trait]
pub trait Retention {
    /// Erases the personal payload (evidence, attachments, answers, notes, packets) of cases decided and tickets closed
    /// before `before`, and of cases opened before it that nobody ever decided; ids, hashes and counts stay. Answers how
    /// many rows lost their payload.
    async fn erase_before(&self, all: AllGuilds, before: Timestamp) -> Result<u64>;

    /// Erases one person's payload in one guild at once.
    async fn erase_person(&self, guild: InGuild, user: UserId) -> Result<u64>;
}

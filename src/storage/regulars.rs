//! The noun trait of what is familiar in a guild: who has written there, and where was linked to.
//!
//! Ids, times and short hashes only. What something unfamiliar means is said by the rules.

use async_trait::async_trait;

use super::{InGuild, Result};
use crate::model::{Timestamp, UserId};

/// Who and what is familiar.
#[async_trait]
pub trait Regulars {
    /// Notes who writes in a guild; the first time counts.
    async fn note_writers(&self, guild: InGuild, writers: Vec<UserId>, now: Timestamp) -> Result<()>;

    /// Whether somebody has been noted as a writer.
    async fn has_written(&self, guild: InGuild, writer: UserId) -> Result<bool>;

    /// Notes short names of hosts that were linked to; the first time counts. Of a guild's hosts the newest
    /// [`crate::rules::SeenHosts::MOST`] are kept.
    async fn note_hosts(&self, guild: InGuild, hosts: Vec<u32>, now: Timestamp) -> Result<()>;

    /// Short names of the hosts that were linked to, the oldest first.
    async fn seen_hosts(&self, guild: InGuild) -> Result<Vec<u32>>;
}

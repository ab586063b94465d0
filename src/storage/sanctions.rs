//! The noun trait of sanctions and their ends: bans, timeouts and quarantines, which are effects like any other, asked for by
//! whom they are about.
//!
//! What follows for somebody who comes back is decided in `moderation::returning`.

use async_trait::async_trait;

use super::{InGuild, Result};
use crate::model::effect::{EffectRow, Held};
use crate::model::{CaseId, EffectId, Timestamp, UserId};

/// Sanctions and their ends.
#[async_trait]
pub trait Sanctions {
    /// The effects by which a case last meant to end somebody's ban, and their timeout: at most one of each.
    async fn endings(&self, guild: InGuild, case: CaseId, user: UserId) -> Result<Vec<EffectId>>;

    /// What still wants the ban, the role or the timeout that this effect ends: its own case, which has pronounced it again
    /// since, or another one that was not undone.
    async fn still_held(&self, guild: InGuild, effect: EffectId, now: Timestamp) -> Result<Held>;

    /// The timeouts and quarantine roles that cases gave somebody, and what took them away again, whatever became of these
    /// effects: the newest 200, oldest first.
    async fn sanctions_of(&self, guild: InGuild, user: UserId) -> Result<Vec<EffectRow>>;

    /// Takes effects that are final up once more, however they ended, as one more attempt, and brings the cards of their
    /// cases up to date after them. Those that are under way stay as they are. Answers how many were taken up.
    async fn take_up_again(&self, guild: InGuild, effects: Vec<EffectId>, now: Timestamp) -> Result<u64>;
}

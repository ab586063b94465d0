//! How rules fare in a guild: what they did, what became of it, and which of them stopped by themselves.

use async_trait::async_trait;

use super::{InGuild, Result};
use crate::model::guild::GuildSettings;
use crate::model::rule_record::{
    CaseCounts, PauseAnswer, PauseReason, RuleActivity, RulePause, RuleStanding, Shadow,
};
use crate::model::{PauseId, Timestamp, UserId};

/// Over which cases a rule's activity is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActivitySpan {
    /// Removals since then.
    pub since: Timestamp,
    /// Whoever has been a member for so many milliseconds is one of long standing.
    pub tenure_ms: i64,
    /// So many of the latest decisions.
    pub decisions: u32,
}

/// The records of rules.
#[async_trait]
pub trait RuleRecords {
    /// What a rule has done lately. What was before a moderator last told it to go on does not count.
    async fn rule_activity(&self, guild: InGuild, rule: &str, span: ActivitySpan) -> Result<RuleActivity>;

    /// Stops a rule in a guild: the pause, the guild's settings and the effect that tells moderators, in one transaction.
    /// `None`: it does not act there anyway. `by`: the bot's own account, for the history of settings.
    async fn pause_rule(
        &self,
        guild: InGuild,
        rule: String,
        why: PauseReason,
        by: UserId,
        now: Timestamp,
    ) -> Result<Option<(RulePause, GuildSettings)>>;

    /// A pause by its row.
    async fn rule_pause(&self, guild: InGuild, pause: PauseId) -> Result<Option<RulePause>>;

    /// Notes what a moderator says to a pause, and changes the settings accordingly. `None`: no such pause. The inner
    /// `Err`: somebody answered before, and this is how it stands.
    async fn answer_pause(
        &self,
        guild: InGuild,
        pause: PauseId,
        answer: PauseAnswer,
        by: UserId,
        now: Timestamp,
    ) -> Result<Option<std::result::Result<(RulePause, GuildSettings), RulePause>>>;

    /// How every rule that did anything since `since` has fared, the busiest first.
    async fn rule_standings(&self, guild: InGuild, since: Timestamp) -> Result<Vec<RuleStanding>>;

    /// What became of the cases opened from `since` until before `until`.
    async fn case_counts(&self, guild: InGuild, since: Timestamp, until: Timestamp) -> Result<CaseCounts>;

    /// Adds to the counts of one day (days since the Unix epoch) what rules would have done.
    async fn count_shadows(&self, guild: InGuild, day: i64, counts: Vec<(String, Shadow)>) -> Result<()>;
}

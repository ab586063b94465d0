//! Self-limits: when a rule stops acting by itself in a guild, and how many bans the bot carries out at once.
//!
//! A rule that goes wrong goes wrong on many members at once, and on those who have been here for long; a raid comes from
//! young accounts, which do not count here, so that a raid never stops a rule. Pure; the numbers stand under `[limits]` in
//! `policy.toml`.

use std::time::Duration;

use super::policy::Decision;
use super::softening::{Softened, Softening};
use crate::model::case::Action;
use crate::model::rule_record::{PauseReason, RuleActivity};

/// How long somebody is timed out who would have been banned.
const INSTEAD: Duration = Duration::from_hours(24);

/// The numbers of `[limits]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The span in which removals are counted.
    pub window: Duration,
    /// A rule stops once it has removed messages of so many members of long standing within that span.
    pub members: u32,
    /// Whoever has been a member for so long is one of long standing.
    pub tenure: Duration,
    /// A rule stops once so many of its latest decided cases were found wrong,
    pub reversals: u32,
    /// of so many.
    pub of: u32,
    /// The bot bans and kicks at most so many people in an hour by itself.
    pub bans: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            window: Duration::from_mins(5),
            members: 20,
            tenure: Duration::from_hours(60 * 24),
            reversals: 5,
            of: 10,
            bans: 20,
        }
    }
}

impl Limits {
    /// The span in which bans are counted.
    pub const BAN_SPAN: Duration = Duration::from_hours(1);

    /// A decision after so many bans and kicks within [`Self::BAN_SPAN`]: beyond the limit the author is timed out for a
    /// day instead, and moderators see why.
    pub fn hold_back(&self, mut decision: Decision, recent_bans: u32) -> Decision {
        let bans = |action: &Action| matches!(action, Action::Ban { .. } | Action::Kick);
        if recent_bans < self.bans || !decision.actions.iter().any(bans) {
            return decision;
        }
        let spared = decision.actions.extract_if(.., |action| bans(action)).collect();
        if !decision
            .actions
            .iter()
            .any(|action| matches!(action, Action::Timeout { .. }))
        {
            decision.actions.push(Action::Timeout {
                seconds: INSTEAD.as_secs(),
            });
        }
        decision.softened = Some(Softened {
            why: Softening::TooManyBans,
            spared,
        });
        decision
    }

    /// Why a rule that has done this must stop, if it must.
    pub fn trip(&self, activity: RuleActivity) -> Option<PauseReason> {
        if activity.tenured >= self.members {
            Some(PauseReason::Burst {
                authors: activity.authors,
                tenured: activity.tenured,
                seconds: self.window.as_secs(),
            })
        } else if activity.reversed >= self.reversals {
            Some(PauseReason::Reversals {
                reversed: activity.reversed,
                of: activity.decided,
            })
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raid_of_young_accounts_stops_no_rule() {
        let raid = RuleActivity {
            authors: 5000,
            tenured: 3,
            ..RuleActivity::default()
        };
        assert_eq!(Limits::default().trip(raid), None);
    }

    #[test]
    fn a_rule_that_hits_many_members_of_long_standing_stops() {
        let limits = Limits::default();
        let activity = |tenured| RuleActivity {
            authors: 25,
            tenured,
            ..RuleActivity::default()
        };
        assert_eq!(limits.trip(activity(19)), None);
        let burst = PauseReason::Burst {
            authors: 25,
            tenured: 20,
            seconds: 300,
        };
        assert_eq!(limits.trip(activity(20)), Some(burst));
    }

    #[test]
    fn a_wave_of_bans_ends_in_timeouts() {
        let limits = Limits::default();
        let ban = Decision {
            actions: vec![
                Action::Delete,
                Action::Ban {
                    delete_seconds: 0,
                    seconds: None,
                },
            ],
            softened: None,
        };
        assert_eq!(limits.hold_back(ban.clone(), 19), ban);
        let held = limits.hold_back(ban, 20);
        assert_eq!(
            held.actions,
            [Action::Delete, Action::Timeout { seconds: 86_400 }]
        );
        let softened = held.softened.expect("it says why");
        assert_eq!(softened.to_string(), "too many bans: ban");
    }

    #[test]
    fn a_rule_that_is_reversed_again_and_again_stops() {
        let activity = |reversed, decided| RuleActivity {
            decided,
            reversed,
            ..RuleActivity::default()
        };
        assert_eq!(Limits::default().trip(activity(4, 4)), None);
        let reversals = PauseReason::Reversals { reversed: 5, of: 7 };
        assert_eq!(Limits::default().trip(activity(5, 7)), Some(reversals));
    }
}

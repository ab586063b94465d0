//! The week's report: which span it covers, when it is due, what it says of the rules.
//!
//! Pure. That it is posted once, restarts or not, is the store's doing: one week is one effect key.

use std::time::Duration;

use crate::model::Timestamp;
use crate::model::rule_record::{CaseCounts, RuleStanding};

/// A week in milliseconds.
const WEEK: i64 = 7 * 86_400_000;
/// From the Monday before the Unix epoch (a Thursday) to the epoch.
const TO_EPOCH: i64 = 3 * 86_400_000;
/// How long after a week's end its report is posted: nobody reads cards at midnight.
const MORNING: Duration = Duration::from_hours(9);

/// What a week's report says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Monday, midnight (UTC).
    pub since: Timestamp,
    /// The next Monday, midnight.
    pub until: Timestamp,
    /// What became of the week's cases.
    pub cases: CaseCounts,
    /// How the rules fared since its beginning.
    pub rules: Vec<RuleStanding>,
}

/// The number of the week that a moment lies in: weeks since the Monday before the Unix epoch.
pub const fn week_of(now: Timestamp) -> i64 {
    (now.0 + TO_EPOCH).div_euclid(WEEK)
}

/// Beginning and end of a week.
pub const fn span(week: i64) -> (Timestamp, Timestamp) {
    let since = week * WEEK - TO_EPOCH;
    (Timestamp(since), Timestamp(since + WEEK))
}

/// When the report of a week is posted.
pub fn due(week: i64) -> Timestamp {
    span(week).1 + MORNING
}

/// How often moderators agreed with a rule, in per cent; `None` while they have decided nothing.
pub fn precision(standing: &RuleStanding) -> Option<u32> {
    let decided = standing.upheld + standing.reversed;
    (standing.upheld * 100).checked_div(decided)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_begins_on_monday_and_is_reported_on_the_monday_after() {
        // Thursday, 15 January 2026, 12:00 UTC.
        let week = week_of(Timestamp(1_768_478_400_000));
        let (since, until) = span(week);
        assert_eq!(since, Timestamp(1_768_176_000_000), "Monday, 12 January 2026");
        assert_eq!(week_of(since), week);
        assert_eq!(week_of(until), week + 1);
        assert_eq!(due(week), Timestamp(until.0 + 9 * 3_600_000));
    }

    #[test]
    fn precision_is_what_moderators_upheld_of_what_they_decided() {
        let standing = |upheld, reversed| RuleStanding {
            upheld,
            reversed,
            ..RuleStanding::default()
        };
        assert_eq!(precision(&standing(41, 9)), Some(82));
        assert_eq!(precision(&standing(0, 0)), None);
    }
}

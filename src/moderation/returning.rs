//! What leaving a guild did to the sanctions of a member, and what is to be done once more when they are back.
//!
//! Discord keeps a timeout over leaving, refuses to change it meanwhile, and forgets roles. So a timeout that was lifted in the
//! meantime would wait for whoever comes back, and leaving would be the way out of a quarantine.
//!
//! What this leads to is carried out in `app::returning`.

use std::time::Duration;

use crate::model::effect::{Effect, EffectDraft, EffectRow, EffectState};
use crate::model::{EffectId, RoleId, Timestamp};

/// How far apart our clock and Discord's may be, where trying once too often does no harm.
const SKEW: Duration = Duration::from_mins(1);
/// The same where it does: a role that was taken away by hand would be given again.
const SMALL_SKEW: Duration = Duration::from_secs(2);
/// How exactly Discord gives back the end of a timeout.
const ROUNDING: Duration = Duration::from_secs(1);

/// A member as they are here now.
#[derive(Clone, Copy, Debug)]
pub struct Present<'m> {
    /// Since when: leaving starts it anew.
    pub since: Timestamp,
    /// Until when they may not write.
    pub timed_out_until: Option<Timestamp>,
    /// Their roles.
    pub roles: &'m [RoleId],
}

/// Effects to be taken up once more, of `sanctions`: the timeouts and roles that cases gave a member, and what took them away
/// again, oldest first.
pub fn owed(sanctions: &[EffectRow], present: Present, now: Timestamp) -> Vec<EffectId> {
    let is_owed = |row: &&EffectRow| match row.effect {
        Effect::LiftTimeout { .. } => {
            is_troubled(row) && came_after(row, present, SKEW) && is_held_by_us(sanctions, present, now)
        }
        Effect::TimeoutMember { until, .. } | Effect::RenewTimeout { until, .. } => {
            is_troubled(row)
                && came_after(row, present, SKEW)
                && until > now
                && present.timed_out_until.is_none_or(|end| end < until)
                && !is_ended(sanctions, row, now)
        }
        Effect::AddRole { role, .. } => {
            row.state.is_final()
                && came_after(row, present, SMALL_SKEW)
                && !present.roles.contains(&role)
                && !is_ended(sanctions, row, now)
        }
        _ => false,
    };
    sanctions.iter().filter(is_owed).map(|row| row.id).collect()
}

/// Whether something is being done at this moment that does not show yet: it may have come too early or too late for a return.
pub fn is_under_way(sanctions: &[EffectRow], present: Present) -> bool {
    sanctions.iter().any(|row| {
        row.state == EffectState::Sending
            && match row.effect {
                Effect::AddRole { role, .. } => !present.roles.contains(&role),
                Effect::TimeoutMember { until, .. } | Effect::RenewTimeout { until, .. } => {
                    present.timed_out_until.is_none_or(|end| end < until)
                }
                Effect::LiftTimeout { .. } => present.timed_out_until.is_some(),
                _ => false,
            }
    })
}

/// Roles of a quarantine that a member who has not left since holds no more: somebody took them away by hand, and meant it.
/// The same effect, written down, keeps a return from giving them once more.
pub fn released_by_hand(sanctions: &[EffectRow], present: Present, now: Timestamp) -> Vec<EffectDraft> {
    let released = sanctions.iter().filter_map(|row| match row.effect {
        Effect::AddRole { case, user, role }
            if row.state == EffectState::Done
                && !came_after(row, present, SKEW)
                && !present.roles.contains(&role)
                && !is_ended(sanctions, row, now) =>
        {
            let key = format!("{}:released:{}", row.key, row.attempts);
            Some(EffectDraft::new(key, Effect::RemoveRole { case, user, role }))
        }
        _ => None,
    });
    released.collect()
}

/// Refused for good, or nobody can tell.
const fn is_troubled(row: &EffectRow) -> bool {
    matches!(
        row.state,
        EffectState::Failed | EffectState::Uncertain | EffectState::Expired
    )
}

/// Whether they joined after the last attempt, or less than `slack` before.
fn came_after(row: &EffectRow, present: Present, slack: Duration) -> bool {
    present.since + slack > row.next_at
}

/// Whether the timeout that they have is one of ours, and not one that a moderator gave by hand.
fn is_held_by_us(sanctions: &[EffectRow], present: Present, now: Timestamp) -> bool {
    let Some(end) = present.timed_out_until.filter(|end| *end > now) else {
        return false;
    };
    sanctions.iter().any(|row| match row.effect {
        Effect::TimeoutMember { until, .. } | Effect::RenewTimeout { until, .. } => {
            until.since(end).max(end.since(until)) < ROUNDING
        }
        _ => false,
    })
}

/// Whether the case that gave it has taken it away again since.
fn is_ended(sanctions: &[EffectRow], given: &EffectRow, now: Timestamp) -> bool {
    sanctions.iter().any(|row| {
        let ends = match (&given.effect, &row.effect) {
            (Effect::AddRole { role: given, .. }, Effect::RemoveRole { role, .. }) => given == role,
            (Effect::TimeoutMember { .. } | Effect::RenewTimeout { .. }, Effect::LiftTimeout { .. }) => true,
            _ => false,
        };
        ends && row.effect.case() == given.effect.case()
            && row.id > given.id
            && (row.state != EffectState::Planned || row.next_at <= now)
    })
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use super::*;
    use crate::model::{CaseId, GuildId, UserId};

    const NOW: Timestamp = Timestamp(1_000_000_000);
    const USER: UserId = UserId(7);
    const ROLE: RoleId = RoleId(8);
    const HOUR: Duration = Duration::from_hours(1);

    fn row(id: i64, case: i64, effect: impl Fn(CaseId) -> Effect, state: EffectState) -> EffectRow {
        EffectRow {
            id: EffectId(id),
            guild: GuildId(1),
            key: format!("case:{case}:step:{id}"),
            effect: effect(CaseId(case)),
            state,
            attempts: 0,
            planned_at: NOW - HOUR,
            next_at: NOW - HOUR,
            expires_at: None,
            lease_until: None,
            interrupted: false,
            result: None,
            failure: None,
        }
    }

    fn timeout(until: Timestamp) -> impl Fn(CaseId) -> Effect {
        move |case| Effect::TimeoutMember {
            case,
            user: USER,
            until,
        }
    }

    fn lift(case: CaseId) -> Effect {
        Effect::LiftTimeout { case, user: USER }
    }

    fn quarantine(case: CaseId) -> Effect {
        Effect::AddRole {
            case,
            user: USER,
            role: ROLE,
        }
    }

    fn release(case: CaseId) -> Effect {
        Effect::RemoveRole {
            case,
            user: USER,
            role: ROLE,
        }
    }

    /// Somebody who came back a minute ago.
    fn back(timed_out_until: Option<Timestamp>, roles: &[RoleId]) -> Present<'_> {
        Present {
            since: NOW - Duration::from_mins(1),
            timed_out_until,
            roles,
        }
    }

    #[test]
    fn a_timeout_that_could_not_be_lifted_is_lifted_when_they_are_back_and_only_if_it_is_ours() {
        let end = NOW + HOUR;
        let rows = [
            row(1, 1, timeout(end), EffectState::Done),
            row(2, 1, lift, EffectState::Failed),
        ];
        // Discord may give it back to the second.
        let rounded = Timestamp(end.0 - 400);
        assert_eq!(owed(&rows, back(Some(rounded), &[]), NOW), [EffectId(2)]);
        let by_hand = end + HOUR;
        assert_eq!(owed(&rows, back(Some(by_hand), &[]), NOW), []);
        assert_eq!(owed(&rows, back(None, &[]), NOW), [], "it ran out meanwhile");
        let never_left = Present {
            since: NOW - HOUR * 9,
            ..back(Some(end), &[])
        };
        assert_eq!(owed(&rows, never_left, NOW), [], "it failed for another reason");
    }

    #[test]
    fn whoever_left_before_their_timeout_is_timed_out_when_they_are_back_unless_it_was_lifted() {
        let end = NOW + HOUR;
        let missed = row(1, 1, timeout(end), EffectState::Failed);
        assert_eq!(owed(from_ref(&missed), back(None, &[]), NOW), [EffectId(1)]);
        let longer = Some(end + HOUR);
        assert_eq!(owed(from_ref(&missed), back(longer, &[]), NOW), []);
        assert_eq!(owed(from_ref(&missed), back(None, &[]), end), [], "it is over");
        let lifted = row(2, 1, lift, EffectState::Failed);
        assert_eq!(owed(&[missed.clone(), lifted], back(None, &[]), NOW), []);
        let of_another_case = row(2, 2, lift, EffectState::Done);
        assert_eq!(
            owed(&[missed, of_another_case], back(None, &[]), NOW),
            [EffectId(1)]
        );
    }

    #[test]
    fn leaving_is_no_way_out_of_a_quarantine() {
        let given = row(1, 1, quarantine, EffectState::Done);
        assert_eq!(owed(from_ref(&given), back(None, &[]), NOW), [EffectId(1)]);
        assert_eq!(owed(from_ref(&given), back(None, &[ROLE]), NOW), []);
        let mut end = row(2, 1, release, EffectState::Planned);
        end.next_at = NOW + HOUR;
        assert_eq!(
            owed(&[given.clone(), end.clone()], back(None, &[]), NOW),
            [EffectId(1)],
            "its end lies ahead"
        );
        end.state = EffectState::Done;
        assert_eq!(owed(&[given, end], back(None, &[]), NOW), []);
    }

    #[test]
    fn a_quarantine_that_was_taken_away_by_hand_is_over() {
        let mut given = row(1, 1, quarantine, EffectState::Done);
        let stays = |roles| Present {
            since: NOW - HOUR * 9,
            ..back(None, roles)
        };
        assert_eq!(released_by_hand(from_ref(&given), stays(&[ROLE]), NOW), []);
        let gone = released_by_hand(from_ref(&given), back(None, &[]), NOW);
        assert_eq!(gone, [], "leaving took it away");
        let noted = released_by_hand(from_ref(&given), stays(&[]), NOW);
        assert_eq!(noted.len(), 1);
        assert_eq!(noted[0].effect, release(CaseId(1)));
        let written = row(2, 1, release, EffectState::Done);
        assert_eq!(
            released_by_hand(&[given.clone(), written.clone()], stays(&[]), NOW),
            []
        );
        assert_eq!(owed(&[given.clone(), written], back(None, &[]), NOW), []);
        given.state = EffectState::Sending;
        let on_its_way = [given];
        assert_eq!(released_by_hand(&on_its_way, stays(&[]), NOW), []);
        assert!(is_under_way(&on_its_way, stays(&[])));
        assert!(!is_under_way(&on_its_way, stays(&[ROLE])));
    }
}

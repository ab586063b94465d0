//! Copies: when a message counts as one of a campaign, what its verdict becomes, and how much is done about a wave
//! without a moderator. Pure.
//!
//! Finding the campaign lives in the store's transaction (for cases) and in `app::campaigns` (for messages that no rule
//! minds); what a press on a campaign's card does is decided in [`super::campaign`].

use std::time::Duration;

use super::plan::key;
use super::policy::Decision;
use super::softening::{Softened, Softening};
use super::window::{Repeats, Seen};
use crate::model::campaign::{Finding as Said, Poster, Wanted};
use crate::model::case::Action;
use crate::model::effect::{Effect, EffectDraft};
use crate::model::fingerprint::{Fingerprint, Likeness};
use crate::model::guild::RuleMode;
use crate::model::{CaseId, Timestamp};
use crate::rules::{Category, Finding, Level, Place, Severity, Verdict, View};
use crate::storage::{CampaignFacts, MOST_COUNTED};

/// Once so many messages of one campaign were removed within a minute, those that only look like the others wait for a
/// moderator; what the rules by themselves take for a scam goes all the same. A raid does not stop at a hundred.
pub const MOST_REMOVED: u32 = 100;
/// Kicks and bans of one campaign within a minute without a moderator.
pub const MOST_BANNED: u32 = 20;
/// Accounts of one campaign that are written to: Discord takes a bot that writes to many strangers for a spammer.
pub const MOST_TOLD: u32 = 10;
// The store counts as far as these limits ask.
const _: () =
    assert!(MOST_REMOVED <= MOST_COUNTED && MOST_BANNED <= MOST_COUNTED && MOST_TOLD <= MOST_COUNTED);
/// Copies are looked for a moment after the first, when those that are on their way have been judged by themselves.
const SETTLING: Duration = Duration::from_secs(1);
/// After this time looking for copies is left to people.
const LOOKING: Duration = Duration::from_hours(1);

/// Findings that no rule file makes: by these names they stand in cases.
pub const COPY: &str = "copy-of-a-scam";
/// A picture like one of a confirmed scam.
pub const IMAGE: &str = "picture-of-a-scam";
/// Posted where nobody but bots of scammers posts.
pub const HONEYPOT: &str = "posted-in-the-honeypot";
/// All of them. A guild sets what they do as it does for rules, and so does the breaker.
pub const WITHOUT_A_RULE: [&str; 3] = [COPY, IMAGE, HONEYPOT];

/// Whether a message that no rule minds counts as a copy, because it is like a scam.
///
/// A scammer copies what a team announces and changes where it leads, borrows its banner, names its page to look honest: what is
/// like a scam may be the original. From whoever posted the scam it is a copy all the same, and from a newcomer, too; from other
/// members only where it leads to all the places that the scam leads to, none of them was known here, and it is worse than spam
/// (anything at all can be posted in the honeypot). What speaks for the community is judged by itself. The same place outside with other words is enough only from a newcomer, where it was new itself
/// and is all that the scam pointed at.
pub fn counts(wanted: &Wanted, likeness: Likeness, message: &Seen) -> bool {
    let is_strange = !wanted.names_familiar;
    wanted.finding == Said::Scam
        && match (likeness, message.poster) {
            (Likeness::Same, Poster::Newcomer) => true,
            (Likeness::Same, _) if message.author == wanted.author => true,
            (Likeness::Same, Poster::Regular) => {
                let is_grave = wanted.category != Category::Spam;
                is_grave && is_strange && wanted.fingerprint.leads_into(&message.fingerprint)
            }
            (Likeness::Link, Poster::Newcomer) => is_strange && wanted.fingerprint.only_link().is_some(),
            (Likeness::Same, Poster::Team) | (Likeness::Link, _) => false,
        }
}

/// A verdict with something that is known apart from its words: that it is certainly a scam. `mode`: what the guild lets
/// that finding do, by its own choice or because it went wrong; absent: it acts. Observed, it decides nothing; off, it is
/// not there.
#[must_use]
pub fn certain(verdict: Verdict, rule: &str, category: Category, mode: Option<RuleMode>) -> Verdict {
    with(
        verdict,
        (rule, category, Severity::High),
        mode,
        (Level::Scam, 100),
    )
}

/// The same with something that is no more than a reason for a moderator to look: it weighs as much as the threshold of
/// what is suspicious.
#[must_use]
pub fn doubtful(
    verdict: Verdict,
    rule: &str,
    category: Category,
    mode: Option<RuleMode>,
    suspicious: u32,
) -> Verdict {
    let level = (Level::Suspicious, suspicious);
    with(verdict, (rule, category, Severity::Medium), mode, level)
}

fn with(
    mut verdict: Verdict,
    (rule, category, severity): (&str, Category, Severity),
    mode: Option<RuleMode>,
    (level, score): (Level, u32),
) -> Verdict {
    if mode == Some(RuleMode::Off) {
        return verdict;
    }
    let place = verdict
        .findings
        .first()
        .map_or(Place::Content, |first| first.place);
    verdict.findings.insert(
        0,
        Finding {
            rule: rule.into(),
            category,
            severity,
            place,
            part: 0,
            view: View::Raw,
            span: 0..0,
            evidence: String::new(),
            observed_only: mode == Some(RuleMode::Observe),
        },
    );
    verdict.shadow_score = verdict.shadow_score.max(score);
    if mode == Some(RuleMode::Observe) {
        return verdict;
    }
    verdict.level = verdict.level.max(level);
    verdict.score = verdict.score.max(score);
    verdict.shadow_score = verdict.shadow_score.max(verdict.score);
    verdict
}

/// How many of a message's pictures have to be of scams before that is certain; `None`: it never is. Scammers borrow a
/// community's banner and pictures that everybody knows: from somebody who has long been here and posts it once, one is not
/// enough, and what speaks for the community may be all banners. The picture campaigns of stolen accounts show several at once,
/// in many channels.
pub fn enough_pictures(poster: Poster, repeats: Repeats) -> Option<usize> {
    match poster {
        Poster::Newcomer => Some(1),
        Poster::Regular if repeats.any() => Some(1),
        Poster::Regular => Some(2),
        Poster::Team => None,
    }
}

/// Whether a message is certain only because it is like another.
pub fn only_alike(verdict: &Verdict) -> bool {
    verdict
        .counting()
        .any(|finding| [COPY, IMAGE].contains(&&*finding.rule))
}

/// What is done about one more message of a campaign; `alike`: it is certain only because it is like the others.
#[must_use]
pub fn within_limits(mut decision: Decision, campaign: &CampaignFacts, alike: bool) -> Decision {
    let acts = decision.actions != [Action::Log];
    let less = if campaign.finding == Said::Harmless {
        Some(Softening::FoundHarmless)
    } else if alike && campaign.removed_lately >= MOST_REMOVED {
        Some(Softening::TooManyAtOnce)
    } else {
        None
    };
    if let (Some(why), true) = (less, acts) {
        return Decision {
            softened: Some(Softened {
                why,
                spared: decision.actions,
            }),
            actions: vec![Action::Log],
        };
    }
    // Recovery steps are a direct message, too, but the first of them is an account's only way back: no limit takes it.
    decision.actions.retain(|action| match action {
        Action::Tell => !campaign.told_author && campaign.told < MOST_TOLD,
        Action::Recover => !campaign.recovered_author,
        _ => true,
    });
    if campaign.removed_lately >= MOST_BANNED {
        let (gone, kept): (Vec<Action>, Vec<Action>) = decision
            .actions
            .into_iter()
            .partition(|action| matches!(action, Action::Kick | Action::Ban { .. }));
        decision.actions = kept;
        if !gone.is_empty() && decision.softened.is_none() {
            decision.softened = Some(Softened {
                why: Softening::TooManyAtOnce,
                spared: gone,
            });
        }
    }
    if decision.actions.is_empty() {
        decision.actions.push(Action::Log);
    }
    decision
}

/// The effect that looks for copies of a case's message. `round` tells one look from another.
pub fn purge(case: CaseId, round: usize, now: Timestamp) -> EffectDraft {
    EffectDraft {
        not_before: Some(now + SETTLING),
        ..EffectDraft::new(key(case, &format!("purge:{round}")), Effect::PurgeCopies { case })
            .expiring(now + LOOKING)
    }
}

/// Whether copies of a message that was just judged are looked for: once for each scam, not for each of its copies.
pub fn is_first_of_its_kind(
    fingerprint: &Fingerprint,
    actions: &[Action],
    campaign: Option<&CampaignFacts>,
) -> bool {
    !fingerprint.is_empty()
        && actions.contains(&Action::Delete)
        && campaign.is_none_or(|campaign| campaign.finding == Said::Open && campaign.removed_lately == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ChannelId, MessageId, UserId};

    fn facts() -> CampaignFacts {
        CampaignFacts {
            lead: CaseId(1),
            finding: Said::Scam,
            removed_lately: 0,
            told: 0,
            told_author: false,
            recovered_author: false,
        }
    }

    fn removing() -> Decision {
        Decision {
            actions: vec![Action::Delete, Action::Timeout { seconds: 60 }, Action::Tell],
            softened: None,
        }
    }

    #[test]
    fn copies_of_what_was_found_harmless_stay() {
        let decision = within_limits(
            removing(),
            &CampaignFacts {
                finding: Said::Harmless,
                ..facts()
            },
            false,
        );
        assert_eq!(decision.actions, [Action::Log]);
        assert_eq!(
            decision.softened.map(|one| one.why),
            Some(Softening::FoundHarmless)
        );
    }

    #[test]
    fn beyond_a_hundred_removals_a_minute_what_is_only_alike_waits_for_a_moderator() {
        let at = |removed_lately, alike| {
            let campaign = CampaignFacts {
                removed_lately,
                ..facts()
            };
            within_limits(removing(), &campaign, alike).actions
        };
        assert!(at(MOST_REMOVED - 1, true).contains(&Action::Delete));
        assert_eq!(at(MOST_REMOVED, true), [Action::Log]);
        assert!(at(10 * MOST_REMOVED, false).contains(&Action::Delete));
    }

    #[test]
    fn what_only_looks_like_a_scam_is_told_from_what_the_rules_found() {
        let found = |rule: &str| certain(Verdict::default(), rule, Category::Scam, None);
        assert!(only_alike(&found(COPY)) && only_alike(&found(IMAGE)));
        assert!(!only_alike(&found(HONEYPOT)));
        assert!(!only_alike(&Verdict::default()));
    }

    #[test]
    fn one_picture_is_enough_from_a_newcomer_or_again_and_again_and_none_from_a_team() {
        let (once, again) = (
            Repeats::default(),
            Repeats {
                cadence: true,
                ..Repeats::default()
            },
        );
        assert_eq!(enough_pictures(Poster::Newcomer, once), Some(1));
        assert_eq!(enough_pictures(Poster::Regular, once), Some(2));
        assert_eq!(enough_pictures(Poster::Regular, again), Some(1));
        assert_eq!(enough_pictures(Poster::Team, again), None);
    }

    #[test]
    fn a_doubtful_picture_is_a_reason_to_look_and_takes_nothing_from_what_is_worse() {
        let look = |verdict, mode| doubtful(verdict, IMAGE, Category::Scam, mode, 40);
        let found = look(Verdict::default(), None);
        assert_eq!((found.level, found.score), (Level::Suspicious, 40));
        let worse = look(certain(Verdict::default(), HONEYPOT, Category::Spam, None), None);
        assert_eq!((worse.level, worse.score), (Level::Scam, 100));
        let observed = look(Verdict::default(), Some(RuleMode::Observe));
        assert_eq!((observed.level, observed.shadow_score), (Level::Clean, 40));
        assert_eq!(look(Verdict::default(), Some(RuleMode::Off)), Verdict::default());
    }

    #[test]
    fn what_a_guild_only_observes_decides_nothing_and_what_is_off_is_not_there() {
        let found = |mode| certain(Verdict::default(), COPY, Category::Scam, Some(mode));
        let observed = found(RuleMode::Observe);
        assert_eq!((observed.level, observed.score), (Level::Clean, 0));
        assert_eq!(observed.shadow_score, 100);
        assert!(observed.findings[0].observed_only && !only_alike(&observed));
        assert_eq!(found(RuleMode::Off), Verdict::default());
    }

    #[test]
    fn each_account_is_told_once_and_no_more_than_ten_of_them() {
        for campaign in [
            CampaignFacts {
                told_author: true,
                ..facts()
            },
            CampaignFacts {
                told: MOST_TOLD,
                ..facts()
            },
        ] {
            let decision = within_limits(removing(), &campaign, false);
            assert!(!decision.actions.contains(&Action::Tell));
            assert!(decision.actions.contains(&Action::Delete));
        }
    }

    #[test]
    fn recovery_steps_go_to_each_stolen_account_once_however_many_were_told() {
        let steps = |campaign: CampaignFacts| {
            let recovering = Decision {
                actions: vec![Action::Delete, Action::Recover],
                softened: None,
            };
            within_limits(recovering, &campaign, false).actions
        };
        for first in [
            facts(),
            CampaignFacts {
                told_author: true,
                told: MOST_TOLD,
                ..facts()
            },
        ] {
            assert_eq!(steps(first), [Action::Delete, Action::Recover]);
        }
        let again = CampaignFacts {
            told: 1,
            told_author: true,
            recovered_author: true,
            ..facts()
        };
        assert_eq!(steps(again), [Action::Delete]);
    }

    #[test]
    fn bans_stop_long_before_removals_do() {
        let banning = Decision {
            actions: vec![
                Action::Delete,
                Action::Ban {
                    delete_seconds: 0,
                    seconds: None,
                },
            ],
            softened: None,
        };
        let decision = within_limits(
            banning,
            &CampaignFacts {
                removed_lately: MOST_BANNED,
                ..facts()
            },
            false,
        );
        assert_eq!(decision.actions, [Action::Delete]);
        assert_eq!(
            decision.softened.map(|one| one.why),
            Some(Softening::TooManyAtOnce)
        );
    }

    const SCAMMER: UserId = UserId(7);

    fn wanted(links: [u32; 3]) -> Wanted {
        Wanted {
            case: CaseId(1),
            author: SCAMMER,
            fingerprint: Fingerprint {
                links,
                ..Fingerprint::default()
            },
            finding: Said::Scam,
            category: Category::Scam,
            first: Timestamp(0),
            latest: Timestamp(0),
            names_familiar: false,
        }
    }

    fn by(poster: Poster, links: [u32; 3]) -> Seen {
        Seen {
            fingerprint: Fingerprint {
                links,
                ..Fingerprint::default()
            },
            channel: ChannelId(1),
            message: MessageId(1),
            author: UserId(8),
            at: Timestamp(0),
            poster,
        }
    }

    #[test]
    fn what_is_like_a_scam_is_a_newcomers_copy_and_a_regulars_only_where_it_leads_to_the_same_places() {
        let scam = wanted([5, 0, 0]);
        let same = |seen| counts(&scam, Likeness::Same, &seen);
        assert!(same(by(Poster::Newcomer, [6, 0, 0])));
        assert!(same(by(Poster::Regular, [6, 5, 0])));
        assert!(
            !same(by(Poster::Regular, [6, 0, 0])),
            "the original leads elsewhere"
        );
        for links in [[5, 0, 0], [6, 0, 0]] {
            assert!(!same(by(Poster::Team, links)));
            let again = Seen {
                author: SCAMMER,
                ..by(Poster::Team, links)
            };
            assert!(same(again), "the account that posted the scam");
        }
        assert!(!counts(
            &wanted([0; 3]),
            Likeness::Same,
            &by(Poster::Regular, [0; 3])
        ));
        let harmless_enough = Wanted {
            category: Category::Spam,
            ..scam
        };
        assert!(!counts(
            &harmless_enough,
            Likeness::Same,
            &by(Poster::Regular, [5, 0, 0])
        ));
        let familiar = Wanted {
            names_familiar: true,
            ..scam
        };
        assert!(!counts(
            &familiar,
            Likeness::Same,
            &by(Poster::Regular, [5, 0, 0])
        ));
        assert!(counts(
            &familiar,
            Likeness::Same,
            &by(Poster::Newcomer, [5, 0, 0])
        ));
        let open = Wanted {
            finding: Said::Open,
            ..scam
        };
        assert!(!counts(&open, Likeness::Same, &by(Poster::Newcomer, [5, 0, 0])));
    }

    #[test]
    fn a_shared_link_counts_only_where_it_is_all_there_is_and_new_and_from_a_newcomer() {
        let link = |scam: &Wanted, poster| counts(scam, Likeness::Link, &by(poster, [5, 0, 0]));
        let scam = wanted([5, 0, 0]);
        assert!(link(&scam, Poster::Newcomer));
        assert!(!link(&scam, Poster::Regular) && !link(&scam, Poster::Team));
        assert!(!link(&wanted([5, 6, 0]), Poster::Newcomer));
        let familiar = Wanted {
            names_familiar: true,
            ..scam
        };
        assert!(!link(&familiar, Poster::Newcomer));
    }
}

//! What becomes of a member whose name or picture imitates staff, or whose name lures: a card for moderators, never a punishment by itself.
//!
//! Many honest people are called Alice. So nobody is punished for a name without a person's decision, nobody is shown
//! twice for the same name, and a raid of look-alikes is one card that names them all: after a few cards of one kind
//! within [`WINDOW`] the next sightings join one case.
//!
//! What looks alike is read in `rules::names`, what names say in the rules; seeing members is the business of
//! `app::impostors`.

use std::time::Duration;

use super::plan::key;
use crate::model::case::Action;
use crate::model::effect::{Effect, EffectDraft};
use crate::model::guild::GuildSettings;
use crate::model::{CaseId, Timestamp};
use crate::rules::{Category, Finding, Level, Place, Severity, Verdict, View};
use crate::storage::{CasePlan, SightingFacts, SightingPlan};

/// How long sightings count towards a wave.
pub const WINDOW: Duration = Duration::from_mins(10);
/// Cards of one kind within the window before the next sightings share one.
const OWN_CARDS: u32 = 3;
/// Cards of all kinds within the window before everything shares one.
const MOST_CARDS: u32 = 12;
/// What a borrowed picture weighs: enough to be shown.
const SCORE: u32 = 60;
/// A card that members keep joining is brought up to date this often.
const REFRESH: Duration = Duration::from_secs(5);

/// The finding of a picture that a member of staff is shown with: by this name it stands in cases.
pub const AVATAR: &str = "avatar-of-staff";

/// What is said of a member who is shown with a picture of staff: a moderator should look.
pub fn same_avatar() -> Verdict {
    let mut verdict = Verdict::default();
    verdict.findings.push(Finding {
        rule: AVATAR.into(),
        category: Category::Impersonation,
        severity: Severity::Medium,
        place: Place::DisplayName,
        part: 0,
        view: View::Raw,
        span: 0..0,
        evidence: String::new(),
        observed_only: false,
    });
    verdict.level = Level::Suspicious;
    verdict.score = SCORE;
    verdict.shadow_score = SCORE;
    verdict
}

/// Decides on a sighting that is new.
pub fn decide(facts: &SightingFacts, settings: &GuildSettings, now: Timestamp) -> SightingPlan {
    let is_flood = facts.cases >= MOST_CARDS;
    if let Some(case) = facts.wave.or(facts.any_wave.filter(|_| is_flood)) {
        return SightingPlan::Join {
            case,
            effects: vec![refresh(case, now)],
        };
    }
    let card = settings.mod_log.map(|_| {
        let effect = Effect::PostReviewCard { case: facts.case };
        EffectDraft::new(key(facts.case, "card"), effect)
    });
    let plan = CasePlan {
        actions: vec![Action::Log],
        softened: None,
        effects: card.into_iter().collect(),
    };
    if is_flood || facts.cases_alike >= OWN_CARDS {
        SightingPlan::Wave(plan)
    } else {
        SightingPlan::Own(plan)
    }
}

/// Brings the card of a wave up to date, at the end of the present span of [`REFRESH`]: however many join in it, that is
/// one request.
fn refresh(case: CaseId, now: Timestamp) -> EffectDraft {
    let span = i64::try_from(REFRESH.as_millis()).unwrap_or(i64::MAX);
    let round = now.0 / span + 1;
    let effect = Effect::RefreshReviewCard { case };
    EffectDraft::new(key(case, &format!("wave:{round}")), effect)
        .after(key(case, "card"))
        .not_before(Timestamp(round * span))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ChannelId;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn facts() -> SightingFacts {
        SightingFacts {
            case: CaseId(9),
            cases_alike: 0,
            cases: 0,
            wave: None,
            any_wave: None,
        }
    }

    fn settings() -> GuildSettings {
        GuildSettings {
            mod_log: Some(ChannelId(1)),
            ..GuildSettings::default()
        }
    }

    #[test]
    fn the_first_few_get_a_card_each_and_the_next_shares_one() {
        for cases in 0..OWN_CARDS {
            let plan = decide(
                &SightingFacts {
                    cases_alike: cases,
                    cases,
                    ..facts()
                },
                &settings(),
                NOW,
            );
            let SightingPlan::Own(plan) = plan else {
                panic!("{plan:?}")
            };
            assert_eq!(plan.actions, [Action::Log], "nobody is punished for a name");
            assert_eq!(plan.effects.len(), 1);
        }
        let raid = SightingFacts {
            cases_alike: OWN_CARDS,
            ..facts()
        };
        assert!(matches!(decide(&raid, &settings(), NOW), SightingPlan::Wave(_)));
    }

    #[test]
    fn whoever_comes_later_joins_and_the_card_is_refreshed_once_in_a_while() {
        let raid = SightingFacts {
            cases_alike: 4,
            wave: Some(CaseId(5)),
            ..facts()
        };
        let keys: std::collections::BTreeSet<String> = (0..1000)
            .map(|at| {
                let plan = decide(&raid, &settings(), Timestamp(NOW.0 + at));
                let SightingPlan::Join { case, effects } = plan else {
                    panic!("{plan:?}")
                };
                assert_eq!(case, CaseId(5));
                effects[0].key.clone()
            })
            .collect();
        assert_eq!(keys.len(), 1, "a thousand within a second are one request");
    }

    #[test]
    fn imitations_of_many_different_people_share_a_card_in_the_end() {
        let flood = SightingFacts {
            cases: MOST_CARDS,
            ..facts()
        };
        assert!(matches!(decide(&flood, &settings(), NOW), SightingPlan::Wave(_)));
        let later = SightingFacts {
            any_wave: Some(CaseId(5)),
            ..flood
        };
        assert!(matches!(
            decide(&later, &settings(), NOW),
            SightingPlan::Join { case: CaseId(5), .. }
        ));
    }
}

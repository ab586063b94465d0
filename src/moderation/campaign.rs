//! What a press on a campaign's card does: the same to every case of it that it may be done to, each account once. Pure;
//! the store calls it inside the transaction, so that of two moderators who press at once one decides.
//!
//! What the press means for a single case is decided in [`mod@super::review`].

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;

use super::copies::{MOST_TOLD, purge};
use super::review::{Press, Refused, only_checked, review};
use crate::model::effect::{Effect, EffectDraft};
use crate::model::guild::GuildSettings;
use crate::model::{CaseId, Timestamp, UserId};
use crate::storage::{CampaignCases, CaseChange};

/// Cases that one press decides at most; those beyond it wait for the next press.
pub const MOST_AT_ONCE: u32 = 500;

/// Decides what a press does to the cases of a campaign, or to one case without copies. `allowed`: the cases on whose
/// members, and in whose channels, the presser may do that, each with the members who were asked about.
pub fn review_all(
    CampaignCases {
        cases,
        told,
        punished,
    }: &CampaignCases,
    press: Press,
    by: UserId,
    allowed: &HashMap<CaseId, HashSet<UserId, impl BuildHasher>, impl BuildHasher>,
    settings: &GuildSettings,
    now: Timestamp,
) -> Result<Vec<(CaseId, CaseChange)>, Refused> {
    let Some(lead) = cases.first() else {
        return Ok(Vec::new());
    };
    let is_sentence = matches!(
        press,
        Press::Timeout | Press::Kick | Press::Ban | Press::BanClearing(_)
    );
    let mut told = told.clone();
    // Who has been punished in this way before is not punished again for another copy.
    let mut punished: HashSet<UserId> = punished
        .iter()
        .filter(|(_, deed)| *deed == press.deed())
        .map(|(user, _)| *user)
        .collect();
    let (mut changes, mut refused) = (Vec::new(), None);
    for case in cases {
        let Some(checked) = allowed.get(&case.id) else {
            continue;
        };
        let first_of_author = !punished.contains(&case.author) || cases.len() == 1;
        let does = if is_sentence && !first_of_author {
            Press::Confirm
        } else {
            press
        };
        match only_checked(case, checked).and_then(|()| review(case, does, by, settings, now)) {
            Ok(mut change) => {
                if is_sentence && first_of_author {
                    punished.insert(case.author);
                }
                let alone = cases.len() == 1;
                change.effects.retain(|draft| match draft.effect {
                    Effect::TellAuthor { user, .. } => {
                        alone || (told.len() < MOST_TOLD as usize && told.insert(user))
                    }
                    Effect::RefreshReviewCard { .. } => alone,
                    _ => true,
                });
                changes.push((case.id, change));
            }
            Err(why) => refused = refused.or(Some(why)),
        }
    }
    let Some((first, change)) = changes.first_mut() else {
        return refused.map_or_else(|| Ok(Vec::new()), Err);
    };
    let first = *first;
    let rounds = cases
        .iter()
        .find(|case| case.id == first)
        .map_or(0, |case| case.history.len());
    if press != Press::Restore && !lead.is_about_a_name() {
        change.effects.push(purge(first, rounds, now));
    }
    if cases.len() > 1 {
        let refresh = Effect::RefreshReviewCard { case: lead.id };
        let key = format!("case:{}:campaign:{first}:{rounds}", lead.id);
        change.effects.push(EffectDraft::new(key, refresh));
    }
    Ok(changes)
}

#[cfg(test)]
mod tests;

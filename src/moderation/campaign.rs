//! What a press on a campaign's card does: the same to every case of it that it may be done to, each account once. Pure;
//! the store calls it inside the transaction, so that of two moderators who press at once one decides.
//!
//! What the press means for a single case is decided in [`mod@super::review`].

use std::collections::HashSet;
use std::hash::BuildHasher;

use super::copies::{MOST_TOLD, purge};
use super::review::{Press, Refused, review};
use crate::model::campaign::Campaign;
use crate::model::case::{Action, Case, CaseState};
use crate::model::effect::{Effect, EffectDraft};
use crate::model::guild::GuildSettings;
use crate::model::{CaseId, Timestamp, UserId};
use crate::moderation::review::is_removed;
use crate::storage::CaseChange;

/// Cases that one press decides at most; those beyond it wait for the next press.
pub const MOST_AT_ONCE: usize = 500;
/// Accounts that a card names.
const NAMED: usize = 10;

/// Decides what a press does to the cases of a campaign, the lead first, or to one case without copies. `allowed`: the
/// cases on whose authors, and in whose channels, the presser may do that.
pub fn review_all(
    cases: &[Case],
    press: Press,
    by: UserId,
    allowed: &HashSet<CaseId, impl BuildHasher>,
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
    let mut punished: HashSet<UserId> = HashSet::new();
    let mut told: HashSet<UserId> = cases
        .iter()
        .filter(|case| case.actions.contains(&Action::Tell))
        .map(|case| case.author)
        .collect();
    if is_sentence {
        // Who has been punished by this press before is not punished again for another copy.
        punished.extend(
            cases
                .iter()
                .filter(|case| case.history.iter().any(|event| event.deed == press.deed()))
                .map(|case| case.author),
        );
    }
    let (mut changes, mut refused) = (Vec::new(), None);
    for case in cases
        .iter()
        .filter(|case| allowed.contains(&case.id))
        .take(MOST_AT_ONCE)
    {
        let first_of_author = !punished.contains(&case.author) || cases.len() == 1;
        let does = if is_sentence && !first_of_author {
            Press::Confirm
        } else {
            press
        };
        match review(case, does, by, settings, now) {
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

/// A campaign as its card shows it; `None` for a case without copies.
pub fn summary(cases: &[Case]) -> Option<Campaign> {
    let lead = cases.first().filter(|_| cases.len() > 1)?;
    let mut messages: HashSet<u64> = HashSet::new();
    let mut channels = HashSet::new();
    let mut authors: Vec<(UserId, u32)> = Vec::new();
    let (mut removed, mut standing, mut restored) = (0, 0, 0);
    // A message that was edited may have several cases; one is enough to take it away.
    let gone: HashSet<u64> = cases
        .iter()
        .filter(|case| is_removed(case))
        .map(|case| case.message.0)
        .collect();
    for case in cases {
        if !messages.insert(case.message.0) {
            continue;
        }
        channels.insert(case.channel);
        match authors.iter_mut().find(|(author, _)| *author == case.author) {
            Some((_, count)) => *count += 1,
            None => authors.push((case.author, 1)),
        }
        match case.state {
            CaseState::Restored => restored += 1,
            _ if gone.contains(&case.message.0) => removed += 1,
            _ => standing += 1,
        }
    }
    let accounts = authors.len();
    authors.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    authors.truncate(NAMED);
    Some(Campaign {
        lead: lead.id,
        copies: messages.len() as u32,
        accounts: accounts as u32,
        channels: channels.len() as u32,
        removed,
        standing,
        restored,
        authors,
        latest: cases.iter().map(|case| case.opened_at).max().unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests;

//! The way back for somebody whose account was stolen: they say that it is theirs again, a moderator answers, and what kept
//! them from speaking ends. The same ends when a case is undone.

use super::{Press, REVIEW_TIMEOUT, Refused, change, lift, timeout_step};
use crate::model::case::{Action, Case, CaseDeed};
use crate::model::effect::{Effect, EffectDraft};
use crate::model::guild::GuildSettings;
use crate::model::{Timestamp, UserId};
use crate::moderation::plan::{chain, key};
use crate::storage::CaseChange;

/// How often an author may ask to be let back: after each refusal once more.
pub(super) const MOST_REQUESTS: usize = 3;

/// Decides what the press of an author does who says that their account is theirs again.
pub fn ask_back(case: &Case, by: UserId) -> Result<CaseChange, Refused> {
    if by != case.author {
        return Err(Refused::NotTheAuthor);
    }
    let settling = [CaseDeed::Restored, CaseDeed::LetBack, CaseDeed::Banned];
    let settled = case
        .history
        .iter()
        .rev()
        .find(|event| settling.contains(&event.deed));
    let asked = case
        .history
        .iter()
        .filter(|event| event.deed == CaseDeed::AskedBack);
    let spent = (asked.count() >= MOST_REQUESTS)
        .then(|| {
            case.history
                .iter()
                .rev()
                .find(|event| event.deed == CaseDeed::Declined)
        })
        .flatten();
    if let Some(earlier) = settled.or_else(|| case.asks_back()).or(spent) {
        return Err(Refused::Settled(earlier.clone()));
    }
    Ok(change(
        case,
        case.state,
        CaseDeed::AskedBack,
        by,
        None,
        Vec::new(),
    ))
}

/// Ends the timeouts and the quarantine that the case brought. `effects` get keys of their own each time: somebody who was
/// let back may be timed out again.
pub(super) fn let_speak(case: &Case, settings: &GuildSettings, effects: &mut Vec<EffectDraft>) {
    let (id, user) = (case.id, case.author);
    let by_moderator = case
        .history
        .iter()
        .rposition(|event| event.deed == CaseDeed::TimedOut);
    let at_once = case
        .actions
        .iter()
        .any(|action| matches!(action, Action::Timeout { .. }));
    if let Some(index) = by_moderator {
        for member in case.members() {
            effects.push(lift(case, member).after(key(id, &timeout_step(case, index, member))));
        }
    } else if at_once {
        effects.push(lift(case, user).after(key(id, "timeout")));
    }
    let quarantined = case
        .actions
        .iter()
        .any(|action| matches!(action, Action::Quarantine { .. }));
    if let Some(role) = settings.quarantine_role.filter(|_| quarantined) {
        let release = EffectDraft::new(key(id, "release"), Effect::RemoveRole { case: id, user, role });
        effects.push(release.after(key(id, "quarantine")));
    }
}

/// The moderator's answer to somebody who asks to be let back.
pub(super) fn answer(
    case: &Case,
    press: Press,
    settings: &GuildSettings,
    now: Timestamp,
    effects: &mut Vec<EffectDraft>,
) {
    if press == Press::LetBack {
        let_speak(case, settings, effects);
    }
    let last = effects.last().map(|draft| draft.key.clone());
    let effect = Effect::TellAnswer {
        case: case.id,
        user: case.author,
    };
    let told = EffectDraft::new(
        key(case.id, &format!("tell-answer:{}", case.history.len())),
        effect,
    );
    chain(told.expiring(now + REVIEW_TIMEOUT), last, effects);
}

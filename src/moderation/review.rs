//! What a moderator's button or an author's protest does to a case: pure, run inside the store's transaction, so that two
//! people who press together have one effect and the second learns who was first.
//!
//! Whether the presser may press at all is asked before, in `discord::permissions`.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::hash::BuildHasher;
use std::time::Duration;

use super::plan::{Removal, ban, chain, key, kick, removal, removal_key, remove, tell};
use crate::model::case::{Action, Case, CaseDeed, CaseEvent, CaseState};
use crate::model::effect::{Effect, EffectDraft};
use crate::model::guild::GuildSettings;
use crate::model::{Timestamp, UserId};
use crate::storage::CaseChange;

mod letting_back;

pub use letting_back::ask_back;
use letting_back::{answer, let_speak};

/// How long a moderator's timeout lasts.
pub const REVIEW_TIMEOUT: Duration = Duration::from_hours(24);
/// How much of a banned author's history goes too: what they posted elsewhere in the last hour.
pub const REVIEW_PURGE_SECONDS: u64 = 3600;
/// How much history a ban may delete, in seconds: nothing, an hour, a day, a week (Discord's most).
pub const CLEARINGS: [u32; 4] = [0, 3600, 86_400, 604_800];
/// The longest note on a case, in characters.
pub const NOTE_LIMIT: u16 = 1000;
/// The longest protest, in characters: what Discord shows in one field of a card.
pub const CONTEST_LIMIT: u16 = 1000;

/// The step of a moderator's ban on top of the policy's own.
const FINAL_BAN: &str = "ban:final";

/// A button of the review card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Press {
    /// Uphold the case; a message that still stands is removed.
    Confirm,
    /// It was wrong; undo it.
    Restore,
    /// Time the author out.
    Timeout,
    /// Remove the author from the guild.
    Kick,
    /// Ban the author.
    Ban,
    /// Ban the author and delete so many seconds of what they posted; one of [`CLEARINGS`].
    BanClearing(u32),
    /// Let an author back who asked for it: the account is theirs again.
    LetBack,
    /// Do not let them back yet.
    Decline,
}

impl Press {
    /// Every button.
    pub const ALL: [Self; 7] = [
        Self::Confirm,
        Self::Restore,
        Self::Timeout,
        Self::Kick,
        Self::Ban,
        Self::LetBack,
        Self::Decline,
    ];

    /// What the history says afterwards.
    pub const fn deed(self) -> CaseDeed {
        match self {
            Self::Confirm => CaseDeed::Confirmed,
            Self::Restore => CaseDeed::Restored,
            Self::Timeout => CaseDeed::TimedOut,
            Self::Kick => CaseDeed::Kicked,
            Self::Ban | Self::BanClearing(_) => CaseDeed::Banned,
            Self::LetBack => CaseDeed::LetBack,
            Self::Decline => CaseDeed::Declined,
        }
    }
}

/// Why a press changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Somebody did it before, or did something that settles it.
    Settled(CaseEvent),
    /// A webhook has no account that could be punished.
    NoAccount,
    /// Only the author contests, or asks to be let back.
    NotTheAuthor,
    /// Nothing was found in it that could be exempted, or its text has been erased.
    NothingToExempt,
    /// Nobody asks to be let back.
    NobodyAsks,
    /// So many members came to the case after the presser's rights were checked.
    MoreMembers(usize),
}

/// Refuses a decision about members for whom nobody has asked whether the presser may: they joined a wave while that was
/// asked about the others. A case has one decision, so that it cannot be made for a part of its members.
pub fn only_checked(case: &Case, checked: &HashSet<UserId, impl BuildHasher>) -> Result<(), Refused> {
    match case.members().filter(|member| !checked.contains(member)).count() {
        0 => Ok(()),
        more => Err(Refused::MoreMembers(more)),
    }
}

/// Decides what a press does.
pub fn review(
    case: &Case,
    press: Press,
    by: UserId,
    settings: &GuildSettings,
    now: Timestamp,
) -> Result<CaseChange, Refused> {
    if let Some(earlier) = settled_by(case, press, now) {
        return Err(Refused::Settled(earlier.clone()));
    }
    let mut effects = Vec::new();
    match press {
        Press::Restore => undo(case, settings, now, &mut effects),
        Press::Confirm => {
            uphold(case, now, &mut effects);
        }
        Press::Timeout | Press::Kick | Press::Ban | Press::BanClearing(_) => {
            if case
                .evidence
                .as_ref()
                .is_some_and(|evidence| evidence.author.webhook.is_some())
            {
                return Err(Refused::NoAccount);
            }
            punish(case, press, now, &mut effects);
        }
        Press::LetBack | Press::Decline => {
            if case.asks_back().is_none() {
                return Err(Refused::NobodyAsks);
            }
            answer(case, press, settings, now, &mut effects);
        }
    }
    let state = match press {
        Press::Restore => CaseState::Restored,
        Press::Decline => case.state,
        _ => CaseState::Confirmed,
    };
    Ok(change(case, state, press.deed(), by, None, effects))
}

/// Decides what an author's protest does. `text` holds no secret any more.
pub fn contest(case: &Case, by: UserId, text: String) -> Result<CaseChange, Refused> {
    if by != case.author {
        return Err(Refused::NotTheAuthor);
    }
    let settling = [CaseDeed::Restored, CaseDeed::Contested];
    if let Some(earlier) = case
        .history
        .iter()
        .rev()
        .find(|event| settling.contains(&event.deed))
    {
        return Err(Refused::Settled(earlier.clone()));
    }
    Ok(change(
        case,
        case.state,
        CaseDeed::Contested,
        by,
        Some(text),
        Vec::new(),
    ))
}

/// Keeps a moderator's note with a case. `text` holds no secret any more.
pub fn note(case: &Case, by: UserId, text: String) -> CaseChange {
    change(case, case.state, CaseDeed::Noted, by, Some(text), Vec::new())
}

/// Whether the message was, or will be, taken away: at once, or because a moderator upheld the case.
pub fn is_removed(case: &Case) -> bool {
    !case.is_about_a_name() && (case.removes() || case.history.iter().any(|event| is_upholding(event.deed)))
}

const fn is_upholding(deed: CaseDeed) -> bool {
    matches!(
        deed,
        CaseDeed::Confirmed | CaseDeed::TimedOut | CaseDeed::Kicked | CaseDeed::Banned
    )
}

/// The earlier deed after which this press has nothing to do.
fn settled_by(case: &Case, press: Press, now: Timestamp) -> Option<&CaseEvent> {
    // A contest asks for a word on what was upheld before: upholding it again is the answer.
    let contested = case
        .history
        .iter()
        .rposition(|event| event.deed == CaseDeed::Contested);
    let settles = |index: usize, event: &CaseEvent| match (event.deed, press) {
        (CaseDeed::Restored, _)
        | (
            CaseDeed::Banned,
            Press::Timeout | Press::Kick | Press::Ban | Press::BanClearing(_) | Press::LetBack,
        )
        | (CaseDeed::Kicked, Press::Kick) => true,
        (CaseDeed::LetBack | CaseDeed::Declined, Press::LetBack | Press::Decline) => {
            case.asks_back().is_none()
        }
        (CaseDeed::TimedOut, Press::Timeout) => now.since(event.at) < REVIEW_TIMEOUT,
        (deed, Press::Confirm) => is_upholding(deed) && contested.is_none_or(|contested| contested < index),
        _ => false,
    };
    let found = case
        .history
        .iter()
        .enumerate()
        .rev()
        .find(|(index, event)| settles(*index, event));
    found.map(|(_, event)| event)
}

/// Takes away a message that still stands and tells its author; answers the key that a punishment waits for.
fn uphold(case: &Case, now: Timestamp, effects: &mut Vec<EffectDraft>) -> Option<String> {
    if case.is_about_a_name() {
        return None;
    }
    let evidence = case.evidence.as_ref()?;
    let removed = (!is_removed(case)).then(|| remove(case.id, evidence, effects));
    let is_person = evidence.author.webhook.is_none() && !evidence.author.bot;
    let is_told = case.actions.contains(&Action::Tell) || case.actions.contains(&Action::Recover);
    if !is_person || is_told || is_removed(case) {
        // Told already, or nobody to tell: what was planned under this key is still waited for.
        return removed.or_else(|| is_told.then(|| key(case.id, "tell")));
    }
    Some(chain(tell(case.id, case.author, now), removed, effects))
}

fn punish(case: &Case, press: Press, now: Timestamp, effects: &mut Vec<EffectDraft>) {
    if press == Press::Timeout {
        let until = now + REVIEW_TIMEOUT;
        for user in case.members() {
            let effect = Effect::TimeoutMember {
                case: case.id,
                user,
                until,
            };
            let step = timeout_step(case, case.history.len(), user);
            effects.push(EffectDraft::new(key(case.id, &step), effect).expiring(until));
        }
        uphold(case, now, effects);
        tell_of_name(case, now, effects);
        return;
    }
    let told = uphold(case, now, effects).or_else(|| tell_of_name(case, now, effects));
    for user in case.members() {
        let mut draft = match press {
            Press::Kick => kick(case.id, user, now),
            Press::BanClearing(seconds) => ban(case.id, user, u64::from(seconds)),
            _ => ban(case.id, user, REVIEW_PURGE_SECONDS),
        };
        // The policy's own ban may end by itself; a moderator's is for good.
        if matches!(press, Press::Ban | Press::BanClearing(_)) && is_banned_by_policy(case) {
            draft.key = key(case.id, FINAL_BAN);
        }
        if user != case.author {
            draft.key = format!("{}:{user}", draft.key);
        }
        match &told {
            Some(told) => effects.push(draft.after(told.clone())),
            None => effects.push(draft),
        }
    }
}

/// Tells whoever is punished for their name why, once; answers the key that a kick or ban waits for. A wave of accounts
/// that were made to deceive is not written to.
fn tell_of_name(case: &Case, now: Timestamp, effects: &mut Vec<EffectDraft>) -> Option<String> {
    if !case.is_about_a_name() || !case.others.is_empty() {
        return None;
    }
    let draft = tell(case.id, case.author, now);
    let told = draft.key.clone();
    if !case.history.iter().any(|event| is_punishing(event.deed)) {
        effects.push(draft);
    }
    Some(told)
}

const fn is_punishing(deed: CaseDeed) -> bool {
    matches!(deed, CaseDeed::TimedOut | CaseDeed::Kicked | CaseDeed::Banned)
}

/// The name of the timeout that is the history's entry with this index. A case can hold several, one after the other, and
/// the case of a wave one for each of its members.
fn timeout_step(case: &Case, index: usize, user: UserId) -> String {
    if user == case.author {
        format!("timeout:{index}")
    } else {
        format!("timeout:{index}:{user}")
    }
}

/// Whether the author was banned for it, at once or by a moderator.
pub fn was_banned(case: &Case) -> bool {
    is_banned_by_policy(case) || case.history.iter().any(|event| event.deed == CaseDeed::Banned)
}

/// Everything that can be undone. Whoever was kicked or banned has to be invited again: whoever reviews reads so.
fn undo(case: &Case, settings: &GuildSettings, now: Timestamp, effects: &mut Vec<EffectDraft>) {
    let (id, user) = (case.id, case.author);
    let_speak(case, settings, effects);
    if was_banned(case) {
        let by_moderator = case.history.iter().any(|event| event.deed == CaseDeed::Banned);
        let banned = if by_moderator && is_banned_by_policy(case) {
            FINAL_BAN
        } else {
            "ban"
        };
        for member in case.members() {
            let own = |step: &str| {
                if member == case.author {
                    key(id, step)
                } else {
                    key(id, &format!("{step}:{member}"))
                }
            };
            let effect = Effect::LiftBan {
                case: id,
                user: member,
            };
            effects.push(EffectDraft::new(own("lift-ban"), effect).after(own(banned)));
        }
    }
    let Some(evidence) = case.evidence.as_ref().filter(|_| is_removed(case)) else {
        return;
    };
    let mut last = removal_key(id);
    let back = match removal(evidence) {
        // A thread that was removed is gone for good; its author is asked to post it again.
        Removal::Thread(_) => None,
        Removal::Title(thread) => Some(Effect::RenameThread {
            case: id,
            thread,
            back: true,
        }),
        Removal::Message => Some(Effect::RestoreMessage { case: id }),
    };
    if let Some(back) = back {
        last = chain(EffectDraft::new(key(id, "restore"), back), Some(last), effects);
    }
    if evidence.author.webhook.is_none() && !evidence.author.bot {
        let told = EffectDraft::new(key(id, "tell-restored"), Effect::TellRestored { case: id, user });
        effects.push(told.after(last).expiring(now + REVIEW_TIMEOUT));
    }
}

fn is_banned_by_policy(case: &Case) -> bool {
    case.actions
        .iter()
        .any(|action| matches!(action, Action::Ban { .. }))
}

/// The end of a member's timeout.
fn lift(case: &Case, user: UserId) -> EffectDraft {
    // Somebody who was let back may be timed out again: only the first end has the plain name.
    let mut step = "lift-timeout".to_owned();
    if case.history.iter().any(|event| event.deed == CaseDeed::LetBack) {
        let _ = write!(step, ":{}", case.history.len());
    }
    if user != case.author {
        let _ = write!(step, ":{user}");
    }
    EffectDraft::new(key(case.id, &step), Effect::LiftTimeout { case: case.id, user })
}

/// The change, with the card brought up to date after everything else of it.
pub(super) fn change(
    case: &Case,
    state: CaseState,
    deed: CaseDeed,
    by: UserId,
    note: Option<String>,
    mut effects: Vec<EffectDraft>,
) -> CaseChange {
    let last = effects.last().map(|draft| draft.key.clone());
    let refresh = Effect::RefreshReviewCard { case: case.id };
    chain(
        EffectDraft::new(key(case.id, &format!("card:{}", case.history.len())), refresh),
        last,
        &mut effects,
    );
    CaseChange {
        state,
        deed,
        by,
        note,
        effects,
    }
}

/// Whether restoring can put the message back where it was: a removed thread is gone for good.
pub fn comes_back(case: &Case) -> bool {
    is_removed(case)
        && case
            .evidence
            .as_ref()
            .is_some_and(|evidence| !matches!(removal(evidence), Removal::Thread(_)))
}

#[cfg(test)]
mod tests;

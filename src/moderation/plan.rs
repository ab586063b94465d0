//! From a decision to planned effects: what is asked of Discord, under which keys, and what waits for what.
//!
//! Attachments are kept before the message goes; the author is told before a kick or ban ends our way to reach them; the
//! review card waits for what it reports. A timeout waits for nothing, so that no other request's delay keeps a scammer
//! talking. The requests themselves are in `discord::perform`.

use std::time::Duration;

use super::policy::Decision;
use super::softening::{Softened, Softening};
use crate::model::case::{Action, Case};
use crate::model::effect::{Effect, EffectDraft};
use crate::model::guild::GuildSettings;
use crate::model::message::{Arrival, IncomingMessage};
use crate::model::{CaseId, ChannelId, Timestamp};
use crate::storage::CasePlan;

/// After this time a direct message about a removal would confuse more than it explains.
const TELLING_WINDOW: Duration = Duration::from_hours(3 * 24);
/// After this time a kick that could not be carried out is left to people.
const KICKING_WINDOW: Duration = Duration::from_hours(24);

/// Names the effects of a case. One key is one effect for ever, so planning it again does no harm.
pub(super) fn key(case: CaseId, step: &str) -> String {
    format!("case:{case}:{step}")
}

/// What is written with a new case.
pub fn plan(
    case: CaseId,
    message: &IncomingMessage,
    decision: Decision,
    settings: &GuildSettings,
    now: Timestamp,
) -> CasePlan {
    let is_account = message.author.webhook.is_none();
    let is_person = is_account && !message.author.bot;
    let user = message.author.id;
    let (mut actions, mut effects) = (Vec::new(), Vec::new());
    let mut softened = decision.softened;
    // The effect that the next one of the chain waits for, and in the end the card.
    let mut last: Option<String> = None;
    for action in decision.actions {
        match action {
            Action::Log => {}
            // What AutoMod blocked was never posted.
            Action::Delete if message.arrival == Arrival::Blocked => {}
            Action::Delete => last = Some(remove(case, message, &mut effects)),
            Action::Timeout { seconds } if is_account => {
                let until = now + Duration::from_secs(seconds);
                let effect = Effect::TimeoutMember { case, user, until };
                effects.push(EffectDraft::new(key(case, "timeout"), effect).expiring(until));
            }
            Action::Quarantine if is_account => {
                let Some(role) = settings.quarantine_role else {
                    softened = softened.or_else(|| Some(Softened::by(Softening::NoQuarantineRole)));
                    continue;
                };
                effects.push(EffectDraft::new(
                    key(case, "quarantine"),
                    Effect::AddRole { case, user, role },
                ));
            }
            Action::Tell if is_person => {
                last = Some(chain(tell(case, user, now), last, &mut effects));
            }
            Action::Kick if is_account => last = Some(chain(kick(case, user, now), last, &mut effects)),
            Action::Ban { delete_seconds } if is_account => {
                last = Some(chain(ban(case, user, delete_seconds), last, &mut effects));
            }
            Action::Timeout { .. }
            | Action::Quarantine
            | Action::Tell
            | Action::Kick
            | Action::Ban { .. } => continue,
        }
        actions.push(action);
    }
    if actions.is_empty() {
        actions.push(Action::Log);
    }
    // Without a mod log there is no place for a card; it is posted once there is one.
    if settings.mod_log.is_some() {
        chain(review_card(case), last, &mut effects);
    }
    CasePlan {
        actions,
        softened: softened.map(|one| one.to_string()),
        effects,
    }
}

/// Adds the effects that take the message away; answers the key of the last.
///
/// A forum post's starter has the id of its thread, and so has what stands for a thread's title: there the thread goes.
/// The files of a message that held a secret are not kept: they may well show the same secret.
pub(super) fn remove(case: CaseId, message: &IncomingMessage, effects: &mut Vec<EffectDraft>) -> String {
    let held_secret = message.parts.iter().any(|part| !part.secrets.is_empty());
    let keep = (!message.attachments.is_empty() && !held_secret).then(|| {
        chain(
            EffectDraft::new(key(case, "keep"), Effect::KeepAttachments { case }),
            None,
            effects,
        )
    });
    let effect = match thread_of(message) {
        Some(thread) => Effect::DeleteThread { case, thread },
        None => Effect::DeleteMessage {
            case,
            channel: message.channel,
            message: message.id,
        },
    };
    chain(EffectDraft::new(key(case, "delete"), effect), keep, effects)
}

/// The review card.
pub fn review_card(case: CaseId) -> EffectDraft {
    EffectDraft::new(key(case, "card"), Effect::PostReviewCard { case })
}

/// The thread that a message is the beginning of.
pub fn thread_of(message: &IncomingMessage) -> Option<ChannelId> {
    (message.id.0 == message.channel.0).then_some(message.channel)
}

/// The direct message to the author.
pub(super) fn tell(case: CaseId, user: crate::model::UserId, now: Timestamp) -> EffectDraft {
    EffectDraft::new(key(case, "tell"), Effect::TellAuthor { case, user }).expiring(now + TELLING_WINDOW)
}

/// The kick.
pub(super) fn kick(case: CaseId, user: crate::model::UserId, now: Timestamp) -> EffectDraft {
    EffectDraft::new(key(case, "kick"), Effect::KickMember { case, user }).expiring(now + KICKING_WINDOW)
}

/// The ban.
pub(super) fn ban(case: CaseId, user: crate::model::UserId, delete_seconds: u64) -> EffectDraft {
    EffectDraft::new(
        key(case, "ban"),
        Effect::BanMember {
            case,
            user,
            delete_seconds,
        },
    )
}

/// Adds a draft that waits for `last`; answers its key.
pub(super) fn chain(draft: EffectDraft, last: Option<String>, effects: &mut Vec<EffectDraft>) -> String {
    let name = draft.key.clone();
    effects.push(match last {
        Some(last) => draft.after(last),
        None => draft,
    });
    name
}

/// What the audit log of Discord says beside the bot's deeds for a case; never any content.
pub fn audit_reason(case: &Case) -> String {
    format!(
        "Nightdesk case #{}: {} ({})",
        case.number, case.category, case.severity
    )
}

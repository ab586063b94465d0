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
use crate::model::message::{Arrival, IncomingMessage, MessagePart};
use crate::model::{CaseId, ChannelId, Timestamp, UserId};
use crate::rules::Place;
use crate::storage::CasePlan;

/// After this time a direct message about a removal would confuse more than it explains.
const TELLING_WINDOW: Duration = Duration::from_hours(3 * 24);
/// After this time a kick that could not be carried out is left to people.
const KICKING_WINDOW: Duration = Duration::from_hours(24);

/// Discord's longest timeout.
const LONGEST_TIMEOUT: Duration = Duration::from_hours(28 * 24);
/// A longer timeout is renewed so long before Discord would end it.
const RENEWED_AHEAD: Duration = Duration::from_hours(24);

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
                time_out(case, user, now, Duration::from_secs(seconds), &mut effects);
            }
            Action::Quarantine { seconds } if is_account => {
                let Some(role) = settings.quarantine_role else {
                    softened = softened.or_else(|| Some(Softened::by(Softening::NoQuarantineRole)));
                    continue;
                };
                let given = key(case, "quarantine");
                effects.push(EffectDraft::new(
                    given.clone(),
                    Effect::AddRole { case, user, role },
                ));
                if let Some(seconds) = seconds {
                    let taken = Effect::RemoveRole { case, user, role };
                    let end = EffectDraft::new(key(case, "quarantine-end"), taken).after(given);
                    effects.push(end.not_before(now + Duration::from_secs(seconds)));
                }
            }
            Action::Tell | Action::Recover if is_person => {
                last = Some(chain(tell(case, user, now), last, &mut effects));
            }
            Action::Kick if is_account => last = Some(chain(kick(case, user, now), last, &mut effects)),
            Action::Ban {
                delete_seconds,
                seconds,
            } if is_account => {
                let banned = chain(ban(case, user, delete_seconds), last, &mut effects);
                if let Some(seconds) = seconds {
                    let end = EffectDraft::new(key(case, "ban-end"), Effect::LiftBan { case, user });
                    effects.push(
                        end.after(banned.clone())
                            .not_before(now + Duration::from_secs(seconds)),
                    );
                }
                last = Some(banned);
            }
            Action::Timeout { .. }
            | Action::Quarantine { .. }
            | Action::Tell
            | Action::Recover
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

/// Adds a timeout, and its renewals where it is longer than Discord allows: each is stored now and due a day before the
/// one before it runs out, so that it goes on through any restart.
fn time_out(case: CaseId, user: UserId, now: Timestamp, span: Duration, effects: &mut Vec<EffectDraft>) {
    let end = now + span;
    let mut until = end.min(now + LONGEST_TIMEOUT);
    let first = Effect::TimeoutMember { case, user, until };
    effects.push(EffectDraft::new(key(case, "timeout"), first).expiring(until));
    let mut round = 1;
    while until < end {
        let due = until - RENEWED_AHEAD;
        until = end.min(due + LONGEST_TIMEOUT);
        let effect = Effect::RenewTimeout { case, user, until };
        let renewal = EffectDraft::new(key(case, &format!("timeout-renewal:{round}")), effect);
        effects.push(renewal.not_before(due).expiring(until));
        round += 1;
    }
}

/// Adds the effects that take the message away; answers the key of the last.
///
/// The files of a message that held a secret are not kept: they may well show the same secret.
pub(super) fn remove(case: CaseId, message: &IncomingMessage, effects: &mut Vec<EffectDraft>) -> String {
    let held_secret = message.parts.iter().any(|part| !part.secrets.is_empty());
    let has_files = !message.attachments.is_empty() || !message.previews.is_empty();
    let keep = (has_files && !held_secret).then(|| {
        chain(
            EffectDraft::new(key(case, "keep"), Effect::KeepAttachments { case }),
            None,
            effects,
        )
    });
    let effect = match removal(message) {
        Removal::Thread(thread) => Effect::DeleteThread { case, thread },
        Removal::Title(thread) => Effect::RenameThread {
            case,
            thread,
            back: false,
        },
        Removal::Message => Effect::DeleteMessage {
            case,
            channel: message.channel,
            message: message.id,
        },
    };
    chain(EffectDraft::new(removal_key(case), effect), keep, effects)
}

/// The key under which the removal of a case's message is planned.
pub fn removal_key(case: CaseId) -> String {
    key(case, "delete")
}

/// The review card.
pub fn review_card(case: CaseId) -> EffectDraft {
    EffectDraft::new(key(case, "card"), Effect::PostReviewCard { case })
}

/// What goes when a message is taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// The message alone.
    Message,
    /// The thread that was made with it.
    Thread(ChannelId),
    /// The title that a thread was given.
    Title(ChannelId),
}

/// What goes with a message. A forum post's starter has the id of its thread, and so has what stands for a thread's title: a thread that
/// was made with them goes whole. Where they were changed later, other people may have written there, and only what was changed
/// goes; but a thread whose title gives a secret away goes whole, because Discord notes a change of title in the thread itself.
pub fn removal(message: &IncomingMessage) -> Removal {
    let is_title = |part: &MessagePart| part.place == Place::ThreadName;
    let tells_secret = message
        .parts
        .iter()
        .any(|part| is_title(part) && !part.secrets.is_empty());
    if message.id.0 != message.channel.0 {
        Removal::Message
    } else if message.arrival != Arrival::Edited || tells_secret {
        Removal::Thread(message.channel)
    } else if message.parts.iter().all(is_title) && message.attachments.is_empty() {
        Removal::Title(message.channel)
    } else {
        Removal::Message
    }
}

/// The direct message to the author.
pub(super) fn tell(case: CaseId, user: UserId, now: Timestamp) -> EffectDraft {
    EffectDraft::new(key(case, "tell"), Effect::TellAuthor { case, user }).expiring(now + TELLING_WINDOW)
}

/// The kick.
pub(super) fn kick(case: CaseId, user: UserId, now: Timestamp) -> EffectDraft {
    EffectDraft::new(key(case, "kick"), Effect::KickMember { case, user }).expiring(now + KICKING_WINDOW)
}

/// The ban.
pub(super) fn ban(case: CaseId, user: UserId, delete_seconds: u64) -> EffectDraft {
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

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_hours(24);
    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn timeouts(span: Duration) -> Vec<EffectDraft> {
        let mut effects = Vec::new();
        time_out(CaseId(1), UserId(2), NOW, span, &mut effects);
        effects
    }

    fn until(draft: &EffectDraft) -> Timestamp {
        match draft.effect {
            Effect::TimeoutMember { until, .. } | Effect::RenewTimeout { until, .. } => until,
            ref other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_timeout_that_discord_allows_is_one_request() {
        for span in [DAY, DAY * 28] {
            let effects = timeouts(span);
            assert_eq!(effects.len(), 1);
            assert_eq!(until(&effects[0]), NOW + span);
        }
    }

    #[test]
    fn a_longer_timeout_is_renewed_in_time_until_its_end() {
        for days in [29, 60, 365] {
            let effects = timeouts(DAY * days);
            for pair in effects.windows(2) {
                let due = pair[1].not_before.expect("a renewal waits");
                assert!(due < until(&pair[0]), "it is renewed before it runs out");
                assert!(until(&pair[1]).since(due) <= LONGEST_TIMEOUT, "Discord allows it");
            }
            assert_eq!(effects.last().map(until), Some(NOW + DAY * days));
            let keys: std::collections::BTreeSet<_> = effects.iter().map(|draft| &draft.key).collect();
            assert_eq!(keys.len(), effects.len());
        }
    }
}

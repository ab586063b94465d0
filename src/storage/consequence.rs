//! What the end of an effect means for the case or ticket it belongs to. Pure; the rows are written in `sqlite`.
//!
//! Whether an effect is repeated is decided in `app::performer`, not here.

use crate::model::effect::{Effect, EffectDraft, EffectOutcome};
use crate::model::notice::Notice;
use crate::model::{CaseId, ChannelId, EffectId, MessageId, PauseId, TicketId};

/// Something that has to be written together with the end of an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// The ticket has this thread now.
    ThreadMade {
        /// The ticket.
        ticket: TicketId,
        /// Its thread.
        thread: ChannelId,
        /// Which thread of the ticket it is.
        round: u32,
    },
    /// The ticket's thread will not come by itself: the ticket stands, its opener and staff are told.
    ThreadRefused {
        /// The ticket.
        ticket: TicketId,
        /// Which thread of the ticket it was to be.
        round: u32,
    },
    /// The case's review card is there.
    ReviewCardPosted {
        /// The case.
        case: CaseId,
        /// Where, and which message.
        card: (ChannelId, MessageId),
    },
    /// The ticket's staff card is there.
    StaffCardPosted {
        /// The ticket.
        ticket: TicketId,
        /// Where, and which message.
        card: (ChannelId, MessageId),
    },
    /// The card of an escalation is there.
    EscalationCardPosted {
        /// The ticket.
        ticket: TicketId,
        /// Which of its escalations.
        escalation: u32,
        /// Where, and which message.
        card: (ChannelId, MessageId),
    },
    /// The card of a paused rule is there.
    PauseCardPosted {
        /// The pause.
        pause: PauseId,
        /// Where, and which message.
        card: (ChannelId, MessageId),
    },
    /// An effect of a case ended badly: its card has to say so.
    ShowOnReviewCard {
        /// The case.
        case: CaseId,
    },
    /// An effect of a ticket ended badly: its card has to say so.
    ShowOnStaffCard {
        /// The ticket.
        ticket: TicketId,
    },
}

/// What follows from the end of an effect. An attempt that will be repeated has no consequences.
pub fn consequences(effect: &Effect, outcome: &EffectOutcome) -> Vec<Consequence> {
    match outcome {
        EffectOutcome::Retry { .. } | EffectOutcome::LookUp { .. } => Vec::new(),
        EffectOutcome::Done { result, channel } => made(effect, *result, *channel).into_iter().collect(),
        EffectOutcome::Failed { .. } | EffectOutcome::Uncertain { .. } | EffectOutcome::Expired => {
            no_thread(effect).into_iter().chain(trouble(effect)).collect()
        }
    }
}

/// A ticket whose thread will not come by itself. Where nobody can tell whether it was made the ticket is treated alike:
/// its opener must not wait for a thread for ever, and a new one is a person's decision.
fn no_thread(effect: &Effect) -> Option<Consequence> {
    match *effect {
        Effect::CreateTicketThread { ticket, round } => Some(Consequence::ThreadRefused { ticket, round }),
        _ => None,
    }
}

/// What was made, where the case or ticket has to know it.
fn made(effect: &Effect, result: Option<u64>, channel: Option<ChannelId>) -> Option<Consequence> {
    let made = result?;
    if let Effect::CreateTicketThread { ticket, round } = *effect {
        return Some(Consequence::ThreadMade {
            ticket,
            thread: ChannelId(made),
            round,
        });
    }
    let card = (channel?, MessageId(made));
    match *effect {
        Effect::PostReviewCard { case } => Some(Consequence::ReviewCardPosted { case, card }),
        Effect::PostPauseCard { pause } => Some(Consequence::PauseCardPosted { pause, card }),
        Effect::PostStaffCard { ticket } => Some(Consequence::StaffCardPosted { ticket, card }),
        Effect::PostEscalationCard { ticket, escalation } => Some(Consequence::EscalationCardPosted {
            ticket,
            escalation,
            card,
        }),
        _ => None,
    }
}

/// Where a bad end is shown. The end of a card itself is not shown on that card.
fn trouble(effect: &Effect) -> Option<Consequence> {
    if matches!(
        effect,
        Effect::PostReviewCard { .. }
            | Effect::RefreshReviewCard { .. }
            | Effect::PostStaffCard { .. }
            | Effect::RefreshStaffCard { .. }
    ) {
        return None;
    }
    match (effect.case(), effect.ticket()) {
        (Some(case), _) => Some(Consequence::ShowOnReviewCard { case }),
        (_, Some(ticket)) => Some(Consequence::ShowOnStaffCard { ticket }),
        _ => None,
    }
}

/// The key of the effect that shows a bad end on a case's review card. `ended` makes it unique.
pub fn trouble_on_review_card(case: CaseId, ended: EffectId) -> String {
    format!("case:{case}:trouble:{ended}")
}

/// The effect that brings a case's review card up to date.
pub fn show_on_review_card(case: CaseId, key: String) -> EffectDraft {
    EffectDraft::new(key, Effect::RefreshReviewCard { case })
}

/// The effect that shows a bad end on a ticket's staff card. `ended` makes it unique.
pub fn show_on_staff_card(ticket: TicketId, ended: EffectId) -> EffectDraft {
    EffectDraft::new(
        format!("ticket:{ticket}:trouble:{ended}"),
        Effect::RefreshStaffCard { ticket },
    )
}

/// The effect that tells a ticket's opener that there is no thread. `event` is the number of the event that says so.
pub fn tell_thread_refused(ticket: TicketId, event: u32) -> EffectDraft {
    let effect = Effect::TellOpener {
        ticket,
        event,
        notice: Notice::ThreadRefused,
    };
    EffectDraft::new(format!("ticket:{ticket}:event:{event}:tell-opener"), effect)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::UserId;

    const DONE: EffectOutcome = EffectOutcome::Done {
        result: Some(9),
        channel: Some(ChannelId(8)),
    };

    fn failed() -> EffectOutcome {
        EffectOutcome::Failed {
            failure: "50013".to_owned(),
        }
    }

    #[test]
    fn a_thread_that_was_made_becomes_the_tickets_thread() {
        let effect = Effect::CreateTicketThread {
            ticket: TicketId(1),
            round: 2,
        };
        let expected = Consequence::ThreadMade {
            ticket: TicketId(1),
            thread: ChannelId(9),
            round: 2,
        };
        assert_eq!(consequences(&effect, &DONE), [expected]);
    }

    #[test]
    fn a_refused_thread_is_told_and_shown() {
        let effect = Effect::CreateTicketThread {
            ticket: TicketId(1),
            round: 1,
        };
        assert_eq!(
            consequences(&effect, &failed()),
            [
                Consequence::ThreadRefused {
                    ticket: TicketId(1),
                    round: 1
                },
                Consequence::ShowOnStaffCard { ticket: TicketId(1) }
            ]
        );
    }

    #[test]
    fn a_thread_that_did_not_come_is_told_however_that_ended() {
        let effect = Effect::CreateTicketThread {
            ticket: TicketId(1),
            round: 1,
        };
        for end in [
            EffectOutcome::Expired,
            EffectOutcome::Uncertain {
                failure: "lost".to_owned(),
            },
        ] {
            assert_eq!(consequences(&effect, &end), consequences(&effect, &failed()));
        }
    }

    #[test]
    fn a_failed_deletion_is_shown_on_the_review_card_and_a_done_one_is_not() {
        let effect = Effect::DeleteMessage {
            case: CaseId(3),
            channel: ChannelId(4),
            message: MessageId(5),
        };
        assert_eq!(
            consequences(&effect, &failed()),
            [Consequence::ShowOnReviewCard { case: CaseId(3) }]
        );
        assert_eq!(consequences(&effect, &EffectOutcome::Expired).len(), 1);
        assert_eq!(consequences(&effect, &DONE), []);
    }

    #[test]
    fn a_card_that_cannot_be_refreshed_is_not_refreshed_because_of_that() {
        let effect = Effect::RefreshReviewCard { case: CaseId(3) };
        assert_eq!(consequences(&effect, &failed()), []);
    }

    #[test]
    fn an_attempt_that_is_repeated_changes_nothing_else() {
        let effect = Effect::CreateTicketThread {
            ticket: TicketId(1),
            round: 1,
        };
        let retry = EffectOutcome::Retry {
            at: crate::model::Timestamp(5),
            counts: true,
            failure: "500".to_owned(),
        };
        assert_eq!(consequences(&effect, &retry), []);
    }

    #[test]
    fn an_effect_that_belongs_to_nothing_is_shown_nowhere() {
        assert_eq!(
            consequences(&Effect::TellOwner { user: UserId(1) }, &failed()),
            []
        );
    }
}

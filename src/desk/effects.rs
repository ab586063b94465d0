//! The effects that tickets have on Discord: their keys, and which has to wait for which.
//!
//! A key is made from the ticket and from what makes the effect the only one of its kind (the thread's round, the number of
//! the event that caused it), so that planning the same step twice plans it once.

use crate::model::effect::{Effect, EffectDraft};
use crate::model::notice::Notice;
use crate::model::ticket::{Surface, Ticket};
use crate::model::{TicketId, UserId};

/// The key of the effect that makes a ticket's thread.
pub(super) fn thread_key(ticket: TicketId, round: u32) -> String {
    format!("ticket:{ticket}:thread:{round}")
}

/// A thread with everybody who belongs in it, its first card, and the staff card brought up to date.
///
/// The opener is added before the card is posted, so that the card's mention reaches them; an agent who has the ticket
/// already follows into every new thread. The staff card is refreshed as soon as it is known whether Discord made the thread,
/// because a refusal is staff's business too.
pub(super) fn make_thread(
    ticket: TicketId,
    round: u32,
    opener: UserId,
    assignee: Option<UserId>,
) -> Vec<EffectDraft> {
    let thread = thread_key(ticket, round);
    let opener_in = format!("{thread}:add:{opener}");
    let mut effects = vec![
        EffectDraft::new(thread.clone(), Effect::CreateTicketThread { ticket, round }),
        EffectDraft::new(opener_in.clone(), Effect::AddToThread { ticket, user: opener })
            .after(thread.clone()),
        EffectDraft::new(format!("{thread}:welcome"), Effect::PostWelcome { ticket, round }).after(opener_in),
    ];
    if let Some(agent) = assignee.filter(|agent| *agent != opener) {
        effects.push(
            EffectDraft::new(
                format!("{thread}:add:{agent}"),
                Effect::AddToThread { ticket, user: agent },
            )
            .after(thread.clone()),
        );
    }
    effects
        .push(EffectDraft::new(format!("{thread}:card"), Effect::RefreshStaffCard { ticket }).after(thread));
    effects
}

/// The card in the staff channel. It waits for nothing: staff learn of a ticket even when Discord refuses the thread.
pub fn staff_card(ticket: TicketId) -> EffectDraft {
    EffectDraft::new(format!("ticket:{ticket}:card"), Effect::PostStaffCard { ticket })
}

/// The card that takes the place of one that is gone, as event number `event` says.
pub fn staff_card_after(ticket: TicketId, event: u32) -> EffectDraft {
    EffectDraft::new(
        format!("ticket:{ticket}:card:{event}"),
        Effect::PostStaffCard { ticket },
    )
}

/// The effects of one step, in the order in which they are to be seen.
pub(super) struct Effects<'a> {
    ticket: &'a Ticket,
    event: u32,
    /// What the next effect in the thread has to wait for.
    thread_ready_after: Option<String>,
    drafts: Vec<EffectDraft>,
}

impl<'a> Effects<'a> {
    /// The effects of the step that writes event number `event`.
    pub(super) fn of(ticket: &'a Ticket, event: u32) -> Self {
        Self {
            ticket,
            event,
            thread_ready_after: None,
            drafts: Vec::new(),
        }
    }

    fn key(&self, what: &str) -> String {
        format!("ticket:{}:event:{}:{what}", self.ticket.id, self.event)
    }

    /// Whether anything can be said in the thread, now or once it is there; revives it when Discord has archived it.
    fn reach_thread(&mut self) -> bool {
        match self.ticket.surface {
            Surface::Missing | Surface::Forbidden => return false,
            Surface::Live => {}
            Surface::None => {
                self.thread_ready_after
                    .get_or_insert_with(|| thread_key(self.ticket.id, self.ticket.round));
            }
            Surface::Archived => {
                if self.thread_ready_after.is_none() {
                    let key = self.key("revive");
                    self.drafts.push(EffectDraft::new(
                        key.clone(),
                        Effect::ReviveThread {
                            ticket: self.ticket.id,
                        },
                    ));
                    self.thread_ready_after = Some(key);
                }
            }
        }
        true
    }

    /// In the thread, after everything of this step that came before it there. Nothing when there is no thread to reach.
    fn in_thread(&mut self, what: &str, effect: Effect) {
        if !self.reach_thread() {
            return;
        }
        let key = self.key(what);
        let mut draft = EffectDraft::new(key.clone(), effect);
        draft.after = self.thread_ready_after.replace(key);
        self.drafts.push(draft);
    }

    /// Adds somebody to the thread.
    pub(super) fn add(&mut self, user: UserId) -> &mut Self {
        self.in_thread(
            "add",
            Effect::AddToThread {
                ticket: self.ticket.id,
                user,
            },
        );
        self
    }

    /// Says something in the thread.
    pub(super) fn tell(&mut self, notice: Notice) -> &mut Self {
        self.in_thread(
            "tell",
            Effect::TellInThread {
                ticket: self.ticket.id,
                event: self.event,
                notice,
            },
        );
        self
    }

    /// Archives and locks the thread.
    pub(super) fn archive(&mut self) -> &mut Self {
        self.in_thread(
            "archive",
            Effect::ArchiveThread {
                ticket: self.ticket.id,
            },
        );
        self
    }

    /// Unlocks and unarchives a closed ticket's thread, whatever we last knew of it; once it is made, if it is still to be.
    pub(super) fn revive(&mut self) -> &mut Self {
        let key = self.key("revive");
        let mut draft = EffectDraft::new(
            key.clone(),
            Effect::ReviveThread {
                ticket: self.ticket.id,
            },
        );
        if self.ticket.surface == Surface::None {
            draft.after = Some(thread_key(self.ticket.id, self.ticket.round));
        }
        self.drafts.push(draft);
        self.thread_ready_after = Some(key);
        self
    }

    /// Says something to the opener in a direct message.
    pub(super) fn tell_opener(&mut self, notice: Notice) -> &mut Self {
        let effect = Effect::TellOpener {
            ticket: self.ticket.id,
            event: self.event,
            notice,
        };
        self.drafts
            .push(EffectDraft::new(self.key("tell-opener"), effect));
        self
    }

    /// Posts the card of an escalation.
    pub(super) fn escalation_card(&mut self, escalation: u32) -> &mut Self {
        self.drafts.push(EffectDraft::new(
            format!("ticket:{}:escalation:{escalation}", self.ticket.id),
            Effect::PostEscalationCard {
                ticket: self.ticket.id,
                escalation,
            },
        ));
        self
    }

    /// Makes the ticket's next thread.
    pub(super) fn new_thread(&mut self) -> &mut Self {
        self.drafts.extend(make_thread(
            self.ticket.id,
            self.ticket.round + 1,
            self.ticket.opener,
            self.ticket.assignee,
        ));
        self
    }

    /// Brings the staff card up to date, and ends the step.
    pub(super) fn refresh_card(&mut self) -> Vec<EffectDraft> {
        let effect = Effect::RefreshStaffCard {
            ticket: self.ticket.id,
        };
        self.drafts.push(EffectDraft::new(self.key("card"), effect));
        self.take()
    }

    /// Ends a step that the staff card does not show.
    pub(super) fn take(&mut self) -> Vec<EffectDraft> {
        std::mem::take(&mut self.drafts)
    }
}

//! The life of a ticket: which steps are legal, for whom, and what follows from each. Pure.
//!
//! The row is the ticket and the thread is a view of it, so nothing that happens to a thread closes a ticket, and a closed
//! ticket comes to life only by [`Step::Reopen`]. Every change writes an event. The store runs [`decide`] and [`observe`]
//! inside the transaction that writes their result, which is what makes a claim a compare-and-set: of two agents who
//! press together the second one finds the ticket taken.
//!
//! ```text
//! New ──claim──► InProgress ⇄ WaitingForMember        any open ──escalate──► Escalated
//!   └─────────── any open ──close──► Closed ──reopen──► InProgress (New while nobody has it)
//! ```
//! Resolving, incidents and severities come with their own decisions; their states are kept as they are found.

use std::time::Duration;

use super::effects::{Effects, staff_card_after};
use super::standing::{Actor, Standing};
use crate::model::guild::Tier;
use crate::model::ids::created_at;
use crate::model::notice::Notice;
use crate::model::ticket::{Packet, Surface, Ticket, TicketDeed, TicketState};
use crate::model::{MessageId, Timestamp, UserId};
use crate::storage::{TicketChange, TicketFacts};

/// How long after its closing the opener may open a ticket again. Staff may at any time.
pub const REOPEN_WITHIN: Duration = Duration::from_hours(30 * 24);

/// How long a thread may be on its way before people may ask for another one. Discord takes seconds; what takes longer was
/// cut off in a way that nobody can look up.
pub const THREAD_WITHIN: Duration = Duration::from_mins(5);

/// Something a person asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// An agent takes a ticket that nobody has.
    Claim,
    /// An agent gives a ticket that is theirs or nobody's (a lead: any ticket) to an agent.
    Assign {
        /// To whom.
        to: UserId,
        /// What that person may do, read just now.
        standing: Standing,
    },
    /// The assignee (or a lead) hands it on.
    Transfer {
        /// To whom.
        to: UserId,
        /// What that person may do, read just now.
        standing: Standing,
    },
    /// A note among staff.
    Note(String),
    /// An agent wants to be in the thread.
    Join,
    /// The opener or an agent closes it.
    Close {
        /// Why; the opener need not say.
        reason: Option<String>,
    },
    /// The opener (for a while) or an agent opens it again.
    Reopen,
    /// An agent asks a team.
    Escalate {
        /// Which.
        team: Tier,
        /// What it is told; checked by [`super::packet`].
        packet: Packet,
        /// How many escalations of this ticket the asker knows of. One more, and somebody was quicker.
        known: u32,
    },
    /// The opener or an agent asks for a thread in place of one that is gone or was never made.
    NewThread,
}

/// Something that was seen to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observation {
    /// Discord says for certain that the thread is gone.
    ThreadLost,
    /// Somebody who works tickets wrote in the thread.
    AgentWrote(UserId),
    /// The opener wrote in the thread.
    MemberWrote,
    /// Discord says for certain that this card for staff is gone.
    CardLost(MessageId),
    /// The opener left the guild, or was removed from it. Discord takes them out of the thread, too.
    OpenerLeft,
    /// The opener is a member of the guild since then.
    OpenerIsMember {
        /// When they joined, as Discord says.
        since: Timestamp,
    },
}

/// Why a step is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("refused: {self:?}")]
pub enum Refused {
    /// Only people who work tickets may do that.
    AgentsOnly,
    /// Only the opener and people who work tickets may do that.
    NotYours,
    /// It is closed.
    Closed,
    /// It is not closed.
    NotClosed,
    /// Somebody else has it.
    TakenBy(UserId),
    /// They have it already.
    AlreadyYours,
    /// The person it should go to has it already.
    AlreadyTheirs(UserId),
    /// The person it should go to does not work tickets.
    NotAnAgent(UserId),
    /// Nobody has it yet, so it cannot be handed on.
    NobodyHasIt,
    /// Only its assignee or a lead may hand it on.
    OnlyAssigneeOrLead(UserId),
    /// There are no words where words are needed.
    NoWords,
    /// It was closed too long ago for its opener to open it again.
    TooLate(Timestamp),
    /// Its thread stands, so it needs no other.
    ThreadStands,
    /// Its thread is being made.
    ThreadOnItsWay,
    /// Its thread is gone or was refused.
    NoThread,
    /// Somebody has escalated it in the meantime (or the same form came twice).
    Overtaken,
    /// It changes nothing.
    Unchanged,
}

/// Decides a step somebody asks for.
pub fn decide(
    facts: &TicketFacts,
    actor: Actor,
    step: Step,
    now: Timestamp,
) -> Result<TicketChange, Refused> {
    let ticket = &facts.ticket;
    let works = actor.standing.works_tickets();
    let own = actor.user == ticket.opener;
    match &step {
        Step::Close { .. } | Step::Reopen | Step::NewThread if !works && !own => {
            return Err(Refused::NotYours);
        }
        Step::Close { .. } | Step::Reopen | Step::NewThread => {}
        _ if !works => return Err(Refused::AgentsOnly),
        _ => {}
    }
    if ticket.state == TicketState::Closed && step != Step::Reopen {
        return Err(Refused::Closed);
    }
    match step {
        Step::Claim => match ticket.assignee {
            Some(agent) if agent == actor.user => Err(Refused::AlreadyYours),
            Some(agent) => Err(Refused::TakenBy(agent)),
            None => Ok(given(facts, actor.user, TicketDeed::Claimed, actor.user)),
        },
        Step::Assign { to, standing } => {
            match ticket.assignee {
                Some(agent) if agent == to => return Err(Refused::AlreadyTheirs(to)),
                Some(agent) if agent != actor.user && actor.standing < Standing::Lead => {
                    return Err(Refused::TakenBy(agent));
                }
                _ => {}
            }
            must_work_tickets(to, standing)?;
            Ok(given(facts, to, TicketDeed::Assigned { to }, actor.user))
        }
        Step::Transfer { to, standing } => {
            let agent = ticket.assignee.ok_or(Refused::NobodyHasIt)?;
            if agent != actor.user && actor.standing < Standing::Lead {
                return Err(Refused::OnlyAssigneeOrLead(agent));
            }
            if agent == to {
                return Err(Refused::AlreadyTheirs(to));
            }
            must_work_tickets(to, standing)?;
            Ok(given(facts, to, TicketDeed::Transferred { to }, actor.user))
        }
        Step::Note(text) => {
            let note = spoken(Some(text)).ok_or(Refused::NoWords)?;
            Ok(TicketChange {
                events: vec![(TicketDeed::Noted, Some(actor.user), Some(note))],
                ..TicketChange::default()
            })
        }
        Step::Join => {
            if matches!(ticket.surface, Surface::Missing | Surface::Forbidden) {
                return Err(Refused::NoThread);
            }
            let mut effects = Effects::of(ticket, facts.next_event);
            Ok(TicketChange {
                events: vec![(TicketDeed::Joined, Some(actor.user), None)],
                effects: effects.add(actor.user).take(),
                ..TicketChange::default()
            })
        }
        Step::Close { reason } => Ok(closed(facts, actor.user, reason, now)),
        Step::Reopen => reopened(facts, actor, now),
        Step::Escalate { team, packet, known } => {
            if facts.next_escalation != known + 1 {
                return Err(Refused::Overtaken);
            }
            let mut effects = Effects::of(ticket, facts.next_event);
            let escalation = facts.next_escalation;
            effects
                .escalation_card(escalation)
                .tell(Notice::Escalated { team });
            Ok(TicketChange {
                state: Some(TicketState::Escalated),
                events: vec![(TicketDeed::Escalated { team, escalation }, Some(actor.user), None)],
                escalation: Some((team, packet, actor.user)),
                effects: effects.refresh_card(),
                ..TicketChange::default()
            })
        }
        Step::NewThread => match ticket.surface {
            Surface::Live | Surface::Archived => Err(Refused::ThreadStands),
            Surface::None if now.since(ticket.changed_at) <= THREAD_WITHIN => Err(Refused::ThreadOnItsWay),
            Surface::None | Surface::Missing | Surface::Forbidden => {
                Ok(rethreaded(facts, TicketDeed::ThreadAsked, actor.user))
            }
        },
    }
}

/// Decides what follows from something that was seen to happen.
pub fn observe(facts: &TicketFacts, seen: Observation) -> Result<TicketChange, Refused> {
    let ticket = &facts.ticket;
    let mut effects = Effects::of(ticket, facts.next_event);
    match seen {
        Observation::ThreadLost => {
            if matches!(ticket.surface, Surface::Missing | Surface::None) {
                return Err(Refused::Unchanged);
            }
            if ticket.state != TicketState::Closed {
                effects.tell_opener(Notice::ThreadLost);
            }
            Ok(TicketChange {
                surface: Some(Surface::Missing),
                events: vec![(TicketDeed::ThreadLost, None, None)],
                effects: effects.refresh_card(),
                ..TicketChange::default()
            })
        }
        Observation::AgentWrote(agent) => {
            if ticket.state != TicketState::InProgress || agent == ticket.opener {
                return Err(Refused::Unchanged);
            }
            Ok(TicketChange {
                state: Some(TicketState::WaitingForMember),
                events: vec![(TicketDeed::AgentAnswered, Some(agent), None)],
                effects: effects.refresh_card(),
                ..TicketChange::default()
            })
        }
        Observation::MemberWrote => {
            if ticket.state != TicketState::WaitingForMember {
                return Err(Refused::Unchanged);
            }
            Ok(TicketChange {
                state: Some(at_work(ticket)),
                events: vec![(TicketDeed::MemberAnswered, Some(ticket.opener), None)],
                effects: effects.refresh_card(),
                ..TicketChange::default()
            })
        }
        Observation::CardLost(card) => {
            let shown = ticket.staff_card.map(|(_, message)| message);
            if ticket.state == TicketState::Closed || shown != Some(card) {
                return Err(Refused::Unchanged);
            }
            Ok(TicketChange {
                card_lost: true,
                events: vec![(TicketDeed::CardLost, None, None)],
                effects: vec![staff_card_after(ticket.id, facts.next_event)],
                ..TicketChange::default()
            })
        }
        Observation::OpenerLeft => {
            if ticket.state == TicketState::Closed || facts.opener.away {
                return Err(Refused::Unchanged);
            }
            Ok(TicketChange {
                events: vec![(TicketDeed::OpenerLeft, Some(ticket.opener), None)],
                effects: effects.tell(Notice::OpenerLeft).take(),
                ..TicketChange::default()
            })
        }
        Observation::OpenerIsMember { since } => {
            if ticket.state == TicketState::Closed || !has_returned(facts, since) {
                return Err(Refused::Unchanged);
            }
            let deed = TicketDeed::OpenerReturned { joined: since };
            Ok(TicketChange {
                events: vec![(deed, Some(ticket.opener), None)],
                effects: effects.add(ticket.opener).tell(Notice::OpenerReturned).take(),
                ..TicketChange::default()
            })
        }
    }
}

/// Whether the opener, a member since then, was away since they opened the ticket or were last let in again. Compares moments of
/// Discord's clock only.
fn has_returned(facts: &TicketFacts, since: Timestamp) -> bool {
    since
        > facts
            .opener
            .returned
            .unwrap_or_else(|| created_at(facts.ticket.interaction.0))
}

/// The ticket goes to an agent, who is added to its thread and named to the member.
fn given(facts: &TicketFacts, to: UserId, deed: TicketDeed, by: UserId) -> TicketChange {
    let ticket = &facts.ticket;
    let state = match ticket.state {
        TicketState::Escalated | TicketState::Linked => None,
        _ => Some(TicketState::InProgress),
    };
    let notice = if deed == TicketDeed::Claimed {
        Notice::Claimed { agent: to }
    } else {
        Notice::Assigned { agent: to }
    };
    let mut effects = Effects::of(ticket, facts.next_event);
    effects.add(to).tell(notice);
    TicketChange {
        state,
        assignee: Some(Some(to)),
        events: vec![(deed, Some(by), None)],
        effects: effects.refresh_card(),
        ..TicketChange::default()
    }
}

/// The ticket is done. The opener hears of it outside the thread too, unless they closed it themselves: a locked thread takes
/// no buttons, and reopening has to work from outside.
fn closed(facts: &TicketFacts, by: UserId, reason: Option<String>, now: Timestamp) -> TicketChange {
    let mut effects = Effects::of(&facts.ticket, facts.next_event);
    effects.tell(Notice::Closed).archive();
    if by != facts.ticket.opener {
        effects.tell_opener(Notice::Closed);
    }
    TicketChange {
        state: Some(TicketState::Closed),
        closed_at: Some(Some(now)),
        events: vec![(TicketDeed::Closed, Some(by), spoken(reason))],
        effects: effects.refresh_card(),
        ..TicketChange::default()
    }
}

/// The ticket lives again, in its old thread where that stands, else in a new one.
fn reopened(facts: &TicketFacts, actor: Actor, now: Timestamp) -> Result<TicketChange, Refused> {
    let ticket = &facts.ticket;
    if ticket.state != TicketState::Closed {
        return Err(Refused::NotClosed);
    }
    let closed_at = ticket.closed_at.unwrap_or(ticket.changed_at);
    if !actor.standing.works_tickets() && now.since(closed_at) > REOPEN_WITHIN {
        return Err(Refused::TooLate(closed_at));
    }
    let mut change = match ticket.surface {
        Surface::Missing | Surface::Forbidden => rethreaded(facts, TicketDeed::Reopened, actor.user),
        // `None`: closed before its thread was made; the plan to make it still stands.
        Surface::Live | Surface::Archived | Surface::None => {
            let mut effects = Effects::of(ticket, facts.next_event);
            TicketChange {
                events: vec![(TicketDeed::Reopened, Some(actor.user), None)],
                effects: effects
                    .revive()
                    // They may have left it, or the guild, in the meantime.
                    .add(ticket.opener)
                    .tell(Notice::Reopened)
                    .refresh_card(),
                ..TicketChange::default()
            }
        }
    };
    change.state = Some(at_work(ticket));
    change.closed_at = Some(None);
    Ok(change)
}

/// The ticket forgets its thread and is given the next one.
fn rethreaded(facts: &TicketFacts, deed: TicketDeed, by: UserId) -> TicketChange {
    let mut effects = Effects::of(&facts.ticket, facts.next_event);
    TicketChange {
        surface: Some(Surface::None),
        thread: Some(None),
        round: Some(facts.ticket.round + 1),
        events: vec![(deed, Some(by), None)],
        effects: effects.new_thread().refresh_card(),
        ..TicketChange::default()
    }
}

/// The state of a ticket that somebody should be working on.
const fn at_work(ticket: &Ticket) -> TicketState {
    if ticket.assignee.is_some() {
        TicketState::InProgress
    } else {
        TicketState::New
    }
}

const fn must_work_tickets(who: UserId, standing: Standing) -> Result<(), Refused> {
    match standing {
        Standing::Agent | Standing::Lead => Ok(()),
        Standing::Member => Err(Refused::NotAnAgent(who)),
    }
}

/// Words that say something, trimmed.
fn spoken(words: Option<String>) -> Option<String> {
    words
        .map(|words| words.trim().to_owned())
        .filter(|words| !words.is_empty())
}

#[cfg(test)]
pub(crate) mod tests;

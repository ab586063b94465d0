//! What the life of a ticket must and must not be, story by story; properties over every sequence of steps, and the table of
//! who may do what, stand in the files beside this one.

mod cards;
mod closing;
mod openers;
mod properties;
mod rights;
mod threads;

use super::*;
use crate::model::effect::Effect;
use crate::model::ticket::{Area, Sev, Whereabouts};
use crate::model::{ChannelId, GuildId, InteractionId, QueueId, TicketId};

const OPENER: UserId = UserId(5);
const ANNA: UserId = UserId(21);
const BEN: UserId = UserId(22);
const NOON: Timestamp = Timestamp(1_790_000_000_000);

/// A fresh ticket of user 5, whose thread stands.
pub(crate) fn ticket() -> Ticket {
    Ticket {
        id: TicketId(7),
        guild: GuildId(1),
        number: 3,
        queue: QueueId(2),
        area: Area::Funds,
        opener: OPENER,
        opener_name: "mia".into(),
        answers: vec![],
        source: None,
        interaction: InteractionId(900),
        state: TicketState::New,
        sev: Sev::Undetermined,
        assignee: None,
        surface: Surface::Live,
        thread: Some(ChannelId(70)),
        round: 1,
        staff_card: None,
        opened_at: NOON,
        changed_at: NOON,
        closed_at: None,
        version: 1,
    }
}

fn facts(ticket: Ticket) -> TicketFacts {
    TicketFacts {
        ticket,
        next_event: 4,
        next_escalation: 1,
        opener: Whereabouts::default(),
    }
}

const fn member() -> Actor {
    Actor {
        user: OPENER,
        standing: Standing::Member,
    }
}

const fn stranger() -> Actor {
    Actor {
        user: UserId(66),
        standing: Standing::Member,
    }
}

const fn agent(user: UserId) -> Actor {
    Actor {
        user,
        standing: Standing::Agent,
    }
}

const fn lead() -> Actor {
    Actor {
        user: UserId(30),
        standing: Standing::Lead,
    }
}

fn claimed_by(user: UserId) -> Ticket {
    Ticket {
        assignee: Some(user),
        state: TicketState::InProgress,
        ..ticket()
    }
}

fn closed_ticket(ago: Duration) -> Ticket {
    Ticket {
        state: TicketState::Closed,
        closed_at: Some(NOON - ago),
        surface: Surface::Archived,
        ..ticket()
    }
}

fn packet() -> Packet {
    Packet {
        summary: "Withdrawal stuck".into(),
        expected: "Funds within an hour".into(),
        actual: "Nothing after a day".into(),
        tried: "Explorer, support page".into(),
        references: "none because the app shows no hash".into(),
    }
}

/// The effects of a change as `key <- what it waits for`.
fn plan(change: &TicketChange) -> Vec<String> {
    change
        .effects
        .iter()
        .map(|draft| match &draft.after {
            None => draft.key.clone(),
            Some(after) => format!("{} <- {after}", draft.key),
        })
        .collect()
}

#[test]
fn an_agent_who_claims_is_added_to_the_thread_and_then_named_there() {
    let change = decide(&facts(ticket()), agent(ANNA), Step::Claim, NOON).unwrap();
    assert_eq!(change.state, Some(TicketState::InProgress));
    assert_eq!(change.assignee, Some(Some(ANNA)));
    assert_eq!(change.events, [(TicketDeed::Claimed, Some(ANNA), None)]);
    insta::assert_snapshot!(plan(&change).join("\n"), @r"
    ticket:7:event:4:add
    ticket:7:event:4:tell <- ticket:7:event:4:add
    ticket:7:event:4:card
    ");
}

#[test]
fn the_second_of_two_claims_hears_who_was_first() {
    assert_eq!(
        decide(&facts(claimed_by(ANNA)), agent(BEN), Step::Claim, NOON),
        Err(Refused::TakenBy(ANNA))
    );
    assert_eq!(
        decide(&facts(claimed_by(ANNA)), agent(ANNA), Step::Claim, NOON),
        Err(Refused::AlreadyYours)
    );
}

#[test]
fn claiming_an_escalated_ticket_leaves_it_escalated() {
    let escalated = Ticket {
        state: TicketState::Escalated,
        ..ticket()
    };
    assert_eq!(
        decide(&facts(escalated), agent(ANNA), Step::Claim, NOON)
            .unwrap()
            .state,
        None
    );
}

#[test]
fn a_claim_before_the_thread_is_made_waits_for_the_thread() {
    let early = Ticket {
        surface: Surface::None,
        thread: None,
        ..ticket()
    };
    let change = decide(&facts(early), agent(ANNA), Step::Claim, NOON).unwrap();
    assert_eq!(plan(&change)[0], "ticket:7:event:4:add <- ticket:7:thread:1");
}

#[test]
fn a_claim_of_a_ticket_whose_thread_was_archived_revives_it_first() {
    let quiet = Ticket {
        surface: Surface::Archived,
        ..ticket()
    };
    let change = decide(&facts(quiet), agent(ANNA), Step::Claim, NOON).unwrap();
    assert_eq!(
        plan(&change)[..2],
        [
            "ticket:7:event:4:revive",
            "ticket:7:event:4:add <- ticket:7:event:4:revive"
        ]
    );
}

#[test]
fn a_claim_without_any_thread_still_counts() {
    let lost = Ticket {
        surface: Surface::Missing,
        ..ticket()
    };
    let change = decide(&facts(lost), agent(ANNA), Step::Claim, NOON).unwrap();
    assert_eq!(change.assignee, Some(Some(ANNA)));
    assert_eq!(plan(&change), ["ticket:7:event:4:card"]);
}

#[test]
fn members_do_not_work_tickets_not_even_their_own() {
    let steps = [
        Step::Claim,
        Step::Join,
        Step::Note("x".into()),
        Step::Assign {
            to: ANNA,
            standing: Standing::Agent,
        },
        Step::Transfer {
            to: ANNA,
            standing: Standing::Agent,
        },
        Step::Escalate {
            team: Tier::Security,
            packet: packet(),
            known: 0,
        },
    ];
    for step in steps {
        assert_eq!(
            decide(&facts(ticket()), member(), step.clone(), NOON),
            Err(Refused::AgentsOnly),
            "{step:?}"
        );
    }
}

#[test]
fn a_stranger_can_do_nothing_to_a_ticket() {
    for step in [Step::Close { reason: None }, Step::Reopen, Step::NewThread] {
        assert_eq!(
            decide(&facts(ticket()), stranger(), step, NOON),
            Err(Refused::NotYours)
        );
    }
}

#[test]
fn a_ticket_is_assigned_only_to_people_who_work_tickets() {
    let step = Step::Assign {
        to: BEN,
        standing: Standing::Member,
    };
    assert_eq!(
        decide(&facts(ticket()), agent(ANNA), step, NOON),
        Err(Refused::NotAnAgent(BEN))
    );
}

#[test]
fn an_agent_does_not_take_a_ticket_from_a_colleague_but_a_lead_may() {
    let step = Step::Assign {
        to: BEN,
        standing: Standing::Agent,
    };
    let taken = facts(claimed_by(ANNA));
    assert_eq!(
        decide(&taken, agent(BEN), step.clone(), NOON),
        Err(Refused::TakenBy(ANNA))
    );
    let change = decide(&taken, lead(), step, NOON).unwrap();
    assert_eq!(change.assignee, Some(Some(BEN)));
    assert_eq!(
        change.events,
        [(TicketDeed::Assigned { to: BEN }, Some(lead().user), None)]
    );
}

#[test]
fn the_assignee_hands_a_ticket_on_and_nobody_else_does() {
    let step = Step::Transfer {
        to: BEN,
        standing: Standing::Agent,
    };
    let taken = facts(claimed_by(ANNA));
    assert_eq!(
        decide(&taken, agent(ANNA), step.clone(), NOON).unwrap().assignee,
        Some(Some(BEN))
    );
    assert_eq!(
        decide(&taken, agent(BEN), step.clone(), NOON),
        Err(Refused::OnlyAssigneeOrLead(ANNA))
    );
    assert_eq!(
        decide(&facts(ticket()), agent(ANNA), step, NOON),
        Err(Refused::NobodyHasIt)
    );
    let to_herself = Step::Transfer {
        to: ANNA,
        standing: Standing::Agent,
    };
    assert_eq!(
        decide(&taken, agent(ANNA), to_herself, NOON),
        Err(Refused::AlreadyTheirs(ANNA))
    );
}

#[test]
fn a_note_is_kept_and_an_empty_one_refused() {
    let change = decide(
        &facts(ticket()),
        agent(ANNA),
        Step::Note(" called back ".into()),
        NOON,
    )
    .unwrap();
    assert_eq!(
        change.events,
        [(TicketDeed::Noted, Some(ANNA), Some("called back".into()))]
    );
    assert!(change.effects.is_empty());
    assert_eq!(
        decide(&facts(ticket()), agent(ANNA), Step::Note("  ".into()), NOON),
        Err(Refused::NoWords)
    );
}

#[test]
fn an_agent_joins_the_thread_without_taking_the_ticket() {
    let change = decide(&facts(claimed_by(ANNA)), agent(BEN), Step::Join, NOON).unwrap();
    assert_eq!(change.assignee, None);
    assert_eq!(
        change.effects[0].effect,
        Effect::AddToThread {
            ticket: TicketId(7),
            user: BEN
        }
    );
    let lost = Ticket {
        surface: Surface::Missing,
        ..ticket()
    };
    assert_eq!(
        decide(&facts(lost), agent(BEN), Step::Join, NOON),
        Err(Refused::NoThread)
    );
}

#[test]
fn escalating_posts_the_packet_and_tells_the_member_in_the_thread() {
    let step = Step::Escalate {
        team: Tier::Engineering,
        packet: packet(),
        known: 0,
    };
    let change = decide(&facts(claimed_by(ANNA)), agent(BEN), step, NOON).unwrap();
    assert_eq!(change.state, Some(TicketState::Escalated));
    assert_eq!(change.escalation, Some((Tier::Engineering, packet(), BEN)));
    assert_eq!(
        change.events[0].0,
        TicketDeed::Escalated {
            team: Tier::Engineering,
            escalation: 1
        }
    );
    insta::assert_snapshot!(plan(&change).join("\n"), @r"
    ticket:7:escalation:1
    ticket:7:event:4:tell
    ticket:7:event:4:card
    ");
}

#[test]
fn of_two_escalations_at_once_the_second_is_told_to_look_first() {
    let raced = TicketFacts {
        next_escalation: 2,
        ..facts(claimed_by(ANNA))
    };
    let step = Step::Escalate {
        team: Tier::Security,
        packet: packet(),
        known: 0,
    };
    assert_eq!(decide(&raced, agent(BEN), step, NOON), Err(Refused::Overtaken));
}

#[test]
fn an_agents_answer_waits_for_the_member_and_the_members_answer_for_the_agent() {
    let change = observe(&facts(claimed_by(ANNA)), Observation::AgentWrote(ANNA)).unwrap();
    assert_eq!(change.state, Some(TicketState::WaitingForMember));
    let waiting = Ticket {
        state: TicketState::WaitingForMember,
        ..claimed_by(ANNA)
    };
    assert_eq!(
        observe(&facts(waiting.clone()), Observation::AgentWrote(ANNA)),
        Err(Refused::Unchanged)
    );
    let change = observe(&facts(waiting), Observation::MemberWrote).unwrap();
    assert_eq!(change.state, Some(TicketState::InProgress));
}

//! Properties over every sequence of steps.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

/// Anything that can befall a ticket.
#[derive(Clone, Debug)]
enum Turn {
    Asked(Actor, Step),
    Seen(Observation),
    ThreadMade,
    ThreadRefused,
    DaysPass(u64),
}

fn turns() -> impl Strategy<Value = Turn> {
    let actors = prop_oneof![
        Just(member()),
        Just(stranger()),
        Just(agent(ANNA)),
        Just(agent(BEN)),
        Just(lead()),
    ];
    let targets = prop_oneof![
        Just((ANNA, Standing::Agent)),
        Just((BEN, Standing::Agent)),
        Just((UserId(66), Standing::Member)),
    ];
    let steps = prop_oneof![
        Just(Step::Claim),
        targets
            .clone()
            .prop_map(|(to, standing)| Step::Assign { to, standing }),
        targets.prop_map(|(to, standing)| Step::Transfer { to, standing }),
        Just(Step::Note("noted".into())),
        Just(Step::Join),
        Just(Step::Close { reason: None }),
        Just(Step::Reopen),
        Just(Step::Escalate {
            team: Tier::Security,
            packet: packet(),
            known: 0,
        }),
        Just(Step::NewThread),
    ];
    prop_oneof![
        8 => (actors, steps).prop_map(|(actor, step)| Turn::Asked(actor, step)),
        1 => Just(Turn::Seen(Observation::ThreadLost)),
        1 => Just(Turn::ThreadRefused),
        1 => Just(Turn::Seen(Observation::AgentWrote(ANNA))),
        1 => Just(Turn::Seen(Observation::MemberWrote)),
        1 => Just(Turn::Seen(Observation::CardLost(MessageId(80)))),
        1 => Just(Turn::Seen(Observation::OpenerLeft)),
        1 => (0_i64..3).prop_map(|hours| Turn::Seen(Observation::OpenerIsMember { since: Timestamp(NOON.0 + hours * 3_600_000) })),
        2 => Just(Turn::ThreadMade),
        1 => (1_u64..40).prop_map(Turn::DaysPass),
    ]
}

/// What the store does with a change.
fn applied(facts: &TicketFacts, change: &TicketChange) -> TicketFacts {
    let mut next = facts.clone();
    let ticket = &mut next.ticket;
    ticket.state = change.state.unwrap_or(ticket.state);
    ticket.assignee = change.assignee.unwrap_or(ticket.assignee);
    ticket.surface = change.surface.unwrap_or(ticket.surface);
    ticket.thread = change.thread.unwrap_or(ticket.thread);
    ticket.round = change.round.unwrap_or(ticket.round);
    ticket.closed_at = change.closed_at.unwrap_or(ticket.closed_at);
    if change.card_lost {
        ticket.staff_card = None;
    }
    for (deed, ..) in &change.events {
        next.opener = next.opener.after(deed);
    }
    next.next_event += u32::try_from(change.events.len()).unwrap();
    next.next_escalation += u32::from(change.escalation.is_some());
    next
}

proptest! {
    #[test]
    fn no_sequence_of_steps_breaks_a_ticket(turns in prop::collection::vec(turns(), 1..60)) {
        let card = Some((ChannelId(60), MessageId(80)));
        let fresh = Ticket { surface: Surface::None, thread: None, staff_card: card, ..ticket() };
        let mut facts = TicketFacts { ticket: fresh, next_event: 2, next_escalation: 1, opener: Whereabouts::default() };
        let mut now = NOON;
        let mut keys = HashSet::new();
        for turn in turns {
            let reopening = matches!(turn, Turn::Asked(_, Step::Reopen));
            let outcome = match turn {
                Turn::Asked(actor, Step::Escalate { team, packet, .. }) => {
                    let step = Step::Escalate { team, packet, known: facts.next_escalation - 1 };
                    decide(&facts, actor, step, now)
                }
                Turn::Asked(actor, step) => decide(&facts, actor, step.clone(), now).inspect(|change| {
                    assert!(actor != stranger(), "a stranger changed a ticket by {step:?}");
                    if step == Step::Claim {
                        assert_eq!(facts.ticket.assignee, None, "a claim took a ticket from its agent");
                        assert_eq!(change.assignee, Some(Some(actor.user)));
                    }
                }),
                Turn::Seen(observation) => observe(&facts, observation),
                Turn::ThreadMade => {
                    if facts.ticket.surface == Surface::None {
                        facts.ticket.surface = Surface::Live;
                        facts.ticket.thread = Some(ChannelId(70));
                    }
                    continue;
                }
                Turn::ThreadRefused => {
                    if facts.ticket.surface == Surface::None {
                        facts.ticket.surface = Surface::Forbidden;
                    }
                    continue;
                }
                Turn::DaysPass(days) => {
                    now = now + Duration::from_hours(days * 24);
                    continue;
                }
            };
            let Ok(change) = outcome else { continue };
            prop_assert!(!change.events.is_empty(), "a change without an event: {change:?}");
            let was_closed = facts.ticket.state == TicketState::Closed;
            if was_closed && !reopening {
                prop_assert!(change.state.is_none() && change.assignee.is_none() && change.closed_at.is_none());
            }
            for draft in &change.effects {
                prop_assert!(keys.insert(draft.key.clone()), "the key {} was used twice", draft.key);
                if let Some(after) = &draft.after {
                    let known = keys.contains(after) || *after == "ticket:7:thread:1";
                    prop_assert!(known, "{} waits for {after}, which nobody plans", draft.key);
                }
            }
            let makes = change.effects.iter().any(|draft| matches!(draft.effect, Effect::CreateTicketThread { .. }));
            prop_assert_eq!(makes, change.round.is_some(), "a round is a thread, and a thread is a round");
            let next = applied(&facts, &change);
            prop_assert_eq!(next.ticket.state == TicketState::Closed, next.ticket.closed_at.is_some());
            if next.ticket.state == TicketState::InProgress {
                prop_assert!(next.ticket.assignee.is_some(), "in progress, but nobody has it");
            }
            prop_assert!(next.ticket.round >= facts.ticket.round);
            facts = next;
        }
    }
}

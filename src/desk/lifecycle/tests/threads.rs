//! Threads that are lost or never come.

use super::*;

#[test]
fn a_lost_thread_never_closes_a_ticket_and_either_side_may_ask_for_a_new_one() {
    let change = observe(&facts(claimed_by(ANNA)), Observation::ThreadLost).unwrap();
    assert_eq!((change.state, change.surface), (None, Some(Surface::Missing)));
    let lost = Ticket {
        surface: Surface::Missing,
        thread: None,
        ..claimed_by(ANNA)
    };
    assert_eq!(
        observe(&facts(lost.clone()), Observation::ThreadLost),
        Err(Refused::Unchanged)
    );
    for actor in [member(), agent(BEN)] {
        let change = decide(&facts(lost.clone()), actor, Step::NewThread, NOON).unwrap();
        assert_eq!(change.round, Some(2));
        assert_eq!(change.events[0].0, TicketDeed::ThreadAsked);
    }
    assert_eq!(
        decide(&facts(ticket()), member(), Step::NewThread, NOON),
        Err(Refused::ThreadStands)
    );
}

#[test]
fn a_thread_that_never_came_may_be_asked_for_again_after_a_while() {
    let early = Ticket {
        surface: Surface::None,
        thread: None,
        ..ticket()
    };
    let soon = decide(
        &facts(early.clone()),
        member(),
        Step::NewThread,
        NOON + Duration::from_mins(1),
    );
    assert_eq!(soon, Err(Refused::ThreadOnItsWay));
    let late = decide(
        &facts(early),
        member(),
        Step::NewThread,
        NOON + Duration::from_mins(6),
    )
    .unwrap();
    assert_eq!(late.round, Some(2));
}

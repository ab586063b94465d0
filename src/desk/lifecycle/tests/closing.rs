//! Closing a ticket, and opening it again.

use super::*;

#[test]
fn closing_says_so_in_the_thread_before_it_is_archived_and_tells_the_member() {
    let step = Step::Close {
        reason: Some("Solved: the funds arrived".into()),
    };
    let change = decide(&facts(claimed_by(ANNA)), agent(ANNA), step, NOON).unwrap();
    assert_eq!(change.state, Some(TicketState::Closed));
    assert_eq!(change.closed_at, Some(Some(NOON)));
    assert_eq!(change.events[0].2.as_deref(), Some("Solved: the funds arrived"));
    insta::assert_snapshot!(plan(&change).join("\n"), @r"
    ticket:7:event:4:tell
    ticket:7:event:4:archive <- ticket:7:event:4:tell
    ticket:7:event:4:tell-opener
    ticket:7:event:4:card
    ");
}

#[test]
fn a_member_closes_their_own_ticket_and_is_not_written_to_about_it() {
    let change = decide(&facts(ticket()), member(), Step::Close { reason: None }, NOON).unwrap();
    assert!(
        !change
            .effects
            .iter()
            .any(|draft| matches!(draft.effect, Effect::TellOpener { .. }))
    );
}

#[test]
fn a_closed_ticket_takes_no_step_but_reopening() {
    let closed = facts(closed_ticket(Duration::from_mins(1)));
    let steps = [
        Step::Claim,
        Step::Join,
        Step::Note("x".into()),
        Step::Close { reason: None },
        Step::NewThread,
        Step::Escalate {
            team: Tier::Security,
            packet: packet(),
            known: 0,
        },
    ];
    for step in steps {
        assert_eq!(
            decide(&closed, lead(), step.clone(), NOON),
            Err(Refused::Closed),
            "{step:?}"
        );
    }
    assert_eq!(
        decide(&facts(ticket()), lead(), Step::Reopen, NOON),
        Err(Refused::NotClosed)
    );
}

#[test]
fn a_member_reopens_within_thirty_days_and_staff_at_any_time() {
    let month = closed_ticket(REOPEN_WITHIN);
    assert!(decide(&facts(month.clone()), member(), Step::Reopen, NOON).is_ok());
    let late = facts(closed_ticket(REOPEN_WITHIN + Duration::from_secs(1)));
    assert!(matches!(
        decide(&late, member(), Step::Reopen, NOON),
        Err(Refused::TooLate(_))
    ));
    assert!(decide(&late, agent(ANNA), Step::Reopen, NOON).is_ok());
}

#[test]
fn reopening_revives_the_thread_and_gives_the_ticket_back_to_its_agent() {
    let closed = Ticket {
        assignee: Some(ANNA),
        ..closed_ticket(Duration::from_mins(1))
    };
    let change = decide(&facts(closed), member(), Step::Reopen, NOON).unwrap();
    assert_eq!(
        (change.state, change.closed_at),
        (Some(TicketState::InProgress), Some(None))
    );
    insta::assert_snapshot!(plan(&change).join("\n"), @r"
    ticket:7:event:4:revive
    ticket:7:event:4:add <- ticket:7:event:4:revive
    ticket:7:event:4:tell <- ticket:7:event:4:add
    ticket:7:event:4:card
    ");
}

#[test]
fn reopening_a_ticket_whose_thread_is_gone_makes_a_new_one_for_everybody_in_it() {
    let lost = Ticket {
        surface: Surface::Missing,
        assignee: Some(ANNA),
        ..closed_ticket(Duration::from_mins(1))
    };
    let change = decide(&facts(lost), member(), Step::Reopen, NOON).unwrap();
    assert_eq!(
        (change.round, change.thread, change.surface),
        (Some(2), Some(None), Some(Surface::None))
    );
    insta::assert_snapshot!(plan(&change).join("\n"), @r"
    ticket:7:thread:2
    ticket:7:thread:2:add:5 <- ticket:7:thread:2
    ticket:7:thread:2:welcome <- ticket:7:thread:2:add:5
    ticket:7:thread:2:add:21 <- ticket:7:thread:2
    ticket:7:thread:2:card <- ticket:7:thread:2
    ticket:7:event:4:card
    ");
}

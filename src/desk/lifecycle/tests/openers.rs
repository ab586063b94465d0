//! Openers who leave the guild and come back.

use super::*;
use crate::model::ids::snowflake_at;

const LATER: Timestamp = Timestamp(NOON.0 + 3_600_000);

/// What is known of a ticket that was asked for at noon, by Discord's clock.
fn opened_at_noon() -> TicketFacts {
    facts(Ticket {
        interaction: InteractionId(snowflake_at(NOON)),
        ..claimed_by(ANNA)
    })
}

fn is_member(since: Timestamp) -> Observation {
    Observation::OpenerIsMember { since }
}

#[test]
fn whoever_comes_back_is_let_in_once_for_each_return() {
    let facts = opened_at_noon();
    let change = observe(&facts, is_member(LATER)).unwrap();
    let deed = TicketDeed::OpenerReturned { joined: LATER };
    assert_eq!(change.events, [(deed, Some(OPENER), None)]);
    insta::assert_snapshot!(plan(&change).join("\n"), @r"
    ticket:7:event:4:add
    ticket:7:event:4:tell <- ticket:7:event:4:add
    ");
    let known = TicketFacts {
        opener: facts.opener.after(&deed),
        ..facts
    };
    assert_eq!(observe(&known, is_member(LATER)), Err(Refused::Unchanged));
    let away = TicketFacts {
        opener: known.opener.after(&TicketDeed::OpenerLeft),
        ..known.clone()
    };
    assert_eq!(
        observe(&away, is_member(LATER)),
        Err(Refused::Unchanged),
        "old news"
    );
    assert!(
        observe(&known, is_member(Timestamp(LATER.0 + 1))).is_ok(),
        "another return"
    );
}

#[test]
fn whoever_was_a_member_when_they_opened_the_ticket_did_not_come_back() {
    let facts = opened_at_noon();
    for since in [Timestamp(NOON.0 - 1), NOON] {
        assert_eq!(observe(&facts, is_member(since)), Err(Refused::Unchanged));
    }
}

#[test]
fn that_the_opener_left_is_told_once_and_changes_nothing_else() {
    let facts = opened_at_noon();
    let change = observe(&facts, Observation::OpenerLeft).unwrap();
    assert_eq!(
        (change.state, change.assignee, change.closed_at),
        (None, None, None)
    );
    assert_eq!(plan(&change), ["ticket:7:event:4:tell"]);
    let known = TicketFacts {
        opener: facts.opener.after(&TicketDeed::OpenerLeft),
        ..facts
    };
    assert_eq!(observe(&known, Observation::OpenerLeft), Err(Refused::Unchanged));
}

#[test]
fn a_closed_ticket_stays_as_it_is_wherever_its_opener_goes() {
    let closed = facts(closed_ticket(Duration::from_mins(1)));
    for seen in [Observation::OpenerLeft, is_member(LATER)] {
        assert_eq!(observe(&closed, seen), Err(Refused::Unchanged));
    }
}

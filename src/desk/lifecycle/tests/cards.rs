//! Cards for staff that are gone.

use super::*;

const CARD: MessageId = MessageId(80);

fn with_card(ticket: Ticket) -> TicketFacts {
    facts(Ticket {
        staff_card: Some((ChannelId(60), CARD)),
        ..ticket
    })
}

#[test]
fn an_open_ticket_that_loses_its_card_gets_another_under_a_key_of_its_own() {
    let change = observe(&with_card(ticket()), Observation::CardLost(CARD)).unwrap();
    assert!(change.card_lost);
    assert_eq!(change.events, [(TicketDeed::CardLost, None, None)]);
    assert_eq!(plan(&change), ["ticket:7:card:4"]);
}

#[test]
fn neither_a_card_of_before_nor_that_of_a_closed_ticket_is_missed() {
    let before = Observation::CardLost(MessageId(79));
    assert_eq!(observe(&with_card(ticket()), before), Err(Refused::Unchanged));
    assert_eq!(observe(&facts(ticket()), before), Err(Refused::Unchanged));
    let closed = with_card(closed_ticket(Duration::from_mins(1)));
    assert_eq!(
        observe(&closed, Observation::CardLost(CARD)),
        Err(Refused::Unchanged)
    );
}

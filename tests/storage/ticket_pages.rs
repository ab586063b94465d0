//! Lists of tickets that are too long for one page: their order, their count, and a walk through all of them.

use nightdesk::model::TicketId;
use nightdesk::model::ticket::TicketState;
use nightdesk::storage::{TicketChange, TicketFilter, TicketOrder};

use crate::fixtures::{AGENT, Fresh, HOME, NOW, fresh, ticket};

/// Six tickets: the second and the third are somebody's, the fourth is closed.
async fn six(fresh: &Fresh) -> Vec<TicketId> {
    let mut ids = Vec::new();
    for _ in 0..6 {
        ids.push(ticket(&*fresh.store, HOME).await.id);
    }
    for (which, change) in [
        (
            1,
            TicketChange {
                assignee: Some(Some(AGENT)),
                ..TicketChange::default()
            },
        ),
        (
            2,
            TicketChange {
                assignee: Some(Some(AGENT)),
                ..TicketChange::default()
            },
        ),
        (
            3,
            TicketChange {
                state: Some(TicketState::Closed),
                ..TicketChange::default()
            },
        ),
    ] {
        let changed = fresh
            .store
            .change_ticket(HOME, ids[which], NOW, Box::new(move |_| Ok(change)));
        changed.await.unwrap().unwrap().unwrap();
    }
    ids
}

async fn numbers(fresh: &Fresh, filter: TicketFilter) -> Vec<u32> {
    let found = fresh.store.tickets(HOME, filter).await.unwrap();
    found.iter().map(|ticket| ticket.number).collect()
}

#[tokio::test]
async fn tickets_that_nobody_has_come_first_the_oldest_on_top_and_closed_ones_last() {
    let fresh = fresh().await;
    six(&fresh).await;
    let waiting = TicketFilter {
        order: TicketOrder::Waiting,
        ..TicketFilter::default()
    };
    assert_eq!(numbers(&fresh, waiting.clone()).await, [1, 5, 6, 3, 2, 4]);
    let second_page = TicketFilter {
        skip: 2,
        limit: 2,
        ..waiting
    };
    assert_eq!(numbers(&fresh, second_page.clone()).await, [6, 3]);
    let counted = fresh.store.count_tickets(HOME, second_page).await.unwrap();
    assert_eq!(counted, 6, "a count knows no pages");
    let mine = TicketFilter {
        assignee: Some(AGENT),
        open_only: true,
        ..TicketFilter::default()
    };
    assert_eq!(fresh.store.count_tickets(HOME, mine).await.unwrap(), 2);
}

#[tokio::test]
async fn a_walk_page_by_page_meets_every_ticket_once_also_when_one_is_closed_on_the_way() {
    let fresh = fresh().await;
    let ids = six(&fresh).await;
    let mut filter = TicketFilter {
        open_only: true,
        limit: 2,
        ..TicketFilter::default()
    };
    let mut met = Vec::new();
    loop {
        let page = fresh.store.tickets(HOME, filter.clone()).await.unwrap();
        let Some(last) = page.last() else { break };
        filter.before = Some(last.id);
        met.extend(page.iter().map(|ticket| ticket.number));
        let close = Box::new(|_| {
            Ok(TicketChange {
                state: Some(TicketState::Closed),
                ..TicketChange::default()
            })
        });
        fresh.store.change_ticket(HOME, ids[5], NOW, close).await.unwrap();
    }
    assert_eq!(met, [6, 5, 3, 2, 1]);
}

#[tokio::test]
async fn tickets_without_a_card_for_staff_are_found_however_old_they_are() {
    let fresh = fresh().await;
    six(&fresh).await;
    let without = TicketFilter {
        open_only: true,
        without_card: true,
        limit: 2,
        ..TicketFilter::default()
    };
    assert_eq!(numbers(&fresh, without.clone()).await, [6, 5]);
    assert_eq!(fresh.store.count_tickets(HOME, without).await.unwrap(), 5);
}

//! Asking for a ticket: once, twice, all at once, refused; and the ledger of requests.

use nightdesk::model::UserId;
use nightdesk::model::ticket::{Area, TicketState};
use nightdesk::storage::{
    OpenedTicket, Opening, OpeningFacts, Refusal, TicketChange, TicketFilter, TicketRequest,
};

use crate::fixtures::*;

#[tokio::test]
async fn fifty_deliveries_of_one_interaction_open_one_ticket() {
    let fresh = fresh().await;
    let asked = request();
    let answers = at_once(50, |_| {
        let (store, asked) = (fresh.store.clone(), asked.clone());
        async move { opened(&*store, HOME, asked).await }
    })
    .await;
    let mut opened = 0;
    let mut rows = std::collections::BTreeSet::new();
    for answer in answers {
        match answer {
            OpenedTicket::Opened(ticket) => {
                opened += 1;
                rows.insert(ticket.id);
            }
            OpenedTicket::Existing(ticket) => {
                rows.insert(ticket.id);
            }
            OpenedTicket::Refused(refusal) => panic!("refused: {refusal:?}"),
        }
    }
    assert_eq!((opened, rows.len()), (1, 1));
    assert_eq!(fresh.store.ticket_requests(HOME).await.unwrap(), (1, 0));
}

#[tokio::test]
async fn numbers_have_no_gaps_however_many_ask_at_once_and_some_are_refused() {
    let fresh = fresh().await;
    let answers = at_once(60, |index| {
        let store = fresh.store.clone();
        let asked = TicketRequest {
            opener: UserId(index),
            ..request()
        };
        async move {
            let decide = Box::new(move |_: OpeningFacts| {
                if index % 3 == 0 {
                    Opening::Refuse(Refusal::TooMany)
                } else {
                    Opening::Open(Vec::new())
                }
            });
            store.open_ticket(HOME, asked, NOW, decide).await.unwrap()
        }
    })
    .await;
    let mut numbers: Vec<u32> = answers
        .iter()
        .filter_map(|answer| {
            if let OpenedTicket::Opened(ticket) = answer {
                Some(ticket.number)
            } else {
                None
            }
        })
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=40).collect::<Vec<u32>>());
    assert_eq!(
        fresh.store.ticket_requests(HOME).await.unwrap(),
        (60, 20),
        "requests = tickets + refusals"
    );
}

#[tokio::test]
async fn the_decision_sees_what_the_opener_has_open() {
    let fresh = fresh().await;
    let first = ticket(&*fresh.store, HOME).await;
    opened(
        &*fresh.store,
        HOME,
        TicketRequest {
            area: Area::Account,
            ..request()
        },
    )
    .await;
    opened(
        &*fresh.store,
        HOME,
        TicketRequest {
            opener: MALLORY,
            ..request()
        },
    )
    .await;
    ticket(&*fresh.store, ELSEWHERE).await;
    let decide = Box::new(|facts: OpeningFacts| {
        assert_eq!(
            (facts.open_in_area.len(), facts.open_in_guild, facts.number),
            (1, 2, 4)
        );
        Opening::Existing(facts.open_in_area[0].id)
    });
    let answer = fresh
        .store
        .open_ticket(HOME, request(), NOW, decide)
        .await
        .unwrap();
    assert_eq!(answer, OpenedTicket::Existing(first.clone()));
    assert_eq!(
        fresh.store.ticket_requests(HOME).await.unwrap(),
        (3, 0),
        "asking again is no further request"
    );

    let close = Box::new(|_| {
        Ok(TicketChange {
            state: Some(TicketState::Closed),
            ..TicketChange::default()
        })
    });
    fresh
        .store
        .change_ticket(HOME, first.id, NOW, close)
        .await
        .unwrap();
    let decide = Box::new(|facts: OpeningFacts| {
        assert_eq!((facts.open_in_area.len(), facts.open_in_guild), (0, 1));
        Opening::Refuse(Refusal::Empty)
    });
    fresh
        .store
        .open_ticket(HOME, request(), NOW, decide)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_refusal_is_recorded_and_repeated_to_the_same_interaction() {
    let fresh = fresh().await;
    let asked = request();
    for _ in 0..3 {
        let refuse = Box::new(|_: OpeningFacts| Opening::Refuse(Refusal::Blocked));
        let answer = fresh
            .store
            .open_ticket(HOME, asked.clone(), NOW, refuse)
            .await
            .unwrap();
        assert_eq!(answer, OpenedTicket::Refused(Refusal::Blocked));
    }
    assert_eq!(
        opened(&*fresh.store, HOME, asked).await,
        OpenedTicket::Refused(Refusal::Blocked)
    );
    assert_eq!(fresh.store.ticket_requests(HOME).await.unwrap(), (1, 1));
    assert_eq!(
        fresh.store.tickets(HOME, TicketFilter::default()).await.unwrap(),
        []
    );
}

#[tokio::test]
async fn a_blocked_opener_is_known_as_such_until_unblocked() {
    let fresh = fresh().await;
    let reason = async || {
        let (tell, told) = std::sync::mpsc::channel();
        let decide = Box::new(move |facts: OpeningFacts| {
            tell.send(facts.blocked).unwrap();
            Opening::Refuse(Refusal::Blocked)
        });
        fresh
            .store
            .open_ticket(HOME, request(), NOW, decide)
            .await
            .unwrap();
        told.recv().unwrap()
    };
    assert_eq!(reason().await, None);
    fresh
        .store
        .block_opener(HOME, ALICE, "floods".to_owned(), AGENT, NOW)
        .await
        .unwrap();
    assert_eq!(reason().await.as_deref(), Some("floods"));
    assert!(fresh.store.unblock_opener(HOME, ALICE).await.unwrap());
    assert!(!fresh.store.unblock_opener(HOME, ALICE).await.unwrap());
    assert_eq!(reason().await, None);
}

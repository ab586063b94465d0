//! Tickets: reading, changing, listing. Asking for one is tested in `requests`.

use nightdesk::model::effect::{Effect, EffectDraft};
use nightdesk::model::guild::Tier;
use nightdesk::model::notice::Notice;
use nightdesk::model::ticket::{Area, Packet, Sev, Surface, TicketDeed, TicketState, Whereabouts};
use nightdesk::model::{ChannelId, QueueId, TicketId, UserId};
use nightdesk::storage::{OpenedTicket, TicketChange, TicketFacts, TicketFilter, TicketRequest};

use crate::fixtures::*;

fn claim(by: UserId) -> impl FnOnce(TicketFacts) -> Result<TicketChange, String> + Send + 'static {
    move |facts| match facts.ticket.assignee {
        Some(_) => Err("taken".to_owned()),
        None => Ok(TicketChange {
            state: Some(TicketState::InProgress),
            assignee: Some(Some(by)),
            events: vec![(TicketDeed::Claimed, Some(by), None)],
            ..TicketChange::default()
        }),
    }
}

fn packet() -> Packet {
    Packet {
        summary: "drained".to_owned(),
        expected: "funds".to_owned(),
        actual: "no funds".to_owned(),
        tried: "waiting".to_owned(),
        references: "0xabc".to_owned(),
    }
}

#[tokio::test]
async fn a_ticket_is_read_back_as_it_was_opened() {
    let fresh = fresh().await;
    let asked = TicketRequest {
        source: Some("https://discord.com/channels/1/2/3".to_owned()),
        ..request()
    };
    let OpenedTicket::Opened(ticket) = opened(&*fresh.store, HOME, asked.clone()).await else {
        panic!()
    };
    assert_eq!((ticket.number, ticket.round, ticket.version), (1, 1, 1));
    assert_eq!(
        (ticket.state, ticket.sev, ticket.surface),
        (TicketState::New, Sev::Undetermined, Surface::None)
    );
    assert_eq!(
        (ticket.area, ticket.opener, &ticket.answers),
        (Area::Funds, ALICE, &asked.answers)
    );
    assert_eq!(
        (&ticket.source, ticket.interaction),
        (&asked.source, asked.interaction)
    );
    assert_eq!(
        (ticket.opened_at, ticket.changed_at, ticket.closed_at),
        (NOW, NOW, None)
    );
    assert_eq!(
        fresh.store.ticket(HOME, ticket.id).await.unwrap(),
        Some(ticket.clone())
    );
    assert_eq!(
        fresh.store.ticket_by_number(HOME, 1).await.unwrap(),
        Some(ticket.clone())
    );
    let queue = fresh.store.queue(HOME, ticket.queue).await.unwrap().unwrap();
    assert_eq!((queue.area, queue.guild), (Area::Funds, HOME.0));
    let due = lease(&*fresh.store, NOW).await;
    let (thread, card) = (
        format!("ticket:{}:thread:1", ticket.id),
        format!("ticket:{}:card", ticket.id),
    );
    assert_eq!(
        keys(&due),
        [thread, card],
        "adding the member waits for the thread"
    );
}

#[tokio::test]
async fn a_ticket_that_is_not_there_is_none_and_no_error() {
    let fresh = fresh().await;
    assert_eq!(fresh.store.ticket(HOME, NO_TICKET).await.unwrap(), None);
    assert_eq!(fresh.store.ticket_by_number(HOME, 404).await.unwrap(), None);
    assert_eq!(
        fresh.store.ticket_of_thread(HOME, ChannelId(404)).await.unwrap(),
        None
    );
    assert_eq!(fresh.store.ticket_events(HOME, NO_TICKET).await.unwrap(), []);
    assert_eq!(fresh.store.escalations(HOME, NO_TICKET).await.unwrap(), []);
    assert_eq!(fresh.store.queue(HOME, QueueId(404)).await.unwrap(), None);
    let answer = fresh
        .store
        .change_ticket(HOME, NO_TICKET, NOW, Box::new(claim(AGENT)))
        .await
        .unwrap();
    assert_eq!(answer, None);
}

#[tokio::test]
async fn a_change_is_decided_knowing_where_the_opener_went() {
    let fresh = fresh().await;
    let id = ticket(&*fresh.store, HOME).await.id;
    let returned = TicketDeed::OpenerReturned { joined: later(2) };
    let moves = [TicketDeed::OpenerLeft, returned, TicketDeed::OpenerLeft];
    let mut expected = Whereabouts::default();
    for deed in moves {
        let decide = Box::new(move |facts: TicketFacts| {
            assert_eq!(facts.opener, expected);
            Ok(TicketChange {
                events: vec![(deed, Some(ALICE), None)],
                ..TicketChange::default()
            })
        });
        let changed = fresh.store.change_ticket(HOME, id, NOW, decide).await;
        assert!(changed.unwrap().unwrap().is_ok());
        expected = expected.after(&deed);
    }
    assert_eq!((expected.away, expected.returned), (true, Some(later(2))));
}

#[tokio::test]
async fn a_hundred_claims_at_once_have_one_winner() {
    let fresh = fresh().await;
    let id = ticket(&*fresh.store, HOME).await.id;
    let answers = at_once(100, |index| {
        let store = fresh.store.clone();
        async move {
            store
                .change_ticket(HOME, id, NOW, Box::new(claim(UserId(index))))
                .await
                .unwrap()
                .unwrap()
        }
    })
    .await;
    let winners: Vec<_> = answers.into_iter().flatten().collect();
    assert_eq!(winners.len(), 1);
    let stored = fresh.store.ticket(HOME, id).await.unwrap().unwrap();
    assert_eq!((stored.assignee, stored.version), (winners[0].assignee, 2));
    assert_eq!(fresh.store.ticket_events(HOME, id).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_change_leaves_what_it_does_not_name() {
    let fresh = fresh().await;
    let before = ticket(&*fresh.store, HOME).await;
    let thread = ChannelId(31);
    let first = Box::new(move |_| {
        Ok(TicketChange {
            surface: Some(Surface::Live),
            thread: Some(Some(thread)),
            assignee: Some(Some(AGENT)),
            ..TicketChange::default()
        })
    });
    let live = fresh
        .store
        .change_ticket(HOME, before.id, later(1), first)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    assert_eq!(
        (live.surface, live.thread, live.assignee),
        (Surface::Live, Some(thread), Some(AGENT))
    );
    assert_eq!(
        (live.state, live.changed_at, live.version),
        (TicketState::New, later(1), 2)
    );
    assert_eq!(
        fresh.store.ticket_of_thread(HOME, thread).await.unwrap(),
        Some(live)
    );

    let second = Box::new(|_| {
        Ok(TicketChange {
            thread: Some(None),
            assignee: Some(None),
            round: Some(2),
            closed_at: Some(Some(later(2))),
            ..TicketChange::default()
        })
    });
    let after = fresh
        .store
        .change_ticket(HOME, before.id, later(2), second)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    assert_eq!((after.thread, after.assignee, after.round), (None, None, 2));
    assert_eq!((after.closed_at, after.surface), (Some(later(2)), Surface::Live));
    assert_eq!(fresh.store.ticket_of_thread(HOME, thread).await.unwrap(), None);
}

#[tokio::test]
async fn an_escalation_is_stored_with_its_packet_its_events_and_its_effects() {
    let fresh = fresh().await;
    let id = opened_with_secrets(&fresh).await;
    let decide = Box::new(move |facts: TicketFacts| {
        let escalation = facts.next_escalation;
        assert_eq!((facts.next_event, escalation), (3, 1));
        Ok(TicketChange {
            state: Some(TicketState::Escalated),
            events: vec![
                (
                    TicketDeed::Escalated {
                        team: Tier::Security,
                        escalation,
                    },
                    Some(AGENT),
                    None,
                ),
                (TicketDeed::Noted, Some(AGENT), Some("urgent".to_owned())),
            ],
            escalation: Some((Tier::Security, packet(), AGENT)),
            effects: vec![EffectDraft::new(
                "told",
                Effect::TellInThread {
                    ticket: id,
                    event: 3,
                    notice: Notice::Escalated { team: Tier::Security },
                },
            )],
            ..TicketChange::default()
        })
    });
    fresh
        .store
        .change_ticket(HOME, id, later(9), decide)
        .await
        .unwrap()
        .unwrap()
        .unwrap();

    let events = fresh.store.ticket_events(HOME, id).await.unwrap();
    let deeds: Vec<_> = events.iter().map(|event| (event.ordinal, event.deed)).collect();
    assert_eq!(
        deeds,
        [
            (1, TicketDeed::Opened),
            (2, TicketDeed::SecretsRemoved { count: 2 }),
            (
                3,
                TicketDeed::Escalated {
                    team: Tier::Security,
                    escalation: 1
                }
            ),
            (4, TicketDeed::Noted),
        ]
    );
    assert_eq!(
        (events[0].by, events[1].by, events[3].at),
        (Some(ALICE), None, later(9))
    );
    assert_eq!(events[3].note.as_deref(), Some("urgent"));
    let escalations = fresh.store.escalations(HOME, id).await.unwrap();
    assert_eq!(
        (escalations.len(), escalations[0].ordinal, escalations[0].team),
        (1, 1, Tier::Security)
    );
    assert_eq!(
        (escalations[0].packet.clone(), escalations[0].by),
        (Some(packet()), AGENT)
    );
    assert!(fresh.store.effect_by_key(HOME, "told").await.unwrap().is_some());
}

async fn opened_with_secrets(fresh: &Fresh) -> TicketId {
    let asked = TicketRequest {
        secrets_removed: 2,
        ..request()
    };
    match opened(&*fresh.store, HOME, asked).await {
        OpenedTicket::Opened(ticket) => ticket.id,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn tickets_are_listed_newest_first_by_every_filter() {
    let fresh = fresh().await;
    let first = ticket(&*fresh.store, HOME).await;
    let second = opened(
        &*fresh.store,
        HOME,
        TicketRequest {
            opener: MALLORY,
            ..request()
        },
    )
    .await;
    let OpenedTicket::Opened(second) = second else {
        panic!()
    };
    ticket(&*fresh.store, HOME).await;
    fresh
        .store
        .change_ticket(HOME, second.id, NOW, Box::new(claim(AGENT)))
        .await
        .unwrap();
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

    let numbers = async |filter: TicketFilter| -> Vec<u32> {
        fresh
            .store
            .tickets(HOME, filter)
            .await
            .unwrap()
            .iter()
            .map(|ticket| ticket.number)
            .collect()
    };
    let all = TicketFilter::default;
    assert_eq!(numbers(all()).await, [3, 2, 1]);
    assert_eq!(
        numbers(TicketFilter {
            open_only: true,
            ..all()
        })
        .await,
        [3, 2]
    );
    assert_eq!(
        numbers(TicketFilter {
            opener: Some(MALLORY),
            ..all()
        })
        .await,
        [2]
    );
    assert_eq!(
        numbers(TicketFilter {
            assignee: Some(AGENT),
            ..all()
        })
        .await,
        [2]
    );
    assert_eq!(
        numbers(TicketFilter {
            state: Some(TicketState::Closed),
            ..all()
        })
        .await,
        [1]
    );
    assert_eq!(numbers(TicketFilter { limit: 1, ..all() }).await, [3]);
}

#[tokio::test]
async fn every_guild_has_one_queue_per_area() {
    let fresh = fresh().await;
    ticket(&*fresh.store, HOME).await;
    let queues = fresh.store.queues(HOME).await.unwrap();
    assert_eq!(
        queues.iter().map(|queue| queue.area).collect::<Vec<_>>(),
        Area::ALL
    );
    assert_eq!(
        fresh.store.queues(HOME).await.unwrap(),
        queues,
        "they are made once"
    );
    let elsewhere = fresh.store.queues(ELSEWHERE).await.unwrap();
    assert!(
        elsewhere
            .iter()
            .all(|queue| queues.iter().all(|home| home.id != queue.id))
    );
}

//! What the end of an effect means for its case or ticket.

use nightdesk::model::effect::{Effect, EffectDraft, EffectOutcome, EffectState};
use nightdesk::model::guild::Tier;
use nightdesk::model::notice::Notice;
use nightdesk::model::ticket::{Packet, Surface, TicketDeed};
use nightdesk::model::{ChannelId, MessageId};
use nightdesk::storage::TicketChange;

use crate::fixtures::*;

const POSTED: EffectOutcome = EffectOutcome::Done {
    result: Some(88),
    channel: Some(ChannelId(80)),
};
const CARD: Option<(ChannelId, MessageId)> = Some((ChannelId(80), MessageId(88)));

fn failed() -> EffectOutcome {
    EffectOutcome::Failed {
        failure: "50013".to_owned(),
    }
}

#[tokio::test]
async fn a_thread_that_was_made_is_the_tickets_thread() {
    let fresh = fresh().await;
    let id = ticket(&*fresh.store, HOME).await.id;
    let effect = leased(&*fresh.store, &format!("ticket:{id}:thread:1")).await;
    let made = EffectOutcome::Done {
        result: Some(31),
        channel: None,
    };
    fresh
        .store
        .finish_effect(HOME, effect.id, made, later(3))
        .await
        .unwrap();
    let ticket = fresh.store.ticket(HOME, id).await.unwrap().unwrap();
    assert_eq!(
        (ticket.thread, ticket.surface, ticket.round),
        (Some(ChannelId(31)), Surface::Live, 1)
    );
    assert_eq!((ticket.version, ticket.changed_at), (2, later(3)));
    let events = fresh.store.ticket_events(HOME, id).await.unwrap();
    assert_eq!(
        events.last().map(|event| (event.deed, event.by)),
        Some((TicketDeed::ThreadMade, None))
    );
    assert_eq!(
        fresh.store.ticket_of_thread(HOME, ChannelId(31)).await.unwrap(),
        Some(ticket)
    );
}

#[tokio::test]
async fn a_thread_of_an_earlier_round_changes_nothing() {
    let fresh = fresh().await;
    let id = ticket(&*fresh.store, HOME).await.id;
    let effect = leased(&*fresh.store, &format!("ticket:{id}:thread:1")).await;
    let second = Box::new(|_| {
        Ok(TicketChange {
            round: Some(2),
            thread: Some(Some(ChannelId(32))),
            ..TicketChange::default()
        })
    });
    fresh.store.change_ticket(HOME, id, NOW, second).await.unwrap();
    let made = EffectOutcome::Done {
        result: Some(31),
        channel: None,
    };
    fresh
        .store
        .finish_effect(HOME, effect.id, made, NOW)
        .await
        .unwrap();
    let ticket = fresh.store.ticket(HOME, id).await.unwrap().unwrap();
    assert_eq!((ticket.thread, ticket.round), (Some(ChannelId(32)), 2));
    assert_eq!(fresh.store.ticket_events(HOME, id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_refusal_that_is_known_already_is_not_told_twice() {
    let fresh = fresh().await;
    let id = ticket(&*fresh.store, HOME).await.id;
    let effect = leased(&*fresh.store, &format!("ticket:{id}:thread:1")).await;
    let seen = Box::new(|_| {
        Ok(TicketChange {
            surface: Some(Surface::Forbidden),
            events: vec![(TicketDeed::ThreadRefused, None, None)],
            ..TicketChange::default()
        })
    });
    fresh.store.change_ticket(HOME, id, NOW, seen).await.unwrap();
    fresh
        .store
        .finish_effect(HOME, effect.id, failed(), NOW)
        .await
        .unwrap();
    assert_eq!(fresh.store.ticket_events(HOME, id).await.unwrap().len(), 2);
    let due = lease(&*fresh.store, NOW).await;
    assert!(
        due.iter()
            .all(|row| !matches!(row.effect, Effect::TellOpener { .. })),
        "{:?}",
        keys(&due)
    );
}

#[tokio::test]
async fn a_refused_thread_leaves_the_ticket_and_tells_the_opener_and_staff() {
    let fresh = fresh().await;
    let id = ticket(&*fresh.store, HOME).await.id;
    let due = lease(&*fresh.store, NOW).await;
    fresh
        .store
        .finish_effect(HOME, due[1].id, POSTED, NOW)
        .await
        .unwrap();
    fresh
        .store
        .finish_effect(HOME, due[0].id, failed(), NOW)
        .await
        .unwrap();

    let ticket = fresh.store.ticket(HOME, id).await.unwrap().unwrap();
    assert_eq!(
        (ticket.surface, ticket.thread, ticket.state.is_open()),
        (Surface::Forbidden, None, true)
    );
    assert_eq!(ticket.answers.len(), 1, "nothing has to be typed again");
    let events = fresh.store.ticket_events(HOME, id).await.unwrap();
    assert_eq!(
        events.last().map(|event| event.deed),
        Some(TicketDeed::ThreadRefused)
    );
    let effects: Vec<_> = lease(&*fresh.store, NOW)
        .await
        .into_iter()
        .map(|row| row.effect)
        .collect();
    let event = events.last().unwrap().ordinal;
    assert!(effects.contains(&Effect::TellOpener {
        ticket: id,
        event,
        notice: Notice::ThreadRefused
    }));
    assert!(effects.contains(&Effect::RefreshStaffCard { ticket: id }));
    let troubles = fresh.store.troubled_effects_of_ticket(HOME, id).await.unwrap();
    assert_eq!(
        (keys(&troubles), troubles[0].state),
        (vec![due[0].key.as_str()], EffectState::Failed)
    );
    assert_eq!(troubles[0].failure.as_deref(), Some("50013"));
}

#[tokio::test]
async fn a_posted_card_is_the_card_of_its_ticket_its_case_its_escalation() {
    let fresh = fresh().await;
    let ticket = ticket(&*fresh.store, HOME).await.id;
    let case = case(&*fresh.store, HOME, 1, "free nitro").await.id;
    let packet = Packet {
        summary: "a".to_owned(),
        expected: "b".to_owned(),
        actual: "c".to_owned(),
        tried: "d".to_owned(),
        references: "e".to_owned(),
    };
    let escalate = Box::new(move |_| {
        Ok(TicketChange {
            escalation: Some((Tier::Security, packet, AGENT)),
            effects: vec![EffectDraft::new(
                "escalation",
                Effect::PostEscalationCard {
                    ticket,
                    escalation: 1,
                },
            )],
            ..TicketChange::default()
        })
    });
    fresh
        .store
        .change_ticket(HOME, ticket, NOW, escalate)
        .await
        .unwrap();
    for effect in lease(&*fresh.store, NOW).await {
        fresh
            .store
            .finish_effect(HOME, effect.id, POSTED, NOW)
            .await
            .unwrap();
    }
    assert_eq!(
        fresh
            .store
            .ticket(HOME, ticket)
            .await
            .unwrap()
            .unwrap()
            .staff_card,
        CARD
    );
    assert_eq!(fresh.store.case(HOME, case).await.unwrap().unwrap().card, CARD);
    assert_eq!(fresh.store.escalations(HOME, ticket).await.unwrap()[0].card, CARD);
    let lost = Box::new(|_| {
        Ok(TicketChange {
            card_lost: true,
            ..TicketChange::default()
        })
    });
    let without = fresh.store.change_ticket(HOME, ticket, NOW, lost).await.unwrap();
    assert_eq!(without.unwrap().unwrap().staff_card, None);
}

#[tokio::test]
async fn trouble_after_the_card_was_posted_brings_the_card_up_to_date_once() {
    let fresh = fresh().await;
    let case = case(&*fresh.store, HOME, 1, "free nitro").await.id;
    let timeout = Effect::TimeoutMember {
        case,
        user: MALLORY,
        until: later(9),
    };
    let more = vec![EffectDraft::new("timeout", timeout)];
    fresh.store.plan_effects(HOME, more, NOW).await.unwrap();
    let due = lease(&*fresh.store, NOW).await;
    let ends = [
        failed(),
        POSTED,
        EffectOutcome::Uncertain {
            failure: "lost".to_owned(),
        },
    ];
    // The deletion fails while the card is on its way: what it shows was read before.
    for (effect, end) in due.iter().zip(ends) {
        fresh
            .store
            .finish_effect(HOME, effect.id, end, NOW)
            .await
            .unwrap();
    }
    let refreshing = lease(&*fresh.store, NOW).await;
    assert_eq!(refreshing.len(), 1, "one refresh shows both");
    assert_eq!(refreshing[0].effect, Effect::RefreshReviewCard { case });
    let troubles = fresh.store.troubled_effects_of_case(HOME, case).await.unwrap();
    let states: Vec<_> = troubles.iter().map(|effect| effect.state).collect();
    assert_eq!(states, [EffectState::Failed, EffectState::Uncertain]);

    fresh
        .store
        .finish_effect(HOME, refreshing[0].id, failed(), NOW)
        .await
        .unwrap();
    assert_eq!(
        lease(&*fresh.store, NOW).await,
        [],
        "a card that cannot be refreshed is left alone"
    );
}

#[tokio::test]
async fn trouble_before_the_card_is_posted_needs_no_second_card() {
    let fresh = fresh().await;
    let case = case(&*fresh.store, HOME, 1, "free nitro").await.id;
    let delete = fresh
        .store
        .lease_effects(nightdesk::storage::AllGuilds, NOW, later(1), 1)
        .await
        .unwrap();
    fresh
        .store
        .finish_effect(HOME, delete[0].id, failed(), NOW)
        .await
        .unwrap();
    assert_eq!(
        keys(&lease(&*fresh.store, NOW).await),
        [format!("case:{case}:card")]
    );
}

//! What holds for every call that writes: neighbours do not spoil each other, and nothing depends on the caller.

use std::time::Duration;

use nightdesk::model::guild::{GuildSettings, Mode};
use nightdesk::model::{RoleId, UserId};
use nightdesk::storage::{
    InGuild, OpenedTicket, Opening, OpeningFacts, SettingsChange, StoreError, TicketFilter, TicketRequest,
};

use crate::fixtures::*;

#[tokio::test]
async fn a_call_that_fails_or_panics_does_not_spoil_its_neighbours() {
    let fresh = fresh().await;
    let answers = at_once(60, |index| {
        let store = fresh.store.clone();
        let asked = TicketRequest {
            opener: UserId(index),
            ..request()
        };
        async move {
            let decide = Box::new(move |facts: OpeningFacts| match index % 3 {
                0 => Opening::Open(opening(facts.ticket)),
                // A ticket that is not there: the call fails after it has read, and in part written.
                1 => Opening::Existing(NO_TICKET),
                _ => panic!("a decision that panics"),
            });
            (index, store.open_ticket(HOME, asked, NOW, decide).await)
        }
    })
    .await;
    for (index, answer) in answers {
        match index % 3 {
            0 => assert!(matches!(answer, Ok(OpenedTicket::Opened(_))), "{answer:?}"),
            _ => assert!(matches!(answer, Err(StoreError::Failed(_))), "{answer:?}"),
        }
    }
    let tickets = fresh.store.tickets(HOME, TicketFilter::default()).await.unwrap();
    let numbers: Vec<u32> = tickets.iter().rev().map(|ticket| ticket.number).collect();
    assert_eq!(
        numbers,
        (1..=20).collect::<Vec<u32>>(),
        "what failed has used up no number"
    );
    assert_eq!(fresh.store.ticket_requests(HOME).await.unwrap(), (20, 0));
    assert_eq!(
        lease(&*fresh.store, NOW).await.len(),
        40,
        "thread and card of each ticket"
    );
}

#[tokio::test]
async fn a_failing_call_is_undone_whole() {
    let fresh = fresh().await;
    let ticket = ticket(&*fresh.store, HOME).await;
    let elsewhere_case = case(&*fresh.store, ELSEWHERE, 1, "x").await.id;
    let reaching_over = Box::new(move |_| {
        Ok(nightdesk::storage::TicketChange {
            assignee: Some(Some(AGENT)),
            events: vec![(
                nightdesk::model::ticket::TicketDeed::Claimed,
                Some(AGENT),
                Some("mine".to_owned()),
            )],
            effects: vec![
                tell_owner("fine"),
                nightdesk::model::effect::EffectDraft::new(
                    "wrong",
                    nightdesk::model::effect::Effect::RestoreMessage { case: elsewhere_case },
                ),
            ],
            ..Default::default()
        })
    });
    let answer = fresh
        .store
        .change_ticket(HOME, ticket.id, NOW, reaching_over)
        .await;
    assert!(answer.is_err());
    assert_eq!(
        fresh.store.ticket(HOME, ticket.id).await.unwrap(),
        Some(ticket.clone())
    );
    assert_eq!(fresh.store.ticket_events(HOME, ticket.id).await.unwrap().len(), 1);
    assert_eq!(fresh.store.effect_by_key(HOME, "fine").await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_caller_is_gone_is_carried_out() {
    let fresh = fresh().await;
    // The writer is held by a decision until the caller of the next call has gone.
    let (let_go, held) = std::sync::mpsc::channel::<()>();
    let (holding, is_held) = tokio::sync::oneshot::channel();
    let store = fresh.store.clone();
    let slow = tokio::spawn(async move {
        let wait = Box::new(move |settings: GuildSettings| {
            holding.send(()).unwrap();
            let _released = held.recv();
            settings.into()
        });
        store.change_settings(ELSEWHERE, AGENT, NOW, wait).await
    });
    is_held.await.unwrap();
    let enforce = Box::new(|settings| {
        SettingsChange::from(GuildSettings {
            mode: Mode::Enforce,
            ..settings
        })
    });
    let call = fresh.store.change_settings(HOME, AGENT, NOW, enforce);
    // Long enough for the call to be handed to the writer; it cannot end, because the writer is held.
    let gone = tokio::time::timeout(Duration::from_millis(50), call).await;
    assert!(gone.is_err(), "the caller has gone before the answer");
    drop(let_go);
    slow.await.unwrap().unwrap();
    // A later call is answered after it.
    fresh.store.note_read(HOME, Vec::new()).await.unwrap();
    assert_eq!(fresh.store.settings(HOME).await.unwrap().mode, Mode::Enforce);
}

#[tokio::test]
async fn what_was_answered_can_be_read_at_once() {
    let fresh = fresh().await;
    at_once(50, |index| {
        let store = fresh.store.clone();
        async move {
            let guild = InGuild(nightdesk::model::GuildId(index));
            let change = Box::new(move |mut settings: GuildSettings| {
                settings.exempt_roles.push(RoleId(index));
                settings.into()
            });
            let written = store.change_settings(guild, AGENT, NOW, change).await.unwrap();
            assert_eq!(store.settings(guild).await.unwrap(), written);
        }
    })
    .await;
}

#[tokio::test]
async fn a_closed_store_answers_with_an_error() {
    let fresh = fresh().await;
    fresh.close().await;
    let answer = fresh.store.note_read(HOME, Vec::new()).await;
    assert!(matches!(answer, Err(StoreError::Failed(_))));
    assert!(fresh.store.settings(HOME).await.is_err());
}

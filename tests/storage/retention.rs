//! Erasing what people wrote, and keeping what must not be lost by it.

use nightdesk::model::case::{Case, CaseDeed, CaseState};
use nightdesk::model::guild::{GuildSettings, Tier};
use nightdesk::model::ticket::{Packet, TicketDeed, TicketState};
use nightdesk::model::{MessageId, TicketId, Timestamp};
use nightdesk::storage::{
    AllGuilds, CaseChange, InGuild, KeptAttachment, OpenedCase, SettingsChange, Store, TicketChange,
};

use crate::fixtures::*;

/// A word that stands in every text a person wrote, and nowhere else.
const WRITTEN: &str = "xylophone-quartz";

fn written(what: &str) -> String {
    format!("{what} {WRITTEN} {what}")
}

/// A case full of what Mallory wrote, contested and decided at `decided`.
async fn full_case(store: &dyn Store, guild: InGuild, id: u64, decided: Timestamp) -> Case {
    let case = case(store, guild, id, &written("scam")).await;
    let file = KeptAttachment {
        id,
        filename: written("file"),
        bytes: Some(written("bytes").into_bytes()),
    };
    store.keep_attachments(guild, case.id, vec![file]).await.unwrap();
    let steps = [
        (
            CaseState::Open,
            CaseDeed::Contested,
            MALLORY,
            Some(written("contest")),
        ),
        (CaseState::Confirmed, CaseDeed::Confirmed, AGENT, None),
    ];
    for (state, deed, by, note) in steps {
        let decide = Box::new(move |_| {
            Ok(CaseChange {
                state,
                deed,
                by,
                note,
                effects: Vec::new(),
            })
        });
        store
            .change_case(guild, case.id, decided, decide)
            .await
            .unwrap()
            .unwrap()
            .unwrap();
    }
    store.case(guild, case.id).await.unwrap().unwrap()
}

/// A ticket full of what Alice and an agent wrote, closed at `closed`.
async fn full_ticket(store: &dyn Store, guild: InGuild, closed: Timestamp) -> TicketId {
    let mut asked = request();
    asked.answers[0].text = written("answer");
    asked.opener_name = written("name");
    asked.source = Some(written("source"));
    let nightdesk::storage::OpenedTicket::Opened(ticket) = opened(store, guild, asked).await else {
        panic!()
    };
    let packet = Packet {
        summary: written("summary"),
        expected: written("expected"),
        actual: written("actual"),
        tried: written("tried"),
        references: written("references"),
    };
    let close = Box::new(move |_| {
        Ok(TicketChange {
            state: Some(TicketState::Closed),
            closed_at: Some(Some(closed)),
            events: vec![(TicketDeed::Noted, Some(AGENT), Some(written("note")))],
            escalation: Some((Tier::Security, packet, AGENT)),
            ..TicketChange::default()
        })
    });
    store
        .change_ticket(guild, ticket.id, closed, close)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    ticket.id
}

/// Whether anything that people wrote stands in any file of the store.
fn stands_in_files(fresh: &Fresh) -> bool {
    std::fs::read_dir(fresh.directory.path()).unwrap().any(|entry| {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        bytes
            .windows(WRITTEN.len())
            .any(|window| window == WRITTEN.as_bytes())
    })
}

#[tokio::test]
async fn what_is_over_loses_its_words_and_keeps_its_facts() {
    let fresh = fresh().await;
    let before = full_case(&*fresh.store, HOME, 1, later(10)).await;
    let ticket = full_ticket(&*fresh.store, HOME, later(10)).await;
    assert_eq!(
        fresh.store.erase_before(AllGuilds, later(10)).await.unwrap(),
        0,
        "nothing is old enough"
    );
    // Case: payload, note, attachment. Ticket: payload, note, packet.
    assert_eq!(fresh.store.erase_before(AllGuilds, later(11)).await.unwrap(), 6);
    assert_eq!(
        fresh.store.erase_before(AllGuilds, later(11)).await.unwrap(),
        0,
        "it is erased once"
    );

    let after = fresh.store.case(HOME, before.id).await.unwrap().unwrap();
    assert_eq!((after.evidence, after.findings.len()), (None, 0));
    assert_eq!(
        (after.author, after.message, after.score),
        (MALLORY, MessageId(1), 120)
    );
    assert_eq!(after.history.len(), 3);
    assert!(after.history.iter().all(|event| event.note.is_none()));
    assert_eq!(fresh.store.kept_attachments(HOME, before.id).await.unwrap(), []);

    let after = fresh.store.ticket(HOME, ticket).await.unwrap().unwrap();
    assert_eq!(
        (after.answers.len(), after.opener_name.as_str(), after.source),
        (0, "", None)
    );
    assert_eq!((after.opener, after.number), (ALICE, 1));
    let events = fresh.store.ticket_events(HOME, ticket).await.unwrap();
    assert_eq!(
        (events.len(), events.iter().all(|event| event.note.is_none())),
        (2, true)
    );
    let escalations = fresh.store.escalations(HOME, ticket).await.unwrap();
    assert_eq!((escalations.len(), escalations[0].packet.clone()), (1, None));
}

#[tokio::test]
async fn what_is_still_going_on_keeps_its_words() {
    let fresh = fresh().await;
    let decided_late = full_case(&*fresh.store, HOME, 1, later(1_000)).await;
    let open = ticket(&*fresh.store, HOME).await;
    assert_eq!(fresh.store.erase_before(AllGuilds, later(500)).await.unwrap(), 0);
    assert_eq!(
        fresh.store.case(HOME, decided_late.id).await.unwrap(),
        Some(decided_late)
    );
    assert_eq!(fresh.store.ticket(HOME, open.id).await.unwrap(), Some(open));
}

#[tokio::test]
async fn a_case_that_nobody_decides_is_not_kept_for_ever() {
    let fresh = fresh().await;
    let id = case(&*fresh.store, HOME, 1, "free nitro").await.id;
    assert_eq!(fresh.store.erase_before(AllGuilds, later(1)).await.unwrap(), 1);
    assert_eq!(fresh.store.case(HOME, id).await.unwrap().unwrap().evidence, None);
}

#[tokio::test]
async fn an_erased_message_is_still_known_and_a_late_download_does_not_bring_it_back() {
    let fresh = fresh().await;
    let id = case(&*fresh.store, HOME, 1, "free nitro").await.id;
    fresh.store.erase_person(HOME, MALLORY).await.unwrap();
    let plan = Box::new(remove(MessageId(1)));
    let answer = fresh
        .store
        .open_case(
            HOME,
            message(HOME, 1, "free nitro"),
            scam("free nitro"),
            NOW,
            plan,
        )
        .await
        .unwrap();
    assert_eq!(answer, OpenedCase::Known(id));
    let file = KeptAttachment {
        id: 1,
        filename: "late.png".to_owned(),
        bytes: None,
    };
    fresh.store.keep_attachments(HOME, id, vec![file]).await.unwrap();
    assert_eq!(fresh.store.kept_attachments(HOME, id).await.unwrap(), []);
}

#[tokio::test]
async fn one_persons_words_are_erased_in_one_guild_and_nobody_elses() {
    let fresh = fresh().await;
    let here = full_case(&*fresh.store, HOME, 1, NOW).await.id;
    let there = full_case(&*fresh.store, ELSEWHERE, 1, NOW).await;
    let alices = full_ticket(&*fresh.store, HOME, NOW).await;
    assert_eq!(fresh.store.erase_person(HOME, MALLORY).await.unwrap(), 3);
    assert_eq!(
        fresh.store.case(HOME, here).await.unwrap().unwrap().evidence,
        None
    );
    assert_eq!(fresh.store.case(ELSEWHERE, there.id).await.unwrap(), Some(there));
    assert_eq!(
        fresh
            .store
            .ticket(HOME, alices)
            .await
            .unwrap()
            .unwrap()
            .answers
            .len(),
        1
    );

    // The agent's own words go too, wherever they stand.
    assert_eq!(fresh.store.erase_person(HOME, AGENT).await.unwrap(), 1);
    let events = fresh.store.ticket_events(HOME, alices).await.unwrap();
    assert!(events.iter().all(|event| event.note.is_none()));
    assert_eq!(
        fresh
            .store
            .ticket(HOME, alices)
            .await
            .unwrap()
            .unwrap()
            .answers
            .len(),
        1
    );

    fresh
        .store
        .block_opener(HOME, ALICE, written("reason"), AGENT, NOW)
        .await
        .unwrap();
    assert_eq!(fresh.store.erase_person(HOME, ALICE).await.unwrap(), 3);
    assert!(
        fresh.store.unblock_opener(HOME, ALICE).await.unwrap(),
        "the block outlives its reason"
    );
}

#[tokio::test]
async fn nothing_that_was_erased_by_age_is_left_in_any_file() {
    let fresh = fresh().await;
    for id in 1..=120 {
        full_case(&*fresh.store, HOME, id, NOW).await;
        full_ticket(&*fresh.store, HOME, NOW).await;
    }
    assert!(stands_in_files(&fresh), "before the erasure it is there");
    fresh.store.erase_before(AllGuilds, later(1)).await.unwrap();
    assert!(!stands_in_files(&fresh));
    let fresh = fresh.reopened().await;
    assert!(!stands_in_files(&fresh));
}

#[tokio::test]
async fn nothing_that_one_person_wrote_is_left_in_any_file() {
    let fresh = fresh().await;
    for id in 1..=40 {
        full_case(&*fresh.store, HOME, id, NOW).await;
        // Between their rows stand those of somebody else, which stay.
        ticket(&*fresh.store, HOME).await;
    }
    assert!(stands_in_files(&fresh), "before the erasure it is there");
    fresh.store.erase_person(HOME, MALLORY).await.unwrap();
    assert!(!stands_in_files(&fresh));
}

#[tokio::test]
async fn a_guild_that_was_left_loses_what_it_set_and_every_word_and_another_keeps_both() {
    let fresh = fresh().await;
    let set = |guild| {
        let change = Box::new(|_| {
            SettingsChange::from(GuildSettings {
                set_up: true,
                protected_names: vec![written("name")],
                ..GuildSettings::default()
            })
        });
        fresh.store.change_settings(guild, AGENT, NOW, change)
    };
    for guild in [HOME, ELSEWHERE] {
        set(guild).await.unwrap();
        full_case(&*fresh.store, guild, 1, NOW).await;
        full_ticket(&*fresh.store, guild, NOW).await;
        fresh
            .store
            .block_opener(guild, ALICE, written("reason"), AGENT, NOW)
            .await
            .unwrap();
    }
    let known = fresh.store.known_guilds(AllGuilds).await.unwrap();
    assert_eq!(known, [HOME.0, ELSEWHERE.0]);
    let there = fresh.store.case_by_number(ELSEWHERE, 1).await.unwrap();
    for guild in [HOME, ELSEWHERE] {
        assert!(stands_in_files(&fresh), "{guild:?} has words yet");
        assert!(fresh.store.erase_guild(guild).await.unwrap() >= 9);
        assert_eq!(
            fresh.store.settings(guild).await.unwrap(),
            GuildSettings::default()
        );
        let case = fresh.store.case_by_number(guild, 1).await.unwrap().unwrap();
        assert_eq!((case.evidence, case.author), (None, MALLORY));
        if guild == HOME {
            assert_eq!(fresh.store.case_by_number(ELSEWHERE, 1).await.unwrap(), there);
            assert!(fresh.store.settings(ELSEWHERE).await.unwrap().set_up);
        }
    }
    assert!(!stands_in_files(&fresh));
    // Who comes back starts anew, and its history is guarded as before.
    set(HOME).await.unwrap();
    assert!(fresh.store.settings(HOME).await.unwrap().set_up);
}

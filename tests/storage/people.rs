//! Members as far as cases know them: names that were shown to moderators, who has written before, and where regulars
//! have linked to.

use nightdesk::model::case::{CaseDeed, CaseState};
use nightdesk::rules::SeenHosts;
use nightdesk::storage::{CaseChange, CaseFacts, OpenedCase, Sighting, SightingFacts, SightingPlan};

use crate::fixtures::*;

#[tokio::test]
async fn a_members_name_is_shown_once_and_another_name_of_theirs_again() {
    let fresh = fresh().await;
    let first = sees(&*fresh.store, HOME, 66, "AIice").await;
    let OpenedCase::Opened(case) = first else {
        panic!("{first:?}")
    };
    assert_eq!(
        (case.imitates.as_deref(), case.is_about_a_name()),
        (Some("Alice"), true)
    );
    assert_eq!(fresh.store.case(HOME, case.id).await.unwrap(), Some(case.clone()));
    let again = sees(&*fresh.store, HOME, 66, "AIice").await;
    assert_eq!(again, OpenedCase::Known(case.id));
    let other = sees(&*fresh.store, HOME, 66, "Al1ce").await;
    assert!(matches!(other, OpenedCase::Opened(_)), "{other:?}");
}

#[tokio::test]
async fn the_members_of_a_wave_stand_in_one_case_each_once() {
    let fresh = fresh().await;
    let mut wave = None;
    for member in 1..=5 {
        let decide = Box::new(move |facts: SightingFacts| match facts.wave {
            Some(case) => SightingPlan::Join {
                case,
                effects: Vec::new(),
            },
            None => SightingPlan::Wave(logged()),
        });
        let opened = fresh
            .store
            .open_sighting(HOME, sighting(HOME, member, "AIice"), scam("AIice"), NOW, decide)
            .await
            .unwrap();
        match opened {
            OpenedCase::Opened(case) => wave = Some(case.id),
            OpenedCase::Known(case) => assert_eq!(Some(case), wave),
        }
    }
    let case = fresh.store.case(HOME, wave.unwrap()).await.unwrap().unwrap();
    let members: Vec<u64> = case.members().map(|user| user.0).collect();
    assert_eq!(members, [1, 2, 3, 4, 5]);
    let again = sees(&*fresh.store, HOME, 3, "AIice").await;
    assert_eq!(again, OpenedCase::Known(case.id));
}

#[tokio::test]
async fn a_wave_that_was_decided_or_is_long_past_is_joined_by_nobody() {
    let fresh = fresh().await;
    let wave = Box::new(|_: SightingFacts| SightingPlan::Wave(logged()));
    let opened = fresh
        .store
        .open_sighting(HOME, sighting(HOME, 1, "AIice"), scam("AIice"), NOW, wave)
        .await
        .unwrap();
    let OpenedCase::Opened(case) = opened else {
        panic!("{opened:?}")
    };
    let late = Sighting {
        since: later(1),
        ..sighting(HOME, 2, "AIice")
    };
    let look = Box::new(|facts: SightingFacts| {
        assert_eq!((facts.cases, facts.wave, facts.any_wave), (0, None, None));
        SightingPlan::Own(logged())
    });
    fresh
        .store
        .open_sighting(HOME, late, scam("x"), later(2), look)
        .await
        .unwrap();
    let uphold = Box::new(|_| {
        Ok(CaseChange {
            state: CaseState::Confirmed,
            deed: CaseDeed::Confirmed,
            by: AGENT,
            note: None,
            effects: Vec::new(),
        })
    });
    fresh.store.change_case(HOME, case.id, NOW, uphold).await.unwrap();
    let look = Box::new(|facts: SightingFacts| {
        assert_eq!((facts.cases_alike, facts.wave), (2, None));
        SightingPlan::Own(logged())
    });
    fresh
        .store
        .open_sighting(HOME, sighting(HOME, 3, "AIice"), scam("x"), NOW, look)
        .await
        .unwrap();
}

#[tokio::test]
async fn who_writes_is_noted_with_the_first_time_and_the_next_case_knows() {
    let fresh = fresh().await;
    fresh.store.note_writers(HOME, vec![MALLORY], NOW).await.unwrap();
    fresh
        .store
        .note_writers(HOME, vec![MALLORY], later(5000))
        .await
        .unwrap();
    assert!(fresh.store.has_written(HOME, MALLORY).await.unwrap());
    assert!(!fresh.store.has_written(HOME, ALICE).await.unwrap());
    let look = Box::new(|facts: CaseFacts| {
        assert_eq!(facts.first_wrote, Some(NOW));
        logged()
    });
    fresh
        .store
        .open_case(HOME, message(HOME, 1, "x"), scam("x"), NOW, look)
        .await
        .unwrap();
    fresh.store.erase_person(HOME, MALLORY).await.unwrap();
    let look = Box::new(|facts: CaseFacts| {
        assert_eq!(facts.first_wrote, None);
        logged()
    });
    fresh
        .store
        .open_case(HOME, message(HOME, 2, "y"), scam("y"), NOW, look)
        .await
        .unwrap();
}

#[tokio::test]
async fn hosts_are_kept_once_in_the_order_they_came_and_the_oldest_make_room() {
    let fresh = fresh().await;
    fresh.store.note_hosts(HOME, vec![7, 9], NOW).await.unwrap();
    fresh
        .store
        .note_hosts(HOME, vec![u32::MAX, 9], later(1))
        .await
        .unwrap();
    let fresh = fresh.reopened().await;
    let mut seen = fresh.store.seen_hosts(HOME).await.unwrap();
    assert_eq!(seen.pop(), Some(u32::MAX), "the newest comes last");
    seen.sort_unstable();
    assert_eq!(seen, [7, 9]);

    let most = SeenHosts::MOST as u32;
    let many = (1000..1000 + most - 1).collect();
    fresh.store.note_hosts(HOME, many, later(2)).await.unwrap();
    let seen = fresh.store.seen_hosts(HOME).await.unwrap();
    assert_eq!(seen.len(), SeenHosts::MOST);
    assert_eq!(seen[0], u32::MAX, "the two oldest are gone");
}

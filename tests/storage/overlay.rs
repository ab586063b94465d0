//! Exemptions and clean examples: written with the case's history, taken back, erased with the person who wrote them.

use nightdesk::model::OverlayEntryId;
use nightdesk::model::case::{CaseDeed, CaseState};
use nightdesk::model::overlay::{CleanExample, OverlayAddition};
use nightdesk::rules::{Exempt, Exemption, Place};
use nightdesk::storage::{CaseChange, Decide, OverlayFacts};

use crate::fixtures::*;

/// What exempts a text and a host that "free-nitro" found.
pub fn addition() -> OverlayAddition {
    let exempt = |what| Exemption {
        rule: "free-nitro".to_owned(),
        what,
    };
    OverlayAddition {
        exemptions: vec![
            exempt(Exempt::Text("free nitro".to_owned())),
            exempt(Exempt::Host("good.example".to_owned())),
        ],
        examples: vec![CleanExample {
            place: Place::Content,
            text: "no free nitro today".to_owned(),
        }],
    }
}

/// A decision that adds it.
pub fn adding() -> Decide<OverlayFacts, Result<(OverlayAddition, CaseChange), String>> {
    Box::new(|facts| {
        let change = CaseChange {
            state: facts.case.state,
            deed: CaseDeed::Exempted,
            by: AGENT,
            note: None,
            effects: Vec::new(),
        };
        Ok((addition(), change))
    })
}

#[tokio::test]
async fn an_exemption_is_kept_with_its_case_and_adding_it_twice_keeps_it_once() {
    let fresh = fresh().await;
    let id = case(&*fresh.store, HOME, 1, "no free nitro today").await.id;
    for _ in 0..2 {
        let overlay = fresh.store.add_to_overlay(HOME, id, NOW, adding()).await;
        let overlay = overlay.unwrap().unwrap().unwrap();
        assert_eq!((overlay.entries.len(), overlay.examples.len()), (2, 1));
        assert_eq!(overlay.entries[0].exemption, addition().exemptions[0]);
        assert_eq!(
            (overlay.entries[0].case_number, overlay.entries[0].added_by),
            (1, AGENT)
        );
        assert_eq!(overlay.examples, [(1, addition().examples[0].clone())]);
    }
    let case = fresh.store.case(HOME, id).await.unwrap().unwrap();
    assert_eq!(case.state, CaseState::Open);
    assert_eq!(case.history.last().unwrap().deed, CaseDeed::Exempted);
    let fresh = fresh.reopened().await;
    assert_eq!(fresh.store.overlay(HOME).await.unwrap().entries.len(), 2);
}

#[tokio::test]
async fn a_refused_exemption_writes_nothing() {
    let fresh = fresh().await;
    let id = case(&*fresh.store, HOME, 1, "x").await.id;
    let refuse = Box::new(|_: OverlayFacts| Err("no".to_owned()));
    let answer = fresh.store.add_to_overlay(HOME, id, NOW, refuse).await.unwrap();
    assert_eq!(answer, Some(Err("no".to_owned())));
    let absent = fresh.store.add_to_overlay(HOME, NO_CASE, NOW, adding()).await;
    assert_eq!(absent.unwrap(), None);
    assert!(fresh.store.overlay(HOME).await.unwrap().entries.is_empty());
}

#[tokio::test]
async fn examples_go_with_the_last_exemption_of_their_case() {
    let fresh = fresh().await;
    let id = case(&*fresh.store, HOME, 1, "no free nitro today").await.id;
    fresh.store.add_to_overlay(HOME, id, NOW, adding()).await.unwrap();
    let entries = fresh.store.overlay(HOME).await.unwrap().entries;
    let left = fresh
        .store
        .remove_from_overlay(HOME, entries[0].id, NOW)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((left.entries.len(), left.examples.len()), (1, 1));
    let left = fresh
        .store
        .remove_from_overlay(HOME, entries[1].id, NOW)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((left.entries.len(), left.examples.len()), (0, 0));
    assert_eq!(
        fresh
            .store
            .remove_from_overlay(HOME, OverlayEntryId(1), NOW)
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn whoever_asks_to_be_forgotten_is_forgotten_in_the_overlay_too() {
    let fresh = fresh().await;
    let id = case(&*fresh.store, HOME, 1, "no free nitro today").await.id;
    fresh.store.add_to_overlay(HOME, id, NOW, adding()).await.unwrap();
    fresh.store.erase_person(HOME, MALLORY).await.unwrap();
    let left = fresh.store.overlay(HOME).await.unwrap();
    assert!(left.examples.is_empty());
    let what: Vec<_> = left
        .entries
        .into_iter()
        .map(|entry| entry.exemption.what)
        .collect();
    assert_eq!(
        what,
        [Exempt::Host("good.example".to_owned())],
        "a host names nobody"
    );
}

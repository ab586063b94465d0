//! The spool: evidence that the database refused comes back as cases.

use nightdesk::model::MessageId;
use nightdesk::model::case::Action;
use nightdesk::storage::spool::{Replayed, Spool, SpoolError, Spooled};
use nightdesk::storage::{CaseFilter, CasePlan, Decide};

use crate::fixtures::*;

fn spooled(id: u64) -> Spooled {
    Spooled {
        at: later(id.cast_signed()),
        message: message(HOME, id, "free nitro"),
        verdict: scam("free nitro"),
    }
}

/// A late case records what was done and does no more.
fn late(_: &Spooled) -> Decide<nightdesk::storage::CaseFacts, CasePlan> {
    Box::new(move |_| CasePlan {
        actions: vec![Action::Delete],
        softened: Some("the database was full".to_owned()),
        effects: vec![],
    })
}

#[tokio::test]
async fn spooled_messages_become_cases_in_order_and_the_spool_is_empty() {
    let fresh = fresh().await;
    let path = fresh.directory.path().join("spool.jsonl");
    let spool = Spool::open(&path).await;
    for id in 1..=3 {
        spool.append(&spooled(id)).await.unwrap();
    }
    let replayed = spool.replay(&*fresh.store, late).await.unwrap();
    assert_eq!(
        replayed,
        Replayed {
            opened: 3,
            known: 0,
            unreadable: 0
        }
    );
    let cases = fresh.store.cases(HOME, CaseFilter::default()).await.unwrap();
    let found: Vec<_> = cases.iter().map(|case| (case.message, case.opened_at)).collect();
    assert_eq!(
        found,
        [3, 2, 1].map(|id: u64| (MessageId(id), later(id.cast_signed())))
    );
    assert_eq!(cases[0].actions, [Action::Delete]);
    assert_eq!(std::fs::read(&path).unwrap(), b"");
    assert_eq!(
        spool.replay(&*fresh.store, late).await.unwrap(),
        Replayed::default()
    );
}

#[tokio::test]
async fn a_replay_that_was_cut_off_opens_nothing_twice() {
    let fresh = fresh().await;
    let path = fresh.directory.path().join("spool.jsonl");
    let spool = Spool::open(&path).await;
    spool.append(&spooled(1)).await.unwrap();
    let before_the_replay = std::fs::read(&path).unwrap();
    spool.replay(&*fresh.store, late).await.unwrap();
    std::fs::write(&path, before_the_replay).unwrap();
    let replayed = Spool::open(&path)
        .await
        .replay(&*fresh.store, late)
        .await
        .unwrap();
    assert_eq!(
        replayed,
        Replayed {
            opened: 0,
            known: 1,
            unreadable: 0
        }
    );
}

#[tokio::test]
async fn a_line_that_cannot_be_read_is_put_aside_and_the_rest_goes_on() {
    let fresh = fresh().await;
    let path = fresh.directory.path().join("spool.jsonl");
    std::fs::write(&path, "{\"at\":17,\"torn").unwrap();
    let spool = Spool::open(&path).await;
    spool.append(&spooled(1)).await.unwrap();
    let replayed = spool.replay(&*fresh.store, late).await.unwrap();
    assert_eq!(
        replayed,
        Replayed {
            opened: 1,
            known: 0,
            unreadable: 1
        }
    );
    let aside = std::fs::read_to_string(fresh.directory.path().join("spool.jsonl.unreadable")).unwrap();
    assert_eq!(aside.trim_end(), "{\"at\":17,\"torn");
}

#[tokio::test]
async fn what_the_store_still_refuses_stays_in_the_spool() {
    let fresh = fresh().await;
    let path = fresh.directory.path().join("spool.jsonl");
    let spool = Spool::open(&path).await;
    spool.append(&spooled(1)).await.unwrap();
    fresh.close().await;
    let answer = spool.replay(&*fresh.store, late).await;
    assert!(matches!(answer, Err(SpoolError::Store(_))), "{answer:?}");
    let fresh = fresh.reopened().await;
    assert_eq!(spool.replay(&*fresh.store, late).await.unwrap().opened, 1);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_spool_without_room_says_which_file_and_why() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("spool.jsonl");
    std::os::unix::fs::symlink("/dev/full", &path).unwrap();
    let error = Spool::open(&path)
        .await
        .append(&spooled(1))
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("spool.jsonl") && error.contains("No space left"),
        "{error}"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn the_spool_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let fresh = fresh().await;
    let path = fresh.directory.path().join("spool.jsonl");
    Spool::open(&path).await.append(&spooled(1)).await.unwrap();
    for file in ["spool.jsonl", "nightdesk.db"] {
        let mode = std::fs::metadata(fresh.directory.path().join(file))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{file}");
    }
}

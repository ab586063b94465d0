//! Planned effects: planning, leasing, waiting for one another, expiring, being found after a crash.

use nightdesk::model::EffectId;
use nightdesk::model::effect::{EffectDraft, EffectOutcome, EffectState};
use nightdesk::storage::AllGuilds;

use crate::fixtures::*;

const DONE: EffectOutcome = EffectOutcome::Done {
    result: None,
    channel: None,
};

async fn plan(fresh: &Fresh, effects: Vec<EffectDraft>) {
    fresh.store.plan_effects(HOME, effects, NOW).await.unwrap();
}

#[tokio::test]
async fn an_effect_is_read_back_as_it_was_planned() {
    let fresh = fresh().await;
    plan(&fresh, vec![tell_owner("a").expiring(later(500))]).await;
    let row = fresh.store.effect_by_key(HOME, "a").await.unwrap().unwrap();
    assert_eq!(
        (row.guild, &row.effect, row.state),
        (HOME.0, &tell_owner("a").effect, EffectState::Planned)
    );
    assert_eq!(
        (row.planned_at, row.next_at, row.expires_at),
        (NOW, NOW, Some(later(500)))
    );
    assert_eq!((row.attempts, row.lease_until, row.interrupted), (0, None, false));
    assert_eq!((row.result, row.failure), (None, None));
    assert_eq!(fresh.store.effect_by_key(HOME, "b").await.unwrap(), None);
}

#[tokio::test]
async fn a_known_key_writes_nothing_even_after_its_effect_is_done() {
    let fresh = fresh().await;
    plan(&fresh, vec![tell_owner("a"), tell_owner("a")]).await;
    let due = lease(&*fresh.store, NOW).await;
    assert_eq!(due.len(), 1);
    fresh
        .store
        .finish_effect(HOME, due[0].id, DONE, NOW)
        .await
        .unwrap();
    plan(&fresh, vec![tell_owner("a")]).await;
    assert_eq!(lease(&*fresh.store, NOW).await, []);
}

#[tokio::test]
async fn effects_are_leased_once_oldest_first_and_no_more_than_asked_for() {
    let fresh = fresh().await;
    plan(&fresh, vec![tell_owner("a"), tell_owner("b"), tell_owner("c")]).await;
    let first = fresh
        .store
        .lease_effects(AllGuilds, NOW, later(1_000), 2)
        .await
        .unwrap();
    assert_eq!(keys(&first), ["a", "b"]);
    assert_eq!(
        (first[0].state, first[0].lease_until),
        (EffectState::Sending, Some(later(1_000)))
    );
    let rest = fresh
        .store
        .lease_effects(AllGuilds, NOW, later(1_000), 2)
        .await
        .unwrap();
    assert_eq!(keys(&rest), ["c"]);
}

#[tokio::test]
async fn many_performers_never_share_an_effect() {
    let fresh = fresh().await;
    plan(
        &fresh,
        (0..60).map(|index| tell_owner(&index.to_string())).collect(),
    )
    .await;
    let leases = at_once(20, |_| {
        let store = fresh.store.clone();
        async move {
            store
                .lease_effects(AllGuilds, NOW, later(1_000), 5)
                .await
                .unwrap()
        }
    })
    .await;
    let mut ids: Vec<EffectId> = leases.iter().flatten().map(|effect| effect.id).collect();
    ids.sort_unstable();
    let all = ids.len();
    ids.dedup();
    assert_eq!((all, ids.len()), (60, 60));
}

#[tokio::test]
async fn an_effect_waits_for_its_moment() {
    let fresh = fresh().await;
    plan(
        &fresh,
        vec![EffectDraft {
            not_before: Some(later(100)),
            ..tell_owner("a")
        }],
    )
    .await;
    assert_eq!(fresh.store.next_due(AllGuilds).await.unwrap(), Some(later(100)));
    assert_eq!(lease(&*fresh.store, later(99)).await, []);
    assert_eq!(lease(&*fresh.store, later(100)).await.len(), 1);
}

#[tokio::test]
async fn an_effect_waits_until_the_one_before_it_is_final_however_that_ended() {
    let ends = [
        DONE,
        EffectOutcome::Failed {
            failure: "no".to_owned(),
        },
        EffectOutcome::Uncertain {
            failure: "lost".to_owned(),
        },
        EffectOutcome::Expired,
    ];
    for end in ends {
        let fresh = fresh().await;
        plan(&fresh, vec![tell_owner("b").after("a"), tell_owner("a")]).await;
        let due = lease(&*fresh.store, NOW).await;
        assert_eq!(keys(&due), ["a"]);
        let lease_ends = Some(later(60_000));
        assert_eq!(
            fresh.store.next_due(AllGuilds).await.unwrap(),
            lease_ends,
            "what waits is not due"
        );
        let again = EffectOutcome::Retry {
            at: NOW,
            counts: true,
            failure: "500".to_owned(),
        };
        fresh
            .store
            .finish_effect(HOME, due[0].id, again, NOW)
            .await
            .unwrap();
        assert_eq!(
            keys(&lease(&*fresh.store, NOW).await),
            ["a"],
            "a retry is not an end"
        );
        fresh
            .store
            .finish_effect(HOME, due[0].id, end, NOW)
            .await
            .unwrap();
        assert_eq!(fresh.store.next_due(AllGuilds).await.unwrap(), Some(NOW));
        assert_eq!(keys(&lease(&*fresh.store, NOW).await), ["b"]);
    }
}

#[tokio::test]
async fn an_effect_does_not_wait_for_one_that_does_not_exist_or_that_another_guild_has() {
    let fresh = fresh().await;
    fresh
        .store
        .plan_effects(ELSEWHERE, vec![tell_owner("theirs")], NOW)
        .await
        .unwrap();
    plan(
        &fresh,
        vec![tell_owner("a").after("nobody"), tell_owner("b").after("theirs")],
    )
    .await;
    assert_eq!(keys(&lease(&*fresh.store, NOW).await), ["theirs", "a", "b"]);
}

#[tokio::test]
async fn a_retry_comes_back_at_its_time_and_counts_only_when_told() {
    let fresh = fresh().await;
    plan(&fresh, vec![tell_owner("a")]).await;
    let id = leased(&*fresh.store, "a").await.id;
    let rate_limited = EffectOutcome::Retry {
        at: later(10),
        counts: false,
        failure: "429".to_owned(),
    };
    fresh
        .store
        .finish_effect(HOME, id, rate_limited, NOW)
        .await
        .unwrap();
    assert_eq!(fresh.store.next_due(AllGuilds).await.unwrap(), Some(later(10)));
    assert_eq!(lease(&*fresh.store, later(9)).await, []);
    let again = lease(&*fresh.store, later(10)).await;
    assert_eq!((again[0].attempts, again[0].failure.as_deref()), (0, Some("429")));
    let failed = EffectOutcome::Retry {
        at: later(20),
        counts: true,
        failure: "500".to_owned(),
    };
    fresh
        .store
        .finish_effect(HOME, id, failed, later(10))
        .await
        .unwrap();
    assert_eq!(lease(&*fresh.store, later(20)).await[0].attempts, 1);
}

#[tokio::test]
async fn an_effect_whose_time_has_run_out_is_ended_and_not_leased() {
    let fresh = fresh().await;
    plan(
        &fresh,
        vec![tell_owner("a").expiring(later(100)), tell_owner("b").after("a")],
    )
    .await;
    let again = EffectOutcome::Retry {
        at: later(500),
        counts: true,
        failure: "503".to_owned(),
    };
    let id = leased(&*fresh.store, "a").await.id;
    fresh.store.finish_effect(HOME, id, again, NOW).await.unwrap();
    assert_eq!(
        fresh.store.next_due(AllGuilds).await.unwrap(),
        Some(later(100)),
        "its end is due before its retry"
    );
    assert_eq!(keys(&lease(&*fresh.store, later(100)).await), ["b"]);
    let expired = fresh.store.effect_by_key(HOME, "a").await.unwrap().unwrap();
    assert_eq!(
        (expired.state, expired.failure.as_deref()),
        (EffectState::Expired, Some("503"))
    );
}

#[tokio::test]
async fn what_is_final_stays_as_it_is() {
    let fresh = fresh().await;
    plan(&fresh, vec![tell_owner("a")]).await;
    let id = leased(&*fresh.store, "a").await.id;
    let made = EffectOutcome::Done {
        result: Some(7),
        channel: None,
    };
    fresh.store.finish_effect(HOME, id, made, NOW).await.unwrap();
    fresh
        .store
        .finish_effect(
            HOME,
            id,
            EffectOutcome::Failed {
                failure: "late".to_owned(),
            },
            NOW,
        )
        .await
        .unwrap();
    let row = fresh.store.effect_by_key(HOME, "a").await.unwrap().unwrap();
    assert_eq!(
        (row.state, row.result, row.failure),
        (EffectState::Done, Some(7), None)
    );
    fresh
        .store
        .finish_effect(HOME, EffectId(404), DONE, NOW)
        .await
        .unwrap();
    assert_eq!(fresh.store.next_due(AllGuilds).await.unwrap(), None);
}

#[tokio::test]
async fn effects_found_sending_at_start_are_marked_and_planned_again() {
    let fresh = fresh().await;
    plan(
        &fresh,
        vec![tell_owner("sent"), tell_owner("late").expiring(later(10))],
    )
    .await;
    leased(&*fresh.store, "sent").await;
    plan(
        &fresh,
        vec![tell_owner("waiting"), tell_owner("over").expiring(later(10))],
    )
    .await;

    let fresh = fresh.reopened().await;
    assert_eq!(
        fresh.store.recover_effects(AllGuilds, later(10)).await.unwrap(),
        2
    );
    let due = lease(&*fresh.store, later(10)).await;
    let found: Vec<_> = due
        .iter()
        .map(|effect| (effect.key.as_str(), effect.interrupted))
        .collect();
    assert_eq!(found, [("sent", true), ("waiting", false)]);
    for over in ["late", "over"] {
        let row = fresh.store.effect_by_key(HOME, over).await.unwrap().unwrap();
        assert_eq!(row.state, EffectState::Expired);
    }
    let again = EffectOutcome::Retry {
        at: later(20),
        counts: false,
        failure: "429".to_owned(),
    };
    fresh
        .store
        .finish_effect(HOME, due[0].id, again, later(10))
        .await
        .unwrap();
    let row = fresh.store.effect_by_key(HOME, "sent").await.unwrap().unwrap();
    assert!(row.interrupted, "until it is final it has to be looked up");
}

#[tokio::test]
async fn what_may_have_been_done_is_looked_up_whenever_it_comes_back() {
    let fresh = fresh().await;
    plan(&fresh, vec![tell_owner("a")]).await;
    let id = leased(&*fresh.store, "a").await.id;
    let blind = EffectOutcome::LookUp {
        at: later(10),
        failure: "503".to_owned(),
    };
    fresh.store.finish_effect(HOME, id, blind, NOW).await.unwrap();
    assert_eq!(lease(&*fresh.store, later(9)).await, []);
    let row = lease(&*fresh.store, later(10)).await.remove(0);
    assert_eq!(
        (row.interrupted, row.attempts, row.failure.as_deref()),
        (true, 1, Some("503"))
    );
    let again = EffectOutcome::Retry {
        at: later(20),
        counts: true,
        failure: "500".to_owned(),
    };
    fresh
        .store
        .finish_effect(HOME, id, again, later(10))
        .await
        .unwrap();
    assert!(lease(&*fresh.store, later(20)).await[0].interrupted);
}

#[tokio::test]
async fn a_lease_that_is_not_given_back_is_taken_back() {
    let fresh = fresh().await;
    plan(&fresh, vec![tell_owner("a")]).await;
    fresh
        .store
        .lease_effects(AllGuilds, NOW, later(100), 10)
        .await
        .unwrap();
    assert_eq!(fresh.store.next_due(AllGuilds).await.unwrap(), Some(later(100)));
    assert_eq!(lease(&*fresh.store, later(99)).await, []);
    let again = lease(&*fresh.store, later(100)).await;
    assert_eq!((keys(&again), again[0].interrupted), (vec!["a"], true));
}

#[tokio::test]
async fn what_ended_badly_is_taken_up_again_in_the_same_row_and_what_waits_is_brought_forward() {
    let ends = [
        (
            EffectOutcome::Failed {
                failure: "50013".to_owned(),
            },
            false,
        ),
        (
            EffectOutcome::Uncertain {
                failure: "lost".to_owned(),
            },
            true,
        ),
    ];
    for (end, is_looked_up) in ends {
        let fresh = fresh().await;
        let retry = async |at| fresh.store.retry_effect(HOME, "a", at).await.unwrap();
        assert!(!retry(NOW).await, "there is no such effect");
        plan(&fresh, vec![tell_owner("a").expiring(later(900))]).await;
        assert!(!retry(NOW).await, "it is due already");
        let row = leased(&*fresh.store, "a").await;
        assert!(!retry(NOW).await, "it is under way");
        fresh.store.finish_effect(HOME, row.id, end, NOW).await.unwrap();

        assert!(retry(later(2_000)).await);
        assert_eq!(lease(&*fresh.store, later(1_999)).await, []);
        assert!(retry(later(1_000)).await, "sooner than planned");
        assert!(!retry(later(3_000)).await, "never later than planned");
        let again = lease(&*fresh.store, later(1_000)).await;
        assert_eq!(keys(&again), ["a"]);
        assert_eq!(
            (again[0].id, again[0].attempts, again[0].interrupted),
            (row.id, 1, is_looked_up)
        );
        fresh.store.finish_effect(HOME, row.id, DONE, NOW).await.unwrap();
        assert!(!retry(NOW).await, "what is done is done");
    }
}

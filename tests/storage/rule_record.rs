//! How rules fare: hits, decisions, shadow counts, pauses and their answers.

use nightdesk::model::case::{CaseDeed, CaseState};
use nightdesk::model::guild::RuleMode;
use nightdesk::model::message::IncomingMessage;
use nightdesk::model::rule_record::{CaseCounts, PauseAnswer, PauseReason, RuleActivity, RulePause, Shadow};
use nightdesk::model::{CaseId, MessageId, PauseId, Timestamp, UserId};
use nightdesk::storage::{ActivitySpan, CaseChange, OpenedCase, Store};

use crate::fixtures::*;

const RULE: &str = "free-nitro";
pub const WHY: PauseReason = PauseReason::Reversals { reversed: 5, of: 8 };
const DAY: i64 = 86_400_000;

pub const SPAN: ActivitySpan = ActivitySpan {
    since: Timestamp(NOW.0 - 300_000),
    tenure_ms: 60 * DAY,
    decisions: 10,
};

/// A removal of this author's message at this time.
async fn removal(store: &dyn Store, id: u64, author: u64, joined_days_ago: i64, at: Timestamp) -> CaseId {
    let mut message: IncomingMessage = message(HOME, id, "x");
    message.author.id = UserId(author);
    message.author.joined_at = Some(Timestamp(at.0 - joined_days_ago * DAY));
    let plan = Box::new(remove(MessageId(id)));
    match store.open_case(HOME, message, scam("x"), at, plan).await.unwrap() {
        OpenedCase::Opened(case) => case.id,
        OpenedCase::Known(case) => panic!("known as {case}"),
    }
}

async fn decide(store: &dyn Store, case: CaseId, state: CaseState, at: Timestamp) {
    let decide = Box::new(move |_| {
        Ok(CaseChange {
            state,
            deed: if state == CaseState::Restored {
                CaseDeed::Restored
            } else {
                CaseDeed::Confirmed
            },
            by: AGENT,
            note: None,
            effects: Vec::new(),
        })
    });
    store
        .change_case(HOME, case, at, decide)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
}

async fn paused(store: &dyn Store) -> RulePause {
    let paused = store.pause_rule(HOME, RULE.to_owned(), WHY, AGENT, NOW).await;
    paused.unwrap().unwrap().0
}

#[tokio::test]
async fn authors_of_long_standing_are_told_from_young_ones_and_each_counts_once() {
    let fresh = fresh().await;
    let store = &*fresh.store;
    removal(store, 1, 101, 100, NOW).await;
    removal(store, 2, 101, 100, NOW).await;
    removal(store, 3, 102, 59, NOW).await;
    removal(store, 4, 103, 1, NOW).await;
    removal(store, 5, 104, 100, later(-400_000)).await;
    let activity = store.rule_activity(HOME, RULE, SPAN).await.unwrap();
    assert_eq!((activity.authors, activity.tenured), (3, 1));
    let other = store.rule_activity(HOME, "another-rule", SPAN).await.unwrap();
    assert_eq!(other, RuleActivity::default());
}

#[tokio::test]
async fn only_the_latest_decisions_count() {
    let fresh = fresh().await;
    let store = &*fresh.store;
    for id in 1..=4 {
        let case = removal(store, id, 100 + id, 1, NOW).await;
        let state = if id < 3 {
            CaseState::Restored
        } else {
            CaseState::Confirmed
        };
        decide(store, case, state, later(id as i64)).await;
    }
    let activity = |decisions| async move {
        let span = ActivitySpan { decisions, ..SPAN };
        let activity = store.rule_activity(HOME, RULE, span).await.unwrap();
        (activity.decided, activity.reversed)
    };
    assert_eq!(activity(10).await, (4, 2));
    assert_eq!(activity(3).await, (3, 1));
}

#[tokio::test]
async fn a_pause_lets_the_rule_only_observe_and_is_told_once() {
    let fresh = fresh().await;
    let store = &*fresh.store;
    let pause = paused(store).await;
    assert_eq!((pause.rule.as_str(), pause.why, pause.answer), (RULE, WHY, None));
    let settings = store.settings(HOME).await.unwrap();
    assert_eq!(settings.rule_modes.get(RULE), Some(&RuleMode::Observe));
    let again = store
        .pause_rule(HOME, RULE.to_owned(), WHY, AGENT, NOW)
        .await
        .unwrap();
    assert_eq!(again, None, "it does not act any more");
    assert_eq!(
        keys(&lease(store, NOW).await),
        [format!("pause:{}:card", pause.id)]
    );
}

#[tokio::test]
async fn what_was_before_a_rule_was_resumed_no_longer_counts_against_it() {
    let fresh = fresh().await;
    let store = &*fresh.store;
    let case = removal(store, 1, 101, 100, NOW).await;
    decide(store, case, CaseState::Restored, NOW).await;
    let pause = paused(store).await;
    let answered = store
        .answer_pause(HOME, pause.id, PauseAnswer::Resumed, AGENT, later(5))
        .await;
    let (answered, settings) = answered.unwrap().unwrap().unwrap();
    assert_eq!(answered.answer, Some((PauseAnswer::Resumed, AGENT, later(5))));
    assert!(settings.rule_modes.is_empty());
    let second = store
        .answer_pause(HOME, pause.id, PauseAnswer::Kept, ALICE, later(6))
        .await;
    assert_eq!(second.unwrap(), Some(Err(answered)), "the first answer stands");
    let activity = store.rule_activity(HOME, RULE, SPAN).await.unwrap();
    assert_eq!(activity, RuleActivity::default());
    removal(store, 2, 101, 100, later(6)).await;
    let activity = store.rule_activity(HOME, RULE, SPAN).await.unwrap();
    assert_eq!((activity.authors, activity.tenured), (1, 1));
}

#[tokio::test]
async fn a_pause_that_is_kept_stays_in_the_settings() {
    let fresh = fresh().await;
    let pause = paused(&*fresh.store).await;
    let answered = fresh
        .store
        .answer_pause(HOME, pause.id, PauseAnswer::Kept, AGENT, NOW)
        .await;
    let (_, settings) = answered.unwrap().unwrap().unwrap();
    assert_eq!(settings.rule_modes.get(RULE), Some(&RuleMode::Observe));
    let read = fresh.store.rule_pause(HOME, pause.id).await.unwrap().unwrap();
    assert_eq!(read.answer, Some((PauseAnswer::Kept, AGENT, NOW)));
    let none = fresh
        .store
        .answer_pause(HOME, PauseId(404), PauseAnswer::Kept, AGENT, NOW)
        .await;
    assert_eq!(none.unwrap(), None);
}

#[tokio::test]
async fn standings_add_up_cases_decisions_and_shadow_counts() {
    let fresh = fresh().await;
    let store = &*fresh.store;
    for (id, state) in [
        (1, Some(CaseState::Confirmed)),
        (2, Some(CaseState::Restored)),
        (3, None),
    ] {
        let case = removal(store, id, 100 + id, 1, NOW).await;
        if let Some(state) = state {
            decide(store, case, state, NOW).await;
        }
    }
    let shadow = Shadow {
        hits: 2,
        would_flag: 1,
        would_remove: 0,
    };
    for _ in 0..2 {
        let counts = vec![("new-rule".to_owned(), shadow)];
        store.count_shadows(HOME, NOW.0 / DAY, counts).await.unwrap();
    }
    let standings = store.rule_standings(HOME, Timestamp(NOW.0 - DAY)).await.unwrap();
    let [new, old] = standings.as_slice() else {
        panic!("{standings:?}")
    };
    assert_eq!(
        (
            new.rule.as_str(),
            new.cases,
            new.shadow.hits,
            new.shadow.would_flag
        ),
        ("new-rule", 0, 4, 2)
    );
    assert_eq!((old.cases, old.removed, old.upheld, old.reversed), (3, 3, 1, 1));
    assert_eq!(store.rule_standings(HOME, later(2 * DAY)).await.unwrap(), []);
    let counts = store.case_counts(HOME, NOW, later(1)).await.unwrap();
    let expected = CaseCounts {
        opened: 3,
        removed: 3,
        upheld: 1,
        reversed: 1,
        contested: 0,
        waiting: 1,
    };
    assert_eq!(counts, expected);
    assert_eq!(
        store.case_counts(HOME, later(1), later(2)).await.unwrap(),
        CaseCounts::default()
    );
}

//! Whether the end of a sanction would end what another case still holds.

use nightdesk::model::case::{CaseDeed, CaseState};
use nightdesk::model::effect::{Effect, EffectDraft, Held};
use nightdesk::model::{CaseId, Timestamp};
use nightdesk::storage::CaseChange;

use crate::fixtures::*;

fn ban(case: CaseId, key: &str) -> EffectDraft {
    let effect = Effect::BanMember {
        case,
        user: MALLORY,
        delete_seconds: 0,
    };
    EffectDraft::new(key, effect)
}

fn lift_ban(case: CaseId, key: &str) -> EffectDraft {
    EffectDraft::new(key, Effect::LiftBan { case, user: MALLORY })
}

fn timeout(case: CaseId, key: &str, until: Timestamp) -> EffectDraft {
    let user = MALLORY;
    EffectDraft::new(key, Effect::TimeoutMember { case, user, until })
}

fn lift_timeout(case: CaseId, key: &str) -> EffectDraft {
    EffectDraft::new(key, Effect::LiftTimeout { case, user: MALLORY })
}

async fn plan(fresh: &Fresh, effects: Vec<EffectDraft>) {
    fresh.store.plan_effects(HOME, effects, NOW).await.unwrap();
}

async fn held(fresh: &Fresh, key: &str) -> Held {
    let effect = fresh.store.effect_by_key(HOME, key).await.unwrap().unwrap();
    fresh.store.still_held(HOME, effect.id, NOW).await.unwrap()
}

async fn two_cases(fresh: &Fresh) -> (CaseId, CaseId) {
    let first = case(&*fresh.store, HOME, 1, "x").await.id;
    (first, case(&*fresh.store, HOME, 2, "y").await.id)
}

async fn restore(fresh: &Fresh, case: CaseId) {
    let change = CaseChange {
        state: CaseState::Restored,
        deed: CaseDeed::Restored,
        by: AGENT,
        note: None,
        effects: Vec::new(),
    };
    let decide = Box::new(move |_| Ok(change));
    fresh.store.change_case(HOME, case, NOW, decide).await.unwrap();
}

#[tokio::test]
async fn the_end_of_a_ban_does_not_end_a_later_one() {
    let fresh = fresh().await;
    let id = case(&*fresh.store, HOME, 1, "x").await.id;
    plan(&fresh, vec![ban(id, "ban"), lift_ban(id, "end").after("ban")]).await;
    assert_eq!(held(&fresh, "end").await, Held::No);
    plan(&fresh, vec![ban(id, "again")]).await;
    assert_eq!(held(&fresh, "end").await, Held::Still);
}

#[tokio::test]
async fn the_end_of_a_ban_does_not_end_an_older_one_of_another_case_until_that_is_undone_too() {
    let fresh = fresh().await;
    let (real, mistake) = two_cases(&fresh).await;
    plan(&fresh, vec![ban(real, "real"), ban(mistake, "mistake")]).await;
    restore(&fresh, mistake).await;
    plan(&fresh, vec![lift_ban(mistake, "end")]).await;
    assert_eq!(held(&fresh, "end").await, Held::Still);
    restore(&fresh, real).await;
    assert_eq!(held(&fresh, "end").await, Held::No);
}

#[tokio::test]
async fn a_ban_whose_own_time_is_over_or_that_was_undone_holds_nobody() {
    let fresh = fresh().await;
    let (over, other) = two_cases(&fresh).await;
    let coming = lift_ban(other, "coming").not_before(later(1000));
    plan(&fresh, vec![ban(over, "over"), ban(other, "other"), coming]).await;
    plan(&fresh, vec![lift_ban(over, "end")]).await;
    assert_eq!(held(&fresh, "end").await, Held::Still, "the other one goes on");
    assert_eq!(held(&fresh, "coming").await, Held::No, "this one's end has come");
}

#[tokio::test]
async fn the_end_of_a_timeout_leaves_the_longest_of_another_case_that_was_not_let_back() {
    let fresh = fresh().await;
    let (real, mistake) = two_cases(&fresh).await;
    plan(
        &fresh,
        vec![
            timeout(real, "gone", later(-5)),
            timeout(real, "short", later(5000)),
            timeout(real, "long", later(9000)),
            timeout(mistake, "mistake", later(70_000)),
            lift_timeout(mistake, "end"),
        ],
    )
    .await;
    assert_eq!(held(&fresh, "end").await, Held::Until(later(9000)));
    plan(&fresh, vec![lift_timeout(real, "let-back")]).await;
    assert_eq!(held(&fresh, "end").await, Held::No);
}

#[tokio::test]
async fn the_last_end_of_each_kind_counts_and_only_that_members() {
    let fresh = fresh().await;
    let (real, other) = two_cases(&fresh).await;
    let of_another = Effect::LiftBan {
        case: real,
        user: AGENT,
    };
    plan(
        &fresh,
        vec![
            lift_timeout(real, "first"),
            lift_timeout(real, "second"),
            lift_ban(real, "ban"),
            EffectDraft::new("another", of_another),
            lift_ban(other, "elsewhere"),
        ],
    )
    .await;
    let mut wanted = Vec::new();
    for key in ["second", "ban"] {
        wanted.push(fresh.store.effect_by_key(HOME, key).await.unwrap().unwrap().id);
    }
    let mut found = fresh.store.endings(HOME, real, MALLORY).await.unwrap();
    found.sort_unstable();
    assert_eq!(found, wanted);
}

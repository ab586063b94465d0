//! Sanctions and their ends: whether one would end what another case still holds, and what is done again at a return.

use nightdesk::model::case::{CaseDeed, CaseState};
use nightdesk::model::effect::{Effect, EffectDraft, EffectOutcome, Held};
use nightdesk::model::{CaseId, EffectId, RoleId, Timestamp, UserId};
use nightdesk::storage::{CaseChange, OpenedCase, SightingPlan};

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

fn quarantine(case: CaseId, key: &str, user: UserId) -> EffectDraft {
    let role = RoleId(5);
    EffectDraft::new(key, Effect::AddRole { case, user, role })
}

#[tokio::test]
async fn what_was_done_to_a_member_is_found_by_whom_it_is_about_and_in_its_guild_only() {
    let fresh = fresh().await;
    let (first, second) = two_cases(&fresh).await;
    let OpenedCase::Opened(name) = sees(&*fresh.store, HOME, 900, "Alice").await else {
        panic!("a name that nobody has seen opens a case")
    };
    let joins = Box::new(move |_| SightingPlan::Join {
        case: name.id,
        effects: Vec::new(),
    });
    let namesake = sighting(HOME, 901, "Alice");
    let joined = fresh
        .store
        .open_sighting(HOME, namesake, scam("Alice"), NOW, joins);
    joined.await.unwrap();
    plan(
        &fresh,
        vec![
            timeout(first, "timeout", later(500)),
            ban(first, "ban"),
            quarantine(second, "quarantine", MALLORY),
            quarantine(second, "another", ALICE),
            lift_timeout(second, "lift"),
            quarantine(name.id, "by-name", UserId(901)),
        ],
    )
    .await;
    let about = async |user| {
        let found = fresh.store.sanctions_of(HOME, user).await.unwrap();
        found.into_iter().map(|row| row.key).collect::<Vec<_>>()
    };
    assert_eq!(about(MALLORY).await, ["timeout", "quarantine", "lift"]);
    assert_eq!(about(UserId(901)).await, ["by-name"]);
    assert_eq!(about(ALICE).await, Vec::<String>::new(), "no case is hers");
    assert_eq!(fresh.store.sanctions_of(ELSEWHERE, MALLORY).await.unwrap(), []);
}

#[tokio::test]
async fn what_a_return_asks_for_is_taken_up_in_the_same_row_and_shown_on_the_card() {
    let fresh = fresh().await;
    let id = case(&*fresh.store, HOME, 1, "x").await.id;
    for effect in lease(&*fresh.store, NOW).await {
        finish(&fresh, effect.id, DONE).await;
    }
    plan(
        &fresh,
        vec![quarantine(id, "quarantine", MALLORY).expiring(later(50))],
    )
    .await;
    let row = leased(&*fresh.store, "quarantine").await;
    let again = async |now| {
        let taken_up = fresh.store.take_up_again(HOME, vec![row.id], now).await;
        taken_up.unwrap()
    };
    assert_eq!(again(NOW).await, 0, "it is under way");
    finish(&fresh, row.id, DONE).await;
    let from_elsewhere = fresh.store.take_up_again(ELSEWHERE, vec![row.id], NOW).await;
    assert_eq!(from_elsewhere.unwrap(), 0);
    assert_eq!(again(later(100)).await, 1);
    assert_eq!(again(later(100)).await, 0, "it is planned already");

    let taken_up = lease(&*fresh.store, later(100)).await;
    assert_eq!(keys(&taken_up), ["quarantine"], "the card waits for it");
    let (id_again, attempts) = (taken_up[0].id, taken_up[0].attempts);
    assert_eq!((id_again, attempts, taken_up[0].interrupted), (row.id, 1, false));
    finish(&fresh, row.id, DONE).await;
    let shown = lease(&*fresh.store, later(100)).await;
    assert_eq!(shown[0].effect, Effect::RefreshReviewCard { case: id });
    finish(&fresh, shown[0].id, DONE).await;

    assert_eq!(again(later(200)).await, 1, "a second return");
    let taken_up = lease(&*fresh.store, later(200)).await;
    assert_eq!((keys(&taken_up), taken_up[0].attempts), (vec!["quarantine"], 2));
    let uncertain = EffectOutcome::Uncertain {
        failure: "lost".to_owned(),
    };
    finish(&fresh, row.id, uncertain).await;
    again(later(300)).await;
    let planned = fresh.store.effect_by_key(HOME, "quarantine").await.unwrap();
    assert!(planned.unwrap().interrupted, "it is looked up first");
}

const DONE: EffectOutcome = EffectOutcome::Done {
    result: None,
    channel: None,
};

async fn finish(fresh: &Fresh, effect: EffectId, outcome: EffectOutcome) {
    fresh
        .store
        .finish_effect(HOME, effect, outcome, NOW)
        .await
        .unwrap();
}

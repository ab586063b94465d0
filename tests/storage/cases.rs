//! Cases and their evidence.

use nightdesk::model::case::{Action, CaseDeed, CaseState};
use nightdesk::model::effect::{Effect, EffectDraft, EffectOutcome, EffectState};
use nightdesk::model::fingerprint::Fingerprint;
use nightdesk::model::{ChannelId, MessageId, WebhookId};
use nightdesk::rules::{Category, Level, Place, Severity, Verdict};
use nightdesk::storage::{
    AllGuilds, CaseChange, CaseFacts, CaseFilter, CasePlan, Decide, KeptAttachment, OpenedCase, StoreError,
};

use crate::fixtures::*;

fn change(state: CaseState, deed: CaseDeed) -> CaseChange {
    CaseChange {
        state,
        deed,
        by: AGENT,
        note: None,
        effects: Vec::new(),
    }
}

#[tokio::test]
async fn a_case_is_read_back_as_it_was_opened() {
    let fresh = fresh().await;
    let opened = case(&*fresh.store, HOME, 1, "free nitro").await;
    assert_eq!(opened.number, 1);
    assert_eq!(opened.evidence, Some(message(HOME, 1, "free nitro")));
    assert_eq!(opened.findings, scam("free nitro").findings);
    assert_eq!(
        (opened.level, opened.category, opened.severity),
        (Level::Scam, Category::Phishing, Severity::Critical)
    );
    assert_eq!(opened.actions, [Action::Delete, Action::Tell]);
    assert_eq!(
        (opened.history.len(), opened.history[0].deed),
        (1, CaseDeed::Opened)
    );
    assert_eq!(
        fresh.store.case(HOME, opened.id).await.unwrap(),
        Some(opened.clone())
    );
    assert_eq!(
        fresh.store.case_by_number(HOME, 1).await.unwrap(),
        Some(opened.clone())
    );
    assert_eq!(
        fresh.store.case_of_message(HOME, MessageId(1)).await.unwrap(),
        Some(opened)
    );
}

#[tokio::test]
async fn a_case_that_is_not_there_is_none_and_no_error() {
    let fresh = fresh().await;
    assert_eq!(fresh.store.case(HOME, NO_CASE).await.unwrap(), None);
    assert_eq!(fresh.store.case_by_number(HOME, 404).await.unwrap(), None);
    assert_eq!(
        fresh.store.case_of_message(HOME, MessageId(404)).await.unwrap(),
        None
    );
    let decide = Box::new(|_| Err("never asked".to_owned()));
    assert_eq!(
        fresh.store.change_case(HOME, NO_CASE, NOW, decide).await.unwrap(),
        None
    );
}

#[tokio::test]
async fn the_same_message_handed_in_many_times_at_once_opens_one_case() {
    let fresh = fresh().await;
    let answers = at_once(50, |_| {
        let store = fresh.store.clone();
        async move {
            let plan = Box::new(remove(MessageId(1)));
            store
                .open_case(
                    HOME,
                    message(HOME, 1, "free nitro"),
                    scam("free nitro"),
                    NOW,
                    plan,
                )
                .await
                .unwrap()
        }
    })
    .await;
    let opened = answers
        .iter()
        .filter(|answer| matches!(answer, OpenedCase::Opened(_)))
        .count();
    assert_eq!((opened, answers.len()), (1, 50));
    assert_eq!(
        lease(&*fresh.store, NOW).await.len(),
        2,
        "its effects are planned once"
    );
}

#[tokio::test]
async fn a_second_look_that_finds_worse_gives_the_case_the_graver_verdict_and_its_removal() {
    let fresh = fresh().await;
    let store = &*fresh.store;
    let look = async |verdict: Verdict, plan: Decide<CaseFacts, CasePlan>| {
        let words = message(HOME, 1, "look at this");
        store
            .open_case(HOME, words, verdict, later(5), plan)
            .await
            .unwrap()
    };
    let removing = || -> Decide<CaseFacts, CasePlan> { Box::new(remove(MessageId(1))) };
    let sparing = || -> Decide<CaseFacts, CasePlan> { Box::new(|_| logged()) };
    let mut suspicious = scam("look");
    suspicious.level = Level::Suspicious;
    suspicious.findings[0].rule = "strange-words".into();
    let OpenedCase::Opened(first) = look(suspicious.clone(), sparing()).await else {
        panic!("nobody has seen it before")
    };

    let same = look(suspicious, removing()).await;
    assert_eq!(same, OpenedCase::Known(first.id), "not found worse");
    let spared = look(scam("look"), sparing()).await;
    assert_eq!(
        spared,
        OpenedCase::Known(first.id),
        "worse, and nothing is done about it"
    );

    let OpenedCase::Opened(worse) = look(scam("look"), removing()).await else {
        panic!("it was found worse")
    };
    assert_eq!(
        (worse.id, worse.number),
        (first.id, first.number),
        "still one case"
    );
    assert_eq!((worse.level, worse.removes()), (Level::Scam, true));
    assert_eq!(&*worse.findings[0].rule, "free-nitro");
    let deeds: Vec<CaseDeed> = worse.history.iter().map(|event| event.deed).collect();
    assert_eq!(deeds, [CaseDeed::Opened, CaseDeed::Worsened]);
    assert_eq!(lease(store, later(5)).await.len(), 2, "its removal and its card");

    let again = look(scam("look"), removing()).await;
    assert_eq!(again, OpenedCase::Known(first.id), "done already");
}

#[tokio::test]
async fn what_a_new_case_waits_for_nothing_is_leased_by_the_commit_that_opens_it() {
    let fresh = fresh().await;
    let until = later(60_000);
    let opens = || {
        let plan = Box::new(|facts: CaseFacts| {
            let mut plan = remove(MessageId(1))(facts);
            let card = plan.effects.pop().expect("the card");
            let delete = plan.effects[0].key.clone();
            plan.effects.push(card.after(delete));
            plan
        });
        let store = fresh.store.clone();
        async move {
            let judged = judgement(message(HOME, 1, "free nitro"), Fingerprint::default());
            store
                .open_copy(HOME, judged, NOW, plan, Some(until))
                .await
                .unwrap()
        }
    };
    let (opened, leased) = opens().await;
    let OpenedCase::Opened(case) = opened else {
        panic!("it is new")
    };
    assert_eq!(keys(&leased), [format!("case:{}:delete", case.id)]);
    assert_eq!(
        (leased[0].state, leased[0].lease_until, leased[0].interrupted),
        (EffectState::Sending, Some(until), false)
    );
    assert_eq!(
        lease(&*fresh.store, NOW).await,
        [],
        "nobody else gets it, and the card waits for it"
    );
    let (again, nothing) = opens().await;
    assert_eq!((again, nothing.len()), (OpenedCase::Known(case.id), 0));

    fresh.store.recover_effects(AllGuilds, NOW).await.unwrap();
    let taken_up = lease(&*fresh.store, NOW).await;
    assert_eq!(
        keys(&taken_up),
        keys(&leased),
        "a crash leaves it to the next start"
    );
    assert!(taken_up[0].interrupted, "which looks it up first");
}

#[tokio::test]
async fn an_edit_that_changes_nothing_has_its_case_already_and_one_that_does_opens_another() {
    let fresh = fresh().await;
    let first = case(&*fresh.store, HOME, 1, "free nitro").await;
    let mut same = message(HOME, 1, "free nitro");
    same.parts[0].place = Place::Edit;
    let plan = Box::new(remove(MessageId(1)));
    let answer = fresh
        .store
        .open_case(HOME, same, scam("free nitro"), NOW, plan)
        .await
        .unwrap();
    assert_eq!(answer, OpenedCase::Known(first.id));
    let second = case(&*fresh.store, HOME, 1, "free nitro again").await;
    assert_eq!(second.number, 2);
    assert_eq!(
        fresh.store.case_of_message(HOME, MessageId(1)).await.unwrap(),
        Some(second)
    );
}

#[tokio::test]
async fn the_plan_learns_of_cases_that_removed_something_and_were_not_restored() {
    let fresh = fresh().await;
    let first = case(&*fresh.store, HOME, 1, "one").await;
    case(&*fresh.store, HOME, 2, "two").await;
    case(&*fresh.store, ELSEWHERE, 3, "in another guild").await;
    let only_logged = Box::new(|_| CasePlan {
        actions: vec![Action::Log],
        softened: Some("observe mode".into()),
        effects: vec![],
    });
    fresh
        .store
        .open_case(HOME, message(HOME, 4, "four"), scam("four"), NOW, only_logged)
        .await
        .unwrap();
    let restored = Box::new(move |_| Ok(change(CaseState::Restored, CaseDeed::Restored)));
    fresh
        .store
        .change_case(HOME, first.id, NOW, restored)
        .await
        .unwrap();

    let (tell, told) = std::sync::mpsc::channel();
    let plan = Box::new(move |facts: nightdesk::storage::CaseFacts| {
        tell.send(facts).unwrap();
        CasePlan {
            actions: vec![],
            softened: None,
            effects: vec![],
        }
    });
    fresh
        .store
        .open_case(HOME, message(HOME, 5, "five"), scam("five"), NOW, plan)
        .await
        .unwrap();
    let facts = told.recv().unwrap();
    assert_eq!((facts.prior_cases, facts.number), (1, 4));
    assert_eq!(
        fresh
            .store
            .case(HOME, facts.case)
            .await
            .unwrap()
            .map(|case| case.number),
        Some(4)
    );
}

#[tokio::test]
async fn a_message_of_another_guild_is_refused() {
    let fresh = fresh().await;
    let plan = Box::new(remove(MessageId(1)));
    let answer = fresh
        .store
        .open_case(HOME, message(ELSEWHERE, 1, "x"), scam("x"), NOW, plan)
        .await;
    assert!(matches!(answer, Err(StoreError::Failed(_))));
    assert_eq!(
        fresh.store.cases(ELSEWHERE, CaseFilter::default()).await.unwrap(),
        []
    );
}

#[tokio::test]
async fn a_verdict_without_findings_still_makes_a_case() {
    let fresh = fresh().await;
    let plan = Box::new(remove(MessageId(1)));
    let opened = fresh
        .store
        .open_case(HOME, message(HOME, 1, "x"), Verdict::default(), NOW, plan)
        .await;
    let Ok(OpenedCase::Opened(case)) = opened else {
        panic!("{opened:?}")
    };
    assert_eq!((case.level, case.severity), (Level::Clean, Severity::Info));
}

#[tokio::test]
async fn cases_are_listed_newest_first_by_state_author_and_limit() {
    let fresh = fresh().await;
    let first = case(&*fresh.store, HOME, 1, "one").await;
    let second = case(&*fresh.store, HOME, 2, "two").await;
    case(&*fresh.store, HOME, 3, "three").await;
    let confirmed = Box::new(move |_| Ok(change(CaseState::Confirmed, CaseDeed::Confirmed)));
    fresh
        .store
        .change_case(HOME, first.id, NOW, confirmed)
        .await
        .unwrap();

    let numbers = async |filter: CaseFilter| -> Vec<u32> {
        fresh
            .store
            .cases(HOME, filter)
            .await
            .unwrap()
            .iter()
            .map(|case| case.number)
            .collect()
    };
    assert_eq!(numbers(CaseFilter::default()).await, [3, 2, 1]);
    assert_eq!(
        numbers(CaseFilter {
            limit: 2,
            ..CaseFilter::default()
        })
        .await,
        [3, 2]
    );
    assert_eq!(
        numbers(CaseFilter {
            state: Some(CaseState::Confirmed),
            ..CaseFilter::default()
        })
        .await,
        [1]
    );
    assert_eq!(
        numbers(CaseFilter {
            author: Some(MALLORY),
            ..CaseFilter::default()
        })
        .await,
        [3, 2, 1]
    );
    assert_eq!(
        numbers(CaseFilter {
            author: Some(ALICE),
            ..CaseFilter::default()
        })
        .await,
        [] as [u32; 0]
    );
    let card = leased(&*fresh.store, &format!("case:{}:card", second.id)).await;
    let posted = EffectOutcome::Done {
        result: Some(77),
        channel: Some(ChannelId(500)),
    };
    fresh
        .store
        .finish_effect(HOME, card.id, posted, NOW)
        .await
        .unwrap();
    assert_eq!(
        numbers(CaseFilter {
            without_card: true,
            ..CaseFilter::default()
        })
        .await,
        [3, 1]
    );
}

#[tokio::test]
async fn a_change_writes_state_history_note_and_effects() {
    let fresh = fresh().await;
    let opened = case(&*fresh.store, HOME, 1, "one").await;
    let id = opened.id;
    let decide = Box::new(move |_| {
        Ok(CaseChange {
            note: Some("it was a joke".to_owned()),
            effects: vec![EffectDraft::new(
                "case:restore",
                Effect::RestoreMessage { case: id },
            )],
            ..change(CaseState::Restored, CaseDeed::Restored)
        })
    });
    let changed = fresh
        .store
        .change_case(HOME, id, later(5), decide)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    assert_eq!(changed.state, CaseState::Restored);
    let last = changed.history.last().unwrap();
    assert_eq!(
        (last.deed, last.by, last.at),
        (CaseDeed::Restored, Some(AGENT), later(5))
    );
    assert_eq!(last.note.as_deref(), Some("it was a joke"));
    assert_eq!(fresh.store.case(HOME, id).await.unwrap(), Some(changed));
    assert!(
        fresh
            .store
            .effect_by_key(HOME, "case:restore")
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test]
async fn two_moderators_pressing_together_have_one_effect() {
    let fresh = fresh().await;
    let id = case(&*fresh.store, HOME, 1, "one").await.id;
    let answers = at_once(20, |_| {
        let store = fresh.store.clone();
        async move {
            let decide = Box::new(move |case: nightdesk::model::case::Case| match case.state {
                CaseState::Open => Ok(change(CaseState::Restored, CaseDeed::Restored)),
                _ => Err("already decided".to_owned()),
            });
            store.change_case(HOME, id, NOW, decide).await.unwrap().unwrap()
        }
    })
    .await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    let history = fresh.store.case(HOME, id).await.unwrap().unwrap().history;
    assert_eq!(history.len(), 2, "a refusal writes nothing");
}

#[tokio::test]
async fn attachments_are_kept_in_order_and_a_second_try_replaces_the_first() {
    let fresh = fresh().await;
    let id = case(&*fresh.store, HOME, 1, "one").await.id;
    let file = |id, bytes: Option<&[u8]>| KeptAttachment {
        id,
        filename: format!("{id}.png"),
        bytes: bytes.map(<[u8]>::to_vec),
    };
    fresh
        .store
        .keep_attachments(HOME, id, vec![file(9, None), file(8, Some(b"eight"))])
        .await
        .unwrap();
    fresh
        .store
        .keep_attachments(HOME, id, vec![file(9, Some(b"nine"))])
        .await
        .unwrap();
    let kept = fresh.store.kept_attachments(HOME, id).await.unwrap();
    assert_eq!(kept, [file(9, Some(b"nine")), file(8, Some(b"eight"))]);
}

#[tokio::test]
async fn a_case_remembers_closed_direct_messages_and_what_put_its_content_back() {
    let fresh = fresh().await;
    let id = case(&*fresh.store, HOME, 1, "one").await.id;
    fresh.store.note_unreachable(HOME, id).await.unwrap();
    fresh
        .store
        .note_restored(HOME, id, WebhookId(3), MessageId(4))
        .await
        .unwrap();
    let case = fresh.store.case(HOME, id).await.unwrap().unwrap();
    assert!(case.author_unreachable);
    assert_eq!(case.restored_as, Some((WebhookId(3), MessageId(4))));
    assert_eq!(case.channel, ChannelId(500));
}

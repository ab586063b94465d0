//! Campaigns: which cases belong together, and that a decision about them is one transaction.

use nightdesk::model::campaign::{Finding, Poster};
use nightdesk::model::case::{Action, Case, CaseDeed, CaseState};
use nightdesk::model::effect::{Effect, EffectState};
use nightdesk::model::fingerprint::Fingerprint;
use nightdesk::model::{CaseId, ChannelId, MessageId, Timestamp, UserId};
use nightdesk::rules::{Level, Sketch};
use nightdesk::storage::{
    CampaignCases, CampaignFacts, CaseChange, CaseFacts, CaseFilter, CasePlan, OpenedCase, Store,
};

use crate::fixtures::*;

/// More cases than any campaign here has.
const ALL: u32 = 1000;

/// What all copies have in common.
pub const TEXT: Fingerprint = Fingerprint {
    text: Some(Sketch {
        bits: 0x0123_4567_89ab_cdef,
        windows: 60,
    }),
    links: [0; 3],
    files: 0,
};

/// A message with this id by this author is judged; answers its case and what was known when it was opened.
async fn judged(
    store: &dyn Store,
    id: u64,
    author: u64,
    fingerprint: Fingerprint,
    now: Timestamp,
) -> (Case, Option<CampaignFacts>) {
    judged_saying(store, id, author, &format!("text {id}"), fingerprint, now).await
}

/// The same of a message in these words.
async fn judged_saying(
    store: &dyn Store,
    id: u64,
    author: u64,
    words: &str,
    fingerprint: Fingerprint,
    now: Timestamp,
) -> (Case, Option<CampaignFacts>) {
    let mut posted = message(HOME, id, words);
    posted.author.id = UserId(author);
    let (told, facts) = std::sync::mpsc::channel();
    let plan = Box::new(move |facts: CaseFacts| {
        let _ = told.send(facts.campaign);
        remove(MessageId(id))(facts)
    });
    let (opened, _) = store
        .open_copy(HOME, judgement(posted, fingerprint), now, plan, None)
        .await
        .unwrap();
    let OpenedCase::Opened(case) = opened else {
        panic!("known already")
    };
    (case, facts.recv().unwrap())
}

#[tokio::test]
async fn a_copy_joins_the_campaign_of_the_case_it_is_like() {
    let fresh = fresh().await;
    let store = &*fresh.store;
    let (lead, none) = judged(store, 1, 66, TEXT, NOW).await;
    assert_eq!(none, None);
    let (second, facts) = judged(store, 2, 67, TEXT, later(1000)).await;
    let facts = facts.expect("a campaign");
    assert_eq!((facts.lead, facts.finding), (lead.id, Finding::Scam));
    assert_eq!(
        (facts.removed_lately, facts.told, facts.told_author),
        (1, 1, false)
    );
    let (third, facts) = judged(store, 3, 66, TEXT, later(2000)).await;
    assert!(facts.expect("a campaign").told_author);

    let members = store.campaign_of(HOME, third.id, ALL).await.unwrap();
    let ids: Vec<CaseId> = members.iter().map(|case| case.id).collect();
    assert_eq!(ids, [lead.id, second.id, third.id], "the lead first");
    let listed = store.cases(HOME, CaseFilter::default()).await.unwrap();
    assert_eq!(listed.len(), 1, "a list shows a campaign once");
}

#[tokio::test]
async fn fifty_copies_at_once_are_one_campaign() {
    let fresh = fresh().await;
    let store = std::sync::Arc::clone(&fresh.store);
    at_once(50, move |index| {
        let store = std::sync::Arc::clone(&store);
        async move {
            judged(&*store, 100 + index, 1000 + index, TEXT, NOW).await;
        }
    })
    .await;
    let listed = fresh.store.cases(HOME, CaseFilter::default()).await.unwrap();
    assert_eq!(listed.len(), 1);
    let members = fresh.store.campaign_of(HOME, listed[0].id, ALL).await.unwrap();
    assert_eq!(members.len(), 50);
}

#[tokio::test]
async fn other_messages_old_campaigns_and_messages_with_nothing_to_compare_are_not_joined() {
    let fresh = fresh().await;
    let store = &*fresh.store;
    judged(store, 1, 66, TEXT, NOW).await;
    let other = Fingerprint {
        text: Some(Sketch {
            bits: !0x0123_4567_89ab_cdef,
            windows: 60,
        }),
        ..TEXT
    };
    for (id, fingerprint, now) in [
        (2, other, later(10)),
        (3, Fingerprint::default(), later(20)),
        (4, Fingerprint::default(), later(30)),
        (5, TEXT, later(25 * 3600 * 1000)),
    ] {
        assert_eq!(judged(store, id, 67, fingerprint, now).await.1, None, "{id}");
    }
}

/// A long-time member's message that is only suspicious. Answers the first case of the campaign that it joins.
async fn suspected(store: &dyn Store, id: u64, author: u64, links: [u32; 3]) -> Option<CaseId> {
    let mut posted = message(HOME, id, &format!("text {id}"));
    posted.author.id = UserId(author);
    let mut judged = judgement(posted, Fingerprint { links, ..TEXT });
    judged.poster = Poster::Regular;
    judged.verdict.level = Level::Suspicious;
    let (told, facts) = std::sync::mpsc::channel();
    let plan = Box::new(move |facts: CaseFacts| {
        let _ = told.send(facts.campaign);
        CasePlan {
            actions: vec![Action::Log],
            softened: None,
            effects: Vec::new(),
        }
    });
    store.open_copy(HOME, judged, NOW, plan, None).await.unwrap();
    facts.recv().unwrap().map(|campaign| campaign.lead)
}

#[tokio::test]
async fn what_may_be_an_original_and_its_copy_are_two_cases() {
    let fresh = fresh().await;
    let store = &*fresh.store;
    assert_eq!(suspected(store, 1, 66, [5, 0, 0]).await, None);
    assert_eq!(
        suspected(store, 2, 67, [6, 0, 0]).await,
        None,
        "it leads elsewhere"
    );
    let listed = store.cases(HOME, CaseFilter::default()).await.unwrap();
    let [copy, original] = &listed[..] else {
        panic!("two cases: {listed:?}")
    };
    assert_eq!(suspected(store, 3, 68, [5, 0, 0]).await, Some(original.id));
    assert_eq!(suspected(store, 4, 69, [6, 0, 0]).await, Some(copy.id));
    assert_eq!(
        suspected(store, 5, 67, [7, 0, 0]).await,
        Some(copy.id),
        "the same account"
    );
}

#[tokio::test]
async fn copies_do_not_count_as_earlier_deeds_of_their_author() {
    let fresh = fresh().await;
    let store = &*fresh.store;
    judged(store, 1, 66, TEXT, NOW).await;
    judged(store, 2, 66, TEXT, NOW).await;
    let counted = Box::new(|facts: CaseFacts| {
        assert_eq!(facts.prior_cases, 0, "a third copy is no third deed");
        remove(MessageId(3))(facts)
    });
    store
        .open_copy(HOME, judgement(message(HOME, 3, "c"), TEXT), NOW, counted, None)
        .await
        .unwrap();
    let counted = Box::new(|facts: CaseFacts| {
        assert_eq!(facts.prior_cases, 3, "something else is");
        remove(MessageId(4))(facts)
    });
    store
        .open_case(HOME, message(HOME, 4, "d"), scam("d"), NOW, counted)
        .await
        .unwrap();
}

#[tokio::test]
async fn the_card_is_brought_up_to_date_once_for_copies_that_come_together() {
    let fresh = fresh().await;
    let store = &*fresh.store;
    let (lead, _) = judged(store, 1, 66, TEXT, NOW).await;
    let card = leased(store, &format!("case:{}:card", lead.id)).await;
    let posted = nightdesk::model::effect::EffectOutcome::Done {
        result: Some(900),
        channel: Some(ChannelId(7)),
    };
    store.finish_effect(HOME, card.id, posted, NOW).await.unwrap();
    for id in 2..10 {
        judged(store, id, 66 + id, TEXT, NOW).await;
    }
    let due = lease(store, later(10_000)).await;
    let refreshes: Vec<_> = due
        .iter()
        .filter(|row| matches!(row.effect, Effect::RefreshReviewCard { .. }))
        .collect();
    assert_eq!(refreshes.len(), 1, "{:?}", keys(&due));
    assert_eq!(refreshes[0].effect, Effect::RefreshReviewCard { case: lead.id });
}

/// Decides every case that is given in the same way.
fn all_of(
    state: CaseState,
    deed: CaseDeed,
) -> impl FnOnce(CampaignCases) -> Result<Vec<(CaseId, CaseChange)>, String> {
    move |campaign| {
        let change = CaseChange {
            state,
            deed,
            by: AGENT,
            note: None,
            effects: Vec::new(),
        };
        let ids = campaign.cases.iter().map(|case| case.id);
        Ok(ids.map(|case| (case, change.clone())).collect())
    }
}

fn restoring(campaign: CampaignCases) -> Result<Vec<(CaseId, CaseChange)>, String> {
    all_of(CaseState::Restored, CaseDeed::Restored)(campaign)
}

#[tokio::test]
async fn a_decision_about_a_campaign_is_written_whole_or_not_at_all() {
    let fresh = fresh().await;
    let store = &*fresh.store;
    let (lead, _) = judged(store, 1, 66, TEXT, NOW).await;
    let (second, _) = judged(store, 2, 67, TEXT, NOW).await;
    let refused = store
        .change_campaign(HOME, second.id, ALL, NOW, Box::new(|_| Err("no".to_owned())))
        .await
        .unwrap();
    assert_eq!(refused, Some(Err("no".to_owned())));
    let changed = store
        .change_campaign(HOME, lead.id, ALL, NOW, Box::new(restoring))
        .await
        .unwrap();
    let changed = changed.expect("there").expect("not refused");
    assert!(changed.iter().all(|case| case.state == CaseState::Restored));
    assert_eq!(
        store
            .wanted_of(HOME, second.id)
            .await
            .unwrap()
            .map(|one| (one.case, one.finding)),
        Some((lead.id, Finding::Harmless))
    );
    let missing = store
        .change_campaign(HOME, NO_CASE, ALL, NOW, Box::new(|_| Ok(Vec::new())))
        .await;
    assert_eq!(missing.unwrap(), None);
}

#[tokio::test]
async fn to_what_was_found_harmless_belongs_only_what_repeats_it() {
    let fresh = fresh().await;
    let store = &*fresh.store;
    let (found, _) = judged(store, 1, 66, TEXT, NOW).await;
    let restored = store.change_campaign(HOME, found.id, ALL, NOW, Box::new(restoring));
    assert!(restored.await.unwrap().is_some_and(|done| done.is_ok()));

    let (like_it, facts) = judged(store, 2, 67, TEXT, NOW).await;
    assert_eq!(facts, None, "it has other words, and is a case of its own");
    let (_, facts) = judged_saying(store, 3, 68, "text 1", TEXT, NOW).await;
    let facts = facts.expect("it says the same");
    assert_eq!((facts.lead, facts.finding), (found.id, Finding::Harmless));
    let (_, facts) = judged(store, 4, 69, TEXT, NOW).await;
    let facts = facts.expect("a copy of the second");
    assert_eq!((facts.lead, facts.finding), (like_it.id, Finding::Scam));
}

#[tokio::test]
async fn a_case_that_leads_to_where_regulars_have_long_linked_to_says_so() {
    let fresh = fresh().await;
    let store = &*fresh.store;
    let day = 24 * 3600 * 1000;
    store.note_hosts(HOME, vec![6, 7], NOW).await.unwrap();
    store.note_hosts(HOME, vec![8], later(day)).await.unwrap();
    let leading_to = async |id, links| {
        let fingerprint = Fingerprint {
            links,
            ..Fingerprint::default()
        };
        let (case, _) = judged(store, id, 60 + id, fingerprint, later(day + 1)).await;
        store
            .wanted_of(HOME, case.id)
            .await
            .unwrap()
            .expect("it is watched for")
            .names_familiar
    };
    assert!(leading_to(1, [7, 0, 0]).await);
    assert!(!leading_to(2, [8, 0, 0]).await, "only since today");
    assert!(!leading_to(3, [9, 0, 0]).await, "never before");
    assert!(
        leading_to(4, [10, 6, 0]).await,
        "it names the place beside its own"
    );
    let all = store.wanted(HOME, Timestamp(0)).await.unwrap();
    assert_eq!(all.iter().filter(|one| one.names_familiar).count(), 2);
}

#[tokio::test]
async fn what_is_watched_for_survives_a_restart() {
    let fresh = fresh().await;
    let (lead, _) = judged(&*fresh.store, 1, 66, TEXT, NOW).await;
    judged(&*fresh.store, 2, 67, TEXT, later(50)).await;
    fresh
        .store
        .note_images(HOME, lead.id, vec![u64::MAX, 3, 3], NOW)
        .await
        .unwrap();
    let fresh = fresh.reopened().await;
    let wanted = fresh.store.wanted(HOME, Timestamp(0)).await.unwrap();
    assert_eq!(wanted.len(), 1);
    assert_eq!(
        (wanted[0].case, wanted[0].fingerprint, wanted[0].latest),
        (lead.id, TEXT, later(50))
    );
    let images = fresh.store.judged_images(HOME, Timestamp(0)).await.unwrap();
    let mut hashes: Vec<u64> = images.iter().map(|(hash, _)| *hash).collect();
    hashes.sort_unstable();
    assert_eq!(hashes, [3, u64::MAX]);
    assert_eq!(images[0].1.case, lead.id);
}

#[tokio::test]
async fn trouble_of_every_copy_is_trouble_of_the_campaign() {
    let fresh = fresh().await;
    let store = &*fresh.store;
    let (lead, _) = judged(store, 1, 66, TEXT, NOW).await;
    let (second, _) = judged(store, 2, 67, TEXT, NOW).await;
    let delete = leased(store, &format!("case:{}:delete", second.id)).await;
    let failed = nightdesk::model::effect::EffectOutcome::Failed {
        failure: "50013".to_owned(),
    };
    store.finish_effect(HOME, delete.id, failed, NOW).await.unwrap();
    let troubles = store.troubled_effects_of_campaign(HOME, lead.id).await.unwrap();
    assert_eq!(troubles.len(), 1);
    assert_eq!(troubles[0].state, EffectState::Failed);
}

//! What a campaign's card and its next copy are told of it: right after everything that can happen to its cases, and read
//! without reading them.

use std::collections::{HashMap, HashSet};

use nightdesk::model::campaign::{Campaign, MOST_PLEAS, Plea};
use nightdesk::model::case::{Action, Case, CaseDeed, CaseState};
use nightdesk::model::{CaseId, MessageId, Timestamp, UserId};
use nightdesk::rules::Level;
use nightdesk::storage::{
    AllGuilds, CampaignCases, CampaignFacts, CaseChange, CaseFacts, CasePlan, Decide, MOST_COUNTED,
    OpenedCase, Store,
};

use crate::campaigns::TEXT;
use crate::fixtures::*;

/// More cases than any campaign here has.
const ALL: u32 = 1000;

/// A message is judged in these words; answers its case, if it is a new one or was found worse, and what was known of the
/// campaign by then.
async fn judged(
    store: &dyn Store,
    (id, author): (u64, u64),
    words: &str,
    removes: bool,
    now: Timestamp,
) -> (OpenedCase, Option<CampaignFacts>) {
    let mut posted = message(HOME, id, words);
    posted.author.id = UserId(author);
    posted.channel.0 = 500 + id % 3;
    let (told, facts) = std::sync::mpsc::channel();
    let plan: Decide<CaseFacts, CasePlan> = Box::new(move |facts: CaseFacts| {
        let _ = told.send(facts.campaign);
        if removes {
            remove(MessageId(id))(facts)
        } else {
            logged()
        }
    });
    let mut judged = judgement(posted, TEXT);
    if !removes {
        judged.verdict.level = Level::Suspicious;
    }
    let (opened, _) = store.open_copy(HOME, judged, now, plan, None).await.unwrap();
    (opened, facts.try_recv().unwrap_or_default())
}

async fn opens(store: &dyn Store, id: u64, author: u64, removes: bool) -> Case {
    match judged(
        store,
        (id, author),
        &format!("text {id}"),
        removes,
        later(id as i64),
    )
    .await
    {
        (OpenedCase::Opened(case), _) => case,
        (OpenedCase::Known(case), _) => panic!("known as {case}"),
    }
}

/// What moderators do to some of a campaign's cases.
async fn decide(store: &dyn Store, lead: CaseId, some: Vec<CaseId>, state: CaseState, deed: CaseDeed) {
    let decide = move |campaign: CampaignCases| {
        let chosen = campaign.cases.iter().filter(|case| some.contains(&case.id));
        let change = CaseChange {
            state,
            deed,
            by: AGENT,
            note: None,
            effects: Vec::new(),
        };
        Ok(chosen.map(|case| (case.id, change.clone())).collect())
    };
    store
        .change_campaign(HOME, lead, ALL, later(5000), Box::new(decide))
        .await
        .unwrap()
        .unwrap()
        .unwrap();
}

/// The same figures, counted from the cases themselves.
fn counted(cases: &[Case]) -> Campaign {
    let mut messages: HashMap<MessageId, Vec<&Case>> = HashMap::new();
    for case in cases {
        messages.entry(case.message).or_default().push(case);
    }
    let is_restored = |cases: &&Vec<&Case>| cases.iter().all(|case| case.state == CaseState::Restored);
    let is_removed = |cases: &&Vec<&Case>| {
        cases.iter().any(|case| match case.state {
            CaseState::Open => case.removes(),
            CaseState::Confirmed => true,
            CaseState::Restored => false,
        })
    };
    let mut authors: HashMap<UserId, (u32, CaseId)> = HashMap::new();
    for cases in messages.values() {
        let (count, first) = authors.entry(cases[0].author).or_insert((0, cases[0].id));
        *count += 1;
        *first = (*first).min(cases[0].id);
    }
    let mut named: Vec<(UserId, (u32, CaseId))> = authors.clone().into_iter().collect();
    named.sort_by_key(|(_, (count, first))| (std::cmp::Reverse(*count), *first));
    named.truncate(10);
    let (restored, removed) = (
        messages.values().filter(is_restored).count(),
        messages.values().filter(is_removed).count(),
    );
    Campaign {
        lead: cases[0].id,
        copies: messages.len() as u32,
        accounts: authors.len() as u32,
        channels: cases
            .iter()
            .map(|case| case.channel)
            .collect::<HashSet<_>>()
            .len() as u32,
        removed: removed as u32,
        standing: (messages.len() - removed - restored) as u32,
        restored: restored as u32,
        authors: named
            .into_iter()
            .map(|(author, (count, _))| (author, count))
            .collect(),
        pleas: asked(cases),
        latest: cases.iter().map(|case| case.opened_at).max().unwrap(),
    }
}

/// What authors of copies ask for, by the cases' own words; nobody here answers a contest without settling it.
fn asked(cases: &[Case]) -> Vec<Plea> {
    let mut pleas = Vec::new();
    for case in cases.iter().filter(|case| case.id != cases[0].id) {
        let contests = case
            .history
            .last()
            .filter(|event| event.deed == CaseDeed::Contested);
        pleas.extend(case.asks_back().into_iter().chain(contests).map(|event| Plea {
            case: case.id,
            number: case.number,
            author: case.author,
            deed: event.deed,
            at: event.at,
            note: event.note.clone(),
        }));
    }
    pleas.sort_by_key(|plea| (plea.at, plea.case));
    pleas.truncate(MOST_PLEAS as usize);
    pleas
}

/// The author asks for something.
async fn asks(store: &dyn Store, case: &Case, deed: CaseDeed) {
    let change = CaseChange {
        state: case.state,
        deed,
        by: case.author,
        note: (deed == CaseDeed::Contested).then(|| "it was not me".to_owned()),
        effects: Vec::new(),
    };
    let decide = Box::new(move |_| Ok(change));
    let at = later(6000 + case.id.0);
    store
        .change_case(HOME, case.id, at, decide)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn what_authors_of_copies_ask_for_is_carried_until_it_is_answered_the_oldest_first() {
    let fresh = fresh().await;
    let store = &*fresh.store;
    let lead = opens(store, 1, 101, true).await;
    asks(store, &lead, CaseDeed::Contested).await;
    let mut copies = Vec::new();
    for id in 2..=14 {
        copies.push(opens(store, id, 100 + id, true).await);
    }
    assert_eq!(
        figures(store, lead.id).await.pleas,
        [],
        "the lead's own stands in its case"
    );
    for copy in &copies {
        asks(store, copy, CaseDeed::AskedBack).await;
    }
    asks(store, &copies[0], CaseDeed::Contested).await;
    let pleas = figures(store, copies[3].id).await.pleas;
    assert_eq!(pleas.len(), MOST_PLEAS as usize);
    let of_first: Vec<CaseDeed> = pleas
        .iter()
        .filter(|plea| plea.case == copies[0].id)
        .map(|plea| plea.deed)
        .collect();
    assert_eq!(of_first, [CaseDeed::AskedBack, CaseDeed::Contested]);
    assert_eq!(pleas[1].note.as_deref(), Some("it was not me"));

    for (copy, state, deed) in [
        (&copies[0], CaseState::Confirmed, CaseDeed::LetBack),
        (&copies[1], CaseState::Open, CaseDeed::Declined),
        (&copies[2], CaseState::Restored, CaseDeed::Restored),
    ] {
        decide(store, lead.id, vec![copy.id], state, deed).await;
    }
    let pleas = store.campaign(HOME, lead.id).await.unwrap().unwrap().pleas;
    assert_eq!(
        (pleas[0].case, pleas[0].deed, pleas[1].case),
        (copies[0].id, CaseDeed::Contested, copies[3].id),
        "letting somebody back does not answer what they contest"
    );
    decide(
        store,
        lead.id,
        vec![copies[0].id],
        CaseState::Confirmed,
        CaseDeed::Confirmed,
    )
    .await;
    let pleas = figures(store, lead.id).await.pleas;
    assert!(pleas.iter().all(|plea| plea.case > copies[2].id));
}

/// The figures, once they are found to agree with the cases.
async fn figures(store: &dyn Store, case: CaseId) -> Campaign {
    let cases = store.campaign_of(HOME, case, ALL).await.unwrap();
    let figures = store.campaign(HOME, case).await.unwrap().expect("a campaign");
    assert_eq!(figures, counted(&cases));
    figures
}

#[tokio::test]
async fn a_campaigns_figures_are_right_after_opening_worsening_upholding_restoring_and_erasing() {
    let fresh = fresh().await;
    let store = &*fresh.store;
    let lead = opens(store, 1, 101, true).await;
    assert_eq!(
        store.campaign(HOME, lead.id).await.unwrap(),
        None,
        "it has no copies"
    );
    let mut copies = Vec::new();
    for id in 2..=30 {
        copies.push(opens(store, id, 101 + id % 12, id % 2 == 0).await.id);
    }
    let seen = figures(store, copies[3]).await;
    assert_eq!(
        (seen.lead, seen.copies, seen.accounts, seen.channels),
        (lead.id, 30, 12, 3)
    );
    assert_eq!((seen.removed, seen.standing, seen.restored), (16, 14, 0));
    assert_eq!((seen.authors.len(), seen.latest), (10, later(30)));

    let (worse, _) = judged(store, (3, 104), "text 3", true, later(40)).await;
    assert!(
        matches!(worse, OpenedCase::Opened(case) if case.id == copies[1]),
        "found worse"
    );
    assert_eq!(figures(store, lead.id).await.removed, 17);
    judged(store, (5, 106), "text 5, edited", true, later(50)).await;
    let edited = figures(store, lead.id).await;
    assert_eq!(
        (edited.copies, edited.removed),
        (30, 18),
        "still the same message"
    );

    decide(
        store,
        lead.id,
        copies[..9].to_vec(),
        CaseState::Confirmed,
        CaseDeed::Confirmed,
    )
    .await;
    assert_eq!(figures(store, lead.id).await.removed, 20);
    decide(
        store,
        lead.id,
        copies[5..].to_vec(),
        CaseState::Restored,
        CaseDeed::Restored,
    )
    .await;
    let seen = figures(store, lead.id).await;
    assert_eq!((seen.removed, seen.standing, seen.restored), (6, 0, 24));

    store.erase_before(AllGuilds, later(1_000_000)).await.unwrap();
    assert_eq!(
        figures(store, lead.id).await,
        seen,
        "counts outlive what people wrote"
    );
}

#[tokio::test]
async fn what_was_removed_lately_and_whom_it_told_is_counted_as_far_as_anybody_asks() {
    let fresh = fresh().await;
    let store = &*fresh.store;
    let most = u64::from(MOST_COUNTED);
    for id in 1..=most + 20 {
        opens(store, id, 100 + id % 2, true).await;
    }
    let facts = async |author, now| {
        let (_, facts) = judged(store, (9000 + author, author), "once more", false, now).await;
        facts.expect("a campaign")
    };
    let known = facts(101, later(1000)).await;
    assert_eq!((known.removed_lately, known.told), (MOST_COUNTED, 2));
    assert!(known.told_author);
    let stranger = facts(300, later(60_000 + 110)).await;
    assert_eq!(
        (stranger.removed_lately, stranger.told_author),
        (10, false),
        "only the ten latest came within the minute"
    );
}

#[tokio::test]
async fn recovery_steps_are_a_message_and_are_known_again_among_others() {
    let fresh = fresh().await;
    let store = &*fresh.store;
    let lead = opens(store, 1, 101, true).await;
    let plan: Decide<CaseFacts, CasePlan> = Box::new(|_| CasePlan {
        actions: vec![Action::Delete, Action::Recover],
        ..logged()
    });
    let mut posted = message(HOME, 2, "text 2");
    posted.author.id = UserId(102);
    store
        .open_copy(HOME, judgement(posted, TEXT), later(2), plan, None)
        .await
        .unwrap();
    let facts = async |author| {
        let (_, facts) = judged(store, (9000 + author, author), "once more", false, later(3)).await;
        let facts = facts.expect("a campaign");
        (facts.told, facts.told_author, facts.recovered_author)
    };
    assert_eq!(facts(101).await, (2, true, false));
    assert_eq!(facts(102).await, (2, true, true));
    assert_eq!(facts(103).await, (2, false, false));
    let heard = |campaign: CampaignCases| {
        assert_eq!(campaign.told, HashSet::from([UserId(101), UserId(102)]));
        Err("no".to_owned())
    };
    let refused = store
        .change_campaign(HOME, lead.id, 1, NOW, Box::new(heard))
        .await;
    assert_eq!(refused.unwrap(), Some(Err("no".to_owned())));
}

#[tokio::test]
async fn each_decision_gets_to_cases_that_the_one_before_left_out() {
    let fresh = fresh().await;
    let store = &*fresh.store;
    let lead = opens(store, 1, 101, true).await;
    for id in 2..=7 {
        opens(store, id, 101, true).await;
    }
    let mut decided = Vec::new();
    for (state, deed) in [
        (CaseState::Confirmed, CaseDeed::Confirmed),
        (CaseState::Confirmed, CaseDeed::Banned),
        (CaseState::Restored, CaseDeed::Restored),
    ] {
        let mut reached = HashSet::new();
        for _ in 0..3 {
            let few = store.campaign_of(HOME, lead.id, 3).await.unwrap();
            assert_eq!((few.len(), few[0].id), (3, lead.id), "the lead is among them");
            let ids: Vec<CaseId> = few.iter().map(|case| case.id).collect();
            reached.extend(ids.clone());
            decide(store, lead.id, ids, state, deed).await;
        }
        decided.push(reached.len());
    }
    assert_eq!(
        decided,
        [7, 7, 7],
        "three presses on three cases each, the lead each time"
    );
}

#[tokio::test]
async fn a_decision_hears_what_was_done_because_of_copies_that_it_does_not_see() {
    let fresh = fresh().await;
    let store = &*fresh.store;
    let lead = opens(store, 1, 101, false).await;
    let second = opens(store, 2, 102, true).await;
    let third = opens(store, 3, 103, false).await;
    decide(
        store,
        lead.id,
        vec![third.id],
        CaseState::Confirmed,
        CaseDeed::Banned,
    )
    .await;
    let (told, banned) = (second.author, third.author);
    let heard = move |campaign: CampaignCases| {
        assert_eq!(campaign.cases.len(), 1);
        assert_eq!(campaign.told, HashSet::from([told]));
        assert_eq!(campaign.punished, HashSet::from([(banned, CaseDeed::Banned)]));
        Err("no".to_owned())
    };
    let refused = store
        .change_campaign(HOME, lead.id, 1, NOW, Box::new(heard))
        .await;
    assert_eq!(refused.unwrap(), Some(Err("no".to_owned())));
}

#[tokio::test]
async fn a_campaigns_picture_is_kept_once() {
    let fresh = fresh().await;
    let store = &*fresh.store;
    let lead = opens(store, 1, 101, true).await;
    let copy = opens(store, 2, 102, true).await;
    let note =
        async |case: CaseId, hashes: Vec<u64>| store.note_images(HOME, case, hashes, NOW).await.unwrap();
    assert!(note(lead.id, vec![7, 7]).await);
    assert!(!note(copy.id, vec![7]).await, "the campaign has shown it before");
    assert!(note(copy.id, vec![7, 8]).await);
    let known = store.judged_images(HOME, Timestamp(0)).await.unwrap();
    let mut hashes: Vec<u64> = known.iter().map(|(hash, _)| *hash).collect();
    hashes.sort_unstable();
    assert_eq!(hashes, [7, 8]);
    assert!(known.iter().all(|(_, wanted)| wanted.case == lead.id));
    // A picture that goes round for months is not forgotten while it does.
    let again = store
        .note_images(HOME, copy.id, vec![7], later(5000))
        .await
        .unwrap();
    assert!(!again);
    let known = store.judged_images(HOME, later(1)).await.unwrap();
    let hashes: Vec<u64> = known.iter().map(|(hash, _)| *hash).collect();
    assert_eq!(hashes, [7], "shown lately");
}

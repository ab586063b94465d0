//! Presses on a campaign's card: everybody once, nobody without leave, one decision.

use super::*;
use crate::model::case::{Action, Case, CaseDeed, CaseEvent, CaseState};
use crate::model::message::{Arrival, Author, IncomingMessage, MessagePart};
use crate::model::{ChannelId, GuildId, MessageId};
use crate::rules::{Category, Level, Place, Severity};

const NOW: Timestamp = Timestamp(1_800_000_000_000);
const MAX: UserId = UserId(6);

/// Copy number `number` by `author`; removed or only logged.
fn copy(number: u64, author: u64, actions: &[Action]) -> Case {
    let author = UserId(author);
    Case {
        id: CaseId(number as i64),
        guild: GuildId(1),
        number: number as u32,
        state: CaseState::Open,
        author,
        channel: ChannelId(20 + number % 3),
        message: MessageId(300 + number),
        evidence: Some(IncomingMessage {
            guild: GuildId(1),
            channel: ChannelId(20 + number % 3),
            id: MessageId(300 + number),
            author: Author {
                id: author,
                name: "someone".into(),
                display_name: "Someone".into(),
                bot: false,
                webhook: None,
                roles: Vec::new(),
                joined_at: None,
            },
            arrival: Arrival::Posted,
            posted_at: NOW,
            parts: vec![MessagePart {
                place: Place::Content,
                text: "the same for all".into(),
                secrets: Vec::new(),
            }],
            attachments: Vec::new(),
            forwards: None,
            mentions_everyone: false,
            previews: Vec::new(),
            needs_fetch: false,
        }),
        level: Level::Suspicious,
        score: 50,
        category: Category::Scam,
        severity: Severity::Medium,
        findings: Vec::new(),
        actions: actions.to_vec(),
        softened: None,
        history: vec![CaseEvent {
            deed: CaseDeed::Opened,
            by: None,
            at: NOW,
            note: None,
        }],
        card: None,
        author_unreachable: false,
        opened_at: NOW,
        restored_as: None,
        imitates: None,
        others: Vec::new(),
    }
}

/// Twelve logged copies by four accounts.
fn wave() -> Vec<Case> {
    (1..=12)
        .map(|number| copy(number, 50 + number % 4, &[Action::Log]))
        .collect()
}

fn everyone(cases: &[Case]) -> HashSet<CaseId> {
    cases.iter().map(|case| case.id).collect()
}

/// Whom the policy wrote to.
fn told(cases: &[Case]) -> HashSet<UserId> {
    let telling = cases.iter().filter(|case| case.actions.contains(&Action::Tell));
    telling.map(|case| case.author).collect()
}

/// Everything that was done to each author.
fn punished(cases: &[Case]) -> HashSet<(UserId, CaseDeed)> {
    let deeds = |case: &Case| {
        let author = case.author;
        let events = case.history.clone().into_iter();
        events.map(move |event| (author, event.deed))
    };
    cases.iter().flat_map(deeds).collect()
}

/// Everybody whom these cases are about.
fn checked(cases: &[Case], allowed: &HashSet<CaseId>) -> HashMap<CaseId, HashSet<UserId>> {
    let allowed = cases.iter().filter(|case| allowed.contains(&case.id));
    allowed.map(|case| (case.id, case.members().collect())).collect()
}

fn pressed(cases: &mut [Case], press: Press, allowed: &HashSet<CaseId>) -> Result<Vec<EffectDraft>, Refused> {
    let campaign = CampaignCases {
        cases: cases.to_vec(),
        told: told(cases),
        punished: punished(cases),
    };
    let checked = checked(cases, allowed);
    let changes = review_all(&campaign, press, MAX, &checked, &GuildSettings::default(), NOW)?;
    let mut effects = Vec::new();
    for (id, change) in changes {
        let case = cases
            .iter_mut()
            .find(|case| case.id == id)
            .expect("a case of the wave");
        case.state = change.state;
        case.history.push(CaseEvent {
            deed: change.deed,
            by: Some(change.by),
            at: NOW,
            note: None,
        });
        effects.extend(change.effects);
    }
    Ok(effects)
}

fn count(effects: &[EffectDraft], wanted: impl Fn(&Effect) -> bool) -> usize {
    effects.iter().filter(|draft| wanted(&draft.effect)).count()
}

#[test]
fn one_press_removes_every_copy_tells_every_author_once_and_refreshes_one_card() {
    let mut cases = wave();
    let all = everyone(&cases);
    let effects = pressed(&mut cases, Press::Confirm, &all).expect("nothing is settled");
    assert_eq!(
        count(&effects, |one| matches!(one, Effect::DeleteMessage { .. })),
        12
    );
    assert_eq!(count(&effects, |one| matches!(one, Effect::TellAuthor { .. })), 4);
    assert_eq!(
        count(&effects, |one| matches!(one, Effect::RefreshReviewCard { .. })),
        1
    );
    assert_eq!(
        count(&effects, |one| matches!(one, Effect::PurgeCopies { .. })),
        1
    );
    let keys: HashSet<&str> = effects.iter().map(|draft| draft.key.as_str()).collect();
    assert_eq!(keys.len(), effects.len(), "every effect has a key of its own");
}

#[test]
fn a_ban_strikes_each_account_once_and_a_second_ban_nobody() {
    let mut cases = wave();
    let all = everyone(&cases);
    let effects = pressed(&mut cases, Press::Ban, &all).expect("nothing is settled");
    assert_eq!(count(&effects, |one| matches!(one, Effect::BanMember { .. })), 4);
    assert!(cases.iter().all(|case| case.state == CaseState::Confirmed));
    assert!(matches!(
        pressed(&mut cases, Press::Ban, &all),
        Err(Refused::Settled(_))
    ));
}

#[test]
fn of_two_presses_on_the_same_card_the_second_learns_who_was_first() {
    let mut cases = wave();
    let all = everyone(&cases);
    pressed(&mut cases, Press::Confirm, &all).expect("nothing is settled");
    let Err(Refused::Settled(event)) = pressed(&mut cases, Press::Confirm, &all) else {
        panic!("it was settled")
    };
    assert_eq!(event.by, Some(MAX));
}

#[test]
fn a_copy_that_came_after_the_press_is_decided_by_the_next_one() {
    let mut cases = wave();
    pressed(&mut cases, Press::Confirm, &everyone(&wave())).expect("nothing is settled");
    cases.push(copy(13, 59, &[Action::Log]));
    let effects = pressed(&mut cases.clone(), Press::Confirm, &everyone(&cases)).expect("one is open");
    assert_eq!(
        count(&effects, |one| matches!(one, Effect::DeleteMessage { .. })),
        1
    );
}

#[test]
fn what_the_presser_may_not_do_to_one_author_is_left_out_for_that_one() {
    let mut cases = wave();
    let allowed: HashSet<CaseId> = cases
        .iter()
        .filter(|case| case.author != UserId(51))
        .map(|case| case.id)
        .collect();
    let effects = pressed(&mut cases, Press::Ban, &allowed).expect("nothing is settled");
    assert_eq!(count(&effects, |one| matches!(one, Effect::BanMember { .. })), 3);
    assert!(
        !effects
            .iter()
            .any(|draft| matches!(draft.effect, Effect::BanMember { user: UserId(51), .. }))
    );
}

#[test]
fn restoring_brings_every_removed_copy_back() {
    let mut cases: Vec<Case> = (1..=5)
        .map(|number| {
            copy(
                number,
                50 + number,
                &[Action::Delete, Action::Timeout { seconds: 60 }],
            )
        })
        .collect();
    let all = everyone(&cases);
    let effects = pressed(&mut cases, Press::Restore, &all).expect("nothing is settled");
    assert_eq!(
        count(&effects, |one| matches!(one, Effect::RestoreMessage { .. })),
        5
    );
    assert_eq!(
        count(&effects, |one| matches!(one, Effect::LiftTimeout { .. })),
        5
    );
    assert_eq!(
        count(&effects, |one| matches!(one, Effect::PurgeCopies { .. })),
        0
    );
    assert!(cases.iter().all(|case| case.state == CaseState::Restored));
}

#[test]
fn whoever_was_banned_or_written_to_because_of_a_copy_that_is_not_at_hand_is_left_alone() {
    let cases = wave();
    let author = cases[0].author;
    let campaign = CampaignCases {
        punished: HashSet::from([(author, CaseDeed::Banned)]),
        told: HashSet::from([author]),
        cases: cases.clone(),
    };
    let all = everyone(&cases);
    let all = checked(&cases, &all);
    let changes = review_all(&campaign, Press::Ban, MAX, &all, &GuildSettings::default(), NOW);
    let effects: Vec<EffectDraft> = changes
        .expect("nothing is settled")
        .into_iter()
        .flat_map(|(_, change)| change.effects)
        .collect();
    let hits_them = |one: &Effect| matches!(one, Effect::BanMember { user, .. } | Effect::TellAuthor { user, .. } if *user == author);
    assert_eq!(count(&effects, hits_them), 0);
    assert_eq!(count(&effects, |one| matches!(one, Effect::BanMember { .. })), 3);
}

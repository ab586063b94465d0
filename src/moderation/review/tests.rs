//! Reviews: single transitions, and what must hold for every sequence of presses.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::model::message::{Arrival, Author, IncomingMessage, MessagePart};
use crate::model::{CaseId, ChannelId, GuildId, MessageId};
use crate::moderation::plan::plan;
use crate::moderation::policy::Decision;
use crate::rules::{Category, Level, Place, Severity};

const NOW: Timestamp = Timestamp(1_800_000_000_000);
const AUTHOR: UserId = UserId(5);
const MODERATOR: UserId = UserId(6);
const TIMEOUT: Action = Action::Timeout { seconds: 3600 };

fn message() -> IncomingMessage {
    IncomingMessage {
        guild: GuildId(1),
        channel: ChannelId(20),
        id: MessageId(30),
        author: Author {
            id: AUTHOR,
            name: "mallory".into(),
            display_name: "Mallory".into(),
            bot: false,
            webhook: None,
            roles: Vec::new(),
            joined_at: None,
        },
        arrival: Arrival::Posted,
        posted_at: NOW,
        parts: vec![MessagePart {
            place: Place::Content,
            text: "free nitro".into(),
            secrets: Vec::new(),
        }],
        attachments: Vec::new(),
        forwards: None,
        mentions_everyone: false,
        previews: Vec::new(),
        needs_fetch: false,
    }
}

fn case(actions: &[Action]) -> Case {
    Case {
        id: CaseId(1),
        guild: GuildId(1),
        number: 1,
        state: CaseState::Open,
        author: AUTHOR,
        channel: ChannelId(20),
        message: MessageId(30),
        evidence: Some(message()),
        level: Level::Scam,
        score: 100,
        category: Category::Phishing,
        severity: Severity::High,
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

fn pressed(case: &mut Case, press: Press, by: UserId, now: Timestamp) -> Result<Vec<String>, Refused> {
    let change = review(case, press, by, &GuildSettings::default(), now)?;
    case.state = change.state;
    case.history.push(CaseEvent {
        deed: change.deed,
        by: Some(change.by),
        at: now,
        note: change.note,
    });
    Ok(change.effects.into_iter().map(|draft| draft.key).collect())
}

#[test]
fn restoring_undoes_the_timeout_puts_the_message_back_and_tells_the_author() {
    let mut removed = case(&[Action::Delete, TIMEOUT, Action::Tell]);
    let keys = pressed(&mut removed, Press::Restore, MODERATOR, NOW).expect("nothing is settled yet");
    assert_eq!(
        keys,
        [
            "case:1:lift-timeout",
            "case:1:restore",
            "case:1:tell-restored",
            "case:1:card:1"
        ]
    );
    assert_eq!(removed.state, CaseState::Restored);
}

#[test]
fn a_false_alarm_that_was_only_logged_has_nothing_to_put_back() {
    let mut logged = case(&[Action::Log]);
    assert_eq!(
        pressed(&mut logged, Press::Restore, MODERATOR, NOW),
        Ok(vec!["case:1:card:1".to_owned()])
    );
}

#[test]
fn upholding_a_case_that_was_only_logged_removes_the_message_and_tells_its_author() {
    let mut logged = case(&[Action::Log]);
    let keys = pressed(&mut logged, Press::Confirm, MODERATOR, NOW).expect("nothing is settled yet");
    assert_eq!(keys, ["case:1:delete", "case:1:tell", "case:1:card:1"]);
    let keys =
        pressed(&mut logged, Press::Restore, MODERATOR, NOW).expect("a confirmation can be taken back");
    assert_eq!(keys, ["case:1:restore", "case:1:tell-restored", "case:1:card:2"]);
}

#[test]
fn a_removed_thread_does_not_come_back_but_its_author_is_told() {
    let mut removed = case(&[Action::Delete, Action::Tell]);
    removed.evidence.as_mut().expect("evidence").channel = ChannelId(30);
    let keys = pressed(&mut removed, Press::Restore, MODERATOR, NOW).expect("nothing is settled yet");
    assert_eq!(keys, ["case:1:tell-restored", "case:1:card:1"]);
}

#[test]
fn a_ban_waits_until_its_author_was_told() {
    for actions in [&[Action::Log][..], &[Action::Delete, Action::Tell]] {
        let change = review(
            &case(actions),
            Press::Ban,
            MODERATOR,
            &GuildSettings::default(),
            NOW,
        )
        .expect("nothing is settled");
        let ban = change
            .effects
            .iter()
            .find(|draft| draft.key == "case:1:ban")
            .expect("a ban is planned");
        assert_eq!(ban.after.as_deref(), Some("case:1:tell"), "{actions:?}");
    }
}

#[test]
fn the_second_of_two_moderators_learns_who_was_first() {
    let mut removed = case(&[Action::Delete]);
    pressed(&mut removed, Press::Ban, MODERATOR, NOW).expect("nothing is settled yet");
    let Err(Refused::Settled(earlier)) = pressed(&mut removed, Press::Ban, UserId(7), NOW) else {
        panic!("the second press must change nothing");
    };
    assert_eq!((earlier.deed, earlier.by), (CaseDeed::Banned, Some(MODERATOR)));
}

#[test]
fn a_timeout_can_be_given_again_once_it_has_run_out() {
    let mut removed = case(&[Action::Delete]);
    pressed(&mut removed, Press::Timeout, MODERATOR, NOW).expect("nothing is settled yet");
    assert!(pressed(&mut removed, Press::Timeout, MODERATOR, NOW).is_err());
    let keys =
        pressed(&mut removed, Press::Timeout, MODERATOR, NOW + REVIEW_TIMEOUT).expect("it has run out");
    assert!(keys.contains(&"case:1:timeout:2".to_owned()), "{keys:?}");
    let keys =
        pressed(&mut removed, Press::Restore, MODERATOR, NOW + REVIEW_TIMEOUT).expect("can be restored");
    assert!(keys.contains(&"case:1:lift-timeout".to_owned()), "{keys:?}");
}

#[test]
fn a_webhook_cannot_be_punished_but_its_message_can_be_restored() {
    let mut posted = case(&[Action::Delete]);
    posted.evidence.as_mut().expect("evidence").author.webhook = Some(crate::model::WebhookId(AUTHOR.0));
    assert_eq!(
        pressed(&mut posted, Press::Ban, MODERATOR, NOW),
        Err(Refused::NoAccount)
    );
    let keys = pressed(&mut posted, Press::Restore, MODERATOR, NOW).expect("nothing is settled yet");
    assert_eq!(keys, ["case:1:restore", "case:1:card:1"]);
}

#[test]
fn only_the_author_contests_and_only_once() {
    let mut removed = case(&[Action::Delete]);
    assert_eq!(
        contest(&removed, MODERATOR, "no".into()),
        Err(Refused::NotTheAuthor)
    );
    let change = contest(&removed, AUTHOR, "I quoted it".into()).expect("the author may");
    assert_eq!(
        (change.state, change.deed),
        (CaseState::Open, CaseDeed::Contested)
    );
    removed.history.push(CaseEvent {
        deed: change.deed,
        by: Some(AUTHOR),
        at: NOW,
        note: change.note,
    });
    assert!(matches!(
        contest(&removed, AUTHOR, "again".into()),
        Err(Refused::Settled(_))
    ));
}

#[test]
fn a_removal_keeps_attachments_first_and_tells_before_a_ban() {
    let mut evidence = message();
    evidence.attachments.push(crate::model::message::Attachment {
        id: 1,
        filename: "a.png".into(),
        size: 10,
        url: String::new(),
        content_type: None,
    });
    let decision = Decision {
        actions: vec![
            Action::Delete,
            TIMEOUT,
            Action::Tell,
            Action::Ban {
                delete_seconds: 0,
                seconds: None,
            },
        ],
        softened: None,
    };
    let settings = GuildSettings {
        mod_log: Some(ChannelId(9)),
        ..GuildSettings::default()
    };
    let drafts = plan(CaseId(1), &evidence, decision.clone(), &settings, NOW).effects;
    let order: Vec<_> = drafts
        .iter()
        .map(|draft| (draft.key.as_str(), draft.after.as_deref()))
        .collect();
    assert_eq!(
        order,
        [
            ("case:1:keep", None),
            ("case:1:delete", Some("case:1:keep")),
            ("case:1:timeout", None),
            ("case:1:tell", Some("case:1:delete")),
            ("case:1:ban", Some("case:1:tell")),
            ("case:1:card", Some("case:1:ban")),
        ]
    );
    let unset = plan(CaseId(1), &evidence, decision, &GuildSettings::default(), NOW).effects;
    assert!(
        unset.iter().all(|draft| draft.key != "case:1:card"),
        "there is no place for a card"
    );
}

#[test]
fn a_forum_post_goes_as_a_whole_and_a_webhook_is_neither_told_nor_timed_out() {
    let mut starter = message();
    starter.channel = ChannelId(starter.id.0);
    starter.author.webhook = Some(crate::model::WebhookId(1));
    let decision = Decision {
        actions: vec![
            Action::Delete,
            TIMEOUT,
            Action::Quarantine { seconds: None },
            Action::Tell,
        ],
        softened: None,
    };
    let plan = plan(CaseId(1), &starter, decision, &GuildSettings::default(), NOW);
    assert_eq!(plan.actions, [Action::Delete]);
    assert!(
        matches!(plan.effects[0].effect, Effect::DeleteThread { thread, .. } if thread.0 == starter.id.0)
    );
}

#[test]
fn of_a_thread_in_which_others_may_have_written_only_what_was_changed_goes() {
    let decision = Decision {
        actions: vec![Action::Delete],
        softened: None,
    };
    let first_effect = |message: &IncomingMessage| {
        let plan = plan(
            CaseId(1),
            message,
            decision.clone(),
            &GuildSettings::default(),
            NOW,
        );
        plan.effects[0].effect.clone()
    };
    let mut starter = message();
    starter.channel = ChannelId(starter.id.0);
    starter.arrival = Arrival::Edited;
    assert!(matches!(first_effect(&starter), Effect::DeleteMessage { message, .. } if message == starter.id));
    for part in &mut starter.parts {
        part.place = Place::ThreadName;
    }
    assert!(matches!(
        first_effect(&starter),
        Effect::RenameThread { back: false, .. }
    ));
}

#[test]
fn a_quarantine_without_a_role_is_said_to_be_impossible() {
    let decision = Decision {
        actions: vec![Action::Quarantine { seconds: None }],
        softened: None,
    };
    let plan = plan(CaseId(1), &message(), decision, &GuildSettings::default(), NOW);
    assert_eq!(
        (plan.actions, plan.softened.as_deref()),
        (vec![Action::Log], Some("no quarantine role"))
    );
}

fn presses() -> impl Strategy<Value = Vec<(Press, u64)>> {
    prop::collection::vec((prop::sample::select(&Press::ALL[..]), 0_u64..30), 0..12)
}

fn openings() -> impl Strategy<Value = Vec<Action>> {
    let all = [
        Action::Delete,
        TIMEOUT,
        Action::Quarantine { seconds: None },
        Action::Tell,
    ];
    prop::sample::subsequence(all.to_vec(), 0..=4)
}

proptest! {
    #[test]
    fn no_sequence_of_presses_repeats_an_effect_or_acts_after_a_restore(actions in openings(), presses in presses()) {
        let mut reviewed = case(&actions);
        let decision = Decision { actions, softened: None };
        let opening = plan(CaseId(1), &message(), decision, &GuildSettings::default(), NOW);
        let mut keys: HashSet<String> = opening.effects.into_iter().map(|draft| draft.key).collect();
        let mut now = NOW;
        for (press, hours) in presses {
            now = now + Duration::from_secs(hours * 3600);
            let before = reviewed.clone();
            if let Ok(planned) = pressed(&mut reviewed, press, MODERATOR, now) {
                prop_assert!(before.state != CaseState::Restored, "a restored case is settled");
                prop_assert_eq!(reviewed.history.len(), before.history.len() + 1);
                for key in planned {
                    prop_assert!(keys.insert(key.clone()), "{} is planned twice", key);
                }
            } else {
                prop_assert_eq!(&reviewed, &before, "a refused press changes nothing");
            }
            prop_assert!(review(&reviewed, press, MODERATOR, &GuildSettings::default(), now).is_err(), "a second click has no effect");
        }
    }

    #[test]
    fn whatever_waits_waits_for_something_planned(actions in openings(), presses in presses()) {
        let mut reviewed = case(&actions);
        let decision = Decision { actions, softened: None };
        let settings = GuildSettings { quarantine_role: Some(crate::model::RoleId(4)), ..GuildSettings::default() };
        let opening = plan(CaseId(1), &message(), decision, &settings, NOW);
        let mut known: HashSet<String> = HashSet::new();
        let mut now = NOW;
        let mut check = |drafts: Vec<EffectDraft>| {
            for draft in drafts {
                if let Some(after) = &draft.after {
                    assert!(known.contains(after), "{} waits for {after}, which nobody planned", draft.key);
                }
                known.insert(draft.key);
            }
        };
        check(opening.effects);
        for (press, hours) in presses {
            now = now + Duration::from_secs(hours * 3600);
            if let Ok(change) = review(&reviewed, press, MODERATOR, &settings, now) {
                reviewed.state = change.state;
                reviewed.history.push(CaseEvent { deed: change.deed, by: Some(change.by), at: now, note: None });
                check(change.effects);
            }
        }
    }
}

/// A case whose author's account was most likely stolen.
fn stolen() -> Case {
    case(&[Action::Delete, TIMEOUT, Action::Recover])
}

fn asks_back(case: &mut Case) {
    let change = ask_back(case, AUTHOR).expect("nothing is settled yet");
    case.history.push(CaseEvent {
        deed: change.deed,
        by: Some(change.by),
        at: NOW,
        note: None,
    });
}

#[test]
fn who_has_the_account_again_is_let_back_once_a_moderator_says_so() {
    let mut case = stolen();
    let settings = GuildSettings::default();
    assert_eq!(
        review(&case, Press::LetBack, MODERATOR, &settings, NOW),
        Err(Refused::NobodyAsks)
    );
    asks_back(&mut case);
    assert!(matches!(ask_back(&case, AUTHOR), Err(Refused::Settled(_))));
    assert_eq!(ask_back(&case, MODERATOR), Err(Refused::NotTheAuthor));
    let keys = pressed(&mut case, Press::LetBack, MODERATOR, NOW).expect("it can be answered");
    assert_eq!(
        keys,
        ["case:1:lift-timeout", "case:1:tell-answer:2", "case:1:card:2"]
    );
    let second = pressed(&mut case, Press::Decline, UserId(7), NOW);
    assert!(
        matches!(&second, Err(Refused::Settled(event)) if event.deed == CaseDeed::LetBack),
        "{second:?}"
    );
    assert!(matches!(ask_back(&case, AUTHOR), Err(Refused::Settled(_))));
}

#[test]
fn who_is_not_let_back_yet_may_ask_again_but_not_for_ever() {
    let mut case = stolen();
    for _ in 0..letting_back::MOST_REQUESTS {
        asks_back(&mut case);
        let keys = pressed(&mut case, Press::Decline, MODERATOR, NOW).expect("it can be answered");
        assert!(keys.iter().all(|key| !key.contains("lift-timeout")), "{keys:?}");
    }
    assert!(
        matches!(ask_back(&case, AUTHOR), Err(Refused::Settled(event)) if event.deed == CaseDeed::Declined)
    );
}

#[test]
fn whoever_is_banned_or_removed_has_their_answer_and_is_not_let_back_by_the_old_request() {
    for press in [Press::Ban, Press::Kick] {
        let mut case = stolen();
        asks_back(&mut case);
        pressed(&mut case, press, MODERATOR, NOW).expect("it can be pressed");
        assert!(case.asks_back().is_none(), "{press:?}");
        let late = review(&case, Press::LetBack, MODERATOR, &GuildSettings::default(), NOW);
        assert!(late.is_err(), "{press:?}");
    }
}

#[test]
fn a_moderators_ban_outlasts_the_policys_own_and_a_restore_lifts_it() {
    let mut case = case(&[
        Action::Delete,
        Action::Ban {
            delete_seconds: 0,
            seconds: Some(60),
        },
    ]);
    let keys = pressed(&mut case, Press::Ban, MODERATOR, NOW).expect("it can be pressed");
    assert!(keys.contains(&"case:1:ban:final".to_owned()), "{keys:?}");
    let undone = review(&case, Press::Restore, MODERATOR, &GuildSettings::default(), NOW);
    let unban = undone
        .expect("it can be undone")
        .effects
        .into_iter()
        .find(|draft| matches!(draft.effect, Effect::LiftBan { .. }))
        .expect("the ban is lifted");
    assert_eq!(unban.after.as_deref(), Some("case:1:ban:final"));
}

#[test]
fn a_contest_of_what_was_upheld_before_is_answered_by_upholding_it_again_once() {
    let mut case = case(&[Action::Delete, Action::Tell]);
    pressed(&mut case, Press::Confirm, MODERATOR, NOW).expect("nobody has decided");
    assert!(pressed(&mut case, Press::Confirm, MODERATOR, NOW).is_err());
    let change = contest(&case, AUTHOR, "It was harmless".to_owned()).expect("it is not undone");
    case.history.push(CaseEvent {
        deed: change.deed,
        by: Some(AUTHOR),
        at: NOW,
        note: change.note,
    });
    let keys = pressed(&mut case, Press::Confirm, MODERATOR, NOW).expect("the contest waits");
    assert_eq!(keys.len(), 1, "the card alone: {keys:?}");
    assert!(pressed(&mut case, Press::Confirm, MODERATOR, NOW).is_err());
}

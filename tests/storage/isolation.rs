//! A row of one guild cannot be reached from another by its id: for every method that takes a guild.

use nightdesk::model::case::{CaseDeed, CaseState};
use nightdesk::model::effect::{Effect, EffectDraft, EffectOutcome, EffectState, Held};
use nightdesk::model::fingerprint::Fingerprint;
use nightdesk::model::guild::GuildSettings;
use nightdesk::model::ticket::TicketState;
use nightdesk::model::{ChannelId, MessageId, Timestamp, WebhookId};
use nightdesk::storage::{
    CaseChange, CaseFacts, CaseFilter, KeptAttachment, OpenedCase, OpenedTicket, Opening, OpeningFacts,
    SettingsChange, SightingFacts, SightingPlan, StoreError, TicketChange, TicketFilter,
};

use crate::fixtures::*;

#[tokio::test]
async fn a_case_cannot_be_read_from_another_guild() {
    let fresh = fresh().await;
    let id = case(&*fresh.store, HOME, 1, "secret of home").await.id;
    assert_eq!(fresh.store.case(ELSEWHERE, id).await.unwrap(), None);
    assert_eq!(fresh.store.case_by_number(ELSEWHERE, 1).await.unwrap(), None);
    assert_eq!(
        fresh
            .store
            .case_of_message(ELSEWHERE, MessageId(1))
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        fresh.store.cases(ELSEWHERE, CaseFilter::default()).await.unwrap(),
        []
    );
    assert_eq!(fresh.store.kept_attachments(ELSEWHERE, id).await.unwrap(), []);
    assert_eq!(
        fresh.store.troubled_effects_of_case(ELSEWHERE, id).await.unwrap(),
        []
    );
    // The same message id in another guild is another message.
    let answer = fresh
        .store
        .open_case(
            ELSEWHERE,
            message(ELSEWHERE, 1, "x"),
            scam("x"),
            NOW,
            Box::new(remove(MessageId(1))),
        )
        .await;
    let Ok(OpenedCase::Opened(other)) = answer else {
        panic!("{answer:?}")
    };
    assert_eq!((other.number, other.id == id), (1, false));
    // And the effects of one guild's message are never leased to whoever speaks of another.
    let stray = fresh.store.open_copy(
        ELSEWHERE,
        judgement(message(HOME, 1, "x"), Fingerprint::default()),
        NOW,
        Box::new(remove(MessageId(1))),
        Some(later(1_000)),
    );
    assert!(stray.await.is_err());
}

#[tokio::test]
async fn a_name_that_was_shown_in_one_guild_is_news_in_another() {
    let fresh = fresh().await;
    sees(&*fresh.store, HOME, 66, "AIice").await;
    let look = Box::new(|facts: SightingFacts| {
        assert_eq!((facts.cases, facts.any_wave), (0, None));
        SightingPlan::Own(logged())
    });
    let elsewhere = fresh
        .store
        .open_sighting(
            ELSEWHERE,
            sighting(ELSEWHERE, 66, "AIice"),
            scam("AIice"),
            NOW,
            look,
        )
        .await
        .unwrap();
    assert!(matches!(elsewhere, OpenedCase::Opened(_)), "{elsewhere:?}");
    let own = Box::new(|_: SightingFacts| SightingPlan::Own(logged()));
    let strayed = fresh
        .store
        .open_sighting(ELSEWHERE, sighting(HOME, 67, "AIice"), scam("AIice"), NOW, own)
        .await;
    assert!(matches!(strayed, Err(StoreError::Failed(_))), "{strayed:?}");
}

#[tokio::test]
async fn a_case_cannot_be_changed_from_another_guild() {
    let fresh = fresh().await;
    let before = case(&*fresh.store, HOME, 1, "x").await;
    let id = before.id;
    let decide = Box::new(|_| {
        Ok(CaseChange {
            state: CaseState::Restored,
            deed: CaseDeed::Restored,
            by: AGENT,
            note: None,
            effects: Vec::new(),
        })
    });
    assert_eq!(
        fresh.store.change_case(ELSEWHERE, id, NOW, decide).await.unwrap(),
        None
    );
    fresh.store.note_unreachable(ELSEWHERE, id).await.unwrap();
    fresh
        .store
        .note_restored(ELSEWHERE, id, WebhookId(1), MessageId(2))
        .await
        .unwrap();
    let file = KeptAttachment {
        id: 1,
        filename: "x".to_owned(),
        bytes: None,
    };
    fresh
        .store
        .keep_attachments(ELSEWHERE, id, vec![file])
        .await
        .unwrap();
    assert_eq!(fresh.store.erase_person(ELSEWHERE, MALLORY).await.unwrap(), 0);
    assert_eq!(fresh.store.erase_guild(ELSEWHERE).await.unwrap(), 0);
    assert_eq!(fresh.store.case(HOME, id).await.unwrap(), Some(before));
    assert_eq!(fresh.store.kept_attachments(HOME, id).await.unwrap(), []);
}

#[tokio::test]
async fn a_campaign_can_neither_be_read_nor_joined_nor_changed_from_another_guild() {
    let fresh = fresh().await;
    let store = &*fresh.store;
    let fingerprint = Fingerprint {
        links: [7, 0, 0],
        ..Fingerprint::default()
    };
    let home = store
        .open_copy(
            HOME,
            judgement(message(HOME, 1, "x"), fingerprint),
            NOW,
            Box::new(remove(MessageId(1))),
            None,
        )
        .await;
    let Ok((OpenedCase::Opened(home), _)) = home else {
        panic!("{home:?}")
    };
    store
        .open_copy(
            ELSEWHERE,
            judgement(message(ELSEWHERE, 2, "x"), fingerprint),
            NOW,
            Box::new(|facts: CaseFacts| {
                assert_eq!(facts.campaign, None, "no case of another guild is joined");
                remove(MessageId(2))(facts)
            }),
            None,
        )
        .await
        .unwrap();
    assert_eq!(store.campaign_of(ELSEWHERE, home.id, 10).await.unwrap(), []);
    assert_eq!(store.campaign(ELSEWHERE, home.id).await.unwrap(), None);
    assert_eq!(store.wanted_of(ELSEWHERE, home.id).await.unwrap(), None);
    assert_eq!(store.wanted(ELSEWHERE, Timestamp(0)).await.unwrap().len(), 1);
    assert_eq!(
        store
            .troubled_effects_of_campaign(ELSEWHERE, home.id)
            .await
            .unwrap(),
        []
    );
    store.note_images(ELSEWHERE, home.id, vec![5], NOW).await.unwrap();
    assert_eq!(store.judged_images(HOME, Timestamp(0)).await.unwrap(), []);
    assert_eq!(store.judged_images(ELSEWHERE, Timestamp(0)).await.unwrap(), []);
    let decide = Box::new(|_| Ok(Vec::new()));
    assert_eq!(
        store
            .change_campaign(ELSEWHERE, home.id, 10, NOW, decide)
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn a_ticket_cannot_be_read_from_another_guild() {
    let fresh = fresh().await;
    let home = ticket(&*fresh.store, HOME).await;
    let effect = leased(&*fresh.store, &format!("ticket:{}:thread:1", home.id)).await;
    let made = EffectOutcome::Done {
        result: Some(31),
        channel: None,
    };
    fresh
        .store
        .finish_effect(HOME, effect.id, made, NOW)
        .await
        .unwrap();
    assert_eq!(fresh.store.ticket(ELSEWHERE, home.id).await.unwrap(), None);
    assert_eq!(fresh.store.ticket_by_number(ELSEWHERE, 1).await.unwrap(), None);
    assert_eq!(
        fresh
            .store
            .ticket_of_thread(ELSEWHERE, ChannelId(31))
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        fresh
            .store
            .tickets(ELSEWHERE, TicketFilter::default())
            .await
            .unwrap(),
        []
    );
    let elsewhere = fresh.store.count_tickets(ELSEWHERE, TicketFilter::default());
    assert_eq!(elsewhere.await.unwrap(), 0);
    assert_eq!(fresh.store.ticket_events(ELSEWHERE, home.id).await.unwrap(), []);
    assert_eq!(fresh.store.escalations(ELSEWHERE, home.id).await.unwrap(), []);
    assert_eq!(
        fresh
            .store
            .troubled_effects_of_ticket(ELSEWHERE, home.id)
            .await
            .unwrap(),
        []
    );
    assert_eq!(fresh.store.queue(ELSEWHERE, home.queue).await.unwrap(), None);
    assert!(
        fresh
            .store
            .queues(ELSEWHERE)
            .await
            .unwrap()
            .iter()
            .all(|queue| queue.id != home.queue)
    );
    assert_eq!(fresh.store.ticket_requests(ELSEWHERE).await.unwrap(), (0, 0));
}

#[tokio::test]
async fn a_ticket_cannot_be_changed_from_another_guild() {
    let fresh = fresh().await;
    let home = ticket(&*fresh.store, HOME).await;
    let close = Box::new(|_| {
        Ok(TicketChange {
            state: Some(TicketState::Closed),
            ..TicketChange::default()
        })
    });
    assert_eq!(
        fresh
            .store
            .change_ticket(ELSEWHERE, home.id, NOW, close)
            .await
            .unwrap(),
        None
    );
    assert_eq!(fresh.store.erase_person(ELSEWHERE, ALICE).await.unwrap(), 0);
    assert_eq!(fresh.store.erase_guild(ELSEWHERE).await.unwrap(), 0);
    assert_eq!(
        fresh.store.ticket(HOME, home.id).await.unwrap(),
        Some(home.clone())
    );

    let theirs = home.id;
    let decide = Box::new(move |_: OpeningFacts| Opening::Existing(theirs));
    let answer = fresh.store.open_ticket(ELSEWHERE, request(), NOW, decide).await;
    assert!(
        matches!(answer, Err(StoreError::Failed(_))),
        "a decision cannot reach over either"
    );

    fresh
        .store
        .block_opener(HOME, ALICE, "floods".to_owned(), AGENT, NOW)
        .await
        .unwrap();
    assert!(!fresh.store.unblock_opener(ELSEWHERE, ALICE).await.unwrap());
    let decide = Box::new(|facts: OpeningFacts| {
        assert_eq!((facts.blocked, facts.open_in_guild, facts.number), (None, 0, 1));
        Opening::Open(Vec::new())
    });
    let answer = fresh
        .store
        .open_ticket(ELSEWHERE, request(), NOW, decide)
        .await
        .unwrap();
    assert!(matches!(answer, OpenedTicket::Opened(_)));
}

#[tokio::test]
async fn an_effect_cannot_be_reached_from_another_guild() {
    let fresh = fresh().await;
    fresh
        .store
        .plan_effects(HOME, vec![tell_owner("a")], NOW)
        .await
        .unwrap();
    let id = leased(&*fresh.store, "a").await.id;
    assert_eq!(fresh.store.effect_by_key(ELSEWHERE, "a").await.unwrap(), None);
    let done = EffectOutcome::Done {
        result: None,
        channel: None,
    };
    fresh.store.finish_effect(ELSEWHERE, id, done, NOW).await.unwrap();
    assert!(!fresh.store.retry_effect(ELSEWHERE, "a", NOW).await.unwrap());
    let state = fresh
        .store
        .effect_by_key(HOME, "a")
        .await
        .unwrap()
        .map(|effect| effect.state);
    assert_eq!(state, Some(EffectState::Sending));
    fresh
        .store
        .plan_effects(ELSEWHERE, vec![tell_owner("a")], NOW)
        .await
        .unwrap();
    assert!(
        fresh.store.effect_by_key(ELSEWHERE, "a").await.unwrap().is_some(),
        "keys are each guild's own"
    );
}

#[tokio::test]
async fn an_effect_cannot_be_planned_for_a_case_or_ticket_of_another_guild() {
    let fresh = fresh().await;
    let case = case(&*fresh.store, HOME, 1, "x").await.id;
    let ticket = ticket(&*fresh.store, HOME).await.id;
    for effect in [Effect::RestoreMessage { case }, Effect::ArchiveThread { ticket }] {
        let draft = EffectDraft::new("reaching over", effect);
        let answer = fresh.store.plan_effects(ELSEWHERE, vec![draft], NOW).await;
        assert!(matches!(answer, Err(StoreError::Failed(_))), "{answer:?}");
    }
}

#[tokio::test]
async fn writers_and_the_ends_of_sanctions_are_each_guilds_own() {
    let fresh = fresh().await;
    let id = case(&*fresh.store, HOME, 1, "x").await.id;
    fresh.store.note_writers(HOME, vec![MALLORY], NOW).await.unwrap();
    assert!(!fresh.store.has_written(ELSEWHERE, MALLORY).await.unwrap());
    fresh.store.note_hosts(HOME, vec![7], NOW).await.unwrap();
    assert!(fresh.store.seen_hosts(ELSEWHERE).await.unwrap().is_empty());
    let look = Box::new(|facts: nightdesk::storage::CaseFacts| {
        assert_eq!(facts.first_wrote, None);
        logged()
    });
    fresh
        .store
        .open_case(ELSEWHERE, message(ELSEWHERE, 9, "x"), scam("x"), NOW, look)
        .await
        .unwrap();
    let ban = |key: &str| {
        let effect = Effect::BanMember {
            case: id,
            user: MALLORY,
            delete_seconds: 0,
        };
        EffectDraft::new(key, effect)
    };
    let end = Effect::LiftBan {
        case: id,
        user: MALLORY,
    };
    let drafts = vec![EffectDraft::new("end", end), ban("later")];
    fresh.store.plan_effects(HOME, drafts, NOW).await.unwrap();
    let end = fresh.store.effect_by_key(HOME, "end").await.unwrap().unwrap().id;
    assert_eq!(fresh.store.still_held(HOME, end, NOW).await.unwrap(), Held::Still);
    assert_eq!(
        fresh.store.still_held(ELSEWHERE, end, NOW).await.unwrap(),
        Held::No
    );
    assert_eq!(fresh.store.endings(HOME, id, MALLORY).await.unwrap(), [end]);
    assert_eq!(fresh.store.endings(ELSEWHERE, id, MALLORY).await.unwrap(), []);
}

#[tokio::test]
async fn settings_marks_and_webhooks_are_each_guilds_own() {
    let fresh = fresh().await;
    let set_up = Box::new(|settings| {
        SettingsChange::from(GuildSettings {
            set_up: true,
            ..settings
        })
    });
    fresh
        .store
        .change_settings(HOME, AGENT, NOW, set_up)
        .await
        .unwrap();
    fresh
        .store
        .note_read(HOME, vec![(ChannelId(1), MessageId(1))])
        .await
        .unwrap();
    fresh
        .store
        .note_webhook(HOME, ChannelId(1), WebhookId(1))
        .await
        .unwrap();
    assert!(!fresh.store.settings(ELSEWHERE).await.unwrap().set_up);
    assert_eq!(fresh.store.read_marks(ELSEWHERE).await.unwrap(), []);
    assert_eq!(fresh.store.own_webhooks(ELSEWHERE).await.unwrap(), []);
}

#[tokio::test]
async fn an_overlay_is_each_guilds_own() {
    let fresh = fresh().await;
    let id = case(&*fresh.store, HOME, 1, "x").await.id;
    let adding = crate::overlay::adding;
    let answer = fresh.store.add_to_overlay(ELSEWHERE, id, NOW, adding()).await;
    assert_eq!(answer.unwrap(), None);
    fresh.store.add_to_overlay(HOME, id, NOW, adding()).await.unwrap();
    assert_eq!(fresh.store.overlay(ELSEWHERE).await.unwrap().entries, []);
    let entry = fresh.store.overlay(HOME).await.unwrap().entries[0].id;
    assert_eq!(
        fresh
            .store
            .remove_from_overlay(ELSEWHERE, entry, NOW)
            .await
            .unwrap(),
        None
    );
    assert_eq!(fresh.store.overlay(HOME).await.unwrap().entries.len(), 2);
}

#[tokio::test]
async fn how_rules_fare_is_each_guilds_own() {
    use nightdesk::model::rule_record::{CaseCounts, PauseAnswer, RuleActivity, Shadow};

    use crate::rule_record::{SPAN, WHY};

    let fresh = fresh().await;
    case(&*fresh.store, HOME, 1, "x").await;
    let counts = vec![("free-nitro".to_owned(), Shadow::default())];
    fresh.store.count_shadows(HOME, 19_675, counts).await.unwrap();
    let rule = "free-nitro".to_owned();
    let paused = fresh.store.pause_rule(HOME, rule, WHY, AGENT, NOW).await.unwrap();
    let pause = paused.unwrap().0.id;
    let activity = fresh
        .store
        .rule_activity(ELSEWHERE, "free-nitro", SPAN)
        .await
        .unwrap();
    assert_eq!(activity, RuleActivity::default());
    assert_eq!(
        fresh.store.rule_standings(ELSEWHERE, later(-1)).await.unwrap(),
        []
    );
    let counts = fresh.store.case_counts(ELSEWHERE, NOW, later(1)).await.unwrap();
    assert_eq!(counts, CaseCounts::default());
    assert_eq!(fresh.store.rule_pause(ELSEWHERE, pause).await.unwrap(), None);
    let answer = PauseAnswer::Resumed;
    let answered = fresh
        .store
        .answer_pause(ELSEWHERE, pause, answer, AGENT, NOW)
        .await;
    assert_eq!(answered.unwrap(), None);
    assert!(!fresh.store.settings(HOME).await.unwrap().rule_modes.is_empty());
    assert!(
        fresh
            .store
            .settings(ELSEWHERE)
            .await
            .unwrap()
            .rule_modes
            .is_empty()
    );
}

#[tokio::test]
async fn a_view_of_the_queue_is_each_guilds_own() {
    let fresh = fresh().await;
    let filter = CaseFilter {
        rule: Some("free-nitro".to_owned()),
        oldest_first: true,
        ..CaseFilter::default()
    };
    let view = fresh
        .store
        .save_view(HOME, AGENT, filter.clone(), NOW)
        .await
        .unwrap();
    assert_eq!(fresh.store.view(ELSEWHERE, view).await.unwrap(), None);
    assert_eq!(fresh.store.view(HOME, view).await.unwrap(), Some(filter));
}

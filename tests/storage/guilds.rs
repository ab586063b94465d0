//! Settings, read marks, own webhooks.

use nightdesk::model::effect::{Effect, EffectDraft};
use nightdesk::model::guild::{GuildSettings, Mode, RuleMode, Tier};
use nightdesk::model::rule_record::{PauseAnswer, PauseReason};
use nightdesk::model::{ChannelId, MessageId, RoleId, WebhookId};
use nightdesk::storage::{AllGuilds, SettingsChange};

use crate::fixtures::*;

#[tokio::test]
async fn a_guild_that_nobody_has_set_up_has_the_default() {
    let fresh = fresh().await;
    assert_eq!(
        fresh.store.settings(HOME).await.unwrap(),
        GuildSettings::default()
    );
}

#[tokio::test]
async fn settings_survive_a_restart_whole() {
    let fresh = fresh().await;
    let settings = GuildSettings {
        set_up: true,
        mode: Mode::Enforce,
        mod_log: Some(ChannelId(1)),
        support: Some(ChannelId(2)),
        staff: Some(ChannelId(u64::MAX)),
        team_channels: [(Tier::Security, ChannelId(4))].into(),
        staff_roles: vec![(Tier::L1, RoleId(5)), (Tier::Moderator, RoleId(5))],
        exempt_roles: vec![RoleId(6)],
        exempt_channels: vec![ChannelId(7)],
        rule_modes: [("free-nitro".to_owned(), RuleMode::Observe)].into(),
        quarantine_role: Some(RoleId(8)),
        protected_names: vec!["Vitalina".to_owned()],
        honeypot: Some(ChannelId(8)),
        left_at: Some(NOW),
        automod: true,
    };
    let wanted = settings.clone();
    let written = fresh
        .store
        .change_settings(HOME, AGENT, NOW, Box::new(move |_| wanted.into()))
        .await
        .unwrap();
    assert_eq!(written, settings);
    let fresh = fresh.reopened().await;
    assert_eq!(fresh.store.settings(HOME).await.unwrap(), settings);
    assert_eq!(
        fresh.store.settings(ELSEWHERE).await.unwrap(),
        GuildSettings::default()
    );
}

#[tokio::test]
async fn whatever_changes_what_automod_holds_plans_that_it_hears_of_it() {
    let fresh = fresh().await;
    let store = &*fresh.store;
    let change = async |change: fn(&mut GuildSettings)| {
        let decide = Box::new(move |mut settings: GuildSettings| {
            change(&mut settings);
            settings.into()
        });
        store.change_settings(HOME, AGENT, NOW, decide).await.unwrap();
    };
    let is_planned = async |version: u32| {
        let key = format!("automod:settings:{version}");
        store.effect_by_key(HOME, &key).await.unwrap().is_some()
    };
    change(|settings| settings.set_up = true).await;
    change(|settings| {
        settings.automod = true;
        settings.mode = Mode::Enforce;
    })
    .await;
    let why = PauseReason::Reversals { reversed: 5, of: 8 };
    let paused = store
        .pause_rule(HOME, "free-nitro".to_owned(), why, AGENT, NOW)
        .await;
    let pause = paused.unwrap().unwrap().0.id;
    let resumed = store
        .answer_pause(HOME, pause, PauseAnswer::Resumed, AGENT, NOW)
        .await;
    assert!(matches!(resumed, Ok(Some(Ok(_)))));
    change(|settings| settings.mod_log = Some(ChannelId(1))).await;
    change(|settings| settings.exempt_roles.push(RoleId(6))).await;
    change(|settings| settings.automod = false).await;
    change(|settings| settings.exempt_roles.clear()).await;
    let mut planned = Vec::new();
    for version in 1..=8 {
        planned.push(is_planned(version).await);
    }
    assert_eq!(planned, [false, true, true, true, false, true, true, false]);
}

#[tokio::test]
async fn what_a_change_calls_for_is_planned_with_it() {
    let fresh = fresh().await;
    let notice = Effect::PostHoneypotNotice {
        channel: ChannelId(9),
    };
    let planned = notice.clone();
    let change = Box::new(|settings| SettingsChange {
        effects: vec![EffectDraft::new("honeypot".to_owned(), planned)],
        settings: GuildSettings {
            honeypot: Some(ChannelId(9)),
            ..settings
        },
    });
    fresh
        .store
        .change_settings(HOME, AGENT, NOW, change)
        .await
        .unwrap();
    let fresh = fresh.reopened().await;
    assert_eq!(
        fresh.store.settings(HOME).await.unwrap().honeypot,
        Some(ChannelId(9))
    );
    let due = fresh
        .store
        .lease_effects(AllGuilds, NOW, later(1_000), 2)
        .await
        .unwrap();
    assert_eq!(due.iter().map(|row| &row.effect).collect::<Vec<_>>(), [&notice]);
}

#[tokio::test]
async fn changes_at_once_all_arrive() {
    let fresh = fresh().await;
    at_once(40, |index| {
        let store = fresh.store.clone();
        async move {
            let change = Box::new(move |mut settings: GuildSettings| {
                settings.exempt_roles.push(RoleId(index));
                settings.into()
            });
            store.change_settings(HOME, AGENT, NOW, change).await.unwrap();
        }
    })
    .await;
    assert_eq!(fresh.store.settings(HOME).await.unwrap().exempt_roles.len(), 40);
}

#[tokio::test]
async fn read_marks_never_go_backwards() {
    let fresh = fresh().await;
    let marks = |pairs: &[(u64, u64)]| -> Vec<_> {
        pairs
            .iter()
            .map(|(channel, message)| (ChannelId(*channel), MessageId(*message)))
            .collect()
    };
    fresh
        .store
        .note_read(HOME, marks(&[(1, 10), (2, 20)]))
        .await
        .unwrap();
    fresh
        .store
        .note_read(HOME, marks(&[(1, 9), (2, 21), (3, 30)]))
        .await
        .unwrap();
    assert_eq!(
        fresh.store.read_marks(HOME).await.unwrap(),
        marks(&[(1, 10), (2, 21), (3, 30)])
    );
}

#[tokio::test]
async fn a_webhook_stays_ours_after_its_channel_has_a_new_one() {
    let fresh = fresh().await;
    for webhook in [WebhookId(1), WebhookId(2), WebhookId(2)] {
        fresh
            .store
            .note_webhook(HOME, ChannelId(5), webhook)
            .await
            .unwrap();
    }
    let expected = [(ChannelId(5), WebhookId(1)), (ChannelId(5), WebhookId(2))];
    assert_eq!(
        fresh.store.own_webhooks(HOME).await.unwrap(),
        expected,
        "the newest comes last"
    );
}

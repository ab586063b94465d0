//! The life cycle of an interaction.

use std::time::Duration;

use fake_discord::Id;
use fake_discord::world::{InteractionKind, World};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Bot, Reply, drive, send};

async fn callback(bot: &Bot, (id, token): &(Id, String), body: Value) -> Reply {
    let path = format!("/interactions/{id}/{token}/callback");
    send(bot.anonymous(Method::POST, &path).json(&body)).await
}

/// A callback that no bot should send.
async fn wrong_callback(bot: &Bot, (id, token): &(Id, String), body: Value) -> Reply {
    bot.malformed(
        Method::POST,
        &format!("/interactions/{id}/{token}/callback"),
        body,
    )
    .await
}

fn answers(bot: &Bot, token: &str) -> String {
    format!("/webhooks/{}/{token}", bot.me())
}

#[tokio::test]
async fn an_interaction_is_answered_once_and_its_answer_can_be_changed() {
    drive(World::community(), async |bot| {
        let asked = bot.acts("alice", bot.channel("general"), InteractionKind::Command, None);
        let hello = json!({ "type": 4, "data": { "content": "hello", "flags": 64 } });
        assert_eq!(callback(bot, &asked, hello.clone()).await.status, 204);
        callback(bot, &asked, hello).await.refused(400, 40060);
        let original = format!("{}/messages/@original", answers(bot, &asked.1));
        let read = send(bot.anonymous(Method::GET, &original)).await.ok();
        assert_eq!(
            (read["content"].as_str(), read["flags"].as_u64()),
            (Some("hello"), Some(64))
        );
        let edited = send(
            bot.anonymous(Method::PATCH, &original)
                .json(&json!({ "content": "bye" })),
        )
        .await
        .ok();
        assert_eq!(edited["content"], "bye");
        // Nobody else sees an ephemeral answer.
        let history = bot
            .get(&format!("/channels/{}/messages", bot.channel("general")))
            .await
            .ok();
        assert_eq!(history, json!([]));
        assert_eq!(send(bot.anonymous(Method::DELETE, &original)).await.status, 204);
        send(bot.anonymous(Method::GET, &original))
            .await
            .refused(404, 10008);
    })
    .await;
}

#[tokio::test]
async fn the_first_follow_up_after_a_deferral_is_the_answer_and_stays_ephemeral() {
    drive(World::community(), async |bot| {
        let asked = bot.acts("alice", bot.channel("general"), InteractionKind::Command, None);
        assert_eq!(
            callback(bot, &asked, json!({ "type": 5, "data": { "flags": 64 } }))
                .await
                .status,
            204
        );
        let path = answers(bot, &asked.1);
        let first = bot.post(&path, json!({ "content": "done" })).await.ok();
        assert_eq!(first["flags"], 64);
        let original = send(bot.anonymous(Method::GET, &format!("{path}/messages/@original")))
            .await
            .ok();
        assert_eq!(original["id"], first["id"]);
        let second = bot.post(&path, json!({ "content": "more" })).await.ok();
        assert_ne!(second["id"], first["id"]);
        assert_eq!(second["flags"], 0);
    })
    .await;
}

#[tokio::test]
async fn after_three_seconds_without_an_answer_the_interaction_is_unknown() {
    drive(World::community(), async |bot| {
        let asked = bot.acts("alice", bot.channel("general"), InteractionKind::Command, None);
        bot.discord.advance(Duration::from_secs(4));
        callback(bot, &asked, json!({ "type": 5 }))
            .await
            .refused(404, 10062);
        callback(bot, &(Id(42), "nope".to_owned()), json!({ "type": 5 }))
            .await
            .refused(404, 10062);
    })
    .await;
}

#[tokio::test]
async fn follow_ups_are_taken_for_fifteen_minutes() {
    drive(World::community(), async |bot| {
        let asked = bot.acts("alice", bot.channel("general"), InteractionKind::Command, None);
        let path = answers(bot, &asked.1);
        bot.post(&path, json!({ "content": "too early" }))
            .await
            .refused(404, 10015);
        callback(bot, &asked, json!({ "type": 5 })).await.ok();
        bot.discord.advance(Duration::from_mins(14));
        bot.post(&path, json!({ "content": "in time" })).await.ok();
        bot.discord.advance(Duration::from_mins(2));
        bot.post(&path, json!({ "content": "too late" }))
            .await
            .refused(401, 50027);
    })
    .await;
}

#[tokio::test]
async fn a_button_can_change_its_message_or_open_a_form() {
    drive(World::community(), async |bot| {
        let general = bot.channel("general");
        let row = json!([{ "type": 1, "components": [{ "type": 2, "style": 1, "label": "Claim", "custom_id": "b" }] }]);
        let path = format!("/channels/{general}/messages");
        let card = bot.post(&path, json!({ "content": "card", "components": row })).await.ok();
        let card: Id = card["id"].as_str().unwrap().parse().unwrap();
        let pressed = bot.acts("sam", general, InteractionKind::Component, Some(card));
        let update = json!({ "type": 7, "data": { "content": "claimed", "components": [] } });
        callback(bot, &pressed, update).await.ok();
        let read = bot.get(&format!("{path}/{card}")).await.ok();
        assert_eq!((read["content"].as_str(), read["components"].as_array().unwrap().len()), (Some("claimed"), 0));
        let pressed = bot.acts("sam", general, InteractionKind::Component, Some(card));
        let input = json!({ "type": 4, "custom_id": "t", "style": 1, "label": "Text" });
        let form = json!({ "custom_id": "m", "title": "Form", "components": [{ "type": 1, "components": [input] }] });
        callback(bot, &pressed, json!({ "type": 9, "data": form })).await.ok();
        let submitted = bot.acts("sam", general, InteractionKind::ModalSubmit, Some(card));
        wrong_callback(bot, &submitted, json!({ "type": 9, "data": form })).await.refused(400, 50035);
        callback(bot, &submitted, json!({ "type": 6 })).await.ok();
    })
    .await;
}

#[tokio::test]
async fn the_kind_of_answer_must_fit_the_kind_of_interaction() {
    drive(World::community(), async |bot| {
        let general = bot.channel("general");
        let asked = bot.acts("alice", general, InteractionKind::Command, None);
        wrong_callback(bot, &asked, json!({ "type": 6 }))
            .await
            .refused(400, 50035);
        wrong_callback(bot, &asked, json!({ "type": 8, "data": { "choices": [] } }))
            .await
            .refused(400, 50035);
        // A refused answer does not use the interaction up.
        callback(bot, &asked, json!({ "type": 5 })).await.ok();
        let typing = bot.acts("alice", general, InteractionKind::Autocomplete, None);
        let choices = json!({ "type": 8, "data": { "choices": [{ "name": "A", "value": "a" }] } });
        callback(bot, &typing, choices).await.ok();
    })
    .await;
}

#[tokio::test]
async fn with_response_the_callback_tells_the_message_it_made() {
    drive(World::community(), async |bot| {
        let (id, token) = bot.acts("alice", bot.channel("general"), InteractionKind::Command, None);
        let path = format!("/interactions/{id}/{token}/callback?with_response=true");
        let body = json!({ "type": 4, "data": { "content": "hello" } });
        let told = send(bot.anonymous(Method::POST, &path).json(&body)).await.ok();
        assert_eq!(told["interaction"]["id"], json!(id));
        assert_eq!(told["resource"]["message"]["content"], "hello");
    })
    .await;
}

#[tokio::test]
async fn wrong_data_is_named_below_data() {
    drive(World::community(), async |bot| {
        let asked = bot.acts("alice", bot.channel("general"), InteractionKind::Command, None);
        let long = json!({ "type": 4, "data": { "content": "x".repeat(2001) } });
        let errors = wrong_callback(bot, &asked, long).await.refused(400, 50035)["errors"].clone();
        assert!(errors["data"]["content"]["_errors"].is_array());
    })
    .await;
}

#[tokio::test]
async fn in_an_archived_thread_only_what_the_asker_alone_sees_is_answered_and_changed() {
    drive(World::community(), async |bot| {
        let path = format!("/channels/{}/threads", bot.channel("support"));
        let started = bot
            .post(&path, json!({ "name": "ticket-1", "type": 12 }))
            .await
            .ok();
        let thread: Id = started["id"].as_str().unwrap().parse().unwrap();
        let alice = bot.user("alice");
        bot.put(&format!("/channels/{thread}/thread-members/{alice}"))
            .await;
        let panel = json!({ "content": "here", "components": [
            { "type": 1, "components": [{ "type": 2, "style": 1, "label": "Close", "custom_id": "b" }] },
        ] });
        let panel = bot
            .post(&format!("/channels/{thread}/messages"), panel)
            .await
            .ok();
        let panel: Id = panel["id"].as_str().unwrap().parse().unwrap();
        let press = || bot.acts("alice", thread, InteractionKind::Component, Some(panel));
        let (seen, unseen, pressed) = (press(), press(), press());
        callback(bot, &seen, json!({ "type": 6 })).await;
        callback(bot, &unseen, json!({ "type": 5, "data": { "flags": 64 } })).await;
        bot.patch(
            &format!("/channels/{thread}"),
            json!({ "archived": true, "locked": true }),
        )
        .await
        .ok();
        let change = async |(_, token): &(Id, String)| {
            let original = format!("{}/messages/@original", answers(bot, token));
            send(
                bot.anonymous(Method::PATCH, &original)
                    .json(&json!({ "content": "closed" })),
            )
            .await
        };
        change(&seen).await.refused(400, 50_083);
        change(&unseen).await.ok();
        let update = json!({ "type": 7, "data": { "content": "closed" } });
        callback(bot, &pressed, update).await.refused(400, 50_083);
        let alone = json!({ "type": 4, "data": { "content": "closed", "flags": 64 } });
        assert_eq!(callback(bot, &pressed, alone).await.status, 204);
    })
    .await;
}

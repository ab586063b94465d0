//! Faults, gates and rate limits over a real connection.

use std::time::Duration;

use fake_discord::rest::faults::{Fault, Which};
use fake_discord::rest::limits::Quota;
use fake_discord::rest::record::Outcome;
use fake_discord::world::World;
use reqwest::Method;
use serde_json::json;

use crate::harness::{Bot, drive};

const MESSAGES: &str = "/channels/{channel_id}/messages";

fn post(bot: &Bot) -> reqwest::RequestBuilder {
    let path = format!("/channels/{}/messages", bot.channel("general"));
    bot.request(Method::POST, &path)
        .json(&json!({ "content": "hello" }))
}

fn messages_in_general(bot: &Bot) -> usize {
    let general = bot.channel("general");
    bot.discord.state().messages_in(general).count()
}

#[tokio::test]
async fn a_route_fails_as_often_as_asked() {
    drive(World::community(), async |bot| {
        bot.discord.rest().faults.fail("POST", MESSAGES, 2, 503, 0);
        for _ in 0..2 {
            assert_eq!(post(bot).send().await.unwrap().status(), 503);
        }
        assert_eq!(post(bot).send().await.unwrap().status(), 200);
        assert_eq!(messages_in_general(bot), 1);
    })
    .await;
}

#[tokio::test]
async fn a_lost_answer_leaves_the_message_sent() {
    drive(World::community(), async |bot| {
        bot.discord
            .rest()
            .faults
            .arm(Which::route("POST", MESSAGES), 1, Fault::DropAnswer);
        assert!(post(bot).send().await.is_err());
        assert_eq!(messages_in_general(bot), 1);
        assert_eq!(
            bot.discord.rest().record.all()[0].outcome,
            Outcome::Unanswered { applied: true }
        );
    })
    .await;
}

#[tokio::test]
async fn a_dropped_request_leaves_nothing() {
    drive(World::community(), async |bot| {
        bot.discord.rest().faults.arm(Which::writes(), 1, Fault::Drop);
        assert!(post(bot).send().await.is_err());
        assert_eq!(messages_in_general(bot), 0);
        assert_eq!(
            bot.discord.rest().record.all()[0].outcome,
            Outcome::Unanswered { applied: false }
        );
    })
    .await;
}

#[tokio::test]
async fn a_hanging_request_is_left_to_the_clients_patience() {
    drive(World::community(), async |bot| {
        for (fault, applied) in [(Fault::Hang, 0), (Fault::HangAnswer, 1)] {
            bot.discord.rest().faults.arm(Which::any(), 1, fault);
            let answer = post(bot).timeout(Duration::from_millis(100)).send().await;
            assert!(answer.is_err_and(|error| error.is_timeout()));
            assert_eq!(messages_in_general(bot), applied);
        }
    })
    .await;
}

#[tokio::test]
async fn a_request_can_be_held_before_it_is_applied_and_before_it_is_answered() {
    drive(World::community(), async |bot| {
        let faults = &bot.discord.rest().faults;
        let before = faults.hold_before_applying(Which::writes());
        let waiting = tokio::spawn(post(bot).send());
        assert_eq!(before.reached().await, 1);
        assert_eq!(messages_in_general(bot), 0);
        before.release();
        assert_eq!(waiting.await.unwrap().unwrap().status(), 200);
        assert_eq!(messages_in_general(bot), 1);
        let after = faults.hold_before_answering(Which::writes());
        let waiting = tokio::spawn(post(bot).send());
        after.reached().await;
        assert_eq!(messages_in_general(bot), 2);
        after.abandon();
        assert!(waiting.await.unwrap().is_err());
        let before = faults.hold_before_applying(Which::writes());
        let waiting = tokio::spawn(post(bot).send());
        before.reached().await;
        before.abandon();
        assert!(waiting.await.unwrap().is_err());
        assert_eq!(messages_in_general(bot), 2);
    })
    .await;
}

#[tokio::test]
async fn a_client_that_dies_at_the_gate_is_noticed_and_its_request_never_applied() {
    drive(World::community(), async |bot| {
        let rest = bot.discord.rest();
        let before = rest.faults.hold_before_applying(Which::writes());
        let dying = tokio::spawn(post(bot).send());
        let number = before.reached().await;
        dying.abort();
        let seen = rest
            .record
            .wait_for(|seen| matches!(seen.outcome, Outcome::Unanswered { .. }))
            .await;
        assert_eq!(
            (seen.number, seen.outcome),
            (number, Outcome::Unanswered { applied: false })
        );
        before.release();
        assert_eq!(messages_in_general(bot), 0);
    })
    .await;
}

#[tokio::test]
async fn a_full_bucket_says_when_to_come_back() {
    drive(World::community(), async |bot| {
        bot.discord.rest().limits.limit_route(
            "POST",
            MESSAGES,
            Quota {
                requests: 1,
                window_ms: 60_000,
            },
        );
        let first = crate::harness::send(post(bot)).await;
        assert_eq!(first.header("x-ratelimit-remaining"), Some("0"));
        let second = crate::harness::send(post(bot)).await;
        assert_eq!(second.status, 429);
        assert!(second.body["retry_after"].as_f64().unwrap() > 59.0);
        assert_eq!(second.header("x-ratelimit-scope"), Some("user"));
        assert!(second.header("retry-after").is_some());
        assert_eq!(messages_in_general(bot), 1);
        bot.discord.advance(Duration::from_mins(1));
        assert_eq!(crate::harness::send(post(bot)).await.status, 200);
    })
    .await;
}

//! The gateway breaks in every way it can: what was posted meanwhile is judged, nothing is done twice, and what cannot
//! be mended is said in words that an operator can act on.

use std::time::Duration;

use fake_discord::world::{Message, World};
use serde_json::Value;

use crate::night::{Night, SCAM, another_scam, everything_in, night, night_around, unique};

/// Between heartbeats where a test has to see one missed.
const SHORT_BEAT_MS: u64 = 2_000;
/// What Discord announces.
const USUAL_BEAT_MS: u64 = 41_250;

/// Somebody new posts a scam that is no copy of another. Nothing is awaited: what was done to the gateway just before is
/// noticed only afterwards.
fn newcomer_posts_a_scam(night: &Night) -> (String, Message) {
    let name = format!("newcomer{}", unique());
    let person = night.discord.newcomer(&name, Duration::from_hours(24));
    person.joins().expect("anybody may join");
    let scam = person.says("general", &another_scam()).expect("it can be posted");
    (name, scam)
}

/// The scam is removed by one request, with one card and one message to its author.
async fn until_dealt_with(night: &Night, (name, scam): (String, Message)) {
    night.discord.until_deleted(&scam).await;
    let card = night.review_card().await;
    assert!(everything_in(&card).contains(&name), "{card:#?}");
    night.dm_to(&name).await;
    night.until_idle().await;
    assert_eq!(removals_of(night, &scam), 1, "it is removed once");
}

fn removals_of(night: &Night, message: &Message) -> usize {
    let path = format!("/messages/{}", message.id);
    let all = night.discord.rest().record.all();
    all.iter()
        .filter(|request| request.method == "DELETE" && request.path.ends_with(&path))
        .count()
}

/// How often a session was begun, and how often the present one was resumed.
fn sessions(night: &Night) -> (u64, u32) {
    let state = night.discord.state();
    let resumed = state.sessions().iter().map(|session| session.resumed).sum();
    (state.identifies(), resumed)
}

/// A guild that is set up, whose bot was told to send a heartbeat every other second.
async fn night_of_short_beats(test: impl AsyncFnOnce(&mut Night)) {
    night_around(World::community(), async |night| {
        night.discord.state().set_heartbeat_interval(SHORT_BEAT_MS);
        night.starts_bot().await;
        night.sets_up().await;
        test(night).await;
    })
    .await;
}

#[tokio::test]
async fn a_scam_posted_while_the_line_was_down_is_removed_and_nothing_is_done_twice() {
    night(async |night| {
        let before = newcomer_posts_a_scam(night);
        until_dealt_with(night, before).await;

        night.discord.state().drop_gateway();
        let during = newcomer_posts_a_scam(night);
        until_dealt_with(night, during).await;
        assert_eq!(sessions(night), (1, 1), "the session was taken up again");
    })
    .await;
}

#[tokio::test]
async fn an_event_that_is_replayed_is_acted_on_once() {
    night(async |night| {
        let (name, scam) = newcomer_posts_a_scam(night);
        let said = night.discord.state().dispatched();
        until_dealt_with(night, (name, scam.clone())).await;

        let posted = said.iter().find_map(|text| {
            let payload: Value = serde_json::from_str(text).expect("an event is JSON");
            let is_it = payload["t"] == "MESSAGE_CREATE" && payload["d"]["id"] == scam.id.to_string();
            is_it.then(|| payload["d"].clone())
        });
        let posted = posted.expect("the bot was told of it");
        night.discord.state().dispatch("MESSAGE_CREATE", &posted);
        let next = newcomer_posts_a_scam(night);
        until_dealt_with(night, next).await;
        assert_eq!(removals_of(night, &scam), 1, "it was removed once");
        assert_eq!(night.discord.messages_in("mod-log").len(), 2, "one card each");
    })
    .await;
}

#[tokio::test]
async fn asked_to_reconnect_the_bot_resumes_and_misses_nothing() {
    night(async |night| {
        night.discord.state().ask_to_reconnect();
        let during = newcomer_posts_a_scam(night);
        until_dealt_with(night, during).await;
        assert_eq!(sessions(night), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn an_invalid_session_that_can_be_resumed_is_resumed() {
    night(async |night| {
        night.discord.state().invalidate_sessions(true);
        let during = newcomer_posts_a_scam(night);
        until_dealt_with(night, during).await;
        assert_eq!(sessions(night), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn after_an_invalid_session_a_new_one_is_begun_and_what_was_missed_is_read() {
    night(async |night| {
        night.discord.state().invalidate_sessions(false);
        // No session hears of this one.
        let missed = newcomer_posts_a_scam(night);
        until_dealt_with(night, missed).await;
        assert_eq!(sessions(night), (2, 0));
        let heard = newcomer_posts_a_scam(night);
        until_dealt_with(night, heard).await;
    })
    .await;
}

#[tokio::test]
async fn a_session_that_discord_forgot_while_the_line_was_down_is_begun_anew_and_the_gap_is_read() {
    night(async |night| {
        night.discord.state().forget_sessions();
        let missed = newcomer_posts_a_scam(night);
        until_dealt_with(night, missed).await;
        assert_eq!(sessions(night), (2, 0));
    })
    .await;
}

#[tokio::test]
async fn an_outage_of_the_gateway_is_outlasted_and_the_gap_is_read() {
    night(async |night| {
        night.discord.state().accept_connections(false);
        night.discord.state().forget_sessions();
        let missed = newcomer_posts_a_scam(night);
        // Each try is answered 503.
        night
            .discord
            .wait_for("a try to reconnect", |state| {
                (state.turned_away() >= 2).then_some(())
            })
            .await;
        night.discord.state().accept_connections(true);
        until_dealt_with(night, missed).await;
    })
    .await;
}

#[tokio::test]
async fn a_line_that_looks_alive_and_says_nothing_is_left_and_the_gap_is_read() {
    night_of_short_beats(async |night| {
        night.discord.state().gateway_falls_silent();
        night.discord.state().set_heartbeat_interval(USUAL_BEAT_MS);
        let missed = newcomer_posts_a_scam(night);
        until_dealt_with(night, missed).await;
        let heard = newcomer_posts_a_scam(night);
        until_dealt_with(night, heard).await;
    })
    .await;
}

#[tokio::test]
async fn a_closed_gateway_is_resumed_after_every_code_that_allows_it() {
    night(async |night| {
        let mut resumed = 0;
        for code in [1001, 4000, 4001, 4002, 4005, 4008] {
            night.discord.state().close_gateway(code);
            let during = newcomer_posts_a_scam(night);
            until_dealt_with(night, during).await;
            resumed += 1;
            assert_eq!(sessions(night), (1, resumed), "after {code}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_closed_gateway_is_entered_anew_after_every_code_that_ends_the_session() {
    // The client library notices a code 4003, or none, by its next heartbeat.
    night_of_short_beats(async |night| {
        for code in [Some(4003), Some(4007), Some(4009), None] {
            let before = sessions(night);
            {
                let mut state = night.discord.state();
                match code {
                    Some(code) => state.close_gateway(code),
                    None => state.close_gateway_without_code(),
                }
            }
            let during = newcomer_posts_a_scam(night);
            until_dealt_with(night, during).await;
            assert_ne!(sessions(night), before, "after {code:?}");
        }
    })
    .await;
}

/// What a bot says whose gateway is closed with this code, and that it ends with 2.
async fn last_words_after(code: u16) -> String {
    let mut said = String::new();
    night(async |night| {
        night.discord.state().close_gateway(code);
        let status = night.bot.take().expect("the bot runs").ends().await;
        said = std::fs::read_to_string(night.log()).expect("there is a log");
        assert_eq!(status.code(), Some(2), "{said}");
        assert!(!said.contains(&night.discord.token()), "the token is in the log");
    })
    .await;
    let last = said.lines().rfind(|line| line.contains("ERROR"));
    last.unwrap_or_else(|| panic!("it says why: {said}")).to_owned()
}

#[tokio::test]
async fn a_token_that_is_taken_back_ends_the_bot_with_what_to_do() {
    let said = last_words_after(4004).await;
    assert!(said.contains("set DISCORD_TOKEN"), "{said}");
}

#[tokio::test]
async fn intents_that_are_taken_back_end_the_bot_with_what_to_do() {
    let said = last_words_after(4014).await;
    assert!(
        said.contains("Message Content and Server Members") && said.contains("developer portal"),
        "{said}"
    );
}

#[tokio::test]
async fn intents_that_discord_no_longer_knows_end_the_bot_with_what_to_do() {
    let said = last_words_after(4013).await;
    assert!(said.contains("install a newer version"), "{said}");
}

#[tokio::test]
#[should_panic(expected = "the bot could not read an event")]
async fn an_event_that_the_bot_could_not_read_fails_the_test_that_saw_it() {
    night(async |night| {
        let lacking = serde_json::json!({ "id": "1", "channel_id": "2", "content": SCAM });
        night.discord.state().dispatch("MESSAGE_CREATE", &lacking);
        let next = newcomer_posts_a_scam(night);
        until_dealt_with(night, next).await;
    })
    .await;
}

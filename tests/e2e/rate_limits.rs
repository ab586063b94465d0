//! How long Discord asks the bot to wait, where nothing but the bot itself keeps to it: serenity's own limiter is off wherever
//! an API address is set (it is tried in [`super::limiter`]).

use fake_discord::rest::faults::{Fault, Which};
use fake_discord::rest::limits::{Limited, Scope};
use fake_discord::rest::record::Recorded;

use crate::failures::ends_of;
use crate::night::{Night, another_scam, night};

const DELETE: (&str, &str) = ("DELETE", "/channels/{channel_id}/messages/{message_id}");
const BAN: (&str, &str) = ("PUT", "/guilds/{guild_id}/bans/{user_id}");
/// Longer than the bot's own first pauses, so that they cannot be mistaken for it.
const ASKED_MS: i64 = 2_500;

fn limits(night: &Night, (method, route): (&str, &str), scope: Scope, with_code: bool) {
    let limited = Limited {
        scope,
        retry_after_ms: ASKED_MS,
        with_code,
    };
    let which = Which::route(method, route);
    night.discord.rest().faults.arm(which, 1, Fault::Limit(limited));
}

/// How long after its first request of a route the bot sent the next one, in milliseconds.
fn waited(night: &Night, (method, route): (&str, &str), before: usize) -> i64 {
    let mut asked: Vec<Recorded> = night.discord.rest().record.all();
    asked.retain(|request| request.method == method && request.route == Some(route));
    asked.drain(..before);
    let answers: Vec<Option<u16>> = asked.iter().map(Recorded::status).collect();
    assert_eq!(answers, [Some(429), Some(204)]);
    asked[1].at_ms - asked[0].at_ms
}

#[tokio::test]
async fn whoever_asks_to_wait_is_left_alone_for_as_long_as_they_say() {
    night(async |night| {
        let scopes = [
            ("mallory", Scope::User, true),
            ("bob", Scope::Shared, false),
            ("alice", Scope::Global, true),
        ];
        for (round, (name, scope, with_code)) in scopes.into_iter().enumerate() {
            limits(night, DELETE, scope, with_code);
            let scam = night.member(name).says("general", &another_scam()).unwrap();
            night.discord.until_deleted(&scam).await;
            night.review_card().await;
            night.dm_to(name).await;
            let waited = waited(night, DELETE, 2 * round);
            assert!(waited >= ASKED_MS, "{scope:?}: asked again after {waited} ms");
            let ends = ends_of(night, "delete-message").await;
            assert_eq!(ends.last(), Some(&("done".to_owned(), 0)), "no attempt was burnt");
        }
    })
    .await;
}

#[tokio::test]
async fn a_ban_that_is_to_wait_waits_too() {
    night(async |night| {
        night.member("mallory").says("general", &another_scam()).unwrap();
        let card = night.review_card().await;
        night.dm_to("mallory").await;
        limits(night, BAN, Scope::Shared, true);
        night.presses("max", &card, "v1:ban").await;
        night.discord.until_banned("mallory").await;
        let waited = waited(night, BAN, 0);
        assert!(waited >= ASKED_MS, "asked again after {waited} ms");
    })
    .await;
}

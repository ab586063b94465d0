//! Time-outs, kicks, bans, roles, nicknames, the audit log.

use std::time::Duration;

use fake_discord::Id;
use fake_discord::world::World;
use reqwest::Method;
use serde_json::json;

use crate::harness::{Bot, drive, send};

fn member_path(bot: &Bot, user: Id) -> String {
    format!("/guilds/{}/members/{user}", bot.guild())
}

fn in_days(bot: &Bot, days: u64) -> String {
    bot.discord
        .state()
        .now()
        .plus(Duration::from_secs(days * 24 * 60 * 60))
        .to_string()
}

#[tokio::test]
async fn a_member_is_timed_out_for_at_most_28_days_with_a_reason() {
    drive(World::community(), async |bot| {
        let mallory = bot.user("mallory");
        let path = member_path(bot, mallory);
        let body = json!({ "communication_disabled_until": in_days(bot, 1) });
        let request = bot
            .request(Method::PATCH, &path)
            .header("X-Audit-Log-Reason", "scam%3A%20fake%20nitro");
        let member = send(request.json(&body)).await.ok();
        assert!(member["communication_disabled_until"].is_string());
        let log = bot
            .get(&format!("/guilds/{}/audit-logs?action_type=24", bot.guild()))
            .await
            .ok();
        assert_eq!(log["audit_log_entries"][0]["reason"], "scam: fake nitro");
        assert_eq!(log["audit_log_entries"][0]["target_id"], json!(mallory));
        let too_long = json!({ "communication_disabled_until": in_days(bot, 29) });
        bot.malformed(Method::PATCH, &path, too_long)
            .await
            .refused(400, 50035);
        let lifted = bot
            .patch(&path, json!({ "communication_disabled_until": null }))
            .await
            .ok();
        assert!(lifted["communication_disabled_until"].is_null());
    })
    .await;
}

#[tokio::test]
async fn nobody_above_the_bot_can_be_touched() {
    let world = World::guild("Lantern")
        .role("Captain", &[])
        .role("Admin", &["ADMINISTRATOR"]);
    let world = world.member_with("carl", &["Captain"]).member("alice");
    drive(world, async |bot| {
        let until = in_days(bot, 1);
        for name in ["carl", "olivia"] {
            let path = member_path(bot, bot.user(name));
            bot.patch(&path, json!({ "communication_disabled_until": until }))
                .await
                .refused(403, 50013);
            bot.patch(&path, json!({ "nick": "x" })).await.refused(403, 50013);
            bot.delete(&path).await.refused(403, 50013);
            let ban = format!("/guilds/{}/bans/{}", bot.guild(), bot.user(name));
            bot.put_json(&ban, json!({})).await.refused(403, 50013);
        }
        let captain = bot.role("Captain");
        let path = format!("{}/roles/{captain}", member_path(bot, bot.user("alice")));
        bot.put(&path).await.refused(403, 50013);
    })
    .await;
}

#[tokio::test]
async fn an_administrator_below_the_bot_cannot_be_timed_out() {
    let world = World::guild("Lantern")
        .role("Admin", &["ADMINISTRATOR"])
        .bot_on_top()
        .member_with("ada", &["Admin"]);
    drive(world, async |bot| {
        let path = member_path(bot, bot.user("ada"));
        let body = json!({ "communication_disabled_until": in_days(bot, 1) });
        bot.patch(&path, body).await.refused(403, 50013);
        bot.delete(&path).await.ok();
    })
    .await;
}

#[tokio::test]
async fn a_ban_removes_the_member_and_their_messages() {
    drive(World::community(), async |bot| {
        let general = bot.channel("general");
        let (guild, mallory) = (bot.guild(), bot.user("mallory"));
        let spam = bot.said("mallory", general, "free nitro");
        let path = format!("/guilds/{guild}/bans/{mallory}");
        // As serenity sends it: in the query, without a body.
        assert_eq!(
            bot.put(&format!("{path}?&delete_message_seconds=600"))
                .await
                .status,
            204
        );
        bot.get(&format!("/channels/{general}/messages/{spam}"))
            .await
            .refused(404, 10008);
        bot.get(&member_path(bot, mallory)).await.refused(404, 10007);
        assert_eq!(bot.get(&path).await.ok()["user"]["username"], "mallory");
        assert_eq!(
            bot.get(&format!("/guilds/{guild}/bans"))
                .await
                .ok()
                .as_array()
                .unwrap()
                .len(),
            1
        );
        assert_eq!(bot.delete(&path).await.status, 204);
        bot.delete(&path).await.refused(404, 10026);
        bot.get(&path).await.refused(404, 10026);
        let many = json!({ "user_ids": [mallory, bot.user("olivia")], "delete_message_seconds": 0 });
        let done = bot.post(&format!("/guilds/{guild}/bulk-ban"), many).await.ok();
        assert_eq!(
            done,
            json!({ "banned_users": [mallory], "failed_users": [bot.user("olivia")] })
        );
    })
    .await;
}

#[tokio::test]
async fn roles_are_given_and_taken() {
    drive(World::community(), async |bot| {
        let (guild, alice, role) = (bot.guild(), bot.user("alice"), bot.role("Support L1"));
        let path = format!("{}/roles/{role}", member_path(bot, alice));
        assert_eq!(bot.put(&path).await.status, 204);
        let member = bot.get(&member_path(bot, alice)).await.ok();
        assert_eq!(member["roles"], json!([role]));
        assert_eq!(bot.delete(&path).await.status, 204);
        bot.put(&format!("{}/roles/4242", member_path(bot, alice)))
            .await
            .refused(404, 10011);
        let made = bot
            .post(&format!("/guilds/{guild}/roles"), json!({ "name": "Quarantine" }))
            .await
            .ok();
        let made = format!("/guilds/{guild}/roles/{}", made["id"].as_str().unwrap());
        assert_eq!(
            bot.patch(&made, json!({ "hoist": true })).await.ok()["hoist"],
            true
        );
        let order = json!([{ "id": role, "position": 1 }]);
        bot.patch(&format!("/guilds/{guild}/roles"), order).await.ok();
        assert_eq!(bot.discord.state().role_named("Support L1").unwrap().position, 1);
        assert_eq!(bot.delete(&made).await.status, 204);
        assert!(
            bot.get(&format!("/guilds/{guild}/roles"))
                .await
                .ok()
                .as_array()
                .unwrap()
                .len()
                > 3
        );
    })
    .await;
}

#[tokio::test]
async fn members_are_listed_and_found() {
    drive(World::community(), async |bot| {
        let guild = bot.guild();
        let all = bot.get(&format!("/guilds/{guild}/members?limit=1000")).await.ok();
        assert!(all.as_array().unwrap().len() > 5);
        let found = bot
            .get(&format!("/guilds/{guild}/members/search?query=mal&limit=5"))
            .await
            .ok();
        assert_eq!(found[0]["user"]["username"], "mallory");
        bot.get(&format!("/guilds/{guild}/members/4242"))
            .await
            .refused(404, 10013);
        bot.get("/guilds/4242/members/1").await.refused(404, 10004);
        let me = bot
            .patch(
                &format!("/guilds/{guild}/members/@me"),
                json!({ "nick": "Keeper" }),
            )
            .await
            .ok();
        assert_eq!(me["nick"], "Keeper");
    })
    .await;
}

#[tokio::test]
async fn a_reason_longer_than_512_characters_is_refused() {
    drive(World::community(), async |bot| {
        let request = bot
            .request(Method::DELETE, &member_path(bot, bot.user("bob")))
            .header("x-malformed-on-purpose", "yes")
            .header("X-Audit-Log-Reason", "x".repeat(513));
        send(request).await.refused(400, 50035);
    })
    .await;
}

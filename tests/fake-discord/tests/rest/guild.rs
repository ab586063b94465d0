//! The guild, its channels, invites, automatic moderation, and who may ask at all.

use fake_discord::world::World;
use reqwest::Method;
use serde_json::json;

use crate::harness::{drive, send};

#[tokio::test]
async fn what_a_client_reads_at_login_is_there() {
    drive(World::community(), async |bot| {
        let gateway = bot.get("/gateway/bot").await.ok();
        assert!(gateway["url"].as_str().unwrap().starts_with("ws://127.0.0.1:"));
        assert_eq!(
            send(bot.anonymous(Method::GET, "/gateway")).await.ok()["url"],
            gateway["url"]
        );
        assert_eq!(bot.get("/users/@me").await.ok()["id"], json!(bot.me()));
        assert_eq!(
            bot.get("/users/@me/guilds?with_counts=true")
                .await
                .ok()
                .as_array()
                .unwrap()
                .len(),
            1
        );
        assert_eq!(
            bot.get("/oauth2/applications/@me").await.ok(),
            bot.get("/applications/@me").await.ok()
        );
        let alice = bot.user("alice");
        assert_eq!(
            bot.get(&format!("/users/{alice}")).await.ok()["username"],
            "alice"
        );
        bot.get("/users/4242").await.refused(404, 10013);
        let guild = bot
            .get(&format!("/guilds/{}?with_counts=true", bot.guild()))
            .await
            .ok();
        assert!(guild["approximate_member_count"].as_u64().unwrap() > 5);
    })
    .await;
}

#[tokio::test]
async fn answers_are_exactly_application_json() {
    drive(World::community(), async |bot| {
        assert_eq!(
            bot.get("/users/@me").await.header("content-type"),
            Some("application/json")
        );
    })
    .await;
}

#[tokio::test]
async fn a_wrong_token_is_refused() {
    drive(World::community(), async |bot| {
        let request = bot
            .anonymous(Method::GET, "/users/@me")
            .header("authorization", "Bot wrong");
        send(request).await.refused(401, 0);
    })
    .await;
}

#[tokio::test]
async fn an_unknown_route_is_reported() {
    let discord = fake_discord::FakeDiscord::start(World::community()).await;
    let response = reqwest::get(format!("{}/api/v10/nowhere", discord.api_url()))
        .await
        .unwrap();
    assert_eq!(response.status(), 404);
    assert_eq!(
        response.text().await.unwrap(),
        r#"{"code":0,"message":"404: Not Found"}"#
    );
    assert_eq!(discord.rest().record.unknown_routes(), ["GET /api/v10/nowhere"]);
}

#[tokio::test]
async fn channels_are_made_changed_and_deleted() {
    let world = World::guild("Lantern").bot_may(&["ADMINISTRATOR"]);
    drive(world, async |bot| {
        let guild = bot.guild();
        let overwrite = json!({ "id": guild, "type": 0, "deny": "1024", "allow": "0" });
        let body = json!({ "name": "staff", "type": 0, "permission_overwrites": [overwrite] });
        let made = bot.post(&format!("/guilds/{guild}/channels"), body).await.ok();
        let path = format!("/channels/{}", made["id"].as_str().unwrap());
        assert_eq!(
            bot.patch(&path, json!({ "topic": "for staff" })).await.ok()["topic"],
            "for staff"
        );
        let permissions = format!("{path}/permissions/{}", bot.me());
        let allowed = json!({ "type": 1, "allow": "1024", "deny": "0" });
        assert_eq!(bot.put_json(&permissions, allowed).await.status, 204);
        assert_eq!(bot.delete(&permissions).await.status, 204);
        bot.delete(&permissions).await.refused(404, 10009);
        assert_eq!(
            bot.get(&format!("/guilds/{guild}/channels"))
                .await
                .ok()
                .as_array()
                .unwrap()
                .len(),
            1
        );
        bot.delete(&path).await.ok();
        bot.get(&path).await.refused(404, 10003);
    })
    .await;
}

#[tokio::test]
async fn an_invite_leads_to_its_guild_and_an_unknown_one_nowhere() {
    let world = World::community().with(|state, _| state.add_foreign_invite("freenitro", "Nitro Giveaway"));
    drive(world, async |bot| {
        let found = bot.get("/invites/freenitro?with_counts=true").await.ok();
        assert_eq!(found["guild"]["name"], "Nitro Giveaway");
        bot.get("/invites/nowhere").await.refused(404, 10006);
        let made = bot
            .post(
                &format!("/channels/{}/invites", bot.channel("general")),
                json!({}),
            )
            .await
            .ok();
        let code = made["code"].as_str().unwrap();
        assert_eq!(
            bot.get(&format!("/invites/{code}")).await.ok()["guild"]["id"],
            json!(bot.guild())
        );
        assert_eq!(
            bot.get(&format!("/guilds/{}/invites", bot.guild())).await.ok()[0]["code"],
            code
        );
        bot.delete(&format!("/invites/{code}")).await.ok();
    })
    .await;
}

#[tokio::test]
async fn automatic_moderation_rules_are_kept() {
    drive(World::community(), async |bot| {
        let path = format!("/guilds/{}/auto-moderation/rules", bot.guild());
        let body = json!({
            "name": "words", "event_type": 1, "trigger_type": 1, "enabled": true,
            "trigger_metadata": { "keyword_filter": ["free nitro"] },
            "actions": [{ "type": 1, "metadata": {} }],
        });
        let made = bot.post(&path, body).await.ok();
        let one = format!("{path}/{}", made["id"].as_str().unwrap());
        assert_eq!(
            bot.patch(&one, json!({ "trigger_type": 1, "enabled": false }))
                .await
                .ok()["enabled"],
            false
        );
        assert_eq!(
            bot.get(&one).await.ok()["trigger_metadata"]["keyword_filter"],
            json!(["free nitro"])
        );
        assert_eq!(bot.get(&path).await.ok().as_array().unwrap().len(), 1);
        assert_eq!(bot.delete(&one).await.status, 204);
        bot.get(&one).await.refused(404, 10066);
    })
    .await;
}

#[tokio::test]
async fn invites_and_direct_messages_can_be_paused() {
    drive(World::community(), async |bot| {
        let until = bot
            .discord
            .state()
            .now()
            .plus(std::time::Duration::from_hours(1))
            .to_string();
        let body = json!({ "invites_disabled_until": until, "dms_disabled_until": null });
        let set = bot
            .put_json(&format!("/guilds/{}/incident-actions", bot.guild()), body)
            .await
            .ok();
        assert!(set["invites_disabled_until"].is_string());
        let guild = bot.get(&format!("/guilds/{}", bot.guild())).await.ok();
        assert_eq!(guild["incidents_data"], set);
    })
    .await;
}

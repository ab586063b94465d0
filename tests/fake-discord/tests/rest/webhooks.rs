//! Webhooks and what is sent through them.

use fake_discord::world::World;
use reqwest::Method;
use serde_json::json;

use crate::harness::{drive, send};

#[tokio::test]
async fn a_webhook_speaks_under_any_name() {
    drive(World::community(), async |bot| {
        let general = bot.channel("general");
        let hook = bot
            .post(
                &format!("/channels/{general}/webhooks"),
                json!({ "name": "restorer" }),
            )
            .await
            .ok();
        let (id, token) = (hook["id"].as_str().unwrap(), hook["token"].as_str().unwrap());
        let path = format!("/webhooks/{id}/{token}");
        let body = json!({ "content": "restored", "username": "alice" });
        let sent = send(
            bot.anonymous(Method::POST, &format!("{path}?&wait=true"))
                .json(&body),
        )
        .await
        .ok();
        assert_eq!(sent["author"]["username"], "alice");
        assert_eq!(sent["webhook_id"], id);
        assert_eq!(
            send(bot.anonymous(Method::POST, &path).json(&body)).await.status,
            204
        );
        let one = format!("{path}/messages/{}", sent["id"].as_str().unwrap());
        let edited = send(
            bot.anonymous(Method::PATCH, &one)
                .json(&json!({ "content": "edited" })),
        )
        .await
        .ok();
        assert_eq!(edited["content"], "edited");
        assert_eq!(
            send(bot.anonymous(Method::GET, &one)).await.ok()["content"],
            "edited"
        );
        assert_eq!(send(bot.anonymous(Method::DELETE, &one)).await.status, 204);
        send(bot.anonymous(Method::GET, &one)).await.refused(404, 10008);
    })
    .await;
}

#[tokio::test]
async fn a_webhook_reaches_threads_and_forums() {
    drive(World::community(), async |bot| {
        let general = bot.channel("general");
        let hook = bot
            .post(
                &format!("/channels/{general}/webhooks"),
                json!({ "name": "restorer" }),
            )
            .await
            .ok();
        let path = format!(
            "/webhooks/{}/{}",
            hook["id"].as_str().unwrap(),
            hook["token"].as_str().unwrap()
        );
        let thread = json!({ "name": "t", "type": 11 });
        let thread = bot
            .post(&format!("/channels/{general}/threads"), thread)
            .await
            .ok();
        let into = format!("{path}?wait=true&thread_id={}", thread["id"].as_str().unwrap());
        let sent = bot.post(&into, json!({ "content": "here" })).await.ok();
        assert_eq!(sent["channel_id"], thread["id"]);
        bot.post(&format!("{path}?thread_id=4242"), json!({ "content": "x" }))
            .await
            .refused(404, 10003);
        let forum = bot.channel("help-forum");
        let hook = bot
            .post(
                &format!("/channels/{forum}/webhooks"),
                json!({ "name": "restorer" }),
            )
            .await
            .ok();
        let path = format!(
            "/webhooks/{}/{}?wait=true",
            hook["id"].as_str().unwrap(),
            hook["token"].as_str().unwrap()
        );
        bot.post(&path, json!({ "content": "x" }))
            .await
            .refused(400, 220_001);
        let post = bot
            .post(&path, json!({ "content": "x", "thread_name": "Post" }))
            .await
            .ok();
        assert_eq!(post["id"], post["channel_id"]);
    })
    .await;
}

#[tokio::test]
async fn webhooks_are_listed_changed_and_deleted() {
    drive(World::community(), async |bot| {
        let general = bot.channel("general");
        let list = format!("/channels/{general}/webhooks");
        let hook = bot.post(&list, json!({ "name": "restorer" })).await.ok();
        let id = hook["id"].as_str().unwrap();
        let path = format!("/webhooks/{id}");
        assert_eq!(bot.get(&list).await.ok()[0]["id"], id);
        assert_eq!(
            bot.get(&format!("/guilds/{}/webhooks", bot.guild())).await.ok()[0]["id"],
            id
        );
        assert_eq!(
            bot.patch(&path, json!({ "name": "keeper" })).await.ok()["name"],
            "keeper"
        );
        let open = format!("{path}/{}", hook["token"].as_str().unwrap());
        assert!(
            send(bot.anonymous(Method::GET, &open))
                .await
                .ok()
                .get("user")
                .is_none()
        );
        send(bot.anonymous(Method::GET, &format!("{path}/wrong")))
            .await
            .refused(401, 50027);
        assert_eq!(bot.delete(&path).await.status, 204);
        bot.get(&path).await.refused(404, 10015);
        bot.malformed(Method::POST, &list, json!({ "name": "Discord helper" }))
            .await
            .refused(400, 50035);
    })
    .await;
}

//! Sending, reading, editing, deleting, reacting, pinning.

use std::time::Duration;

use fake_discord::world::{Application, Author, ChannelKind, NewMessage, World};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{MALFORMED, drive, send};

#[tokio::test]
async fn a_message_is_sent_read_edited_and_deleted() {
    drive(World::community(), async |bot| {
        let path = format!("/channels/{}/messages", bot.channel("general"));
        let sent = bot
            .post(&path, json!({ "content": "hello", "embeds": [{ "title": "T" }] }))
            .await
            .ok();
        let one = format!("{path}/{}", sent["id"].as_str().unwrap());
        assert_eq!(bot.get(&one).await.ok()["content"], "hello");
        let edited = bot
            .patch(&one, json!({ "content": "bye", "embeds": [] }))
            .await
            .ok();
        assert_eq!(
            (
                edited["content"].as_str(),
                edited["embeds"].as_array().unwrap().len()
            ),
            (Some("bye"), 0)
        );
        assert!(edited["edited_timestamp"].is_string());
        assert_eq!(bot.delete(&one).await.status, 204);
        bot.get(&one).await.refused(404, 10008);
        bot.delete(&one).await.refused(404, 10008);
    })
    .await;
}

#[tokio::test]
async fn history_is_read_in_pages_newest_first() {
    drive(World::community(), async |bot| {
        let general = bot.channel("general");
        let ids: Vec<String> = (0..5)
            .map(|n| bot.said("alice", general, &format!("m{n}")).to_string())
            .collect();
        let read = async |query: &str| -> Vec<String> {
            let page = bot
                .get(&format!("/channels/{general}/messages?{query}"))
                .await
                .ok();
            page.as_array()
                .unwrap()
                .iter()
                .map(|message| message["content"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(read("limit=2").await, ["m4", "m3"]);
        assert_eq!(read(&format!("&before={}&limit=2", ids[3])).await, ["m2", "m1"]);
        assert_eq!(read(&format!("&after={}&limit=2", ids[1])).await, ["m3", "m2"]);
        assert_eq!(read("&after=0&limit=2").await.len(), 2);
        assert_eq!(
            read(&format!("&around={}&limit=3", ids[2])).await,
            ["m3", "m2", "m1"]
        );
    })
    .await;
}

#[tokio::test]
async fn the_same_nonce_gives_the_same_message_when_it_is_enforced() {
    drive(World::community(), async |bot| {
        let path = format!("/channels/{}/messages", bot.channel("general"));
        let body = json!({ "content": "once", "nonce": "effect-1", "enforce_nonce": true });
        let first = bot.post(&path, body.clone()).await.ok();
        let again = bot.post(&path, body).await.ok();
        assert_eq!(first["id"], again["id"]);
        assert_eq!(first["nonce"], "effect-1");
        let other = bot
            .post(&path, json!({ "content": "once", "nonce": "effect-1" }))
            .await
            .ok();
        assert_ne!(first["id"], other["id"]);
    })
    .await;
}

#[tokio::test]
async fn allowed_mentions_decide_who_is_called() {
    drive(World::community(), async |bot| {
        let path = format!("/channels/{}/messages", bot.channel("general"));
        let content = format!(
            "<@{}> <@&{}> @everyone",
            bot.user("alice"),
            bot.role("Support L1")
        );
        let none = json!({ "content": content, "allowed_mentions": { "parse": [] } });
        let silent = bot.post(&path, none).await.ok();
        assert_eq!(silent["mentions"], json!([]));
        assert_eq!(silent["mention_everyone"], false);
        let one = json!({ "content": content, "allowed_mentions": { "users": [bot.user("alice")] } });
        let calling = bot.post(&path, one).await.ok();
        assert_eq!(calling["mentions"][0]["username"], "alice");
        assert_eq!(calling["mention_roles"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn an_invalid_form_names_every_wrong_field() {
    drive(World::community(), async |bot| {
        let path = format!("/channels/{}/messages", bot.channel("general"));
        let body = json!({ "content": "x".repeat(2001), "embeds": [{ "title": "y".repeat(257) }] });
        let errors = bot.malformed(Method::POST, &path, body).await.refused(400, 50035)["errors"].clone();
        assert_eq!(errors["content"]["_errors"][0]["code"], "BASE_TYPE_MAX_LENGTH");
        assert_eq!(
            errors["embeds"]["0"]["title"]["_errors"][0]["code"],
            "BASE_TYPE_MAX_LENGTH"
        );
        bot.malformed(Method::POST, &path, json!({}))
            .await
            .refused(400, 50006);
    })
    .await;
}

#[tokio::test]
async fn what_the_bot_may_not_see_or_do_is_refused() {
    let world = World::guild("Lantern")
        .bot_may(&["VIEW_CHANNEL", "READ_MESSAGE_HISTORY"])
        .channel("open", ChannelKind::Text)
        .channel("hidden", ChannelKind::Text)
        .deny("hidden", "@everyone", &["VIEW_CHANNEL"])
        .channel("quiet", ChannelKind::Text)
        .deny("quiet", "@everyone", &["SEND_MESSAGES"])
        .member("alice");
    drive(world, async |bot| {
        let hello = json!({ "content": "hello" });
        let hidden = bot.channel("hidden");
        bot.post(&format!("/channels/{hidden}/messages"), hello.clone())
            .await
            .refused(403, 50001);
        bot.get(&format!("/channels/{hidden}")).await.refused(403, 50001);
        let quiet = bot.channel("quiet");
        bot.post(&format!("/channels/{quiet}/messages"), hello.clone())
            .await
            .refused(403, 50013);
        bot.post("/channels/4242/messages", hello.clone())
            .await
            .refused(404, 10003);
        let open = bot.channel("open");
        let theirs = bot.said("alice", open, "mine");
        bot.delete(&format!("/channels/{open}/messages/{theirs}"))
            .await
            .refused(403, 50013);
        bot.patch(&format!("/channels/{open}/messages/{theirs}"), hello)
            .await
            .refused(403, 50005);
    })
    .await;
}

#[tokio::test]
async fn a_reply_and_a_forward_carry_what_they_refer_to() {
    drive(World::community(), async |bot| {
        let general = bot.channel("general");
        let asked = bot.said("alice", general, "free nitro?");
        let path = format!("/channels/{general}/messages");
        let reply = json!({ "content": "no", "message_reference": { "message_id": asked } });
        let reply = bot.post(&path, reply).await.ok();
        assert_eq!(reply["type"], 19);
        assert_eq!(reply["referenced_message"]["content"], "free nitro?");
        assert_eq!(reply["mentions"][0]["username"], "alice");
        let reference = json!({ "type": 1, "message_id": asked, "channel_id": general });
        let staff = format!("/channels/{}/messages", bot.channel("staff"));
        let forward = bot
            // The published schema knows no forwards; the documentation does.
            .malformed(Method::POST, &staff, json!({ "message_reference": reference }))
            .await
            .ok();
        assert_eq!(
            forward["message_snapshots"][0]["message"]["content"],
            "free nitro?"
        );
        let poll = json!({ "poll": {
            "question": { "text": "Tea?" }, "answers": [{ "poll_media": { "text": "Yes" } }],
        } });
        let poll = bot.post(&path, poll).await.ok()["id"].clone();
        let reference = json!({ "type": 1, "message_id": poll, "channel_id": general });
        bot.malformed(Method::POST, &staff, json!({ "message_reference": reference }))
            .await
            .refused(400, 50_035);
        bot.patch(
            &format!("{path}/{}", poll.as_str().unwrap()),
            json!({ "content": "tea" }),
        )
        .await
        .refused(400, 520_003);
        let gone = json!({ "content": "no", "message_reference": { "message_id": "4242" } });
        let errors = bot.malformed(Method::POST, &path, gone).await.refused(400, 50035)["errors"].clone();
        assert_eq!(
            errors["message_reference"]["_errors"][0]["code"],
            "REPLIES_UNKNOWN_MESSAGE"
        );
    })
    .await;
}

#[tokio::test]
async fn a_file_of_ten_megabytes_is_taken_and_a_larger_one_is_not() {
    const MEGABYTE: usize = 1024 * 1024;
    drive(World::community(), async |bot| {
        let path = format!("/channels/{}/messages", bot.channel("general"));
        let upload = |size: usize| {
            let part = reqwest::multipart::Part::bytes(vec![b'x'; size]).file_name("x.txt");
            let form = reqwest::multipart::Form::new()
                .text("payload_json", json!({ "content": "see" }).to_string())
                .part("files[0]", part);
            bot.request(Method::POST, &path).multipart(form)
        };
        let sent = send(upload(10 * MEGABYTE)).await.ok();
        assert_eq!(sent["attachments"][0]["size"], 10 * MEGABYTE);
        // Nobody read its body, which the judge would miss.
        let refused = upload(10 * MEGABYTE + 1).header(MALFORMED, "yes");
        send(refused).await.refused(413, 40_005);
    })
    .await;
}

#[tokio::test]
async fn an_uploaded_file_can_be_fetched_again() {
    drive(World::community(), async |bot| {
        let path = format!("/channels/{}/messages", bot.channel("general"));
        let payload = json!({
            "content": "see",
            "attachments": [{ "id": 0, "filename": "log.txt", "description": "a log" }],
        });
        let part = reqwest::multipart::Part::bytes(b"line".to_vec())
            .file_name("x.txt")
            .mime_str("text/plain")
            .unwrap();
        let form = reqwest::multipart::Form::new()
            .text("payload_json", payload.to_string())
            .part("files[0]", part);
        let sent = send(bot.request(Method::POST, &path).multipart(form)).await.ok();
        let file = &sent["attachments"][0];
        assert_eq!(
            (file["filename"].as_str(), file["size"].as_u64()),
            (Some("log.txt"), Some(4))
        );
        let bytes = reqwest::get(file["url"].as_str().unwrap())
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap();
        assert_eq!(&bytes[..], b"line");
    })
    .await;
}

#[tokio::test]
async fn a_message_becomes_one_of_components_only_when_its_text_is_cleared() {
    drive(World::community(), async |bot| {
        let path = format!("/channels/{}/messages", bot.channel("general"));
        let sent = bot.post(&path, json!({ "content": "plain" })).await.ok();
        let path = format!("{path}/{}", sent["id"].as_str().unwrap());
        let mut edit = json!({ "flags": 1 << 15, "components": [{ "type": 10, "content": "hi" }] });
        let refused = bot
            .malformed(Method::PATCH, &path, edit.clone())
            .await
            .refused(400, 50_035);
        assert!(refused["errors"]["content"].is_object(), "{refused}");
        edit["content"] = Value::Null;
        assert_eq!(bot.patch(&path, edit).await.ok()["content"], "");
    })
    .await;
}

#[tokio::test]
async fn a_button_takes_an_emoji_and_no_other_word() {
    drive(World::community(), async |bot| {
        let path = format!("/channels/{}/messages", bot.channel("general"));
        let with = |emoji: Value| {
            let button = json!({ "type": 2, "style": 1, "custom_id": "c", "emoji": emoji });
            json!({ "components": [{ "type": 1, "components": [button] }] })
        };
        bot.post(&path, with(json!({ "name": "🎫" }))).await.ok();
        bot.post(&path, with(json!({ "name": "ticket", "id": "41" })))
            .await
            .ok();
        bot.malformed(Method::POST, &path, with(json!({ "name": "ticket" })))
            .await
            .refused(400, 50_035);
    })
    .await;
}

#[tokio::test]
async fn a_v2_message_keeps_its_components_with_ids() {
    drive(World::community(), async |bot| {
        let path = format!("/channels/{}/messages", bot.channel("general"));
        let components = json!([
            { "type": 17, "accent_color": 255, "components": [
                { "type": 10, "content": "# Ticket" },
                { "type": 14 },
                { "type": 9, "components": [{ "type": 10, "content": "text" }],
                  "accessory": { "type": 2, "style": 1, "label": "Claim", "custom_id": "c" } },
                { "type": 12, "items": [{ "media": { "url": "https://example.org/a.png" } }] },
            ] },
            { "type": 1, "components": [{ "type": 3, "custom_id": "s", "options": [{ "label": "A", "value": "a" }] }] },
        ]);
        let sent = bot.post(&path, json!({ "flags": 1 << 15, "components": components })).await.ok();
        assert_eq!(sent["flags"], 1 << 15);
        assert_eq!(sent["components"][0]["components"][2]["accessory"]["custom_id"], "c");
        assert!(sent["components"][1]["components"][0]["id"].is_u64());
    })
    .await;
}

#[tokio::test]
async fn a_text_display_calls_whom_it_mentions() {
    drive(World::community(), async |bot| {
        let path = format!("/channels/{}/messages", bot.channel("general"));
        let text = format!("<@{}> look", bot.user("alice"));
        let components = json!([{ "type": 17, "components": [{ "type": 10, "content": text }] }]);
        let body = json!({ "flags": 1 << 15, "components": components });
        assert_eq!(
            bot.post(&path, body).await.ok()["mentions"][0]["username"],
            "alice"
        );
        let body = json!({ "flags": 1 << 15, "components": components, "allowed_mentions": { "parse": [] } });
        assert_eq!(bot.post(&path, body).await.ok()["mentions"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn bulk_deletion_takes_two_to_a_hundred_young_messages() {
    drive(World::community(), async |bot| {
        let general = bot.channel("general");
        let path = format!("/channels/{general}/messages/bulk-delete");
        let ids: Vec<_> = (0..3)
            .map(|n| bot.said("mallory", general, &n.to_string()))
            .collect();
        bot.malformed(Method::POST, &path, json!({ "messages": [ids[0]] }))
            .await
            .refused(400, 50016);
        assert_eq!(bot.post(&path, json!({ "messages": ids })).await.status, 204);
        assert_eq!(
            bot.get(&format!("/channels/{general}/messages")).await.ok(),
            json!([])
        );
        let old: Vec<_> = (0..2)
            .map(|n| bot.said("mallory", general, &n.to_string()))
            .collect();
        bot.discord.advance(Duration::from_hours(360));
        bot.post(&path, json!({ "messages": old }))
            .await
            .refused(400, 50034);
    })
    .await;
}

#[tokio::test]
async fn reactions_and_pins_come_and_go() {
    drive(World::community(), async |bot| {
        let general = bot.channel("general");
        let message = bot.said("alice", general, "look");
        let reaction = format!("/channels/{general}/messages/{message}/reactions/%F0%9F%91%8D");
        assert_eq!(bot.put(&format!("{reaction}/@me")).await.status, 204);
        assert_eq!(bot.get(&reaction).await.ok()[0]["id"], json!(bot.me()));
        assert_eq!(bot.delete(&format!("{reaction}/@me")).await.status, 204);
        bot.put(&format!(
            "/channels/{general}/messages/{message}/reactions/nope/@me"
        ))
        .await
        .refused(400, 10014);
        for path in ["messages/pins", "pins"] {
            let pin = format!("/channels/{general}/{path}/{message}");
            assert_eq!(bot.put(&pin).await.status, 204);
            let listed = bot.get(&format!("/channels/{general}/{path}")).await.ok();
            assert!(listed.to_string().contains("look"));
            assert_eq!(bot.delete(&pin).await.status, 204);
        }
    })
    .await;
}

#[tokio::test]
async fn closed_direct_messages_are_refused_only_when_something_is_sent() {
    let world = World::community().user("bob", |user| user.closed_dms = true);
    drive(world, async |bot| {
        let open = bot
            .post(
                "/users/@me/channels",
                json!({ "recipient_id": bot.user("alice") }),
            )
            .await
            .ok();
        let path = format!("/channels/{}/messages", open["id"].as_str().unwrap());
        bot.post(&path, json!({ "content": "hello" })).await.ok();
        let closed = bot
            .post("/users/@me/channels", json!({ "recipient_id": bot.user("bob") }))
            .await
            .ok();
        let path = format!("/channels/{}/messages", closed["id"].as_str().unwrap());
        bot.post(&path, json!({ "content": "hello" }))
            .await
            .refused(403, 50007);
        let guild = bot.guild();
        let alice = bot.user("alice");
        bot.discord.state().remove_member(guild, alice);
        let left = format!("/channels/{}/messages", open["id"].as_str().unwrap());
        bot.post(&left, json!({ "content": "hello" }))
            .await
            .refused(403, 50278);
        bot.post("/users/@me/channels", json!({ "recipient_id": "4242" }))
            .await
            .refused(400, 50033);
    })
    .await;
}

#[tokio::test]
async fn without_the_message_content_intent_others_texts_read_empty() {
    let world = World::community().without_intents(Application::MESSAGE_CONTENT);
    drive(world, async |bot| {
        let general = bot.channel("general");
        let theirs = bot.said("alice", general, "secret");
        let calling = bot.said("alice", general, &format!("<@{}> hi", bot.me()));
        let path = format!("/channels/{general}/messages");
        assert_eq!(bot.get(&format!("{path}/{theirs}")).await.ok()["content"], "");
        assert_ne!(bot.get(&format!("{path}/{calling}")).await.ok()["content"], "");
        let own = bot.post(&path, json!({ "content": "mine" })).await.ok();
        assert_eq!(own["content"], "mine");
    })
    .await;
}

#[tokio::test]
async fn the_guilds_messages_can_be_searched() {
    drive(World::community(), async |bot| {
        bot.said("alice", bot.channel("general"), "a Needle here");
        bot.said("alice", bot.channel("general"), "hay");
        let found = bot
            .get(&format!("/guilds/{}/messages/search?content=needle", bot.guild()))
            .await
            .ok();
        assert_eq!(found["total_results"], 1);
        assert_eq!(found["messages"][0][0]["content"], "a Needle here");
    })
    .await;
}

#[tokio::test]
async fn a_timed_out_bot_may_only_read() {
    drive(World::community(), async |bot| {
        let general = bot.channel("general");
        let (guild, me) = (bot.guild(), bot.me());
        {
            let mut state = bot.discord.state();
            let until = state.now().plus(Duration::from_mins(1));
            let edit = fake_discord::world::MemberEdit {
                communication_disabled_until: Some(Some(until)),
                ..Default::default()
            };
            state.edit_member(guild, me, edit);
            let new = NewMessage {
                content: "hi".to_owned(),
                ..NewMessage::new(general, Author::User(me))
            };
            state.create_message(new);
        }
        let path = format!("/channels/{general}/messages");
        assert_eq!(bot.get(&path).await.ok().as_array().unwrap().len(), 1);
        bot.post(&path, json!({ "content": "hello" }))
            .await
            .refused(403, 50013);
    })
    .await;
}

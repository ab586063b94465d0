//! Threads: starting, membership, archiving, locking, forum posts.

use fake_discord::Id;
use fake_discord::world::{ChannelKind, NewThread, World};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Bot, drive};

/// Starts the private thread of a ticket.
async fn ticket(bot: &Bot) -> String {
    let path = format!("/channels/{}/threads", bot.channel("support"));
    let body = json!({ "name": "ticket-1", "type": 12, "invitable": false, "auto_archive_duration": 10080 });
    bot.post(&path, body).await.ok()["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// A world where the bot has just what is listed.
fn world_where_the_bot_may(permissions: &[&str]) -> World {
    World::guild("Lantern")
        .bot_may(permissions)
        .role("Support L1", &[])
        .channel("support", ChannelKind::Text)
        .member("alice")
}

#[tokio::test]
async fn a_private_thread_takes_its_members_and_hides_from_others() {
    drive(World::community(), async |bot| {
        let thread = ticket(bot).await;
        let alice = bot.user("alice");
        assert_eq!(
            bot.put(&format!("/channels/{thread}/thread-members/{alice}"))
                .await
                .status,
            204
        );
        let members = bot.get(&format!("/channels/{thread}/thread-members")).await.ok();
        assert_eq!(members.as_array().unwrap().len(), 2);
        let one = bot
            .get(&format!(
                "/channels/{thread}/thread-members/{alice}?with_member=true"
            ))
            .await
            .ok();
        assert_eq!(one["member"]["user"]["username"], "alice");
        let id: Id = thread.parse().unwrap();
        assert!(bot.discord.state().can_see(id, alice));
        let bob = bot.user("bob");
        assert!(!bot.discord.state().can_see(id, bob));
        bot.put(&format!("/channels/{thread}/thread-members/4242"))
            .await
            .refused(404, 10013);
        assert_eq!(
            bot.delete(&format!("/channels/{thread}/thread-members/{alice}"))
                .await
                .status,
            204
        );
        bot.get(&format!("/channels/{thread}/thread-members/{alice}"))
            .await
            .refused(404, 10007);
        assert_eq!(
            bot.delete(&format!("/channels/{thread}/thread-members/@me"))
                .await
                .status,
            204
        );
        assert_eq!(
            bot.put(&format!("/channels/{thread}/thread-members/@me"))
                .await
                .status,
            204
        );
    })
    .await;
}

#[tokio::test]
async fn someone_who_cannot_see_the_parent_cannot_be_added() {
    drive(World::community(), async |bot| {
        let path = format!("/channels/{}/threads", bot.channel("staff"));
        let thread = bot.post(&path, json!({ "name": "t", "type": 12 })).await.ok();
        let path = format!("/channels/{}/thread-members", thread["id"].as_str().unwrap());
        bot.put(&format!("{path}/{}", bot.user("alice")))
            .await
            .refused(403, 50001);
        assert_eq!(bot.put(&format!("{path}/{}", bot.user("sam"))).await.status, 204);
    })
    .await;
}

#[tokio::test]
async fn an_archived_thread_takes_messages_but_nothing_else() {
    drive(World::community(), async |bot| {
        let thread = ticket(bot).await;
        let path = format!("/channels/{thread}");
        let sent = bot
            .post(&format!("{path}/messages"), json!({ "content": "welcome" }))
            .await
            .ok();
        let archived = bot.patch(&path, json!({ "archived": true })).await.ok();
        assert_eq!(archived["thread_metadata"]["archived"], true);
        bot.patch(&path, json!({ "archived": true })).await.ok();
        bot.patch(&path, json!({ "name": "new" }))
            .await
            .refused(400, 50083);
        let message = format!("{path}/messages/{}", sent["id"].as_str().unwrap());
        bot.patch(&message, json!({ "content": "edited" }))
            .await
            .refused(400, 50083);
        let alice = bot.user("alice");
        bot.put(&format!("{path}/thread-members/{alice}"))
            .await
            .refused(400, 50083);
        bot.put(&format!("{message}/reactions/%F0%9F%91%8D/@me"))
            .await
            .refused(400, 50083);
        bot.post(&format!("{path}/messages"), json!({ "content": "again" }))
            .await
            .ok();
        assert_eq!(bot.get(&path).await.ok()["thread_metadata"]["archived"], false);
    })
    .await;
}

#[tokio::test]
async fn a_locked_thread_is_for_moderators() {
    let may = [
        "VIEW_CHANNEL",
        "READ_MESSAGE_HISTORY",
        "SEND_MESSAGES_IN_THREADS",
        "CREATE_PRIVATE_THREADS",
    ];
    drive(world_where_the_bot_may(&may), async |bot| {
        let thread = ticket(bot).await;
        let path = format!("/channels/{thread}");
        bot.patch(&path, json!({ "locked": true }))
            .await
            .refused(403, 50013);
        let id: Id = thread.parse().unwrap();
        let lock = fake_discord::world::ThreadEdit {
            locked: Some(true),
            ..Default::default()
        };
        let owner = bot.user("olivia");
        bot.discord.state().edit_thread(id, lock, owner);
        bot.post(&format!("{path}/messages"), json!({ "content": "hello" }))
            .await
            .refused(400, 160_005);
        bot.patch(&path, json!({ "archived": true }))
            .await
            .refused(400, 160_005);
    })
    .await;
}

#[tokio::test]
async fn a_moderator_locks_archives_and_opens_again() {
    drive(World::community(), async |bot| {
        let path = format!("/channels/{}", ticket(bot).await);
        let closed = bot
            .patch(&path, json!({ "archived": true, "locked": true }))
            .await
            .ok();
        assert_eq!(closed["thread_metadata"]["locked"], true);
        bot.patch(&path, json!({ "locked": false }))
            .await
            .refused(400, 50083);
        let open = bot
            .patch(
                &path,
                json!({ "archived": false, "locked": false, "name": "reopened" }),
            )
            .await
            .ok();
        assert_eq!(
            (open["name"].as_str(), open["thread_metadata"]["locked"].as_bool()),
            (Some("reopened"), Some(false))
        );
        bot.delete(&path).await.ok();
        bot.get(&path).await.refused(404, 10003);
    })
    .await;
}

#[tokio::test]
async fn a_message_gets_one_thread() {
    drive(World::community(), async |bot| {
        let general = bot.channel("general");
        let message = bot.said("alice", general, "help");
        let path = format!("/channels/{general}/messages/{message}/threads");
        let thread = bot.post(&path, json!({ "name": "help" })).await.ok();
        assert_eq!(
            (thread["id"].as_str(), thread["type"].as_u64()),
            (Some(message.to_string().as_str()), Some(11))
        );
        bot.post(&path, json!({ "name": "help" }))
            .await
            .refused(400, 160_004);
    })
    .await;
}

#[tokio::test]
async fn threads_can_be_listed() {
    drive(World::community(), async |bot| {
        let first = ticket(bot).await;
        let second = ticket(bot).await;
        let guild = bot.guild();
        let active = bot.get(&format!("/guilds/{guild}/threads/active")).await.ok();
        let ids = |list: &Value| -> Vec<String> {
            list["threads"]
                .as_array()
                .unwrap()
                .iter()
                .map(|t| t["id"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(ids(&active), [second.clone(), first.clone()]);
        bot.patch(&format!("/channels/{first}"), json!({ "archived": true }))
            .await
            .ok();
        let support = format!("/channels/{}", bot.channel("support"));
        for path in ["threads/archived/private", "users/@me/threads/archived/private"] {
            assert_eq!(
                ids(&bot.get(&format!("{support}/{path}?&limit=10")).await.ok()),
                std::slice::from_ref(&first)
            );
        }
        assert!(ids(&bot.get(&format!("{support}/threads/archived/public")).await.ok()).is_empty());
        assert_eq!(
            ids(&bot.get(&format!("/guilds/{guild}/threads/active")).await.ok()),
            [second]
        );
    })
    .await;
}

#[tokio::test]
async fn the_kind_of_a_thread_must_fit_its_parent_and_the_permissions() {
    let world =
        world_where_the_bot_may(&["VIEW_CHANNEL"]).deny("support", "@everyone", &["CREATE_PRIVATE_THREADS"]);
    drive(world, async |bot| {
        let path = format!("/channels/{}/threads", bot.channel("support"));
        bot.post(&path, json!({ "name": "t", "type": 12 }))
            .await
            .refused(403, 50013);
        bot.post(&path, json!({ "name": "t", "type": 10 }))
            .await
            .refused(400, 50024);
        let body = json!({ "name": "t", "type": 12, "auto_archive_duration": 7 });
        bot.malformed(Method::POST, &path, body).await.refused(400, 50035);
    })
    .await;
}

#[tokio::test]
async fn a_guild_holds_a_thousand_active_threads_and_a_thread_a_thousand_members() {
    drive(World::community(), async |bot| {
        let (support, me) = (bot.channel("support"), bot.me());
        let thread: Id = ticket(bot).await.parse().unwrap();
        {
            let mut state = bot.discord.state();
            for n in 1..1000 {
                let new = NewThread::new(support, ChannelKind::PrivateThread, "t", me);
                state.create_thread(new).unwrap();
                state.add_thread_member(thread, Id(n), Id(n));
            }
        }
        let path = format!("/channels/{support}/threads");
        bot.post(&path, json!({ "name": "t", "type": 12 }))
            .await
            .refused(400, 160_006);
        let path = format!("/channels/{thread}/thread-members/{}", bot.user("alice"));
        bot.put(&path).await.refused(400, 30033);
    })
    .await;
}

#[tokio::test]
async fn a_forum_takes_posts_and_no_messages() {
    drive(World::community(), async |bot| {
        let forum = bot.channel("help-forum");
        bot.post(&format!("/channels/{forum}/messages"), json!({ "content": "x" }))
            .await
            .refused(400, 40058);
        let post = json!({ "name": "How to?", "message": { "content": "like this" } });
        let post = bot.post(&format!("/channels/{forum}/threads"), post).await.ok();
        assert_eq!(post["id"], post["message"]["id"]);
        let starter = bot
            .get(&format!(
                "/channels/{0}/messages/{0}",
                post["id"].as_str().unwrap()
            ))
            .await
            .ok();
        assert_eq!(starter["content"], "like this");
    })
    .await;
}

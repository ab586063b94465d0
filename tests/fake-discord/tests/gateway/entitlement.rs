//! Who hears of what: intents, visible channels, private threads.

use fake_discord::FakeDiscord;
use fake_discord::actors::MessageDraft;
use fake_discord::gateway::Intents;
use fake_discord::world::{ChannelKind, World};
use serde_json::json;

use crate::client::{Client, USUAL};

const WITHOUT_CONTENT: u64 = USUAL & !Intents::MESSAGE_CONTENT.0;

#[tokio::test]
async fn without_the_content_intent_only_what_is_addressed_to_the_bot_can_be_read() {
    let discord = FakeDiscord::start(World::community()).await;
    let mut client = Client::identified(&discord, WITHOUT_CONTENT).await;
    client.event("GUILD_CREATE").await;
    let mallory = discord.member("mallory");
    let bot = discord.state().bot_id();

    mallory
        .sends("general", MessageDraft::text("secret").file("a.txt", "x"))
        .unwrap();
    let bare = client.event("MESSAGE_CREATE").await;
    assert_eq!((&bare["content"], &bare["attachments"]), (&json!(""), &json!([])));
    mallory.says("general", &format!("psst <@{bot}>")).unwrap();
    assert_eq!(
        client.event("MESSAGE_CREATE").await["content"],
        format!("psst <@{bot}>")
    );
    mallory.writes_to_bot("directly").unwrap();
    assert_eq!(client.event("MESSAGE_CREATE").await["content"], "directly");
}

#[tokio::test]
async fn a_forward_carries_its_original_and_no_text_without_the_intent() {
    let discord = FakeDiscord::start(World::community()).await;
    let mut reader = Client::identified(&discord, USUAL).await;
    let mut blind = Client::identified(&discord, WITHOUT_CONTENT).await;
    reader.event("GUILD_CREATE").await;
    blind.event("GUILD_CREATE").await;
    let mallory = discord.member("mallory");
    let original = mallory.says("general", "free nitro").unwrap();
    mallory.forwards(&original, "trading").unwrap();
    reader.event("MESSAGE_CREATE").await;
    let forward = reader.event("MESSAGE_CREATE").await;
    assert_eq!(forward["message_reference"]["type"], 1);
    assert_eq!(
        forward["message_snapshots"][0]["message"]["content"],
        "free nitro"
    );
    assert!(forward["message_snapshots"][0]["message"].get("author").is_none());
    blind.event("MESSAGE_CREATE").await;
    assert_eq!(
        blind.event("MESSAGE_CREATE").await["message_snapshots"][0]["message"]["content"],
        ""
    );
}

#[tokio::test]
async fn a_channel_the_bot_cannot_see_stays_silent() {
    let world = World::guild("Lantern")
        .channel("general", ChannelKind::Text)
        .channel("vault", ChannelKind::Text)
        .deny("vault", "@everyone", &["VIEW_CHANNEL"])
        .role("Keeper", &[])
        .overwrite("vault", "Keeper", &["VIEW_CHANNEL"], &[])
        .member_with("mallory", &["Keeper"]);
    let discord = FakeDiscord::start(world).await;
    let mut client = Client::identified(&discord, USUAL).await;
    client.event("GUILD_CREATE").await;
    let mallory = discord.member("mallory");
    mallory.says("vault", "hidden").unwrap();
    mallory.says("general", "open").unwrap();
    assert_eq!(client.event("MESSAGE_CREATE").await["content"], "open");
}

#[tokio::test]
async fn a_private_thread_appears_when_the_bot_is_added_to_it() {
    let world = World::guild("Lantern")
        .channel("general", ChannelKind::Text)
        .member("mallory")
        .bot_may(&["VIEW_CHANNEL", "SEND_MESSAGES", "SEND_MESSAGES_IN_THREADS"]);
    let discord = FakeDiscord::start(world).await;
    let mut client = Client::identified(&discord, USUAL).await;
    client.event("GUILD_CREATE").await;
    let mallory = discord.member("mallory");
    let thread = mallory.starts_private_thread("general", "quiet").unwrap();
    mallory.says(thread.id, "before").unwrap();
    mallory.adds_to_thread(thread.id, "lamplighter").unwrap();
    mallory.says(thread.id, "after").unwrap();
    let heard = client.events_until("MESSAGE_CREATE").await;
    assert_eq!(
        heard,
        ["THREAD_CREATE", "THREAD_MEMBERS_UPDATE", "MESSAGE_CREATE"]
    );
    assert_eq!(client.event("MESSAGE_CREATE").await["content"], "after");
}

#[tokio::test]
async fn typing_and_members_are_told_only_to_those_who_asked() {
    let discord = FakeDiscord::start(World::community()).await;
    let mut modest = Client::identified(&discord, Intents::GUILDS.0 | Intents::GUILD_MESSAGES.0).await;
    modest.event("GUILD_CREATE").await;
    let mallory = discord.member("mallory");
    mallory.types_in("general").unwrap();
    mallory.renames("mallory2");
    mallory.says("general", "done").unwrap();
    assert_eq!(modest.events_until("MESSAGE_CREATE").await, ["MESSAGE_CREATE"]);
}

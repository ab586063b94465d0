//! Sessions: how they begin, break, are taken up again and are refused.

use fake_discord::FakeDiscord;
use fake_discord::world::{Application, World};
use serde_json::json;

use crate::client::{Client, USUAL, identify};

#[tokio::test]
async fn a_session_begins_with_ready_and_then_each_guild() {
    let discord = FakeDiscord::start(World::community().another_guild("Harbour", "otto")).await;
    let mut client = Client::identified(&discord, USUAL).await;
    let ready = client.event("READY").await;
    assert_eq!(ready["guilds"].as_array().map(Vec::len), Some(2));
    assert_eq!(ready["guilds"][0]["unavailable"], true);
    assert_eq!(ready["resume_gateway_url"], discord.gateway_url());
    let names = [
        client.event("GUILD_CREATE").await["name"].take(),
        client.event("GUILD_CREATE").await["name"].take(),
    ];
    assert_eq!(names, ["Lantern", "Harbour"]);
}

#[tokio::test]
async fn a_token_is_taken_with_or_without_its_prefix_and_a_wrong_one_is_not() {
    let discord = FakeDiscord::start(World::community()).await;
    let mut client = Client::connect(&discord, "v=10").await;
    client
        .send(identify(&format!("Bot {}", discord.token()), USUAL))
        .await;
    client.event("READY").await;
    let mut stranger = Client::connect(&discord, "v=10").await;
    stranger.send(identify("wrong", USUAL)).await;
    assert_eq!(stranger.closed_with().await, Some(4004));
}

#[tokio::test]
async fn intents_that_do_not_exist_or_were_not_granted_are_refused() {
    let world = World::community().without_intents(Application::MESSAGE_CONTENT);
    let discord = FakeDiscord::start(world).await;
    let mut client = Client::identified(&discord, 1 << 40).await;
    assert_eq!(client.closed_with().await, Some(4013));
    let mut client = Client::identified(&discord, USUAL).await;
    assert_eq!(client.closed_with().await, Some(4014));
}

#[tokio::test]
async fn what_a_client_may_not_say_closes_the_connection() {
    let discord = FakeDiscord::start(World::community()).await;
    for (said, code) in [
        (json!({ "op": 3, "d": {} }).to_string(), 4003),
        (json!({ "op": 99 }).to_string(), 4001),
        ("no json".to_owned(), 4002),
        (
            json!({ "op": 1, "d": null, "padding": "x".repeat(4096) }).to_string(),
            4002,
        ),
        (
            json!({ "op": 2, "d": { "token": discord.token(), "intents": 1, "shard": [3, 2] } }).to_string(),
            4010,
        ),
    ] {
        let mut client = Client::connect(&discord, "v=10").await;
        client.send_text(&said).await;
        assert_eq!(client.closed_with().await, Some(code), "after {said}");
    }
    let mut old = Client::connect(&discord, "v=6").await;
    assert_eq!(old.closed_with().await, Some(4012));
}

#[tokio::test]
async fn heartbeats_are_acknowledged_until_they_are_not() {
    let discord = FakeDiscord::start(World::community()).await;
    let mut client = Client::connect(&discord, "v=10").await;
    client.payload().await;
    client.send(json!({ "op": 1, "d": null })).await;
    assert_eq!(client.payload().await["op"], 11);
    discord.state().acknowledge_heartbeats(false);
    client.send(json!({ "op": 1, "d": null })).await;
    client.send(identify(&discord.token(), 1)).await;
    assert_eq!(
        client.payload().await["t"],
        "READY",
        "no acknowledgement stands before it"
    );
}

#[tokio::test]
async fn a_client_that_forgets_to_beat_is_given_up() {
    let discord = FakeDiscord::start(World::community()).await;
    discord.state().set_heartbeat_interval(50);
    let mut client = Client::connect(&discord, "v=10").await;
    assert_eq!(client.closed_with().await, Some(4009));
}

#[tokio::test]
async fn a_resumed_session_hears_all_that_happened_meanwhile() {
    let discord = FakeDiscord::start(World::community()).await;
    let mut client = Client::identified(&discord, USUAL).await;
    let session = client.event("READY").await["session_id"].take();
    client.event("GUILD_CREATE").await;
    let sequence = client.last_sequence;
    discord.state().drop_gateway();
    assert_eq!(client.closed_with().await, None);
    discord
        .member("mallory")
        .says("general", "while you were away")
        .unwrap();

    let mut client = Client::connect(&discord, "v=10").await;
    // serenity does not wait for HELLO before it resumes.
    client
        .send(json!({ "op": 6, "d": { "token": discord.token(), "session_id": session, "seq": sequence } }))
        .await;
    assert_eq!(
        client.event("MESSAGE_CREATE").await["content"],
        "while you were away"
    );
    client.event("RESUMED").await;
    assert_eq!(discord.state().identifies(), 1);
}

#[tokio::test]
async fn a_forgotten_session_must_begin_anew() {
    let discord = FakeDiscord::start(World::community()).await;
    let mut client = Client::identified(&discord, USUAL).await;
    let session = client.event("READY").await["session_id"].take();
    discord.state().forget_sessions();
    let mut client = Client::connect(&discord, "v=10").await;
    client.payload().await;
    client
        .send(json!({ "op": 6, "d": { "token": discord.token(), "session_id": session, "seq": 1 } }))
        .await;
    let answer = client.payload().await;
    assert_eq!((&answer["op"], &answer["d"]), (&json!(9), &json!(false)));
    client.send(identify(&discord.token(), USUAL)).await;
    client.event("READY").await;
}

#[tokio::test]
async fn a_sequence_from_the_future_is_refused() {
    let discord = FakeDiscord::start(World::community()).await;
    let mut client = Client::identified(&discord, USUAL).await;
    let session = client.event("READY").await["session_id"].take();
    discord.state().drop_gateway();
    let mut client = Client::connect(&discord, "v=10").await;
    client
        .send(json!({ "op": 6, "d": { "token": discord.token(), "session_id": session, "seq": 999 } }))
        .await;
    assert_eq!(client.closed_with().await, Some(4007));
}

#[tokio::test]
async fn whoever_says_goodbye_is_answered() {
    let discord = FakeDiscord::start(World::community()).await;
    let mut client = Client::identified(&discord, USUAL).await;
    client.event("READY").await;
    client.close().await;
    assert_eq!(client.closed_with().await, Some(1000));
}

#[tokio::test]
async fn the_gateway_can_be_closed_with_any_code_or_asked_to_be_left() {
    let discord = FakeDiscord::start(World::community()).await;
    let mut client = Client::identified(&discord, USUAL).await;
    client.event("GUILD_CREATE").await;
    discord.state().ask_to_reconnect();
    assert_eq!(client.payload().await["op"], 7);
    discord.state().close_gateway(4003);
    assert_eq!(client.closed_with().await, Some(4003));
    let mut client = Client::identified(&discord, USUAL).await;
    client.event("GUILD_CREATE").await;
    discord.state().close_gateway_without_code();
    assert_eq!(client.closed_with().await, None);
}

#[tokio::test]
async fn large_payloads_are_compressed_for_those_who_ask() {
    let discord = FakeDiscord::start(World::community()).await;
    let mut client = Client::connect(&discord, "v=10").await;
    let mut payload = identify(&discord.token(), USUAL);
    payload["d"]["compress"] = json!(true);
    client.send(payload).await;
    assert_eq!(client.event("GUILD_CREATE").await["name"], "Lantern");
    assert_eq!(client.binary_frames, 1);
}

#[tokio::test]
async fn each_guild_comes_over_its_own_shard() {
    let discord = FakeDiscord::start(World::community()).await;
    let guild = discord.state().guilds.keys().next().copied().unwrap();
    let serving = (guild.0 >> 22) % 2;
    for shard in 0..2 {
        let mut client = Client::connect(&discord, "v=10").await;
        let mut payload = identify(&discord.token(), USUAL);
        payload["d"]["shard"] = json!([shard, 2]);
        client.send(payload).await;
        let ready = client.event("READY").await;
        assert_eq!(ready["shard"], json!([shard, 2]));
        let expected = usize::from(shard == serving);
        assert_eq!(ready["guilds"].as_array().map(Vec::len), Some(expected));
    }
}

#[tokio::test]
async fn members_are_given_in_chunks() {
    let discord = FakeDiscord::start(World::community()).await;
    let guild = discord.state().guilds.keys().next().copied().unwrap();
    let mut client = Client::identified(&discord, USUAL).await;
    let create = client.event("GUILD_CREATE").await;
    assert_eq!(
        create["members"].as_array().map(Vec::len),
        Some(1),
        "without presences only the bot itself"
    );
    // discord.py sends the guild's id as a number.
    client
        .send(json!({ "op": 8, "d": { "guild_id": guild.0, "query": "", "limit": 0, "nonce": "n" } }))
        .await;
    let chunk = client.event("GUILD_MEMBERS_CHUNK").await;
    assert_eq!(
        chunk["members"].as_array().map(Vec::len),
        create["member_count"].as_u64().map(|count| count as usize)
    );
    assert_eq!(chunk["nonce"], "n");
    client
        .send(json!({ "op": 8, "d": { "guild_id": guild, "user_ids": ["1"] } }))
        .await;
    assert_eq!(
        client.event("GUILD_MEMBERS_CHUNK").await["not_found"],
        json!(["1"])
    );
}

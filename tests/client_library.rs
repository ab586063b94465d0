//! The client library and the stand-in for Discord understand each other: serenity logs in, and knows every event it
//! is sent. It would drop an event that lacks a field without a word, and the bot would merely seem slow of hearing.

use fake_discord::FakeDiscord;
use fake_discord::world::World;
use poise::serenity_prelude as serenity;
use serenity::{Event, GatewayEvent};

/// A framework that does nothing; the client insists on one.
struct Idle;

#[serenity::async_trait]
impl serenity::Framework for Idle {
    async fn dispatch(&self, _: serenity::Context, _: serenity::FullEvent) {}
}

#[tokio::test]
async fn serenity_knows_every_event_of_the_stand_in() {
    let discord = FakeDiscord::start(World::community()).await;
    let http = serenity::HttpBuilder::new(discord.token())
        .proxy(discord.api_url())
        .ratelimiter_disabled(true);
    let intents = serenity::GatewayIntents::all().difference(serenity::GatewayIntents::GUILD_PRESENCES);
    let client = serenity::ClientBuilder::new_with_http(http.build(), intents).framework(Idle);
    let mut client = client.await.expect("the gateway's address");
    let shards = client.shard_manager.clone();
    let running = tokio::spawn(async move { client.start().await });
    discord.until_connected().await;
    discord.lets_everything_happen().await;

    let events = discord.state().dispatched();
    assert!(events.len() > 50, "only {} events", events.len());
    let unknown: Vec<&String> = events.iter().filter(|text| !is_known(text)).collect();
    assert!(unknown.is_empty(), "serenity does not understand:\n{unknown:#?}");
    shards.shutdown_all().await;
    running
        .await
        .expect("the client ends")
        .expect("the client ends well");
}

fn is_known(text: &str) -> bool {
    let event = serenity::json::from_str::<GatewayEvent>(text);
    matches!(event, Ok(GatewayEvent::Dispatch(_, event)) if !matches!(event, Event::Unknown(_)))
}

//! From a message to its deletion, through the gateway and back through REST: the whole bot against a bare serenity
//! client that deletes every message at once and remembers nothing. And the parts of that way, each by itself.
//!
//! Both speak to the stand-in on loopback, so the figures hold no network. Ratios within one run; medians count.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fake_discord::FakeDiscord;
use fake_discord::world::{Channel, ChannelKind, World};
use nightdesk::cli::run::{Parts, start};
use nightdesk::config::{Config, LogFormat, Secret};
use nightdesk::discord::convert::message::{Reading, posted};
use nightdesk::model::guild::{GuildSettings, Mode};
use nightdesk::model::message::{IncomingMessage, MessagePart};
use nightdesk::model::{ChannelId, GuildId, MessageId, Timestamp, UserId};
use nightdesk::rules::{Part, Ruleset, ScanContext, Scratch};
use nightdesk::storage::sqlite::SqliteStore;
use nightdesk::storage::{CasePlan, Cases, Guilds, InGuild};
use poise::serenity_prelude as serenity;
use serenity::{Event, GatewayEvent};
use tokio::sync::oneshot;

/// Messages that are posted and waited for, one by one.
const MESSAGES: usize = 60;
/// Repetitions of the parts that need no request.
const TURNS: usize = 2000;
const RULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/rules");

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn clock() -> Instant {
    Instant::now()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

/// Another host each time: copies of one scam would share one card.
fn scam(number: usize) -> String {
    format!("https://claim-airdrop-{number}.pages.dev")
}

/// A community with a stranger for every message: the bot times each of them out.
fn world() -> World {
    (0..MESSAGES).fold(World::community(), |world, number| {
        world.member(&format!("stranger{number}"))
    })
}

/// Posts scams one by one and measures each until it is gone.
async fn until_gone(discord: &FakeDiscord, settled: impl AsyncFn(usize)) -> Duration {
    discord.until_connected().await;
    let mut times = Vec::with_capacity(MESSAGES);
    for number in 0..MESSAGES {
        let stranger = discord.member(&format!("stranger{number}"));
        let from = clock();
        let message = stranger
            .says("general", &scam(number))
            .expect("a stranger may post");
        discord.until_deleted(&message).await;
        times.push(from.elapsed());
        settled(number).await;
    }
    median(times)
}

/// A client that deletes every message by somebody else.
struct Bare;

#[serenity::async_trait]
impl serenity::EventHandler for Bare {
    async fn message(&self, context: serenity::Context, message: serenity::Message) {
        if !message.author.bot {
            let deleted = context
                .http
                .delete_message(message.channel_id, message.id, None)
                .await;
            deleted.expect("the bot may delete");
        }
    }
}

/// A framework that does nothing; the client insists on one.
struct Idle;

#[serenity::async_trait]
impl serenity::Framework for Idle {
    async fn dispatch(&self, _: serenity::Context, _: serenity::FullEvent) {}
}

async fn bare() -> Duration {
    let discord = FakeDiscord::start(world()).await;
    let http = serenity::HttpBuilder::new(discord.token())
        .proxy(discord.api_url())
        .ratelimiter_disabled(true);
    let intents = serenity::GatewayIntents::GUILDS
        | serenity::GatewayIntents::GUILD_MESSAGES
        | serenity::GatewayIntents::MESSAGE_CONTENT;
    let builder = serenity::ClientBuilder::new_with_http(http.build(), intents);
    let mut client = builder
        .event_handler(Bare)
        .framework(Idle)
        .await
        .expect("a client");
    let shards = client.shard_manager.clone();
    let running = tokio::spawn(async move { client.start().await });
    let time = until_gone(&discord, async |_| {}).await;
    shards.shutdown_all().await;
    running
        .await
        .expect("the client ends")
        .expect("the client ends well");
    time
}

fn named(state: &fake_discord::world::State, name: &str) -> u64 {
    let wanted = |channel: &&Channel| channel.name.as_deref() == Some(name);
    state
        .channels
        .values()
        .find(wanted)
        .expect("the channel is there")
        .id
        .0
}

/// The whole bot. Gives the time, and a message event as it came.
async fn whole(folder: &Path) -> (Duration, String) {
    let discord = FakeDiscord::start(world()).await;
    let (guild, mod_log) = {
        let state = discord.state();
        (
            state.guilds.keys().next().expect("a guild").0,
            named(&state, "mod-log"),
        )
    };
    let database_url = format!("sqlite://{}", folder.join("whole.db").display());
    let store = SqliteStore::open(&database_url).await.expect("a database");
    let set_up = move |settings: GuildSettings| GuildSettings {
        set_up: true,
        mode: Mode::Enforce,
        mod_log: Some(ChannelId(mod_log)),
        ..settings
    };
    let guild = InGuild(GuildId(guild));
    store
        .change_settings(
            guild,
            UserId(1),
            Timestamp(1),
            Box::new(move |settings| set_up(settings).into()),
        )
        .await
        .expect("settings");
    store.close().await;
    let config = Config {
        token: Secret::new(discord.token()),
        api_url: Some(discord.api_url()),
        database_url,
        rules_dir: PathBuf::from(RULES),
        domain_feeds: None,
        guilds: Vec::new(),
        operators: Vec::new(),
        retention: Duration::from_hours(24),
        log_format: LogFormat::Text,
        log_filter: "error".to_owned(),
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let bot = start(config, Parts::default(), async {
        // Told to stop or the measurement over: both end the bot.
        let _ = stopped.await;
    });
    let people = async {
        // What follows a deletion has to be over before the next message is measured.
        let settled = async |number: usize| {
            let stranger = discord.member(&format!("stranger{number}")).id;
            let followed = discord.wait_for("timeout, direct message and card", |state| {
                let log = state.channels.values().find(|one| one.id.0 == mod_log)?.id;
                let written = state.messages.values().filter(|message| {
                    let place = state.channels.get(&message.channel_id);
                    place.is_some_and(|place| place.kind == ChannelKind::DirectMessage)
                });
                let member = state
                    .guilds
                    .keys()
                    .find_map(|guild| state.member(*guild, stranger))?;
                let all = member.is_timed_out(state.now())
                    && written.count() > number
                    && state.messages_in(log).count() > number;
                all.then_some(())
            });
            followed.await;
        };
        let time = until_gone(&discord, settled).await;
        drop(stop);
        time
    };
    let (ended, time) = tokio::join!(bot, people);
    ended.expect("the bot ends well");
    let events = discord.state().dispatched();
    let event = events
        .into_iter()
        .find(|event| event.contains("\"MESSAGE_CREATE\"") && event.contains("claim-airdrop"));
    (time, event.expect("a message event"))
}

fn decoded(event: &str) -> serenity::Message {
    match serenity::json::from_str::<GatewayEvent>(event) {
        Ok(GatewayEvent::Dispatch(_, Event::MessageCreate(event))) => event.message,
        other => panic!("no message event: {other:?}"),
    }
}

fn converted(message: &serenity::Message) -> IncomingMessage {
    match posted(GuildId(1), message) {
        Reading::Message(message) => *message,
        other => panic!("nothing to judge: {other:?}"),
    }
}

/// The median of many turns of something quick.
fn each<T>(mut turn: impl FnMut() -> T) -> Duration {
    median(
        (0..TURNS)
            .map(|_| {
                let from = clock();
                std::hint::black_box(turn());
                from.elapsed()
            })
            .collect(),
    )
}

/// Commits of a case with one effect, one after the other.
async fn commits(folder: &Path, message: &IncomingMessage, ruleset: &Ruleset) -> Duration {
    let store = SqliteStore::open(&format!("sqlite://{}", folder.join("commits.db").display())).await;
    let store = store.expect("a database");
    let mut scratch = Scratch::new();
    let parts: Vec<Part<'_>> = message.parts.iter().map(MessagePart::as_part).collect();
    let verdict = ruleset.scan(&parts, &ScanContext::default(), &mut scratch);
    let mut times = Vec::new();
    for number in 0..200 {
        let message = IncomingMessage {
            id: MessageId(1000 + number),
            ..message.clone()
        };
        let plan = |_| CasePlan {
            actions: Vec::new(),
            softened: None,
            effects: Vec::new(),
        };
        let from = clock();
        let opened = store.open_case(
            InGuild(GuildId(1)),
            message,
            verdict.clone(),
            Timestamp(1),
            Box::new(plan),
        );
        opened.await.expect("a case");
        times.push(from.elapsed());
    }
    store.close().await;
    median(times)
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let ruleset = Ruleset::load(Path::new(RULES)).expect("the rules are right");
    let (bare, (whole, event)) = runtime.block_on(async { (bare().await, whole(folder.path()).await) });
    let message = decoded(&event);
    let incoming = converted(&message);
    let decode = each(|| decoded(&event));
    let convert = each(|| converted(&message));
    let mut scratch = Scratch::new();
    let scan = each(|| {
        let parts: Vec<Part<'_>> = incoming.parts.iter().map(MessagePart::as_part).collect();
        ruleset.scan(&parts, &ScanContext::default(), &mut scratch)
    });
    let commit = runtime.block_on(commits(folder.path(), &incoming, &ruleset));

    println!("message posted to message gone, median of {MESSAGES}:");
    println!("  bare serenity client   {bare:>10.1?}");
    println!(
        "  nightdesk              {whole:>10.1?}   {:.2} x",
        ratio(whole, bare)
    );
    println!("parts of nightdesk's way, as shares of the bare client's whole way:");
    for (part, time) in [
        ("decode (serenity)", decode),
        ("convert and redact", convert),
        ("scan", scan),
        ("commit", commit),
    ] {
        println!("  {part:<22} {time:>10.1?}   {:.3} x", ratio(time, bare));
    }
}

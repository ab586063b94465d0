//! 100,000 messages from 5,000 members over 200 channels, replayed through the gateway as fast as the stand-in gives them
//! out: the whole bot, as the program that is shipped, against a bare serenity client that deletes whatever looks like one
//! of the replay's scams and remembers nothing.
//!
//! Both run as processes of their own beside the stand-in, one after the other, on loopback. What is said of memory is the
//! resident set of the bot's process. The bench fails when a scam stays or anything else goes.

#[path = "../tests/e2e/replay/crowd.rs"]
mod crowd;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crowd::{Crowd, Said};
use fake_discord::FakeDiscord;
use nightdesk::model::guild::{GuildSettings, Mode};
use nightdesk::model::{ChannelId, GuildId, Timestamp, UserId};
use nightdesk::storage::sqlite::SqliteStore;
use nightdesk::storage::{Guilds, InGuild};
use poise::serenity_prelude as serenity;

const CROWD: Crowd = Crowd {
    messages: 100_000,
    members: 5000,
    channels: 200,
};
/// By these the bare client knows a scam; it reads nothing else.
const MARKS: [&str; 4] = [
    "claim-airdrop",
    "wallet-validate",
    "s e e d  p h r a s e",
    "ｓｅｅｄ",
];
/// Set for the process that is to be the bare client: the stand-in's address and the token.
const BARE: &str = "NIGHTDESK_BENCH_BARE";
const LIMIT: Duration = Duration::from_mins(10);

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn clock() -> Instant {
    Instant::now()
}

/// A client that deletes what looks like one of the scams.
struct Bare;

#[serenity::async_trait]
impl serenity::EventHandler for Bare {
    async fn message(&self, context: serenity::Context, message: serenity::Message) {
        if MARKS.iter().any(|mark| message.content.contains(mark)) {
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

async fn be_bare(api_url: &str, token: &str) {
    let http = serenity::HttpBuilder::new(token)
        .proxy(api_url)
        .ratelimiter_disabled(true);
    let intents = serenity::GatewayIntents::GUILDS
        | serenity::GatewayIntents::GUILD_MESSAGES
        | serenity::GatewayIntents::MESSAGE_CONTENT;
    let builder = serenity::ClientBuilder::new_with_http(http.build(), intents);
    let client = builder.event_handler(Bare).framework(Idle).await;
    let ended = client.expect("a client").start().await;
    ended.expect("the client ends well");
}

/// A process that is ended with the measurement.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; either way it must not outlive the measurement.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Running {
    /// The memory it holds, in MiB; 0 where the system does not say.
    fn resident(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<f64>().ok());
        kib.unwrap_or_default() / 1024.0
    }
}

fn bare(discord: &FakeDiscord) -> Running {
    let child = Command::new(std::env::current_exe().expect("this program"))
        .env(BARE, format!("{} {}", discord.api_url(), discord.token()))
        .spawn();
    Running(child.expect("the bare client starts"))
}

async fn whole(discord: &FakeDiscord, folder: &Path) -> Running {
    let database = format!("sqlite://{}", folder.join("replay.db").display());
    let (guild, mod_log) = {
        let state = discord.state();
        let guild = state.guilds.keys().next().expect("a guild").0;
        (guild, state.channel_named("mod-log").expect("the mod log").id.0)
    };
    let store = SqliteStore::open(&database).await.expect("a database");
    let set_up = move |settings: GuildSettings| GuildSettings {
        set_up: true,
        mode: Mode::Enforce,
        mod_log: Some(ChannelId(mod_log)),
        ..settings
    };
    let changed = store
        .change_settings(
            InGuild(GuildId(guild)),
            UserId(1),
            Timestamp(1),
            Box::new(move |settings| set_up(settings).into()),
        )
        .await;
    changed.expect("settings");
    store.close().await;
    let child = Command::new(env!("CARGO_BIN_EXE_nightdesk"))
        .arg("run")
        .env("DISCORD_TOKEN", discord.token())
        .env("DISCORD_API_URL", discord.api_url())
        .env("DATABASE_URL", database)
        .env("RULES_DIR", concat!(env!("CARGO_MANIFEST_DIR"), "/rules"))
        .env("RUST_LOG", "warn")
        .stdin(Stdio::null())
        .spawn();
    Running(child.expect("the bot starts"))
}

/// What a replay came to.
struct Played {
    /// How long each scam stood, shortest first.
    stood: Vec<Duration>,
    /// From the first message posted to the last scam gone.
    all: Duration,
    /// The process's memory in MiB: before the first message, after each fifth of them, after the last scam.
    memory: Vec<f64>,
}

async fn plays(discord: &FakeDiscord, process: &Running, ready: bool) -> Played {
    discord.until_connected().await;
    if ready {
        discord
            .wait_for("the bot's commands", |state| {
                (!state.commands.is_empty()).then_some(())
            })
            .await;
    }
    let mut memory = vec![process.resident()];
    let from = clock();
    let said: Said = CROWD
        .talks(discord, |posted| {
            if posted % (CROWD.messages / 5) == 0 {
                memory.push(process.resident());
            }
        })
        .await;
    let mut stood = said.until_gone(discord, LIMIT).await;
    let all = from.elapsed();
    memory.push(process.resident());
    let wronged = said.wronged(discord);
    assert!(wronged.is_empty(), "harmless messages are gone: {wronged:?}");
    stood.sort_unstable();
    Played { stood, all, memory }
}

/// The value that `percent` of all are not above.
fn quantile(sorted: &[Duration], percent: usize) -> Duration {
    let last = sorted.len().saturating_sub(1);
    sorted
        .get((last * percent).div_ceil(100))
        .copied()
        .unwrap_or_default()
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    if let Ok(address) = std::env::var(BARE) {
        let (api_url, token) = address.split_once(' ').expect("an address and a token");
        return runtime.block_on(be_bare(api_url, token));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let (bare, whole) = runtime.block_on(async {
        let discord = FakeDiscord::start(CROWD.world()).await;
        let process = bare(&discord);
        let bare = plays(&discord, &process, false).await;
        drop(process);
        discord.stop().await;
        let discord = FakeDiscord::start(CROWD.world()).await;
        let process = whole(&discord, folder.path()).await;
        let whole = plays(&discord, &process, true).await;
        (bare, whole)
    });
    println!(
        "{} messages from {} members over {} channels, {} of them scams; every scam gone, nothing else:",
        CROWD.messages,
        CROWD.members,
        CROWD.channels,
        whole.stood.len()
    );
    println!("                     p50          p99          worst        all over after");
    for (name, played) in [("bare client", &bare), ("nightdesk", &whole)] {
        println!(
            "  {name:<12} {:>12.1?} {:>12.1?} {:>12.1?} {:>12.1?}",
            quantile(&played.stood, 50),
            quantile(&played.stood, 99),
            quantile(&played.stood, 100),
            played.all
        );
    }
    let ratio = |percent| {
        quantile(&whole.stood, percent).as_secs_f64() / quantile(&bare.stood, percent).as_secs_f64()
    };
    println!(
        "  posted to gone, as a ratio: p50 {:.2} x, p99 {:.2} x",
        ratio(50),
        ratio(99)
    );
    for (name, played) in [("bare client", &bare), ("nightdesk", &whole)] {
        let memory: Vec<String> = played.memory.iter().map(|mib| format!("{mib:.0}")).collect();
        println!(
            "  memory of {name}, MiB (before, after each fifth, at the end): {}",
            memory.join(", ")
        );
    }
}

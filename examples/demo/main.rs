//! A night in one process: the real bot, a stand-in for Discord, and the people of a small community.
//!
//! `cargo run --example demo` plays it in readable lines and stays up afterwards, so that further clients can connect;
//! `-- --headless` plays it once and ends. Every step is held against the state of the stand-in, not against what the bot
//! says of itself: a step that does not come true ends the demo with an error that names it. Nothing here needs a token
//! or a network.
//!
//! The chapters are files beside this one, in the order in which they are played; [`stage`] is what they all stand on.

mod away;
mod desk;
mod mistakes;
mod outlives;
mod raid;
mod rendering;
mod review;
mod scams;
mod setup;
mod stage;

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{anyhow, ensure};
use clap::Parser;
use fake_discord::FakeDiscord;
use fake_discord::world::{ChannelKind, World};
use nightdesk::cli::run;
use nightdesk::config::Config;
use tokio_util::sync::CancellationToken;

use stage::Night;

/// A community at night: scams come, one mistake is undone, one member is helped.
#[derive(Parser)]
struct Arguments {
    /// Play once and end.
    #[arg(long)]
    headless: bool,
    /// Where the stand-in listens; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let discord = FakeDiscord::start_on(arguments.listen, lantern()).await?;
    let folder = tempfile::tempdir()?;
    let night = Night {
        discord: discord.clone(),
    };

    let evening = on_duty(&discord, folder.path(), async {
        night.until_on_duty().await;
        night.it_is_set_up().await?;
        night.a_wave_of_scams_comes().await?;
        night.what_is_honest_stays().await?;
        night.a_seed_phrase_is_posted_by_mistake().await?;
        night.a_mistake_is_undone().await?;
        night.moderators_decide().await?;
        night.a_raid_comes().await?;
        night.somebody_borrows_a_name().await?;
        night.an_account_is_stolen().await?;
        night.a_false_alarm_does_not_come_again().await?;
        night.somebody_cries_for_help().await?;
        night.a_member_is_helped().await?;
        night.a_thread_is_deleted().await?;
        night.before_it_goes().await
    });
    let left_over = Box::pin(evening).await?;
    let missed = night.the_bot_is_away().await?;
    let morning = on_duty(&discord, folder.path(), async {
        night.until_on_duty().await;
        night.it_comes_back(left_over, missed).await?;
        stays_in_the_rules(&discord)?;
        println!("\nThe night is over: every step came true in the stand-in's own state.");
        if arguments.headless {
            return Ok(());
        }
        println!("\nIt stays up for clients of your own, until Ctrl-C:");
        println!("  REST     {}/api/v10", discord.api_url());
        println!("  gateway  {}", discord.gateway_url());
        println!("  token    {}", discord.token());
        Ok(tokio::signal::ctrl_c().await?)
    });
    Box::pin(morning).await
}

/// The community: besides the usual a member with a past here, a team with a channel of its own, and a place where scams are
/// collected on purpose.
fn lantern() -> World {
    World::community()
        .role("Regular", &[])
        .member_with("rosa", &["Regular"])
        .bot_on_top()
        .private_channel("security-team", ChannelKind::Text, &["Support L3", "Admin"])
        .channel("scam-museum", ChannelKind::Text)
}

/// What the bot did besides the steps: nothing that nobody read, and no route that Discord does not have.
fn stays_in_the_rules(discord: &FakeDiscord) -> anyhow::Result<()> {
    let unknown = discord.rest().record.unknown_routes();
    ensure!(
        unknown.is_empty(),
        "the bot asked for routes that Discord does not have: {unknown:?}"
    );
    let unread = discord.unread();
    ensure!(
        unread.is_empty(),
        "the bot said what nobody expected: {:?}",
        unread.iter().map(stage::words_of).collect::<Vec<_>>()
    );
    Ok(())
}

/// Has the bot on duty while `play` is played, and ends it in an orderly way afterwards.
async fn on_duty<T>(
    discord: &FakeDiscord,
    folder: &Path,
    play: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    let stop = CancellationToken::new();
    let bot = runs_the_bot(discord, folder, stop.clone());
    tokio::pin!(bot);
    let played = tokio::select! {
        played = play => played?,
        ended = &mut bot => return Err(anyhow!("the bot ended before the night did: {ended:?}")),
    };
    stop.cancel();
    bot.await?;
    Ok(played)
}

/// The bot itself, told what its environment would tell it.
async fn runs_the_bot(discord: &FakeDiscord, folder: &Path, stop: CancellationToken) -> anyhow::Result<()> {
    let database = format!("sqlite://{}", folder.join("nightdesk.db").display());
    let settings = [
        ("DISCORD_TOKEN", discord.token()),
        ("DISCORD_API_URL", discord.api_url()),
        ("DATABASE_URL", database),
        (
            "RULES_DIR",
            concat!(env!("CARGO_MANIFEST_DIR"), "/rules").to_owned(),
        ),
        ("OPERATOR_IDS", discord.member("olivia").id.to_string()),
    ];
    let config = Config::read(|name| {
        settings
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.clone())
    })?;
    run::start(config, run::Parts::default(), stop.cancelled_owned()).await
}

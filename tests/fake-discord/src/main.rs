//! The stand-in alone, for any client library: `cargo run -p fake-discord -- --listen 127.0.0.1:4000`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use fake_discord::FakeDiscord;
use fake_discord::world::{World, WorldFile};

/// A stand-in for Discord: REST v10 and the gateway on one loopback port.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where to listen. Port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// A JSON file with guilds, roles, channels and members; without it a small community is there.
    #[arg(long, value_name = "FILE")]
    seed_world: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), String> {
    let world = arguments
        .seed_world
        .as_deref()
        .map_or_else(|| Ok(World::community()), read_world)?;
    let discord = FakeDiscord::start_on(arguments.listen, world)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", arguments.listen))?;
    println!("api      {}/api/v10", discord.api_url());
    println!("gateway  {}", discord.gateway_url());
    println!("token    {}", discord.token());
    println!(
        "act as a member and look at the state: GET {}/_fake",
        discord.api_url()
    );
    tokio::signal::ctrl_c()
        .await
        .map_err(|error| format!("cannot wait for Ctrl-C: {error}"))?;
    discord.stop().await;
    Ok(())
}

fn read_world(path: &Path) -> Result<World, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    WorldFile::parse(&text).map_err(|error| format!("{}: {error}", path.display()))
}

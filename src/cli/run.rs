//! `nightdesk run`: the bot itself. Settings in, a running bot until it is told to stop.

use std::future::Future;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use tracing_subscriber::EnvFilter;

use crate::app;
use crate::app::budget::Budget;
use crate::app::chance::{Chance, SystemChance};
use crate::app::feeds::Feeds;
use crate::app::outbound::Web;
use crate::app::rulebook::{Rulebook, Rulebooks};
use crate::config::{Config, LogFormat};
use crate::discord;
use crate::discord::client::Access;
use crate::model::{Clock, SystemClock};
use crate::rules::feeds::FeedFile;
use crate::storage::spool::Spool;
use crate::storage::sqlite::{Alone, SqliteStore};

/// Runs the bot. Settings come from the environment and `.env`; `.env.example` explains them.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

/// What a bot can be given in place of the real thing.
#[derive(Debug)]
pub struct Parts {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The dice.
    pub chance: Arc<dyn Chance>,
    /// An HTTP client with, say, a test's certificate.
    pub client: Option<reqwest::Client>,
    /// How many refusals Discord takes before the bot stops asking.
    pub invalid_requests: Budget,
}

impl Default for Parts {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            chance: Arc::new(SystemChance),
            client: None,
            invalid_requests: Budget::invalid_requests(),
        }
    }
}

/// Reads the settings, runs the bot until a signal comes, and says how it went: 0 stopped as asked, 2 could not run.
pub fn run(_: &Arguments) -> ExitCode {
    let config = match Config::from_env() {
        Ok(config) => config,
        Err(errors) => {
            eprintln!("{errors}");
            return ExitCode::from(2);
        }
    };
    log_to_stderr(&config);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "no runtime could be started");
            return ExitCode::from(2);
        }
    };
    match runtime.block_on(start(config, Parts::default(), told_to_stop())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::from(2)
        }
    }
}

/// Runs a bot with these settings until `shutdown` completes.
pub async fn start(config: Config, parts: Parts, shutdown: impl Future<Output = ()>) -> anyhow::Result<()> {
    let rulebook = Rulebook::load(&config.rules_dir)
        .map_err(anyhow::Error::msg)
        .with_context(|| format!("the rules in {} cannot be used", config.rules_dir.display()))?;
    tracing::info!(rules = rulebook.ruleset.rules().len(), "rules.loaded");
    let _alone = Alone::claim(&config.database_url)?;
    let feed_file = match &config.domain_feeds {
        Some(path) => FeedFile::load(path).context("DOMAIN_FEEDS cannot be used")?,
        None => FeedFile::default(),
    };
    let store = Arc::new(SqliteStore::open(&config.database_url).await?);
    let spool = Spool::open(beside(&config.database_url, "spool")).await;
    let feeds = Feeds::new(
        feed_file,
        beside(&config.database_url, "feeds"),
        config.rules_dir.clone(),
        Arc::new(Web::new()?),
    );
    feeds.open(parts.clock.as_ref(), parts.chance.as_ref()).await;
    let settings = discord::run::Settings {
        access: Access {
            token: config.token.reveal().to_owned(),
            api_url: config.api_url.clone(),
            client: parts.client,
        },
        guilds: config.guilds,
    };
    let assemble = {
        let store = Arc::clone(&store);
        move |discord: Arc<discord::perform::Discord>| app::Parts {
            store,
            platform: discord,
            clock: parts.clock,
            chance: parts.chance,
            rulebook: Rulebooks::new(config.rules_dir, rulebook),
            feeds,
            spool: Some(spool),
            operators: config.operators,
            keep: config.retention,
            invalid_requests: parts.invalid_requests,
        }
    };
    let ended = discord::run(settings, assemble, shutdown).await;
    store.close().await;
    ended?;
    Ok(())
}

/// What else is kept stands beside the database: its name, and what it is.
fn beside(database_url: &str, what: &str) -> PathBuf {
    let file = database_url
        .trim_start_matches("sqlite:")
        .trim_start_matches("//");
    let file = file.split('?').next().unwrap_or(file);
    PathBuf::from(format!("{file}.{what}"))
}

/// Completes when the process is asked to end: by the terminal, by an init system, by a container.
async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    let terminated = terminated();
    tokio::select! {
        _ = interrupted => {}
        () = terminated => {}
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(error) => {
            tracing::warn!(%error, "SIGTERM cannot be waited for");
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending::<()>().await;
}

fn log_to_stderr(config: &Config) {
    // serenity logs whole events at debug and its requests at info; neither is the operator's business by default.
    let filter = EnvFilter::try_new(&config.log_filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let filter = match quieter(&config.log_filter) {
        Some(directive) => filter.add_directive(directive),
        None => filter,
    };
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().init(),
    }
}

/// serenity's own log lines show paths with tokens of interactions: they stay at warnings unless asked for by name.
fn quieter(filter: &str) -> Option<tracing_subscriber::filter::Directive> {
    if filter.contains("serenity") {
        None
    } else {
        "serenity=warn".parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spool_and_copies_stand_beside_the_database() {
        assert_eq!(
            beside("sqlite://nightdesk.db", "spool"),
            PathBuf::from("nightdesk.db.spool")
        );
        assert_eq!(
            beside("sqlite:///var/lib/n.db?mode=rwc", "feeds"),
            PathBuf::from("/var/lib/n.db.feeds")
        );
    }
}

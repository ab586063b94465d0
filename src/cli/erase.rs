//! `nightdesk erase`: takes one person's words out of the database at once, because they asked for it.
//!
//! What is erased by its age is seen to by the bot itself (`app::jobs`).

use std::num::NonZeroU64;

use super::Outcome;
use crate::config::Config;
use crate::model::{GuildId, UserId};
use crate::storage::sqlite::{Alone, SqliteStore};
use crate::storage::{self, AllGuilds, InGuild, Retention};

/// Erase what one person wrote, and what was written about them, from the database of a bot that is stopped.
///
/// The database is the one that `DATABASE_URL` names. Exit code 0: it is erased. 2: it could not be.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Whose words: the id of their account.
    #[arg(long, value_name = "ID")]
    pub user: NonZeroU64,
    /// In which server; without it, in all that the database knows.
    #[arg(long, value_name = "ID")]
    pub guild: Option<NonZeroU64>,
}

/// What stays after an erasure.
const REMAINS: &str = "What remains holds no words of theirs: ids, times, hashes and counts of their cases and tickets, and a block from \
     tickets without its reason. Not touched: what stands on Discord itself (cards in the mod log and the staff channel, threads of tickets: \
     delete them there), your backups, and evidence that waits in the spool beside the database until the bot can write it.";

/// Runs the subcommand.
pub fn run(arguments: &Arguments) -> Outcome {
    let erased = Config::database_from_env()
        .map_err(|errors| errors.to_string())
        .and_then(|url| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(|error| error.to_string())?;
            runtime
                .block_on(erase(&url, arguments))
                .map_err(|error| error.to_string())
        });
    match erased {
        Ok((rows, guilds)) => {
            println!(
                "Erased {rows} rows of {} in {guilds} servers.\n{REMAINS}",
                arguments.user
            );
            Outcome::Clean
        }
        Err(problem) => {
            eprintln!("{problem}");
            Outcome::Failed
        }
    }
}

/// Erases, and answers how many rows went and in how many guilds was looked.
async fn erase(url: &str, arguments: &Arguments) -> storage::Result<(u64, usize)> {
    // A bot that runs remembers in memory what is erased under it.
    let _alone = Alone::claim_existing(url)?;
    let store = SqliteStore::open(url).await?;
    let guilds = match arguments.guild {
        Some(guild) => vec![GuildId(guild.get())],
        None => store.known_guilds(AllGuilds).await?,
    };
    let mut rows = 0;
    for guild in &guilds {
        rows += store
            .erase_person(InGuild(*guild), UserId(arguments.user.get()))
            .await?;
    }
    store.close().await;
    Ok((rows, guilds.len()))
}

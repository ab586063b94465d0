//! What runs: judging messages, carrying out effects, mending the difference between store and Discord, reading what was
//! missed, keeping the directory of guilds, the current rulebook and the lists of hosts.
//!
//! It reaches Discord only through [`platform::Platform`], anything else only through [`outbound::Outbound`], and the
//! database only through `storage::Store`. Deciding lives
//! in `moderation` and `desk`; requests and words live in `discord`.

pub mod automod;
pub mod avatars;
pub mod backfill;
pub mod backoff;
pub mod backtest;
pub mod breaker;
pub mod budget;
pub mod campaigns;
pub mod chance;
pub mod cries;
pub mod feeds;
pub mod guilds;
pub mod impostors;
pub mod invites;
pub mod jobs;
pub mod judge;
pub mod kept;
pub mod left;
pub mod marks;
pub mod missing_cards;
pub mod openers;
pub mod outbound;
pub mod people;
pub mod performer;
pub mod platform;
pub mod purge;
pub mod reconciler;
pub mod reload;
pub mod reports;
pub mod returning;
pub mod rulebook;
pub mod schedule;
pub mod seen_hosts;
pub mod shadows;
pub mod unasked;
pub mod writers;

use std::sync::Arc;
use std::time::Duration;

use crate::model::{Clock, UserId};
use crate::storage::Store;
use crate::storage::spool::Spool;

/// Everything a running bot shares between its tasks.
pub struct App {
    /// What it remembers.
    pub store: Arc<dyn Store>,
    /// Discord.
    pub platform: Arc<dyn platform::Platform>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The dice.
    pub chance: Arc<dyn chance::Chance>,
    /// Settings and directories, in memory.
    pub guilds: guilds::Guilds,
    /// The rules and the policy in force.
    pub rulebook: rulebook::Rulebooks,
    /// Who is who, as far as names go.
    pub people: people::People,
    /// Whose pictures have been looked at.
    pub avatars: avatars::Avatars,
    /// The lists of hosts in force.
    pub feeds: feeds::Feeds,
    /// Who has written before.
    pub writers: writers::Writers,
    /// Where was linked to before.
    pub seen_hosts: seen_hosts::SeenLinks,
    /// Where somebody cried for help lately.
    pub cries: cries::Cries,
    /// What judging remembers between messages.
    pub bench: judge::Bench,
    /// What each guild is watched for.
    pub campaigns: campaigns::Campaigns,
    /// How far channels have been judged.
    pub marks: marks::Marks,
    /// Wakes the performer after effects were written.
    pub performer: performer::Wake,
    /// Answers of Discord that it counts against us.
    pub invalid_requests: budget::Budget,
    /// How often staff are told that the database refuses.
    pub trouble_told: budget::Budget,
    /// Where evidence goes while the database refuses; absent for a database in memory.
    pub spool: Option<Spool>,
    /// Who may reload the rules.
    pub operators: Vec<UserId>,
    /// How long personal payloads of decided cases and closed tickets are kept, and what is stored of a guild that was left.
    pub keep: Duration,
}

/// What an [`App`] is made of.
pub struct Parts {
    /// What it remembers.
    pub store: Arc<dyn Store>,
    /// Discord.
    pub platform: Arc<dyn platform::Platform>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The dice.
    pub chance: Arc<dyn chance::Chance>,
    /// The rules and the policy in force.
    pub rulebook: rulebook::Rulebooks,
    /// The lists of hosts.
    pub feeds: feeds::Feeds,
    /// Where evidence goes while the database refuses.
    pub spool: Option<Spool>,
    /// Who may reload the rules.
    pub operators: Vec<UserId>,
    /// How long what people wrote is kept.
    pub keep: Duration,
    /// How many refusals Discord takes.
    pub invalid_requests: budget::Budget,
}

impl App {
    /// A bot that knows nothing of any guild yet.
    pub fn new(parts: Parts) -> Self {
        Self {
            store: parts.store,
            platform: parts.platform,
            clock: parts.clock,
            chance: parts.chance,
            guilds: guilds::Guilds::default(),
            rulebook: parts.rulebook,
            people: people::People::default(),
            avatars: avatars::Avatars::default(),
            feeds: parts.feeds,
            writers: writers::Writers::default(),
            seen_hosts: seen_hosts::SeenLinks::default(),
            cries: cries::Cries::default(),
            bench: judge::Bench::default(),
            campaigns: campaigns::Campaigns::default(),
            marks: marks::Marks::default(),
            performer: performer::Wake::default(),
            invalid_requests: parts.invalid_requests,
            trouble_told: budget::Budget::new(1, Duration::from_mins(30)),
            spool: parts.spool,
            operators: parts.operators,
            keep: parts.keep,
        }
    }
}

//! Tries a rule on what the guild has posted, as far as Discord's own search brings it: a few pages, the newest first.
//!
//! Whoever asks is shown nothing that they could not read themselves, and private threads and exempt channels are left
//! out: the rules do not judge those. The searches of a guild are counted together with those for copies.

use std::collections::HashMap;
use std::time::Duration;

use super::{alone, blocking, context};
use crate::app::App;
use crate::app::platform::{Hits, PlatformError, Search};
use crate::app::rulebook::Rulebook;
use crate::model::guild::{ChannelKind, Directory, GuildSettings};
use crate::model::message::{IncomingMessage, MessagePart};
use crate::model::{GuildId, Permissions, RoleId, Timestamp, UserId};
use crate::rules::{Part, ScanContext, Scratch};
use crate::storage::StoreError;

/// The most pages that are read.
const PAGES: u32 = 8;
/// So many hits are shown.
const SAMPLES: usize = 5;
/// So many authors of hits are asked about.
const MOST_AUTHORS: usize = 25;
/// Whoever has been here for so long is hardly a scammer.
pub const LONG: Duration = Duration::from_hours(90 * 24);

/// Whoever wants to know, as far as it decides what they may read.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Who.
    pub user: UserId,
    /// What they hold.
    pub roles: Vec<RoleId>,
}

/// One message in which the rule hits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryHit {
    /// The link to it.
    pub link: String,
    /// What was found, shortened; never a secret.
    pub evidence: String,
    author: UserId,
}

/// What a rule finds among the messages that a search brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InHistory {
    /// Messages that were tried.
    pub messages: u32,
    /// Those in which the rule hits.
    pub hit: u32,
    /// Those of them whose authors have been here for [`LONG`], as far as Discord was asked.
    pub by_long_members: u32,
    /// There is more that was not read.
    pub more: bool,
    /// Some of the hits, newest first.
    pub samples: Vec<HistoryHit>,
}

/// How a search ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Searched {
    /// With this.
    Found(InHistory),
    /// Discord has to read the guild's messages first.
    NotIndexed,
    /// The guild's searches are used up; when there is one again.
    TooOften(Duration),
}

/// Why a search broke off.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// Discord did not answer.
    #[error(transparent)]
    Platform(#[from] PlatformError),
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a rule in force finds among the messages that Discord's search brings for these words.
pub async fn of_search(
    app: &App,
    guild: GuildId,
    reader: &Reader,
    rule: &str,
    words: &str,
) -> Result<Searched, SearchError> {
    let now = app.clock.now();
    let watch = app.campaigns.load(app.store.as_ref(), guild, now).await?;
    let settings = app.guilds.load(app.store.as_ref(), guild).await?;
    let directory = app.guilds.directory(guild);
    let may_read = |message: &IncomingMessage| {
        directory
            .as_deref()
            .is_some_and(|directory| is_judged_and_readable(message, reader, &settings, directory))
    };
    let mut search = Search {
        content: Some(words.to_owned()),
        ..Search::default()
    };
    let (mut found, mut more) = (Vec::new(), false);
    for page in 0..PAGES {
        more = true;
        if let Err(until) = watch.may_search(now) {
            if page == 0 {
                return Ok(Searched::TooOften(until.since(now)));
            }
            break;
        }
        match app.platform.search(guild, &search).await {
            Ok(Hits::Messages { messages, next }) => {
                more = next.is_some();
                search.before = next;
                found.extend(messages.into_iter().filter(may_read));
            }
            Ok(Hits::NotIndexed { .. }) if page == 0 => return Ok(Searched::NotIndexed),
            Ok(Hits::NotIndexed { .. }) => break,
            Err(PlatformError::RateLimited { retry_after }) => {
                app.invalid_requests.spend(now);
                if page == 0 {
                    return Ok(Searched::TooOften(retry_after.unwrap_or(Duration::from_secs(5))));
                }
                break;
            }
            Err(error) => {
                if matches!(error, PlatformError::Refused(_)) {
                    app.invalid_requests.spend(now);
                }
                return Err(error.into());
            }
        }
        if !more {
            break;
        }
    }
    let (rulebook, rule) = (app.rulebook.current(), rule.to_owned());
    let (messages, hits) = blocking(move || among(&rulebook, &rule, &found)).await;
    let by_long_members = long_members(app, guild, &hits, now).await;
    Ok(Searched::Found(InHistory {
        messages,
        hit: u32::try_from(hits.len()).unwrap_or(u32::MAX),
        by_long_members,
        more,
        samples: hits.into_iter().take(SAMPLES).collect(),
    }))
}

/// Whether the rules judge what is posted there, and the reader could read it, too.
fn is_judged_and_readable(
    message: &IncomingMessage,
    reader: &Reader,
    settings: &GuildSettings,
    directory: &Directory,
) -> bool {
    let place = directory.channels.get(&message.channel);
    let is_private = place.is_some_and(|place| place.kind == ChannelKind::PrivateThread);
    let home = directory.home_of(message.channel).map(|home| home.id);
    let is_exempt = |channel| settings.exempt_channels.contains(&channel);
    let may = directory.permissions_in(message.channel, reader.user, &reader.roles);
    !is_private
        && !is_exempt(message.channel)
        && !home.is_some_and(is_exempt)
        && message.author.id != directory.own_user
        && may.contains(Permissions::VIEW_CHANNEL)
        && may.contains(Permissions::READ_MESSAGE_HISTORY)
}

/// How many messages there are, and in which of them the rule hits.
fn among(rulebook: &Rulebook, rule: &str, messages: &[IncomingMessage]) -> (u32, Vec<HistoryHit>) {
    let mask = alone(rulebook, rule);
    let context = ScanContext {
        mask: Some(&mask),
        ..context()
    };
    let mut scratch = Scratch::new();
    let hits = messages.iter().filter_map(|message| {
        let parts: Vec<Part<'_>> = message.parts.iter().map(MessagePart::as_part).collect();
        let verdict = rulebook.ruleset.scan(&parts, &context, &mut scratch);
        let finding = verdict.findings.first()?;
        Some(HistoryHit {
            link: message.link(),
            evidence: finding.evidence.clone(),
            author: message.author.id,
        })
    });
    let hits = hits.collect();
    (u32::try_from(messages.len()).unwrap_or(u32::MAX), hits)
}

/// How many of the hits are by members who have been here for long: an answer of the search does not say.
async fn long_members(app: &App, guild: GuildId, hits: &[HistoryHit], now: Timestamp) -> u32 {
    let mut known: HashMap<UserId, bool> = HashMap::new();
    let mut count = 0;
    for hit in hits {
        let is_long = match known.get(&hit.author) {
            Some(known) => *known,
            None if known.len() >= MOST_AUTHORS => break,
            None => match app.platform.member(guild, hit.author).await {
                Ok(member) => {
                    let joined = member.and_then(|member| member.joined_at);
                    joined.is_some_and(|joined| now.since(joined) >= LONG)
                }
                Err(error) => {
                    tracing::info!(%guild, %error, "how long an author is a member could not be read");
                    break;
                }
            },
        };
        known.insert(hit.author, is_long);
        count += u32::from(is_long);
    }
    count
}

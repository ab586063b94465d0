//! Looks for copies of a scam that are still standing: first among the messages that are remembered, then by Discord's own
//! search. Each copy gets a case of its own in the campaign, with the deletion planned in the same transaction; so a crash
//! at any point loses nothing, and looking twice does no harm.
//!
//! What counts as a copy is decided in `moderation::copies`; what is done about one is decided by the policy.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::App;
use super::judge::{Tried, open_copy, placed, tried};
use super::platform::{Hits, MemberFacts, PlatformError, Search};
use crate::model::campaign::{Finding, Wanted};
use crate::model::case::{Case, CaseState};
use crate::model::ids::snowflake_at;
use crate::model::message::IncomingMessage;
use crate::model::{GuildId, MessageId, Timestamp, UserId};
use crate::moderation::copies::counts;
use crate::moderation::window::REMEMBERED;
use crate::rules::Place;
use crate::storage::{InGuild, StoreError};

/// Remembered messages that are looked at again, one request each.
const MOST_REMEMBERED: usize = 100;
/// Pages of at most 25 hits that are read of a search.
const PAGES: u32 = 8;
/// Words of a message that are searched for.
const WORDS: usize = 8;
/// Authors who are asked about; those beyond them count as members without a role.
const MOST_AUTHORS: usize = 100;

/// What became of a look for copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purged {
    /// Every place was looked at.
    Done {
        /// How many copies were found.
        found: u64,
    },
    /// The guild's searches are used up until then.
    TooOften {
        /// When there is one again.
        until: Timestamp,
    },
    /// Discord has to read the guild's messages first.
    NotIndexed {
        /// When to ask again, where Discord said so.
        retry_after: Option<Duration>,
    },
}

/// Why the look broke off.
#[derive(Debug, thiserror::Error)]
pub enum PurgeError {
    /// Discord did not answer.
    #[error(transparent)]
    Platform(#[from] PlatformError),
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Looks for copies of a case's message and opens a case for each.
pub async fn purge(app: &App, case: Case) -> Result<Purged, PurgeError> {
    let guild = InGuild(case.guild);
    let now = app.clock.now();
    let Some(wanted) = app.store.wanted_of(guild, case.id).await? else {
        return Ok(Purged::Done { found: 0 });
    };
    // Somebody has found it harmless meanwhile, or the text is erased and can be compared with nothing.
    let (Finding::Scam, Some(evidence)) = (wanted.finding, &case.evidence) else {
        return Ok(Purged::Done { found: 0 });
    };
    let mut look = Look {
        app,
        wanted,
        members: HashMap::new(),
        seen: HashSet::from([case.message]),
        found: 0,
    };
    look.through_memory(&case, now).await?;
    let watch = app.campaigns.load(app.store.as_ref(), case.guild, now).await?;
    let mut search = what_to_search(app, evidence);
    if search == Search::default() {
        return Ok(Purged::Done { found: look.found });
    }
    search.after = Some(MessageId(snowflake_at(now - REMEMBERED)));
    for _ in 0..PAGES {
        if let Err(until) = watch.may_search(now) {
            return Ok(Purged::TooOften { until });
        }
        let (hits, next) = match app.platform.search(case.guild, &search).await? {
            Hits::Messages { messages, next } => (messages, next),
            Hits::NotIndexed { retry_after } => return Ok(Purged::NotIndexed { retry_after }),
        };
        for hit in hits {
            look.at(hit, now).await?;
        }
        if next.is_none() {
            break;
        }
        search.before = next;
    }
    if look.found > 0 {
        tracing::info!(guild = %case.guild, case = case.number, copies = look.found, "campaign.purged");
        app.performer.wake();
    }
    Ok(Purged::Done { found: look.found })
}

/// One look for copies.
struct Look<'a> {
    app: &'a App,
    wanted: Wanted,
    members: HashMap<UserId, Option<MemberFacts>>,
    seen: HashSet<MessageId>,
    found: u64,
}

impl Look<'_> {
    /// What is remembered is read again, as it stands now.
    async fn through_memory(&mut self, case: &Case, now: Timestamp) -> Result<(), PurgeError> {
        let app = self.app;
        let watch = app.campaigns.load(app.store.as_ref(), case.guild, now).await?;
        for seen in watch.copies_of(&self.wanted, MOST_REMEMBERED, now) {
            if self.seen.contains(&seen.message) || self.is_settled(case.guild, seen.message).await? {
                continue;
            }
            match app.platform.message(case.guild, seen.channel, seen.message).await {
                Ok(Some(message)) => self.at(message, now).await?,
                // Gone already, or nothing we may read.
                Ok(None) | Err(PlatformError::Refused(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Whether nothing is left to do about a message: a case has taken it away, or somebody has decided. What was only
    /// suspicious until now is looked at again.
    async fn is_settled(&self, guild: GuildId, message: MessageId) -> Result<bool, PurgeError> {
        let known = self.app.store.case_of_message(InGuild(guild), message).await?;
        Ok(known.is_some_and(|case| case.removes() || case.state != CaseState::Open))
    }

    /// Looks at one message.
    async fn at(&mut self, mut message: IncomingMessage, now: Timestamp) -> Result<(), PurgeError> {
        if !self.seen.insert(message.id) {
            return Ok(());
        }
        let app = self.app;
        let mut scratch = app.bench.take_scratch();
        let Tried { verdict, fingerprint } = tried(app, &message, &mut scratch).await?;
        app.bench.give_back(scratch);
        let Some(verdict) = verdict else { return Ok(()) };
        let Some(likeness) = self.wanted.fingerprint.likeness(&fingerprint) else {
            return Ok(());
        };
        if message.author.webhook.is_none() && !message.author.bot {
            let member = self.member(&message).await?;
            message.author.joined_at = member.as_ref().and_then(|member| member.joined_at);
            message.author.roles = member.map(|member| member.roles).unwrap_or_default();
        }
        let seen = placed(app, &message, fingerprint, now).await?;
        if !counts(&self.wanted, likeness, &seen) || self.is_settled(message.guild, message.id).await? {
            return Ok(());
        }
        if open_copy(app, message, verdict, fingerprint, &self.wanted, now).await? {
            self.found += 1;
        }
        Ok(())
    }

    /// Who the author is in the guild: an answer of Discord leaves out by what staff are told from members.
    async fn member(&mut self, message: &IncomingMessage) -> Result<Option<MemberFacts>, PurgeError> {
        let author = message.author.id;
        if let Some(known) = self.members.get(&author) {
            return Ok(known.clone());
        }
        if self.members.len() >= MOST_AUTHORS {
            return Ok(None);
        }
        let member = self.app.platform.member(message.guild, author).await?;
        self.members.insert(author, member.clone());
        Ok(member)
    }
}

/// What Discord is asked for: the host of a link; without one, the first words; without those, the name of a file.
fn what_to_search(app: &App, message: &IncomingMessage) -> Search {
    let rulebook = app.rulebook.current();
    let written = || {
        message
            .parts
            .iter()
            .filter(|part| matches!(part.place, Place::Content | Place::Edit | Place::Snapshot { .. }))
    };
    let mut search = Search::default();
    if let Some(host) = written().find_map(|part| rulebook.ruleset.outside_host(&part.text)) {
        search.link_host = Some(host);
        return search;
    }
    let words: Vec<&str> = written()
        .flat_map(|part| part.text.split_whitespace())
        .filter(|word| word.chars().all(char::is_alphanumeric))
        .take(WORDS)
        .collect();
    if words.len() >= 3 {
        search.content = Some(words.join(" "));
    } else {
        search.file_name = message.attachments.first().map(|file| file.filename.clone());
    }
    search
}

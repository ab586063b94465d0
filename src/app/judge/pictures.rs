//! Pictures of a message, compared with those of confirmed scams of the same guild: fetched within a budget, decoded in
//! a bounded worker, forgotten at once. Only 64 bits of a picture are ever kept.
//!
//! How a picture becomes those bits is said in `moderation::picture`.

use std::sync::Arc;
use std::time::Duration;

use dashmap::DashMap;
use tokio::sync::Semaphore;

use crate::app::App;
use crate::app::budget::Budget;
use crate::app::campaigns::Watch;
use crate::model::campaign::Wanted;
use crate::model::message::{Attachment, IncomingMessage};
use crate::model::{GuildId, Timestamp, UserId};
use crate::moderation::picture::{LARGEST, hash, is_picture};

/// Pictures of one message that are looked at.
const PER_MESSAGE: usize = 4;
/// Pictures that are fetched within a minute for a guild, and of these for one member.
const PER_GUILD: usize = 60;
const PER_MEMBER: usize = 10;
const SPAN: Duration = Duration::from_mins(1);
/// Members whose pictures are counted; more are forgotten all at once.
const MOST_COUNTED: usize = 10_000;
/// Pictures that are decoded at the same time.
const AT_ONCE: usize = 2;
/// The longest that fetching one may take.
const FETCHING: Duration = Duration::from_secs(3);

/// What looking at pictures may cost.
#[derive(Debug)]
pub struct Pictures {
    decoding: Arc<Semaphore>,
    guilds: DashMap<GuildId, Budget>,
    members: DashMap<(GuildId, UserId), Budget>,
}

impl Default for Pictures {
    fn default() -> Self {
        Self {
            decoding: Arc::new(Semaphore::new(AT_ONCE)),
            guilds: DashMap::new(),
            members: DashMap::new(),
        }
    }
}

impl Pictures {
    /// Whether one more picture of a member may be fetched now.
    fn may_fetch(&self, guild: GuildId, member: UserId, now: Timestamp) -> bool {
        if self.members.len() >= MOST_COUNTED {
            self.members.clear();
        }
        let own = self
            .members
            .entry((guild, member))
            .or_insert_with(|| Budget::new(PER_MEMBER, SPAN))
            .spend(now);
        own && self
            .guilds
            .entry(guild)
            .or_insert_with(|| Budget::new(PER_GUILD, SPAN))
            .spend(now)
    }

    /// The hash of a picture, made in a worker of its own; at most two are decoded at the same time.
    pub async fn hash(&self, bytes: Vec<u8>) -> Option<u64> {
        let Ok(_permit) = Arc::clone(&self.decoding).acquire_owned().await else {
            return None;
        };
        match tokio::task::spawn_blocking(move || hash(&bytes)).await {
            Ok(hash) => hash,
            Err(error) => {
                tracing::error!(%error, "a picture could not be decoded");
                None
            }
        }
    }
}

/// Where a message's pictures are, those of embeds after its own.
fn pictures(message: &IncomingMessage) -> impl Iterator<Item = &str> {
    let attached = message.attachments.iter().filter(|file| is_picture(file));
    attached
        .map(|file: &Attachment| file.url.as_str())
        .chain(message.previews.iter().map(String::as_str))
        .take(PER_MESSAGE)
}

/// Whether a message has pictures that can be looked at.
pub(super) fn has_any(message: &IncomingMessage) -> bool {
    pictures(message).next().is_some()
}

/// The scam that one of a message's pictures was part of.
pub(super) async fn scam_in(
    app: &App,
    watch: &Watch,
    message: &IncomingMessage,
    now: Timestamp,
) -> Option<Wanted> {
    let looking = &app.bench.pictures;
    for url in pictures(message) {
        if !looking.may_fetch(message.guild, message.author.id, now) {
            tracing::info!(guild = %message.guild, "too many pictures in a minute; one was not looked at");
            return None;
        }
        let fetched = tokio::time::timeout(FETCHING, app.platform.attachment(url, LARGEST)).await;
        let Ok(Ok(Some(bytes))) = fetched else { continue };
        if let Some(hash) = looking.hash(bytes).await
            && let Some(wanted) = watch.image_of(hash)
        {
            return Some(wanted);
        }
    }
    None
}

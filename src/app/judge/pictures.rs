//! Pictures of a message, compared with those of confirmed scams of the same guild: fetched within a budget, decoded in
//! a bounded worker, forgotten at once. Only 64 bits of a picture are ever kept.
//!
//! How a picture becomes those bits is said in `moderation::picture`.

use std::sync::Arc;
use std::time::Duration;

use dashmap::DashMap;
use futures_util::stream::{self, StreamExt};
use tokio::sync::Semaphore;

use crate::app::App;
use crate::app::budget::Budget;
use crate::app::campaigns::Watch;
use crate::model::campaign::Wanted;
use crate::model::message::{Attachment, IncomingMessage};
use crate::model::{CaseId, GuildId, Timestamp, UserId};
use crate::moderation::picture::{LARGEST, hash, is_picture};
use crate::storage::{InGuild, StoreError};

/// Files of one message that are looked at: as many as Discord allows.
pub const FILES: usize = 10;
/// Pictures of its embeds that are looked at: two each.
pub const PREVIEWS: usize = 20;
/// Pictures that are fetched within a minute for a guild, and of these for one member: those of one full message.
const PER_GUILD: usize = 120;
const PER_MEMBER: usize = FILES + PREVIEWS;
const SPAN: Duration = Duration::from_mins(1);
/// Members whose pictures are counted; more are forgotten all at once.
const MOST_COUNTED: usize = 10_000;
/// Pictures that are decoded at the same time.
const AT_ONCE: usize = 2;
/// The longest that fetching one may take, and looking at all of one message.
const FETCHING: Duration = Duration::from_secs(3);
const LOOKING: Duration = Duration::from_secs(12);
/// Pictures that are fetched at the same time for one message, and in all: each takes its size in memory.
const SIDE_BY_SIDE: usize = 3;
const MOST_HELD: usize = 8;

/// What looking at pictures may cost.
#[derive(Debug)]
pub struct Pictures {
    decoding: Arc<Semaphore>,
    fetching: Semaphore,
    guilds: DashMap<GuildId, Budget>,
    members: DashMap<(GuildId, UserId), Budget>,
}

impl Default for Pictures {
    fn default() -> Self {
        Self {
            decoding: Arc::new(Semaphore::new(AT_ONCE)),
            fetching: Semaphore::new(MOST_HELD),
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
        .take(FILES)
        .chain(message.previews.iter().map(String::as_str).take(PREVIEWS))
}

/// Whether a message has pictures that can be looked at.
pub(super) fn has_any(message: &IncomingMessage) -> bool {
    pictures(message).next().is_some()
}

/// A scam whose pictures a message shows.
pub(super) struct Shown {
    /// The scam; of several, the first.
    pub(super) scam: Wanted,
    /// Those of the message's pictures that are of scams, as far as they were looked for.
    pub(super) pictures: Vec<u64>,
}

/// Which scam's pictures a message shows, and how many of them; it is looked no further than for `enough`.
pub(super) async fn scam_in(
    app: &App,
    watch: &Watch,
    message: &IncomingMessage,
    enough: usize,
    now: Timestamp,
) -> Option<Shown> {
    let looks: Vec<_> = pictures(message)
        .map(|url| known_in(app, watch, message, url, now))
        .collect();
    let mut shown: Option<Shown> = None;
    let looking = async {
        let mut found = stream::iter(looks).buffered(SIDE_BY_SIDE);
        while let Some(known) = found.next().await {
            let Some((picture, scam)) = known else { continue };
            let shown = shown.get_or_insert(Shown {
                scam,
                pictures: Vec::new(),
            });
            shown.pictures.push(picture);
            if shown.pictures.len() >= enough {
                return;
            }
        }
    };
    if tokio::time::timeout(LOOKING, looking).await.is_err() {
        tracing::info!(guild = %message.guild, "looking at the pictures of a message took too long");
    }
    shown
}

/// The picture at this address, and the scam that it was part of.
async fn known_in(
    app: &App,
    watch: &Watch,
    message: &IncomingMessage,
    url: &str,
    now: Timestamp,
) -> Option<(u64, Wanted)> {
    let looking = &app.bench.pictures;
    let _room = looking.fetching.acquire().await.ok()?;
    if !looking.may_fetch(message.guild, message.author.id, now) {
        tracing::info!(guild = %message.guild, "too many pictures in a minute; one was not looked at");
        return None;
    }
    let fetched = tokio::time::timeout(FETCHING, app.platform.attachment(url, LARGEST)).await;
    let Ok(Ok(Some(bytes))) = fetched else { return None };
    let picture = looking.hash(bytes).await?;
    Some((picture, watch.image_of(picture)?))
}

/// Remembers what the pictures of a case look like, by a hash that nothing can be read from: what is decided about the case is
/// decided about them.
pub async fn note(app: &App, guild: GuildId, case: CaseId, pictures: Vec<u64>) {
    if pictures.is_empty() {
        return;
    }
    let now = app.clock.now();
    let noted = async {
        let store = app.store.as_ref();
        if store.note_images(InGuild(guild), case, pictures, now).await? {
            app.campaigns.reload_images(store, guild, now).await?;
        }
        Ok::<_, StoreError>(())
    };
    if let Err(error) = noted.await {
        tracing::warn!(%guild, %error, "the pictures of a case could not be remembered");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_makes_the_bot_fetch_no_more_pictures_in_a_minute_than_one_message_can_hold() {
        let looking = Pictures::default();
        let fetched = |member: u64, at: i64| {
            (0..100)
                .filter(|_| looking.may_fetch(GuildId(1), UserId(member), Timestamp(at)))
                .count()
        };
        assert_eq!(fetched(7, 0), PER_MEMBER);
        assert_eq!(
            fetched(8, 0),
            PER_MEMBER,
            "others' pictures are looked at all the same"
        );
        assert_eq!(
            fetched(9, 0) + fetched(10, 0) + fetched(11, 0),
            PER_GUILD - 2 * PER_MEMBER
        );
        assert_eq!(fetched(7, 60_000), PER_MEMBER);
    }
}

//! What the bot watches for in each guild: the latest messages, the cases whose copies are looked out for, and the pictures
//! of scams. All of it in memory and bounded; cases and pictures are read from the store on first use, so that a campaign
//! goes on across a restart.
//!
//! Memory a guild: 2048 messages of 88 bytes, 1000 cases of 80, 4096 pictures of 88: at most 607 KiB, and a few KiB in a
//! quiet one. Deciding what counts as a copy is done in `moderation::copies`.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use dashmap::DashMap;

use super::budget::Budget;
use crate::model::campaign::{Finding, Wanted};
use crate::model::fingerprint::Likeness;
use crate::model::{CaseId, GuildId, Timestamp};
use crate::moderation::copies::counts;
use crate::moderation::picture::NEAR;
use crate::moderation::window::{REMEMBERED, Repeats, Seen, Window};
use crate::storage::{self, InGuild, Store};

const _: () = assert!(size_of::<Wanted>() <= 80 && size_of::<(u64, Wanted)>() <= 88);

/// Cases a guild is watched for.
const MOST_WANTED: usize = 1000;
/// How long pictures of scams are remembered; the store gives at most 4096 of them.
const IMAGES_REMEMBERED: Duration = Duration::from_hours(90 * 24);
/// Searches of one guild's messages within a minute.
const SEARCHES: usize = 30;

/// What is watched for in each guild.
#[derive(Debug, Default)]
pub struct Campaigns {
    guilds: DashMap<GuildId, Arc<Watch>>,
}

/// What is watched for in one guild.
#[derive(Debug)]
pub struct Watch {
    state: Mutex<State>,
    searches: Budget,
}

#[derive(Debug, Default)]
struct State {
    window: Window,
    wanted: Vec<Wanted>,
    images: Vec<(u64, Wanted)>,
}

impl Campaigns {
    /// The watch over a guild, read from the store on first use.
    pub async fn load(
        &self,
        store: &dyn Store,
        guild: GuildId,
        now: Timestamp,
    ) -> storage::Result<Arc<Watch>> {
        if let Some(known) = self.guilds.get(&guild) {
            return Ok(Arc::clone(&known));
        }
        let wanted = store.wanted(InGuild(guild), now - REMEMBERED).await?;
        let images = store
            .judged_images(InGuild(guild), now - IMAGES_REMEMBERED)
            .await?;
        let watch = Watch {
            state: Mutex::new(State {
                window: Window::default(),
                wanted,
                images,
            }),
            searches: Budget::new(SEARCHES, Duration::from_mins(1)),
        };
        Ok(Arc::clone(
            &self.guilds.entry(guild).or_insert_with(|| Arc::new(watch)),
        ))
    }

    /// Takes in what a case, or a decision about it, changed.
    pub async fn note_case(
        &self,
        store: &dyn Store,
        guild: GuildId,
        case: CaseId,
        now: Timestamp,
    ) -> storage::Result<()> {
        let watch = self.load(store, guild, now).await?;
        if let Some(wanted) = store.wanted_of(InGuild(guild), case).await? {
            watch.want(wanted);
        }
        Ok(())
    }

    /// Reads the pictures of a guild's scams anew.
    pub async fn reload_images(
        &self,
        store: &dyn Store,
        guild: GuildId,
        now: Timestamp,
    ) -> storage::Result<()> {
        let watch = self.load(store, guild, now).await?;
        let images = store
            .judged_images(InGuild(guild), now - IMAGES_REMEMBERED)
            .await?;
        watch.lock().images = images;
        Ok(())
    }

    /// Forgets a guild that the bot has left.
    pub fn forget(&self, guild: GuildId) {
        self.guilds.remove(&guild);
    }
}

impl Watch {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a message, and says what it repeats and which case it is a copy of.
    pub fn note(&self, seen: Seen) -> (Repeats, Option<Wanted>) {
        if seen.fingerprint.is_empty() {
            return (Repeats::default(), None);
        }
        let mut state = self.lock();
        let wanted = state.copy_of(&seen, seen.at);
        (state.window.note(seen), wanted)
    }

    /// The case that a message is a copy of, if it counts as one.
    pub fn copy_of(&self, seen: &Seen, now: Timestamp) -> Option<Wanted> {
        self.lock().copy_of(seen, now)
    }

    /// Messages of the last day that are alike and not of the case itself, newest first, at most `most`.
    pub fn copies_of(&self, wanted: &Wanted, most: usize, now: Timestamp) -> Vec<Seen> {
        let state = self.lock();
        state
            .window
            .copies_of(&wanted.fingerprint, now)
            .filter(|(seen, likeness)| counts(wanted, *likeness, seen))
            .map(|(seen, _)| seen)
            .take(most)
            .collect()
    }

    /// Whether any picture of a scam is known.
    pub fn knows_images(&self) -> bool {
        let state = self.lock();
        state.images.iter().any(|(_, of)| of.finding == Finding::Scam)
    }

    /// The scam whose picture is the same as this one. A picture that a moderator found harmless is none of a scam's,
    /// whoever has borrowed it.
    pub fn image_of(&self, hash: u64) -> Option<Wanted> {
        let state = self.lock();
        let same = || {
            let apart = |known: &u64| (known ^ hash).count_ones();
            state.images.iter().filter(move |(known, _)| apart(known) <= NEAR)
        };
        if same().any(|(_, of)| of.finding == Finding::Harmless) {
            return None;
        }
        same()
            .filter(|(_, of)| of.finding == Finding::Scam)
            .min_by_key(|(known, _)| (known ^ hash).count_ones())
            .map(|(_, of)| *of)
    }

    /// Spends one search. `Err`: when there is one again.
    pub fn may_search(&self, now: Timestamp) -> Result<(), Timestamp> {
        if self.searches.spend(now) {
            Ok(())
        } else {
            Err(self
                .searches
                .exhausted_until(now)
                .unwrap_or(now + Duration::from_secs(1)))
        }
    }

    fn want(&self, wanted: Wanted) {
        let mut state = self.lock();
        state.wanted.retain(|known| known.case != wanted.case);
        state.wanted.insert(0, wanted);
        state.wanted.truncate(MOST_WANTED);
        for (_, known) in &mut state.images {
            if known.case == wanted.case {
                known.finding = wanted.finding;
            }
        }
    }
}

impl State {
    fn copy_of(&self, seen: &Seen, now: Timestamp) -> Option<Wanted> {
        if seen.fingerprint.is_empty() {
            return None;
        }
        let mut found: Option<(Likeness, Wanted)> = None;
        for wanted in &self.wanted {
            if let Some(likeness) = wanted.fingerprint.likeness(&seen.fingerprint)
                && found.is_none_or(|(best, _)| best < likeness)
                && now.since(wanted.latest) < REMEMBERED
                && counts(wanted, likeness, seen)
            {
                found = Some((likeness, *wanted));
            }
        }
        found.map(|(_, wanted)| wanted)
    }
}

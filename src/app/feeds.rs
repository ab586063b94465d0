//! Lists of hosts at work: the last good copies are in force from the first message on, each list is looked at again when
//! it is due, and what changed is swapped in whole while messages go on being judged by the old table.
//!
//! A refresh that fails changes nothing but the note that `/setup check` shows. Off until the operator names a
//! `feeds.toml`; only the addresses in it are ever asked. What may be taken from a list is decided in `rules::feeds`.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use arc_swap::ArcSwap;
use tokio_util::sync::CancellationToken;

use super::chance::Chance;
use super::outbound::{Fetch, Fetched, Outbound};
use super::schedule::every;
use crate::model::{Clock, Timestamp};
use crate::rules::feeds::copy::{About, FeedCopy};
use crate::rules::feeds::{Feed, FeedFile, FeedHosts, Guard, Import, Kind, Origin, Report, day_of};
use crate::storage::feeds::Shelf;

/// How often it is asked which lists are due.
const ROUND: Duration = Duration::from_mins(1);
/// How long the transfer of a list may take.
const TRANSFER: Duration = Duration::from_mins(2);
/// The first wait after a failure.
const FIRST_RETRY: Duration = Duration::from_mins(5);

/// The lists an operator wants, and what is in force of them.
#[derive(Debug)]
pub struct Feeds {
    lists: Vec<Feed>,
    /// Where the guard's lists are.
    rules: PathBuf,
    shelf: Shelf,
    outbound: Arc<dyn Outbound>,
    in_force: ArcSwap<FeedHosts>,
    states: Mutex<Vec<State>>,
}

/// How it stands with one list.
#[derive(Debug, Clone, Default)]
struct State {
    /// Where the copy on the shelf comes from.
    about: Option<About>,
    /// Names of that copy.
    names: usize,
    /// When it is looked at next.
    next_at: Timestamp,
    failures: u32,
    /// What went wrong the last time.
    trouble: Option<String>,
    /// A file's time and size when it was last read.
    seen: Option<(Timestamp, u64)>,
}

/// A list that is not as it should be: what `/setup check` shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The list's id.
    pub id: String,
    /// Names of it that are in force.
    pub in_force: usize,
    /// When it was last known to be up to date.
    pub confirmed_at: Option<Timestamp>,
    /// What is wrong.
    pub what: String,
}

impl Feeds {
    /// The lists of `file`, with their copies in `folder`; the guard reads its lists from `rules`.
    pub fn new(file: FeedFile, folder: PathBuf, rules: PathBuf, outbound: Arc<dyn Outbound>) -> Self {
        let states = vec![State::default(); file.feeds.len()];
        Self {
            lists: file.feeds,
            rules,
            shelf: Shelf::new(folder),
            outbound,
            in_force: ArcSwap::default(),
            states: Mutex::new(states),
        }
    }

    /// What is in force.
    pub fn in_force(&self) -> Arc<FeedHosts> {
        self.in_force.load_full()
    }

    /// What is wrong with which list.
    pub fn troubles(&self, now: Timestamp) -> Vec<Trouble> {
        let states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let troubles = self.lists.iter().zip(states.iter()).filter_map(|(feed, state)| {
            let confirmed_at = state.about.as_ref().map(|about| Timestamp(about.confirmed_at));
            let expired = confirmed_at.is_some_and(|at| now.since(at) > feed.expires);
            let what = match (&state.trouble, expired) {
                (Some(what), false) => what.clone(),
                (what, true) => format!(
                    "its copy is too old to be believed{}",
                    what.as_ref().map(|what| format!(": {what}")).unwrap_or_default()
                ),
                (None, false) => return None,
            };
            Some(Trouble {
                id: feed.id.clone(),
                in_force: if expired { 0 } else { state.names },
                confirmed_at,
                what,
            })
        });
        troubles.collect()
    }

    /// Puts the last good copies in force and reads the lists that are files. Done before the first message is judged.
    pub async fn open(&self, clock: &dyn Clock, chance: &dyn Chance) {
        if self.lists.is_empty() {
            return;
        }
        for at in 0..self.lists.len() {
            let loaded = self
                .off_thread(move |feeds| feeds.shelf.load(&feeds.lists[at].id))
                .await;
            self.change(at, |feed, state| match loaded {
                Some(Ok(Some(copy)))
                    if copy.about.origin == feed.origin.to_string() && copy.about.kind == feed.kind =>
                {
                    state.next_at = Timestamp(copy.about.confirmed_at) + spread(feed.every, chance);
                    state.names = copy.listed.len();
                    state.about = Some(copy.about);
                }
                Some(Err(error)) => state.trouble = Some(error.to_string()),
                // None yet, or one of another list that was called so.
                Some(Ok(_)) | None => {}
            });
            if matches!(self.lists[at].origin, Origin::File(_)) {
                self.refresh(at, clock, chance).await;
            }
        }
        self.put_in_force(clock.now()).await;
    }

    /// Looks at every list that is due, and swaps in what changed.
    pub async fn refresh_due(&self, clock: &dyn Clock, chance: &dyn Chance) {
        let mut changed = false;
        for at in 0..self.lists.len() {
            let now = clock.now();
            let was_expired = self.is_expired(at, now);
            if self.is_due(at, now).await {
                changed |= self.refresh(at, clock, chance).await;
            }
            changed |= was_expired != self.is_expired(at, clock.now()) || self.just_expired(at, now);
        }
        if changed {
            self.put_in_force(clock.now()).await;
        }
    }

    /// Whether a list's copy is too old to be believed.
    fn is_expired(&self, at: usize, now: Timestamp) -> bool {
        let states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let about = states[at].about.as_ref();
        about.is_some_and(|about| now.since(Timestamp(about.confirmed_at)) > self.lists[at].expires)
    }

    /// Whether it became so, and still stands in the table.
    fn just_expired(&self, at: usize, now: Timestamp) -> bool {
        let id = self.lists[at].id.as_str();
        self.is_expired(at, now)
            && self
                .in_force
                .load()
                .sources()
                .iter()
                .any(|source| &*source.id == id)
    }

    async fn is_due(&self, at: usize, now: Timestamp) -> bool {
        let (next_at, seen) = {
            let states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
            (states[at].next_at, states[at].seen)
        };
        if next_at <= now {
            return true;
        }
        match &self.lists[at].origin {
            Origin::File(path) => {
                let path = path.clone();
                let stamp = tokio::task::spawn_blocking(move || stamp_of(&path)).await;
                stamp.ok().flatten().is_some_and(|stamp| Some(stamp) != seen)
            }
            Origin::Url(_) => false,
        }
    }

    /// Fetches and reads one list; says whether there is a new copy of it.
    async fn refresh(&self, at: usize, clock: &dyn Clock, chance: &dyn Chance) -> bool {
        let feed = &self.lists[at];
        let outcome = self.take(at, clock.now()).await;
        let now = clock.now();
        self.change(at, |feed, state| match &outcome {
            Ok(_) => {
                state.failures = 0;
                state.trouble = None;
                state.next_at = now + spread(feed.every, chance);
            }
            Err(what) => {
                let wait = FIRST_RETRY
                    .saturating_mul(1 << state.failures.min(10))
                    .min(feed.every);
                state.next_at = now + spread(wait, chance);
                state.failures += 1;
                state.trouble = Some(what.clone());
            }
        });
        match outcome {
            Ok(None) => {
                tracing::debug!(feed = feed.id, "feed.unchanged");
                false
            }
            Ok(Some(report)) => {
                tracing::info!(
                    feed = feed.id,
                    names = report.taken,
                    new = report.new,
                    refused = report.refusals(),
                    odd = report.odd,
                    "feed.refreshed"
                );
                for (refusal, (count, samples)) in &report.refused {
                    tracing::info!(
                        feed = feed.id,
                        count,
                        ?samples,
                        "feed.refused: {}",
                        refusal.words()
                    );
                }
                true
            }
            Err(what) => {
                tracing::warn!(
                    feed = feed.id,
                    what,
                    "a list of hosts could not be refreshed; its last good copy stays"
                );
                false
            }
        }
    }

    /// The list as it is now, on the shelf; `None`: as it was.
    async fn take(&self, at: usize, now: Timestamp) -> Result<Option<Report>, String> {
        let feed = self.lists[at].clone();
        let about = self.states.lock().unwrap_or_else(PoisonError::into_inner)[at]
            .about
            .clone();
        let (body, etag, last_modified, seen) = match &feed.origin {
            Origin::File(path) => {
                let (path, most) = (path.clone(), feed.most_bytes);
                let read = tokio::task::spawn_blocking(move || read_file(&path, most)).await;
                let (body, seen) = read.map_err(|error| error.to_string())??;
                (body, None, None, seen)
            }
            Origin::Url(url) => {
                let fetch = Fetch {
                    url: url.clone(),
                    etag: about.as_ref().and_then(|about| about.etag.clone()),
                    last_modified: about.as_ref().and_then(|about| about.last_modified.clone()),
                    most_bytes: feed.most_bytes,
                    within: TRANSFER,
                };
                match self
                    .outbound
                    .fetch(&fetch)
                    .await
                    .map_err(|error| error.to_string())?
                {
                    Fetched::Unchanged => (None, fetch.etag, fetch.last_modified, None),
                    Fetched::Changed {
                        body,
                        etag,
                        last_modified,
                    } => (Some(body), etag, last_modified, None),
                }
            }
        };
        let read = self
            .off_thread(move |feeds| feeds.shelve(&feed, body, etag, last_modified, now))
            .await
            .unwrap_or_else(|| Err("the import broke off".to_owned()))?;
        let (about, names, report) = read;
        self.change(at, |_, state| {
            state.about = Some(about);
            state.names = names;
            state.seen = seen;
        });
        Ok(report)
    }

    /// Reads a list and puts its copy on the shelf; without a body, notes that the copy there is confirmed.
    fn shelve(
        &self,
        feed: &Feed,
        body: Option<Vec<u8>>,
        etag: Option<String>,
        last_modified: Option<String>,
        now: Timestamp,
    ) -> Result<(About, usize, Option<Report>), String> {
        let before = self.shelf.load(&feed.id).ok().flatten();
        let (copy, report) = match (body, before) {
            (None, Some(mut before)) => {
                before.about.confirmed_at = now.0;
                (before, None)
            }
            (None, None) => {
                return Err("the server says that nothing changed, but the copy here is gone".to_owned());
            }
            (Some(body), before) => {
                let text = String::from_utf8_lossy(&body);
                let guard = (feed.kind == Kind::Block).then(|| Guard::of_rules(&self.rules));
                let before = before.map(|copy| copy.listed);
                let import = Import::read(&text, feed.format, guard.as_ref(), before.as_ref(), day_of(now.0))
                    .map_err(|error| error.to_string())?;
                // A page of apology, or a list that lost nearly everything, is no list.
                if import.report.taken == 0 && before.is_some_and(|before| !before.is_empty()) {
                    return Err("it holds no host name any more".to_owned());
                }
                if import.report.taken == 0 && import.report.odd + import.report.refusals() > 0 {
                    return Err(
                        format!("nothing in it is a host name in the format {:?}", feed.format)
                            .to_lowercase(),
                    );
                }
                let about = About {
                    id: feed.id.clone(),
                    origin: feed.origin.to_string(),
                    kind: feed.kind,
                    confirmed_at: now.0,
                    changed_at: now.0,
                    etag,
                    last_modified,
                    refused: import.report.refusals(),
                    licence: feed.licence.clone(),
                };
                let copy = FeedCopy {
                    about,
                    listed: import.listed,
                    excepted: import.excepted,
                };
                (copy, Some(import.report))
            }
        };
        self.shelf.save(&copy).map_err(|error| error.to_string())?;
        Ok((copy.about, copy.listed.len(), report))
    }

    /// Puts all copies that are still believed together, away from the threads that judge, and swaps the table.
    async fn put_in_force(&self, now: Timestamp) {
        let merged = self.off_thread(move |feeds| feeds.merged(now)).await;
        let Some(merged) = merged else { return };
        tracing::info!(
            lists = merged.sources().len(),
            names = merged.len(),
            bytes = merged.memory(),
            "feeds.in_force"
        );
        self.in_force.store(Arc::new(merged));
    }

    fn merged(&self, now: Timestamp) -> FeedHosts {
        let mut copies = Vec::new();
        for feed in &self.lists {
            match self.shelf.load(&feed.id) {
                Ok(Some(copy)) if now.since(Timestamp(copy.about.confirmed_at)) <= feed.expires => {
                    copies.push((feed, copy));
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(feed = feed.id, %error, "a copy cannot be used"),
            }
        }
        let blocked = copies.iter().filter(|(feed, _)| feed.kind == Kind::Block);
        let welcome = copies.iter().map(|(feed, copy)| match feed.kind {
            Kind::Block => &copy.excepted,
            Kind::Allow => &copy.listed,
        });
        FeedHosts::merge(
            blocked.map(|(feed, copy)| (feed.id.as_str(), &copy.listed)),
            welcome,
        )
    }

    fn change(&self, at: usize, change: impl FnOnce(&Feed, &mut State)) {
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        change(&self.lists[at], &mut states[at]);
    }

    /// Runs what takes long on a thread of its own; `None` when it broke off.
    async fn off_thread<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Option<T> {
        let other = Self {
            lists: self.lists.clone(),
            rules: self.rules.clone(),
            shelf: self.shelf.clone(),
            outbound: Arc::clone(&self.outbound),
            in_force: ArcSwap::default(),
            states: Mutex::default(),
        };
        let done = tokio::task::spawn_blocking(move || job(&other)).await;
        done.map_err(|error| tracing::error!(%error, "a list of hosts broke off"))
            .ok()
    }
}

/// Looks at what is due, once a minute, until stopped.
pub async fn run(feeds: &Feeds, clock: &dyn Clock, chance: &dyn Chance, stop: &CancellationToken) {
    if feeds.lists.is_empty() {
        return;
    }
    feeds.refresh_due(clock, chance).await;
    every(clock, ROUND, stop, || feeds.refresh_due(clock, chance)).await;
}

/// A span, a tenth more or less, so that bots all over do not ask a server at the same minute.
fn spread(span: Duration, chance: &dyn Chance) -> Duration {
    span.mul_f64(0.9 + 0.2 * chance.fraction().clamp(0.0, 1.0))
}

fn stamp_of(path: &Path) -> Option<(Timestamp, u64)> {
    let metadata = std::fs::metadata(path).ok()?;
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some((
        Timestamp(i64::try_from(modified.as_millis()).ok()?),
        metadata.len(),
    ))
}

type Read = (Option<Vec<u8>>, Option<(Timestamp, u64)>);

fn read_file(path: &Path, most_bytes: u64) -> Result<Read, String> {
    let told = |error: std::io::Error| format!("{}: {error}", path.display());
    let stamp = stamp_of(path);
    let length = std::fs::metadata(path).map_err(told)?.len();
    if length > most_bytes {
        return Err(format!("{} is larger than {most_bytes} bytes", path.display()));
    }
    Ok((Some(std::fs::read(path).map_err(told)?), stamp))
}

#[cfg(test)]
mod tests;

//! Who writes where, gathered in memory and written in batches: whoever wrote here on an earlier day has a past here.
//!
//! What a past changes is said in `rules/policy.toml`.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use dashmap::DashSet;

use super::App;
use crate::model::{GuildId, UserId};
use crate::storage::InGuild;

/// Writers that are known to be noted, in all guilds: about 3 MB. More are forgotten all at once and written again, which
/// changes nothing.
const MOST_KNOWN: usize = 100_000;

/// Writers seen since the last batch, and those that need no second note.
#[derive(Debug, Default)]
pub struct Writers {
    known: DashSet<(GuildId, UserId)>,
    fresh: Mutex<HashMap<GuildId, Vec<UserId>>>,
}

impl Writers {
    /// Notes that somebody wrote.
    pub fn note(&self, guild: GuildId, writer: UserId) {
        if self.known.len() >= MOST_KNOWN {
            self.known.clear();
        }
        if self.known.insert((guild, writer)) {
            let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
            fresh.entry(guild).or_default().push(writer);
        }
    }

    fn take(&self) -> HashMap<GuildId, Vec<UserId>> {
        std::mem::take(&mut *self.fresh.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn give_back(&self, guild: GuildId, writers: Vec<UserId>) {
        let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        fresh.entry(guild).or_default().extend(writers);
    }
}

/// Writes who wrote since the last time.
pub async fn write(app: &App) {
    for (guild, writers) in app.writers.take() {
        let now = app.clock.now();
        if let Err(error) = app.store.note_writers(InGuild(guild), writers.clone(), now).await {
            tracing::warn!(%guild, %error, "who wrote could not be noted; it is tried again");
            app.writers.give_back(guild, writers);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_writer_is_noted_once_and_again_when_writing_failed() {
        let writers = Writers::default();
        for _ in 0..3 {
            writers.note(GuildId(1), UserId(7));
        }
        let batch = writers.take();
        assert_eq!(batch[&GuildId(1)], [UserId(7)]);
        writers.note(GuildId(1), UserId(7));
        assert!(writers.take().is_empty());
        writers.give_back(GuildId(1), vec![UserId(7)]);
        assert_eq!(writers.take()[&GuildId(1)], [UserId(7)]);
    }
}

//! Who writes where, gathered in memory and written in batches: whoever wrote here on an earlier day has a past here, and
//! whoever has not written at all says their first words.
//!
//! What a past changes is said in `rules/policy.toml`; what first words weigh, in the rules.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;

use super::App;
use crate::model::message::IncomingMessage;
use crate::model::{GuildId, MessageId, Timestamp, UserId};
use crate::moderation::standing::is_new;
use crate::storage::InGuild;

/// Writers that are known to be noted, in all guilds: about 4 MB. More are forgotten all at once and written again, which
/// changes nothing.
const MOST_KNOWN: usize = 100_000;

/// Writers seen since the last batch, and those that need no second note.
#[derive(Debug, Default)]
pub struct Writers {
    known: DashMap<(GuildId, UserId), Past>,
    fresh: Mutex<HashMap<GuildId, Vec<UserId>>>,
}

/// What is known of a writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Past {
    /// They may have written here before the bot looked.
    Unknown,
    /// This was their first message here.
    BeganWith(MessageId),
}

impl Writers {
    /// Notes that somebody wrote. Whoever is known keeps the past they have.
    fn note(&self, guild: GuildId, writer: UserId, past: Past) {
        if self.known.len() >= MOST_KNOWN {
            self.known.clear();
        }
        if let Entry::Vacant(place) = self.known.entry((guild, writer)) {
            place.insert(past);
            let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
            fresh.entry(guild).or_default().push(writer);
        }
    }

    /// A known writer's past.
    fn past_of(&self, guild: GuildId, writer: UserId) -> Option<Past> {
        self.known.get(&(guild, writer)).map(|past| *past)
    }

    fn take(&self) -> HashMap<GuildId, Vec<UserId>> {
        std::mem::take(&mut *self.fresh.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn give_back(&self, guild: GuildId, writers: Vec<UserId>) {
        let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        fresh.entry(guild).or_default().extend(writers);
    }
}

/// Notes a message's author, and answers whether it is (an edit of) the first message that they have written here. Of
/// members who have been here for long nobody can tell, because they may have written before the bot came: they are not
/// accused of anything. The store is asked once about each newcomer.
pub async fn is_first(app: &App, message: &IncomingMessage, now: Timestamp) -> bool {
    let (guild, author) = (message.guild, &message.author);
    if author.bot || author.webhook.is_some() {
        return false;
    }
    let first = Past::BeganWith(message.id);
    if let Some(past) = app.writers.past_of(guild, author.id) {
        return past == first;
    }
    let may_be = is_new(author.joined_at, now);
    let is_first = may_be
        && match app.store.has_written(InGuild(guild), author.id).await {
            Ok(written) => !written,
            Err(error) => {
                tracing::warn!(%guild, %error, "whether a newcomer wrote before could not be read");
                false
            }
        };
    let past = if is_first { first } else { Past::Unknown };
    app.writers.note(guild, author.id, past);
    // Of two that came at the same time one is the first.
    app.writers.past_of(guild, author.id) == Some(first)
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
    fn the_first_message_of_a_writer_stays_the_first() {
        let writers = Writers::default();
        let (first, later) = (Past::BeganWith(MessageId(3)), Past::BeganWith(MessageId(4)));
        assert_eq!(writers.past_of(GuildId(1), UserId(7)), None);
        writers.note(GuildId(1), UserId(7), first);
        writers.note(GuildId(1), UserId(7), later);
        assert_eq!(writers.past_of(GuildId(1), UserId(7)), Some(first));
    }

    #[test]
    fn a_writer_is_noted_once_and_again_when_writing_failed() {
        let writers = Writers::default();
        for _ in 0..3 {
            writers.note(GuildId(1), UserId(7), Past::Unknown);
        }
        let batch = writers.take();
        assert_eq!(batch[&GuildId(1)], [UserId(7)]);
        writers.note(GuildId(1), UserId(7), Past::Unknown);
        assert!(writers.take().is_empty());
        writers.give_back(GuildId(1), vec![UserId(7)]);
        assert_eq!(writers.take()[&GuildId(1)], [UserId(7)]);
    }
}

//! How far each channel has been judged, gathered in memory and written in batches, so that nothing per message touches
//! the database. A crash loses a few seconds of marks: those messages are read again, which does no harm.
//!
//! Reading what was missed is done in [`super::backfill`].

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use crate::model::{ChannelId, GuildId, MessageId};

type Place = (GuildId, ChannelId);

/// The newest message judged in each channel, as far as it is not written yet.
#[derive(Debug, Default)]
pub struct Marks {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    fresh: HashMap<Place, MessageId>,
    held: HashSet<Place>,
}

impl Marks {
    /// Notes that a message was judged. Never goes backwards.
    pub fn note(&self, guild: GuildId, channel: ChannelId, message: MessageId) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mark = state.fresh.entry((guild, channel)).or_insert(message);
        *mark = (*mark).max(message);
    }

    /// Keeps a channel's mark from being written while older messages of it are still being read: a newer message
    /// judged meanwhile must not hide them.
    pub fn hold(&self, guild: GuildId, channel: ChannelId) {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .held
            .insert((guild, channel));
    }

    /// Ends [`Self::hold`].
    pub fn release(&self, guild: GuildId, channel: ChannelId) {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .held
            .remove(&(guild, channel));
    }

    /// Takes what may be written, by guild.
    pub fn take(&self) -> HashMap<GuildId, Vec<(ChannelId, MessageId)>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State { fresh, held } = &mut *state;
        let mut batch: HashMap<GuildId, Vec<(ChannelId, MessageId)>> = HashMap::new();
        fresh.retain(|place, message| {
            let keep = held.contains(place);
            if !keep {
                batch.entry(place.0).or_default().push((place.1, *message));
            }
            keep
        });
        batch
    }

    /// Gives back a batch that could not be written.
    pub fn give_back(&self, guild: GuildId, batch: Vec<(ChannelId, MessageId)>) {
        for (channel, message) in batch {
            self.note(guild, channel, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUILD: GuildId = GuildId(1);
    const CHANNEL: ChannelId = ChannelId(2);

    #[test]
    fn a_mark_never_goes_backwards_and_is_taken_once() {
        let marks = Marks::default();
        marks.note(GUILD, CHANNEL, MessageId(9));
        marks.note(GUILD, CHANNEL, MessageId(5));
        assert_eq!(marks.take()[&GUILD], [(CHANNEL, MessageId(9))]);
        assert!(marks.take().is_empty());
    }

    #[test]
    fn a_held_channel_is_not_written_until_it_is_released() {
        let marks = Marks::default();
        marks.hold(GUILD, CHANNEL);
        marks.note(GUILD, CHANNEL, MessageId(9));
        assert!(marks.take().is_empty());
        marks.release(GUILD, CHANNEL);
        assert_eq!(marks.take()[&GUILD], [(CHANNEL, MessageId(9))]);
    }
}

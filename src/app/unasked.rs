//! Messages with invitations of which not all could be asked about, because a budget had run out or Discord did not answer:
//! they are judged again a little later, a few times, so that a foreign invitation does not hide behind many others.
//!
//! The budgets are in [`super::invites`]. What is remembered is bounded for each member, each guild and in all; it lives in
//! memory only.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{App, backfill};
use crate::model::message::{Arrival, IncomingMessage};
use crate::model::{ChannelId, GuildId, MessageId, Timestamp, UserId};

/// How often somebody looks whether a message is due.
pub const ROUND: Duration = Duration::from_secs(5);
/// When a message is judged again for the first time, and how long after that each time: by then every budget is fresh.
const FIRST: Duration = Duration::from_secs(5);
const AGAIN: Duration = Duration::from_secs(61);
/// How often a message is judged again.
const MOST_TRIES: u8 = 6;
/// Messages that wait: of one member in a guild, of one guild, of all.
const PER_MEMBER: usize = 8;
const PER_GUILD: usize = 64;
const IN_ALL: usize = 1024;

/// Messages that are to be judged again.
#[derive(Debug, Default)]
pub struct Unasked(Mutex<BTreeMap<(GuildId, ChannelId, MessageId), Waiting>>);

#[derive(Clone, Copy, Debug)]
struct Waiting {
    author: UserId,
    due: Timestamp,
    tries: u8,
}

impl Unasked {
    /// Notes a message of which not every invitation could be asked about, if there is room.
    pub fn note(&self, message: &IncomingMessage, now: Timestamp) {
        // What was blocked or is a name cannot be read again.
        if matches!(message.arrival, Arrival::Blocked | Arrival::Named) {
            return;
        }
        let mut waiting = self.lock();
        let key = (message.guild, message.channel, message.id);
        let (mut of_guild, mut of_member) = (0, 0);
        for ((guild, ..), one) in waiting.iter() {
            if *guild == message.guild {
                of_guild += 1;
                of_member += usize::from(one.author == message.author.id);
            }
        }
        if waiting.contains_key(&key)
            || of_member >= PER_MEMBER
            || of_guild >= PER_GUILD
            || waiting.len() >= IN_ALL
        {
            return;
        }
        let one = Waiting {
            author: message.author.id,
            due: now + FIRST,
            tries: 0,
        };
        waiting.insert(key, one);
    }

    /// Forgets a message of which every invitation is known.
    pub fn settle(&self, message: &IncomingMessage) {
        self.lock().remove(&(message.guild, message.channel, message.id));
    }

    /// The messages that are due, by channel. Each stays until it is settled or was tried often enough.
    fn take_due(&self, now: Timestamp) -> BTreeMap<(GuildId, ChannelId), BTreeSet<MessageId>> {
        let mut due: BTreeMap<(GuildId, ChannelId), BTreeSet<MessageId>> = BTreeMap::new();
        self.lock().retain(|(guild, channel, message), one| {
            if one.due > now {
                return true;
            }
            due.entry((*guild, *channel)).or_default().insert(*message);
            one.due = now + AGAIN;
            one.tries += 1;
            one.tries < MOST_TRIES
        });
        due
    }

    /// Forgets a guild that the bot has left.
    pub fn forget(&self, guild: GuildId) {
        self.lock().retain(|(home, ..), _| *home != guild);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(GuildId, ChannelId, MessageId), Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Judges again what is due.
pub async fn ask_again(app: &App) {
    for ((guild, channel), messages) in app.bench.unasked.take_due(app.clock.now()) {
        backfill::read_again(app, guild, channel, messages).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::message::Author;

    fn at(seconds: i64) -> Timestamp {
        Timestamp(1_800_000_000_000 + seconds * 1000)
    }

    fn message(guild: u64, id: u64, author: u64) -> IncomingMessage {
        IncomingMessage {
            guild: GuildId(guild),
            channel: ChannelId(2),
            id: MessageId(id),
            author: Author {
                id: UserId(author),
                name: String::new(),
                display_name: String::new(),
                bot: false,
                webhook: None,
                roles: Vec::new(),
                joined_at: None,
            },
            arrival: Arrival::Posted,
            posted_at: at(0),
            parts: Vec::new(),
            attachments: Vec::new(),
            forwards: None,
            mentions_everyone: false,
            previews: Vec::new(),
            needs_fetch: false,
        }
    }

    #[test]
    fn a_message_is_judged_again_soon_and_then_each_minute_until_it_is_settled_or_was_tried_often_enough() {
        let unasked = Unasked::default();
        unasked.note(&message(1, 10, 3), at(0));
        unasked.note(&message(1, 11, 3), at(0));
        assert!(unasked.take_due(at(4)).is_empty());
        assert_eq!(
            unasked.take_due(at(5))[&(GuildId(1), ChannelId(2))],
            BTreeSet::from([MessageId(10), MessageId(11)])
        );
        assert!(unasked.take_due(at(6)).is_empty());
        unasked.settle(&message(1, 11, 3));
        let mut times = 1;
        for minute in 1..100 {
            let now = at(5 + minute * 61);
            times += usize::from(!unasked.take_due(now).is_empty());
        }
        assert_eq!(times, usize::from(MOST_TRIES));
        assert!(unasked.lock().is_empty());
    }

    #[test]
    fn what_waits_is_bounded_for_a_member_a_guild_and_in_all() {
        let unasked = Unasked::default();
        for id in 0..20 {
            unasked.note(&message(1, id, 3), at(0));
        }
        assert_eq!(unasked.lock().len(), PER_MEMBER);
        for id in 100..300 {
            unasked.note(&message(1, id, id), at(0));
        }
        assert_eq!(unasked.lock().len(), PER_GUILD);
        for id in 1000..4000 {
            unasked.note(&message(id, id, id), at(0));
        }
        assert_eq!(unasked.lock().len(), IN_ALL);
        unasked.forget(GuildId(1));
        assert_eq!(unasked.lock().len(), IN_ALL - PER_GUILD);
    }
}

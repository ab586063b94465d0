//! A bounded queue per channel, so that what happens in one channel is worked off in order while channels do not wait for
//! each other.
//!
//! A lane exists while it has work; its worker ends when it runs dry. A lane that is full takes no more until it has been
//! worked off, nor does any lane take messages while too many wait in all: what was turned away is then read again from
//! Discord ([`Next::CatchUp`]), so that memory stays bounded and nothing is lost.

use std::collections::{BTreeSet, VecDeque};
use std::hash::Hash;
use std::sync::atomic::{AtomicUsize, Ordering};

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;

use crate::model::{ChannelId, GuildId, MessageId};

/// Jobs of one lane that wait.
const MOST: usize = 512;
/// Jobs of all lanes that wait before messages are turned away; a message that waits takes about two and a half KiB.
const MOST_IN_ALL: usize = 16_384;

/// All lanes.
#[derive(Debug)]
pub struct Lanes<K: Eq + Hash, J> {
    by_key: DashMap<K, Lane<J>>,
    most: usize,
    most_in_all: usize,
    /// Jobs that wait in all lanes.
    waiting: AtomicUsize,
}

#[derive(Debug)]
struct Lane<J> {
    waiting: VecDeque<J>,
    behind: bool,
}

/// What became of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// It waits; the lane has a worker.
    Waits,
    /// It waits, and the lane needs a worker now.
    NeedsWorker,
    /// The lane is full: the job was dropped and the lane will catch up.
    TurnedAway,
}

/// What a lane's worker does next.
#[derive(Debug, PartialEq, Eq)]
pub enum Next<J> {
    /// This job.
    Job(J),
    /// Jobs were turned away: read again what they were about.
    CatchUp,
    /// Nothing: the worker ends, and the lane is gone.
    Nothing,
}

impl<K: Eq + Hash + Copy, J> Default for Lanes<K, J> {
    fn default() -> Self {
        Self::holding(MOST, MOST_IN_ALL)
    }
}

impl<K: Eq + Hash + Copy, J> Lanes<K, J> {
    /// Lanes that hold so many jobs each, and about so many in all.
    pub fn holding(most: usize, most_in_all: usize) -> Self {
        Self {
            by_key: DashMap::new(),
            most,
            most_in_all,
            waiting: AtomicUsize::new(0),
        }
    }

    /// Puts a job at the end of a lane. `readable`: what it is about can be read again, so that it may be turned away for
    /// the sake of other lanes. A lane without work always takes it.
    pub fn push(&self, key: K, job: J, readable: bool) -> Pushed {
        // Counted before the lane's worker can take it away again.
        let waiting = self.waiting.fetch_add(1, Ordering::Relaxed);
        let pushed = self.put(key, job, readable && waiting >= self.most_in_all);
        if pushed == Pushed::TurnedAway {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
        }
        pushed
    }

    fn put(&self, key: K, job: J, no_room: bool) -> Pushed {
        match self.by_key.entry(key) {
            Entry::Vacant(empty) => {
                empty.insert(Lane {
                    waiting: VecDeque::from([job]),
                    behind: false,
                });
                Pushed::NeedsWorker
            }
            Entry::Occupied(mut lane) => {
                let lane = lane.get_mut();
                if lane.behind || no_room || lane.waiting.len() >= self.most {
                    lane.behind = true;
                    return Pushed::TurnedAway;
                }
                lane.waiting.push_back(job);
                Pushed::Waits
            }
        }
    }

    /// The next job of a lane. Only its one worker asks.
    pub fn next(&self, key: K) -> Next<J> {
        match self.by_key.entry(key) {
            Entry::Vacant(_) => Next::Nothing,
            Entry::Occupied(mut lane) => match lane.get_mut().waiting.pop_front() {
                Some(job) => {
                    self.waiting.fetch_sub(1, Ordering::Relaxed);
                    Next::Job(job)
                }
                // From here on jobs wait again: what comes during the catching up is not lost.
                None if std::mem::take(&mut lane.get_mut().behind) => Next::CatchUp,
                None => {
                    lane.remove();
                    Next::Nothing
                }
            },
        }
    }

    /// Whether no lane has work.
    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }
}

/// What lanes turned away, by message: enough to read all of it again.
#[derive(Debug, Default)]
pub struct TurnedAway(DashMap<(GuildId, ChannelId), Missed>);

/// What one lane turned away.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Missed {
    /// The first message that was posted and turned away: everything before it was taken.
    pub first_posted: Option<MessageId>,
    /// The messages whose edits were turned away. Reading on from the first posted one would not meet those that are
    /// older.
    pub edited: BTreeSet<MessageId>,
}

impl TurnedAway {
    /// Notes a message that was posted.
    pub fn posted(&self, lane: (GuildId, ChannelId), message: MessageId) {
        let mut missed = self.0.entry(lane).or_default();
        missed.first_posted = Some(missed.first_posted.map_or(message, |first| first.min(message)));
    }

    /// Notes a message that was edited.
    pub fn edited(&self, lane: (GuildId, ChannelId), message: MessageId) {
        let mut missed = self.0.entry(lane).or_default();
        missed.edited.insert(message);
        if missed.edited.len() > MOST {
            // The oldest is the one that the fewest people still see.
            let dropped = missed.edited.pop_first();
            tracing::warn!(channel = %lane.1, ?dropped, "more edits came than can be remembered; one was not judged");
        }
    }

    /// Takes what a lane has missed.
    pub fn take(&self, lane: (GuildId, ChannelId)) -> Missed {
        self.0.remove(&lane).map(|(_, missed)| missed).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_keeps_order_and_ends_when_it_runs_dry() {
        let lanes = Lanes::holding(8, 100);
        assert_eq!(lanes.push(1, 'a', true), Pushed::NeedsWorker);
        assert_eq!(lanes.push(1, 'b', true), Pushed::Waits);
        assert_eq!(
            lanes.push(2, 'x', true),
            Pushed::NeedsWorker,
            "another lane has a worker of its own"
        );
        assert_eq!(lanes.next(1), Next::Job('a'));
        assert_eq!(lanes.next(1), Next::Job('b'));
        assert_eq!(lanes.next(1), Next::Nothing);
        assert_eq!(lanes.push(1, 'c', true), Pushed::NeedsWorker);
    }

    #[test]
    fn what_was_turned_away_is_remembered_up_to_a_bound_and_taken_once() {
        let (turned_away, lane) = (TurnedAway::default(), (GuildId(1), ChannelId(2)));
        turned_away.posted(lane, MessageId(9000));
        turned_away.posted(lane, MessageId(9001));
        for message in 0..=MOST as u64 {
            turned_away.edited(lane, MessageId(message));
            turned_away.edited(lane, MessageId(message));
        }
        let missed = turned_away.take(lane);
        assert_eq!(missed.first_posted, Some(MessageId(9000)));
        assert_eq!(
            (missed.edited.len(), missed.edited.first()),
            (MOST, Some(&MessageId(1)))
        );
        assert_eq!(turned_away.take(lane), Missed::default());
    }

    #[test]
    fn a_full_lane_turns_away_until_it_was_worked_off_and_then_catches_up() {
        let lanes = Lanes::holding(2, 100);
        lanes.push(1, 1, true);
        lanes.push(1, 2, true);
        assert_eq!(lanes.push(1, 3, true), Pushed::TurnedAway);
        assert_eq!(lanes.next(1), Next::Job(1));
        assert_eq!(
            lanes.push(1, 4, true),
            Pushed::TurnedAway,
            "a later job must not overtake the one turned away"
        );
        assert_eq!(lanes.next(1), Next::Job(2));
        assert_eq!(lanes.next(1), Next::CatchUp);
        assert_eq!(lanes.push(1, 5, true), Pushed::Waits);
        assert_eq!(lanes.next(1), Next::Job(5));
        assert_eq!(lanes.next(1), Next::Nothing);
        assert!(lanes.is_empty());
    }

    #[test]
    fn while_too_much_waits_in_all_messages_are_turned_away_and_what_cannot_be_read_again_is_not() {
        let lanes = Lanes::holding(8, 2);
        for lane in [1, 2] {
            assert_eq!(lanes.push(lane, 'a', true), Pushed::NeedsWorker);
        }
        assert_eq!(lanes.push(1, 'b', true), Pushed::TurnedAway);
        assert_eq!(lanes.push(2, 'c', false), Pushed::Waits, "a thread that is gone");
        assert_eq!(
            lanes.push(3, 'd', true),
            Pushed::NeedsWorker,
            "a lane without work"
        );
        assert_eq!(lanes.next(1), Next::Job('a'));
        assert_eq!(lanes.next(1), Next::CatchUp);
        for job in [Next::Job('a'), Next::Job('c'), Next::Nothing] {
            assert_eq!(lanes.next(2), job);
        }
        assert_eq!(lanes.push(3, 'e', true), Pushed::Waits, "there is room again");
    }
}

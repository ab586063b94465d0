//! What a guild has posted lately, clean messages included: by it a wave is seen as a wave, and copies that were
//! posted before anybody knew are found again.
//!
//! Bounded: [`MOST`] messages of 88 bytes, at most 176 KiB a guild, grown as it fills. It holds fingerprints and ids, no
//! text. After a restart it is empty: cases are remembered by the store, and what was posted before is found by
//! Discord's search (`app::purge`).

use std::collections::VecDeque;
use std::time::Duration;

use crate::model::campaign::Poster;
use crate::model::fingerprint::{Fingerprint, Likeness};
use crate::model::{ChannelId, MessageId, Timestamp, UserId};

/// Messages that are remembered.
pub const MOST: usize = 2048;
/// For how long.
pub const REMEMBERED: Duration = Duration::from_hours(24);
/// How long copies of a wave lie apart at most.
const WAVE: Duration = Duration::from_mins(1);
/// So many channels, or so many new members, make a wave.
const CHANNELS_OF_A_WAVE: usize = 3;
const MEMBERS_OF_A_WAVE: usize = 3;
/// Within how long one account must post in so many channels for it to be no person's doing. Scripts of the picture
/// campaigns post about every five seconds.
const BURST: Duration = Duration::from_secs(20);
const CHANNELS_OF_A_BURST: usize = 3;

/// A message that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What its copies have in common with it.
    pub fingerprint: Fingerprint,
    /// Where it was posted.
    pub channel: ChannelId,
    /// The message.
    pub message: MessageId,
    /// Who wrote it.
    pub author: UserId,
    /// When it was posted.
    pub at: Timestamp,
    /// What its author is here.
    pub poster: Poster,
}

/// How often a message repeats what was said just before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repeats {
    /// In several channels, or by several new members, within a minute.
    pub elsewhere: bool,
    /// By the same account in several channels within seconds.
    pub cadence: bool,
}

impl Repeats {
    /// Whether it repeats anything.
    pub const fn any(self) -> bool {
        self.elsewhere || self.cadence
    }
}

/// The latest messages of a guild, oldest first.
#[derive(Debug, Default)]
pub struct Window {
    seen: VecDeque<Seen>,
}

impl Window {
    /// Notes a message and says what it repeats. A message that is noted again (an edit) takes its former place.
    pub fn note(&mut self, message: Seen) -> Repeats {
        if message.fingerprint.is_empty() {
            return Repeats::default();
        }
        let (repeats, place) = self.repeats(&message);
        if let Some(known) = place.and_then(|place| self.seen.get_mut(place)) {
            *known = message;
            return repeats;
        }
        while self.seen.len() >= MOST
            || self
                .seen
                .front()
                .is_some_and(|oldest| message.at.since(oldest.at) > REMEMBERED)
        {
            self.seen.pop_front();
        }
        self.seen.push_back(message);
        repeats
    }

    /// What a message repeats, and where it stands already.
    fn repeats(&self, message: &Seen) -> (Repeats, Option<usize>) {
        let mut place = None;
        let (mut channels, mut own_channels) = (Few::with(message.channel.0), Few::with(message.channel.0));
        let mut members = Few::default();
        if message.poster == Poster::Newcomer {
            members.add(message.author.0);
        }
        for (index, one) in self.seen.iter().enumerate().rev() {
            let apart = message.at.since(one.at);
            if apart > WAVE {
                break;
            }
            if one.message == message.message {
                place = place.or(Some(index));
                continue;
            }
            if one.fingerprint.likeness(&message.fingerprint).is_none() {
                continue;
            }
            channels.add(one.channel.0);
            if one.poster == Poster::Newcomer {
                members.add(one.author.0);
            }
            if one.author == message.author && apart <= BURST {
                own_channels.add(one.channel.0);
            }
        }
        let repeats = Repeats {
            elsewhere: channels.len >= CHANNELS_OF_A_WAVE || members.len >= MEMBERS_OF_A_WAVE,
            cadence: own_channels.len >= CHANNELS_OF_A_BURST,
        };
        (repeats, place)
    }

    /// Messages that are alike, newest first.
    pub fn copies_of<'w>(
        &'w self,
        fingerprint: &'w Fingerprint,
        now: Timestamp,
    ) -> impl Iterator<Item = (Seen, Likeness)> + 'w {
        self.seen
            .iter()
            .rev()
            .take_while(move |one| now.since(one.at) <= REMEMBERED)
            .filter_map(|one| Some((*one, fingerprint.likeness(&one.fingerprint)?)))
    }

    /// How many messages are remembered.
    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }
}

/// A few different ids; once there are that many, more do not matter.
#[derive(Default)]
struct Few {
    ids: [u64; 4],
    len: usize,
}

impl Few {
    fn with(id: u64) -> Self {
        let mut few = Self::default();
        few.add(id);
        few
    }

    fn add(&mut self, id: u64) {
        if self.len < self.ids.len() && !self.ids[..self.len].contains(&id) {
            self.ids[self.len] = id;
            self.len += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Sketch;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn seen(number: u64, channel: u64, author: u64, seconds: u64) -> Seen {
        Seen {
            fingerprint: Fingerprint {
                text: Some(Sketch {
                    bits: 0x1234_5678_9abc_def0,
                    windows: 60,
                }),
                ..Fingerprint::default()
            },
            channel: ChannelId(channel),
            message: MessageId(number),
            author: UserId(author),
            at: NOW + Duration::from_secs(seconds),
            poster: Poster::Regular,
        }
    }

    #[test]
    fn one_account_in_three_channels_within_seconds_is_no_person() {
        let mut window = Window::default();
        assert!(!window.note(seen(1, 1, 7, 0)).any());
        assert!(!window.note(seen(2, 2, 7, 4)).any());
        let third = window.note(seen(3, 3, 7, 8));
        assert!(third.cadence && third.elsewhere);
    }

    #[test]
    fn one_account_in_three_channels_over_an_hour_is_a_person_who_repeats_themselves() {
        let mut window = Window::default();
        for (number, channel) in [(1, 1), (2, 2), (3, 3)] {
            assert!(!window.note(seen(number, channel, 7, number * 1200)).any());
        }
    }

    #[test]
    fn three_new_members_with_the_same_words_are_a_wave_and_three_old_ones_are_not() {
        for poster in [Poster::Newcomer, Poster::Regular, Poster::Team] {
            let mut window = Window::default();
            let say = |number| Seen {
                poster,
                ..seen(number, 1, number, number)
            };
            window.note(say(1));
            window.note(say(2));
            assert_eq!(window.note(say(3)).elsewhere, poster == Poster::Newcomer);
        }
    }

    #[test]
    fn an_edit_takes_the_place_of_its_message() {
        let mut window = Window::default();
        for second in 0..5 {
            window.note(seen(1, 1, 7, second));
        }
        assert_eq!(window.len(), 1);
    }

    #[test]
    fn what_has_nothing_to_compare_is_not_remembered() {
        let mut window = Window::default();
        let empty = Seen {
            fingerprint: Fingerprint::default(),
            ..seen(1, 1, 7, 0)
        };
        assert!(!window.note(empty).any() && window.is_empty());
    }

    #[test]
    fn the_window_is_bounded_in_number_size_and_time() {
        let mut window = Window::default();
        for number in 0..MOST as u64 + 100 {
            window.note(seen(number, 1, 7, number));
        }
        assert_eq!(window.len(), MOST);
        assert!(size_of::<Seen>() <= 88, "{} bytes", size_of::<Seen>());
        window.note(seen(9999, 1, 7, 3 * 24 * 3600));
        assert_eq!(window.len(), 1);
    }
}

//! Snowflakes: the ids of Discord, and the source that mints them.
//! Which noun an id belongs to is said by the field that holds it, as in Discord's own JSON.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::clock::Timestamp;

/// First millisecond of 2015, where Discord's snowflakes start counting.
const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;

/// A snowflake. Written as a decimal string in JSON, as Discord does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub u64);

impl Id {
    /// When the thing with this id came into being.
    pub fn created_at(self) -> Timestamp {
        Timestamp::from_millis((self.0 >> 22) as i64 + DISCORD_EPOCH_MS)
    }

    /// The smallest id that a thing made at `at` could have. Times before 2015 give the smallest id of all.
    pub fn first_at(at: Timestamp) -> Self {
        Self((at.as_millis().saturating_sub(DISCORD_EPOCH_MS).max(0) as u64) << 22)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Text that is no snowflake.
#[derive(Debug, PartialEq, Eq)]
pub struct NotASnowflake(pub String);

impl fmt::Display for NotASnowflake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Value \"{}\" is not snowflake.", self.0)
    }
}

impl std::error::Error for NotASnowflake {}

impl FromStr for Id {
    type Err = NotASnowflake;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(raw) if raw != 0 => Ok(Self(raw)),
            _ => Err(NotASnowflake(text.to_owned())),
        }
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    /// Takes a string or a number: Discord does, and some clients send the latter.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Raw {
            Text(String),
            Number(u64),
        }
        match Raw::deserialize(deserializer)? {
            Raw::Text(text) => text.parse().map_err(de::Error::custom),
            Raw::Number(raw) => Ok(Self(raw)),
        }
    }
}

/// Mints ids that rise with time and never repeat, even when the clock stands still or is set back.
#[derive(Debug, Default)]
pub struct SnowflakeSource {
    last: u64,
    backdated: u64,
}

impl SnowflakeSource {
    /// The next id, for a thing made at `now`.
    pub fn next(&mut self, now: Timestamp) -> Id {
        self.last = Id::first_at(now).0.max(self.last) + 1;
        Id(self.last)
    }

    /// An id for a thing made in the past. Does not disturb the order of later ids.
    pub fn backdated(&mut self, at: Timestamp) -> Id {
        // The low 22 bits tell apart what was made in the same millisecond: a number of its own that never starts
        // again, in the half that `next` does not reach.
        self.backdated += 1;
        Id(Id::first_at(at).0 | 0x20_0000 | (self.backdated & 0x1F_FFFF))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_while_the_clock_stands_still() {
        let mut source = SnowflakeSource::default();
        let now = Timestamp::from_millis(1_700_000_000_123);
        let (first, second) = (source.next(now), source.next(now));
        assert!(first < second);
        assert_eq!(first.created_at(), now);
    }

    #[test]
    fn backdated_ids_differ_even_when_new_things_are_made_in_between() {
        let mut source = SnowflakeSource::default();
        let (then, now) = (
            Timestamp::from_millis(1_600_000_000_000),
            Timestamp::from_millis(1_700_000_000_000),
        );
        let first = source.backdated(then);
        source.next(now);
        source.next(now);
        let second = source.backdated(then);
        assert_ne!(first, second);
        assert_eq!((first.created_at(), second.created_at()), (then, then));
    }

    #[test]
    fn an_id_reads_from_text_and_from_a_number() {
        assert_eq!(serde_json::from_str::<Id>("\"42\"").unwrap(), Id(42));
        assert_eq!(serde_json::from_str::<Id>("42").unwrap(), Id(42));
        assert!("0".parse::<Id>().is_err());
        assert!("x".parse::<Id>().is_err());
    }
}

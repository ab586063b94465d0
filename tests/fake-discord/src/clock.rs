//! The time of the stand-in: the machine's clock, moved as far as a test wants.

use std::fmt;
use std::time::Duration;

use serde::{Serialize, Serializer};

/// A moment, in milliseconds since 1970. Written as Discord writes it: ISO 8601 with microseconds and `+00:00`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment `millis` milliseconds after the start of 1970.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the start of 1970.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Reads ISO 8601 with any offset; `None` when it is not that.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>()
            .ok()
            .map(|at| Self(at.as_millisecond()))
    }

    /// This moment moved by `by`.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self(self.0.saturating_add(by.as_millis() as i64))
    }

    /// This moment moved back by `by`.
    #[must_use]
    pub fn minus(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(by.as_millis() as i64))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        write!(f, "{}", at.strftime("%Y-%m-%dT%H:%M:%S.%6f+00:00"))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The machine's clock plus an offset that only a test or a person moves.
#[derive(Debug, Default)]
pub struct Clock {
    ahead_ms: i64,
}

impl Clock {
    /// What time it is here.
    pub fn now(&self) -> Timestamp {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place where the stand-in reads the machine's clock"
        )]
        let now = std::time::SystemTime::now();
        let since_1970 = now.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(since_1970.as_millis() as i64 + self.ahead_ms)
    }

    /// Moves the time forward by `by`; ids, time-outs and interaction tokens age with it.
    pub fn advance(&mut self, by: Duration) {
        self.ahead_ms += by.as_millis() as i64;
    }

    /// Makes it `now`; time goes on from there.
    pub fn set(&mut self, now: Timestamp) {
        self.ahead_ms += now.0 - self.now().0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_discord_writes_it() {
        assert_eq!(
            Timestamp::from_millis(1_700_000_000_123).to_string(),
            "2023-11-14T22:13:20.123000+00:00"
        );
        assert_eq!(
            Timestamp::parse("2023-11-14T23:13:20.123+01:00"),
            Some(Timestamp::from_millis(1_700_000_000_123))
        );
    }

    #[test]
    fn a_set_clock_goes_on_from_there() {
        let mut clock = Clock::default();
        clock.set(Timestamp::from_millis(1_600_000_000_000));
        clock.advance(Duration::from_mins(1));
        let drift = clock.now().as_millis() - 1_600_000_060_000;
        assert!((0..1_000).contains(&drift), "drifted by {drift} ms");
    }
}

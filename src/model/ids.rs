//! Identifiers as types, so that a channel can never stand where a user is asked for.
//!
//! Discord's snowflakes are `u64`; ids of our own rows are `i64`. What an id points at lives elsewhere.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::time::Timestamp;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident: $inner:ty),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;
            fn from_str(text: &str) -> Result<Self, ParseIntError> {
                text.parse().map(Self)
            }
        }
    )*};
}

id! {
    /// A Discord server.
    GuildId: u64,
    /// A channel or a thread: Discord gives both the same kind of id.
    ChannelId: u64,
    /// A message.
    MessageId: u64,
    /// A person, a bot, or (as the author of its messages) a webhook.
    UserId: u64,
    /// A role of one guild. The role with the guild's own id is `@everyone`.
    RoleId: u64,
    /// A webhook; messages it posts carry this id.
    WebhookId: u64,
    /// One interaction (command, button, form). Unique for ever: the key against double delivery.
    InteractionId: u64,
    /// Our row for one moderation case.
    CaseId: i64,
    /// Our row for one ticket.
    TicketId: i64,
    /// Our row for one ticket queue.
    QueueId: i64,
    /// Our row for one exemption of a guild's overlay.
    OverlayEntryId: i64,
    /// Our row for one rule that stopped acting by itself.
    PauseId: i64,
    /// Our row for one view of the queue of cases.
    QueueViewId: i64,
    /// Our row for one planned effect.
    EffectId: i64,
}

/// Milliseconds between the Unix epoch and the first second of 2015, where Discord's snowflakes begin.
const DISCORD_EPOCH_MS: u64 = 1_420_070_400_000;

/// When Discord made the thing that carries this snowflake.
///
/// Source: Discord's reference, "Snowflakes": the upper 42 bits are milliseconds since 2015.
pub const fn created_at(snowflake: u64) -> Timestamp {
    Timestamp((snowflake >> 22).wrapping_add(DISCORD_EPOCH_MS) as i64)
}

/// The smallest snowflake that could have been made at `time`: a cursor for "everything after".
pub const fn snowflake_at(time: Timestamp) -> u64 {
    (time.0 as u64).saturating_sub(DISCORD_EPOCH_MS) << 22
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snowflake_tells_when_it_was_made() {
        // The example of Discord's own reference page.
        assert_eq!(created_at(175_928_847_299_117_063), Timestamp(1_462_015_105_796));
        assert_eq!(
            created_at(snowflake_at(Timestamp(1_462_015_105_796))),
            Timestamp(1_462_015_105_796)
        );
    }
}

//! Gateway intents: what a session asked to hear of.

use std::ops::BitOr;

/// A set of intents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Intents(pub u64);

#[expect(
    missing_docs,
    reason = "the names are Discord's; its documentation explains each"
)]
impl Intents {
    pub const GUILDS: Self = Self(1);
    pub const GUILD_MEMBERS: Self = Self(1 << 1);
    pub const GUILD_MODERATION: Self = Self(1 << 2);
    pub const GUILD_WEBHOOKS: Self = Self(1 << 5);
    pub const GUILD_INVITES: Self = Self(1 << 6);
    pub const GUILD_PRESENCES: Self = Self(1 << 8);
    pub const GUILD_MESSAGES: Self = Self(1 << 9);
    pub const GUILD_MESSAGE_REACTIONS: Self = Self(1 << 10);
    pub const GUILD_MESSAGE_TYPING: Self = Self(1 << 11);
    pub const DIRECT_MESSAGES: Self = Self(1 << 12);
    pub const DIRECT_MESSAGE_REACTIONS: Self = Self(1 << 13);
    pub const DIRECT_MESSAGE_TYPING: Self = Self(1 << 14);
    pub const MESSAGE_CONTENT: Self = Self(1 << 15);
    pub const AUTO_MODERATION_CONFIGURATION: Self = Self(1 << 20);
    pub const AUTO_MODERATION_EXECUTION: Self = Self(1 << 21);
}

impl Intents {
    /// No intent. An event that asks for none reaches every session.
    pub const NONE: Self = Self(0);

    /// Every bit that Discord documents: 0 to 16, 20, 21, 24 and 25. Others are invalid (close code 4013).
    const KNOWN: u64 = 0x1_FFFF | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25;

    /// Are all bits known ones?
    pub const fn are_valid(self) -> bool {
        self.0 & !Self::KNOWN == 0
    }

    /// Does this set hold all of `wanted`?
    pub const fn contains(self, wanted: Self) -> bool {
        self.0 & wanted.0 == wanted.0
    }

    /// Is a session with these intents told of an event that any of `wanted` brings?
    pub const fn hears(self, wanted: Self) -> bool {
        wanted.0 == 0 || self.0 & wanted.0 != 0
    }
}

impl BitOr for Intents {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

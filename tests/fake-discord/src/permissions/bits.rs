//! The permission bits, by the names of Discord's documentation.

use std::fmt;
use std::ops::{BitAnd, BitOr, BitOrAssign, Not};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A set of permissions. Written as a decimal string in JSON.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Permissions(pub u64);

/// Every permission with its documented name, in the order of its bit.
const NAMED: &[(&str, Permissions)] = &[
    ("CREATE_INSTANT_INVITE", Permissions::CREATE_INSTANT_INVITE),
    ("KICK_MEMBERS", Permissions::KICK_MEMBERS),
    ("BAN_MEMBERS", Permissions::BAN_MEMBERS),
    ("ADMINISTRATOR", Permissions::ADMINISTRATOR),
    ("MANAGE_CHANNELS", Permissions::MANAGE_CHANNELS),
    ("MANAGE_GUILD", Permissions::MANAGE_GUILD),
    ("ADD_REACTIONS", Permissions::ADD_REACTIONS),
    ("VIEW_AUDIT_LOG", Permissions::VIEW_AUDIT_LOG),
    ("PRIORITY_SPEAKER", Permissions::PRIORITY_SPEAKER),
    ("STREAM", Permissions::STREAM),
    ("VIEW_CHANNEL", Permissions::VIEW_CHANNEL),
    ("SEND_MESSAGES", Permissions::SEND_MESSAGES),
    ("SEND_TTS_MESSAGES", Permissions::SEND_TTS_MESSAGES),
    ("MANAGE_MESSAGES", Permissions::MANAGE_MESSAGES),
    ("EMBED_LINKS", Permissions::EMBED_LINKS),
    ("ATTACH_FILES", Permissions::ATTACH_FILES),
    ("READ_MESSAGE_HISTORY", Permissions::READ_MESSAGE_HISTORY),
    ("MENTION_EVERYONE", Permissions::MENTION_EVERYONE),
    ("USE_EXTERNAL_EMOJIS", Permissions::USE_EXTERNAL_EMOJIS),
    ("VIEW_GUILD_INSIGHTS", Permissions::VIEW_GUILD_INSIGHTS),
    ("CONNECT", Permissions::CONNECT),
    ("SPEAK", Permissions::SPEAK),
    ("MUTE_MEMBERS", Permissions::MUTE_MEMBERS),
    ("DEAFEN_MEMBERS", Permissions::DEAFEN_MEMBERS),
    ("MOVE_MEMBERS", Permissions::MOVE_MEMBERS),
    ("USE_VAD", Permissions::USE_VAD),
    ("CHANGE_NICKNAME", Permissions::CHANGE_NICKNAME),
    ("MANAGE_NICKNAMES", Permissions::MANAGE_NICKNAMES),
    ("MANAGE_ROLES", Permissions::MANAGE_ROLES),
    ("MANAGE_WEBHOOKS", Permissions::MANAGE_WEBHOOKS),
    ("MANAGE_GUILD_EXPRESSIONS", Permissions::MANAGE_GUILD_EXPRESSIONS),
    ("USE_APPLICATION_COMMANDS", Permissions::USE_APPLICATION_COMMANDS),
    ("REQUEST_TO_SPEAK", Permissions::REQUEST_TO_SPEAK),
    ("MANAGE_EVENTS", Permissions::MANAGE_EVENTS),
    ("MANAGE_THREADS", Permissions::MANAGE_THREADS),
    ("CREATE_PUBLIC_THREADS", Permissions::CREATE_PUBLIC_THREADS),
    ("CREATE_PRIVATE_THREADS", Permissions::CREATE_PRIVATE_THREADS),
    ("USE_EXTERNAL_STICKERS", Permissions::USE_EXTERNAL_STICKERS),
    ("SEND_MESSAGES_IN_THREADS", Permissions::SEND_MESSAGES_IN_THREADS),
    ("USE_EMBEDDED_ACTIVITIES", Permissions::USE_EMBEDDED_ACTIVITIES),
    ("MODERATE_MEMBERS", Permissions::MODERATE_MEMBERS),
    (
        "VIEW_CREATOR_MONETIZATION_ANALYTICS",
        Permissions::VIEW_CREATOR_MONETIZATION_ANALYTICS,
    ),
    ("USE_SOUNDBOARD", Permissions::USE_SOUNDBOARD),
    ("CREATE_GUILD_EXPRESSIONS", Permissions::CREATE_GUILD_EXPRESSIONS),
    ("CREATE_EVENTS", Permissions::CREATE_EVENTS),
    ("USE_EXTERNAL_SOUNDS", Permissions::USE_EXTERNAL_SOUNDS),
    ("SEND_VOICE_MESSAGES", Permissions::SEND_VOICE_MESSAGES),
    ("SET_VOICE_CHANNEL_STATUS", Permissions::SET_VOICE_CHANNEL_STATUS),
    ("SEND_POLLS", Permissions::SEND_POLLS),
    ("USE_EXTERNAL_APPS", Permissions::USE_EXTERNAL_APPS),
    ("PIN_MESSAGES", Permissions::PIN_MESSAGES),
    ("BYPASS_SLOWMODE", Permissions::BYPASS_SLOWMODE),
];

#[expect(
    missing_docs,
    reason = "the names are Discord's; its documentation explains each"
)]
impl Permissions {
    pub const CREATE_INSTANT_INVITE: Self = Self(1 << 0);
    pub const KICK_MEMBERS: Self = Self(1 << 1);
    pub const BAN_MEMBERS: Self = Self(1 << 2);
    pub const ADMINISTRATOR: Self = Self(1 << 3);
    pub const MANAGE_CHANNELS: Self = Self(1 << 4);
    pub const MANAGE_GUILD: Self = Self(1 << 5);
    pub const ADD_REACTIONS: Self = Self(1 << 6);
    pub const VIEW_AUDIT_LOG: Self = Self(1 << 7);
    pub const PRIORITY_SPEAKER: Self = Self(1 << 8);
    pub const STREAM: Self = Self(1 << 9);
    pub const VIEW_CHANNEL: Self = Self(1 << 10);
    pub const SEND_MESSAGES: Self = Self(1 << 11);
    pub const SEND_TTS_MESSAGES: Self = Self(1 << 12);
    pub const MANAGE_MESSAGES: Self = Self(1 << 13);
    pub const EMBED_LINKS: Self = Self(1 << 14);
    pub const ATTACH_FILES: Self = Self(1 << 15);
    pub const READ_MESSAGE_HISTORY: Self = Self(1 << 16);
    pub const MENTION_EVERYONE: Self = Self(1 << 17);
    pub const USE_EXTERNAL_EMOJIS: Self = Self(1 << 18);
    pub const VIEW_GUILD_INSIGHTS: Self = Self(1 << 19);
    pub const CONNECT: Self = Self(1 << 20);
    pub const SPEAK: Self = Self(1 << 21);
    pub const MUTE_MEMBERS: Self = Self(1 << 22);
    pub const DEAFEN_MEMBERS: Self = Self(1 << 23);
    pub const MOVE_MEMBERS: Self = Self(1 << 24);
    pub const USE_VAD: Self = Self(1 << 25);
    pub const CHANGE_NICKNAME: Self = Self(1 << 26);
    pub const MANAGE_NICKNAMES: Self = Self(1 << 27);
    pub const MANAGE_ROLES: Self = Self(1 << 28);
    pub const MANAGE_WEBHOOKS: Self = Self(1 << 29);
    pub const MANAGE_GUILD_EXPRESSIONS: Self = Self(1 << 30);
    pub const USE_APPLICATION_COMMANDS: Self = Self(1 << 31);
    pub const REQUEST_TO_SPEAK: Self = Self(1 << 32);
    pub const MANAGE_EVENTS: Self = Self(1 << 33);
    pub const MANAGE_THREADS: Self = Self(1 << 34);
    pub const CREATE_PUBLIC_THREADS: Self = Self(1 << 35);
    pub const CREATE_PRIVATE_THREADS: Self = Self(1 << 36);
    pub const USE_EXTERNAL_STICKERS: Self = Self(1 << 37);
    pub const SEND_MESSAGES_IN_THREADS: Self = Self(1 << 38);
    pub const USE_EMBEDDED_ACTIVITIES: Self = Self(1 << 39);
    pub const MODERATE_MEMBERS: Self = Self(1 << 40);
    pub const VIEW_CREATOR_MONETIZATION_ANALYTICS: Self = Self(1 << 41);
    pub const USE_SOUNDBOARD: Self = Self(1 << 42);
    pub const CREATE_GUILD_EXPRESSIONS: Self = Self(1 << 43);
    pub const CREATE_EVENTS: Self = Self(1 << 44);
    pub const USE_EXTERNAL_SOUNDS: Self = Self(1 << 45);
    pub const SEND_VOICE_MESSAGES: Self = Self(1 << 46);
    pub const SET_VOICE_CHANNEL_STATUS: Self = Self(1 << 48);
    pub const SEND_POLLS: Self = Self(1 << 49);
    pub const USE_EXTERNAL_APPS: Self = Self(1 << 50);
    pub const PIN_MESSAGES: Self = Self(1 << 51);
    pub const BYPASS_SLOWMODE: Self = Self(1 << 52);
}

impl Permissions {
    /// No permission at all.
    pub const NONE: Self = Self(0);

    /// Every permission that Discord documents.
    pub fn all() -> Self {
        NAMED
            .iter()
            .fold(Self::NONE, |set, &(_, permission)| set | permission)
    }

    /// What a fresh guild gives to `@everyone`.
    pub fn everyone_default() -> Self {
        Self::VIEW_CHANNEL
            | Self::SEND_MESSAGES
            | Self::EMBED_LINKS
            | Self::ATTACH_FILES
            | Self::ADD_REACTIONS
            | Self::USE_EXTERNAL_EMOJIS
            | Self::USE_EXTERNAL_STICKERS
            | Self::READ_MESSAGE_HISTORY
            | Self::CONNECT
            | Self::SPEAK
            | Self::STREAM
            | Self::USE_VAD
            | Self::CHANGE_NICKNAME
            | Self::CREATE_INSTANT_INVITE
            | Self::USE_APPLICATION_COMMANDS
            | Self::CREATE_PUBLIC_THREADS
            | Self::CREATE_PRIVATE_THREADS
            | Self::SEND_MESSAGES_IN_THREADS
            | Self::SEND_VOICE_MESSAGES
            | Self::SEND_POLLS
            | Self::USE_EXTERNAL_APPS
    }

    /// Does this set hold all of `wanted`?
    pub const fn contains(self, wanted: Self) -> bool {
        self.0 & wanted.0 == wanted.0
    }

    /// This set without those in `taken`.
    #[must_use]
    pub const fn without(self, taken: Self) -> Self {
        Self(self.0 & !taken.0)
    }

    /// The permission with this documented name.
    pub fn by_name(name: &str) -> Option<Self> {
        NAMED
            .iter()
            .find(|(known, _)| *known == name)
            .map(|&(_, permission)| permission)
    }

    /// The documented names of all that is in this set.
    pub fn names(self) -> Vec<&'static str> {
        NAMED
            .iter()
            .filter(|(_, permission)| self.contains(*permission))
            .map(|&(name, _)| name)
            .collect()
    }
}

impl fmt::Debug for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().join(" | "))
    }
}

impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl BitOr for Permissions {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Permissions {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl BitAnd for Permissions {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Not for Permissions {
    type Output = Self;

    fn not(self) -> Self {
        Self(!self.0)
    }
}

impl Serialize for Permissions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Permissions {
    /// Takes a decimal string or a number.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Raw {
            Text(String),
            Number(u64),
        }
        match Raw::deserialize(deserializer)? {
            Raw::Text(text) => text.parse().map(Self).map_err(de::Error::custom),
            Raw::Number(bits) => Ok(Self(bits)),
        }
    }
}

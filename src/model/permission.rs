//! Discord's permission bits and the algorithm that combines them: who may do what, where, and to whom.
//!
//! Source: Discord's "Permissions" page (overwrites, implicit permissions, hierarchy). Pure arithmetic on values of
//! [`super::guild::Directory`]; asking Discord for those values happens elsewhere.

use std::ops::{BitAnd, BitOr};

use serde::{Deserialize, Serialize};

/// A set of permissions. Bits that we do not name are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Permissions(pub u64);

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $bit:literal, $words:literal;)*) => {
        impl Permissions {
            $($(#[$doc])* pub const $name: Self = Self(1 << $bit);)*

            /// The names Discord's own settings page uses, in the order of their bits.
            pub fn names(self) -> impl Iterator<Item = &'static str> {
                [$((Self::$name, $words)),*].into_iter().filter(move |(one, _)| self.contains(*one)).map(|(_, words)| words)
            }
        }
    };
}

permissions! {
    /// May remove members.
    KICK_MEMBERS = 1, "Kick Members";
    /// May ban members.
    BAN_MEMBERS = 2, "Ban Members";
    /// Everything.
    ADMINISTRATOR = 3, "Administrator";
    /// May change the server's settings.
    MANAGE_GUILD = 5, "Manage Server";
    /// May read the audit log.
    VIEW_AUDIT_LOG = 7, "View Audit Log";
    /// Sees the channel.
    VIEW_CHANNEL = 10, "View Channel";
    /// May post in the channel.
    SEND_MESSAGES = 11, "Send Messages";
    /// May delete messages of others.
    MANAGE_MESSAGES = 13, "Manage Messages";
    /// Embeds are shown.
    EMBED_LINKS = 14, "Embed Links";
    /// May attach files.
    ATTACH_FILES = 15, "Attach Files";
    /// May read what was said before.
    READ_MESSAGE_HISTORY = 16, "Read Message History";
    /// May ping everybody, and roles that not everybody may ping.
    MENTION_EVERYONE = 17, "Mention @everyone, @here and All Roles";
    /// May give and take roles below its own.
    MANAGE_ROLES = 28, "Manage Roles";
    /// May make webhooks.
    MANAGE_WEBHOOKS = 29, "Manage Webhooks";
    /// Reads every private thread; may archive, lock and delete threads.
    MANAGE_THREADS = 34, "Manage Threads";
    /// May make private threads.
    CREATE_PRIVATE_THREADS = 36, "Create Private Threads";
    /// May post in threads.
    SEND_MESSAGES_IN_THREADS = 38, "Send Messages in Threads";
    /// May time members out.
    MODERATE_MEMBERS = 40, "Time Out Members";
    /// May pin messages; its own permission since 2026.
    PIN_MESSAGES = 51, "Pin Messages";
}

impl Permissions {
    /// No permission.
    pub const NONE: Self = Self(0);
    /// What the owner and an administrator have.
    pub const ALL: Self = Self(u64::MAX);

    /// Whether every permission of `wanted` is here.
    pub const fn contains(self, wanted: Self) -> bool {
        self.0 & wanted.0 == wanted.0
    }

    /// What of `self` is not in `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl BitOr for Permissions {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitAnd for Permissions {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

//! The audit log of each guild.

use serde_json::Value;

use crate::gateway::{Audience, Intents};
use crate::ids::Id;
use crate::payload;

use super::State;

/// What was done, by Discord's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditLogEvent(pub u32);

#[expect(
    missing_docs,
    reason = "the names are Discord's; its documentation explains each"
)]
impl AuditLogEvent {
    pub const GUILD_UPDATE: Self = Self(1);
    pub const CHANNEL_CREATE: Self = Self(10);
    pub const CHANNEL_UPDATE: Self = Self(11);
    pub const CHANNEL_DELETE: Self = Self(12);
    pub const CHANNEL_OVERWRITE_CREATE: Self = Self(13);
    pub const CHANNEL_OVERWRITE_UPDATE: Self = Self(14);
    pub const CHANNEL_OVERWRITE_DELETE: Self = Self(15);
    pub const MEMBER_KICK: Self = Self(20);
    pub const MEMBER_BAN_ADD: Self = Self(22);
    pub const MEMBER_BAN_REMOVE: Self = Self(23);
    pub const MEMBER_UPDATE: Self = Self(24);
    pub const MEMBER_ROLE_UPDATE: Self = Self(25);
    pub const BOT_ADD: Self = Self(28);
    pub const ROLE_CREATE: Self = Self(30);
    pub const ROLE_UPDATE: Self = Self(31);
    pub const ROLE_DELETE: Self = Self(32);
    pub const WEBHOOK_CREATE: Self = Self(50);
    pub const WEBHOOK_UPDATE: Self = Self(51);
    pub const WEBHOOK_DELETE: Self = Self(52);
    pub const MESSAGE_DELETE: Self = Self(72);
    pub const MESSAGE_BULK_DELETE: Self = Self(73);
    pub const MESSAGE_PIN: Self = Self(74);
    pub const MESSAGE_UNPIN: Self = Self(75);
    pub const THREAD_CREATE: Self = Self(110);
    pub const THREAD_UPDATE: Self = Self(111);
    pub const THREAD_DELETE: Self = Self(112);
}

/// One line of an audit log.
#[derive(Clone, Debug)]
pub struct AuditLogEntry {
    /// Snowflake.
    pub id: Id,
    /// In whose log it stands.
    pub guild_id: Id,
    /// Who did it.
    pub user_id: Id,
    /// To whom or what.
    pub target_id: Option<Id>,
    /// What.
    pub event: AuditLogEvent,
    /// Why, as given in `X-Audit-Log-Reason`.
    pub reason: Option<String>,
    /// `[{key, old_value, new_value}]`, as documented for the audit log change object.
    pub changes: Vec<Value>,
    /// Further facts (channel, count, …); an object or null.
    pub options: Value,
}

/// A line to be written.
#[derive(Clone, Debug)]
pub struct NewAuditLogEntry {
    /// Who did it.
    pub user_id: Id,
    /// To whom or what.
    pub target_id: Option<Id>,
    /// What.
    pub event: AuditLogEvent,
    /// Why.
    pub reason: Option<String>,
    /// Changes, see [`AuditLogEntry::changes`].
    pub changes: Vec<Value>,
    /// Further facts; an object or null.
    pub options: Value,
}

impl State {
    /// Writes a line and tells those who may read the log: `GUILD_AUDIT_LOG_ENTRY_CREATE`.
    pub fn log_audit(&mut self, guild: Id, new: NewAuditLogEntry) -> Id {
        let id = self.next_id();
        let NewAuditLogEntry {
            user_id,
            target_id,
            event,
            reason,
            changes,
            options,
        } = new;
        let entry = AuditLogEntry {
            id,
            guild_id: guild,
            user_id,
            target_id,
            event,
            reason,
            changes,
            options,
        };
        let data = payload::audit_log_entry_event(&entry);
        self.audit_log.push(entry);
        self.emit(
            "GUILD_AUDIT_LOG_ENTRY_CREATE",
            Audience::AuditLogReaders(guild),
            Intents::GUILD_MODERATION,
            data,
        );
        id
    }
}

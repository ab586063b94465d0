//! Webhooks of channels.

use serde_json::json;

use crate::gateway::{Audience, Intents};
use crate::ids::Id;

use super::State;

/// A webhook.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Snowflake.
    pub id: Id,
    /// The channel it writes into.
    pub channel_id: Id,
    /// That channel's guild.
    pub guild_id: Id,
    /// Who made it.
    pub user_id: Id,
    /// Name its messages carry unless they bring their own.
    pub name: String,
    /// Avatar hash.
    pub avatar: Option<String>,
    /// Secret part of its address; safe inside a URL.
    pub token: String,
    /// The application that made it, if a bot did.
    pub application_id: Option<Id>,
}

impl State {
    /// Makes a webhook on a channel of a guild: `WEBHOOKS_UPDATE`. `None`: no such channel.
    pub fn create_webhook(&mut self, channel: Id, name: &str, by: Id) -> Option<Id> {
        let guild_id = self.guild_of(channel)?;
        let id = self.next_id();
        let webhook = Webhook {
            id,
            channel_id: channel,
            guild_id,
            user_id: by,
            name: name.to_owned(),
            avatar: None,
            token: secret_for(id),
            application_id: (by == self.bot_id()).then_some(self.application.id),
        };
        self.webhooks.insert(id, webhook);
        self.emit_webhooks(channel);
        Some(id)
    }

    /// Changes a webhook's name or channel: `WEBHOOKS_UPDATE`.
    pub fn edit_webhook(&mut self, webhook: Id, name: Option<String>, channel: Option<Id>) {
        let Some(found) = self.webhooks.get_mut(&webhook) else {
            return;
        };
        if let Some(name) = name {
            found.name = name;
        }
        found.channel_id = channel.unwrap_or(found.channel_id);
        let channel = found.channel_id;
        self.emit_webhooks(channel);
    }

    /// Deletes a webhook: `WEBHOOKS_UPDATE`. Says whether there was one.
    pub fn delete_webhook(&mut self, webhook: Id) -> bool {
        let Some(gone) = self.webhooks.remove(&webhook) else {
            return false;
        };
        self.emit_webhooks(gone.channel_id);
        true
    }

    fn emit_webhooks(&mut self, channel: Id) {
        let data = json!({ "guild_id": self.guild_of(channel), "channel_id": channel });
        self.emit(
            "WEBHOOKS_UPDATE",
            Audience::Channel(channel),
            Intents::GUILD_WEBHOOKS,
            data,
        );
    }
}

/// A token no one would guess on the real Discord and everyone may know here; only URL-safe characters, because
/// clients put it into a path as it is.
pub(super) fn secret_for(id: Id) -> String {
    // Steele, Lea and Flood's SplitMix64: spreads the id so that neighbouring tokens share no prefix.
    let mut spread = id.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
    spread = (spread ^ (spread >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    spread = (spread ^ (spread >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    spread ^= spread >> 31;
    format!("{spread:016x}-{id}")
}

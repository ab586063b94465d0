//! Invites: codes that lead into a guild, be it one of this world or a foreign one.

use serde_json::json;

use crate::clock::Timestamp;
use crate::gateway::{Audience, Intents};
use crate::ids::Id;

use super::{State, webhooks::secret_for};

/// An invite.
#[derive(Clone, Debug)]
pub struct Invite {
    /// The part of the address after `discord.gg/`.
    pub code: String,
    /// The guild it leads to.
    pub guild_id: Id,
    /// That guild's name.
    pub guild_name: String,
    /// The channel it opens on.
    pub channel_id: Id,
    /// That channel's name.
    pub channel_name: String,
    /// Who made it.
    pub inviter_id: Option<Id>,
    /// When.
    pub created_at: Timestamp,
}

impl State {
    /// Makes an invite to a channel of a guild: `INVITE_CREATE`. Gives its code; `None`: no such channel.
    pub fn create_invite(&mut self, channel: Id, by: Option<Id>) -> Option<String> {
        let code: String = secret_for(self.next_id()).chars().take(8).collect();
        self.add_invite(&code, channel, by)?;
        Some(code)
    }

    /// Makes an invite with a code of one's choice: `INVITE_CREATE`. `None`: no such channel.
    pub fn add_invite(&mut self, code: &str, channel: Id, by: Option<Id>) -> Option<()> {
        let found = self.channels.get(&channel)?;
        let guild_id = found.guild_id?;
        let invite = Invite {
            code: code.to_owned(),
            guild_id,
            guild_name: self.guilds.get(&guild_id)?.name.clone(),
            channel_id: channel,
            channel_name: found.name.clone().unwrap_or_default(),
            inviter_id: by,
            created_at: self.now(),
        };
        let data = json!({
            "code": code, "channel_id": channel, "guild_id": guild_id, "created_at": invite.created_at,
            "max_age": 0, "max_uses": 0, "temporary": false, "uses": 0, "expires_at": null, "type": 0,
        });
        self.invites.insert(code.to_owned(), invite);
        self.emit(
            "INVITE_CREATE",
            Audience::Channel(channel),
            Intents::GUILD_INVITES,
            data,
        );
        Some(())
    }

    /// Makes a code known that leads to a guild outside this world, as scammers post them.
    pub fn add_foreign_invite(&mut self, code: &str, guild_name: &str) {
        let invite = Invite {
            code: code.to_owned(),
            guild_id: self.next_id(),
            guild_name: guild_name.to_owned(),
            channel_id: self.next_id(),
            channel_name: "welcome".to_owned(),
            inviter_id: None,
            created_at: self.now(),
        };
        self.invites.insert(code.to_owned(), invite);
    }

    /// Deletes an invite: `INVITE_DELETE`. Says whether there was one.
    pub fn delete_invite(&mut self, code: &str) -> bool {
        let Some(gone) = self.invites.remove(code) else {
            return false;
        };
        let data = json!({ "code": code, "channel_id": gone.channel_id, "guild_id": gone.guild_id });
        self.emit(
            "INVITE_DELETE",
            Audience::Channel(gone.channel_id),
            Intents::GUILD_INVITES,
            data,
        );
        true
    }
}

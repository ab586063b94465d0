//! Guilds: the communities themselves.

use std::collections::BTreeMap;

use crate::clock::Timestamp;
use crate::gateway::{self, Audience, Intents};
use crate::ids::Id;
use crate::payload;
use crate::permissions::Permissions;

use super::{Ban, Member, Role, State};

/// A guild.
#[derive(Clone, Debug)]
pub struct Guild {
    /// Snowflake; also the id of its `@everyone` role.
    pub id: Id,
    /// Name.
    pub name: String,
    /// The member who owns it.
    pub owner_id: Id,
    /// Roles by id.
    pub roles: BTreeMap<Id, Role>,
    /// Members by user id.
    pub members: BTreeMap<Id, Member>,
    /// When the timeouts of those who left end: leaving does not end them.
    pub timeouts_of_absent: BTreeMap<Id, Timestamp>,
    /// Bans by user id.
    pub bans: BTreeMap<Id, Ban>,
    /// Where welcome messages go.
    pub system_channel_id: Option<Id>,
    /// Enabled features, such as `COMMUNITY`.
    pub features: Vec<String>,
    /// When the bot joined it.
    pub bot_joined_at: Timestamp,
    /// Pauses of invites and direct messages (`incidents_data`); null when there never was one.
    pub incidents: serde_json::Value,
    /// Is it unreachable (`GUILD_DELETE` with `unavailable`)?
    pub unavailable: bool,
}

impl Guild {
    /// A guild with `@everyone` and nothing else.
    pub(super) fn new(id: Id, name: &str, owner_id: Id, now: Timestamp) -> Self {
        let everyone = Role {
            id,
            name: "@everyone".to_owned(),
            color: 0,
            hoist: false,
            position: 0,
            permissions: Permissions::everyone_default(),
            managed: false,
            mentionable: false,
            bot_id: None,
        };
        Self {
            id,
            name: name.to_owned(),
            owner_id,
            roles: BTreeMap::from([(id, everyone)]),
            members: BTreeMap::new(),
            timeouts_of_absent: BTreeMap::new(),
            bans: BTreeMap::new(),
            system_channel_id: None,
            features: vec!["COMMUNITY".to_owned()],
            bot_joined_at: now,
            incidents: serde_json::Value::Null,
            unavailable: false,
        }
    }
}

impl State {
    /// Tells the bot that it is (again) in `guild`: `GUILD_CREATE`.
    pub fn announce_guild(&mut self, guild: Id) {
        if let Some(found) = self.guilds.get_mut(&guild) {
            found.unavailable = false;
        }
        let full = payload::guild_create(self, guild);
        let bare = gateway::guild_limited_to(self, full.clone(), Intents::NONE);
        self.emit_for(
            "GUILD_CREATE",
            Audience::Guild(guild),
            Intents::GUILDS,
            |intents| {
                if intents.contains(Intents::GUILD_PRESENCES) {
                    full.clone()
                } else {
                    bare.clone()
                }
            },
        );
    }

    /// An outage of one guild: `GUILD_DELETE` with `unavailable`; [`State::announce_guild`] ends it.
    pub fn lose_guild(&mut self, guild: Id) {
        if let Some(found) = self.guilds.get_mut(&guild) {
            found.unavailable = true;
        }
        let data = serde_json::json!({ "id": guild, "unavailable": true });
        self.emit("GUILD_DELETE", Audience::Guild(guild), Intents::GUILDS, data);
    }

    /// Pauses invites or direct messages: `GUILD_UPDATE`.
    pub fn set_incidents(&mut self, guild: Id, incidents: serde_json::Value) {
        let Some(found) = self.guilds.get_mut(&guild) else {
            return;
        };
        found.incidents = incidents;
        let data = payload::guild(found);
        self.emit("GUILD_UPDATE", Audience::Guild(guild), Intents::GUILDS, data);
    }

    /// The bot is removed from `guild`: `GUILD_DELETE` without `unavailable`. The guild lives on without it.
    pub fn remove_bot_from(&mut self, guild: Id) {
        let bot = self.bot_id();
        let data = serde_json::json!({ "id": guild });
        self.emit("GUILD_DELETE", Audience::Guild(guild), Intents::GUILDS, data);
        if let Some(found) = self.guilds.get_mut(&guild) {
            found.members.remove(&bot);
        }
    }
}

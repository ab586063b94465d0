//! Roles of a guild.

use serde_json::json;

use crate::gateway::{Audience, Intents};
use crate::ids::Id;
use crate::payload;
use crate::permissions::Permissions;

use super::State;

/// A role. The one with the guild's own id is `@everyone`.
#[derive(Clone, Debug)]
pub struct Role {
    /// Snowflake.
    pub id: Id,
    /// Name.
    pub name: String,
    /// 0xRRGGBB; 0 is no colour.
    pub color: u32,
    /// Shown apart in the member list?
    pub hoist: bool,
    /// Place in the hierarchy; `@everyone` is 0.
    pub position: u32,
    /// What its holders may do.
    pub permissions: Permissions,
    /// Does it belong to an integration (a bot's own role)?
    pub managed: bool,
    /// May everyone mention it?
    pub mentionable: bool,
    /// The bot whose own role this is.
    pub bot_id: Option<Id>,
}

/// A role to be made.
#[derive(Clone, Debug)]
pub struct NewRole {
    /// Name.
    pub name: String,
    /// What its holders may do.
    pub permissions: Permissions,
    /// 0xRRGGBB.
    pub color: u32,
    /// Shown apart in the member list?
    pub hoist: bool,
    /// May everyone mention it?
    pub mentionable: bool,
    /// The bot whose own, managed role this is.
    pub bot_id: Option<Id>,
}

impl NewRole {
    /// A role of this name with these permissions, nothing else set.
    pub fn new(name: &str, permissions: Permissions) -> Self {
        Self {
            name: name.to_owned(),
            permissions,
            color: 0,
            hoist: false,
            mentionable: false,
            bot_id: None,
        }
    }
}

/// What changes about a role; `None` leaves it.
#[derive(Clone, Debug, Default)]
pub struct RoleEdit {
    /// New name.
    pub name: Option<String>,
    /// New permissions.
    pub permissions: Option<Permissions>,
    /// New colour.
    pub color: Option<u32>,
    /// Shown apart?
    pub hoist: Option<bool>,
    /// Mentionable by all?
    pub mentionable: Option<bool>,
}

impl State {
    /// Makes a role right above `@everyone`, pushing the others up as Discord does. `None`: no such guild.
    pub fn create_role(&mut self, guild: Id, new: NewRole) -> Option<Id> {
        let id = self.next_id();
        let found = self.guilds.get_mut(&guild)?;
        for role in found.roles.values_mut().filter(|role| role.position >= 1) {
            role.position += 1;
        }
        let role = Role {
            id,
            name: new.name,
            color: new.color,
            hoist: new.hoist,
            position: 1,
            permissions: new.permissions,
            managed: new.bot_id.is_some(),
            mentionable: new.mentionable,
            bot_id: new.bot_id,
        };
        found.roles.insert(id, role);
        self.emit_role("GUILD_ROLE_CREATE", guild, id);
        Some(id)
    }

    /// Changes a role.
    pub fn edit_role(&mut self, guild: Id, role: Id, edit: RoleEdit) {
        let Some(found) = self
            .guilds
            .get_mut(&guild)
            .and_then(|guild| guild.roles.get_mut(&role))
        else {
            return;
        };
        let RoleEdit {
            name,
            permissions,
            color,
            hoist,
            mentionable,
        } = edit;
        found.name = name.unwrap_or_else(|| found.name.clone());
        found.permissions = permissions.unwrap_or(found.permissions);
        found.color = color.unwrap_or(found.color);
        found.hoist = hoist.unwrap_or(found.hoist);
        found.mentionable = mentionable.unwrap_or(found.mentionable);
        self.emit_role("GUILD_ROLE_UPDATE", guild, role);
    }

    /// Puts a role at `position` (1 is right above `@everyone`); the others make room.
    pub fn move_role(&mut self, guild: Id, role: Id, position: u32) {
        let Some(found) = self.guilds.get_mut(&guild) else {
            return;
        };
        let mut order: Vec<(u32, Id)> = found
            .roles
            .values()
            .filter(|other| other.id != role && other.id != guild)
            .map(|other| (other.position, other.id))
            .collect();
        order.sort_unstable();
        let index = (position.max(1) as usize - 1).min(order.len());
        order.insert(index, (position, role));
        let mut moved = Vec::new();
        for ((_, id), position) in order.into_iter().zip(1..) {
            if let Some(other) = found.roles.get_mut(&id)
                && other.position != position
            {
                other.position = position;
                moved.push(id);
            }
        }
        for role in moved {
            self.emit_role("GUILD_ROLE_UPDATE", guild, role);
        }
    }

    /// Deletes a role and takes it from all who hold it.
    pub fn delete_role(&mut self, guild: Id, role: Id) {
        let Some(found) = self.guilds.get_mut(&guild) else {
            return;
        };
        if found.roles.remove(&role).is_none() {
            return;
        }
        for member in found.members.values_mut() {
            member.roles.retain(|held| *held != role);
        }
        let data = json!({ "guild_id": guild, "role_id": role });
        self.emit("GUILD_ROLE_DELETE", Audience::Guild(guild), Intents::GUILDS, data);
    }

    fn emit_role(&mut self, event: &'static str, guild: Id, role: Id) {
        let Some(found) = self.guilds.get(&guild).and_then(|guild| guild.roles.get(&role)) else {
            return;
        };
        let data = json!({ "guild_id": guild, "role": payload::role(found) });
        self.emit(event, Audience::Guild(guild), Intents::GUILDS, data);
    }
}

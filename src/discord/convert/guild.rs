//! Guilds, roles, channels: from serenity's objects (events) and from JSON (answers) to the bot's [`Directory`].

use std::collections::HashMap;

use poise::serenity_prelude as serenity;
use serde_json::Value;
use serenity::{ChannelType, PermissionOverwriteType};

use super::raw::Id;
use crate::model::guild::{Channel, ChannelKind, Directory, Overwrite, OverwriteSubject, Role};
use crate::model::{ChannelId, GuildId, Permissions, RoleId, UserId};

/// A guild as the gateway describes it.
pub fn directory(guild: &serenity::Guild, own_user: UserId) -> Directory {
    let own = guild.members.get(&serenity::UserId::new(own_user.0.max(1)));
    Directory {
        guild: GuildId(guild.id.get()),
        name: guild.name.clone(),
        owner: UserId(guild.owner_id.get()),
        vanity: guild.vanity_url_code.clone(),
        roles: guild
            .roles
            .values()
            .map(role)
            .map(|role| (role.id, role))
            .collect(),
        channels: guild
            .channels
            .values()
            .chain(&guild.threads)
            .map(channel)
            .map(|channel| (channel.id, channel))
            .collect(),
        own_user,
        own_roles: own.map(|member| roles(&member.roles)).unwrap_or_default(),
    }
}

/// Ids of roles.
pub fn roles(roles: &[serenity::RoleId]) -> Vec<RoleId> {
    roles.iter().map(|role| RoleId(role.get())).collect()
}

/// A role.
pub fn role(role: &serenity::Role) -> Role {
    Role {
        id: RoleId(role.id.get()),
        name: role.name.clone(),
        position: i64::from(role.position),
        permissions: Permissions(role.permissions.bits()),
        mentionable: role.mentionable,
    }
}

/// A channel or thread.
pub fn channel(channel: &serenity::GuildChannel) -> Channel {
    Channel {
        id: ChannelId(channel.id.get()),
        kind: kind(u8::from(channel.kind)),
        name: super::names::clean(&channel.name),
        parent: channel.parent_id.map(|parent| ChannelId(parent.get())),
        made_by: channel.owner_id.map(|owner| UserId(owner.get())),
        overwrites: channel
            .permission_overwrites
            .iter()
            .filter_map(|overwrite| {
                Some(Overwrite {
                    subject: match overwrite.kind {
                        PermissionOverwriteType::Role(role) => OverwriteSubject::Role(RoleId(role.get())),
                        PermissionOverwriteType::Member(user) => OverwriteSubject::Member(UserId(user.get())),
                        _ => return None,
                    },
                    allow: Permissions(overwrite.allow.bits()),
                    deny: Permissions(overwrite.deny.bits()),
                })
            })
            .collect(),
    }
}

/// Whether this is a thread.
pub fn is_thread(kind: ChannelType) -> bool {
    matches!(
        self::kind(u8::from(kind)),
        ChannelKind::PublicThread | ChannelKind::PrivateThread
    )
}

/// What kind of place a channel type is ("Channel Types" of Discord's reference).
pub const fn kind(channel_type: u8) -> ChannelKind {
    match channel_type {
        0 => ChannelKind::Text,
        2 | 13 => ChannelKind::Voice,
        5 => ChannelKind::Announcement,
        10 | 11 => ChannelKind::PublicThread,
        12 => ChannelKind::PrivateThread,
        15 | 16 => ChannelKind::Forum,
        _ => ChannelKind::Other,
    }
}

/// A guild from four answers of Discord: the guild, its channels, its active threads, the bot as its member.
pub fn directory_from(
    guild: &Value,
    channels: &Value,
    threads: &Value,
    own: &Value,
    own_user: UserId,
) -> Option<Directory> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let roles: HashMap<_, _> = list(guild.get("roles")?)
        .iter()
        .filter_map(role_from)
        .map(|role| (role.id, role))
        .collect();
    let places = list(channels)
        .into_iter()
        .chain(threads.get("threads").map(list).unwrap_or_default());
    Some(Directory {
        guild: GuildId(id(guild, "id")?),
        name: guild.get("name")?.as_str()?.to_owned(),
        owner: UserId(id(guild, "owner_id")?),
        vanity: guild
            .get("vanity_url_code")
            .and_then(Value::as_str)
            .map(str::to_owned),
        roles,
        channels: places
            .filter_map(|place| channel_from(&place))
            .map(|channel| (channel.id, channel))
            .collect(),
        own_user,
        own_roles: own
            .get("roles")
            .map(list)
            .unwrap_or_default()
            .iter()
            .filter_map(|role| role.as_str()?.parse().ok())
            .collect(),
    })
}

fn role_from(role: &Value) -> Option<Role> {
    Some(Role {
        id: RoleId(id(role, "id")?),
        name: role.get("name")?.as_str()?.to_owned(),
        position: role.get("position").and_then(Value::as_i64).unwrap_or_default(),
        permissions: bits(role, "permissions"),
        mentionable: role
            .get("mentionable")
            .and_then(Value::as_bool)
            .unwrap_or_default(),
    })
}

fn channel_from(channel: &Value) -> Option<Channel> {
    let overwrites = channel.get("permission_overwrites").and_then(Value::as_array);
    Some(Channel {
        id: ChannelId(id(channel, "id")?),
        kind: kind(u8::try_from(channel.get("type")?.as_u64()?).ok()?),
        name: super::names::clean(channel.get("name").and_then(Value::as_str).unwrap_or_default()),
        parent: id(channel, "parent_id").map(ChannelId),
        made_by: id(channel, "owner_id").map(UserId),
        overwrites: overwrites
            .into_iter()
            .flatten()
            .filter_map(|overwrite| {
                let subject = id(overwrite, "id")?;
                Some(Overwrite {
                    subject: match overwrite.get("type")?.as_u64()? {
                        0 => OverwriteSubject::Role(RoleId(subject)),
                        _ => OverwriteSubject::Member(UserId(subject)),
                    },
                    allow: bits(overwrite, "allow"),
                    deny: bits(overwrite, "deny"),
                })
            })
            .collect(),
    })
}

/// The id under a key.
pub fn id(value: &Value, key: &str) -> Option<u64> {
    serde_json::from_value::<Id>(value.get(key)?.clone())
        .ok()
        .map(|id| id.0)
}

fn bits(value: &Value, key: &str) -> Permissions {
    Permissions(
        value
            .get(key)
            .and_then(Value::as_str)
            .and_then(|bits| bits.parse().ok())
            .unwrap_or_default(),
    )
}

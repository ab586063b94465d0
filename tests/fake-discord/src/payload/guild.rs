//! Guilds, roles and the audit log event.

use serde_json::{Value, json};

use crate::ids::Id;
use crate::world::{AuditLogEntry, Channel, Guild, Role, State};

/// The role object.
pub fn role(role: &Role) -> Value {
    let mut data = json!({
        "id": role.id,
        "name": role.name,
        "description": null,
        "color": role.color,
        "colors": { "primary_color": role.color, "secondary_color": null, "tertiary_color": null },
        "hoist": role.hoist,
        "icon": null,
        "unicode_emoji": null,
        "position": role.position,
        "permissions": role.permissions,
        "managed": role.managed,
        "mentionable": role.mentionable,
        "flags": 0,
    });
    if let Some(bot) = role.bot_id {
        data["tags"] = json!({ "bot_id": bot });
    }
    data
}

/// The guild object as `GET /guilds/{id}` gives it.
pub fn guild(guild: &Guild) -> Value {
    let mut data = json!({
        "id": guild.id,
        "name": guild.name,
        "owner_id": guild.owner_id,
        "roles": guild.roles.values().map(role).collect::<Vec<_>>(),
        "features": guild.features,
        "system_channel_id": guild.system_channel_id,
        "emojis": [],
        "stickers": [],
        "region": "deprecated",
        "preferred_locale": "en-US",
        "afk_timeout": 300,
        "verification_level": 1,
        "default_message_notifications": 1,
        "explicit_content_filter": 2,
        "max_members": 500_000,
        "max_video_channel_users": 25,
        "max_stage_video_channel_users": 50,
    });
    for zero in [
        "mfa_level",
        "system_channel_flags",
        "premium_tier",
        "premium_subscription_count",
        "nsfw_level",
    ] {
        data[zero] = json!(0);
    }
    for no in [
        "widget_enabled",
        "nsfw",
        "premium_progress_bar_enabled",
        "embed_enabled",
    ] {
        data[no] = json!(false);
    }
    for unset in UNSET_IN_GUILD {
        data[unset] = Value::Null;
    }
    data["incidents_data"] = guild.incidents.clone();
    data
}

/// Fields of a guild that are always sent and hold nothing here.
const UNSET_IN_GUILD: [&str; 18] = [
    "icon",
    "icon_hash",
    "splash",
    "discovery_splash",
    "home_header",
    "banner",
    "description",
    "afk_channel_id",
    "widget_channel_id",
    "application_id",
    "rules_channel_id",
    "max_presences",
    "vanity_url_code",
    "public_updates_channel_id",
    "safety_alerts_channel_id",
    "hub_type",
    "latest_onboarding_question_id",
    "embed_channel_id",
];

/// The payload of `GUILD_CREATE`: the guild with its members, channels and active threads, as far as the bot sees them.
/// For a guild in an outage, the unavailable guild object.
pub fn guild_create(state: &State, id: Id) -> Value {
    let Some(found) = state.guilds.get(&id) else {
        return Value::Null;
    };
    if found.unavailable {
        return json!({ "id": id, "unavailable": true });
    }
    let bot = state.bot_id();
    let of_guild = |channel: &&Channel| channel.guild_id == Some(id);
    let channels: Vec<Value> = state
        .channels
        .values()
        .filter(of_guild)
        .filter(|channel| channel.thread.is_none())
        .map(|channel| super::channel(state, channel))
        .collect();
    let threads: Vec<Value> = state
        .channels
        .values()
        .filter(of_guild)
        .filter(|channel| channel.thread.as_ref().is_some_and(|thread| !thread.archived))
        .filter(|channel| state.can_see(channel.id, bot))
        .map(|channel| super::channel(state, channel))
        .collect();
    let members: Vec<Value> = found
        .members
        .keys()
        .map(|user| super::member_of(state, id, *user))
        .collect();
    let mut data = guild(found);
    data["joined_at"] = json!(found.bot_joined_at);
    data["large"] = json!(false);
    data["unavailable"] = json!(false);
    data["member_count"] = json!(found.members.len());
    data["members"] = json!(members);
    data["channels"] = json!(channels);
    data["threads"] = json!(threads);
    for empty in [
        "voice_states",
        "presences",
        "stage_instances",
        "guild_scheduled_events",
        "soundboard_sounds",
    ] {
        data[empty] = json!([]);
    }
    data
}

/// The payload of `GUILD_AUDIT_LOG_ENTRY_CREATE`.
pub fn audit_log_entry_event(entry: &AuditLogEntry) -> Value {
    let mut data = super::audit_log_entry(entry);
    data["guild_id"] = json!(entry.guild_id);
    data
}

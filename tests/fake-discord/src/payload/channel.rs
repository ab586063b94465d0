//! Channels, threads and thread members.

use serde_json::{Value, json};

use crate::ids::Id;
use crate::world::{Channel, ChannelKind, State, ThreadMember};

/// The channel object of any kind of channel, as the bot sees it.
pub fn channel(state: &State, channel: &Channel) -> Value {
    if channel.kind == ChannelKind::DirectMessage {
        return direct_message(state, channel);
    }
    if channel.thread.is_some() {
        return thread(state, channel);
    }
    let overwrites: Vec<Value> = channel
        .overwrites
        .iter()
        .map(|(id, overwrite)| {
            json!({ "id": id, "type": overwrite.kind as u8, "allow": overwrite.allow, "deny": overwrite.deny })
        })
        .collect();
    let mut data = json!({
        "id": channel.id,
        "type": channel.kind as u8,
        "guild_id": channel.guild_id,
        "name": channel.name,
        "position": channel.position,
        "permission_overwrites": overwrites,
        "parent_id": channel.parent_id,
        "nsfw": channel.nsfw,
        "flags": channel.flags,
    });
    let mut add = |fields: Value| merge(&mut data, fields);
    match channel.kind {
        ChannelKind::Category => {}
        ChannelKind::Voice | ChannelKind::Stage => add(json!({
            "bitrate": 64_000, "user_limit": 0, "rtc_region": null, "topic": null,
            "rate_limit_per_user": channel.rate_limit_per_user, "last_message_id": channel.last_message_id,
        })),
        ChannelKind::Forum | ChannelKind::Media => add(json!({
            "topic": channel.topic, "rate_limit_per_user": channel.rate_limit_per_user,
            "last_message_id": channel.last_message_id, "available_tags": channel.available_tags,
            "default_reaction_emoji": null, "default_sort_order": null, "default_forum_layout": 0, "template": "",
        })),
        _ => add(json!({
            "topic": channel.topic, "rate_limit_per_user": channel.rate_limit_per_user,
            "last_message_id": channel.last_message_id, "last_pin_timestamp": channel.last_pin_timestamp,
        })),
    }
    data
}

fn thread(state: &State, channel: &Channel) -> Value {
    let Some(thread) = &channel.thread else {
        return Value::Null;
    };
    let mut metadata = json!({
        "archived": thread.archived,
        "archive_timestamp": thread.archive_timestamp,
        "auto_archive_duration": thread.auto_archive_duration,
        "locked": thread.locked,
        "create_timestamp": thread.create_timestamp,
    });
    if channel.kind == ChannelKind::PrivateThread {
        metadata["invitable"] = json!(thread.invitable);
    }
    let mut data = json!({
        "id": channel.id,
        "type": channel.kind as u8,
        "guild_id": channel.guild_id,
        "parent_id": channel.parent_id,
        "owner_id": thread.owner_id,
        "name": channel.name,
        "last_message_id": channel.last_message_id,
        "last_pin_timestamp": channel.last_pin_timestamp,
        "rate_limit_per_user": channel.rate_limit_per_user,
        "bitrate": 64_000,
        "user_limit": 0,
        "rtc_region": null,
        "message_count": thread.message_count,
        "total_message_sent": thread.total_message_sent,
        "member_count": thread.members.len().min(50),
        "thread_metadata": metadata,
        "flags": channel.flags,
        "nsfw": channel.nsfw,
    });
    let parent = channel.parent_id.and_then(|parent| state.channels.get(&parent));
    if parent.is_some_and(|parent| parent.kind.is_forum()) {
        data["applied_tags"] = json!(thread.applied_tags);
    }
    if let Some(own) = thread.members.get(&state.bot_id()) {
        data["member"] = thread_member(channel.id, own);
    }
    data
}

fn direct_message(state: &State, channel: &Channel) -> Value {
    let bot = state.bot_id();
    let others = channel.recipients.iter().filter(|user| **user != bot);
    let recipients: Vec<Value> = others
        .filter_map(|user| state.users.get(user))
        .map(super::user)
        .collect();
    json!({
        "id": channel.id,
        "type": 1,
        "last_message_id": channel.last_message_id,
        "last_pin_timestamp": channel.last_pin_timestamp,
        "flags": 0,
        "recipients": recipients,
    })
}

/// The thread member object, without the guild member in it.
pub fn thread_member(thread: Id, member: &ThreadMember) -> Value {
    json!({
        "id": thread,
        "user_id": member.user_id,
        "join_timestamp": member.join_timestamp,
        "flags": member.flags,
        "muted": false,
        "mute_config": null,
    })
}

/// What a session hears when it comes to see a channel: that channel's active threads.
pub fn thread_list_sync(state: &State, parent: Id) -> Value {
    let bot = state.bot_id();
    let active: Vec<&Channel> = state
        .threads_of(parent)
        .filter(|found| {
            found.thread.as_ref().is_some_and(|thread| !thread.archived) && state.can_see(found.id, bot)
        })
        .collect();
    let members: Vec<Value> = active
        .iter()
        .filter_map(|found| {
            found
                .thread
                .as_ref()?
                .members
                .get(&bot)
                .map(|own| thread_member(found.id, own))
        })
        .collect();
    json!({
        "guild_id": state.guild_of(parent),
        "channel_ids": [parent],
        "threads": active.iter().map(|found| channel(state, found)).collect::<Vec<_>>(),
        "members": members,
    })
}

fn merge(data: &mut Value, fields: Value) {
    if let (Value::Object(data), Value::Object(fields)) = (data, fields) {
        data.extend(fields);
    }
}

//! Messages, with their attachments, embeds and what they refer to.

use serde_json::{Value, json};

use crate::ids::Id;
use crate::world::{Attachment, Author, Message, MessageKind, State, message_flags};

/// The message object.
pub fn message(state: &State, message: &Message) -> Value {
    with_reference(state, message, true)
}

/// The payload of `MESSAGE_CREATE` and `MESSAGE_UPDATE`: the message, its guild and its author as a member.
pub fn message_event(state: &State, found: &Message) -> Value {
    let mut data = message(state, found);
    if let Some(guild) = state.guild_of(found.channel_id) {
        data["guild_id"] = json!(guild);
        if let Some(author) = found
            .author
            .user_id()
            .filter(|author| state.member(guild, *author).is_some())
        {
            data["member"] = partial_member(state, guild, author);
        }
        for mention in data["mentions"].as_array_mut().into_iter().flatten() {
            let id = mention["id"].as_str().and_then(|id| id.parse().ok());
            if let Some(user) = id.filter(|user| state.member(guild, *user).is_some()) {
                mention["member"] = partial_member(state, guild, user);
            }
        }
    }
    if let Some(channel) = state.channels.get(&found.channel_id) {
        data["channel_type"] = json!(channel.kind as u8);
    }
    data
}

/// A member object without its user, as inside message events.
fn partial_member(state: &State, guild: Id, user: Id) -> Value {
    let mut member = super::member_of(state, guild, user);
    if let Value::Object(fields) = &mut member {
        fields.remove("user");
    }
    member
}

fn with_reference(state: &State, found: &Message, resolve: bool) -> Value {
    let mentions: Vec<Value> = found
        .mentions
        .iter()
        .filter_map(|user| state.users.get(user))
        .map(super::user)
        .collect();
    let mut data = json!({
        "id": found.id,
        "channel_id": found.channel_id,
        "type": found.kind.0,
        "author": author(state, &found.author),
        "content": found.content,
        "timestamp": found.timestamp,
        "edited_timestamp": found.edited_timestamp,
        "tts": found.tts,
        "mention_everyone": found.mention_everyone,
        "mentions": mentions,
        "mention_roles": found.mention_roles,
        "attachments": found.attachments.iter().map(attachment).collect::<Vec<_>>(),
        "embeds": if found.flags & message_flags::SUPPRESS_EMBEDS == 0 { json!(found.embeds) } else { json!([]) },
        "components": found.components,
        "pinned": found.pinned,
        "flags": found.flags,
    });
    let mut add = |field: &str, value: Value| data[field] = value;
    if let Some(nonce) = &found.nonce {
        add("nonce", nonce.clone());
    }
    if let Some(webhook) = found.webhook_id {
        add("webhook_id", json!(webhook));
    }
    if let Some(application) = found.application_id {
        add("application_id", json!(application));
    }
    if !found.reactions.is_empty() {
        add("reactions", reactions(state, found));
    }
    if !found.sticker_items.is_empty() {
        add("sticker_items", json!(found.sticker_items));
    }
    if let Some(poll) = &found.poll {
        add("poll", poll.clone());
    }
    if let Some(metadata) = &found.interaction_metadata {
        add("interaction_metadata", metadata.clone());
    }
    if !found.message_snapshots.is_empty() {
        add("message_snapshots", json!(found.message_snapshots));
    }
    if let Some(thread) = found.thread_id.and_then(|thread| state.channels.get(&thread)) {
        add("thread", super::channel(state, thread));
    }
    if let Some(reference) = &found.message_reference {
        let mut reference = reference.clone();
        if reference["type"].is_null() {
            reference["type"] = json!(0);
        }
        add("message_reference", reference);
        let points_back =
            found.kind == MessageKind::REPLY || found.kind == MessageKind::THREAD_STARTER_MESSAGE;
        if resolve && points_back {
            add("referenced_message", referenced(state, found));
        }
    }
    data
}

/// The message a reply answers, or null when it is gone.
fn referenced(state: &State, found: &Message) -> Value {
    let id = found
        .message_reference
        .as_ref()
        .and_then(|reference| reference["message_id"].as_str()?.parse().ok());
    let target = id
        .and_then(|id: Id| state.messages.get(&id))
        .filter(|target| target.deleted_at.is_none());
    target.map_or(Value::Null, |target| with_reference(state, target, false))
}

fn reactions(state: &State, found: &Message) -> Value {
    let bot = state.bot_id();
    let all = found.reactions.iter().map(|reaction| {
        json!({
            "emoji": reaction.emoji_payload(),
            "count": reaction.users.len(),
            "count_details": { "burst": 0, "normal": reaction.users.len() },
            "me": reaction.users.contains(&bot),
            "me_burst": false,
            "burst_colors": [],
        })
    });
    all.collect()
}

fn author(state: &State, author: &Author) -> Value {
    match author {
        Author::User(id) => state.users.get(id).map_or_else(|| deleted_user(*id), super::user),
        Author::Webhook { id, name, avatar } => json!({
            "id": id,
            "username": name,
            "discriminator": "0000",
            "global_name": null,
            "avatar": avatar,
            "public_flags": 0,
            "flags": 0,
            "bot": true,
            "clan": null,
            "primary_guild": null,
        }),
    }
}

fn deleted_user(id: Id) -> Value {
    json!({
        "id": id, "username": format!("deleted_user_{id}"), "discriminator": "0", "global_name": null,
        "avatar": null, "public_flags": 0, "flags": 0,
    })
}

/// The attachment object.
pub fn attachment(file: &Attachment) -> Value {
    let mut data = json!({
        "id": file.id,
        "filename": file.filename,
        "size": file.size,
        "url": file.url,
        "proxy_url": file.url,
    });
    if let Some(description) = &file.description {
        data["description"] = json!(description);
    }
    if let Some(content_type) = &file.content_type {
        data["content_type"] = json!(content_type);
    }
    if let Some((width, height)) = file.dimensions {
        data["width"] = json!(width);
        data["height"] = json!(height);
    }
    if file.ephemeral {
        data["ephemeral"] = json!(true);
    }
    data
}

/// An embed as Discord keeps it: with its type, without empty fields.
pub fn received_embed(mut embed: Value) -> Value {
    if let Value::Object(fields) = &mut embed {
        fields.retain(|_, value| !value.is_null());
        fields.entry("type").or_insert_with(|| json!("rich"));
        for field in fields
            .get_mut("fields")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            if field["inline"].is_null() {
                field["inline"] = json!(false);
            }
        }
    }
    embed
}

/// What a forward of `found` carries: the snapshot object with the fields Discord copies, no author among them.
pub fn snapshot_of(state: &State, found: &Message) -> Value {
    let whole = message(state, found);
    let copied = [
        "type",
        "content",
        "embeds",
        "attachments",
        "timestamp",
        "edited_timestamp",
        "flags",
        "mentions",
        "mention_roles",
        "sticker_items",
        "components",
    ];
    let fields = copied
        .iter()
        .filter(|field| !whole[**field].is_null())
        .map(|field| (*field, whole[*field].clone()));
    let mut snapshot: serde_json::Map<String, Value> =
        fields.map(|(field, value)| (field.to_owned(), value)).collect();
    snapshot.entry("edited_timestamp").or_insert(Value::Null);
    json!({ "message": snapshot })
}

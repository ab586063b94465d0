//! From a form to a message: permissions to post, uploads, replies, forwards. Shared by every route that sends or edits.

use serde_json::{Value, json};

use super::access;
use crate::ids::Id;
use crate::payload;
use crate::permissions::Permissions;
use crate::rest::body::Upload;
use crate::rest::check::message::{AttachmentForm, LEGACY_FIELD, MessageForm, Reference, no_legacy_field};
use crate::rest::error::Refusal;
use crate::world::{Attachment, Author, Message, MessageEdit, MessageKind, NewMessage, State, message_flags};

/// Refuses unless the bot may send a message into this channel now.
pub fn must_be_sendable(state: &State, channel_id: Id) -> Result<(), Refusal> {
    let channel = access::channel(state, channel_id)?;
    if channel.kind.is_forum() {
        return Err(Refusal::forum_takes_no_messages());
    }
    if !channel.kind.takes_messages() {
        return Err(Refusal::not_a_text_channel());
    }
    if channel.guild_id.is_none() {
        let other = channel.recipients.iter().find(|user| **user != state.bot_id());
        return match other {
            Some(user) if state.takes_direct_messages(*user) => Ok(()),
            Some(user) if !shares_a_guild(state, *user) => Err(Refusal::no_mutual_guilds()),
            _ => Err(Refusal::cannot_message_user()),
        };
    }
    if !state.can_send(channel_id, state.bot_id()) {
        return Err(Refusal::missing_permissions());
    }
    let is_locked = channel.thread.as_ref().is_some_and(|thread| thread.locked);
    if is_locked && !access::has(state, channel_id, Permissions::MANAGE_THREADS) {
        return Err(Refusal::thread_is_locked());
    }
    Ok(())
}

fn shares_a_guild(state: &State, user: Id) -> bool {
    let bot = state.bot_id();
    state
        .guilds
        .values()
        .any(|guild| guild.members.contains_key(&user) && guild.members.contains_key(&bot))
}

/// Refuses what the form holds beyond text and the bot has no permission for.
pub fn must_be_allowed(
    state: &State,
    channel: Id,
    form: &MessageForm,
    files: &[Upload],
) -> Result<(), Refusal> {
    let embeds = form.embeds.as_ref().is_some_and(|embeds| !embeds.is_empty());
    let needs = [
        (embeds, Permissions::EMBED_LINKS),
        (!files.is_empty(), Permissions::ATTACH_FILES),
        (form.poll.is_some(), Permissions::SEND_POLLS),
    ];
    let lacks = |wanted| !access::has(state, channel, wanted);
    if needs.into_iter().any(|(used, wanted)| used && lacks(wanted)) {
        return Err(Refusal::missing_permissions());
    }
    Ok(())
}

/// Turns a form into the message it asks for. Uploads are stored; nothing is sent yet.
pub fn compose(
    state: &mut State,
    channel: Id,
    author: Author,
    form: MessageForm,
    files: &[Upload],
) -> Result<NewMessage, Refusal> {
    let sticker_items = sticker_items(&form.sticker_ids)?;
    let referred = form
        .reference
        .map(|reference| refer(state, channel, reference))
        .transpose()?;
    let attachments = store(
        state,
        channel,
        files,
        form.attachments.as_deref().unwrap_or_default(),
    );
    let mut new = NewMessage {
        content: form.content.flatten().unwrap_or_default(),
        tts: form.tts,
        embeds: form.embeds.unwrap_or_default(),
        components: form.components.unwrap_or_default(),
        sticker_items,
        poll: form.poll,
        allowed_mentions: form.allowed_mentions,
        flags: form.flags.unwrap_or_default(),
        nonce: form.nonce,
        attachments,
        ..NewMessage::new(channel, author)
    };
    if let Some(Some(referred)) = referred {
        new.kind = referred.kind;
        new.message_reference = Some(referred.reference);
        new.message_snapshots = referred.snapshots;
        new.flags |= referred.flags;
    }
    point_at_attachments(&mut new.embeds, &mut new.components, &mut new.attachments);
    Ok(new)
}

/// Turns a form into the changes it asks of `message`.
pub fn compose_edit(
    state: &mut State,
    message: &Message,
    form: MessageForm,
    files: &[Upload],
) -> Result<MessageEdit, Refusal> {
    if message.poll.is_some() {
        return Err(Refusal::poll_is_fixed());
    }
    let uploaded = store(
        state,
        message.channel_id,
        files,
        form.attachments.as_deref().unwrap_or_default(),
    );
    let attachments = match &form.attachments {
        None if uploaded.is_empty() => None,
        kept => {
            let is_kept = |file: &&Attachment| {
                kept.as_ref()
                    .is_none_or(|kept| kept.iter().any(|entry| entry.id == file.id.0))
            };
            Some(
                message
                    .attachments
                    .iter()
                    .filter(is_kept)
                    .cloned()
                    .chain(uploaded)
                    .collect::<Vec<_>>(),
            )
        }
    };
    let mut edit = MessageEdit {
        content: form.content.map(Option::unwrap_or_default),
        embeds: form.embeds,
        components: form.components,
        attachments,
        flags: form.flags,
        allowed_mentions: form.allowed_mentions,
        poll: form.poll,
    };
    refuse_what_v2_cannot_show(message, &edit)?;
    if would_be_empty(message, &edit) {
        return Err(Refusal::empty_message());
    }
    if let Some(files) = edit.attachments.as_mut() {
        let (mut no_embeds, mut no_components) = (Vec::new(), Vec::new());
        let embeds = edit.embeds.as_mut().unwrap_or(&mut no_embeds);
        point_at_attachments(
            embeds,
            edit.components.as_mut().unwrap_or(&mut no_components),
            files,
        );
    }
    Ok(edit)
}

/// A message that becomes one of components only must be rid of everything else by the same edit.
fn refuse_what_v2_cannot_show(message: &Message, edit: &MessageEdit) -> Result<(), Refusal> {
    let is_v2 = |flags: u64| flags & message_flags::IS_COMPONENTS_V2 != 0;
    if is_v2(message.flags) || !edit.flags.is_some_and(is_v2) {
        return Ok(());
    }
    let left = [
        (
            "content",
            !edit.content.as_ref().unwrap_or(&message.content).is_empty(),
        ),
        (
            "embeds",
            !edit.embeds.as_ref().unwrap_or(&message.embeds).is_empty(),
        ),
        ("poll", message.poll.is_some()),
        ("sticker_ids", !message.sticker_items.is_empty()),
    ];
    match left.into_iter().find(|(_, is_left)| *is_left) {
        Some((field, _)) => Err(Refusal::field(field, LEGACY_FIELD, no_legacy_field(field))),
        None => Ok(()),
    }
}

fn would_be_empty(message: &Message, edit: &MessageEdit) -> bool {
    edit.content
        .as_ref()
        .unwrap_or(&message.content)
        .trim()
        .is_empty()
        && edit.embeds.as_ref().unwrap_or(&message.embeds).is_empty()
        && edit.components.as_ref().unwrap_or(&message.components).is_empty()
        && edit
            .attachments
            .as_ref()
            .unwrap_or(&message.attachments)
            .is_empty()
        && message.sticker_items.is_empty()
        && message.poll.is_none()
        && edit.poll.is_none()
        && message.message_snapshots.is_empty()
}

/// Stores uploads under the names and descriptions that `attachments` gives them.
fn store(state: &mut State, channel: Id, files: &[Upload], described: &[AttachmentForm]) -> Vec<Attachment> {
    files
        .iter()
        .map(|file| {
            let entry = described.iter().find(|entry| entry.id == file.n);
            let name = entry
                .and_then(|entry| entry.filename.as_deref())
                .unwrap_or(&file.name);
            let description = entry.and_then(|entry| entry.description.clone());
            state.store_file(
                channel,
                name,
                description,
                file.content_type.clone(),
                file.bytes.to_vec(),
            )
        })
        .collect()
}

/// Resolves `attachment://name`. A file shown by an embed is no longer listed as an attachment, as with Discord.
fn point_at_attachments(embeds: &mut [Value], components: &mut [Value], files: &mut Vec<Attachment>) {
    let resolve = |url: &str| {
        let name = url.strip_prefix("attachment://")?;
        files.iter().find(|file| file.filename == name)
    };
    let mut shown = Vec::new();
    for embed in embeds.iter_mut() {
        for (outer, key) in [
            ("image", "url"),
            ("thumbnail", "url"),
            ("footer", "icon_url"),
            ("author", "icon_url"),
        ] {
            let Some(url) = embed.get_mut(outer).and_then(|inner| inner.get_mut(key)) else {
                continue;
            };
            if let Some(file) = url.as_str().and_then(resolve) {
                *url = json!(file.url);
                shown.push(file.id);
            }
        }
    }
    for component in components.iter_mut() {
        resolve_media(component, &resolve);
    }
    files.retain(|file| !shown.contains(&file.id));
}

fn resolve_media<'a>(value: &mut Value, resolve: &impl Fn(&str) -> Option<&'a Attachment>) {
    match value {
        Value::Object(fields) => {
            let found = fields.get("url").and_then(Value::as_str).and_then(resolve);
            if let Some(file) = found {
                fields.insert("url".to_owned(), json!(file.url));
                fields.insert("proxy_url".to_owned(), json!(file.url));
                fields.insert("attachment_id".to_owned(), json!(file.id));
            }
            fields
                .values_mut()
                .for_each(|inner| resolve_media(inner, resolve));
        }
        Value::Array(list) => list.iter_mut().for_each(|inner| resolve_media(inner, resolve)),
        _ => {}
    }
}

/// The stickers of a message form, or why they cannot be sent.
pub fn sticker_items(ids: &[Id]) -> Result<Vec<Value>, Refusal> {
    // No guild here owns stickers of its own, so none can be sent.
    if ids.is_empty() {
        Ok(Vec::new())
    } else {
        Err(Refusal::invalid_sticker())
    }
}

struct Referred {
    kind: MessageKind,
    reference: Value,
    snapshots: Vec<Value>,
    flags: u64,
}

/// `None`: the target is gone and the sender does not mind.
fn refer(state: &State, channel: Id, reference: Reference) -> Result<Option<Referred>, Refusal> {
    let target_channel = reference.channel_id.unwrap_or(channel);
    let unknown = || Refusal::field("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message");
    if reference.is_forward {
        let may_read = state.can_see(target_channel, state.bot_id())
            && access::has(state, target_channel, Permissions::READ_MESSAGE_HISTORY);
        if !may_read {
            return Err(Refusal::cannot_forward());
        }
        let target = state
            .message(target_channel, reference.message_id)
            .ok_or_else(unknown)?;
        if !target.kind.is_written() || target.poll.is_some() {
            let message = "This message cannot be forwarded";
            return Err(Refusal::field(
                "message_reference",
                "MESSAGE_REFERENCE_CANNOT_FORWARD",
                message,
            ));
        }
        return Ok(Some(Referred {
            kind: MessageKind::DEFAULT,
            reference: reference_to(state, target, 1),
            snapshots: vec![payload::snapshot_of(state, target)],
            flags: message_flags::HAS_SNAPSHOT,
        }));
    }
    if !access::has(state, channel, Permissions::READ_MESSAGE_HISTORY) {
        return Err(Refusal::reply_needs_history());
    }
    let Some(target) = state
        .message(channel, reference.message_id)
        .filter(|_| target_channel == channel)
    else {
        return if reference.fail_if_not_exists {
            Err(unknown())
        } else {
            Ok(None)
        };
    };
    if !target.kind.is_written() {
        let message = "Cannot reply to a system message";
        return Err(Refusal::field(
            "message_reference",
            "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE",
            message,
        ));
    }
    Ok(Some(Referred {
        kind: MessageKind::REPLY,
        reference: reference_to(state, target, 0),
        snapshots: Vec::new(),
        flags: 0,
    }))
}

fn reference_to(state: &State, target: &Message, kind: u8) -> Value {
    let mut reference = json!({ "type": kind, "channel_id": target.channel_id, "message_id": target.id });
    if let Some(guild) = state.guild_of(target.channel_id) {
        reference["guild_id"] = json!(guild);
    }
    reference
}

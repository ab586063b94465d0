//! Sending, editing and deleting messages.

use serde_json::json;

use super::{access, audit, history, posting};
use crate::ids::Id;
use crate::permissions::Permissions;
use crate::rest::call::{Answer, Answered, Call};
use crate::rest::check::message::{self, Way};
use crate::rest::error::Refusal;
use crate::rest::table::Route;
use crate::world::{AuditLogEvent, Author, State, message_flags};

pub const ROUTES: &[Route] = &[
    Route::bot("POST", "/channels/{channel_id}/messages", send_message),
    Route::bot(
        "PATCH",
        "/channels/{channel_id}/messages/{message_id}",
        edit_message,
    ),
    Route::bot(
        "DELETE",
        "/channels/{channel_id}/messages/{message_id}",
        delete_message,
    ),
    Route::bot("POST", "/channels/{channel_id}/typing", start_typing),
];

/// With `enforce_nonce` a message sent in the last minutes with the same nonce is given back instead of a second one.
fn send_message(state: &mut State, call: &Call) -> Answered {
    let channel = call.id("channel_id")?;
    posting::must_be_sendable(state, channel)?;
    let files = &call.payload.files;
    let form = message::read(call.json(), Way::Channel, files.len(), state.now())?;
    posting::must_be_allowed(state, channel, &form, files)?;
    let bot = state.bot_id();
    if let Some(nonce) = form.nonce.as_ref().filter(|_| form.enforce_nonce)
        && let Some(earlier) = state.message_with_nonce(channel, bot, nonce)
    {
        return history::answer(state, earlier);
    }
    let new = posting::compose(state, channel, Author::User(bot), form, files)?;
    let sent = state.create_message(new);
    history::answer(state, sent)
}

fn edit_message(state: &mut State, call: &Call) -> Answered {
    let channel = call.id("channel_id")?;
    let id = call.id("message_id")?;
    access::channel(state, channel)?;
    let found = state
        .message(channel, id)
        .ok_or_else(Refusal::unknown_message)?
        .clone();
    access::must_be_open(state, channel)?;
    let was_v2 = found.flags & message_flags::IS_COMPONENTS_V2 != 0;
    let form = message::read(
        call.json(),
        Way::Edit { was_v2 },
        call.payload.files.len(),
        state.now(),
    )?;
    if found.author != Author::User(state.bot_id()) {
        let only_flags = call
            .json()
            .as_object()
            .is_some_and(|body| body.keys().all(|key| key == "flags"));
        if !only_flags {
            return Err(Refusal::not_the_author());
        }
        access::channel_with(state, channel, Permissions::MANAGE_MESSAGES)?;
    }
    if !found.kind.is_written() {
        return Err(Refusal::system_message());
    }
    posting::must_be_allowed(state, channel, &form, &call.payload.files)?;
    let edit = posting::compose_edit(state, &found, form, &call.payload.files)?;
    state.edit_message(id, edit);
    history::answer(state, id)
}

/// Deleting works in archived threads too; in locked ones only as long as they are open, or for moderators.
fn delete_message(state: &mut State, call: &Call) -> Answered {
    let channel = call.id("channel_id")?;
    let found = access::channel(state, channel)?;
    let guild = found.guild_id;
    let frozen = found
        .thread
        .as_ref()
        .is_some_and(|thread| thread.archived && thread.locked);
    let id = call.id("message_id")?;
    let message = state.message(channel, id).ok_or_else(Refusal::unknown_message)?;
    let author = message.author.user_id();
    let is_deletable = message.kind.is_written() || matches!(message.kind.0, 6..=11 | 18 | 22 | 24..=26);
    if !is_deletable {
        return Err(Refusal::system_message());
    }
    if author != Some(state.bot_id()) {
        if guild.is_none() {
            return Err(Refusal::not_on_a_dm());
        }
        access::channel_with(state, channel, Permissions::MANAGE_MESSAGES)?;
    }
    if frozen && !access::has(state, channel, Permissions::MANAGE_THREADS) {
        return Err(Refusal::thread_is_archived());
    }
    state.delete_message(id);
    if let (Some(guild), Some(author)) = (guild, author.filter(|author| *author != state.bot_id())) {
        log_deletion(state, call, guild, channel, author);
    }
    Answer::empty()
}

fn log_deletion(state: &mut State, call: &Call, guild: Id, channel: Id, author: Id) {
    let options = json!({ "channel_id": channel, "count": "1" });
    audit::log_with(
        state,
        call,
        guild,
        AuditLogEvent::MESSAGE_DELETE,
        author,
        Vec::new(),
        options,
    );
}

fn start_typing(state: &mut State, call: &Call) -> Answered {
    posting::must_be_sendable(state, call.id("channel_id")?)?;
    Answer::empty()
}

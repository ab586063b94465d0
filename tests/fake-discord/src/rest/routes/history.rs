//! Reading messages: one, or a page of a channel's history.

use serde_json::{Value, json};

use super::access;
use crate::ids::Id;
use crate::payload;
use crate::permissions::Permissions;
use crate::rest::call::{Answer, Answered, Call};
use crate::rest::error::Refusal;
use crate::rest::table::Route;
use crate::world::{Application, Author, Message, State};

pub const ROUTES: &[Route] = &[
    Route::bot("GET", "/channels/{channel_id}/messages", list_messages),
    Route::bot("GET", "/channels/{channel_id}/messages/{message_id}", get_message),
];

/// Answers with a message, ephemeral ones included.
pub fn answer(state: &State, message: Id) -> Answered {
    let message = state
        .messages
        .get(&message)
        .ok_or_else(Refusal::unknown_message)?;
    Answer::ok(readable(state, message))
}

/// The message object as the application may read it: without the message-content intent, what others wrote is empty
/// here as it is in events.
pub fn readable(state: &State, message: &Message) -> Value {
    let mut data = payload::message(state, message);
    let is_open = state.application.grants(Application::MESSAGE_CONTENT)
        || message.author == Author::User(state.bot_id())
        || message.application_id == Some(state.application.id)
        || message.mentions.contains(&state.bot_id())
        || state.guild_of(message.channel_id).is_none();
    if !is_open {
        data["content"] = json!("");
        for key in ["embeds", "attachments", "components"] {
            data[key] = json!([]);
        }
        if let Some(fields) = data.as_object_mut() {
            fields.remove("poll");
            fields.remove("message_snapshots");
        }
    }
    data
}

fn get_message(state: &mut State, call: &Call) -> Answered {
    let message = access::message(state, call.id("channel_id")?, call.id("message_id")?)?;
    let mut data = readable(state, message);
    forget_nonce(&mut data);
    Answer::ok(data)
}

/// Newest first. Without `READ_MESSAGE_HISTORY` there is nothing to read, which is no error.
fn list_messages(state: &mut State, call: &Call) -> Answered {
    let channel = access::channel(state, call.id("channel_id")?)?.id;
    let limit = call.query_int("limit", 1, 100, 50)? as usize;
    let around = call.query_id("around")?;
    let before = call.query_id("before")?;
    let after = call.query_id("after")?;
    if !access::has(state, channel, Permissions::READ_MESSAGE_HISTORY) {
        return Answer::ok(json!([]));
    }
    let all: Vec<&Message> = state.messages_in(channel).collect();
    let place = |id: Id| all.partition_point(|message| message.id < id);
    let page = if let Some(around) = around {
        let middle = place(around);
        let from = middle.saturating_sub(limit / 2);
        &all[from..(from + limit).min(all.len())]
    } else if let Some(before) = before {
        let end = place(before);
        &all[end.saturating_sub(limit)..end]
    } else if let Some(after) = after {
        let from = all.partition_point(|message| message.id <= after);
        &all[from..(from + limit).min(all.len())]
    } else {
        &all[all.len().saturating_sub(limit)..]
    };
    let mut listed: Vec<Value> = page
        .iter()
        .rev()
        .map(|message| readable(state, message))
        .collect();
    listed.iter_mut().for_each(forget_nonce);
    Answer::ok(json!(listed))
}

/// Discord does not keep nonces with stored messages.
fn forget_nonce(message: &mut Value) {
    if let Some(fields) = message.as_object_mut() {
        fields.remove("nonce");
    }
}

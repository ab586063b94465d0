//! Pinned messages, by the paths of today and by those of before 2025.

use serde_json::{Value, json};

use super::{access, history};
use crate::ids::Id;
use crate::permissions::Permissions;
use crate::rest::call::{Answer, Answered, Call};
use crate::rest::error::Refusal;
use crate::rest::table::Route;
use crate::world::{Message, State};

/// Most pins of one channel.
const MAX_PINS: usize = 250;

pub const ROUTES: &[Route] = &[
    Route::bot("GET", "/channels/{channel_id}/messages/pins", list_pins),
    Route::bot("PUT", "/channels/{channel_id}/messages/pins/{message_id}", pin),
    Route::bot(
        "DELETE",
        "/channels/{channel_id}/messages/pins/{message_id}",
        unpin,
    ),
    Route::bot("GET", "/channels/{channel_id}/pins", list_pinned_messages),
    Route::bot("PUT", "/channels/{channel_id}/pins/{message_id}", pin),
    Route::bot("DELETE", "/channels/{channel_id}/pins/{message_id}", unpin),
];

fn pinned(state: &State, channel: Id) -> Result<Vec<&Message>, Refusal> {
    access::channel(state, channel)?;
    if !access::has(state, channel, Permissions::READ_MESSAGE_HISTORY) {
        return Ok(Vec::new());
    }
    Ok(state
        .messages_in(channel)
        .rev()
        .filter(|message| message.pinned)
        .collect())
}

fn list_pins(state: &mut State, call: &Call) -> Answered {
    let channel = call.id("channel_id")?;
    let limit = call.query_int("limit", 1, 50, 50)? as usize;
    let all = pinned(state, channel)?;
    let pinned_at = state
        .channels
        .get(&channel)
        .and_then(|channel| channel.last_pin_timestamp);
    let items: Vec<Value> = all
        .iter()
        .take(limit)
        .map(|message| {
            let at = pinned_at.unwrap_or(message.timestamp);
            json!({ "pinned_at": at, "message": history::readable(state, message) })
        })
        .collect();
    Answer::ok(json!({ "items": items, "has_more": all.len() > limit }))
}

fn list_pinned_messages(state: &mut State, call: &Call) -> Answered {
    let all = pinned(state, call.id("channel_id")?)?;
    let listed: Vec<Value> = all
        .iter()
        .take(50)
        .map(|message| history::readable(state, message))
        .collect();
    Answer::ok(json!(listed))
}

fn pin(state: &mut State, call: &Call) -> Answered {
    let message = target(state, call)?;
    let channel = call.id("channel_id")?;
    if pinned(state, channel)?.len() >= MAX_PINS {
        return Err(Refusal::max_pins());
    }
    let bot = state.bot_id();
    state.set_pinned(message, true, bot);
    Answer::empty()
}

fn unpin(state: &mut State, call: &Call) -> Answered {
    let message = target(state, call)?;
    let bot = state.bot_id();
    state.set_pinned(message, false, bot);
    Answer::empty()
}

fn target(state: &State, call: &Call) -> Result<Id, Refusal> {
    let channel = access::channel_with(state, call.id("channel_id")?, Permissions::PIN_MESSAGES)?.id;
    let message = state
        .message(channel, call.id("message_id")?)
        .ok_or_else(Refusal::unknown_message)?;
    if !message.kind.is_written() {
        return Err(Refusal::system_message());
    }
    access::must_be_open(state, channel)?;
    Ok(message.id)
}

//! Reactions under messages.

use serde_json::{Value, json};

use super::access;
use crate::ids::Id;
use crate::payload;
use crate::permissions::Permissions;
use crate::rest::call::{Answer, Answered, Call};
use crate::rest::check::emoji;
use crate::rest::error::Refusal;
use crate::rest::table::Route;
use crate::world::State;

/// Most different emoji under one message.
const MAX_EMOJI: usize = 20;

pub const ROUTES: &[Route] = &[
    Route::bot(
        "GET",
        "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}",
        list_reactors,
    ),
    Route::bot(
        "PUT",
        "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me",
        react,
    ),
    Route::bot(
        "DELETE",
        "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me",
        unreact,
    ),
    Route::bot(
        "DELETE",
        "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/{user_id}",
        remove_of,
    ),
    Route::bot(
        "DELETE",
        "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}",
        remove_emoji,
    ),
    Route::bot(
        "DELETE",
        "/channels/{channel_id}/messages/{message_id}/reactions",
        remove_all,
    ),
];

/// A Unicode emoji or `name:id`; plain words are no emoji.
fn emoji(call: &Call) -> Result<String, Refusal> {
    let emoji = call.text("emoji_name");
    let is_custom = emoji
        .rsplit_once(':')
        .is_some_and(|(name, id)| !name.is_empty() && id.parse::<Id>().is_ok());
    if is_custom || emoji::is_unicode(&emoji) {
        Ok(emoji)
    } else {
        Err(Refusal::unknown_emoji())
    }
}

fn list_reactors(state: &mut State, call: &Call) -> Answered {
    let message = access::message(state, call.id("channel_id")?, call.id("message_id")?)?;
    let emoji = emoji(call)?;
    let limit = call.query_int("limit", 1, 100, 25)? as usize;
    let after = call.query_id("after")?.unwrap_or_default();
    let mut reactors: Vec<Id> = message
        .reactions
        .iter()
        .filter(|reaction| reaction.emoji == emoji)
        .flat_map(|reaction| reaction.users.iter().copied())
        .filter(|user| *user > after)
        .collect();
    reactors.sort_unstable();
    let listed: Vec<Value> = reactors
        .iter()
        .take(limit)
        .filter_map(|user| state.users.get(user))
        .map(payload::user)
        .collect();
    Answer::ok(json!(listed))
}

/// Joining an emoji that is there needs no `ADD_REACTIONS`; starting one does.
fn react(state: &mut State, call: &Call) -> Answered {
    let channel = call.id("channel_id")?;
    let message = access::message(state, channel, call.id("message_id")?)?;
    let emoji = emoji(call)?;
    let is_there = message.reactions.iter().any(|reaction| reaction.emoji == emoji);
    if !is_there && message.reactions.len() >= MAX_EMOJI {
        return Err(Refusal::max_reactions());
    }
    if !is_there && !access::has(state, channel, Permissions::ADD_REACTIONS) {
        return Err(Refusal::missing_permissions());
    }
    access::must_be_open(state, channel)?;
    let (id, bot) = (message.id, state.bot_id());
    state.add_reaction(id, bot, &emoji);
    Answer::empty()
}

fn unreact(state: &mut State, call: &Call) -> Answered {
    let channel = call.id("channel_id")?;
    let message = access::message(state, channel, call.id("message_id")?)?.id;
    access::must_be_open(state, channel)?;
    let bot = state.bot_id();
    state.remove_reaction(message, bot, &emoji(call)?);
    Answer::empty()
}

fn remove_of(state: &mut State, call: &Call) -> Answered {
    let message = moderated(state, call)?;
    let user = call.id("user_id")?;
    state.remove_reaction(message, user, &emoji(call)?);
    Answer::empty()
}

fn remove_emoji(state: &mut State, call: &Call) -> Answered {
    let message = moderated(state, call)?;
    let emoji = emoji(call)?;
    remove_where(state, message, |found| found == emoji);
    Answer::empty()
}

fn remove_all(state: &mut State, call: &Call) -> Answered {
    let message = moderated(state, call)?;
    remove_where(state, message, |_| true);
    Answer::empty()
}

fn moderated(state: &State, call: &Call) -> Result<Id, Refusal> {
    let channel = access::channel_with(state, call.id("channel_id")?, Permissions::MANAGE_MESSAGES)?.id;
    let message = access::message(state, channel, call.id("message_id")?)?.id;
    access::must_be_open(state, channel)?;
    Ok(message)
}

fn remove_where(state: &mut State, message: Id, is_doomed: impl Fn(&str) -> bool) {
    let reactions = state
        .messages
        .get(&message)
        .map(|message| message.reactions.clone())
        .unwrap_or_default();
    for reaction in reactions.iter().filter(|reaction| is_doomed(&reaction.emoji)) {
        for user in &reaction.users {
            state.remove_reaction(message, *user, &reaction.emoji);
        }
    }
}

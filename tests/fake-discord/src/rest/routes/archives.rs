//! Lists of threads: the active ones of a guild, the archived ones of a channel.

use serde_json::{Value, json};

use super::access;
use crate::clock::Timestamp;
use crate::ids::Id;
use crate::payload;
use crate::permissions::Permissions;
use crate::rest::call::{Answer, Answered, Call};
use crate::rest::error::Refusal;
use crate::rest::table::Route;
use crate::world::{Channel, ChannelKind, State};

pub const ROUTES: &[Route] = &[
    Route::bot("GET", "/guilds/{guild_id}/threads/active", list_active),
    Route::bot(
        "GET",
        "/channels/{channel_id}/threads/archived/public",
        list_archived_public,
    ),
    Route::bot(
        "GET",
        "/channels/{channel_id}/threads/archived/private",
        list_archived_private,
    ),
    Route::bot(
        "GET",
        "/channels/{channel_id}/users/@me/threads/archived/private",
        list_joined_archived,
    ),
];

/// Threads with the bot's own memberships beside them.
fn answer(state: &State, threads: &[&Channel], has_more: bool) -> Value {
    let bot = state.bot_id();
    let members: Vec<Value> = threads
        .iter()
        .filter_map(|channel| {
            Some(payload::thread_member(
                channel.id,
                channel.thread.as_ref()?.members.get(&bot)?,
            ))
        })
        .collect();
    let listed: Vec<Value> = threads
        .iter()
        .map(|channel| payload::channel(state, channel))
        .collect();
    json!({ "threads": listed, "members": members, "has_more": has_more })
}

/// Newest first.
fn list_active(state: &mut State, call: &Call) -> Answered {
    let guild = access::guild(state, call.id("guild_id")?)?.id;
    let bot = state.bot_id();
    let active: Vec<&Channel> = state
        .channels
        .values()
        .rev()
        .filter(|channel| channel.guild_id == Some(guild))
        .filter(|channel| channel.thread.as_ref().is_some_and(|thread| !thread.archived))
        .filter(|channel| state.can_see(channel.id, bot))
        .collect();
    // Discord's list of active threads is always whole.
    Answer::ok(answer(state, &active, false))
}

fn archived(state: &State, parent: Id, wanted: impl Fn(&Channel) -> bool) -> Vec<&Channel> {
    state
        .threads_of(parent)
        .filter(|channel| channel.thread.as_ref().is_some_and(|thread| thread.archived) && wanted(channel))
        .collect()
}

fn archived_at(channel: &Channel) -> Option<Timestamp> {
    channel.thread.as_ref().map(|thread| thread.archive_timestamp)
}

/// A page by the time of archiving, latest first.
fn page_by_time(state: &State, call: &Call, mut threads: Vec<&Channel>) -> Answered {
    let limit = call.query_int("limit", 2, 100, 50)? as usize;
    if let Some(text) = call.query("before") {
        let before = Timestamp::parse(text).ok_or_else(|| {
            let message = format!("Could not parse {text}. Should be ISO8601.");
            Refusal::field("before", "DATE_TIME_TYPE_PARSE", message)
        })?;
        threads.retain(|channel| archived_at(channel).is_some_and(|at| at < before));
    }
    threads.sort_by_key(|channel| std::cmp::Reverse(archived_at(channel)));
    let has_more = threads.len() > limit;
    threads.truncate(limit);
    Answer::ok(answer(state, &threads, has_more))
}

fn list_archived_public(state: &mut State, call: &Call) -> Answered {
    let parent = access::channel_with(state, call.id("channel_id")?, Permissions::READ_MESSAGE_HISTORY)?.id;
    let threads = archived(state, parent, |channel| {
        channel.kind != ChannelKind::PrivateThread
    });
    page_by_time(state, call, threads)
}

fn list_archived_private(state: &mut State, call: &Call) -> Answered {
    let wanted = Permissions::READ_MESSAGE_HISTORY | Permissions::MANAGE_THREADS;
    let parent = access::channel_with(state, call.id("channel_id")?, wanted)?.id;
    let threads = archived(state, parent, |channel| {
        channel.kind == ChannelKind::PrivateThread
    });
    page_by_time(state, call, threads)
}

/// The private ones the bot is in, by id, newest first; `before` is a thread id here.
fn list_joined_archived(state: &mut State, call: &Call) -> Answered {
    let parent = access::channel_with(state, call.id("channel_id")?, Permissions::READ_MESSAGE_HISTORY)?.id;
    let limit = call.query_int("limit", 2, 100, 50)? as usize;
    let before = call.query_id("before")?;
    let bot = state.bot_id();
    let mut threads = archived(state, parent, |channel| {
        channel.kind == ChannelKind::PrivateThread
            && channel
                .thread
                .as_ref()
                .is_some_and(|thread| thread.members.contains_key(&bot))
            && before.is_none_or(|before| channel.id < before)
    });
    threads.reverse();
    let has_more = threads.len() > limit;
    threads.truncate(limit);
    Answer::ok(answer(state, &threads, has_more))
}

//! Who is in a thread.

use serde_json::{Value, json};

use super::access;
use crate::ids::Id;
use crate::payload;
use crate::permissions::Permissions;
use crate::rest::call::{Answer, Answered, Call};
use crate::rest::error::Refusal;
use crate::rest::table::Route;
use crate::world::{Application, ChannelKind, State, ThreadMember};

/// Most members of one thread.
const MAX_MEMBERS: usize = 1000;

pub const ROUTES: &[Route] = &[
    Route::bot("GET", "/channels/{channel_id}/thread-members", list_members),
    Route::bot(
        "GET",
        "/channels/{channel_id}/thread-members/{user_id}",
        get_member,
    ),
    Route::bot("PUT", "/channels/{channel_id}/thread-members/@me", join),
    Route::bot("DELETE", "/channels/{channel_id}/thread-members/@me", leave),
    Route::bot(
        "PUT",
        "/channels/{channel_id}/thread-members/{user_id}",
        add_member,
    ),
    Route::bot(
        "DELETE",
        "/channels/{channel_id}/thread-members/{user_id}",
        remove_member,
    ),
];

fn member_payload(state: &State, thread: Id, member: &ThreadMember, with_member: bool) -> Value {
    let mut data = payload::thread_member(thread, member);
    if let Some(guild) = state.guild_of(thread).filter(|_| with_member) {
        data["member"] = payload::member_of(state, guild, member.user_id);
    }
    data
}

/// Listing needs the members intent to be granted to the application.
fn list_members(state: &mut State, call: &Call) -> Answered {
    let (channel, thread) = access::thread(state, call.id("channel_id")?)?;
    if !state.application.grants(Application::GUILD_MEMBERS) {
        return Err(Refusal::missing_access());
    }
    let with_member = call.query_flag("with_member");
    let after = call.query_id("after")?.unwrap_or_default();
    let limit = call.query_int("limit", 1, 100, 100)? as usize;
    let all = thread.members.values().filter(|member| member.user_id > after);
    // Pages exist only for lists that carry guild members.
    let limit = if with_member { limit } else { usize::MAX };
    let listed: Vec<Value> = all
        .take(limit)
        .map(|member| member_payload(state, channel.id, member, with_member))
        .collect();
    Answer::ok(json!(listed))
}

fn get_member(state: &mut State, call: &Call) -> Answered {
    let (channel, thread) = access::thread(state, call.id("channel_id")?)?;
    let user = if call.text("user_id") == "@me" {
        state.bot_id()
    } else {
        call.id("user_id")?
    };
    let member = thread.members.get(&user).ok_or_else(Refusal::unknown_member)?;
    Answer::ok(member_payload(
        state,
        channel.id,
        member,
        call.query_flag("with_member"),
    ))
}

fn join(state: &mut State, call: &Call) -> Answered {
    let thread = active_thread(state, call)?;
    let bot = state.bot_id();
    must_have_room(state, thread, bot)?;
    state.add_thread_member(thread, bot, bot);
    Answer::empty()
}

fn leave(state: &mut State, call: &Call) -> Answered {
    let thread = active_thread(state, call)?;
    let bot = state.bot_id();
    state.remove_thread_member(thread, bot, bot);
    Answer::empty()
}

/// Asks for the right to write in the thread; in a private one that is not `invitable`, also for being its owner or a
/// moderator. The one who is added must be in the guild and see the channel above.
fn add_member(state: &mut State, call: &Call) -> Answered {
    let id = active_thread(state, call)?;
    let bot = state.bot_id();
    let (channel, thread) = access::thread(state, id)?;
    let guild = access::guild_of(channel)?;
    let is_moderator = access::has(state, id, Permissions::MANAGE_THREADS);
    if !state.can_send(id, bot) {
        return Err(Refusal::missing_permissions());
    }
    if thread.locked && !is_moderator {
        return Err(Refusal::thread_is_locked());
    }
    let is_closed = channel.kind == ChannelKind::PrivateThread && !thread.invitable;
    if is_closed && thread.owner_id != bot && !is_moderator {
        return Err(Refusal::missing_permissions());
    }
    let user = access::member(state, guild, call.id("user_id")?)?.user_id;
    let sees_parent = state.permissions_in(id, user).contains(Permissions::VIEW_CHANNEL);
    if !sees_parent {
        return Err(Refusal::missing_access());
    }
    must_have_room(state, id, user)?;
    state.add_thread_member(id, user, bot);
    Answer::empty()
}

fn remove_member(state: &mut State, call: &Call) -> Answered {
    let id = active_thread(state, call)?;
    let bot = state.bot_id();
    let (channel, thread) = access::thread(state, id)?;
    let owns_it = channel.kind == ChannelKind::PrivateThread && thread.owner_id == bot;
    if !owns_it && !access::has(state, id, Permissions::MANAGE_THREADS) {
        return Err(Refusal::missing_permissions());
    }
    let user = call.id("user_id")?;
    if !state.users.contains_key(&user) {
        return Err(Refusal::unknown_user());
    }
    state.remove_thread_member(id, user, bot);
    Answer::empty()
}

fn active_thread(state: &State, call: &Call) -> Result<Id, Refusal> {
    let (channel, thread) = access::thread(state, call.id("channel_id")?)?;
    if thread.archived {
        Err(Refusal::thread_is_archived())
    } else {
        Ok(channel.id)
    }
}

fn must_have_room(state: &State, thread: Id, user: Id) -> Result<(), Refusal> {
    let (_, found) = access::thread(state, thread)?;
    let is_full = found.members.len() >= MAX_MEMBERS && !found.members.contains_key(&user);
    if is_full {
        Err(Refusal::max_thread_members())
    } else {
        Ok(())
    }
}

//! Bans, one by one and in bulk.

use std::time::Duration;

use serde_json::{Value, json};

use super::{access, audit};
use crate::ids::Id;
use crate::payload;
use crate::permissions::Permissions;
use crate::rest::call::{Answer, Answered, Call};
use crate::rest::error::Refusal;
use crate::rest::form::{self, Form};
use crate::rest::table::Route;
use crate::world::{AuditLogEvent, Ban, State};

/// Furthest back that a ban deletes messages, in seconds: seven days.
const MAX_DELETE_SECONDS: i64 = 604_800;

pub const ROUTES: &[Route] = &[
    Route::bot("GET", "/guilds/{guild_id}/bans", list_bans),
    Route::bot("GET", "/guilds/{guild_id}/bans/{user_id}", get_ban),
    Route::bot("PUT", "/guilds/{guild_id}/bans/{user_id}", ban_user),
    Route::bot("DELETE", "/guilds/{guild_id}/bans/{user_id}", unban_user),
    Route::bot("POST", "/guilds/{guild_id}/bulk-ban", ban_many),
];

fn ban_payload(state: &State, ban: &Ban) -> Value {
    json!({ "user": state.users.get(&ban.user_id).map(payload::user), "reason": ban.reason })
}

fn list_bans(state: &mut State, call: &Call) -> Answered {
    let guild = access::guild_with(state, call.id("guild_id")?, Permissions::BAN_MEMBERS)?;
    let limit = call.query_int("limit", 1, 1000, 1000)? as usize;
    let before = call.query_id("before")?;
    let after = call.query_id("after")?.unwrap_or_default();
    let in_range = |ban: &&Ban| ban.user_id > after && before.is_none_or(|before| ban.user_id < before);
    let mut listed: Vec<Value> = guild
        .bans
        .values()
        .filter(in_range)
        .map(|ban| ban_payload(state, ban))
        .collect();
    if before.is_some() {
        listed.drain(..listed.len().saturating_sub(limit));
    }
    listed.truncate(limit);
    Answer::ok(json!(listed))
}

fn get_ban(state: &mut State, call: &Call) -> Answered {
    let guild = access::guild_with(state, call.id("guild_id")?, Permissions::BAN_MEMBERS)?;
    let ban = guild
        .bans
        .get(&call.id("user_id")?)
        .ok_or_else(Refusal::unknown_ban)?;
    Answer::ok(ban_payload(state, ban))
}

fn delete_seconds(form: &mut Form<'_>) -> Option<i64> {
    let days = form.int("delete_message_days", 0..=7).map(|days| days * 86_400);
    form.int("delete_message_seconds", 0..=MAX_DELETE_SECONDS)
        .or(days)
}

/// The seconds may come in the body or, as serenity sends them, in the query.
fn ban_user(state: &mut State, call: &Call) -> Answered {
    let guild = access::guild_with(state, call.id("guild_id")?, Permissions::BAN_MEMBERS)?.id;
    let user = call.id("user_id")?;
    if !state.users.contains_key(&user) {
        return Err(Refusal::unknown_user());
    }
    let seconds = match form::read(call.json(), delete_seconds)? {
        Some(seconds) => seconds,
        None => call.query_int("delete_message_seconds", 0, MAX_DELETE_SECONDS, 0)?,
    };
    bannable(state, guild, user)?;
    ban(state, call, guild, user, seconds);
    Answer::empty()
}

fn bannable(state: &State, guild: Id, user: Id) -> Result<(), Refusal> {
    let is_member = state.member(guild, user).is_some();
    let is_owner = access::guild(state, guild)?.owner_id == user;
    if is_owner || user == state.bot_id() {
        return Err(Refusal::missing_permissions());
    }
    if is_member {
        access::must_outrank(state, guild, user)
    } else {
        Ok(())
    }
}

fn ban(state: &mut State, call: &Call, guild: Id, user: Id, seconds: i64) {
    let is_banned = state
        .guilds
        .get(&guild)
        .is_some_and(|guild| guild.bans.contains_key(&user));
    if is_banned {
        return;
    }
    state.ban(
        guild,
        user,
        call.reason.clone(),
        Duration::from_secs(seconds as u64),
    );
    audit::log(
        state,
        call,
        guild,
        AuditLogEvent::MEMBER_BAN_ADD,
        user,
        Vec::new(),
    );
}

fn unban_user(state: &mut State, call: &Call) -> Answered {
    let guild = access::guild_with(state, call.id("guild_id")?, Permissions::BAN_MEMBERS)?.id;
    let user = call.id("user_id")?;
    if !state.unban(guild, user) {
        return Err(Refusal::unknown_ban());
    }
    audit::log(
        state,
        call,
        guild,
        AuditLogEvent::MEMBER_BAN_REMOVE,
        user,
        Vec::new(),
    );
    Answer::empty()
}

fn ban_many(state: &mut State, call: &Call) -> Answered {
    let wanted = Permissions::BAN_MEMBERS | Permissions::MANAGE_GUILD;
    let guild = access::guild_with(state, call.id("guild_id")?, wanted)?.id;
    let (users, seconds) = form::read(call.json(), |form| {
        form.require("user_ids");
        (
            form.ids("user_ids", 200).unwrap_or_default(),
            delete_seconds(form).unwrap_or_default(),
        )
    })?;
    let (mut banned, mut failed) = (Vec::new(), Vec::new());
    for user in users {
        if state.users.contains_key(&user) && bannable(state, guild, user).is_ok() {
            ban(state, call, guild, user, seconds);
            banned.push(user);
        } else {
            failed.push(user);
        }
    }
    if banned.is_empty() {
        return Err(Refusal::failed_to_ban());
    }
    Answer::ok(json!({ "banned_users": banned, "failed_users": failed }))
}

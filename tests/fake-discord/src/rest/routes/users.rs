//! Accounts, the bot's guilds, and opening direct messages.

use serde_json::{Value, json};

use super::access;
use crate::payload;
use crate::rest::call::{Answer, Answered, Call};
use crate::rest::error::Refusal;
use crate::rest::form;
use crate::rest::table::Route;
use crate::world::State;

pub const ROUTES: &[Route] = &[
    Route::bot("GET", "/users/@me", get_me),
    Route::bot("GET", "/users/@me/guilds", get_my_guilds),
    Route::bot("DELETE", "/users/@me/guilds/{guild_id}", leave_guild),
    Route::bot("POST", "/users/@me/channels", open_direct_message),
    Route::bot("GET", "/users/{user_id}", get_user),
];

fn get_me(state: &mut State, _: &Call) -> Answered {
    let mut me = state
        .users
        .get(&state.bot_id())
        .map(payload::user)
        .ok_or_else(Refusal::unknown_user)?;
    me["mfa_enabled"] = json!(true);
    me["locale"] = json!("en-US");
    me["verified"] = json!(true);
    me["email"] = Value::Null;
    Answer::ok(me)
}

fn get_user(state: &mut State, call: &Call) -> Answered {
    let user = state
        .users
        .get(&call.id("user_id")?)
        .ok_or_else(Refusal::unknown_user)?;
    Answer::ok(payload::user(user))
}

fn get_my_guilds(state: &mut State, call: &Call) -> Answered {
    let limit = call.query_int("limit", 1, 200, 200)? as usize;
    let after = call.query_id("after")?.unwrap_or_default();
    let before = call.query_id("before")?;
    let with_counts = call.query_flag("with_counts");
    let bot = state.bot_id();
    let mut listed = Vec::new();
    for guild in state.guilds.values() {
        let in_range = guild.id > after && before.is_none_or(|before| guild.id < before);
        if !in_range || !guild.members.contains_key(&bot) {
            continue;
        }
        let mut data = json!({
            "id": guild.id,
            "name": guild.name,
            "icon": null,
            "banner": null,
            "owner": guild.owner_id == bot,
            "permissions": state.guild_permissions(guild.id, bot),
            "features": guild.features,
        });
        if with_counts {
            data["approximate_member_count"] = json!(guild.members.len());
            data["approximate_presence_count"] = json!(guild.members.len());
        }
        listed.push(data);
    }
    listed.truncate(limit);
    Answer::ok(json!(listed))
}

fn leave_guild(state: &mut State, call: &Call) -> Answered {
    let guild = access::guild(state, call.id("guild_id")?)?.id;
    state.remove_bot_from(guild);
    Answer::empty()
}

/// Opening works even when the other side takes no messages; only sending tells (50007). Bots cannot be written to.
fn open_direct_message(state: &mut State, call: &Call) -> Answered {
    let recipient = form::read(call.json(), |form| {
        form.require("recipient_id");
        form.id("recipient_id")
    })?;
    let recipient = recipient
        .filter(|id| *id != state.bot_id())
        .ok_or_else(Refusal::invalid_recipients)?;
    let user = state
        .users
        .get(&recipient)
        .ok_or_else(Refusal::invalid_recipients)?;
    if user.bot {
        return Err(Refusal::cannot_message_user());
    }
    let channel = state
        .open_direct_message(recipient)
        .ok_or_else(Refusal::invalid_recipients)?;
    let found = state
        .channels
        .get(&channel)
        .ok_or_else(Refusal::unknown_channel)?;
    Answer::ok(payload::channel(state, found))
}

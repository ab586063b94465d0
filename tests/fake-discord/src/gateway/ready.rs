//! What a fresh session is told first: READY, and each guild as far as its intents reach.

use serde_json::{Value, json};

use crate::ids::Id;
use crate::payload;
use crate::world::State;

use super::Intents;
use super::hub::Session;

/// The payload of READY.
pub(super) fn ready(state: &State, id: &str, session: &Session, shard: Option<(u64, u64)>) -> Value {
    let bot = state.bot_id();
    let mut user = state.users.get(&bot).map(payload::user).unwrap_or_default();
    user["verified"] = json!(true);
    user["mfa_enabled"] = json!(true);
    user["email"] = Value::Null;
    let guilds: Vec<Value> = state
        .guilds
        .values()
        .filter(|guild| {
            guild.members.contains_key(&bot) && (session.shard.1 == 1 || session.hears_of_guild(guild.id))
        })
        .map(|guild| json!({ "id": guild.id, "unavailable": true }))
        .collect();
    let mut data = json!({
        "v": 10,
        "user": user,
        "guilds": guilds,
        "session_id": id,
        "session_type": "normal",
        "resume_gateway_url": state.base_url.replacen("http", "ws", 1),
        "application": { "id": state.application.id, "flags": state.application.flags },
        "user_settings": {},
        "user_settings_proto": null,
        "relationships": [],
        "private_channels": [],
        "presences": [],
        "guild_join_requests": [],
        "geo_ordered_rtc_regions": [],
        "auth": {},
        "_trace": trace(),
    });
    if let Some((number, count)) = shard {
        data["shard"] = json!([number, count]);
    }
    data
}

/// The payload of `GUILD_CREATE` for a session: without the presences intent it names no member but the bot.
pub(super) fn guild_create(state: &State, guild: Id, intents: Intents) -> Value {
    let data = payload::guild_create(state, guild);
    limited_to(state, data, intents)
}

/// Cuts a guild payload down to what `intents` let a session see.
pub(crate) fn limited_to(state: &State, mut data: Value, intents: Intents) -> Value {
    if !intents.contains(Intents::GUILD_PRESENCES)
        && let Some(members) = data.get_mut("members").and_then(Value::as_array_mut)
    {
        let bot = json!(state.bot_id());
        members.retain(|member| member["user"]["id"] == bot);
    }
    data
}

/// Where a payload came through, as Discord's servers sign it.
pub(super) fn trace() -> Value {
    json!(["[\"fake-discord\",{\"micros\":1}]"])
}

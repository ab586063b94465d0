//! Op 8, Request Guild Members, answered by `GUILD_MEMBERS_CHUNK`.

use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::ids::Id;
use crate::payload;
use crate::world::{Member, State};

use super::Intents;

/// Members in one chunk.
const CHUNK: usize = 1_000;
/// The most that a search by name or by ids gives.
const MOST_FOUND: usize = 100;

/// Answers the request on the session that made it. A request that its intents do not cover gets no answer, as with
/// Discord.
pub(super) fn answer(state: &mut State, session: &str, data: &Value) {
    // discord.py sends a number, others text.
    let Ok(guild_id) = Id::deserialize(&data["guild_id"]) else {
        return;
    };
    let Some(intents) = state.hub.sessions.get(session).map(|session| session.intents) else {
        return;
    };
    let Some(guild) = state.guilds.get(&guild_id) else {
        return;
    };
    let wanted_ids = ids_of(&data["user_ids"]);
    let query = data["query"].as_str().unwrap_or_default().to_lowercase();
    let limit = data["limit"].as_u64().unwrap_or(0) as usize;
    let everyone = wanted_ids.is_none() && query.is_empty() && limit == 0;
    if everyone && !intents.contains(Intents::GUILD_MEMBERS) {
        return;
    }

    let by_name = |member: &&Member| {
        let user = state.users.get(&member.user_id);
        let names = [member.nick.as_deref(), user.map(|user| user.username.as_str())];
        names
            .into_iter()
            .flatten()
            .any(|name| name.to_lowercase().starts_with(&query))
    };
    let found: Vec<Id> = match &wanted_ids {
        Some(ids) => ids
            .iter()
            .filter_map(|id| id.parse().ok())
            .filter(|id| guild.members.contains_key(id))
            .take(MOST_FOUND)
            .collect(),
        None if everyone => guild.members.keys().copied().collect(),
        None => guild
            .members
            .values()
            .filter(by_name)
            .map(|member| member.user_id)
            .take(limit.clamp(1, MOST_FOUND))
            .collect(),
    };
    let missing: Option<Vec<String>> = wanted_ids.map(|ids| {
        ids.into_iter()
            .filter(|id| !found.iter().any(|known| known.to_string() == *id))
            .collect()
    });
    let chunks: Vec<&[Id]> = if found.is_empty() {
        vec![&[]]
    } else {
        found.chunks(CHUNK).collect()
    };
    let payloads: Vec<Value> = chunks
        .iter()
        .enumerate()
        .map(|(index, ids)| {
            let members: Vec<Value> = ids
                .iter()
                .map(|id| payload::member_of(state, guild_id, *id))
                .collect();
            let mut chunk = json!({
                "guild_id": guild_id,
                "members": members,
                "chunk_index": index,
                "chunk_count": chunks.len(),
            });
            if let Some(missing) = missing.as_ref().filter(|missing| !missing.is_empty()) {
                chunk["not_found"] = json!(missing);
            }
            if !data["nonce"].is_null() {
                chunk["nonce"] = data["nonce"].clone();
            }
            if data["presences"] == json!(true) && intents.contains(Intents::GUILD_PRESENCES) {
                chunk["presences"] = json!([]);
            }
            chunk
        })
        .collect();
    if let Some(session) = state.hub.sessions.get_mut(session) {
        for chunk in payloads {
            session.dispatch("GUILD_MEMBERS_CHUNK", &chunk);
        }
    }
}

/// The ids asked for: one or a list, as text or as numbers.
fn ids_of(value: &Value) -> Option<Vec<String>> {
    let text = |id: &Value| {
        id.as_str()
            .map(str::to_owned)
            .or_else(|| id.as_u64().map(|id| id.to_string()))
    };
    match value {
        Value::Null => None,
        Value::Array(ids) if ids.is_empty() => None,
        Value::Array(ids) => Some(ids.iter().filter_map(text).collect()),
        one => text(one).map(|id| vec![id]),
    }
}

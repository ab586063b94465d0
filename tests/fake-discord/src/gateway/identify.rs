//! Beginning and taking up a session: IDENTIFY and RESUME.

use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::world::{Application, State};

use super::hub::{Outgoing, Session};
use super::{Intents, ready};

/// Why a connection is closed instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub code: u16,
    pub reason: &'static str,
}

const AUTHENTICATION_FAILED: Refused = Refused {
    code: 4004,
    reason: "Authentication failed.",
};
const DECODE_ERROR: Refused = Refused {
    code: 4002,
    reason: "Error while decoding payload.",
};
const INVALID_SEQUENCE: Refused = Refused {
    code: 4007,
    reason: "Invalid seq.",
};
const INVALID_SHARD: Refused = Refused {
    code: 4010,
    reason: "Invalid shard.",
};
const INVALID_INTENTS: Refused = Refused {
    code: 4013,
    reason: "Invalid intent(s).",
};
const DISALLOWED_INTENTS: Refused = Refused {
    code: 4014,
    reason: "Disallowed intent(s).",
};

/// A connection: its number and the way to it.
pub(super) type Line = (u64, mpsc::UnboundedSender<Outgoing>);

/// Begins a session: READY, then `GUILD_CREATE` for each guild. Gives the session's id and whether it wants large
/// payloads compressed.
pub(super) fn identify(state: &mut State, data: &Value, line: Line) -> Result<(String, bool), Refused> {
    let token = data["token"].as_str().ok_or(DECODE_ERROR)?;
    if !is_token_of(&state.application, token) {
        return Err(AUTHENTICATION_FAILED);
    }
    let intents = Intents(data["intents"].as_u64().ok_or(DECODE_ERROR)?);
    if !intents.are_valid() {
        return Err(INVALID_INTENTS);
    }
    if !are_granted(&state.application, intents) {
        return Err(DISALLOWED_INTENTS);
    }
    let shard = shard_of(&data["shard"])?;

    state.hub.identifies += 1;
    state.hub.minted += 1;
    let id = format!(
        "{:032x}",
        u128::from(state.hub.minted) << 64 | u128::from(state.bot_id().0)
    );
    let mut session = Session {
        intents,
        shard: shard.unwrap_or((0, 1)),
        last_sequence: 0,
        buffer: std::collections::VecDeque::new(),
        line: Some(line),
        properties: data["properties"].clone(),
        resumed: 0,
    };
    let ready = ready::ready(state, &id, &session, shard);
    session.dispatch("READY", &ready);
    let strange = state.hub.strange_fields_of("GUILD_CREATE");
    for guild in state
        .guilds
        .values()
        .filter(|guild| guild.members.contains_key(&state.bot_id()))
    {
        if session.hears_of_guild(guild.id) {
            let mut created = ready::guild_create(state, guild.id, intents);
            if let Value::Object(fields) = &mut created {
                fields.extend(strange.clone());
            }
            session.dispatch("GUILD_CREATE", &created);
        }
    }
    state.hub.sessions.insert(id.clone(), session);
    Ok((id, data["compress"] == json!(true)))
}

/// Takes up a session where its client left it: all events since, then RESUMED. `Ok(None)`: there is nothing to take
/// up, the client must identify anew.
pub(super) fn resume(state: &mut State, data: &Value, line: Line) -> Result<Option<String>, Refused> {
    let token = data["token"].as_str().ok_or(DECODE_ERROR)?;
    if !is_token_of(&state.application, token) {
        return Err(AUTHENTICATION_FAILED);
    }
    let id = data["session_id"].as_str().ok_or(DECODE_ERROR)?;
    let sequence = data["seq"].as_u64().ok_or(DECODE_ERROR)?;
    let Some(session) = state.hub.sessions.get_mut(id) else {
        return Ok(None);
    };
    if sequence > session.last_sequence {
        return Err(INVALID_SEQUENCE);
    }
    let lost = session
        .buffer
        .front()
        .is_some_and(|(oldest, _)| *oldest > sequence + 1);
    if lost {
        state.hub.forget(id);
        return Ok(None);
    }
    session.tell(Outgoing::Drop);
    session.line = Some(line);
    session.resumed += 1;
    let missed: Vec<String> = session
        .buffer
        .iter()
        .filter(|(number, _)| *number > sequence)
        .map(|(_, payload)| payload.clone())
        .collect();
    for payload in missed {
        session.tell(Outgoing::Payload(payload));
    }
    session.dispatch("RESUMED", &json!({ "_trace": ready::trace() }));
    Ok(Some(id.to_owned()))
}

/// With or without `Bot `: serenity sends the prefix, discord.js and discord.py do not.
fn is_token_of(application: &Application, token: &str) -> bool {
    token.strip_prefix("Bot ").unwrap_or(token) == application.token
}

fn are_granted(application: &Application, intents: Intents) -> bool {
    [
        (Intents::GUILD_MEMBERS, Application::GUILD_MEMBERS),
        (Intents::GUILD_PRESENCES, Application::PRESENCE),
        (Intents::MESSAGE_CONTENT, Application::MESSAGE_CONTENT),
    ]
    .into_iter()
    .all(|(intent, flag)| !intents.contains(intent) || application.grants(flag))
}

fn shard_of(shard: &Value) -> Result<Option<(u64, u64)>, Refused> {
    if shard.is_null() {
        return Ok(None);
    }
    match (shard[0].as_u64(), shard[1].as_u64()) {
        (Some(number), Some(count)) if number < count => Ok(Some((number, count))),
        _ => Err(INVALID_SHARD),
    }
}

//! What `/_fake` shows: the state in a few words, messages, interactions.

use serde_json::{Value, json};

use crate::FakeDiscord;
use crate::ids::Id;
use crate::observe::ChannelKey;
use crate::payload;
use crate::world::{Channel, Guild, Message, Response, ResponseKind, State};

use super::Failed;

/// A channel named by a person: an id, or a name.
#[derive(Clone, Copy)]
pub(super) struct Place<'a>(pub &'a str);

impl ChannelKey for Place<'_> {
    fn find(&self, state: &State) -> Option<Id> {
        self.0
            .parse()
            .ok()
            .filter(|id| state.channels.contains_key(id))
            .or_else(|| ChannelKey::find(&self.0, state))
    }

    fn describe(&self) -> String {
        match self.0.parse::<Id>() {
            Ok(id) => id.to_string(),
            Err(_) => format!("#{}", self.0),
        }
    }
}

pub(super) fn snapshot(state: &State) -> Value {
    let sessions: Vec<Value> = state
        .sessions()
        .into_iter()
        .map(|session| json!({ "id": session.id, "connected": session.connected, "intents": session.intents.0 }))
        .collect();
    let unread: Vec<String> = state.unread.iter().map(Id::to_string).collect();
    let direct: Vec<Value> = state
        .channels
        .values()
        .filter(|channel| channel.guild_id.is_none())
        .map(|channel| json!({ "id": channel.id, "with": names(state, channel.recipients.iter()) }))
        .collect();
    json!({
        "token": state.application.token,
        "bot": { "id": state.bot_id(), "name": state.application.name },
        "now": state.now(),
        "sessions": sessions,
        "guilds": state.guilds.values().map(|found| guild(state, found)).collect::<Vec<_>>(),
        "direct_messages": direct,
        "commands": state.commands.iter().map(|command| command.payload(state.application.id)).collect::<Vec<_>>(),
        "unread": unread,
    })
}

fn guild(state: &State, found: &Guild) -> Value {
    let members: Vec<Value> = found
        .members
        .values()
        .map(|member| {
            let role_name = |role: &Id| found.roles.get(role).map(|role| role.name.clone());
            let user = state.users.get(&member.user_id);
            json!({
                "id": member.user_id,
                "name": user.map(|user| user.username.clone()),
                "bot": user.is_some_and(|user| user.bot),
                "nick": member.nick,
                "roles": member.roles.iter().filter_map(role_name).collect::<Vec<_>>(),
                "timed_out_until": member.communication_disabled_until.filter(|until| *until > state.now()),
            })
        })
        .collect();
    let mine = state
        .channels
        .values()
        .filter(|channel| channel.guild_id == Some(found.id));
    json!({
        "id": found.id,
        "name": found.name,
        "owner": names(state, std::iter::once(&found.owner_id)).pop(),
        "roles": found.roles.values().map(|role| json!({ "id": role.id, "name": role.name })).collect::<Vec<_>>(),
        "channels": mine.map(|found| channel(state, found)).collect::<Vec<_>>(),
        "members": members,
        "bans": names(state, found.bans.keys()),
    })
}

fn channel(state: &State, found: &Channel) -> Value {
    let mut data = json!({
        "id": found.id,
        "name": found.name,
        "type": found.kind as u8,
        "parent_id": found.parent_id,
    });
    if let Some(thread) = &found.thread {
        data["archived"] = json!(thread.archived);
        data["locked"] = json!(thread.locked);
        data["members"] = json!(names(state, thread.members.keys()));
    }
    data
}

fn names<'a>(state: &State, ids: impl Iterator<Item = &'a Id>) -> Vec<String> {
    ids.filter_map(|id| state.users.get(id))
        .map(|user| user.username.clone())
        .collect()
}

pub(super) fn messages(
    discord: &FakeDiscord,
    channel: &str,
    reader: Option<&str>,
    all: bool,
) -> Result<Value, Failed> {
    if let Some(reader) = reader {
        let person = super::act::person(discord, reader)?;
        let place = if channel == "dm" {
            person.direct_messages().to_string()
        } else {
            channel.to_owned()
        };
        let seen = person.sees(Place(&place))?;
        let state = discord.state();
        return Ok(seen.iter().map(|found| message(&state, found)).collect());
    }
    let state = discord.state();
    let id = Place(channel)
        .find(&state)
        .ok_or_else(|| Failed::BadCall(format!("there is no channel {channel}")))?;
    let of_channel = state.messages.values().filter(|found| found.channel_id == id);
    Ok(of_channel
        .filter(|found| all || found.deleted_at.is_none())
        .map(|found| message(&state, found))
        .collect())
}

/// The message object, and what Discord does not tell: whether it is gone, and who alone saw it.
pub(super) fn message(state: &State, found: &Message) -> Value {
    let mut data = payload::message(state, found);
    data["deleted_at"] = json!(found.deleted_at);
    data["ephemeral_to"] = json!(found.ephemeral_to);
    data
}

pub(super) fn interaction(state: &State, id: Id) -> Result<Value, Failed> {
    let unknown = || Failed::BadCall(format!("there is no interaction {id}"));
    let found = state.interactions.get(&id).ok_or_else(unknown)?;
    let responses: Vec<Value> = found
        .responses
        .iter()
        .map(|given| response(state, given))
        .collect();
    Ok(json!({ "id": id, "answered": !responses.is_empty(), "responses": responses }))
}

fn response(state: &State, given: &Response) -> Value {
    let shown = |id: &Id| state.messages.get(id).map(|found| message(state, found));
    match &given.kind {
        ResponseKind::Message(id) => json!({ "kind": "message", "message": shown(id) }),
        ResponseKind::Deferred { message, ephemeral } => {
            json!({ "kind": "deferred", "ephemeral": ephemeral, "message": shown(message) })
        }
        ResponseKind::DeferredUpdate => json!({ "kind": "deferred_update" }),
        ResponseKind::Updated(id) => json!({ "kind": "updated", "message": shown(id) }),
        ResponseKind::Choices(choices) => json!({ "kind": "choices", "choices": choices }),
        ResponseKind::Modal(modal) => json!({ "kind": "modal", "modal": modal }),
        ResponseKind::Edited(id) => json!({ "kind": "edited", "message": shown(id) }),
        ResponseKind::FollowUp(id) => json!({ "kind": "follow_up", "message": shown(id) }),
        ResponseKind::Deleted(id) => json!({ "kind": "deleted", "message_id": id }),
    }
}

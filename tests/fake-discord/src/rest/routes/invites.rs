//! Invites: which guild a code leads to.

use serde_json::{Value, json};

use super::access;
use crate::payload;
use crate::permissions::Permissions;
use crate::rest::call::{Answer, Answered, Call};
use crate::rest::error::Refusal;
use crate::rest::form;
use crate::rest::table::Route;
use crate::world::{Invite, State};

pub const ROUTES: &[Route] = &[
    Route::open("GET", "/invites/{code}", get_invite),
    Route::bot("DELETE", "/invites/{code}", delete_invite),
    Route::bot("GET", "/guilds/{guild_id}/invites", list_of_guild),
    Route::bot("GET", "/channels/{channel_id}/invites", list_of_channel),
    Route::bot("POST", "/channels/{channel_id}/invites", create_invite),
];

fn invite_payload(state: &State, invite: &Invite) -> Value {
    let mut data = json!({
        "type": 0,
        "code": invite.code,
        "expires_at": null,
        "guild_id": invite.guild_id,
        "guild": {
            "id": invite.guild_id,
            "name": invite.guild_name,
            "splash": null,
            "banner": null,
            "description": null,
            "icon": null,
            "features": [],
            "verification_level": 1,
            "vanity_url_code": null,
            "nsfw_level": 0,
            "nsfw": false,
            "premium_subscription_count": 0,
            "premium_tier": 0,
        },
        "channel": { "id": invite.channel_id, "type": 0, "name": invite.channel_name },
        "flags": 0,
    });
    if let Some(inviter) = invite.inviter_id.and_then(|inviter| state.users.get(&inviter)) {
        data["inviter"] = payload::user(inviter);
    }
    data
}

fn get_invite(state: &mut State, call: &Call) -> Answered {
    let invite = state
        .invites
        .get(&call.text("code"))
        .ok_or_else(Refusal::unknown_invite)?;
    let mut data = invite_payload(state, invite);
    if call.query_flag("with_counts") {
        let count = state
            .guilds
            .get(&invite.guild_id)
            .map_or(0, |guild| guild.members.len());
        data["approximate_member_count"] = json!(count);
        data["approximate_presence_count"] = json!(count);
    }
    Answer::ok(data)
}

fn delete_invite(state: &mut State, call: &Call) -> Answered {
    let invite = state
        .invites
        .get(&call.text("code"))
        .ok_or_else(Refusal::unknown_invite)?
        .clone();
    access::guild_with(state, invite.guild_id, Permissions::MANAGE_GUILD)?;
    let body = invite_payload(state, &invite);
    state.delete_invite(&invite.code);
    Answer::ok(body)
}

fn list_of_guild(state: &mut State, call: &Call) -> Answered {
    let guild = access::guild_with(state, call.id("guild_id")?, Permissions::MANAGE_GUILD)?.id;
    let of_guild = state.invites.values().filter(|invite| invite.guild_id == guild);
    let listed: Vec<Value> = of_guild.map(|invite| with_metadata(state, invite)).collect();
    Answer::ok(json!(listed))
}

fn list_of_channel(state: &mut State, call: &Call) -> Answered {
    let channel = access::channel_with(state, call.id("channel_id")?, Permissions::MANAGE_CHANNELS)?.id;
    let of_channel = state
        .invites
        .values()
        .filter(|invite| invite.channel_id == channel);
    let listed: Vec<Value> = of_channel.map(|invite| with_metadata(state, invite)).collect();
    Answer::ok(json!(listed))
}

fn create_invite(state: &mut State, call: &Call) -> Answered {
    let channel = access::channel_with(state, call.id("channel_id")?, Permissions::CREATE_INSTANT_INVITE)?;
    let (id, _) = (channel.id, access::guild_of(channel)?);
    form::read(call.json(), |form| {
        form.int("max_age", 0..=604_800);
        form.int("max_uses", 0..=100);
    })?;
    let bot = state.bot_id();
    let code = state
        .create_invite(id, Some(bot))
        .ok_or_else(Refusal::unknown_channel)?;
    let invite = state.invites.get(&code).ok_or_else(Refusal::unknown_invite)?;
    Answer::ok(with_metadata(state, invite))
}

fn with_metadata(state: &State, invite: &Invite) -> Value {
    let mut data = invite_payload(state, invite);
    data["uses"] = json!(0);
    data["max_uses"] = json!(0);
    data["max_age"] = json!(0);
    data["temporary"] = json!(false);
    data["created_at"] = json!(invite.created_at);
    data
}

//! Guilds themselves, and what they own besides channels, roles and members.

use serde_json::json;

use super::access;
use crate::payload;
use crate::permissions::Permissions;
use crate::rest::call::{Answer, Answered, Call};
use crate::rest::error::Refusal;
use crate::rest::form;
use crate::rest::table::Route;
use crate::world::State;

pub const ROUTES: &[Route] = &[
    Route::bot("GET", "/guilds/{guild_id}", get_guild),
    Route::bot("PUT", "/guilds/{guild_id}/incident-actions", set_incident_actions),
    Route::bot("GET", "/guilds/{guild_id}/emojis", list_nothing),
    Route::bot("GET", "/guilds/{guild_id}/scheduled-events", list_nothing),
    Route::bot("GET", "/guilds/{guild_id}/integrations", list_nothing),
    Route::bot("GET", "/guilds/{guild_id}/stickers", list_nothing),
    Route::bot("GET", "/guilds/{guild_id}/stickers/{sticker_id}", get_sticker),
];

fn get_guild(state: &mut State, call: &Call) -> Answered {
    let guild = access::guild(state, call.id("guild_id")?)?;
    let mut data = payload::guild(guild);
    if call.query_flag("with_counts") {
        data["approximate_member_count"] = json!(guild.members.len());
        data["approximate_presence_count"] = json!(guild.members.len());
    }
    Answer::ok(data)
}

/// Pauses invites or direct messages for at most a day each; null ends a pause.
fn set_incident_actions(state: &mut State, call: &Call) -> Answered {
    let guild = access::guild_with(state, call.id("guild_id")?, Permissions::MANAGE_GUILD)?.id;
    let latest = state.now().plus(std::time::Duration::from_mins(1441));
    let data = form::read(call.json(), |form| {
        let mut data = json!({});
        for key in ["invites_disabled_until", "dms_disabled_until"] {
            let until = form.time(key);
            if until.is_some_and(|until| until > latest) {
                form.wrong(key, "BASE_TYPE_MAX_TIME_OFFSET", "Must be within 24 hours.");
            }
            data[key] = json!(until);
        }
        data
    })?;
    state.set_incidents(guild, data.clone());
    Answer::ok(data)
}

/// No guild here has emoji, stickers, events or integrations of its own.
fn list_nothing(state: &mut State, call: &Call) -> Answered {
    access::guild(state, call.id("guild_id")?)?;
    Answer::ok(json!([]))
}

fn get_sticker(state: &mut State, call: &Call) -> Answered {
    access::guild(state, call.id("guild_id")?)?;
    Err(Refusal::unknown_sticker())
}

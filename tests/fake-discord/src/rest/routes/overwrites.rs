//! Exceptions from permissions on one channel.

use serde_json::json;

use super::{access, audit};
use crate::ids::Id;
use crate::permissions::Permissions;
use crate::rest::call::{Answer, Answered, Call};
use crate::rest::error::Refusal;
use crate::rest::form::{self, Form};
use crate::rest::table::Route;
use crate::world::{AuditLogEvent, Overwrite, OverwriteKind, State};

pub const ROUTES: &[Route] = &[
    Route::bot(
        "PUT",
        "/channels/{channel_id}/permissions/{overwrite_id}",
        set_overwrite,
    ),
    Route::bot(
        "DELETE",
        "/channels/{channel_id}/permissions/{overwrite_id}",
        delete_overwrite,
    ),
];

/// Reads `type`, `allow` and `deny`.
pub fn read(form: &mut Form<'_>) -> Overwrite {
    let kind = match form.int("type", 0..=1) {
        Some(1) => OverwriteKind::Member,
        _ => OverwriteKind::Role,
    };
    Overwrite {
        kind,
        allow: form.permissions("allow").unwrap_or_default(),
        deny: form.permissions("deny").unwrap_or_default(),
    }
}

/// Only permissions the bot holds in the channel can be set, unless it could set any (ADMINISTRATOR).
fn set_overwrite(state: &mut State, call: &Call) -> Answered {
    let (channel, guild) = target(state, call)?;
    let target = call.id("overwrite_id")?;
    let overwrite = form::read(call.json(), |form| {
        form.require("type");
        read(form)
    })?;
    let is_known = match overwrite.kind {
        OverwriteKind::Role => access::guild(state, guild)?.roles.contains_key(&target),
        OverwriteKind::Member => state.users.contains_key(&target),
    };
    if !is_known {
        return Err(Refusal::unknown_overwrite());
    }
    if !access::has(state, channel, overwrite.allow | overwrite.deny) {
        return Err(Refusal::missing_permissions());
    }
    let is_new = !state
        .channels
        .get(&channel)
        .is_some_and(|found| found.overwrites.contains_key(&target));
    state.set_overwrite(channel, target, overwrite);
    let event = if is_new {
        AuditLogEvent::CHANNEL_OVERWRITE_CREATE
    } else {
        AuditLogEvent::CHANNEL_OVERWRITE_UPDATE
    };
    log(state, call, guild, channel, target, event);
    Answer::empty()
}

fn delete_overwrite(state: &mut State, call: &Call) -> Answered {
    let (channel, guild) = target(state, call)?;
    let target = call.id("overwrite_id")?;
    if !state.delete_overwrite(channel, target) {
        return Err(Refusal::unknown_overwrite());
    }
    log(
        state,
        call,
        guild,
        channel,
        target,
        AuditLogEvent::CHANNEL_OVERWRITE_DELETE,
    );
    Answer::empty()
}

fn target(state: &State, call: &Call) -> Result<(Id, Id), Refusal> {
    let channel = access::channel_with(state, call.id("channel_id")?, Permissions::MANAGE_ROLES)?;
    if channel.kind.is_thread() {
        return Err(Refusal::wrong_channel_type());
    }
    Ok((channel.id, access::guild_of(channel)?))
}

fn log(state: &mut State, call: &Call, guild: Id, channel: Id, target: Id, event: AuditLogEvent) {
    let options = json!({ "id": target });
    audit::log_with(state, call, guild, event, channel, Vec::new(), options);
}

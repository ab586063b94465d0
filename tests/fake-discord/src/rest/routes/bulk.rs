//! Deleting many messages at once.

use std::time::Duration;

use serde_json::json;

use super::{access, audit};
use crate::permissions::Permissions;
use crate::rest::call::{Answer, Answered, Call};
use crate::rest::error::Refusal;
use crate::rest::form;
use crate::rest::table::Route;
use crate::world::{AuditLogEvent, State};

/// Oldest message that can be deleted in bulk.
const MAX_AGE: Duration = Duration::from_hours(336);

pub const ROUTES: &[Route] = &[Route::bot(
    "POST",
    "/channels/{channel_id}/messages/bulk-delete",
    delete_many,
)];

/// Unknown ids are passed over; one that is too old refuses them all.
fn delete_many(state: &mut State, call: &Call) -> Answered {
    let channel = access::channel_with(state, call.id("channel_id")?, Permissions::MANAGE_MESSAGES)?;
    let (id, guild) = (channel.id, access::guild_of(channel)?);
    let mut messages = form::read(call.json(), |form| {
        form.require("messages");
        form.ids("messages", usize::MAX).unwrap_or_default()
    })?;
    messages.sort_unstable();
    messages.dedup();
    if !(2..=100).contains(&messages.len()) {
        return Err(Refusal::wrong_bulk_size());
    }
    let oldest = state.now().minus(MAX_AGE);
    if messages.iter().any(|message| message.created_at() < oldest) {
        return Err(Refusal::too_old_for_bulk());
    }
    let count = messages
        .iter()
        .filter(|message| state.message(id, **message).is_some())
        .count();
    state.delete_messages(id, &messages);
    if count > 0 {
        let options = json!({ "count": count.to_string() });
        audit::log_with(
            state,
            call,
            guild,
            AuditLogEvent::MESSAGE_BULK_DELETE,
            id,
            Vec::new(),
            options,
        );
    }
    Answer::empty()
}

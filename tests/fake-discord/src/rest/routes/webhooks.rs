//! Webhooks themselves: making, reading, changing, deleting.

use serde_json::{Value, json};

use super::{access, audit};
use crate::ids::Id;
use crate::payload;
use crate::permissions::Permissions;
use crate::rest::call::{Answer, Answered, Call};
use crate::rest::error::Refusal;
use crate::rest::form::{self, Form};
use crate::rest::table::Route;
use crate::world::{AuditLogEvent, ChannelKind, State, Webhook};

/// Most webhooks of one channel.
const MAX_WEBHOOKS: usize = 15;

pub const ROUTES: &[Route] = &[
    Route::bot("POST", "/channels/{channel_id}/webhooks", create_webhook),
    Route::bot("GET", "/channels/{channel_id}/webhooks", list_of_channel),
    Route::bot("GET", "/guilds/{guild_id}/webhooks", list_of_guild),
    Route::bot("GET", "/webhooks/{webhook_id}", get_webhook),
    Route::bot("PATCH", "/webhooks/{webhook_id}", edit_webhook),
    Route::bot("DELETE", "/webhooks/{webhook_id}", delete_webhook),
    Route::open("GET", "/webhooks/{webhook_id}/{webhook_token}", get_with_token),
    Route::open("PATCH", "/webhooks/{webhook_id}/{webhook_token}", edit_with_token),
    Route::open(
        "DELETE",
        "/webhooks/{webhook_id}/{webhook_token}",
        delete_with_token,
    ),
];

/// The secret is shown only for webhooks of the bot's own application.
fn for_bot(state: &State, webhook: &Webhook) -> Value {
    payload::webhook(
        state,
        webhook,
        webhook.application_id == Some(state.application.id),
    )
}

/// Without the bot's token nobody is told who made the webhook.
fn for_holder(state: &State, webhook: &Webhook) -> Value {
    let mut data = payload::webhook(state, webhook, true);
    if let Some(fields) = data.as_object_mut() {
        fields.remove("user");
    }
    data
}

fn read_name(form: &mut Form<'_>) -> Option<String> {
    let name = form.text("name", 1..=80)?;
    let lower = name.to_lowercase();
    for taken in ["clyde", "discord"] {
        if lower.contains(taken) {
            form.wrong(
                "name",
                "USERNAME_INVALID_CONTAINS",
                format!("Username cannot contain \"{taken}\""),
            );
        }
    }
    Some(name.to_owned())
}

fn create_webhook(state: &mut State, call: &Call) -> Answered {
    let channel = access::channel_with(state, call.id("channel_id")?, Permissions::MANAGE_WEBHOOKS)?;
    let (id, guild) = (channel.id, access::guild_of(channel)?);
    if channel.kind.is_thread() || channel.kind == ChannelKind::Category {
        return Err(Refusal::wrong_channel_type());
    }
    let name = form::read(call.json(), |form| {
        form.require("name");
        read_name(form)
    })?;
    if state
        .webhooks
        .values()
        .filter(|webhook| webhook.channel_id == id)
        .count()
        >= MAX_WEBHOOKS
    {
        return Err(Refusal::max_webhooks());
    }
    let bot = state.bot_id();
    let name = name.unwrap_or_default();
    let webhook = state
        .create_webhook(id, &name, bot)
        .ok_or_else(Refusal::unknown_channel)?;
    audit::log(
        state,
        call,
        guild,
        AuditLogEvent::WEBHOOK_CREATE,
        webhook,
        Vec::new(),
    );
    let webhook = state
        .webhooks
        .get(&webhook)
        .ok_or_else(Refusal::unknown_webhook)?;
    Answer::ok(for_bot(state, webhook))
}

fn list_of_channel(state: &mut State, call: &Call) -> Answered {
    let channel = access::channel_with(state, call.id("channel_id")?, Permissions::MANAGE_WEBHOOKS)?.id;
    let listed: Vec<Value> = state
        .webhooks
        .values()
        .filter(|webhook| webhook.channel_id == channel)
        .map(|webhook| for_bot(state, webhook))
        .collect();
    Answer::ok(json!(listed))
}

fn list_of_guild(state: &mut State, call: &Call) -> Answered {
    let guild = access::guild_with(state, call.id("guild_id")?, Permissions::MANAGE_WEBHOOKS)?.id;
    let listed: Vec<Value> = state
        .webhooks
        .values()
        .filter(|webhook| webhook.guild_id == guild)
        .map(|webhook| for_bot(state, webhook))
        .collect();
    Answer::ok(json!(listed))
}

fn manageable(state: &State, call: &Call) -> Result<Webhook, Refusal> {
    let webhook = state
        .webhooks
        .get(&call.id("webhook_id")?)
        .ok_or_else(Refusal::unknown_webhook)?;
    access::channel_with(state, webhook.channel_id, Permissions::MANAGE_WEBHOOKS)?;
    Ok(webhook.clone())
}

fn get_webhook(state: &mut State, call: &Call) -> Answered {
    let webhook = manageable(state, call)?;
    Answer::ok(for_bot(state, &webhook))
}

fn edit_webhook(state: &mut State, call: &Call) -> Answered {
    let webhook = manageable(state, call)?;
    let (name, channel) = form::read(call.json(), |form| (read_name(form), form.id("channel_id")))?;
    if let Some(channel) = channel {
        let target = access::channel_with(state, channel, Permissions::MANAGE_WEBHOOKS)?;
        if target.guild_id != Some(webhook.guild_id) {
            return Err(Refusal::unknown_channel());
        }
    }
    state.edit_webhook(webhook.id, name, channel);
    audit::log(
        state,
        call,
        webhook.guild_id,
        AuditLogEvent::WEBHOOK_UPDATE,
        webhook.id,
        Vec::new(),
    );
    let webhook = state
        .webhooks
        .get(&webhook.id)
        .ok_or_else(Refusal::unknown_webhook)?;
    Answer::ok(for_bot(state, webhook))
}

fn delete_webhook(state: &mut State, call: &Call) -> Answered {
    let webhook = manageable(state, call)?;
    state.delete_webhook(webhook.id);
    audit::log(
        state,
        call,
        webhook.guild_id,
        AuditLogEvent::WEBHOOK_DELETE,
        webhook.id,
        Vec::new(),
    );
    Answer::empty()
}

fn held(state: &State, call: &Call) -> Result<Webhook, Refusal> {
    access::webhook(state, call.id("webhook_id")?, &call.text("webhook_token"))
}

fn get_with_token(state: &mut State, call: &Call) -> Answered {
    let webhook = held(state, call)?;
    Answer::ok(for_holder(state, &webhook))
}

fn edit_with_token(state: &mut State, call: &Call) -> Answered {
    let id: Id = held(state, call)?.id;
    let name = form::read(call.json(), read_name)?;
    state.edit_webhook(id, name, None);
    let webhook = state.webhooks.get(&id).ok_or_else(Refusal::unknown_webhook)?;
    Answer::ok(for_holder(state, webhook))
}

fn delete_with_token(state: &mut State, call: &Call) -> Answered {
    let id = held(state, call)?.id;
    state.delete_webhook(id);
    Answer::empty()
}

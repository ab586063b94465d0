//! Channels: reading, making, changing, deleting. Changing a thread has its own file.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{access, audit, overwrites, thread_edits};
use crate::ids::Id;
use crate::payload;
use crate::permissions::Permissions;
use crate::rest::call::{Answer, Answered, Call};
use crate::rest::error::Refusal;
use crate::rest::form::{self, Form};
use crate::rest::table::Route;
use crate::world::{AuditLogEvent, ChannelEdit, ChannelKind, NewChannel, Overwrite, State};

/// Most channels of one guild, threads left out.
const MAX_CHANNELS: usize = 500;

pub const ROUTES: &[Route] = &[
    Route::bot("GET", "/guilds/{guild_id}/channels", list_channels),
    Route::bot("POST", "/guilds/{guild_id}/channels", create_channel),
    Route::bot("GET", "/channels/{channel_id}", get_channel),
    Route::bot("PATCH", "/channels/{channel_id}", edit_channel),
    Route::bot("DELETE", "/channels/{channel_id}", delete_channel),
];

/// Every channel of the guild, also those the bot cannot see; no threads.
fn list_channels(state: &mut State, call: &Call) -> Answered {
    let guild = access::guild(state, call.id("guild_id")?)?.id;
    let listed: Vec<Value> = state
        .channels
        .values()
        .filter(|channel| channel.guild_id == Some(guild) && !channel.kind.is_thread())
        .map(|channel| payload::channel(state, channel))
        .collect();
    Answer::ok(json!(listed))
}

fn get_channel(state: &mut State, call: &Call) -> Answered {
    let id = access::channel(state, call.id("channel_id")?)?.id;
    answer(state, id)
}

/// Answers with a channel.
pub fn answer(state: &State, id: Id) -> Answered {
    let channel = state.channels.get(&id).ok_or_else(Refusal::unknown_channel)?;
    Answer::ok(payload::channel(state, channel))
}

fn create_channel(state: &mut State, call: &Call) -> Answered {
    let guild = access::guild_with(state, call.id("guild_id")?, Permissions::MANAGE_CHANNELS)?.id;
    let count = state
        .channels
        .values()
        .filter(|channel| channel.guild_id == Some(guild) && !channel.kind.is_thread());
    if count.count() >= MAX_CHANNELS {
        return Err(Refusal::max_channels());
    }
    let new = form::read(call.json(), |form| {
        form.require("name");
        let kind = read_kind(form).unwrap_or(ChannelKind::Text);
        NewChannel {
            topic: form.text("topic", 0..=1024).map(str::to_owned),
            parent_id: form.id("parent_id"),
            nsfw: form.flag("nsfw").unwrap_or_default(),
            rate_limit_per_user: form.int("rate_limit_per_user", 0..=21_600).unwrap_or_default() as u32,
            overwrites: read_overwrites(form).unwrap_or_default(),
            ..NewChannel::new(form.text("name", 1..=100).unwrap_or_default(), kind)
        }
    })?;
    check_overwrites(state, guild, &new.overwrites)?;
    check_parent(state, guild, new.parent_id)?;
    let channel = state.create_channel(guild, new);
    audit::log(
        state,
        call,
        guild,
        AuditLogEvent::CHANNEL_CREATE,
        channel,
        Vec::new(),
    );
    let found = state
        .channels
        .get(&channel)
        .ok_or_else(Refusal::unknown_channel)?;
    Answer::created(payload::channel(state, found))
}

fn read_kind(form: &mut Form<'_>) -> Option<ChannelKind> {
    let number = form.int("type", 0..=16)?;
    let kind = ChannelKind::from_number(number as u64)
        .filter(|kind| !kind.is_thread() && *kind != ChannelKind::DirectMessage);
    if kind.is_none() {
        let path = form.path_of("type");
        form.errors().choice(&path, "(0, 2, 4, 5, 13, 15, 16)");
    }
    kind
}

fn read_overwrites(form: &mut Form<'_>) -> Option<BTreeMap<Id, Overwrite>> {
    let list = form.list("permission_overwrites", 0..=1000)?;
    let base = form.path_of("permission_overwrites");
    let mut read = BTreeMap::new();
    for (at, value) in list.iter().enumerate() {
        let Some(mut inner) = Form::open(value, &format!("{base}.{at}"), form.errors()) else {
            continue;
        };
        inner.require("id");
        let id = inner.id("id");
        let overwrite = overwrites::read(&mut inner);
        if let Some(id) = id {
            read.insert(id, overwrite);
        }
    }
    Some(read)
}

/// Permissions one does not hold can be neither granted nor taken.
fn check_overwrites(state: &State, guild: Id, wanted: &BTreeMap<Id, Overwrite>) -> Result<(), Refusal> {
    let own = state.guild_permissions(guild, state.bot_id());
    let fits = |overwrite: &Overwrite| own.contains(overwrite.allow | overwrite.deny);
    if wanted.values().all(fits) {
        Ok(())
    } else {
        Err(Refusal::missing_permissions())
    }
}

fn check_parent(state: &State, guild: Id, parent: Option<Id>) -> Result<(), Refusal> {
    let Some(parent) = parent else { return Ok(()) };
    let is_category = state
        .channels
        .get(&parent)
        .is_some_and(|channel| channel.kind == ChannelKind::Category && channel.guild_id == Some(guild));
    if is_category {
        Ok(())
    } else {
        Err(Refusal::field(
            "parent_id",
            "CHANNEL_PARENT_INVALID_TYPE",
            "Not a category",
        ))
    }
}

fn edit_channel(state: &mut State, call: &Call) -> Answered {
    let channel = access::channel(state, call.id("channel_id")?)?;
    let id = channel.id;
    if channel.kind.is_thread() {
        return thread_edits::edit_thread(state, call, id);
    }
    let guild = channel.guild_id.ok_or_else(Refusal::wrong_channel_type)?;
    let old_name = channel.name.clone();
    let old = channel.overwrites.clone();
    let edit = form::read(call.json(), |form| ChannelEdit {
        name: form.text("name", 1..=100).map(str::to_owned),
        topic: form
            .has("topic")
            .then(|| form.text("topic", 0..=4096).map(str::to_owned)),
        parent_id: form.has("parent_id").then(|| form.id("parent_id")),
        position: form
            .int("position", 0..=i64::from(i32::MAX))
            .map(|position| position as u32),
        nsfw: form.flag("nsfw"),
        rate_limit_per_user: form
            .int("rate_limit_per_user", 0..=21_600)
            .map(|seconds| seconds as u32),
        overwrites: form
            .has("permission_overwrites")
            .then(|| read_overwrites(form).unwrap_or_default()),
    })?;
    access::channel_with(state, id, Permissions::MANAGE_CHANNELS)?;
    check_parent(state, guild, edit.parent_id.flatten())?;
    if let Some(wanted) = &edit.overwrites {
        access::channel_with(state, id, Permissions::MANAGE_ROLES)?;
        let changed = |target: &Id, overwrite: &Overwrite| {
            old.get(target)
                .is_none_or(|old| (old.allow, old.deny) != (overwrite.allow, overwrite.deny))
        };
        let new = wanted
            .iter()
            .filter(|(target, overwrite)| changed(target, overwrite));
        check_overwrites(
            state,
            guild,
            &new.map(|(target, overwrite)| (*target, *overwrite)).collect(),
        )?;
    }
    let changes = edit
        .name
        .iter()
        .map(|name| audit::change("name", old_name.clone(), name.clone()))
        .collect();
    state.edit_channel(id, edit);
    audit::log(state, call, guild, AuditLogEvent::CHANNEL_UPDATE, id, changes);
    answer(state, id)
}

/// Threads ask for `MANAGE_THREADS`, channels for `MANAGE_CHANNELS`; a direct message is only closed.
fn delete_channel(state: &mut State, call: &Call) -> Answered {
    let channel = access::channel(state, call.id("channel_id")?)?;
    let (id, is_thread) = (channel.id, channel.kind.is_thread());
    let body = payload::channel(state, channel);
    let Some(guild) = channel.guild_id else {
        return Answer::ok(body);
    };
    let wanted = if is_thread {
        Permissions::MANAGE_THREADS
    } else {
        Permissions::MANAGE_CHANNELS
    };
    access::channel_with(state, id, wanted)?;
    state.delete_channel(id);
    let event = if is_thread {
        AuditLogEvent::THREAD_DELETE
    } else {
        AuditLogEvent::CHANNEL_DELETE
    };
    audit::log(
        state,
        call,
        guild,
        event,
        id,
        vec![audit::change("name", body["name"].clone(), Value::Null)],
    );
    Answer::ok(body)
}

//! The audit log: writing what a call did, with its reason, and reading it back.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::access;
use crate::ids::Id;
use crate::payload;
use crate::permissions::Permissions;
use crate::rest::call::{Answer, Answered, Call};
use crate::rest::table::Route;
use crate::world::{AuditLogEvent, NewAuditLogEntry, State};

pub const ROUTES: &[Route] = &[Route::bot("GET", "/guilds/{guild_id}/audit-logs", get_audit_log)];

/// Writes down what the bot did in this call.
pub fn log(state: &mut State, call: &Call, guild: Id, event: AuditLogEvent, target: Id, changes: Vec<Value>) {
    log_with(state, call, guild, event, target, changes, Value::Null);
}

/// Like [`log`], with further facts.
pub fn log_with(
    state: &mut State,
    call: &Call,
    guild: Id,
    event: AuditLogEvent,
    target: Id,
    changes: Vec<Value>,
    options: Value,
) {
    let user_id = state.bot_id();
    let reason = call.reason.clone();
    let entry = NewAuditLogEntry {
        user_id,
        target_id: Some(target),
        event,
        reason,
        changes,
        options,
    };
    state.log_audit(guild, entry);
}

/// One entry of `changes`.
pub fn change(key: &str, old: impl Into<Value>, new: impl Into<Value>) -> Value {
    let mut change = json!({ "key": key });
    for (field, value) in [("old_value", old.into()), ("new_value", new.into())] {
        if !value.is_null() {
            change[field] = value;
        }
    }
    change
}

fn get_audit_log(state: &mut State, call: &Call) -> Answered {
    let guild = access::guild_with(state, call.id("guild_id")?, Permissions::VIEW_AUDIT_LOG)?.id;
    let user = call.query_id("user_id")?;
    let target = call.query_id("target_id")?;
    let action = call.query_int("action_type", 0, 1000, 0)? as u32;
    let before = call.query_id("before")?;
    let after = call.query_id("after")?;
    let limit = call.query_int("limit", 1, 100, 50)? as usize;
    let wanted = state.audit_log.iter().filter(|entry| {
        entry.guild_id == guild
            && user.is_none_or(|user| entry.user_id == user)
            && target.is_none_or(|target| entry.target_id == Some(target))
            && (action == 0 || entry.event.0 == action)
            && before.is_none_or(|before| entry.id < before)
            && after.is_none_or(|after| entry.id > after)
    });
    // Newest first; with `after` the oldest come first.
    let entries: Vec<_> = if after.is_some() {
        wanted.take(limit).collect()
    } else {
        wanted.rev().take(limit).collect()
    };
    let mentioned: BTreeSet<Id> = entries
        .iter()
        .flat_map(|entry| [Some(entry.user_id), entry.target_id])
        .flatten()
        .collect();
    let users: Vec<Value> = mentioned
        .iter()
        .filter_map(|id| state.users.get(id))
        .map(payload::user)
        .collect();
    let listed: Vec<Value> = entries.into_iter().map(payload::audit_log_entry).collect();
    Answer::ok(json!({
        "audit_log_entries": listed,
        "users": users,
        "integrations": [],
        "webhooks": [],
        "guild_scheduled_events": [],
        "threads": [],
        "application_commands": [],
        "auto_moderation_rules": [],
    }))
}

//! Members of a guild: reading, time-outs, nicknames, roles, kicks.

use std::time::Duration;

use serde_json::{Value, json};

use super::{access, audit, roles};
use crate::clock::Timestamp;
use crate::ids::Id;
use crate::payload;
use crate::permissions::Permissions;
use crate::rest::call::{Answer, Answered, Call};
use crate::rest::error::{FieldErrors, Refusal};
use crate::rest::form;
use crate::rest::table::Route;
use crate::world::{Application, AuditLogEvent, MemberEdit, State};

/// Longest time-out.
const MAX_TIMEOUT: Duration = Duration::from_hours(672);

pub const ROUTES: &[Route] = &[
    Route::bot("GET", "/guilds/{guild_id}/members", list_members),
    Route::bot("GET", "/guilds/{guild_id}/members/search", search_members),
    Route::bot("GET", "/guilds/{guild_id}/members/{user_id}", get_member),
    Route::bot("PATCH", "/guilds/{guild_id}/members/@me", edit_me),
    Route::bot("PATCH", "/guilds/{guild_id}/members/{user_id}", edit_member),
    Route::bot("DELETE", "/guilds/{guild_id}/members/{user_id}", kick_member),
    Route::bot(
        "PUT",
        "/guilds/{guild_id}/members/{user_id}/roles/{role_id}",
        add_role,
    ),
    Route::bot(
        "DELETE",
        "/guilds/{guild_id}/members/{user_id}/roles/{role_id}",
        remove_role,
    ),
];

/// Listing needs the members intent to be granted to the application.
fn list_members(state: &mut State, call: &Call) -> Answered {
    let guild = access::guild(state, call.id("guild_id")?)?;
    if !state.application.grants(Application::GUILD_MEMBERS) {
        return Err(Refusal::missing_access());
    }
    let limit = call.query_int("limit", 1, 1000, 1)? as usize;
    let after = call.query_id("after")?.unwrap_or_default();
    let listed: Vec<Value> = guild
        .members
        .keys()
        .filter(|user| **user > after)
        .take(limit)
        .map(|user| payload::member_of(state, guild.id, *user))
        .collect();
    Answer::ok(json!(listed))
}

fn search_members(state: &mut State, call: &Call) -> Answered {
    let guild = access::guild(state, call.id("guild_id")?)?;
    let Some(query) = call.query("query").map(str::to_lowercase) else {
        return Err(Refusal::field(
            "query",
            "BASE_TYPE_REQUIRED",
            "This field is required",
        ));
    };
    let limit = call.query_int("limit", 1, 1000, 1)? as usize;
    let begins = |name: Option<&str>| name.is_some_and(|name| name.to_lowercase().starts_with(&query));
    let listed: Vec<Value> = guild
        .members
        .values()
        .filter(|member| {
            let user = state.users.get(&member.user_id);
            begins(member.nick.as_deref())
                || user
                    .is_some_and(|user| begins(Some(&user.username)) || begins(user.global_name.as_deref()))
        })
        .take(limit)
        .map(|member| payload::member_of(state, guild.id, member.user_id))
        .collect();
    Answer::ok(json!(listed))
}

fn get_member(state: &mut State, call: &Call) -> Answered {
    let guild = access::guild(state, call.id("guild_id")?)?.id;
    let user = access::member(state, guild, call.id("user_id")?)?.user_id;
    Answer::ok(payload::member_of(state, guild, user))
}

fn edit_me(state: &mut State, call: &Call) -> Answered {
    let guild = access::guild_with(state, call.id("guild_id")?, Permissions::CHANGE_NICKNAME)?.id;
    let bot = state.bot_id();
    let edit = form::read(call.json(), |form| MemberEdit {
        nick: form
            .has("nick")
            .then(|| form.text("nick", 0..=32).map(str::to_owned)),
        ..MemberEdit::default()
    })?;
    state.edit_member(guild, bot, edit);
    Answer::ok(payload::member_of(state, guild, bot))
}

fn edit_member(state: &mut State, call: &Call) -> Answered {
    let guild = access::guild(state, call.id("guild_id")?)?.id;
    let member = access::member(state, guild, call.id("user_id")?)?.clone();
    let now = state.now();
    let edit = form::read(call.json(), |form| MemberEdit {
        nick: form
            .has("nick")
            .then(|| form.text("nick", 0..=32).map(str::to_owned)),
        roles: form
            .has("roles")
            .then(|| form.ids("roles", 250).unwrap_or_default()),
        communication_disabled_until: form
            .has("communication_disabled_until")
            .then(|| form.time("communication_disabled_until")),
        mute: form.flag("mute"),
        deaf: form.flag("deaf"),
        ..MemberEdit::default()
    })?;
    check_edit(state, guild, member.user_id, &member.roles, &edit)?;
    if let Some(Some(until)) = edit.communication_disabled_until {
        check_timeout(until, now)?;
    }
    let mut changes = Vec::new();
    if let Some(until) = edit.communication_disabled_until {
        let text = |at: Option<Timestamp>| at.map(|at| at.to_string());
        changes.push(audit::change(
            "communication_disabled_until",
            text(member.communication_disabled_until),
            text(until),
        ));
    }
    if let Some(nick) = &edit.nick {
        changes.push(audit::change("nick", member.nick.clone(), nick.clone()));
    }
    let role_changes = edit
        .roles
        .as_ref()
        .map(|wanted| role_changes(state, guild, &member.roles, wanted));
    state.edit_member(guild, member.user_id, edit);
    if !changes.is_empty() {
        audit::log(
            state,
            call,
            guild,
            AuditLogEvent::MEMBER_UPDATE,
            member.user_id,
            changes,
        );
    }
    if let Some(changes) = role_changes.filter(|changes| !changes.is_empty()) {
        audit::log(
            state,
            call,
            guild,
            AuditLogEvent::MEMBER_ROLE_UPDATE,
            member.user_id,
            changes,
        );
    }
    Answer::ok(payload::member_of(state, guild, member.user_id))
}

/// What each changed field asks of the bot.
fn check_edit(state: &State, guild: Id, user: Id, held: &[Id], edit: &MemberEdit) -> Result<(), Refusal> {
    let own = state.guild_permissions(guild, state.bot_id());
    let needs = [
        (edit.nick.is_some(), Permissions::MANAGE_NICKNAMES),
        (edit.roles.is_some(), Permissions::MANAGE_ROLES),
        (
            edit.communication_disabled_until.is_some(),
            Permissions::MODERATE_MEMBERS,
        ),
        (edit.mute.is_some(), Permissions::MUTE_MEMBERS),
        (edit.deaf.is_some(), Permissions::DEAFEN_MEMBERS),
    ];
    if needs
        .iter()
        .any(|(changed, wanted)| *changed && !own.contains(*wanted))
    {
        return Err(Refusal::missing_permissions());
    }
    if edit.nick.is_some() || edit.communication_disabled_until.is_some() {
        access::must_outrank(state, guild, user)?;
    }
    // An administrator cannot be timed out by anyone.
    let target = state.guild_permissions(guild, user);
    if edit.communication_disabled_until.flatten().is_some() && target.contains(Permissions::ADMINISTRATOR) {
        return Err(Refusal::missing_permissions());
    }
    if let Some(wanted) = &edit.roles {
        let changed = wanted
            .iter()
            .filter(|role| !held.contains(role))
            .chain(held.iter().filter(|role| !wanted.contains(role)));
        for role in changed {
            roles::assignable(state, guild, *role)?;
        }
    }
    Ok(())
}

fn check_timeout(until: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    // Discord allows for clocks that do not agree; a minute is what its clients get away with.
    if until <= now.plus(MAX_TIMEOUT + Duration::from_mins(1)) {
        return Ok(());
    }
    let mut errors = FieldErrors::default();
    let message = "Communication disabled until must be within 28 days.";
    errors.add(
        "communication_disabled_until",
        "BASE_TYPE_MAX_TIME_OFFSET",
        message,
    );
    errors.finish()
}

fn role_changes(state: &State, guild: Id, held: &[Id], wanted: &[Id]) -> Vec<Value> {
    let named = |role: &Id| {
        let name = state
            .guilds
            .get(&guild)
            .and_then(|guild| guild.roles.get(role))
            .map(|role| role.name.clone());
        json!({ "id": role, "name": name })
    };
    let added: Vec<Value> = wanted
        .iter()
        .filter(|role| !held.contains(role))
        .map(named)
        .collect();
    let removed: Vec<Value> = held
        .iter()
        .filter(|role| !wanted.contains(role))
        .map(named)
        .collect();
    [("$add", added), ("$remove", removed)]
        .into_iter()
        .filter(|(_, roles)| !roles.is_empty())
        .map(|(key, roles)| json!({ "key": key, "new_value": roles }))
        .collect()
}

fn kick_member(state: &mut State, call: &Call) -> Answered {
    let guild = access::guild_with(state, call.id("guild_id")?, Permissions::KICK_MEMBERS)?.id;
    let user = access::member(state, guild, call.id("user_id")?)?.user_id;
    access::must_outrank(state, guild, user)?;
    state.remove_member(guild, user);
    audit::log(state, call, guild, AuditLogEvent::MEMBER_KICK, user, Vec::new());
    Answer::empty()
}

fn add_role(state: &mut State, call: &Call) -> Answered {
    let (guild, user, role) = role_target(state, call)?;
    let held = access::member(state, guild, user)?.roles.clone();
    if !held.contains(&role) {
        let wanted: Vec<Id> = held.iter().copied().chain([role]).collect();
        let changes = role_changes(state, guild, &held, &wanted);
        state.add_role(guild, user, role);
        audit::log(
            state,
            call,
            guild,
            AuditLogEvent::MEMBER_ROLE_UPDATE,
            user,
            changes,
        );
    }
    Answer::empty()
}

fn remove_role(state: &mut State, call: &Call) -> Answered {
    let (guild, user, role) = role_target(state, call)?;
    let held = access::member(state, guild, user)?.roles.clone();
    if held.contains(&role) {
        let wanted: Vec<Id> = held.iter().copied().filter(|other| *other != role).collect();
        let changes = role_changes(state, guild, &held, &wanted);
        state.remove_role(guild, user, role);
        audit::log(
            state,
            call,
            guild,
            AuditLogEvent::MEMBER_ROLE_UPDATE,
            user,
            changes,
        );
    }
    Answer::empty()
}

fn role_target(state: &State, call: &Call) -> Result<(Id, Id, Id), Refusal> {
    let guild = access::guild_with(state, call.id("guild_id")?, Permissions::MANAGE_ROLES)?.id;
    let user = access::member(state, guild, call.id("user_id")?)?.user_id;
    let role = call.id("role_id")?;
    roles::assignable(state, guild, role)?;
    Ok((guild, user, role))
}

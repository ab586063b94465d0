//! Roles of a guild.

use serde_json::{Value, json};

use super::{access, audit};
use crate::ids::Id;
use crate::payload;
use crate::permissions::Permissions;
use crate::rest::call::{Answer, Answered, Call};
use crate::rest::error::{FieldErrors, Refusal};
use crate::rest::form::{self, Form};
use crate::rest::table::Route;
use crate::world::{AuditLogEvent, NewRole, Role, RoleEdit, State};

pub const ROUTES: &[Route] = &[
    Route::bot("GET", "/guilds/{guild_id}/roles", list_roles),
    Route::bot("POST", "/guilds/{guild_id}/roles", create_role),
    Route::bot("PATCH", "/guilds/{guild_id}/roles", move_roles),
    Route::bot("GET", "/guilds/{guild_id}/roles/{role_id}", get_role),
    Route::bot("PATCH", "/guilds/{guild_id}/roles/{role_id}", edit_role),
    Route::bot("DELETE", "/guilds/{guild_id}/roles/{role_id}", delete_role),
];

/// Refuses a role the bot cannot give or take: unknown, managed, `@everyone`, or not below its own highest one.
pub fn assignable(state: &State, guild: Id, role: Id) -> Result<(), Refusal> {
    let found = role_of(state, guild, role)?;
    if found.managed || role == guild {
        return Err(Refusal::new(400, 50028, "Invalid Role"));
    }
    below_own(state, guild, role)
}

fn below_own(state: &State, guild: Id, role: Id) -> Result<(), Refusal> {
    let own = state.rank(guild, state.bot_id());
    match state.role_rank(guild, role) {
        Some(rank) if rank < own => Ok(()),
        _ => Err(Refusal::missing_permissions()),
    }
}

fn role_of(state: &State, guild: Id, role: Id) -> Result<&Role, Refusal> {
    access::guild(state, guild)?
        .roles
        .get(&role)
        .ok_or_else(Refusal::unknown_role)
}

fn list_roles(state: &mut State, call: &Call) -> Answered {
    let guild = access::guild(state, call.id("guild_id")?)?;
    let listed: Vec<Value> = guild.roles.values().map(payload::role).collect();
    Answer::ok(json!(listed))
}

fn get_role(state: &mut State, call: &Call) -> Answered {
    let role = role_of(state, call.id("guild_id")?, call.id("role_id")?)?;
    Answer::ok(payload::role(role))
}

fn create_role(state: &mut State, call: &Call) -> Answered {
    let guild = access::guild_with(state, call.id("guild_id")?, Permissions::MANAGE_ROLES)?.id;
    let own = state.guild_permissions(guild, state.bot_id());
    let edit = read_edit(call)?;
    let default = access::guild(state, guild)?
        .roles
        .get(&guild)
        .map(|role| role.permissions);
    let permissions = edit.permissions.or(default).unwrap_or_default();
    if edit.permissions.is_some_and(|wanted| !own.contains(wanted)) {
        return Err(Refusal::missing_permissions());
    }
    let new = NewRole {
        color: edit.color.unwrap_or_default(),
        hoist: edit.hoist.unwrap_or_default(),
        mentionable: edit.mentionable.unwrap_or_default(),
        ..NewRole::new(edit.name.as_deref().unwrap_or("new role"), permissions)
    };
    let role = state.create_role(guild, new).ok_or_else(Refusal::unknown_guild)?;
    audit::log(state, call, guild, AuditLogEvent::ROLE_CREATE, role, Vec::new());
    Answer::ok(payload::role(role_of(state, guild, role)?))
}

/// Moves roles within what lies below the bot's own highest one.
fn move_roles(state: &mut State, call: &Call) -> Answered {
    let guild = access::guild_with(state, call.id("guild_id")?, Permissions::MANAGE_ROLES)?.id;
    let wanted = call.json().as_array().map(Vec::as_slice).unwrap_or_default();
    let mut moves = Vec::new();
    let mut errors = FieldErrors::default();
    for (at, value) in wanted.iter().enumerate() {
        let Some(mut form) = Form::open(value, &at.to_string(), &mut errors) else {
            continue;
        };
        form.require("id");
        moves.extend(form.id("id").zip(form.int("position", 1..=250)));
    }
    errors.finish()?;
    for (role, _) in &moves {
        role_of(state, guild, *role)?;
        below_own(state, guild, *role)?;
    }
    for (role, position) in moves {
        state.move_role(guild, role, position as u32);
    }
    list_roles(state, call)
}

fn edit_role(state: &mut State, call: &Call) -> Answered {
    let (guild, role) = editable(state, call)?;
    let own = state.guild_permissions(guild, state.bot_id());
    let edit = read_edit(call)?;
    if edit.permissions.is_some_and(|wanted| !own.contains(wanted)) {
        return Err(Refusal::missing_permissions());
    }
    state.edit_role(guild, role, edit);
    audit::log(state, call, guild, AuditLogEvent::ROLE_UPDATE, role, Vec::new());
    Answer::ok(payload::role(role_of(state, guild, role)?))
}

fn delete_role(state: &mut State, call: &Call) -> Answered {
    let (guild, role) = editable(state, call)?;
    if role == guild || role_of(state, guild, role)?.managed {
        return Err(Refusal::new(400, 50028, "Invalid Role"));
    }
    state.delete_role(guild, role);
    audit::log(state, call, guild, AuditLogEvent::ROLE_DELETE, role, Vec::new());
    Answer::empty()
}

fn editable(state: &State, call: &Call) -> Result<(Id, Id), Refusal> {
    let guild = access::guild_with(state, call.id("guild_id")?, Permissions::MANAGE_ROLES)?.id;
    let role = role_of(state, guild, call.id("role_id")?)?.id;
    below_own(state, guild, role)?;
    Ok((guild, role))
}

fn read_edit(call: &Call) -> Result<RoleEdit, Refusal> {
    form::read(call.json(), |form| RoleEdit {
        name: form.text("name", 1..=100).map(str::to_owned),
        permissions: form.permissions("permissions"),
        color: form.int("color", 0..=0xFF_FFFF).map(|color| color as u32),
        hoist: form.flag("hoist"),
        mentionable: form.flag("mentionable"),
    })
}

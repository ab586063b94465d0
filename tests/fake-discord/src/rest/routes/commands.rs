//! Application commands, global and of one guild.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::access;
use crate::ids::Id;
use crate::rest::call::{Answer, Answered, Call};
use crate::rest::check;
use crate::rest::error::{FieldErrors, Refusal};
use crate::rest::form::{self, Form};
use crate::rest::table::Route;
use crate::world::{Command, CommandScope, State};

/// Most commands of each type in one scope: slash, user, message.
const MAX_COMMANDS: [(u64, usize); 3] = [(1, 100), (2, 15), (3, 15)];

pub const ROUTES: &[Route] = &[
    Route::bot("GET", "/applications/{application_id}/commands", list),
    Route::bot("POST", "/applications/{application_id}/commands", create),
    Route::bot("PUT", "/applications/{application_id}/commands", overwrite),
    Route::bot("GET", "/applications/{application_id}/commands/{command_id}", get),
    Route::bot(
        "PATCH",
        "/applications/{application_id}/commands/{command_id}",
        edit,
    ),
    Route::bot(
        "DELETE",
        "/applications/{application_id}/commands/{command_id}",
        delete,
    ),
    Route::bot(
        "GET",
        "/applications/{application_id}/guilds/{guild_id}/commands",
        list,
    ),
    Route::bot(
        "POST",
        "/applications/{application_id}/guilds/{guild_id}/commands",
        create,
    ),
    Route::bot(
        "PUT",
        "/applications/{application_id}/guilds/{guild_id}/commands",
        overwrite,
    ),
    Route::bot(
        "GET",
        "/applications/{application_id}/guilds/{guild_id}/commands/permissions",
        list_permissions,
    ),
    Route::bot(
        "GET",
        "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}",
        get,
    ),
    Route::bot(
        "PATCH",
        "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}",
        edit,
    ),
    Route::bot(
        "DELETE",
        "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}",
        delete,
    ),
];

fn scope(state: &State, call: &Call) -> Result<CommandScope, Refusal> {
    if call.id("application_id")? != state.application.id {
        return Err(Refusal::not_your_application());
    }
    if call.text("guild_id").is_empty() {
        return Ok(CommandScope::Global);
    }
    let guild = access::guild(state, call.id("guild_id")?)?;
    Ok(CommandScope::Guild(guild.id))
}

fn command(state: &State, scope: CommandScope, id: Id) -> Result<&Command, Refusal> {
    state
        .commands_in(scope)
        .find(|command| command.id == id)
        .ok_or_else(Refusal::unknown_command)
}

fn payload_of(state: &State, command: &Command) -> Value {
    command.payload(state.application.id)
}

fn list(state: &mut State, call: &Call) -> Answered {
    let scope = scope(state, call)?;
    let listed: Vec<Value> = state
        .commands_in(scope)
        .map(|command| payload_of(state, command))
        .collect();
    Answer::ok(json!(listed))
}

fn get(state: &mut State, call: &Call) -> Answered {
    let scope = scope(state, call)?;
    let found = command(state, scope, call.id("command_id")?)?;
    Answer::ok(payload_of(state, found))
}

/// 201 for a new command, 200 when one of the same name and type is replaced.
fn create(state: &mut State, call: &Call) -> Answered {
    let scope = scope(state, call)?;
    let definition = as_map(form::read(call.json(), |form| check::command::read(form, None))?);
    let before = state.commands_in(scope).count();
    let kind = kind_of(&definition);
    let same_kind = state
        .commands_in(scope)
        .filter(|command| command.kind == kind)
        .count();
    let is_known = state.commands_in(scope).any(|command| {
        command.kind == kind && definition.get("name").and_then(Value::as_str) == Some(command.name.as_str())
    });
    if !is_known
        && MAX_COMMANDS
            .iter()
            .any(|(limited, most)| *limited == kind && same_kind >= *most)
    {
        return Err(Refusal::max_commands());
    }
    let id = state.register_command(scope, &definition);
    let is_new = state.commands_in(scope).count() > before;
    let found = command(state, scope, id)?;
    let body = payload_of(state, found);
    if is_new {
        Answer::created(body)
    } else {
        Answer::ok(body)
    }
}

fn overwrite(state: &mut State, call: &Call) -> Answered {
    let scope = scope(state, call)?;
    let Some(list) = call.json().as_array() else {
        return Err(Refusal::field(
            "",
            "LIST_TYPE_CONVERT",
            "Only iterables may be used in a ListType",
        ));
    };
    let mut errors = FieldErrors::default();
    let mut definitions = Vec::new();
    let mut names = HashSet::new();
    for (at, value) in list.iter().enumerate() {
        let Some(mut form) = Form::open(value, &at.to_string(), &mut errors) else {
            continue;
        };
        let definition = as_map(check::command::read(&mut form, None));
        if !names.insert((
            kind_of(&definition),
            definition.get("name").cloned().unwrap_or_default().to_string(),
        )) {
            let message = "Application command names must be unique";
            form.wrong("name", "APPLICATION_COMMANDS_DUPLICATE_NAME", message);
        }
        definitions.push(definition);
    }
    errors.finish()?;
    for (kind, most) in MAX_COMMANDS {
        if definitions
            .iter()
            .filter(|definition| kind_of(definition) == kind)
            .count()
            > most
        {
            return Err(Refusal::max_commands());
        }
    }
    let ids = state.overwrite_commands(scope, &definitions);
    let listed: Vec<Value> = ids
        .iter()
        .filter_map(|id| state.commands_in(scope).find(|command| command.id == *id))
        .map(|command| payload_of(state, command))
        .collect();
    Answer::ok(json!(listed))
}

fn edit(state: &mut State, call: &Call) -> Answered {
    let scope = scope(state, call)?;
    let id = command(state, scope, call.id("command_id")?)?.id;
    let old = payload_of(state, command(state, scope, id)?);
    let whole = as_map(form::read(call.json(), |form| {
        check::command::read(form, Some(&old))
    })?);
    let given = call.json().as_object().cloned().unwrap_or_default();
    let changes: Map<String, Value> = whole
        .into_iter()
        .filter(|(field, _)| given.contains_key(field))
        .collect();
    state.edit_command(id, &changes);
    Answer::ok(payload_of(state, command(state, scope, id)?))
}

fn delete(state: &mut State, call: &Call) -> Answered {
    let scope = scope(state, call)?;
    let id = command(state, scope, call.id("command_id")?)?.id;
    state.delete_command(id);
    Answer::empty()
}

/// Nobody has changed any command's permissions here.
fn list_permissions(state: &mut State, call: &Call) -> Answered {
    scope(state, call)?;
    Answer::ok(json!([]))
}

fn as_map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn kind_of(definition: &Map<String, Value>) -> u64 {
    definition.get("type").and_then(Value::as_u64).unwrap_or(1)
}

//! A command's options, checked against its registered definition the way Discord's client checks what is typed.

use serde_json::{Map, Value, json};

use crate::ids::Id;
use crate::payload;
use crate::world::State;

use super::{Person, Refused, ensure};

/// What a person gives for an option.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// Text; for users, channels and roles their name.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// Any number.
    Number(f64),
    /// Yes or no.
    Bool(bool),
    /// A user, channel or role by id.
    Id(Id),
    /// A file to upload: name and bytes.
    File(String, Vec<u8>),
}

impl From<&str> for Given {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Given {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Given {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<f64> for Given {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Given {
    fn from(yes: bool) -> Self {
        Self::Bool(yes)
    }
}

impl From<Id> for Given {
    fn from(id: Id) -> Self {
        Self::Id(id)
    }
}

/// Option types, by Discord's numbers.
const SUB_COMMAND: u64 = 1;
const SUB_COMMAND_GROUP: u64 = 2;
const STRING: u64 = 3;
const INTEGER: u64 = 4;
const BOOLEAN: u64 = 5;
const USER: u64 = 6;
const CHANNEL: u64 = 7;
const ROLE: u64 = 8;
const MENTIONABLE: u64 = 9;
const NUMBER: u64 = 10;
const ATTACHMENT: u64 = 11;

/// The options of one use of a command, as they go into its `data`.
#[derive(Debug, Default)]
pub(super) struct Filled {
    pub options: Vec<Value>,
    pub resolved: Map<String, Value>,
}

/// Is there such a sub-command below this definition?
pub(super) fn has_path(definition: &Value, path: &[&str]) -> bool {
    match path {
        [] => !is_branch(definition),
        [name, rest @ ..] => branches(definition)
            .find(|option| option["name"] == **name)
            .is_some_and(|option| has_path(option, rest)),
    }
}

/// Walks down `path` and fills in the options found there. With `focused` the named option is still being typed.
pub(super) fn fill(
    person: &Person,
    state: &mut State,
    channel: Id,
    definition: &Value,
    path: &[&str],
    given: &[(&str, Given)],
    focused: Option<&str>,
) -> Result<Filled, Refused> {
    let mut filled = Filled::default();
    if let [name, rest @ ..] = path {
        let option = branches(definition).find(|option| option["name"] == **name);
        let option = option.ok_or_else(|| Refused::NotOffered(format!("there is no sub-command {name}")))?;
        let inner = fill(person, state, channel, option, rest, given, focused)?;
        filled.resolved = inner.resolved;
        filled.options = vec![json!({ "type": option["type"], "name": name, "options": inner.options })];
        return Ok(filled);
    }
    let known: Vec<&Value> = definition["options"].as_array().into_iter().flatten().collect();
    for (name, _) in given {
        let names: Vec<&str> = known
            .iter()
            .filter_map(|option| option["name"].as_str())
            .collect();
        ensure(names.contains(name), || {
            format!("the command has no option `{name}`; it has {names:?}")
        })?;
    }
    for option in known {
        let name = option["name"].as_str().unwrap_or_default();
        match given.iter().find(|(given, _)| *given == name) {
            Some((_, value)) => {
                let typing = focused == Some(name);
                let value = read(
                    person,
                    state,
                    channel,
                    option,
                    value,
                    typing,
                    &mut filled.resolved,
                )?;
                let mut object = json!({ "type": option["type"], "name": name, "value": value });
                if typing {
                    object["focused"] = json!(true);
                }
                filled.options.push(object);
            }
            None => ensure(option["required"] != json!(true) || focused.is_some(), || {
                format!("the command requires the option `{name}`")
            })?,
        }
    }
    Ok(filled)
}

fn branches(definition: &Value) -> impl Iterator<Item = &Value> {
    let options = definition["options"].as_array().into_iter().flatten();
    options.filter(|option| matches!(option["type"].as_u64(), Some(SUB_COMMAND | SUB_COMMAND_GROUP)))
}

fn is_branch(definition: &Value) -> bool {
    branches(definition).next().is_some()
}

/// One value, checked against its option; what it points at goes into `resolved`.
fn read(
    person: &Person,
    state: &mut State,
    channel: Id,
    option: &Value,
    given: &Given,
    typing: bool,
    resolved: &mut Map<String, Value>,
) -> Result<Value, Refused> {
    let name = option["name"].as_str().unwrap_or_default();
    let kind = option["type"].as_u64().unwrap_or(0);
    let value = match (kind, given) {
        (STRING, Given::Text(text)) => json!(text),
        (INTEGER | NUMBER, Given::Integer(number)) => json!(number),
        (NUMBER, Given::Number(number)) => json!(number),
        (BOOLEAN, Given::Bool(yes)) => json!(yes),
        (USER | CHANNEL | ROLE | MENTIONABLE, Given::Text(_) | Given::Id(_)) => {
            json!(target(person, state, channel, option, kind, given, resolved)?)
        }
        (ATTACHMENT, Given::File(filename, bytes)) => {
            let file = state.store_file(channel, filename, None, None, bytes.clone());
            put(resolved, "attachments", file.id, payload::attachment(&file));
            json!(file.id)
        }
        _ => {
            let why = format!("the option `{name}` is of type {kind} and does not take {given:?}");
            return Err(Refused::NotOffered(why));
        }
    };
    if !typing {
        check_limits(name, option, &value)?;
    }
    Ok(value)
}

fn check_limits(name: &str, option: &Value, value: &Value) -> Result<(), Refused> {
    if let Some(choices) = option["choices"].as_array().filter(|choices| !choices.is_empty()) {
        // People pick a choice by its name or, in tests, by its value.
        let values: Vec<&Value> = choices.iter().map(|choice| &choice["value"]).collect();
        ensure(values.contains(&value), || {
            format!("`{name}` takes one of {values:?}, not {value}")
        })?;
    }
    if let Some(text) = value.as_str().filter(|_| option["type"] == json!(STRING)) {
        let length = text.chars().count() as u64;
        let (least, most) = (
            option["min_length"].as_u64().unwrap_or(0),
            option["max_length"].as_u64().unwrap_or(6000),
        );
        ensure((least..=most).contains(&length), || {
            format!("`{name}` takes {least} to {most} characters, not {length}")
        })?;
    }
    if let Some(number) = value.as_f64() {
        let least = option["min_value"].as_f64().unwrap_or(f64::MIN);
        let most = option["max_value"].as_f64().unwrap_or(f64::MAX);
        ensure((least..=most).contains(&number), || {
            format!("`{name}` takes {least} to {most}, not {number}")
        })?;
    }
    Ok(())
}

/// The user, channel or role meant by a name or id.
fn target(
    person: &Person,
    state: &State,
    channel: Id,
    option: &Value,
    kind: u64,
    given: &Given,
    resolved: &mut Map<String, Value>,
) -> Result<Id, Refused> {
    let is = |id: Id, name: &str| match given {
        Given::Id(wanted) => *wanted == id,
        Given::Text(wanted) => wanted == name,
        _ => false,
    };
    let guild = state.guilds.get(&person.guild);
    if matches!(kind, USER | MENTIONABLE)
        && let Some(user) = state.users.values().find(|user| is(user.id, &user.username))
    {
        resolve_user(state, person.guild, channel, user.id, resolved);
        return Ok(user.id);
    }
    if matches!(kind, ROLE | MENTIONABLE)
        && let Some(role) = guild.and_then(|guild| guild.roles.values().find(|role| is(role.id, &role.name)))
    {
        put(resolved, "roles", role.id, payload::role(role));
        return Ok(role.id);
    }
    if kind == CHANNEL {
        let mut of_guild = state
            .channels
            .values()
            .filter(|found| found.guild_id == Some(person.guild));
        let found = of_guild.find(|found| is(found.id, found.name.as_deref().unwrap_or_default()));
        if let Some(found) = found {
            let kinds = option["channel_types"]
                .as_array()
                .filter(|kinds| !kinds.is_empty());
            ensure(
                kinds.is_none_or(|kinds| kinds.contains(&json!(found.kind as u8))),
                || {
                    format!(
                        "`{}` takes channels of types {}, not {:?}",
                        option["name"], option["channel_types"], found.kind
                    )
                },
            )?;
            put(
                resolved,
                "channels",
                found.id,
                resolved_channel(state, person, found.id),
            );
            return Ok(found.id);
        }
    }
    Err(Refused::NotOffered(format!(
        "`{}`: nothing of type {kind} is {given:?}",
        option["name"]
    )))
}

/// A user and, where they are one, a member, as in `resolved`.
pub(super) fn resolve_user(
    state: &State,
    guild: Id,
    channel: Id,
    user: Id,
    resolved: &mut Map<String, Value>,
) {
    if let Some(found) = state.users.get(&user) {
        put(resolved, "users", user, payload::user(found));
    }
    if state.guild_of(channel).is_some() && state.member(guild, user).is_some() {
        put(
            resolved,
            "members",
            user,
            payload::resolved_member(state, guild, channel, user),
        );
    }
}

/// A channel as in `resolved`: its partial object with the member's permissions in it.
pub(super) fn resolved_channel(state: &State, person: &Person, channel: Id) -> Value {
    let Some(found) = state.channels.get(&channel) else {
        return Value::Null;
    };
    let mut data = payload::channel(state, found);
    if let Value::Object(fields) = &mut data {
        fields.remove("permission_overwrites");
    }
    data["permissions"] = json!(state.permissions_in(channel, person.id));
    data
}

/// Puts an object under `resolved.<kind>.<id>`.
pub(super) fn put(resolved: &mut Map<String, Value>, kind: &str, id: Id, object: Value) {
    let group = resolved.entry(kind).or_insert_with(|| json!({}));
    group[id.to_string()] = object;
}

//! How people press buttons and choose from menus.

use serde_json::{Map, Value, json};

use crate::ids::Id;
use crate::payload;
use crate::world::{InteractionKind, Message, NewInteraction, State};

use super::command_options::{put, resolve_user, resolved_channel};
use super::{Exchange, Person, Refused, ensure};

const BUTTON: u64 = 2;
const STRING_SELECT: u64 = 3;
const USER_SELECT: u64 = 5;
const ROLE_SELECT: u64 = 6;
const MENTIONABLE_SELECT: u64 = 7;
const CHANNEL_SELECT: u64 = 8;
/// A button that opens an address and tells the bot nothing.
const LINK_STYLE: u64 = 5;

impl Person {
    /// Presses the button with this custom id or label.
    /// Refused when the message has no such button, or it cannot be pressed.
    pub fn clicks(&self, message: impl Into<Id>, button: &str) -> Result<Exchange, Refused> {
        let mut state = self.discord.state();
        let message = self.usable_message(&state, message.into())?;
        let found = components_of(&message)
            .into_iter()
            .filter(|component| component["type"] == BUTTON)
            .find(|component| component["custom_id"] == button || component["label"] == button);
        let found = found.ok_or_else(|| {
            Refused::NotOffered(format!("no button `{button}`; there are {:?}", labels(&message)))
        })?;
        ensure(found["disabled"] != json!(true), || {
            format!("the button `{button}` is disabled")
        })?;
        ensure(found["style"] != LINK_STYLE, || {
            format!("the button `{button}` only opens {}", found["url"])
        })?;
        let data = json!({ "component_type": BUTTON, "custom_id": found["custom_id"], "id": found["id"] });
        Ok(self.use_component(&mut state, &message, data))
    }

    /// Chooses from the menu with this custom id or placeholder: option values (or labels) of a string menu, names of
    /// users, roles or channels elsewhere.
    /// Refused when the message has no such menu, or it does not offer these values.
    pub fn selects(&self, message: impl Into<Id>, menu: &str, values: &[&str]) -> Result<Exchange, Refused> {
        let mut state = self.discord.state();
        let message = self.usable_message(&state, message.into())?;
        let found = components_of(&message)
            .into_iter()
            .filter(|component| component["type"].as_u64().is_some_and(is_select))
            .find(|component| component["custom_id"] == menu || component["placeholder"] == menu);
        let found = found.ok_or_else(|| {
            Refused::NotOffered(format!("no menu `{menu}`; there are {:?}", labels(&message)))
        })?;
        ensure(found["disabled"] != json!(true), || {
            format!("the menu `{menu}` is disabled")
        })?;
        let mut resolved = Map::new();
        let values = chosen(self, &state, message.channel_id, &found, values, &mut resolved)?;
        let mut data = json!({
            "component_type": found["type"], "custom_id": found["custom_id"], "id": found["id"], "values": values,
        });
        if !resolved.is_empty() {
            data["resolved"] = Value::Object(resolved);
        }
        Ok(self.use_component(&mut state, &message, data))
    }

    /// The message, if its components answer to this person: the client lets nobody press anything under a time-out
    /// or in an archived thread.
    fn usable_message(&self, state: &State, message: Id) -> Result<Message, Refused> {
        let found = self.visible_message(state, message)?;
        self.must_not_be_timed_out(state, found.channel_id)?;
        Self::must_be_open(state, found.channel_id)?;
        Ok(found)
    }

    fn use_component(&self, state: &mut State, message: &Message, data: Value) -> Exchange {
        let id = state.create_interaction(NewInteraction {
            kind: InteractionKind::Component,
            user_id: self.id,
            channel_id: message.channel_id,
            data,
            message_id: Some(message.id),
            command_name: None,
            triggered_by: None,
        });
        Exchange::new(self.clone(), id)
    }
}

/// Is it a menu of any kind?
pub(super) fn is_select(kind: u64) -> bool {
    matches!(
        kind,
        STRING_SELECT | USER_SELECT | ROLE_SELECT | MENTIONABLE_SELECT | CHANNEL_SELECT
    )
}

/// What was chosen from a menu, as the values Discord sends; what they point at goes into `resolved`.
pub(super) fn chosen(
    person: &Person,
    state: &State,
    channel: Id,
    menu: &Value,
    values: &[&str],
    resolved: &mut Map<String, Value>,
) -> Result<Vec<String>, Refused> {
    let least = menu["min_values"].as_u64().unwrap_or(1) as usize;
    let most = menu["max_values"].as_u64().unwrap_or(1) as usize;
    ensure((least..=most).contains(&values.len()), || {
        format!("the menu takes {least} to {most} values, not {}", values.len())
    })?;
    let kind = menu["type"].as_u64().unwrap_or(0);
    values
        .iter()
        .map(|value| one_chosen(person, state, channel, menu, kind, value, resolved))
        .collect()
}

fn one_chosen(
    person: &Person,
    state: &State,
    channel: Id,
    menu: &Value,
    kind: u64,
    wanted: &str,
    resolved: &mut Map<String, Value>,
) -> Result<String, Refused> {
    if kind == STRING_SELECT {
        let options = menu["options"].as_array().map(Vec::as_slice).unwrap_or_default();
        let found = options
            .iter()
            .find(|option| option["value"] == wanted || option["label"] == wanted);
        let found = found
            .ok_or_else(|| Refused::NotOffered(format!("the menu offers no `{wanted}`: {options:?}")))?;
        return Ok(found["value"].as_str().unwrap_or_default().to_owned());
    }
    if matches!(kind, USER_SELECT | MENTIONABLE_SELECT)
        && let Some(user) = state.user_named(wanted)
    {
        resolve_user(state, person.guild, channel, user.id, resolved);
        return Ok(user.id.to_string());
    }
    let guild = state.guilds.get(&person.guild);
    if matches!(kind, ROLE_SELECT | MENTIONABLE_SELECT)
        && let Some(role) = guild.and_then(|guild| guild.roles.values().find(|role| role.name == wanted))
    {
        put(resolved, "roles", role.id, payload::role(role));
        return Ok(role.id.to_string());
    }
    if kind == CHANNEL_SELECT
        && let Some(found) = state
            .channels
            .values()
            .find(|found| found.guild_id == Some(person.guild) && found.name.as_deref() == Some(wanted))
    {
        put(
            resolved,
            "channels",
            found.id,
            resolved_channel(state, person, found.id),
        );
        return Ok(found.id.to_string());
    }
    Err(Refused::NotOffered(format!(
        "the menu of type {kind} offers no `{wanted}`"
    )))
}

/// Every component of a message, nested ones included.
fn components_of(message: &Message) -> Vec<Value> {
    let mut all = Vec::new();
    for component in &message.components {
        collect(component, &mut all);
    }
    all
}

fn collect(component: &Value, into: &mut Vec<Value>) {
    into.push(component.clone());
    for child in component["components"].as_array().into_iter().flatten() {
        collect(child, into);
    }
    for single in ["accessory", "component"] {
        if component[single].is_object() {
            collect(&component[single], into);
        }
    }
}

fn labels(message: &Message) -> Vec<String> {
    let named = |component: &Value| {
        let label = component["label"]
            .as_str()
            .or(component["placeholder"].as_str())?;
        Some(format!(
            "{label} ({})",
            component["custom_id"].as_str().unwrap_or("no custom id")
        ))
    };
    components_of(message).iter().filter_map(named).collect()
}

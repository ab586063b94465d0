//! Registered application commands, kept as the objects the bot sent.

use serde_json::{Map, Value, json};

use crate::ids::Id;

use super::State;

/// Where a command is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandScope {
    /// In every guild and in direct messages.
    Global,
    /// In one guild.
    Guild(Id),
}

/// A registered command.
#[derive(Clone, Debug)]
pub struct Command {
    /// Snowflake.
    pub id: Id,
    /// Changes with every change of the command.
    pub version: Id,
    /// Where it is offered.
    pub scope: CommandScope,
    /// 1 slash, 2 user, 3 message.
    pub kind: u64,
    /// Name.
    pub name: String,
    /// The definition as sent (name, description, options, `default_member_permissions`, …), nulls left out.
    pub definition: Map<String, Value>,
}

impl Command {
    /// The command object as Discord gives it back.
    pub fn payload(&self, application: Id) -> Value {
        let mut data = json!({
            "id": self.id,
            "application_id": application,
            "version": self.version,
            "type": self.kind,
            "default_member_permissions": null,
            "nsfw": false,
            "name_localizations": null,
            "description_localizations": null,
            "description": "",
            "integration_types": [0],
            "contexts": null,
        });
        match self.scope {
            CommandScope::Guild(guild) => data["guild_id"] = json!(guild),
            CommandScope::Global => data["dm_permission"] = json!(true),
        }
        for (field, value) in &self.definition {
            data[field] = value.clone();
        }
        data
    }
}

impl State {
    /// The commands of one scope, in the order they were registered.
    pub fn commands_in(&self, scope: CommandScope) -> impl Iterator<Item = &Command> {
        self.commands.iter().filter(move |command| command.scope == scope)
    }

    /// Registers a command, replacing the one of the same name and kind in that scope (it keeps its id).
    pub fn register_command(&mut self, scope: CommandScope, definition: &Map<String, Value>) -> Id {
        let kind = definition.get("type").and_then(Value::as_u64).unwrap_or(1);
        let name = definition
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let mut definition = definition.clone();
        definition.retain(|_, value| !value.is_null());
        let version = self.next_id();
        let known = self
            .commands
            .iter_mut()
            .find(|command| command.scope == scope && command.kind == kind && command.name == name);
        if let Some(known) = known {
            known.version = version;
            known.definition = definition;
            return known.id;
        }
        let id = self.next_id();
        self.commands.push(Command {
            id,
            version,
            scope,
            kind,
            name,
            definition,
        });
        id
    }

    /// Replaces all commands of a scope by these; those that stay keep their ids.
    pub fn overwrite_commands(&mut self, scope: CommandScope, definitions: &[Map<String, Value>]) -> Vec<Id> {
        let ids: Vec<Id> = definitions
            .iter()
            .map(|definition| self.register_command(scope, definition))
            .collect();
        self.commands
            .retain(|command| command.scope != scope || ids.contains(&command.id));
        ids
    }

    /// Changes fields of a command.
    pub fn edit_command(&mut self, command: Id, changes: &Map<String, Value>) {
        let version = self.next_id();
        let Some(found) = self.commands.iter_mut().find(|found| found.id == command) else {
            return;
        };
        found.version = version;
        for (field, value) in changes.iter().filter(|(_, value)| !value.is_null()) {
            found.definition.insert(field.clone(), value.clone());
        }
        if let Some(name) = changes.get("name").and_then(Value::as_str) {
            name.clone_into(&mut found.name);
        }
    }

    /// Deletes a command. Says whether there was one.
    pub fn delete_command(&mut self, command: Id) -> bool {
        let before = self.commands.len();
        self.commands.retain(|found| found.id != command);
        self.commands.len() < before
    }
}

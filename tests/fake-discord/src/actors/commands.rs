//! How people run commands: only through the definitions that the bot registered, so that a renamed option breaks
//! the test and not the users.

use serde_json::{Value, json};

use crate::ids::Id;
use crate::observe::ChannelKey;
use crate::payload;
use crate::permissions::Permissions;
use crate::world::{Command, CommandScope, InteractionKind, NewInteraction, State};

use super::command_options::{self, Filled, Given, fill, has_path, resolve_user};
use super::{Exchange, Person, Refused, ensure};

const CHAT_INPUT: u64 = 1;
const USER: u64 = 2;
const MESSAGE: u64 = 3;

impl Person {
    /// Runs a slash command in a channel: `runs_command("general", "ticket open", &[("area", "wallet".into())])`.
    /// Refused when no such command is registered, or the options do not fit its definition.
    pub fn runs_command(
        &self,
        channel: impl ChannelKey,
        command: &str,
        options: &[(&str, Given)],
    ) -> Result<Exchange, Refused> {
        self.slash(&channel, command, options, None)
    }

    /// Is typing the value of `focused`, which completes itself. The answer is a list of choices.
    /// Refused when no such command is registered, or `focused` does not complete itself.
    pub fn types_option(
        &self,
        channel: impl ChannelKey,
        command: &str,
        options: &[(&str, Given)],
        focused: &str,
    ) -> Result<Exchange, Refused> {
        self.slash(&channel, command, options, Some(focused))
    }

    /// Uses a command of a message's context menu.
    /// Refused when no such command is registered.
    pub fn uses_on_message(&self, command: &str, message: impl Into<Id>) -> Result<Exchange, Refused> {
        let mut state = self.discord.state();
        let found = self.visible_message(&state, message.into())?;
        let channel = found.channel_id;
        let definition = self.offered(&state, channel, command, MESSAGE)?;
        let mut filled = Filled::default();
        command_options::put(
            &mut filled.resolved,
            "messages",
            found.id,
            payload::message(&state, &found),
        );
        Ok(self.invoke(&mut state, channel, &definition, filled, Some(found.id), false))
    }

    /// Uses a command of a member's context menu, from a channel.
    /// Refused when no such command is registered, or nobody is called `target`.
    pub fn uses_on_member(
        &self,
        channel: impl ChannelKey,
        command: &str,
        target: &str,
    ) -> Result<Exchange, Refused> {
        let mut state = self.discord.state();
        let channel = self.visible_channel(&state, &channel)?;
        let definition = self.offered(&state, channel, command, USER)?;
        let target = state
            .user_named(target)
            .ok_or_else(|| Refused::NotOffered(format!("nobody is called {target}")))?
            .id;
        let mut filled = Filled::default();
        resolve_user(&state, self.guild, channel, target, &mut filled.resolved);
        Ok(self.invoke(&mut state, channel, &definition, filled, Some(target), false))
    }

    fn slash(
        &self,
        channel: &impl ChannelKey,
        command: &str,
        options: &[(&str, Given)],
        focused: Option<&str>,
    ) -> Result<Exchange, Refused> {
        let mut state = self.discord.state();
        let channel = self.visible_channel(&state, channel)?;
        let words: Vec<&str> = command.trim_start_matches('/').split_whitespace().collect();
        let [name, path @ ..] = words.as_slice() else {
            return Err(Refused::NotOffered("name a command".to_owned()));
        };
        let found = self.offered(&state, channel, name, CHAT_INPUT)?;
        let definition = Value::Object(found.definition.clone());
        ensure(has_path(&definition, path), || {
            format!("`/{command}` is not a command by itself; `{name}` is {definition:#}")
        })?;
        let filled = fill(self, &mut state, channel, &definition, path, options, focused)?;
        Ok(self.invoke(&mut state, channel, &found, filled, None, focused.is_some()))
    }

    /// The command of this name and kind that the client would offer here.
    fn offered(&self, state: &State, channel: Id, name: &str, kind: u64) -> Result<Command, Refused> {
        Self::must_be_open(state, channel)?;
        let guild = state.guild_of(channel);
        let mut all: Vec<&Command> = Vec::new();
        if let Some(guild) = guild {
            all.extend(state.commands_in(CommandScope::Guild(guild)));
        }
        all.extend(state.commands_in(CommandScope::Global));
        let found = all
            .iter()
            .find(|command| command.name == name && command.kind == kind);
        let found = found.ok_or_else(|| {
            let known: Vec<&str> = all
                .iter()
                .filter(|command| command.kind == kind)
                .map(|command| command.name.as_str())
                .collect();
            Refused::NotOffered(format!(
                "no command `{name}` of type {kind} is registered here; there are {known:?}"
            ))
        })?;
        let offered_in = found.definition.get("contexts").and_then(Value::as_array);
        let here = u64::from(guild.is_none());
        if offered_in.is_some_and(|contexts| !contexts.contains(&json!(here)))
            || (guild.is_none() && found.definition.get("dm_permission") == Some(&json!(false)))
        {
            return Err(Refused::WrongChannel);
        }
        self.must_hold(state, channel, Permissions::USE_APPLICATION_COMMANDS)?;
        if let (Some(guild), Some(wanted)) = (guild, default_permissions(found)) {
            let held = state.permissions_in(channel, self.id);
            // "0" hides a command from all but administrators.
            let hidden = wanted == Permissions::NONE
                && !state
                    .guild_permissions(guild, self.id)
                    .contains(Permissions::ADMINISTRATOR);
            if hidden || !held.contains(wanted) {
                return Err(Refused::Lacks(wanted));
            }
        }
        Ok((*found).clone())
    }

    fn invoke(
        &self,
        state: &mut State,
        channel: Id,
        command: &Command,
        filled: Filled,
        target: Option<Id>,
        typing: bool,
    ) -> Exchange {
        let mut data = json!({ "id": command.id, "name": command.name, "type": command.kind });
        if let CommandScope::Guild(guild) = command.scope {
            data["guild_id"] = json!(guild);
        }
        if !filled.options.is_empty() {
            data["options"] = Value::Array(filled.options);
        }
        if !filled.resolved.is_empty() {
            data["resolved"] = Value::Object(filled.resolved);
        }
        if let Some(target) = target {
            data["target_id"] = json!(target);
        }
        let kind = if typing {
            InteractionKind::Autocomplete
        } else {
            InteractionKind::Command
        };
        let id = state.create_interaction(NewInteraction {
            kind,
            user_id: self.id,
            channel_id: channel,
            data,
            message_id: None,
            command_name: Some(command.name.clone()),
            triggered_by: None,
        });
        Exchange::new(self.clone(), id)
    }
}

fn default_permissions(command: &Command) -> Option<Permissions> {
    command
        .definition
        .get("default_member_permissions")?
        .as_str()?
        .parse()
        .ok()
        .map(Permissions)
}

//! What a person can be told to do from outside: `{"as": "mallory", "do": "says", "channel": "general", "text": "…"}`.
//!
//! `channel` is a name or an id, or `dm` for the person's direct messages with the bot. What makes a message gives the
//! message; what starts an interaction gives `{"interaction": ID}`, to be looked up under `/_fake/interactions/ID`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::FakeDiscord;
use crate::actors::{Exchange, Given, MessageDraft, Modal, Person, Refused};
use crate::ids::Id;
use crate::world::{Message, ResponseKind};

use super::Failed;
use super::look::{self, Place};

/// A person and what they do.
#[derive(Debug, Deserialize)]
pub(super) struct Act {
    #[serde(rename = "as")]
    actor: String,
    #[serde(flatten)]
    verb: Verb,
}

/// The names of all verbs, as whoever asks for one that does not exist is told them.
pub(super) fn verbs() -> String {
    let refused = serde_json::from_value::<Verb>(json!({ "do": "" })).expect_err("no verb is nameless");
    let told = refused.to_string();
    let (_, names) = told.split_once("expected one of ").unwrap_or_default();
    names.to_owned()
}

#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum Verb {
    /// Anything a message may carry; embeds and components only from bots, for realism's sake.
    Says {
        channel: String,
        #[serde(default)]
        text: String,
        #[serde(default)]
        embeds: Vec<Value>,
        #[serde(default)]
        components: Vec<Value>,
        #[serde(default)]
        components_v2: bool,
        #[serde(default)]
        stickers: Vec<String>,
        poll: Option<Poll>,
        /// Name to text content.
        #[serde(default)]
        files: BTreeMap<String, String>,
    },
    Replies {
        message: Id,
        text: String,
    },
    Edits {
        message: Id,
        text: String,
    },
    Deletes {
        message: Id,
    },
    Forwards {
        message: Id,
        channel: String,
    },
    Reacts {
        message: Id,
        emoji: String,
    },
    StartsThread {
        channel: String,
        name: String,
    },
    StartsThreadFrom {
        message: Id,
        name: String,
    },
    StartsPrivateThread {
        channel: String,
        name: String,
    },
    PostsInForum {
        channel: String,
        name: String,
        text: String,
    },
    JoinsThread {
        channel: String,
    },
    LeavesThread {
        channel: String,
    },
    ArchivesThread {
        channel: String,
    },
    UnarchivesThread {
        channel: String,
    },
    DeletesChannel {
        channel: String,
    },
    AddsToThread {
        channel: String,
        name: String,
    },
    /// The account is made when nobody is called that yet.
    Joins {
        #[serde(default = "a_year")]
        account_age_days: u64,
    },
    Leaves,
    Renames {
        name: String,
    },
    TakesNickname {
        name: String,
    },
    ClosesDirectMessages,
    OpensDirectMessages,
    Kicks {
        name: String,
    },
    Bans {
        name: String,
    },
    Unbans {
        name: String,
    },
    TimesOut {
        name: String,
        seconds: u64,
    },
    GivesRole {
        name: String,
        role: String,
    },
    TakesRole {
        name: String,
        role: String,
    },
    RunsCommand {
        channel: String,
        command: String,
        #[serde(default)]
        options: BTreeMap<String, Value>,
    },
    UsesOnMessage {
        command: String,
        message: Id,
    },
    UsesOnMember {
        channel: String,
        command: String,
        name: String,
    },
    Clicks {
        message: Id,
        button: String,
    },
    Selects {
        message: Id,
        menu: String,
        values: Vec<String>,
    },
    /// Fills in the form that this interaction was answered with.
    Submits {
        interaction: Id,
        answers: BTreeMap<String, String>,
    },
}

#[derive(Debug, Deserialize)]
struct Poll {
    question: String,
    answers: Vec<String>,
}

fn a_year() -> u64 {
    365
}

/// The person of this name.
pub(super) fn person(discord: &FakeDiscord, name: &str) -> Result<Person, Failed> {
    if discord.state().user_named(name).is_none() {
        return Err(Failed::BadCall(format!("nobody is called {name}")));
    }
    Ok(discord.member(name))
}

/// Does it.
pub(super) fn perform(discord: &FakeDiscord, act: Act) -> Result<Value, Failed> {
    let Act { actor, verb } = act;
    if let Verb::Joins { account_age_days } = verb {
        let known = discord.state().user_named(&actor).is_some();
        let person = if known {
            discord.member(&actor)
        } else {
            discord.newcomer(&actor, Duration::from_hours(24 * account_age_days))
        };
        person.joins()?;
        return Ok(json!({ "id": person.id }));
    }
    let person = person(discord, &actor)?;
    let place = |channel: &str| {
        if channel == "dm" {
            person.direct_messages().to_string()
        } else {
            channel.to_owned()
        }
    };
    let message = |found: Result<Message, Refused>| {
        let found = found?;
        let state = discord.state();
        Ok(look::message(&state, &found))
    };
    match verb {
        Verb::Says {
            channel,
            text,
            embeds,
            components,
            components_v2,
            stickers,
            poll,
            files,
        } => {
            let mut draft = MessageDraft::text(&text);
            draft = embeds.into_iter().fold(draft, MessageDraft::embed);
            draft = if components_v2 {
                draft.components_v2(components)
            } else {
                components.into_iter().fold(draft, MessageDraft::component)
            };
            draft = stickers.iter().fold(draft, |draft, name| draft.sticker(name));
            if let Some(poll) = poll {
                let answers: Vec<&str> = poll.answers.iter().map(String::as_str).collect();
                draft = draft.poll(&poll.question, &answers);
            }
            draft = files
                .into_iter()
                .fold(draft, |draft, (name, content)| draft.file(&name, content));
            message(person.sends(Place(&place(&channel)), draft))
        }
        Verb::Replies { message: to, text } => message(person.replies(to, &text)),
        Verb::Edits { message: id, text } => message(person.edits(id, &text)),
        Verb::Forwards { message: id, channel } => message(person.forwards(id, Place(&place(&channel)))),
        Verb::StartsThread { channel, name } => Ok(thread(&person.starts_thread(Place(&channel), &name)?)),
        Verb::StartsThreadFrom { message, name } => Ok(thread(&person.starts_thread_from(message, &name)?)),
        Verb::StartsPrivateThread { channel, name } => {
            Ok(thread(&person.starts_private_thread(Place(&channel), &name)?))
        }
        Verb::PostsInForum { channel, name, text } => {
            Ok(thread(&person.posts_in_forum(Place(&channel), &name, &text)?.0))
        }
        Verb::RunsCommand {
            channel,
            command,
            options,
        } => {
            let options: Vec<(&str, Given)> = options
                .iter()
                .map(|(name, value)| Ok((name.as_str(), given(value)?)))
                .collect::<Result<_, Failed>>()?;
            Ok(exchange(&person.runs_command(
                Place(&place(&channel)),
                &command,
                &options,
            )?))
        }
        Verb::UsesOnMessage { command, message } => Ok(exchange(&person.uses_on_message(&command, message)?)),
        Verb::UsesOnMember {
            channel,
            command,
            name,
        } => Ok(exchange(&person.uses_on_member(
            Place(&channel),
            &command,
            &name,
        )?)),
        Verb::Clicks { message, button } => Ok(exchange(&person.clicks(message, &button)?)),
        Verb::Selects {
            message,
            menu,
            values,
        } => {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            Ok(exchange(&person.selects(message, &menu, &values)?))
        }
        Verb::Submits { interaction, answers } => {
            let modal = modal_of(discord, interaction)?;
            let answers: Vec<(&str, &str)> = answers
                .iter()
                .map(|(name, answer)| (name.as_str(), answer.as_str()))
                .collect();
            Ok(exchange(&person.submits(&modal, &answers)?))
        }
        quiet => {
            quietly(&person, quiet)?;
            Ok(json!({}))
        }
    }
}

/// What gives nothing back.
fn quietly(person: &Person, verb: Verb) -> Result<(), Refused> {
    match verb {
        Verb::Deletes { message } => person.deletes(message),
        Verb::Reacts { message, emoji } => person.reacts(message, &emoji),
        Verb::JoinsThread { channel } => person.joins_thread(Place(&channel)),
        Verb::LeavesThread { channel } => person.leaves_thread(Place(&channel)),
        Verb::ArchivesThread { channel } => person.archives_thread(Place(&channel)),
        Verb::UnarchivesThread { channel } => person.unarchives_thread(Place(&channel)),
        Verb::DeletesChannel { channel } => person.deletes_channel(Place(&channel)),
        Verb::AddsToThread { channel, name } => person.adds_to_thread(Place(&channel), &name),
        Verb::Leaves => person.leaves(),
        Verb::TakesNickname { name } => person.takes_nickname(&name),
        Verb::Kicks { name } => person.kicks(&name),
        Verb::Bans { name } => person.bans(&name),
        Verb::Unbans { name } => person.unbans(&name),
        Verb::TimesOut { name, seconds } => person.times_out(&name, Duration::from_secs(seconds)),
        Verb::GivesRole { name, role } => person.gives_role(&name, &role),
        Verb::TakesRole { name, role } => person.takes_role(&name, &role),
        Verb::Renames { name } => {
            person.renames(&name);
            Ok(())
        }
        Verb::ClosesDirectMessages => {
            person.closes_direct_messages();
            Ok(())
        }
        Verb::OpensDirectMessages => {
            person.opens_direct_messages();
            Ok(())
        }
        other => Err(Refused::NotOffered(format!(
            "{other:?} gives something back and is done elsewhere"
        ))),
    }
}

fn thread(channel: &crate::world::Channel) -> Value {
    json!({ "id": channel.id, "name": channel.name, "type": channel.kind as u8 })
}

fn exchange(exchange: &Exchange) -> Value {
    json!({ "interaction": exchange.id })
}

fn given(value: &Value) -> Result<Given, Failed> {
    match value {
        Value::String(text) => Ok(Given::Text(text.clone())),
        Value::Bool(yes) => Ok(Given::Bool(*yes)),
        Value::Number(number) => {
            let whole = number.as_i64().map(Given::Integer);
            whole
                .or_else(|| number.as_f64().map(Given::Number))
                .ok_or_else(|| Failed::BadCall(format!("{number} is no number an option takes")))
        }
        other => Err(Failed::BadCall(format!(
            "an option is text, a number, true or false, not {other}"
        ))),
    }
}

/// The form an interaction was answered with.
fn modal_of(discord: &FakeDiscord, interaction: Id) -> Result<Modal, Failed> {
    let state = discord.state();
    let found = state.interactions.get(&interaction);
    let form = found.and_then(|found| {
        let modal = found.responses.iter().find_map(|response| match &response.kind {
            ResponseKind::Modal(modal) => Some(modal.clone()),
            _ => None,
        })?;
        Some(Modal::shown(modal, found))
    });
    form.ok_or_else(|| Failed::BadCall(format!("interaction {interaction} was not answered with a form")))
}

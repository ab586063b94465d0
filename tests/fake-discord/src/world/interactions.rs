//! Interactions: from the click or command of a member to everything the bot answered.
//!
//! The life cycle is Discord's: three seconds for the first answer, fifteen minutes for the token, one first answer
//! only; a deferral fixes whether the answer is ephemeral, and the first follow-up after it takes its place.

use std::time::Duration;

use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::gateway::{Audience, Intents};
use crate::ids::Id;
use crate::payload;

use super::{Author, MessageEdit, MessageKind, NewMessage, State, message_flags, webhooks::secret_for};

/// How long Discord waits for the first answer.
const FIRST_ANSWER_WITHIN: Duration = Duration::from_secs(3);
/// How long the token is good for follow-ups.
const TOKEN_LIFE: Duration = Duration::from_mins(15);

/// What the member did, by Discord's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InteractionKind {
    /// Ran a slash command or a context menu command.
    Command = 2,
    /// Pressed a button or chose from a select menu.
    Component = 3,
    /// Is typing an option that completes itself.
    Autocomplete = 4,
    /// Submitted a form.
    ModalSubmit = 5,
}

/// Has the bot answered yet?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InteractionState {
    /// Not yet.
    Waiting,
    /// With a message that will come later; the flag says whether only the member will see it.
    DeferredMessage {
        /// Only for the member?
        ephemeral: bool,
    },
    /// Fully.
    Answered,
}

/// The first answer to an interaction.
#[derive(Clone, Debug)]
pub enum Callback {
    /// Type 4: a message.
    Message(Box<NewMessage>),
    /// Type 5: a message will follow.
    DeferMessage {
        /// Only for the member?
        ephemeral: bool,
    },
    /// Type 6: the component's message may change later.
    DeferUpdate,
    /// Type 7: the component's message changes now.
    Update(Box<MessageEdit>),
    /// Type 8: choices for the option being typed.
    Choices(Value),
    /// Type 9: a form, as Discord's modal object.
    Modal(Value),
}

/// One thing the bot did in answer.
#[derive(Clone, Debug)]
pub struct Response {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: ResponseKind,
}

/// What the bot did in answer.
#[derive(Clone, Debug, PartialEq)]
pub enum ResponseKind {
    /// Answered with this message.
    Message(Id),
    /// Said that a message will follow; this one shows "thinking…" until then.
    Deferred {
        /// The placeholder, which becomes the answer.
        message: Id,
        /// Only for the member?
        ephemeral: bool,
    },
    /// Said that the component's message may change later.
    DeferredUpdate,
    /// Changed the component's message.
    Updated(Id),
    /// Offered choices.
    Choices(Value),
    /// Showed a form.
    Modal(Value),
    /// Edited an answer given before.
    Edited(Id),
    /// Sent a further message.
    FollowUp(Id),
    /// Deleted an answer given before.
    Deleted(Id),
}

/// Why an answer is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackRefused {
    /// Unknown or too late (error 10062).
    Unknown,
    /// Was answered before (error 40060).
    AlreadyAcknowledged,
}

/// An interaction.
#[derive(Clone, Debug)]
pub struct Interaction {
    /// Snowflake.
    pub id: Id,
    /// What the member did.
    pub kind: InteractionKind,
    /// What the bot answers with; URL-safe.
    pub token: String,
    /// Who.
    pub user_id: Id,
    /// In which guild; `None` in direct messages.
    pub guild_id: Option<Id>,
    /// Where.
    pub channel_id: Id,
    /// When.
    pub created_at: Timestamp,
    /// The `data` object as sent to the bot.
    pub data: Value,
    /// The message whose component was used, or from whose component the form came.
    pub message_id: Option<Id>,
    /// The command's name, shown above the answer.
    pub command_name: Option<String>,
    /// For a submitted form: the interaction that was answered with it.
    pub triggered_by: Option<Id>,
    /// Answered yet?
    pub state: InteractionState,
    /// The message behind `@original`.
    pub original: Option<Id>,
    /// All answers in order.
    pub responses: Vec<Response>,
}

impl Interaction {
    /// Is the token too old for follow-ups?
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now > self.created_at.plus(TOKEN_LIFE)
    }
}

/// An interaction to be sent to the bot.
#[derive(Clone, Debug)]
pub struct NewInteraction {
    /// What the member did.
    pub kind: InteractionKind,
    /// Who.
    pub user_id: Id,
    /// Where.
    pub channel_id: Id,
    /// The `data` object.
    pub data: Value,
    /// The message whose component was used.
    pub message_id: Option<Id>,
    /// The command's name.
    pub command_name: Option<String>,
    /// For a submitted form: the interaction that was answered with it.
    pub triggered_by: Option<Id>,
}

impl State {
    /// Tells the bot that a member did something: `INTERACTION_CREATE`.
    pub fn create_interaction(&mut self, new: NewInteraction) -> Id {
        let id = self.next_id();
        let NewInteraction {
            kind,
            user_id,
            channel_id,
            data,
            message_id,
            command_name,
            triggered_by,
        } = new;
        let interaction = Interaction {
            id,
            kind,
            token: format!("aW50-{}", secret_for(id)),
            user_id,
            guild_id: self.guild_of(channel_id),
            channel_id,
            created_at: self.now(),
            data,
            message_id,
            command_name,
            triggered_by,
            state: InteractionState::Waiting,
            original: None,
            responses: Vec::new(),
        };
        let data = payload::interaction_create(self, &interaction);
        let audience = interaction
            .guild_id
            .map_or(Audience::Application, Audience::Guild);
        self.interactions.insert(id, interaction);
        self.emit("INTERACTION_CREATE", audience, Intents::NONE, data);
        id
    }

    /// The interaction with this token.
    pub fn interaction_with_token(&self, token: &str) -> Option<&Interaction> {
        self.interactions
            .values()
            .rev()
            .find(|interaction| interaction.token == token)
    }

    /// Would a first answer be taken now?
    pub fn may_respond(&self, interaction: Id) -> Result<(), CallbackRefused> {
        let Some(found) = self.interactions.get(&interaction) else {
            return Err(CallbackRefused::Unknown);
        };
        if found.state != InteractionState::Waiting {
            return Err(CallbackRefused::AlreadyAcknowledged);
        }
        if self.now() > found.created_at.plus(FIRST_ANSWER_WITHIN) {
            return Err(CallbackRefused::Unknown);
        }
        Ok(())
    }

    /// Takes the first answer. Gives the message it made or changed, if any.
    pub fn respond(&mut self, interaction: Id, callback: Callback) -> Result<Option<Id>, CallbackRefused> {
        self.may_respond(interaction)?;
        let mut state = InteractionState::Answered;
        let (kind, original) = match callback {
            Callback::Message(new) => {
                let message = self.send_answer(interaction, *new);
                (ResponseKind::Message(message), Some(message))
            }
            Callback::DeferMessage { ephemeral } => {
                state = InteractionState::DeferredMessage { ephemeral };
                let flags = message_flags::LOADING | if ephemeral { message_flags::EPHEMERAL } else { 0 };
                let channel = self
                    .interactions
                    .get(&interaction)
                    .map(|found| found.channel_id)
                    .unwrap_or_default();
                let placeholder = NewMessage {
                    flags,
                    ..NewMessage::new(channel, Author::User(self.bot_id()))
                };
                let message = self.send_answer(interaction, placeholder);
                // Nobody needs to read "thinking…"; it counts once it says something.
                self.unread.remove(&message);
                (ResponseKind::Deferred { message, ephemeral }, Some(message))
            }
            Callback::DeferUpdate => (ResponseKind::DeferredUpdate, self.component_message(interaction)),
            Callback::Update(edit) => {
                let message = self
                    .component_message(interaction)
                    .ok_or(CallbackRefused::Unknown)?;
                self.edit_message(message, *edit);
                (ResponseKind::Updated(message), Some(message))
            }
            Callback::Choices(choices) => (ResponseKind::Choices(choices), None),
            Callback::Modal(modal) => (ResponseKind::Modal(modal), None),
        };
        if let Some(found) = self.interactions.get_mut(&interaction) {
            found.state = state;
            found.original = original;
        }
        self.note_response(interaction, kind);
        Ok(original)
    }

    /// Sends a further message. The first one after a deferral becomes the answer itself and keeps the deferral's
    /// visibility, whatever it asks for.
    pub fn follow_up(&mut self, interaction: Id, new: NewMessage) -> Option<Id> {
        let found = self.interactions.get(&interaction)?;
        if let (InteractionState::DeferredMessage { .. }, Some(original)) = (found.state, found.original) {
            let edit = MessageEdit {
                content: Some(new.content),
                embeds: Some(new.embeds),
                components: Some(new.components),
                attachments: Some(new.attachments),
                flags: Some(new.flags),
                allowed_mentions: new.allowed_mentions,
                poll: new.poll,
            };
            self.edit_answer(interaction, original, edit);
            return Some(original);
        }
        let message = self.send_answer(interaction, new);
        self.note_response(interaction, ResponseKind::FollowUp(message));
        Some(message)
    }

    /// Edits an answer (`@original` or a follow-up). A deferred one is thereby given.
    pub fn edit_answer(&mut self, interaction: Id, message: Id, edit: MessageEdit) {
        self.edit_message(message, edit);
        if let Some(found) = self.interactions.get_mut(&interaction)
            && found.original == Some(message)
            && matches!(found.state, InteractionState::DeferredMessage { .. })
        {
            found.state = InteractionState::Answered;
            self.unread.insert(message);
        }
        self.note_response(interaction, ResponseKind::Edited(message));
    }

    /// Deletes an answer. Says whether it still stood.
    pub fn delete_answer(&mut self, interaction: Id, message: Id) -> bool {
        let deleted = self.delete_message(message);
        if deleted {
            self.unread.remove(&message);
            self.note_response(interaction, ResponseKind::Deleted(message));
        }
        deleted
    }

    fn component_message(&self, interaction: Id) -> Option<Id> {
        self.interactions.get(&interaction)?.message_id
    }

    /// Sends a message as an answer: by the bot, marked with the interaction, hidden from others when ephemeral.
    fn send_answer(&mut self, interaction: Id, mut new: NewMessage) -> Id {
        let application = self.application.id;
        if let Some(found) = self.interactions.get(&interaction) {
            new.channel_id = found.channel_id;
            new.ephemeral_to = (new.flags & message_flags::EPHEMERAL != 0).then_some(found.user_id);
            new.kind = match (found.kind, found.data["type"].as_u64()) {
                (InteractionKind::Command, Some(2 | 3)) => MessageKind::CONTEXT_MENU_COMMAND,
                (InteractionKind::Command, _) => MessageKind::CHAT_INPUT_COMMAND,
                _ => MessageKind::DEFAULT,
            };
            // What answers a button or its form is shown as a reply to the button's message.
            if let Some(message) = found.message_id.and_then(|message| self.messages.get(&message)) {
                new.kind = MessageKind::REPLY;
                let mut reference =
                    json!({ "type": 0, "channel_id": message.channel_id, "message_id": message.id });
                if let Some(guild) = found.guild_id {
                    reference["guild_id"] = json!(guild);
                }
                new.message_reference = Some(reference);
            }
            new.interaction_metadata = Some(payload::interaction_metadata(self, found));
        }
        new.author = Author::User(self.bot_id());
        new.webhook_id = Some(application);
        new.application_id = Some(application);
        self.create_message(new)
    }

    fn note_response(&mut self, interaction: Id, kind: ResponseKind) {
        let at = self.now();
        if let Some(found) = self.interactions.get_mut(&interaction) {
            found.responses.push(Response { at, kind });
        }
    }
}

//! What people do with messages: say, edit, delete, reply, forward, react.

use serde_json::{Value, json};

use crate::gateway::{Audience, Intents};
use crate::ids::Id;
use crate::observe::ChannelKey;
use crate::payload;
use crate::permissions::Permissions;
use crate::world::{
    AuditLogEvent, Author, Message, MessageEdit, MessageKind, NewAuditLogEntry, NewMessage, State,
    message_flags,
};

use super::{MessageDraft, Person, Refused};

impl Person {
    /// Writes into a channel.
    pub fn says(&self, channel: impl ChannelKey, text: &str) -> Result<Message, Refused> {
        self.sends(channel, MessageDraft::text(text))
    }

    /// Sends a message with anything in it.
    pub fn sends(&self, channel: impl ChannelKey, draft: MessageDraft) -> Result<Message, Refused> {
        let mut state = self.discord.state();
        let channel = self.may_send(&state, &channel)?;
        if draft.has_files() {
            self.must_hold(&state, channel, Permissions::ATTACH_FILES)?;
        }
        if draft.has_poll() {
            self.must_hold(&state, channel, Permissions::SEND_POLLS)?;
        }
        let new = draft.into_message(&mut state, channel, Author::User(self.id));
        if state.automod_blocks(self.guild, channel, self.id, &new.content) {
            return Err(Refused::Blocked);
        }
        Ok(sent(&mut state, new))
    }

    /// Writes to the bot directly.
    pub fn writes_to_bot(&self, text: &str) -> Result<Message, Refused> {
        self.says(self.direct_messages(), text)
    }

    /// Answers a message.
    pub fn replies(&self, to: impl Into<Id>, text: &str) -> Result<Message, Refused> {
        let mut state = self.discord.state();
        let target = self.visible_message(&state, to.into())?;
        let channel = self.may_send(&state, &target.channel_id)?;
        let new = NewMessage {
            kind: MessageKind::REPLY,
            content: text.to_owned(),
            message_reference: Some(reference(&state, 0, &target)),
            ..NewMessage::new(channel, Author::User(self.id))
        };
        Ok(sent(&mut state, new))
    }

    /// Forwards a message into a channel: no text of one's own, the original as a snapshot.
    pub fn forwards(&self, message: impl Into<Id>, to: impl ChannelKey) -> Result<Message, Refused> {
        let mut state = self.discord.state();
        let original = self.visible_message(&state, message.into())?;
        let channel = self.may_send(&state, &to)?;
        let new = NewMessage {
            message_reference: Some(reference(&state, 1, &original)),
            message_snapshots: vec![payload::snapshot_of(&state, &original)],
            flags: message_flags::HAS_SNAPSHOT,
            ..NewMessage::new(channel, Author::User(self.id))
        };
        Ok(sent(&mut state, new))
    }

    /// Forwards a message from a place that nobody here can see, given as Discord's snapshot fields
    /// (`content`, `embeds`, `attachments`, …).
    pub fn forwards_from_elsewhere(&self, snapshot: Value, to: impl ChannelKey) -> Result<Message, Refused> {
        let mut state = self.discord.state();
        let channel = self.may_send(&state, &to)?;
        let (foreign_channel, foreign_message) = (state.next_id(), state.next_id());
        let mut fields = json!({
            "type": 0, "content": "", "embeds": [], "attachments": [], "timestamp": state.now(),
            "edited_timestamp": null, "flags": 0, "mentions": [], "mention_roles": [], "components": [],
        });
        if let (Value::Object(fields), Value::Object(given)) = (&mut fields, snapshot) {
            fields.extend(given);
        }
        let reference = json!({ "type": 1, "channel_id": foreign_channel, "message_id": foreign_message });
        let new = NewMessage {
            message_reference: Some(reference),
            message_snapshots: vec![json!({ "message": fields })],
            flags: message_flags::HAS_SNAPSHOT,
            ..NewMessage::new(channel, Author::User(self.id))
        };
        Ok(sent(&mut state, new))
    }

    /// Edits the text of one's own message.
    pub fn edits(&self, message: impl Into<Id>, text: &str) -> Result<Message, Refused> {
        let mut state = self.discord.state();
        let found = self.visible_message(&state, message.into())?;
        if found.author.user_id() != Some(self.id) {
            return Err(Refused::NotTheirs);
        }
        // Editing asks for no permission to speak, but a time-out and a closed thread stop it.
        self.must_not_be_timed_out(&state, found.channel_id)?;
        Self::must_be_open(&state, found.channel_id)?;
        self.must_not_be_locked_out(&state, found.channel_id)?;
        state.edit_message(
            found.id,
            MessageEdit {
                content: Some(text.to_owned()),
                ..MessageEdit::default()
            },
        );
        Ok(state.messages[&found.id].clone())
    }

    /// Deletes a message: one's own, or as a moderator another's.
    pub fn deletes(&self, message: impl Into<Id>) -> Result<(), Refused> {
        let mut state = self.discord.state();
        let found = self.visible_message(&state, message.into())?;
        let author = found.author.user_id();
        if author != Some(self.id) {
            self.must_hold(&state, found.channel_id, Permissions::MANAGE_MESSAGES)?;
        }
        state.delete_message(found.id);
        if let (Some(author), Some(guild)) = (
            author.filter(|author| *author != self.id),
            state.guild_of(found.channel_id),
        ) {
            state.log_audit(
                guild,
                NewAuditLogEntry {
                    user_id: self.id,
                    target_id: Some(author),
                    event: AuditLogEvent::MESSAGE_DELETE,
                    reason: None,
                    changes: Vec::new(),
                    options: json!({ "channel_id": found.channel_id, "count": "1" }),
                },
            );
        }
        Ok(())
    }

    /// Reacts to a message with a Unicode emoji.
    pub fn reacts(&self, to: impl Into<Id>, emoji: &str) -> Result<(), Refused> {
        let mut state = self.discord.state();
        let found = self.visible_message(&state, to.into())?;
        Self::must_be_open(&state, found.channel_id)?;
        if found.reactions.iter().all(|reaction| reaction.emoji != emoji) {
            self.must_hold(&state, found.channel_id, Permissions::ADD_REACTIONS)?;
        }
        state.add_reaction(found.id, self.id, emoji);
        Ok(())
    }

    /// Pins a message.
    pub fn pins(&self, message: impl Into<Id>) -> Result<(), Refused> {
        let mut state = self.discord.state();
        let found = self.visible_message(&state, message.into())?;
        self.must_hold(&state, found.channel_id, Permissions::PIN_MESSAGES)?;
        state.set_pinned(found.id, true, self.id);
        Ok(())
    }

    /// Begins to type.
    pub fn types_in(&self, channel: impl ChannelKey) -> Result<(), Refused> {
        let mut state = self.discord.state();
        let channel = self.may_send(&state, &channel)?;
        state.emit_typing(channel, self.id);
        Ok(())
    }

    /// The channel, if they may send into it.
    fn may_send(&self, state: &State, channel: &impl ChannelKey) -> Result<Id, Refused> {
        let channel = self.visible_channel(state, channel)?;
        let kind = state.channels[&channel].kind;
        if !kind.takes_messages() {
            return Err(Refused::WrongChannel);
        }
        let speech = if kind.is_thread() {
            Permissions::SEND_MESSAGES_IN_THREADS
        } else {
            Permissions::SEND_MESSAGES
        };
        self.must_hold(state, channel, speech)?;
        self.must_not_be_locked_out(state, channel)?;
        Ok(channel)
    }
}

fn sent(state: &mut State, new: NewMessage) -> Message {
    let id = state.create_message(new);
    state.messages[&id].clone()
}

/// A message reference: type 0 is a reply, 1 a forward.
fn reference(state: &State, kind: u8, to: &Message) -> Value {
    let mut reference = json!({ "type": kind, "channel_id": to.channel_id, "message_id": to.id });
    if let Some(guild) = state.guild_of(to.channel_id) {
        reference["guild_id"] = json!(guild);
    }
    reference
}

impl State {
    /// `TYPING_START`.
    pub(crate) fn emit_typing(&mut self, channel: Id, user: Id) {
        let mut data =
            json!({ "channel_id": channel, "user_id": user, "timestamp": self.now().as_millis() / 1000 });
        let mut intent = Intents::DIRECT_MESSAGE_TYPING;
        if let Some(guild) = self.guild_of(channel) {
            data["guild_id"] = json!(guild);
            data["member"] = payload::member_of(self, guild, user);
            intent = Intents::GUILD_MESSAGE_TYPING;
        }
        self.emit("TYPING_START", Audience::Channel(channel), intent, data);
    }
}

//! What happens to messages: sending, editing, deleting, pinning, and what each of these does to the channel around them.

use std::time::Duration;

use serde_json::{Value, json};

use crate::gateway::{Audience, Intents};
use crate::ids::Id;
use crate::payload;
use crate::permissions::Permissions;

use super::{
    AllowedMentions, Author, Message, MessageEdit, MessageKind, NewMessage, State, ThreadEdit,
    message_flags as flags,
};

impl State {
    /// Sends a message: `MESSAGE_CREATE`. In a thread its author joins, those it mentions are pulled into a private one,
    /// and an archived thread opens.
    pub fn create_message(&mut self, new: NewMessage) -> Id {
        let id = self.next_id();
        self.insert_message(id, new)
    }

    /// Sends the starter message of a forum post, which carries the thread's own id.
    pub fn create_starter_message(&mut self, thread: Id, new: NewMessage) -> Id {
        self.insert_message(thread, new)
    }

    fn insert_message(&mut self, id: Id, new: NewMessage) -> Id {
        let channel = new.channel_id;
        let guild = self.guild_of(channel);
        let permissions = match &new.author {
            Author::User(user) => self.permissions_in(channel, *user),
            // A webhook may call whomever it likes: only `allowed_mentions` holds it back.
            Author::Webhook { .. } => Permissions::all(),
        };
        let allowed = new
            .allowed_mentions
            .clone()
            .unwrap_or_else(AllowedMentions::everything);
        let mut called = if new.kind.is_written() {
            let text = super::mentions::spoken(&new.content, &new.components);
            self.called_by(guild, &text, &allowed, permissions)
        } else {
            super::mentions::Called::default()
        };
        for user in new
            .mentioned
            .iter()
            .copied()
            .chain(self.replied_author(&new, &allowed))
        {
            if !called.users.contains(&user) {
                called.users.push(user);
            }
        }
        let message = Message {
            id,
            channel_id: channel,
            author: new.author,
            kind: new.kind,
            content: new.content,
            timestamp: id.created_at().max(self.now().minus(Duration::from_millis(5))),
            edited_timestamp: None,
            tts: new.tts,
            mention_everyone: called.everyone,
            mentions: called.users,
            mention_roles: called.roles,
            attachments: new.attachments,
            embeds: new.embeds.into_iter().map(payload::received_embed).collect(),
            components: payload::with_component_ids(new.components),
            reactions: Vec::new(),
            sticker_items: new.sticker_items,
            poll: new.poll,
            pinned: false,
            flags: new.flags,
            nonce: new.nonce,
            webhook_id: new.webhook_id,
            application_id: new.application_id,
            message_reference: new.message_reference,
            message_snapshots: new.message_snapshots,
            interaction_metadata: new.interaction_metadata,
            thread_id: None,
            ephemeral_to: new.ephemeral_to,
            deleted_at: None,
            earlier_contents: Vec::new(),
        };
        let (kind, author) = (message.kind, message.author.user_id());
        let own = author == Some(self.bot_id()) || message.application_id == Some(self.application.id);
        let hidden = message.ephemeral_to.is_some();
        let called = message.mentions.clone();
        self.messages.insert(id, message);
        if own && kind.is_written() {
            self.unread.insert(id);
        }
        if hidden {
            return id;
        }
        if let Some(found) = self.channels.get_mut(&channel) {
            found.last_message_id = Some(id);
        }
        self.before_message_in_thread(channel, id, author, kind);
        self.emit_message("MESSAGE_CREATE", id);
        self.after_message_in_thread(channel, kind, &called);
        id
    }

    fn replied_author(&self, new: &NewMessage, allowed: &AllowedMentions) -> Option<Id> {
        // An answer to a button is shown as a reply, but calls nobody by that.
        let calls = new.interaction_metadata.is_none() && allowed.replied_user != Some(false);
        if new.kind != MessageKind::REPLY || !calls {
            return None;
        }
        let replied_to: Id = new.message_reference.as_ref()?["message_id"]
            .as_str()?
            .parse()
            .ok()?;
        self.messages.get(&replied_to)?.author.user_id()
    }

    fn before_message_in_thread(&mut self, channel: Id, message: Id, author: Option<Id>, kind: MessageKind) {
        let Some(thread) = self.thread_mut(channel) else {
            return;
        };
        // The starter of a forum post has the thread's id and is not counted.
        if message != channel && kind != MessageKind::THREAD_STARTER_MESSAGE {
            thread.message_count += 1;
            thread.total_message_sent += 1;
        }
        if !kind.is_written() {
            return;
        }
        let (archived, owner) = (thread.archived, thread.owner_id);
        if archived {
            self.edit_thread(
                channel,
                ThreadEdit {
                    archived: Some(false),
                    ..ThreadEdit::default()
                },
                author.unwrap_or(owner),
            );
        }
        if let Some(author) = author
            && self.join_thread(channel, author)
        {
            self.emit_thread_members(channel, &[author], &[]);
        }
    }

    /// Whoever a message in a thread calls becomes its member, if they can see the channel above it.
    fn after_message_in_thread(&mut self, channel: Id, kind: MessageKind, called: &[Id]) {
        if !kind.is_written() || self.thread_mut(channel).is_none() {
            return;
        }
        for &user in called {
            let sees = self
                .permissions_in(channel, user)
                .contains(Permissions::VIEW_CHANNEL);
            if sees && self.join_thread(channel, user) {
                self.emit_thread_members(channel, &[user], &[]);
            }
        }
    }

    /// Edits a message: `MESSAGE_UPDATE` with the whole message. Answers to a deferred interaction stop loading.
    pub fn edit_message(&mut self, message: Id, edit: MessageEdit) {
        let now = self.now();
        let Some(found) = self.messages.get(&message) else {
            return;
        };
        // An edit calls nobody anew but rewrites who is mentioned, as soon as it touches the text.
        let is_v2 = (found.flags | edit.flags.unwrap_or_default()) & flags::IS_COMPONENTS_V2 != 0;
        let touches_text = edit.content.is_some() || (is_v2 && edit.components.is_some());
        let called = touches_text.then(|| {
            let content = edit.content.as_ref().unwrap_or(&found.content);
            let components = edit.components.as_ref().unwrap_or(&found.components);
            let permissions = match &found.author {
                Author::User(user) => self.permissions_in(found.channel_id, *user),
                Author::Webhook { .. } => Permissions::all(),
            };
            let allowed = edit
                .allowed_mentions
                .clone()
                .unwrap_or_else(AllowedMentions::everything);
            let text = super::mentions::spoken(content, components);
            self.called_by(self.guild_of(found.channel_id), &text, &allowed, permissions)
        });
        let Some(found) = self.messages.get_mut(&message) else {
            return;
        };
        let loading = found.flags & flags::LOADING != 0;
        let MessageEdit {
            content,
            embeds,
            components,
            attachments,
            flags: new_flags,
            allowed_mentions: _,
            poll,
        } = edit;
        if let Some(content) = content {
            let earlier = std::mem::replace(&mut found.content, content);
            if !loading {
                found.earlier_contents.push(earlier);
            }
        }
        if let Some(called) = called {
            found.mentions = called.users;
            found.mention_roles = called.roles;
            found.mention_everyone = called.everyone;
        }
        if let Some(embeds) = embeds {
            found.embeds = embeds.into_iter().map(payload::received_embed).collect();
        }
        if let Some(components) = components {
            found.components = payload::with_component_ids(components);
        }
        if let Some(attachments) = attachments {
            found.attachments = attachments;
        }
        if poll.is_some() {
            found.poll = poll;
        }
        // A sender may only set these; the rest is Discord's own book-keeping.
        let theirs = flags::SUPPRESS_EMBEDS | flags::IS_COMPONENTS_V2;
        if let Some(wanted) = new_flags {
            found.flags = (found.flags & !flags::SUPPRESS_EMBEDS) | (wanted & theirs);
        }
        if loading {
            found.flags &= !flags::LOADING;
        }
        found.edited_timestamp = Some(now);
        if found.ephemeral_to.is_none() {
            self.emit_message("MESSAGE_UPDATE", message);
        }
    }

    /// Deletes a message: `MESSAGE_DELETE`. Says whether it still stood.
    pub fn delete_message(&mut self, message: Id) -> bool {
        let Some((channel, hidden)) = self.mark_deleted(message) else {
            return false;
        };
        if !hidden {
            let mut data = json!({ "id": message, "channel_id": channel });
            self.add_guild(&mut data, channel);
            self.emit(
                "MESSAGE_DELETE",
                Audience::Channel(channel),
                self.message_intent(channel),
                data,
            );
        }
        true
    }

    /// Deletes several messages of a channel at once: `MESSAGE_DELETE_BULK` with those that still stood.
    pub fn delete_messages(&mut self, channel: Id, messages: &[Id]) {
        let gone: Vec<Id> = messages
            .iter()
            .copied()
            .filter(|message| {
                self.message(channel, *message).is_some() && self.mark_deleted(*message).is_some()
            })
            .collect();
        if gone.is_empty() {
            return;
        }
        let mut data = json!({ "ids": gone, "channel_id": channel });
        self.add_guild(&mut data, channel);
        self.emit(
            "MESSAGE_DELETE_BULK",
            Audience::Channel(channel),
            self.message_intent(channel),
            data,
        );
    }

    fn mark_deleted(&mut self, message: Id) -> Option<(Id, bool)> {
        let now = self.now();
        let found = self
            .messages
            .get_mut(&message)
            .filter(|message| message.deleted_at.is_none())?;
        found.deleted_at = Some(now);
        let (channel, hidden) = (found.channel_id, found.ephemeral_to.is_some());
        if let Some(thread) = self.thread_mut(channel).filter(|_| message != channel) {
            thread.message_count = thread.message_count.saturating_sub(1);
        }
        Some((channel, hidden))
    }

    /// Pins or unpins: `MESSAGE_UPDATE`, `CHANNEL_PINS_UPDATE` and, when pinned, the system message about it.
    pub fn set_pinned(&mut self, message: Id, pinned: bool, by: Id) {
        let now = self.now();
        let Some(found) = self.messages.get_mut(&message) else {
            return;
        };
        if found.pinned == pinned {
            return;
        }
        found.pinned = pinned;
        let channel = found.channel_id;
        self.emit_message("MESSAGE_UPDATE", message);
        if let Some(found) = self.channels.get_mut(&channel)
            && pinned
        {
            found.last_pin_timestamp = Some(now);
        }
        let last_pin = self
            .channels
            .get(&channel)
            .and_then(|channel| channel.last_pin_timestamp);
        let mut data = json!({ "channel_id": channel, "last_pin_timestamp": last_pin });
        self.add_guild(&mut data, channel);
        let intent = if self.guild_of(channel).is_some() {
            Intents::GUILDS
        } else {
            Intents::DIRECT_MESSAGES
        };
        self.emit("CHANNEL_PINS_UPDATE", Audience::Channel(channel), intent, data);
        if pinned {
            let mut reference = json!({ "channel_id": channel, "message_id": message });
            self.add_guild(&mut reference, channel);
            self.create_message(NewMessage {
                kind: MessageKind::CHANNEL_PINNED_MESSAGE,
                message_reference: Some(reference),
                ..NewMessage::new(channel, Author::User(by))
            });
        }
    }

    /// The message in `channel` that the bot sent with this nonce within the last few minutes.
    pub fn message_with_nonce(&self, channel: Id, author: Id, nonce: &Value) -> Option<Id> {
        let since = self.now().minus(Duration::from_mins(5));
        self.messages
            .values()
            .rev()
            .take_while(|message| message.timestamp > since)
            .find(|message| {
                message.channel_id == channel
                    && message.author.user_id() == Some(author)
                    && message.nonce.as_ref() == Some(nonce)
            })
            .map(|message| message.id)
    }

    pub(super) fn emit_message(&mut self, event: &'static str, message: Id) {
        let Some(found) = self.messages.get(&message) else {
            return;
        };
        let channel = found.channel_id;
        let data = payload::message_event(self, found);
        let bot = self.bot_id();
        // What one wrote oneself, got directly, or is called in, needs no privileged intent to be read.
        let open = found.author.user_id() == Some(bot)
            || found.application_id == Some(self.application.id)
            || found.mentions.contains(&bot)
            || self.guild_of(channel).is_none();
        let intent = self.message_intent(channel);
        self.emit_with_content(event, Audience::Channel(channel), intent, data, open);
    }

    fn message_intent(&self, channel: Id) -> Intents {
        if self.guild_of(channel).is_some() {
            Intents::GUILD_MESSAGES
        } else {
            Intents::DIRECT_MESSAGES
        }
    }

    fn add_guild(&self, data: &mut Value, channel: Id) {
        if let Some(guild) = self.guild_of(channel) {
            data["guild_id"] = json!(guild);
        }
    }
}

impl State {
    /// Adds a link preview to a message: `MESSAGE_UPDATE`; the message does not count as edited.
    pub(crate) fn add_link_preview(&mut self, message: Id, embed: Value) {
        if let Some(found) = self.messages.get_mut(&message) {
            found.embeds.push(payload::received_embed(embed));
            self.emit_message("MESSAGE_UPDATE", message);
        }
    }
}

//! Messages: sending, editing, deleting, pinning, and what each of these does to the channel around them.

use std::time::Duration;

use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::gateway::{Audience, Intents};
use crate::ids::Id;
use crate::payload;
use crate::permissions::Permissions;

use super::{AllowedMentions, Attachment, Reaction, State, ThreadEdit};

/// Message flags, by the names of Discord's documentation.
#[expect(
    missing_docs,
    reason = "the names are Discord's; its documentation explains each"
)]
pub mod flags {
    pub const CROSSPOSTED: u64 = 1;
    pub const IS_CROSSPOST: u64 = 1 << 1;
    pub const SUPPRESS_EMBEDS: u64 = 1 << 2;
    pub const SOURCE_MESSAGE_DELETED: u64 = 1 << 3;
    pub const HAS_THREAD: u64 = 1 << 5;
    pub const EPHEMERAL: u64 = 1 << 6;
    pub const LOADING: u64 = 1 << 7;
    pub const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
    pub const IS_VOICE_MESSAGE: u64 = 1 << 13;
    pub const HAS_SNAPSHOT: u64 = 1 << 14;
    pub const IS_COMPONENTS_V2: u64 = 1 << 15;
}

/// Message types, by Discord's numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MessageKind(pub u8);

#[expect(
    missing_docs,
    reason = "the names are Discord's; its documentation explains each"
)]
impl MessageKind {
    pub const DEFAULT: Self = Self(0);
    pub const RECIPIENT_ADD: Self = Self(1);
    pub const RECIPIENT_REMOVE: Self = Self(2);
    pub const CHANNEL_NAME_CHANGE: Self = Self(4);
    pub const CHANNEL_PINNED_MESSAGE: Self = Self(6);
    pub const USER_JOIN: Self = Self(7);
    pub const THREAD_CREATED: Self = Self(18);
    pub const REPLY: Self = Self(19);
    pub const CHAT_INPUT_COMMAND: Self = Self(20);
    pub const THREAD_STARTER_MESSAGE: Self = Self(21);
    pub const CONTEXT_MENU_COMMAND: Self = Self(23);
}

impl MessageKind {
    /// Was it written by someone, rather than by Discord about something?
    pub fn is_written(self) -> bool {
        matches!(
            self,
            Self::DEFAULT | Self::REPLY | Self::CHAT_INPUT_COMMAND | Self::CONTEXT_MENU_COMMAND
        )
    }
}

/// Who a message is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// An account.
    User(Id),
    /// A webhook, under the name and avatar it used for this message.
    Webhook {
        /// Its id.
        id: Id,
        /// The name shown.
        name: String,
        /// The avatar hash or address shown.
        avatar: Option<String>,
    },
}

impl Author {
    /// The account, unless it was a webhook.
    pub fn user_id(&self) -> Option<Id> {
        match self {
            Self::User(id) => Some(*id),
            Self::Webhook { .. } => None,
        }
    }
}

/// A message.
#[derive(Clone, Debug)]
pub struct Message {
    /// Snowflake.
    pub id: Id,
    /// Where.
    pub channel_id: Id,
    /// From whom.
    pub author: Author,
    /// Type.
    pub kind: MessageKind,
    /// Text.
    pub content: String,
    /// When it was sent.
    pub timestamp: Timestamp,
    /// When it was last edited.
    pub edited_timestamp: Option<Timestamp>,
    /// Read aloud?
    pub tts: bool,
    /// Does it really call everyone?
    pub mention_everyone: bool,
    /// Users it really calls.
    pub mentions: Vec<Id>,
    /// Roles it really calls.
    pub mention_roles: Vec<Id>,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// Embed objects.
    pub embeds: Vec<Value>,
    /// Component objects, ids filled in.
    pub components: Vec<Value>,
    /// Reactions.
    pub reactions: Vec<Reaction>,
    /// Sticker item objects.
    pub sticker_items: Vec<Value>,
    /// Poll object.
    pub poll: Option<Value>,
    /// Pinned?
    pub pinned: bool,
    /// Flags, see [`flags`].
    pub flags: u64,
    /// What its sender marked it with.
    pub nonce: Option<Value>,
    /// The webhook that sent it; for answers to interactions the application's id.
    pub webhook_id: Option<Id>,
    /// The application that sent it.
    pub application_id: Option<Id>,
    /// Reply (type 0) or forward (type 1), or what a system message points at.
    pub message_reference: Option<Value>,
    /// What a forward carries: `[{"message": {…}}]`.
    pub message_snapshots: Vec<Value>,
    /// The interaction it answers.
    pub interaction_metadata: Option<Value>,
    /// The thread started from it.
    pub thread_id: Option<Id>,
    /// Only this user sees it; no route lists it.
    pub ephemeral_to: Option<Id>,
    /// When it was deleted. Kept so that tests can ask.
    pub deleted_at: Option<Timestamp>,
    /// Earlier texts, oldest first. Discord keeps none; tests ask.
    pub earlier_contents: Vec<String>,
}

impl From<&Message> for Id {
    fn from(message: &Message) -> Self {
        message.id
    }
}

/// A message to be sent.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// Where.
    pub channel_id: Id,
    /// From whom.
    pub author: Author,
    /// Type. A message with a `message_reference` of type 0 should be [`MessageKind::REPLY`].
    pub kind: MessageKind,
    /// Text.
    pub content: String,
    /// Read aloud?
    pub tts: bool,
    /// Embed objects.
    pub embeds: Vec<Value>,
    /// Component objects.
    pub components: Vec<Value>,
    /// Files, already stored.
    pub attachments: Vec<Attachment>,
    /// Sticker item objects.
    pub sticker_items: Vec<Value>,
    /// Poll object as answered by Discord (answer ids, expiry).
    pub poll: Option<Value>,
    /// Whom it may call; `None` is everyone it mentions.
    pub allowed_mentions: Option<AllowedMentions>,
    /// Users called besides those in the text (system messages).
    pub mentioned: Vec<Id>,
    /// Flags.
    pub flags: u64,
    /// Sender's mark.
    pub nonce: Option<Value>,
    /// See [`Message::webhook_id`].
    pub webhook_id: Option<Id>,
    /// See [`Message::application_id`].
    pub application_id: Option<Id>,
    /// See [`Message::message_reference`].
    pub message_reference: Option<Value>,
    /// See [`Message::message_snapshots`].
    pub message_snapshots: Vec<Value>,
    /// See [`Message::interaction_metadata`].
    pub interaction_metadata: Option<Value>,
    /// See [`Message::ephemeral_to`].
    pub ephemeral_to: Option<Id>,
}

impl NewMessage {
    /// An empty message.
    pub fn new(channel_id: Id, author: Author) -> Self {
        Self {
            channel_id,
            author,
            kind: MessageKind::DEFAULT,
            content: String::new(),
            tts: false,
            embeds: Vec::new(),
            components: Vec::new(),
            attachments: Vec::new(),
            sticker_items: Vec::new(),
            poll: None,
            allowed_mentions: None,
            mentioned: Vec::new(),
            flags: 0,
            nonce: None,
            webhook_id: None,
            application_id: None,
            message_reference: None,
            message_snapshots: Vec::new(),
            interaction_metadata: None,
            ephemeral_to: None,
        }
    }
}

/// What changes about a message; `None` leaves it.
#[derive(Clone, Debug, Default)]
pub struct MessageEdit {
    /// Text.
    pub content: Option<String>,
    /// Embed objects.
    pub embeds: Option<Vec<Value>>,
    /// Component objects.
    pub components: Option<Vec<Value>>,
    /// All files, kept ones included.
    pub attachments: Option<Vec<Attachment>>,
    /// Flags.
    pub flags: Option<u64>,
    /// Whom the new text may call.
    pub allowed_mentions: Option<AllowedMentions>,
    /// Poll.
    pub poll: Option<Value>,
}

impl State {
    /// Sends a message: MESSAGE_CREATE. In a thread its author joins, those it mentions are pulled into a private one,
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
            self.called_by(guild, &new.content, &allowed, permissions)
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
        if new.kind != MessageKind::REPLY || allowed.replied_user == Some(false) {
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

    /// Edits a message: MESSAGE_UPDATE with the whole message. Answers to a deferred interaction stop loading.
    pub fn edit_message(&mut self, message: Id, edit: MessageEdit) {
        let now = self.now();
        let Some(found) = self.messages.get(&message) else {
            return;
        };
        let called = edit.content.as_ref().map(|content| {
            let permissions = match &found.author {
                Author::User(user) => self.permissions_in(found.channel_id, *user),
                Author::Webhook { .. } => Permissions::all(),
            };
            let allowed = edit
                .allowed_mentions
                .clone()
                .unwrap_or_else(AllowedMentions::everything);
            self.called_by(self.guild_of(found.channel_id), content, &allowed, permissions)
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

    /// Deletes a message: MESSAGE_DELETE. Says whether it still stood.
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

    /// Deletes several messages of a channel at once: MESSAGE_DELETE_BULK with those that still stood.
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

    /// Pins or unpins: MESSAGE_UPDATE, CHANNEL_PINS_UPDATE and, when pinned, the system message about it.
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
    /// Adds a link preview to a message: MESSAGE_UPDATE; the message does not count as edited.
    pub(crate) fn add_link_preview(&mut self, message: Id, embed: Value) {
        if let Some(found) = self.messages.get_mut(&message) {
            found.embeds.push(payload::received_embed(embed));
            self.emit_message("MESSAGE_UPDATE", message);
        }
    }
}

//! What a message is: its fields, its types and flags, and the forms in which one is sent and edited.

use serde_json::Value;

use crate::clock::Timestamp;
use crate::ids::Id;

use super::{AllowedMentions, Attachment, Reaction};

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

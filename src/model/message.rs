//! What the bot may know about a message: every text a reader sees, each with its place, secrets already taken out.
//!
//! `discord::convert` makes these values; nothing that comes after it ever holds a seed phrase or a key.

use serde::{Deserialize, Serialize};

use super::ids::{ChannelId, GuildId, MessageId, RoleId, UserId, WebhookId};
use super::time::Timestamp;
use crate::artefacts::secrets::SecretSpan;
use crate::rules::{Part, Place};

/// One text of a message and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessagePart {
    /// Where a reader sees it.
    pub place: Place,
    /// The text; secrets are replaced by a mask of the same length.
    pub text: String,
    /// What was replaced, and where.
    pub secrets: Vec<SecretSpan>,
}

impl MessagePart {
    /// The part as the rule engine reads it.
    pub fn as_part(&self) -> Part<'_> {
        Part {
            place: self.place,
            text: &self.text,
            secrets: &self.secrets,
        }
    }
}

/// A file attached to a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its id.
    pub id: u64,
    /// Its name as shown, secrets replaced.
    pub filename: String,
    /// Its size in bytes.
    pub size: u64,
    /// Where its bytes are, for as long as the message stands.
    pub url: String,
    /// MIME type as Discord guessed it.
    pub content_type: Option<String>,
}

/// Who wrote a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// The account. For a webhook's message this is the webhook's id.
    pub id: UserId,
    /// The account's name, secrets replaced.
    pub name: String,
    /// The name shown in the guild: nickname, else display name, else account name; secrets replaced.
    pub display_name: String,
    /// A bot account.
    pub bot: bool,
    /// Set when a webhook posted it.
    pub webhook: Option<WebhookId>,
    /// Roles in the guild; empty for webhooks and for people who have left.
    pub roles: Vec<RoleId>,
    /// When they joined the guild, if Discord said so.
    pub joined_at: Option<Timestamp>,
}

/// How the bot came to read a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arrival {
    /// It was just posted.
    Posted,
    /// It was just changed.
    Edited,
    /// It was read after the bot had been away.
    Backfilled,
    /// Discord's AutoMod blocked it: nobody has seen it, and there is nothing to remove.
    Blocked,
    /// It is no message: the names of a member, as they were seen at a join, a change or beside a message.
    Named,
}

/// A message on its way to judgement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncomingMessage {
    /// Guild it was posted in. Direct messages are never judged.
    pub guild: GuildId,
    /// Channel or thread.
    pub channel: ChannelId,
    /// Its id. A forum post's starter has the id of its thread.
    pub id: MessageId,
    /// Who wrote it.
    pub author: Author,
    /// How it arrived.
    pub arrival: Arrival,
    /// When it was posted.
    pub posted_at: Timestamp,
    /// Every text a reader sees.
    pub parts: Vec<MessagePart>,
    /// Its files.
    pub attachments: Vec<Attachment>,
    /// Where Discord keeps its own copies of the pictures of its embeds. Never an address that a member chose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub previews: Vec<String>,
    /// Whether it pings everyone.
    pub mentions_everyone: bool,
    /// Nothing readable came with the event although the message must have a body (Components V2, or no message
    /// content): it has to be fetched before it is judged.
    pub needs_fetch: bool,
}

impl IncomingMessage {
    /// Its link, for staff.
    pub fn link(&self) -> String {
        message_link(self.guild, self.channel, self.id)
    }
}

/// The link to a message that Discord's clients open.
pub fn message_link(guild: GuildId, channel: ChannelId, message: MessageId) -> String {
    format!("https://discord.com/channels/{guild}/{channel}/{message}")
}

/// The link to a channel or thread that Discord's clients open.
pub fn channel_link(guild: GuildId, channel: ChannelId) -> String {
    format!("https://discord.com/channels/{guild}/{channel}")
}

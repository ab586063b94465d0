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
    /// The message that it forwards, if it forwards one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forwards: Option<MessageId>,
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

    /// Whether it says and shows what another said and showed, and nothing else: the same texts, links included, and files of
    /// the same names, sizes and types; written or forwarded. What was decided about one of them holds for the other; of
    /// messages that are only alike (see [`super::fingerprint`]) it does not.
    pub fn repeats(&self, other: &Self) -> bool {
        let texts = |message: &Self| -> Vec<String> {
            let parts = message.parts.iter();
            parts.map(|part| part.text.trim().to_owned()).collect()
        };
        let files = |message: &Self| {
            let files = message.attachments.iter();
            let mut files: Vec<_> = files
                .map(|file| (file.filename.clone(), file.size, file.content_type.clone()))
                .collect();
            files.sort_unstable();
            files
        };
        texts(self) == texts(other) && files(self) == files(other)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, files: &[(&str, u64)]) -> IncomingMessage {
        let file = |(id, (name, size)): (usize, &(&str, u64))| Attachment {
            id: id as u64,
            filename: (*name).to_owned(),
            size: *size,
            url: String::new(),
            content_type: None,
        };
        IncomingMessage {
            guild: GuildId(1),
            channel: ChannelId(2),
            id: MessageId(3),
            author: Author {
                id: UserId(4),
                name: String::new(),
                display_name: String::new(),
                bot: false,
                webhook: None,
                roles: Vec::new(),
                joined_at: None,
            },
            arrival: Arrival::Posted,
            posted_at: Timestamp(0),
            parts: vec![MessagePart {
                place: Place::Content,
                text: text.to_owned(),
                secrets: Vec::new(),
            }],
            attachments: files.iter().enumerate().map(file).collect(),
            previews: Vec::new(),
            forwards: None,
            mentions_everyone: false,
            needs_fetch: false,
        }
    }

    #[test]
    fn the_same_words_and_files_repeat_a_message_whoever_posts_them_and_wherever() {
        let one = said(
            "the mint is live: https://ours.example",
            &[("a.png", 5), ("b.png", 6)],
        );
        let mut other = said(
            "the mint is live: https://ours.example ",
            &[("b.png", 6), ("a.png", 5)],
        );
        (other.channel, other.author.id) = (ChannelId(9), UserId(9));
        for place in [Place::Edit, Place::Snapshot { index: 0 }] {
            other.parts[0].place = place;
            assert!(one.repeats(&other) && other.repeats(&one), "{place}");
        }
    }

    #[test]
    fn another_link_another_file_or_a_word_more_is_another_message() {
        let one = said("the mint is live: https://ours.example", &[("a.png", 5)]);
        for other in [
            said("the mint is live: https://ours.example/x", &[("a.png", 5)]),
            said("the mint is live: https://ours.example", &[("a.png", 4)]),
            said("the mint is live: https://ours.example", &[]),
            said("the mint is live: https://ours.example now", &[("a.png", 5)]),
        ] {
            assert!(!one.repeats(&other) && !other.repeats(&one), "{other:?}");
        }
    }
}

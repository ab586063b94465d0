//! Events that serenity could not read: it drops an event in which it does not know one field, without a word, and the bot
//! would merely seem hard of hearing.
//!
//! Whoever can make Discord send something new beside their words must not get them past the bot, so a message among such
//! events is read from its JSON ([`raw`]); nor may a guild be overlooked for one thing in it, or a member who uses a command on
//! such a message wait for an answer. Of the others, what the bot acts on is named in the log, without its content.

use std::sync::Arc;

use poise::serenity_prelude as serenity;
use serde_json::Value;
use serenity::{Event, UnknownEvent};

use super::{Edge, Job};
use crate::discord::convert::guild::id;
use crate::discord::convert::message::Reading;
use crate::discord::convert::raw;
use crate::model::message::Arrival;
use crate::model::{GuildId, MessageId};
use crate::rules::Scratch;

/// What the bot acts on, by Discord's names. Everything else may be new to serenity for all we care.
const LISTENED_TO: [&str; 21] = [
    "READY",
    "RESUMED",
    "GUILD_CREATE",
    "GUILD_UPDATE",
    "GUILD_DELETE",
    "GUILD_ROLE_CREATE",
    "GUILD_ROLE_UPDATE",
    "GUILD_ROLE_DELETE",
    "GUILD_MEMBER_ADD",
    "GUILD_MEMBER_UPDATE",
    "CHANNEL_CREATE",
    "CHANNEL_UPDATE",
    "CHANNEL_DELETE",
    "THREAD_CREATE",
    "THREAD_UPDATE",
    "THREAD_DELETE",
    "THREAD_LIST_SYNC",
    "MESSAGE_CREATE",
    "MESSAGE_UPDATE",
    "AUTO_MODERATION_ACTION_EXECUTION",
    "INTERACTION_CREATE",
];

/// What of a message serenity can read at all times.
const PLAIN: [&str; 11] = [
    "id",
    "channel_id",
    "author",
    "content",
    "timestamp",
    "edited_timestamp",
    "tts",
    "mention_everyone",
    "pinned",
    "type",
    "webhook_id",
];

/// A message as an event that serenity could not read describes it.
#[derive(Debug)]
pub(super) struct Unread {
    pub(super) arrival: Arrival,
    pub(super) message: MessageId,
    json: Value,
}

impl Edge {
    /// Takes an event that serenity could not read.
    pub(super) fn unknown(self: &Arc<Self>, context: serenity::Context, event: UnknownEvent) {
        let UnknownEvent { kind, value, .. } = event;
        let taken = match kind.as_str() {
            "MESSAGE_CREATE" => self.queue_unread(Arrival::Posted, value),
            "MESSAGE_UPDATE" => self.queue_unread(Arrival::Edited, value),
            "GUILD_CREATE" => self.guild_created_from(&value),
            "INTERACTION_CREATE" => match plain_interaction(value) {
                Some(event) => {
                    self.take(context, Event::InteractionCreate(event));
                    true
                }
                None => false,
            },
            _ => false,
        };
        if taken {
            tracing::info!(
                kind,
                "an event was read from its JSON; this version of the bot may be too old"
            );
        } else if LISTENED_TO.contains(&kind.as_str()) {
            tracing::warn!(
                kind,
                "an event could not be read and was lost; this version of the bot may be too old"
            );
        }
    }

    /// Queues a message that serenity could not read; whether it was one. What names no guild is a direct message, which is
    /// not judged.
    fn queue_unread(self: &Arc<Self>, arrival: Arrival, json: Value) -> bool {
        let ids = ["guild_id", "channel_id", "id"].map(|key| id(&json, key).filter(|id| *id != 0));
        let [Some(guild), Some(channel), Some(message)] = ids else {
            return false;
        };
        let author = json.get("author").and_then(|author| id(author, "id"));
        if author != Some(self.identity.user.0) {
            let unread = Unread {
                arrival,
                message: MessageId(message),
                json,
            };
            self.queue(guild, channel, Job::Unread(Box::new(unread)));
        }
        true
    }

    /// Judges such a message. `false`: it could not be judged, so its channel's mark must not pass it.
    pub(super) async fn unread(&self, guild: GuildId, unread: Unread, scratch: &mut Scratch) -> bool {
        let Unread { arrival, json, .. } = unread;
        let incoming = match raw::event(guild, arrival, &json) {
            Reading::Nothing => return true,
            Reading::Message(incoming) => Some(*incoming),
            Reading::Fetch { channel, message } => {
                self.fetched((guild, channel, message), None, arrival).await
            }
        };
        let Some(mut incoming) = incoming else {
            return true;
        };
        if self.is_restored(guild, incoming.author.webhook, raw::application(&json)) {
            return true;
        }
        if arrival == Arrival::Posted {
            self.entitle(&mut incoming);
            self.notice(&incoming).await;
        }
        self.judge(incoming, scratch).await
    }
}

/// An interaction without what makes the messages strange that somebody used a command on: their words are kept, and who
/// wrote them. `None`: it was something else that serenity could not read.
fn plain_interaction(mut json: Value) -> Option<serenity::InteractionCreateEvent> {
    let messages = json.pointer_mut("/data/resolved/messages")?.as_object_mut()?;
    for message in messages.values_mut().filter_map(Value::as_object_mut) {
        message.retain(|key, _| PLAIN.contains(&key.as_str()));
        for list in ["mentions", "mention_roles", "attachments", "embeds"] {
            message.insert(list.to_owned(), Value::Array(Vec::new()));
        }
    }
    serde_json::from_value(json).ok()
}

//! Events that serenity could not read: it drops an event in which it does not know one field, without a word, and the bot
//! would merely seem hard of hearing.
//!
//! Whoever can make Discord send something new beside their words must not get them past the bot, so a message among such
//! events is read from its JSON ([`raw`]), and so is a guild, which must not be overlooked for one thing in it. From any other
//! event that the bot acts on everything is taken that only adorns, and serenity tries again. What it still cannot read is named
//! in the log, without its content.

use std::sync::Arc;

use poise::serenity_prelude as serenity;
use serde_json::{Value, json};
use serenity::{Event, UnknownEvent};

use super::{Edge, Job};
use crate::discord::convert::guild::id;
use crate::discord::convert::message::Reading;
use crate::discord::convert::raw;
use crate::model::message::Arrival;
use crate::model::{GuildId, MessageId};
use crate::rules::Scratch;

/// What the bot acts on, by Discord's names. Everything else may be new to serenity for all we care.
const LISTENED_TO: [&str; 24] = [
    "READY",
    "RESUMED",
    "GUILD_CREATE",
    "GUILD_UPDATE",
    "GUILD_DELETE",
    "GUILD_ROLE_CREATE",
    "GUILD_ROLE_UPDATE",
    "GUILD_ROLE_DELETE",
    "GUILD_MEMBER_ADD",
    "GUILD_MEMBER_REMOVE",
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
    "MESSAGE_DELETE",
    "MESSAGE_DELETE_BULK",
    "AUTO_MODERATION_ACTION_EXECUTION",
    "INTERACTION_CREATE",
];

/// What adorns accounts and channels: Discord invents such things most often, and the bot reads none of them.
const ADORNMENTS: [&str; 6] = [
    "avatar_decoration_data",
    "clan",
    "collectibles",
    "default_reaction_emoji",
    "display_name_styles",
    "primary_guild",
];

/// What is kept of a message that somebody uses a command on: its words, and who wrote them.
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
            _ if !LISTENED_TO.contains(&kind.as_str()) => return,
            _ => match unadorned(&kind, value) {
                Some(event) => {
                    self.take(context, event);
                    true
                }
                None => false,
            },
        };
        if taken {
            tracing::info!(
                kind,
                "an event was read from its JSON; this version of the bot may be too old"
            );
        } else {
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

/// An event without what only adorns it. `None`: it is something else in it that serenity cannot read.
fn unadorned(kind: &str, mut json: Value) -> Option<Event> {
    strip(&mut json);
    if let Some(Value::Object(messages)) = json.pointer_mut("/data/resolved/messages") {
        for message in messages.values_mut().filter_map(Value::as_object_mut) {
            message.retain(|key, _| PLAIN.contains(&key.as_str()));
            for list in ["mentions", "mention_roles", "attachments", "embeds"] {
                message.insert(list.to_owned(), json!([]));
            }
        }
    }
    match serde_json::from_value(json!({"t": kind, "d": json})).ok()? {
        Event::Unknown(_) => None,
        event => Some(event),
    }
}

fn strip(json: &mut Value) {
    match json {
        Value::Object(fields) => {
            fields.retain(|key, _| !ADORNMENTS.contains(&key.as_str()));
            fields.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

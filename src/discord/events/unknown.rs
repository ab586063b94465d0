//! Events that serenity could not read: it drops an event in which it does not know one field, without a word, and the bot
//! would merely seem hard of hearing.
//!
//! Whoever can make Discord send something new beside their words must not get them past the bot, so a message among such
//! events is read from its JSON ([`raw`]). Of the others, what the bot acts on is named in the log, without its content.

use std::sync::Arc;

use poise::serenity_prelude as serenity;
use serde_json::Value;
use serenity::UnknownEvent;

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

/// A message as an event that serenity could not read describes it.
#[derive(Debug)]
pub(super) struct Unread {
    pub(super) arrival: Arrival,
    pub(super) message: MessageId,
    json: Value,
}

impl Edge {
    /// Takes an event that serenity could not read.
    pub(super) fn unknown(self: &Arc<Self>, event: UnknownEvent) {
        let arrival = match event.kind.as_str() {
            "MESSAGE_CREATE" => Arrival::Posted,
            "MESSAGE_UPDATE" => Arrival::Edited,
            _ => return complain(&event.kind),
        };
        let json = event.value;
        // What names no guild is a direct message, which is not judged.
        let ids = ["guild_id", "channel_id", "id"].map(|key| id(&json, key).filter(|id| *id != 0));
        let [Some(guild), Some(channel), Some(message)] = ids else {
            return complain(&event.kind);
        };
        if json.get("author").and_then(|author| id(author, "id")) == Some(self.identity.user.0) {
            return;
        }
        tracing::info!(
            kind = event.kind,
            "an event was read from its JSON; this version of the bot may be too old"
        );
        let unread = Unread {
            arrival,
            message: MessageId(message),
            json,
        };
        self.queue(guild, channel, Job::Unread(Box::new(unread)));
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

/// Says that an event was lost, when it is one that the bot acts on.
fn complain(kind: &str) {
    if LISTENED_TO.contains(&kind) {
        tracing::warn!(
            kind,
            "an event could not be read and was lost; this version of the bot may be too old"
        );
    }
}

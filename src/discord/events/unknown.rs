//! Events that serenity could not read. It drops an event that lacks a field without a word, and the bot would merely
//! seem hard of hearing: what the bot acts on is named in the log, without its content.

use poise::serenity_prelude::UnknownEvent;

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

/// Says that an event was lost, when it is one that the bot acts on.
pub(super) fn complain(event: &UnknownEvent) {
    if LISTENED_TO.contains(&event.kind.as_str()) {
        tracing::warn!(
            kind = event.kind,
            "an event could not be read and was lost; this version of the bot may be too old"
        );
    }
}

//! What Discord's AutoMod blocked: there is no message, only its text, and the case is opened all the same, so that a
//! moderator sees who tried what and can let it through.
//!
//! Whichever rule of AutoMod blocked it, our own rules judge it: what they do not mind is none of our business.

use std::hash::{DefaultHasher, Hash, Hasher};

use poise::serenity_prelude as serenity;

use super::Edge;
use crate::discord::convert::Parts;
use crate::model::ids::snowflake_at;
use crate::model::message::{Arrival, Author, IncomingMessage};
use crate::model::{ChannelId, GuildId, MessageId, UserId};
use crate::rules::{Place, Scratch};

/// The lower bits of a snowflake, below its milliseconds.
const LOWER: u64 = (1 << 22) - 1;

impl Edge {
    pub(super) async fn blocked(
        &self,
        (guild, channel): (GuildId, ChannelId),
        event: &serenity::ActionExecution,
        scratch: &mut Scratch,
    ) {
        let mut parts = Parts::default();
        parts.push(Place::Content, &event.content);
        if parts.is_empty() {
            return;
        }
        let now = self.app.clock.now();
        let user = UserId(event.user_id.get());
        // The event names the author by id alone.
        let member = if self.may_fetch(guild, Some(user)) {
            self.app.platform.member(guild, user).await.ok().flatten()
        } else {
            None
        };
        let (name, roles, joined_at) = member.map_or_else(
            || (user.to_string(), Vec::new(), None),
            |member| (member.display_name, member.roles, member.joined_at),
        );
        let mut hasher = DefaultHasher::new();
        (user, &event.content).hash(&mut hasher);
        let incoming = IncomingMessage {
            guild,
            channel,
            // What was never posted has no id: one of this moment that no real message is likely to have.
            id: MessageId(snowflake_at(now) | hasher.finish() & LOWER),
            author: Author {
                id: user,
                name: name.clone(),
                display_name: name,
                bot: false,
                webhook: None,
                roles,
                joined_at,
            },
            arrival: Arrival::Blocked,
            posted_at: now,
            parts: parts.into_parts(),
            attachments: Vec::new(),
            forwards: None,
            mentions_everyone: event.content.contains("@everyone") || event.content.contains("@here"),
            previews: Vec::new(),
            needs_fetch: false,
        };
        self.judge(incoming, scratch).await;
    }
}

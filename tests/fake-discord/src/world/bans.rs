//! Bans.

use std::time::Duration;

use serde_json::json;

use crate::gateway::{Audience, Intents};
use crate::ids::Id;
use crate::payload;

use super::State;

/// A ban.
#[derive(Clone, Debug)]
pub struct Ban {
    /// Who.
    pub user_id: Id,
    /// Why, as the moderator gave it.
    pub reason: Option<String>,
}

impl State {
    /// Bans `user`, removes them if they are a member, and deletes what they wrote in the last `delete_messages`.
    pub fn ban(&mut self, guild: Id, user: Id, reason: Option<String>, delete_messages: Duration) {
        let Some(found) = self.guilds.get_mut(&guild) else {
            return;
        };
        if found.bans.contains_key(&user) {
            return;
        }
        found.bans.insert(
            user,
            Ban {
                user_id: user,
                reason,
            },
        );
        let data = self.ban_event(guild, user);
        self.emit(
            "GUILD_BAN_ADD",
            Audience::Guild(guild),
            Intents::GUILD_MODERATION,
            data,
        );
        self.remove_member(guild, user);

        let since = self.now().minus(delete_messages);
        let mut doomed: std::collections::BTreeMap<Id, Vec<Id>> = std::collections::BTreeMap::new();
        for message in self.messages.values() {
            let theirs =
                message.author.user_id() == Some(user) && self.guild_of(message.channel_id) == Some(guild);
            if theirs && message.deleted_at.is_none() && message.timestamp > since {
                doomed.entry(message.channel_id).or_default().push(message.id);
            }
        }
        for (channel, messages) in doomed {
            self.delete_messages(channel, &messages);
        }
    }

    /// Lifts a ban. Says whether there was one.
    pub fn unban(&mut self, guild: Id, user: Id) -> bool {
        let lifted = self
            .guilds
            .get_mut(&guild)
            .is_some_and(|guild| guild.bans.remove(&user).is_some());
        if lifted {
            let data = self.ban_event(guild, user);
            self.emit(
                "GUILD_BAN_REMOVE",
                Audience::Guild(guild),
                Intents::GUILD_MODERATION,
                data,
            );
        }
        lifted
    }

    fn ban_event(&self, guild: Id, user: Id) -> serde_json::Value {
        json!({ "guild_id": guild, "user": self.users.get(&user).map(payload::user) })
    }
}

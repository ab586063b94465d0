//! Reactions under a message.

use serde_json::{Value, json};

use crate::gateway::{Audience, Intents};
use crate::ids::Id;
use crate::payload;

use super::State;

/// One emoji under a message and who chose it.
#[derive(Clone, Debug)]
pub struct Reaction {
    /// The Unicode emoji, or `name:id` of a custom one.
    pub emoji: String,
    /// Who reacted with it, in order.
    pub users: Vec<Id>,
}

impl Reaction {
    /// The emoji as Discord's partial emoji object.
    pub fn emoji_payload(&self) -> Value {
        emoji_payload(&self.emoji)
    }
}

fn emoji_payload(emoji: &str) -> Value {
    match emoji.rsplit_once(':') {
        Some((name, id)) if id.parse::<Id>().is_ok() => json!({ "id": id, "name": name }),
        _ => json!({ "id": null, "name": emoji }),
    }
}

impl State {
    /// Puts a reaction under a message: `MESSAGE_REACTION_ADD`. Says whether it is new.
    pub fn add_reaction(&mut self, message: Id, user: Id, emoji: &str) -> bool {
        let Some(found) = self.messages.get_mut(&message) else {
            return false;
        };
        let author = found.author.user_id();
        let reactions = &mut found.reactions;
        let index = reactions
            .iter()
            .position(|reaction| reaction.emoji == emoji)
            .unwrap_or_else(|| {
                reactions.push(Reaction {
                    emoji: emoji.to_owned(),
                    users: Vec::new(),
                });
                reactions.len() - 1
            });
        if reactions[index].users.contains(&user) {
            return false;
        }
        reactions[index].users.push(user);
        let mut data = self.reaction_event(message, user, emoji);
        data["message_author_id"] = json!(author);
        if let Some(guild) = data["guild_id"].as_str().and_then(|guild| guild.parse().ok()) {
            data["member"] = payload::member_of(self, guild, user);
        }
        self.emit_reaction("MESSAGE_REACTION_ADD", message, data);
        true
    }

    /// Takes a reaction away: `MESSAGE_REACTION_REMOVE`. Says whether it was there.
    pub fn remove_reaction(&mut self, message: Id, user: Id, emoji: &str) -> bool {
        let Some(found) = self.messages.get_mut(&message) else {
            return false;
        };
        let Some(reaction) = found
            .reactions
            .iter_mut()
            .find(|reaction| reaction.emoji == emoji)
        else {
            return false;
        };
        let before = reaction.users.len();
        reaction.users.retain(|reacted| *reacted != user);
        let removed = reaction.users.len() < before;
        found.reactions.retain(|reaction| !reaction.users.is_empty());
        if removed {
            let data = self.reaction_event(message, user, emoji);
            self.emit_reaction("MESSAGE_REACTION_REMOVE", message, data);
        }
        removed
    }

    fn reaction_event(&self, message: Id, user: Id, emoji: &str) -> Value {
        let channel = self.messages.get(&message).map(|message| message.channel_id);
        let mut data = json!({
            "user_id": user,
            "channel_id": channel,
            "message_id": message,
            "emoji": emoji_payload(emoji),
            "burst": false,
            "burst_colors": [],
            "type": 0,
        });
        if let Some(guild) = channel.and_then(|channel| self.guild_of(channel)) {
            data["guild_id"] = json!(guild);
        }
        data
    }

    fn emit_reaction(&mut self, event: &'static str, message: Id, data: Value) {
        let Some(channel) = self.messages.get(&message).map(|message| message.channel_id) else {
            return;
        };
        let intent = match self.guild_of(channel) {
            Some(_) => Intents::GUILD_MESSAGE_REACTIONS,
            None => Intents::DIRECT_MESSAGE_REACTIONS,
        };
        self.emit(event, Audience::Channel(channel), intent, data);
    }
}

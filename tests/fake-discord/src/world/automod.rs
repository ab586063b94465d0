//! Rules of Discord's own automatic moderation: kept and announced, not carried out.

use serde_json::{Value, json};

use crate::gateway::{Audience, Intents};
use crate::ids::Id;

use super::State;

/// A rule as its object stands in Discord's JSON.
#[derive(Clone, Debug)]
pub struct AutomodRule {
    /// In which guild it holds.
    pub guild_id: Id,
    /// The rule object, ids filled in.
    pub data: Value,
}

impl State {
    /// Makes a rule, or replaces the one with this id: `AUTO_MODERATION_RULE_CREATE` or _UPDATE. Gives its id.
    pub fn save_automod_rule(&mut self, guild: Id, known: Option<Id>, mut data: Value) -> Id {
        let id = known.unwrap_or_else(|| self.next_id());
        data["id"] = json!(id);
        data["guild_id"] = json!(guild);
        if known.is_none() {
            data["creator_id"] = json!(self.bot_id());
        }
        self.automod_rules.insert(
            id,
            AutomodRule {
                guild_id: guild,
                data: data.clone(),
            },
        );
        let event = if known.is_some() {
            "AUTO_MODERATION_RULE_UPDATE"
        } else {
            "AUTO_MODERATION_RULE_CREATE"
        };
        self.emit(
            event,
            Audience::Guild(guild),
            Intents::AUTO_MODERATION_CONFIGURATION,
            data,
        );
        id
    }

    /// Deletes a rule: `AUTO_MODERATION_RULE_DELETE`. Says whether there was one.
    pub fn delete_automod_rule(&mut self, rule: Id) -> bool {
        let Some(gone) = self.automod_rules.remove(&rule) else {
            return false;
        };
        let audience = Audience::Guild(gone.guild_id);
        self.emit(
            "AUTO_MODERATION_RULE_DELETE",
            audience,
            Intents::AUTO_MODERATION_CONFIGURATION,
            gone.data,
        );
        true
    }
}

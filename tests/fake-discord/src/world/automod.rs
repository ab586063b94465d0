//! Rules of Discord's own automatic moderation: kept, announced, and, where they block by keyword or expression, carried
//! out on what people post.

use serde_json::{Value, json};

use crate::gateway::{Audience, Intents};
use crate::ids::Id;
use crate::permissions::Permissions;

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

    /// Whether an enabled keyword rule blocks this text: then `AUTO_MODERATION_ACTION_EXECUTION` tells whoever listens.
    /// Whoever may manage the server, holds an exempt role, or writes in an exempt channel is never blocked.
    pub fn automod_blocks(&mut self, guild: Id, channel: Id, author: Id, text: &str) -> bool {
        if self
            .guild_permissions(guild, author)
            .contains(Permissions::MANAGE_GUILD)
        {
            return false;
        }
        let roles = self
            .guilds
            .get(&guild)
            .and_then(|guild| guild.members.get(&author));
        let roles: Vec<Id> = roles.map(|member| member.roles.clone()).unwrap_or_default();
        let parent = self.channels.get(&channel).and_then(|channel| channel.parent_id);
        let places: Vec<Id> = std::iter::once(channel).chain(parent).collect();
        let found = self.automod_rules.iter().find_map(|(id, rule)| {
            let data = &rule.data;
            let blocks = |action: &&Value| action["type"] == BLOCK_MESSAGE;
            let applies = rule.guild_id == guild
                && !exempted("exempt_roles", data, &roles)
                && !exempted("exempt_channels", data, &places)
                && data["enabled"] == json!(true)
                && data["trigger_type"] == json!(KEYWORD);
            let action = data["actions"]
                .as_array()?
                .iter()
                .find(blocks)
                .filter(|_| applies)?;
            let matched = matched(&data["trigger_metadata"], text)?;
            Some((*id, action.clone(), matched))
        });
        let Some((rule, action, matched)) = found else {
            return false;
        };
        let event = json!({
            "guild_id": guild,
            "action": action,
            "rule_id": rule,
            "rule_trigger_type": KEYWORD,
            "user_id": author,
            "channel_id": channel,
            "content": text,
            "matched_keyword": matched,
            "matched_content": matched,
        });
        self.emit(
            "AUTO_MODERATION_ACTION_EXECUTION",
            Audience::Guild(guild),
            Intents::AUTO_MODERATION_EXECUTION,
            event,
        );
        true
    }
}

/// Whether one of these ids stands in a rule's list.
fn exempted(list: &str, rule: &Value, ids: &[Id]) -> bool {
    let list = rule[list].as_array().map(Vec::as_slice).unwrap_or_default();
    ids.iter().any(|id| list.contains(&json!(id)))
}

/// "Trigger types": words and expressions.
const KEYWORD: u64 = 1;
/// "Action types": the message is not posted.
const BLOCK_MESSAGE: u64 = 1;

/// The keyword or expression that a text holds. Keywords are whole words, whatever their case.
fn matched(metadata: &Value, text: &str) -> Option<String> {
    let texts = |key: &str| {
        let list = metadata[key].as_array().cloned().unwrap_or_default();
        list.into_iter()
            .filter_map(|entry| entry.as_str().map(str::to_owned))
            .collect::<Vec<_>>()
    };
    let lower = text.to_lowercase();
    let is_word = |at: usize, length: usize| {
        let before = lower[..at].chars().next_back();
        let after = lower[at + length..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    };
    let keyword = texts("keyword_filter").into_iter().find(|keyword| {
        let keyword = keyword.to_lowercase();
        lower
            .match_indices(&keyword)
            .any(|(at, found)| is_word(at, found.len()))
    });
    keyword.or_else(|| {
        texts("regex_patterns")
            .into_iter()
            .find(|pattern| regex::Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text)))
    })
}

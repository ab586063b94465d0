//! Discord's own automatic moderation: makes one rule of ours there, keeps it as it should be, takes it away.
//!
//! The rule is known by its name and by who made it, so asking twice for the same changes nothing. What it holds is
//! decided in `app::automod`.

use std::collections::BTreeSet;

use poise::serenity_prelude as serenity;
use serde_json::{Value, json};
use serenity::{LightMethod, Route};

use super::{Discord, guild};
use crate::app::automod::AutomodRule;
use crate::app::platform::{PlatformError, Receipt};
use crate::discord::convert::guild::id;
use crate::discord::words::moderation::AUTOMOD_BLOCKED;
use crate::model::GuildId;

/// What the rule is called in the server's settings.
const NAME: &str = "Nightdesk: certain scams";
/// Words and expressions trigger it ("Trigger types": `KEYWORD`).
const KEYWORD: u8 = 1;
/// It looks at messages ("Event types": `MESSAGE_SEND`).
const MESSAGE_SEND: u8 = 1;
/// It blocks them ("Action types": `BLOCK_MESSAGE`).
const BLOCK_MESSAGE: u8 = 1;

impl Discord {
    /// Brings our rule of a guild to what is wanted; `None`: there is to be none.
    pub(super) async fn sync_automod(
        &self,
        server: GuildId,
        wanted: Option<&AutomodRule>,
    ) -> Result<Receipt, PlatformError> {
        let rules = || Route::GuildAutomodRules {
            guild_id: guild(server),
        };
        let rule = |rule: u64| Route::GuildAutomodRule {
            guild_id: guild(server),
            rule_id: serenity::RuleId::new(rule.max(1)),
        };
        let listed = self.call(LightMethod::Get, rules()).value().await?;
        let ours: Vec<&Value> = listed
            .as_array()
            .into_iter()
            .flatten()
            .filter(|rule| {
                rule.get("name").and_then(Value::as_str) == Some(NAME)
                    && id(rule, "creator_id") == Some(self.own_user().0)
            })
            .collect();
        // One is enough: a second was made when the answer to the first was lost.
        for surplus in ours.iter().skip(usize::from(wanted.is_some())) {
            if let Some(surplus) = id(surplus, "id") {
                self.call(LightMethod::Delete, rule(surplus))
                    .reason(REASON)
                    .done()
                    .await?;
            }
        }
        let Some(wanted) = wanted else {
            return Ok(Receipt::default());
        };
        let body = body(wanted);
        let made = match ours.first() {
            None => {
                self.call(LightMethod::Post, rules())
                    .reason(REASON)
                    .json(&body)?
                    .id()
                    .await?
            }
            Some(known) => {
                let known_id = id(known, "id")
                    .ok_or_else(|| PlatformError::Unanswered("a rule without an id".to_owned()))?;
                if !is_so(known, &body) {
                    self.call(LightMethod::Patch, rule(known_id))
                        .reason(REASON)
                        .json(&body)?
                        .done()
                        .await?;
                }
                known_id
            }
        };
        Ok(Receipt {
            made: Some(made),
            ..Receipt::default()
        })
    }
}

/// What the audit log says.
const REASON: &str = "Nightdesk hands its surest patterns to AutoMod: /setup automod";

fn body(wanted: &AutomodRule) -> Value {
    let roles = wanted.exempt_roles.iter().map(ToString::to_string);
    let channels = wanted.exempt_channels.iter().map(ToString::to_string);
    json!({
        "name": NAME,
        "event_type": MESSAGE_SEND,
        "trigger_type": KEYWORD,
        "trigger_metadata": {
            "keyword_filter": wanted.takeover.keywords,
            "regex_patterns": wanted.takeover.expressions,
        },
        "actions": [{ "type": BLOCK_MESSAGE, "metadata": { "custom_message": AUTOMOD_BLOCKED } }],
        "enabled": true,
        "exempt_roles": roles.collect::<Vec<_>>(),
        "exempt_channels": channels.collect::<Vec<_>>(),
    })
}

/// Whether a rule is as it should be already.
fn is_so(known: &Value, wanted: &Value) -> bool {
    ["keyword_filter", "regex_patterns"]
        .iter()
        .all(|key| known["trigger_metadata"][key] == wanted["trigger_metadata"][key])
        && ["exempt_roles", "exempt_channels"]
            .iter()
            .all(|key| ids(&known[key]) == ids(&wanted[key]))
        && known["enabled"] == wanted["enabled"]
        && known["actions"][0]["type"] == wanted["actions"][0]["type"]
        && known["actions"][0]["metadata"]["custom_message"]
            == wanted["actions"][0]["metadata"]["custom_message"]
}

/// A list of ids, whatever its order.
fn ids(list: &Value) -> BTreeSet<&str> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

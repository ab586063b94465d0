//! Rules of Discord's own automatic moderation. They are kept, not carried out.

use serde_json::{Value, json};

use super::{access, audit};
use crate::ids::Id;
use crate::permissions::Permissions;
use crate::rest::call::{Answer, Answered, Call};
use crate::rest::error::Refusal;
use crate::rest::form::{self, Form, as_int};
use crate::rest::table::Route;
use crate::world::{AuditLogEvent, State};

pub const ROUTES: &[Route] = &[
    Route::bot("GET", "/guilds/{guild_id}/auto-moderation/rules", list_rules),
    Route::bot("POST", "/guilds/{guild_id}/auto-moderation/rules", create_rule),
    Route::bot(
        "GET",
        "/guilds/{guild_id}/auto-moderation/rules/{rule_id}",
        get_rule,
    ),
    Route::bot(
        "PATCH",
        "/guilds/{guild_id}/auto-moderation/rules/{rule_id}",
        edit_rule,
    ),
    Route::bot(
        "DELETE",
        "/guilds/{guild_id}/auto-moderation/rules/{rule_id}",
        delete_rule,
    ),
];

/// Most rules of one guild by trigger type: keyword, spam, preset, mentions, profile.
const MAX_RULES: [(i64, usize); 5] = [(1, 6), (3, 1), (4, 1), (5, 1), (6, 1)];
/// Lists of a trigger's metadata: name, most entries, longest entry.
const LISTS: [(&str, usize, usize); 3] = [
    ("keyword_filter", 1000, 60),
    ("regex_patterns", 10, 260),
    ("allow_list", 1000, 60),
];

fn guild(state: &State, call: &Call) -> Result<Id, Refusal> {
    Ok(access::guild_with(state, call.id("guild_id")?, Permissions::MANAGE_GUILD)?.id)
}

fn unknown_rule() -> Refusal {
    Refusal::new(404, 10066, "Unknown Auto Moderation Rule")
}

fn rule(state: &State, call: &Call) -> Result<(Id, Value), Refusal> {
    let guild = guild(state, call)?;
    let id = call.id("rule_id")?;
    let found = state
        .automod_rules
        .get(&id)
        .filter(|rule| rule.guild_id == guild)
        .ok_or_else(unknown_rule)?;
    Ok((id, found.data.clone()))
}

fn list_rules(state: &mut State, call: &Call) -> Answered {
    let guild = guild(state, call)?;
    let of_guild = state.automod_rules.values().filter(|rule| rule.guild_id == guild);
    let listed: Vec<Value> = of_guild.map(|rule| rule.data.clone()).collect();
    Answer::ok(json!(listed))
}

fn get_rule(state: &mut State, call: &Call) -> Answered {
    Answer::ok(rule(state, call)?.1)
}

fn create_rule(state: &mut State, call: &Call) -> Answered {
    let guild = guild(state, call)?;
    let data = form::read(call.json(), |form| {
        for key in ["name", "event_type", "trigger_type", "actions"] {
            form.require(key);
        }
        read_rule(form, None)
    })?;
    let trigger = data["trigger_type"].as_i64().unwrap_or_default();
    let of_type = state
        .automod_rules
        .values()
        .filter(|rule| rule.guild_id == guild && rule.data["trigger_type"].as_i64() == Some(trigger));
    let count = of_type.count();
    if MAX_RULES
        .iter()
        .any(|(limited, most)| *limited == trigger && count >= *most)
    {
        let message = "Maximum number of rules with this trigger type exceeded";
        return Err(Refusal::field(
            "",
            "AUTO_MODERATION_MAX_RULES_OF_TYPE_EXCEEDED",
            message,
        ));
    }
    let id = state.save_automod_rule(guild, None, data);
    audit::log(state, call, guild, AuditLogEvent(140), id, Vec::new());
    Answer::ok(
        state
            .automod_rules
            .get(&id)
            .map(|rule| rule.data.clone())
            .unwrap_or_default(),
    )
}

fn edit_rule(state: &mut State, call: &Call) -> Answered {
    let (id, old) = rule(state, call)?;
    let guild = guild(state, call)?;
    let data = form::read(call.json(), |form| read_rule(form, Some(&old)))?;
    state.save_automod_rule(guild, Some(id), data);
    audit::log(state, call, guild, AuditLogEvent(141), id, Vec::new());
    Answer::ok(
        state
            .automod_rules
            .get(&id)
            .map(|rule| rule.data.clone())
            .unwrap_or_default(),
    )
}

fn delete_rule(state: &mut State, call: &Call) -> Answered {
    let (id, _) = rule(state, call)?;
    let guild = guild(state, call)?;
    state.delete_automod_rule(id);
    audit::log(state, call, guild, AuditLogEvent(142), id, Vec::new());
    Answer::empty()
}

fn read_rule(form: &mut Form<'_>, old: Option<&Value>) -> Value {
    let mut data = old.cloned().unwrap_or_else(|| {
        json!({
            "name": "", "event_type": 1, "trigger_type": 1, "trigger_metadata": {}, "actions": [],
            "enabled": false, "exempt_roles": [], "exempt_channels": [],
        })
    });
    if let Some(name) = form.text("name", 1..=100) {
        data["name"] = json!(name);
    }
    if let Some(event) = form.int("event_type", 1..=2) {
        data["event_type"] = json!(event);
    }
    if old.is_none()
        && let Some(trigger) = form.int("trigger_type", 1..=6)
    {
        data["trigger_type"] = json!(trigger);
    }
    if let Some(enabled) = form.flag("enabled") {
        data["enabled"] = json!(enabled);
    }
    for (key, most) in [("exempt_roles", 20), ("exempt_channels", 50)] {
        if let Some(ids) = form.ids(key, most) {
            data[key] = json!(ids);
        }
    }
    let trigger = data["trigger_type"].as_i64().unwrap_or(1);
    let metadata = form
        .some("trigger_metadata")
        .cloned()
        .unwrap_or_else(|| data["trigger_metadata"].clone());
    check_metadata(form, &metadata);
    data["trigger_metadata"] = whole_metadata(trigger, &metadata);
    if let Some(actions) = form.list("actions", 1..=5) {
        data["actions"] = json!(actions.iter().map(whole_action).collect::<Vec<_>>());
        for (at, action) in actions.iter().enumerate() {
            let is_timeout = action.get("type").and_then(as_int) == Some(3);
            if is_timeout && !matches!(trigger, 1 | 5) {
                let message = "This action is only available for keyword and mention rules";
                form.wrong(
                    &format!("actions.{at}.type"),
                    "AUTO_MODERATION_INVALID_ACTION_TYPE",
                    message,
                );
            }
        }
    }
    data
}

fn check_metadata(form: &mut Form<'_>, metadata: &Value) {
    for (key, most, longest) in LISTS {
        let list = metadata[key].as_array().map(Vec::as_slice).unwrap_or_default();
        if list.len() > most {
            let path = form.path_of(&format!("trigger_metadata.{key}"));
            form.errors().length(&path, 0, most);
        }
        for (at, entry) in list.iter().enumerate() {
            let fits = entry
                .as_str()
                .is_some_and(|text| (1..=longest).contains(&text.chars().count()));
            if !fits {
                let path = form.path_of(&format!("trigger_metadata.{key}.{at}"));
                form.errors().length(&path, 1, longest);
            }
        }
    }
}

/// The metadata Discord keeps for a trigger type, defaults filled in.
fn whole_metadata(trigger: i64, given: &Value) -> Value {
    let list = |key: &str| given[key].as_array().cloned().unwrap_or_default();
    match trigger {
        1 | 6 => json!({
            "keyword_filter": list("keyword_filter"),
            "regex_patterns": list("regex_patterns"),
            "allow_list": list("allow_list"),
        }),
        4 => json!({ "presets": list("presets"), "allow_list": list("allow_list") }),
        5 => json!({
            "mention_total_limit": given["mention_total_limit"].as_i64().unwrap_or(20),
            "mention_raid_protection_enabled": given["mention_raid_protection_enabled"].as_bool().unwrap_or(false),
        }),
        _ => json!({}),
    }
}

fn whole_action(action: &Value) -> Value {
    let mut metadata = action.get("metadata").cloned().unwrap_or_default();
    match &mut metadata {
        Value::Object(fields) => fields.retain(|_, value| !value.is_null()),
        other => *other = json!({}),
    }
    json!({ "type": action.get("type").and_then(as_int), "metadata": metadata })
}

//! Every event carries the fields that serenity 0.12.5 cannot do without, as measured by leaving each out.

use std::collections::BTreeMap;
use std::path::Path;

use fake_discord::FakeDiscord;
use fake_discord::gateway::Intents;
use fake_discord::world::World;
use serde_json::{Value, json};

use crate::client::{Came, Client, USUAL};

/// One line per event: which fields it needs, and which it may leave out but not send as null.
const MEASURED: &str = "../../../shared/oracles/serenity_required_fields.jsonl";

#[tokio::test]
async fn no_event_lacks_a_field_that_clients_need() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(MEASURED);
    let Ok(measured) = std::fs::read_to_string(&path) else {
        println!("skipped: {} is not there", path.display());
        return;
    };
    let discord = FakeDiscord::start(World::community()).await;
    let heard = everything_that_can_happen(&discord).await;
    let mut faults = Vec::new();
    for line in measured.lines() {
        let rule: Value = serde_json::from_str(line).unwrap();
        let form = rule["ablate"].as_str().unwrap();
        let Some(events) = heard.get(form) else {
            faults.push(format!("{form} never came"));
            continue;
        };
        for event in events {
            for path in texts(&rule["required"]) {
                // A thread that the bot has not joined, or a command without options, needs nothing inside them.
                let inside = |list: &str, there: bool| path.starts_with(list) && !there;
                let optional_parent = path.starts_with("member.")
                    || path.starts_with("threads.0.member.")
                    || inside("data.options.", event["data"]["options"].is_array())
                    || inside(
                        "data.resolved.users.",
                        event["data"]["resolved"]["users"].is_object(),
                    );
                check(event, &path, !optional_parent, true, form, &mut faults);
            }
            for path in texts(&rule["may be absent but not null"]) {
                check(event, &path, false, true, form, &mut faults);
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// Follows a dotted path; a number means every element of a list or object there.
fn check(value: &Value, path: &str, required: bool, not_null: bool, form: &str, faults: &mut Vec<String>) {
    let (head, rest) = path.split_once('.').unwrap_or((path, ""));
    if head.bytes().all(|byte| byte.is_ascii_digit()) {
        let elements: Vec<&Value> = match value {
            Value::Array(elements) => elements.iter().collect(),
            Value::Object(fields) => fields.values().collect(),
            _ => Vec::new(),
        };
        for element in elements {
            if rest.is_empty() {
                if element.is_null() {
                    faults.push(format!("{form}: null in {path}"));
                }
            } else {
                check(element, rest, required, not_null, form, faults);
            }
        }
        return;
    }
    match value.get(head) {
        None if required => faults.push(format!("{form}: no {path}")),
        Some(Value::Null) if not_null => faults.push(format!("{form}: {path} is null")),
        Some(inner) if !rest.is_empty() => check(inner, rest, required, not_null, form, faults),
        None | Some(_) => {}
    }
}

/// Lets each kind of thing happen once, and gives all events by the names of the measurement.
async fn everything_that_can_happen(discord: &FakeDiscord) -> BTreeMap<String, Vec<Value>> {
    let mut client = Client::identified(discord, USUAL | Intents::AUTO_MODERATION_EXECUTION.0).await;
    discord.until_connected().await;
    let guild = discord.member("mallory").guild;
    discord.lets_everything_happen().await;
    client
        .send(json!({ "op": 8, "d": { "guild_id": guild, "query": "", "limit": 0 } }))
        .await;
    let mut heard = BTreeMap::<String, Vec<Value>>::new();
    loop {
        let Came::Payload(payload) = client.came().await else {
            panic!("closed")
        };
        let name = form_of(&payload);
        if name == "GUILD_MEMBERS_CHUNK" {
            discord.state().remove_bot_from(guild);
        }
        let last = name == "GUILD_DELETE";
        heard.entry(name).or_default().push(payload["d"].clone());
        if last {
            return heard;
        }
    }
}

fn form_of(payload: &Value) -> String {
    let name = payload["t"].as_str().unwrap_or_default();
    match (name, payload["d"]["type"].as_u64()) {
        ("INTERACTION_CREATE", Some(2)) => "INTERACTION_CREATE(command)".to_owned(),
        ("INTERACTION_CREATE", Some(3)) => "INTERACTION_CREATE(component)".to_owned(),
        ("INTERACTION_CREATE", Some(5)) => "INTERACTION_CREATE(modal)".to_owned(),
        _ => name.to_owned(),
    }
}

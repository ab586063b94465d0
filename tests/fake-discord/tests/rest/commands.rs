//! Registering application commands.

use fake_discord::Id;
use fake_discord::world::World;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Bot, drive};

fn of_guild(bot: &Bot) -> String {
    format!("/applications/{}/guilds/{}/commands", bot.me(), bot.guild())
}

fn ticket() -> Value {
    json!({ "name": "ticket", "description": "Get help", "options": [
        { "type": 1, "name": "open", "description": "Open one", "options": [
            { "type": 3, "name": "area", "description": "What about", "required": true,
              "choices": [{ "name": "Wallet", "value": "wallet" }] },
            { "type": 6, "name": "member", "description": "For whom" },
        ] },
    ] })
}

#[tokio::test]
async fn an_overwrite_replaces_all_commands_and_keeps_ids() {
    drive(World::community(), async |bot| {
        let path = of_guild(bot);
        let report = json!({ "name": "Open ticket from this message", "type": 3 });
        let first = bot.put_json(&path, json!([ticket(), report])).await.ok();
        assert_eq!(first[0]["options"][0]["options"][0]["required"], true);
        let second = bot.put_json(&path, json!([ticket()])).await.ok();
        assert_eq!(first[0]["id"], second[0]["id"]);
        assert_eq!(bot.get(&path).await.ok().as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_command_is_made_changed_and_deleted() {
    drive(World::community(), async |bot| {
        let path = format!("/applications/{}/commands", bot.me());
        let made = bot.post(&path, ticket()).await;
        assert_eq!(made.status, 201);
        assert_eq!(bot.post(&path, ticket()).await.status, 200);
        let one = format!("{path}/{}", made.ok()["id"].as_str().unwrap());
        let edited = bot
            .patch(&one, json!({ "description": "Get real help" }))
            .await
            .ok();
        assert_eq!(edited["description"], "Get real help");
        assert!(edited["options"].is_array());
        assert_eq!(bot.delete(&one).await.status, 204);
        bot.get(&one).await.refused(404, 10063);
        bot.get(&format!("/applications/{}/commands", Id(42)))
            .await
            .refused(403, 20012);
    })
    .await;
}

#[tokio::test]
async fn a_wrong_command_is_named_by_its_place_in_the_list() {
    drive(World::community(), async |bot| {
        let bad = json!([ticket(), { "name": "Bad Name", "description": "d" }, ticket()]);
        let errors = bot
            .malformed(Method::PUT, &of_guild(bot), bad)
            .await
            .refused(400, 50035)["errors"]
            .clone();
        assert_eq!(
            errors["1"]["name"]["_errors"][0]["code"],
            "APPLICATION_COMMAND_INVALID_NAME"
        );
        assert_eq!(
            errors["2"]["name"]["_errors"][0]["code"],
            "APPLICATION_COMMANDS_DUPLICATE_NAME"
        );
        assert_eq!(bot.get(&of_guild(bot)).await.ok(), json!([]));
    })
    .await;
}

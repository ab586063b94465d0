//! Discord's own AutoMod with our surest patterns: set up once, heard when it blocks, taken away again.

use fake_discord::actors::{Given, Refused};
use fake_discord::rest::faults::{Fault, Which};
use fake_discord::world::World;

use crate::night::{Night, OwnRules, everything_in, night, night_around, night_in};

/// What `/setup automod` answers.
async fn automod(night: &Night, enabled: bool) -> String {
    let options: [(&str, Given); 1] = [("enabled", enabled.into())];
    let run = night
        .member("ava")
        .runs_command("staff", "setup automod", &options);
    everything_in(&night.answered(&run.expect("/setup automod")).await)
}

/// The keywords of our rule, once it is there.
async fn keywords(night: &Night) -> Vec<String> {
    night
        .discord
        .wait_for("the AutoMod rule", |state| {
            let rule = state.automod_rules.values().next()?;
            let listed = rule.data["trigger_metadata"]["keyword_filter"].as_array()?;
            Some(
                listed
                    .iter()
                    .filter_map(|word| word.as_str().map(str::to_owned))
                    .collect(),
            )
        })
        .await
}

/// Requests that made a rule of AutoMod.
fn made(night: &Night) -> usize {
    let all = night.discord.rest().record.all();
    let made = |request: &&fake_discord::rest::record::Recorded| {
        request.method == "POST" && request.path.ends_with("/auto-moderation/rules")
    };
    all.iter().filter(made).count()
}

/// A rule that can be handed over: one phrase that is proof enough.
const RULE: &str = r#"
[[rule]]
id = "tortoise"
title = "Tortoise"
why = "A test of what is handed over."
category = "scam"
severity = "high"
status = "stable"
phrases = ["purple tortoise deal"]
examples.match = ["the purple tortoise deal", "a purple t0rtoise deal", "Purple Tortoise Deal!"]
examples.clean = ["purple tortoise", "tortoise deal", "a deal"]
"#;

#[tokio::test]
async fn what_automod_blocks_by_our_patterns_becomes_a_case() {
    let rules = OwnRules::new();
    rules.write("own.toml", RULE);
    night_around(World::community(), async |night| {
        night.environment = vec![rules.setting()];
        night.starts_bot().await;
        night.sets_up().await;
        let answer = automod(night, true).await;
        assert!(answer.contains("AutoMod blocks the surest patterns"), "{answer}");
        let keyword = "purple tortoise deal";
        assert!(keywords(night).await.contains(&keyword.to_owned()));
        let text = format!("hello, {keyword} today");
        let refused = night.member("bob").says("general", &text);
        assert!(matches!(refused, Err(Refused::Blocked)), "{refused:?}");
        let card = everything_in(&night.review_card().await);
        assert!(card.contains("Discord's AutoMod blocked the message"), "{card}");
        assert!(card.contains(keyword), "{card}");
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn one_rule_is_made_however_often_the_bot_restarts_and_it_goes_when_it_is_not_wanted() {
    night(async |night| {
        automod(night, true).await;
        keywords(night).await;
        night.stops_bot().await;
        night.starts_bot().await;
        night.until_idle().await;
        assert_eq!(made(night), 1);

        automod(night, false).await;
        night
            .discord
            .wait_for("the AutoMod rule to be gone", |state| {
                state.automod_rules.is_empty().then_some(())
            })
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_server_that_only_observes_blocks_nothing_through_automod() {
    night(async |night| {
        automod(night, true).await;
        keywords(night).await;
        let observe: [(&str, Given); 1] = [("mode", "observe".into())];
        let run = night.member("ava").runs_command("staff", "setup mode", &observe);
        night.answered(&run.expect("/setup mode")).await;
        night
            .discord
            .wait_for("the AutoMod rule to be gone", |state| {
                state.automod_rules.is_empty().then_some(())
            })
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_bot_that_may_not_manage_the_server_says_so() {
    let less = [
        "VIEW_CHANNEL",
        "SEND_MESSAGES",
        "EMBED_LINKS",
        "READ_MESSAGE_HISTORY",
        "MANAGE_MESSAGES",
        "MODERATE_MEMBERS",
    ];
    night_in(World::community().bot_may(&less), async |night| {
        night.sets_up().await;
        let answer = automod(night, true).await;
        assert!(
            answer.contains("only with the permission **Manage Server**"),
            "{answer}"
        );
        assert_eq!(made(night), 0);
    })
    .await;
}

#[tokio::test]
async fn a_lost_answer_to_the_making_of_the_rule_leaves_one_rule() {
    night(async |night| {
        let making = Which::route("POST", "/guilds/{guild_id}/auto-moderation/rules");
        night.discord.rest().faults.arm(making, 1, Fault::DropAnswer);
        automod(night, true).await;
        keywords(night).await;
        night.until_idle().await;
        assert_eq!(night.discord.state().automod_rules.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_bot_killed_while_it_makes_the_rule_makes_it_once() {
    night(async |night| {
        let making = Which::route("POST", "/guilds/{guild_id}/auto-moderation/rules");
        let hold = night.discord.rest().faults.hold_before_answering(making);
        automod(night, true).await;
        hold.reached().await;
        night.kills_bot().await;
        hold.abandon();
        night.starts_bot().await;
        night.until_idle().await;
        assert_eq!(night.discord.state().automod_rules.len(), 1);
        night.discord.mark_all_read();
    })
    .await;
}

//! The life of a rule: picked up when its file changes, proving itself before it acts, made from a message, tried on the
//! record.

use std::time::Duration;

use fake_discord::actors::Given;
use fake_discord::rest::faults::{Fault, Which};
use fake_discord::rest::limits::{Limited, Scope};
use fake_discord::world::{ChannelKind, World};

use crate::night::{HARMLESS, Night, OwnRules, SCAM, button, everything_in, night, night_around};

/// A message that only the rule of these tests minds.
const DEAL: &str = "the purple tortoise deal is on today";

/// That rule, with this status.
fn tortoise(status: &str) -> String {
    format!(
        r#"
[[rule]]
id = "tortoise"
title = "Tortoise"
why = "A test of rules that come and go."
category = "scam"
severity = "high"
status = "{status}"
phrases = ["purple tortoise deal"]
examples.match = ["purple tortoise deal", "a purple t0rtoise deal", "Purple Tortoise Deal!"]
examples.clean = ["purple tortoise", "tortoise deal", "a deal"]
"#
    )
}

async fn with_rules(rules: &OwnRules, test: impl AsyncFnOnce(&mut Night)) {
    night_around(World::community(), async |night| {
        night.environment = vec![rules.setting()];
        night.starts_bot().await;
        night.sets_up().await;
        test(night).await;
    })
    .await;
}

/// What a command answers to the moderator.
async fn answer(night: &Night, command: &str, options: &[(&str, Given)]) -> String {
    let run = night.member("max").runs_command("mod-log", command, options);
    everything_in(&night.answered(&run.expect("the command is offered")).await)
}

#[tokio::test]
async fn changed_files_are_picked_up_by_themselves_and_a_mistake_changes_nothing_and_is_told() {
    let rules = OwnRules::new();
    with_rules(&rules, async |night| {
        rules.write("own.toml", "[[rule]]\nid = \"tortoise\"\n");
        let told = everything_in(&night.dm_to("olivia").await);
        assert!(
            told.contains("the new files have mistakes") && told.contains("own.toml"),
            "{told}"
        );
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        night.review_card().await;
        night.dm_to("mallory").await;

        rules.write("own.toml", &tortoise("stable"));
        let told = everything_in(&night.dm_to("olivia").await);
        assert!(told.contains("rules are in force now"), "{told}");
        let deal = night.member("bob").says("general", DEAL).unwrap();
        night.discord.until_deleted(&deal).await;
        night.review_card().await;
        night.dm_to("bob").await;
    })
    .await;
}

#[tokio::test]
async fn an_experimental_rule_removes_nothing_and_says_what_it_would_have_done() {
    let rules = OwnRules::new();
    rules.write("own.toml", &tortoise("experimental"));
    with_rules(&rules, async |night| {
        let deal = night.member("bob").says("general", DEAL).unwrap();
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        night.review_card().await;
        night.dm_to("mallory").await;
        assert!(night.discord.message(&deal).deleted_at.is_none());
        let stats = answer(night, "rules stats", &[]).await;
        assert!(
            stats.contains("`tortoise`: proving: 1 hits, would have shown 0 and removed 1"),
            "{stats}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_rule_is_tried_on_what_moderators_decided() {
    night(async |night| {
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        let card = night.review_card().await;
        night.dm_to("mallory").await;
        night.presses("max", &card, "v1:confirm").await;
        let words = answer(night, "rules backtest", &[("rule", "connect-and-claim".into())]).await;
        assert!(
            words.contains("hits in 1 of 1 cases on record here: you upheld 1 of those"),
            "{words}"
        );
        let words = answer(night, "rules backtest", &[("rule", "no-such-rule".into())]).await;
        assert!(words.contains("There is no rule"), "{words}");
    })
    .await;
}

#[tokio::test]
async fn a_rule_is_made_from_a_message_compiled_and_tried_before_anybody_saves_it() {
    night(async |night| {
        let said = night.member("bob").says("general", DEAL).unwrap();
        let max = night.member("max");
        let made = async |clean: &str| {
            let run = max
                .uses_on_message("Make a rule from this message", &said)
                .unwrap();
            let form = run.modal().await;
            let sent = max
                .submits(
                    &form,
                    &[
                        ("phrase", "purple tortoise deal"),
                        ("title", "Tortoise deal"),
                        ("id", "Tortoise Deal"),
                        ("clean", clean),
                    ],
                )
                .unwrap();
            everything_in(&night.answered(&sent).await)
        };
        let refused = made("my purple tortoise deal went well\na deal\na tortoise").await;
        assert!(refused.contains("This does not make a rule yet"), "{refused}");
        assert!(refused.contains("ought not to match"), "{refused}");
        let draft = made(&format!("a purple deal\na tortoise\n{HARMLESS}")).await;
        assert!(
            draft.contains("A sound rule") && draft.contains("id = \"tortoise-deal\""),
            "{draft}"
        );
        assert!(draft.contains("status = \"experimental\""), "{draft}");
        assert!(
            night.discord.message(&said).deleted_at.is_none(),
            "it changes nothing"
        );
    })
    .await;
}

#[tokio::test]
async fn a_rule_is_made_from_a_message_that_was_removed_and_tried_on_the_record() {
    night(async |night| {
        let scam = night
            .member("mallory")
            .says("general", &format!("{DEAL} {SCAM}"))
            .unwrap();
        night.discord.until_deleted(&scam).await;
        let card = night.review_card().await;
        night.dm_to("mallory").await;
        let max = night.member("max");
        let press = max.clicks(&card, &button(&card, "v1:make-rule")).unwrap();
        let form = press.modal().await;
        let filled = form.data.to_string();
        assert!(
            filled.contains("purple tortoise deal"),
            "the form holds what was removed: {filled}"
        );
        let fields = [
            ("phrase", "purple tortoise deal"),
            ("title", "Tortoise deal"),
            ("id", "tortoise-deal"),
            ("clean", "a purple deal\na tortoise\ngood morning"),
        ];
        let sent = max.submits(&form, &fields).unwrap();
        let draft = everything_in(&night.answered(&sent).await);
        assert!(
            draft.contains("A sound rule") && draft.contains(DEAL),
            "what was removed is its example: {draft}"
        );
        assert!(draft.contains("Of 1 cases it finds 1"), "{draft}");
    })
    .await;
}

#[tokio::test]
async fn a_rule_is_tried_on_what_discords_search_brings_and_shows_nobody_what_they_may_not_read() {
    let rules = OwnRules::new();
    rules.write("own.toml", &tortoise("experimental"));
    let world = World::community()
        .private_channel("vault", ChannelKind::Text, &["Admin"])
        .newcomer(
            "nora",
            Duration::from_hours(24 * 400),
            Duration::from_hours(24 * 10),
        )
        .newcomer(
            "otto",
            Duration::from_hours(24 * 400),
            Duration::from_hours(24 * 200),
        );
    night_around(world, async |night| {
        night.environment = vec![rules.setting()];
        night.starts_bot().await;
        night.sets_up().await;
        let old = night.member("otto").says("general", DEAL).unwrap();
        let young = night.member("nora").says("trading", DEAL).unwrap();
        night
            .member("bob")
            .says("general", "purple shirts and a tortoise, and a great deal of sun")
            .unwrap();
        let secret = night.member("ava").says("vault", DEAL).unwrap();
        night.discord.state().searches_before_indexed = 1;

        let options: [(&str, Given); 2] = [("rule", "tortoise".into()), ("search", "tortoise deal".into())];
        let words = answer(night, "rules backtest", &options).await;
        assert!(words.contains("has to index this server's messages"), "{words}");
        let words = answer(night, "rules backtest", &options).await;
        assert!(
            words.contains("hits in 2 of the 3 newest messages")
                && words.contains("1 of the hits are by members"),
            "{words}"
        );
        for shown in [&old, &young] {
            assert!(words.contains(&shown.id.to_string()), "{words}");
        }
        assert!(!words.contains(&secret.id.to_string()), "{words}");

        let options: [(&str, Given); 2] = [("rule", "tortoise".into()), ("search", "no such words".into())];
        let words = answer(night, "rules backtest", &options).await;
        assert!(words.contains("Discord finds no message"), "{words}");
    })
    .await;
}

#[tokio::test]
async fn a_search_that_discord_slows_down_or_refuses_says_what_to_do() {
    night(async |night| {
        let options: [(&str, Given); 2] = [("rule", "connect-and-claim".into()), ("search", "wallet".into())];
        let route = "/guilds/{guild_id}/messages/search";
        let slow = Fault::Limit(Limited {
            scope: Scope::User,
            retry_after_ms: 7000,
            with_code: false,
        });
        let faults = &night.discord.rest().faults;
        faults.arm(Which::route("GET", route), 1, slow);
        let words = answer(night, "rules backtest", &options).await;
        assert!(words.contains("Run this again in 7 seconds"), "{words}");
        faults.fail("GET", route, 1, 403, 50_001);
        let words = answer(night, "rules backtest", &options).await;
        assert!(words.contains("Read Message History"), "{words}");
    })
    .await;
}

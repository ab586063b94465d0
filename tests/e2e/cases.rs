//! `/case` and `/rules`: looking at what was removed, and trying the rules.

use std::time::Duration;

use fake_discord::actors::Given;
use fake_discord::world::Message;

use crate::night::{HARMLESS, Night, SCAM, everything_in, night, unique};

/// A message that one rule alone removes.
const ASKS: &str = "DM me your seed phrase and I will fix it";

#[tokio::test]
async fn a_case_is_shown_with_its_evidence_and_listed() {
    night(async |night| {
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        night.review_card().await;
        night.dm_to("mallory").await;

        let number: [(&str, Given); 1] = [("number", 1.into())];
        let max = night.member("max");
        let shown = everything_in(
            &night
                .answered(&max.runs_command("mod-log", "case show", &number).unwrap())
                .await,
        );
        assert!(shown.contains("claim-airdrop.pages.dev"), "{shown}");
        let listed = everything_in(
            &night
                .answered(&max.runs_command("mod-log", "case list", &[]).unwrap())
                .await,
        );
        assert!(listed.contains("#1"), "{listed}");
        let number: [(&str, Given); 1] = [("number", 7.into())];
        let missing = everything_in(
            &night
                .answered(&max.runs_command("mod-log", "case show", &number).unwrap())
                .await,
        );
        assert!(missing.contains("There is no case #7"), "{missing}");
    })
    .await;
}

#[tokio::test]
async fn a_text_is_tested_without_being_stored_and_a_secret_in_it_never_shown() {
    const KEY: &str = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ";
    night(async |night| {
        let max = night.member("max");
        let tested = async |text: &str| {
            let options: [(&str, Given); 1] = [("text", text.into())];
            let run = max.runs_command("mod-log", "rules test", &options).unwrap();
            everything_in(&night.answered(&run).await)
        };
        assert!(tested(SCAM).await.contains("A scam"));
        assert!(tested(HARMLESS).await.contains("Nothing that counts"));
        let secret = tested(&format!("my key is {KEY} please help")).await;
        assert!(!secret.contains(KEY), "{secret}");
        assert!(secret.contains("treat it as public"), "{secret}");
        let list = max.runs_command("mod-log", "case list", &[]).unwrap();
        assert!(everything_in(&night.answered(&list).await).contains("No case"));
    })
    .await;
}

#[tokio::test]
async fn an_operator_reloads_the_rules() {
    night(async |night| {
        let run = night
            .member("olivia")
            .runs_command("mod-log", "rules reload", &[])
            .unwrap();
        let answer = everything_in(&night.answered(&run).await);
        assert!(answer.contains("rules are in force"), "{answer}");
    })
    .await;
}

#[tokio::test]
async fn a_rule_that_is_only_observed_here_removes_nothing() {
    night(async |night| {
        let max = night.member("max");
        let options: [(&str, Given); 1] = [("text", ASKS.into())];
        let run = max.runs_command("mod-log", "rules test", &options).unwrap();
        let answer = night.answered(&run).await;
        let found: Vec<String> = answer.embeds[0]["fields"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|field| field["name"].as_str().map(str::to_owned))
            .collect();
        assert!(!found.is_empty(), "{}", everything_in(&answer));
        for rule in &found {
            let options: [(&str, Given); 2] = [("rule", rule.as_str().into()), ("mode", "observe".into())];
            let run = night
                .member("olivia")
                .runs_command("staff", "rules mode", &options);
            let Ok(run) = run else {
                panic!("an administrator may change what a rule does");
            };
            let answer = everything_in(&night.answered(&run).await);
            assert!(answer.contains("only observed"), "{answer}");
        }
        let scam = night.member("mallory").says("general", ASKS).unwrap();
        let card = everything_in(&night.review_card().await);
        assert!(card.contains("only observes the rules that hit"), "{card}");
        assert!(night.discord.message(&scam).deleted_at.is_none());
    })
    .await;
}

/// Sets what a finding does in the server.
async fn is_set_to(night: &Night, rule: &str, mode: &str) {
    let options: [(&str, Given); 2] = [("rule", rule.into()), ("mode", mode.into())];
    let set = night
        .member("olivia")
        .runs_command("staff", "rules mode", &options)
        .expect("an administrator may change what a rule does");
    let answer = everything_in(&night.answered(&set).await);
    assert!(answer.contains("in this server"), "{answer}");
}

/// Somebody who joined just now posts a link.
fn newcomer_says(night: &Night, words: &str) -> Message {
    let person = night
        .discord
        .newcomer(&format!("newcomer{}", unique()), Duration::from_hours(24));
    person.joins().expect("anybody may join");
    person.says("general", words).expect("it can be posted")
}

#[tokio::test]
async fn copies_are_removed_only_observed_or_left_alone_as_the_server_wants() {
    night(async |night| {
        let link = "https://bluefinch-notes.example/in";
        let scam = format!("Connect your wallet to claim the airdrop before it ends: {link}");
        let scam = night.member("mallory").says("general", &scam).unwrap();
        night.discord.until_deleted(&scam).await;
        let card = night.review_card().await;
        night.until_idle().await;

        is_set_to(night, "copy-of-a-scam", "observe").await;
        let observed = newcomer_says(night, link);
        night
            .until_message(card.id, "the card to count it", |words| {
                words.contains("2 copies")
            })
            .await;
        night.until_idle().await;
        assert!(night.discord.message(&observed).deleted_at.is_none());

        is_set_to(night, "copy-of-a-scam", "off").await;
        let ignored = newcomer_says(night, link);
        // Of one channel one message is judged after the other.
        let other = newcomer_says(night, ASKS);
        night.discord.until_deleted(&other).await;
        assert!(night.discord.message(&ignored).deleted_at.is_none());

        is_set_to(night, "copy-of-a-scam", "enforce").await;
        let removed = newcomer_says(night, link);
        night.discord.until_deleted(&removed).await;
        night
            .until_message(card.id, "the card to count those of which it knows", |words| {
                words.contains("3 copies")
            })
            .await;
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn findings_that_no_rule_makes_are_offered_where_rules_are_switched() {
    night(async |night| {
        let olivia = night.member("olivia");
        let typed = |option: &str| -> [(&'static str, Given); 1] { [("rule", option.into())] };
        for name in ["copy-of-a-scam", "picture-of-a-scam", "posted-in-the-honeypot"] {
            let typing = olivia
                .types_option("staff", "rules mode", &typed(&name[..9]), "rule")
                .unwrap();
            let offered = typing.choices().await;
            assert!(
                offered.iter().any(|choice| choice["value"] == name),
                "{offered:?}"
            );
        }
        let typing = olivia
            .types_option("staff", "rules backtest", &typed("copy-of"), "rule")
            .unwrap();
        assert!(typing.choices().await.is_empty(), "there is no rule to try");
    })
    .await;
}

//! `/case` and `/rules`: looking at what was removed, and trying the rules.

use fake_discord::actors::Given;

use crate::night::{HARMLESS, SCAM, everything_in, night};

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

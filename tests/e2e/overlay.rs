//! "False positive": undone, exempted here and nowhere else, taken back, and watched when the rules change.

use fake_discord::actors::Given;
use fake_discord::world::{Author, ChannelKind, Message, World};

use crate::night::{Night, OwnRules, SCAM, button, everything_in, night, night_around, night_in};

/// Another message that the shipped rules remove: when it is gone, whatever was posted before it has been judged.
const OTHER_SCAM: &str =
    "Validate your wallet now: https://wallet-validate.pages.dev, enter your seed phrase there";

/// Mallory's message is removed; the moderator presses "False positive"; answers the proposal.
async fn false_positive(night: &Night) -> Message {
    let scam = night.member("mallory").says("general", SCAM).unwrap();
    night.discord.until_deleted(&scam).await;
    let card = night.review_card().await;
    night.dm_to("mallory").await;
    let max = night.member("max");
    let press = max.clicks(&card, &button(&card, "v1:false-positive")).unwrap();
    let proposal = night.answered(&press).await;
    let back = night.discord.next_message_in("general").await;
    assert!(
        everything_in(&back).contains("claim-airdrop.pages.dev"),
        "it is put back"
    );
    night.dm_to("mallory").await;
    proposal
}

/// Says a text and waits until it has certainly been judged, because a scam that came after it is gone. Answers whether it
/// still stands.
async fn stands(night: &Night, text: &str, scammer: &str) -> bool {
    let said = night.member("bob").says("general", text).unwrap();
    let marker = night.member(scammer).says("general", OTHER_SCAM).unwrap();
    night.discord.until_deleted(&marker).await;
    night.until_idle().await;
    night.discord.mark_all_read();
    night.discord.message(&said).deleted_at.is_none()
}

#[tokio::test]
async fn a_false_positive_is_restored_and_exempted_here_and_in_no_other_server() {
    let world = World::community()
        .member("nadia")
        .member("oscar")
        .another_guild("Elsewhere", "eve")
        .channel("their-log", ChannelKind::Text)
        .channel("their-support", ChannelKind::Text)
        .channel("their-talk", ChannelKind::Text);
    night_in(world, async |night| {
        night.dm_to("eve").await;
        night.sets_up().await;
        let eve = night.member("eve").in_guild("Elsewhere");
        let channels: [(&str, Given); 3] = [
            ("mod_log", "their-log".into()),
            ("support", "their-support".into()),
            ("staff", "their-log".into()),
        ];
        night
            .answered(
                &eve.runs_command("their-log", "setup channels", &channels)
                    .unwrap(),
            )
            .await;

        let proposal = false_positive(night).await;
        let words = everything_in(&proposal);
        assert!(
            words.contains("is exempt") && words.contains("example that must stay clean"),
            "{words}"
        );
        let done = night.presses("max", &proposal, "v1:exempt").await;
        assert!(done.contains("left alone in this server"), "{done}");
        // Not only this message and its copies: the rules themselves find nothing in it here.
        let text: [(&str, Given); 1] = [("text", SCAM.into())];
        let tested = night.member("max").runs_command("mod-log", "rules test", &text);
        let tested = everything_in(&night.answered(&tested.unwrap()).await);
        assert!(!tested.contains("A scam"), "{tested}");

        assert!(stands(night, SCAM, "nadia").await, "it is left alone here");
        let behind = format!("{SCAM} and {OTHER_SCAM}");
        assert!(
            !stands(night, &behind, "oscar").await,
            "a scam beside it is still found"
        );

        eve.says("their-talk", SCAM).unwrap();
        let card = everything_in(&night.discord.next_message_in("their-log").await);
        assert!(card.contains("claim-airdrop"), "it is found elsewhere: {card}");
    })
    .await;
}

#[tokio::test]
async fn an_exemption_is_listed_and_taken_back() {
    night(async |night| {
        let proposal = false_positive(night).await;
        let max = night.member("max");
        let exempt = button(&proposal, "v1:exempt");
        night.answered(&max.clicks(&proposal, &exempt).unwrap()).await;
        let again = night.answered(&max.clicks(&proposal, &exempt).unwrap()).await;
        let again = everything_in(&again);
        assert!(again.contains("exempted what was found in it here"), "{again}");

        let listed = max.runs_command("mod-log", "rules overlay", &[]).unwrap();
        let listed = everything_in(&night.answered(&listed).await);
        assert!(listed.contains("from case #1"), "{listed}");
        let numbers: Vec<i64> = listed
            .lines()
            .filter_map(|line| line.strip_prefix("**")?.split_once("**")?.0.parse().ok())
            .collect();
        assert!(!numbers.is_empty(), "{listed}");
        for number in numbers {
            let options: [(&str, Given); 1] = [("remove", number.into())];
            let run = max.runs_command("mod-log", "rules overlay", &options).unwrap();
            let gone = everything_in(&night.answered(&run).await);
            assert!(gone.contains("not exempt any more"), "{gone}");
        }
        let options: [(&str, Given); 1] = [("text", SCAM.into())];
        let run = max.runs_command("mod-log", "rules test", &options).unwrap();
        let tested = everything_in(&night.answered(&run).await);
        assert!(tested.contains("A scam"), "it is found again: {tested}");
    })
    .await;
}

#[tokio::test]
async fn a_member_without_the_permission_exempts_nothing() {
    night(async |night| {
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        let card = night.review_card().await;
        night.dm_to("mallory").await;
        // The administrator of this world sees the mod log but may not manage messages.
        let refusal = night.presses("ava", &card, "v1:false-positive").await;
        assert!(refusal.contains("Manage Messages"), "{refusal}");
        assert!(!refusal.contains("is exempt"), "{refusal}");
    })
    .await;
}

#[tokio::test]
async fn a_new_rule_that_finds_what_was_found_harmless_is_told_to_moderators() {
    let rules = OwnRules::new();
    night_around(World::community(), async |night| {
        night.environment = vec![rules.setting()];
        night.starts_bot().await;
        night.sets_up().await;
        let proposal = false_positive(night).await;
        night.presses("max", &proposal, "v1:exempt").await;

        let rule = r#"
[[rule]]
id = "before-it-ends"
title = "Haste"
why = "A test of rules that change."
category = "scam"
severity = "high"
status = "stable"
phrases = ["before it ends"]
examples.match = ["claim before it ends", "be there b3fore it ends", "Before it ends!"]
examples.clean = ["before the end", "it ends", "after it ends"]
"#;
        rules.write("haste.toml", rule);
        let run = night
            .member("olivia")
            .runs_command("mod-log", "rules reload", &[])
            .unwrap();
        night.answered(&run).await;
        let warning = everything_in(&night.review_card().await);
        assert!(
            warning.contains("before-it-ends") && warning.contains("case #1"),
            "{warning}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_false_positive_on_a_campaigns_card_restores_every_copy_and_leads_to_the_overlay() {
    night(async |night| {
        for (name, place) in [("mallory", "general"), ("alice", "general"), ("bob", "trading")] {
            let posted = night.member(name).says(place, SCAM).unwrap();
            night.discord.until_deleted(&posted).await;
        }
        let card = night.review_card().await;
        let card = night
            .until_message(card.id, "all copies on the card", |words| {
                words.contains("3 copies by 3 accounts in 2 channels")
            })
            .await;
        night.until_idle().await;

        let max = night.member("max");
        let press = max.clicks(&card, &button(&card, "v1:false-positive")).unwrap();
        let proposal = night.answered(&press).await;
        assert!(everything_in(&proposal).contains("is exempt"));
        night.until_idle().await;
        let back = |place: &str| {
            let mut all = night.discord.messages_in(place);
            all.retain(|one| one.deleted_at.is_none() && matches!(one.author, Author::Webhook { .. }));
            all.len()
        };
        assert_eq!((back("general"), back("trading")), (2, 1));
        for name in ["mallory", "alice", "bob"] {
            assert!(!night.is_timed_out(name), "{name} may write again");
        }
        let done = night.presses("max", &proposal, "v1:exempt").await;
        assert!(done.contains("left alone in this server"), "{done}");
        let again = night.member("lena").says("lounge", SCAM).unwrap();
        let marker = night.member("mallory").says("lounge", OTHER_SCAM).unwrap();
        night.discord.until_deleted(&marker).await;
        night.until_idle().await;
        assert!(night.discord.message(&again).deleted_at.is_none());
        night.discord.mark_all_read();
    })
    .await;
}

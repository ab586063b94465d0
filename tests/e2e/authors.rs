//! Who wrote it decides what follows: staff, stolen staff accounts, bots, webhooks; and what a restored message looks like.

use fake_discord::actors::MessageDraft;
use fake_discord::world::{Author, World};
use serde_json::json;

use crate::night::{SCAM, another_scam, everything_in, night, night_in};

#[tokio::test]
async fn a_team_account_that_pings_everyone_with_a_scam_is_stopped_as_stolen() {
    let world = World::community()
        .role("Announcer", &["MENTION_EVERYONE"])
        .member_with("amy", &["Announcer", "Moderator"]);
    night_in(world.bot_on_top(), async |night| {
        night.sets_up().await;
        let posted = night
            .member("amy")
            .says("general", &format!("@everyone {SCAM}"))
            .unwrap();
        night.discord.until_deleted(&posted).await;
        night.discord.until_timed_out("amy").await;
        let card = night.review_card().await;
        assert!(
            everything_in(&card).contains("was removed"),
            "{}",
            everything_in(&card)
        );
        night.dm_to("amy").await;
        // The alert to the owner: `stolen` says more of it.
        night.review_card().await;
    })
    .await;
}

#[tokio::test]
async fn staff_who_ask_for_a_seed_phrase_are_stopped_and_staff_who_quote_it_are_not() {
    const ASKS: &str = "Please send me your seed phrase so that support can verify your wallet";
    night(async |night| {
        let quoted = night
            .member("max")
            .says("general", &format!("Never answer to this:\n> {ASKS}"))
            .unwrap();
        let card = night.review_card().await;
        assert!(
            everything_in(&card).contains("because the author is staff"),
            "{}",
            everything_in(&card)
        );
        assert!(night.discord.message(&quoted).deleted_at.is_none());

        let asked = night.member("sam").says("general", ASKS).unwrap();
        night.discord.until_deleted(&asked).await;
        night.discord.until_timed_out("sam").await;
        night.review_card().await;
        night.dm_to("sam").await;
        let alert = everything_in(&night.review_card().await);
        assert!(alert.contains("A team account is most likely stolen"), "{alert}");
    })
    .await;
}

#[tokio::test]
async fn a_webhook_and_a_bot_that_post_a_scam_lose_the_message_and_nobody_is_told() {
    night_in(World::community().other_bot("prices"), async |night| {
        night.sets_up().await;
        let hook = night.discord.webhook("general", "news");
        let posted = hook.sends(MessageDraft::text(SCAM));
        night.discord.until_deleted(&posted).await;
        let card = night.review_card().await;
        assert!(
            everything_in(&card).contains("webhook"),
            "{}",
            everything_in(&card)
        );
        night.presses("max", &card, "v1:confirm").await;

        let layout = vec![json!({ "type": 17, "components": [{ "type": 10, "content": another_scam() }] })];
        let layered = hook.sends(MessageDraft::new().components_v2(layout));
        night.discord.until_deleted(&layered).await;
        night.review_card().await;

        let spoken = night.member("prices").says("trading", &another_scam()).unwrap();
        night.discord.until_deleted(&spoken).await;
        night.review_card().await;
        assert!(!night.is_timed_out("prices"));
    })
    .await;
}

#[tokio::test]
async fn kept_files_come_back_with_a_restored_message() {
    night(async |night| {
        let picture = vec![7_u8; 4096];
        let draft = MessageDraft::text(SCAM).file("proof.png", picture.clone());
        let posted = night.member("mallory").sends("general", draft).unwrap();
        night.discord.until_deleted(&posted).await;
        let card = night.review_card().await;
        assert!(
            everything_in(&card).contains("proof.png"),
            "{}",
            everything_in(&card)
        );
        night.dm_to("mallory").await;
        night.presses("max", &card, "v1:restore").await;
        let back = night.discord.next_message_in("general").await;
        assert!(matches!(back.author, Author::Webhook { .. }));
        assert_eq!(back.attachments.len(), 1, "the file came back");
        assert_eq!(back.attachments[0].filename, "proof.png");
        night.dm_to("mallory").await;
    })
    .await;
}

#[tokio::test]
async fn a_message_near_discords_limit_comes_back_whole() {
    night(async |night| {
        let filler = "all that I have ever seen of it ".repeat(70);
        let text: String = format!("{SCAM} {filler}").chars().take(1990).collect();
        let posted = night.member("mallory").says("general", &text).unwrap();
        night.discord.until_deleted(&posted).await;
        let card = night.review_card().await;
        night.dm_to("mallory").await;
        night.presses("max", &card, "v1:restore").await;
        let back = night.discord.next_message_in("general").await;
        let small_print = back.content.split_once("\n-# ").expect("small print").1;
        assert!(
            small_print.contains("Its whole text is in `message.txt`"),
            "{small_print}"
        );
        assert!(small_print.contains("-# ref "), "{small_print}");
        assert_eq!(back.attachments.len(), 1);
        assert_eq!(back.attachments[0].filename, "message.txt");
        let state = night.discord.state();
        let path = back.attachments[0].url.replacen(&state.base_url, "", 1);
        let whole = state.files[&path].bytes.clone();
        drop(state);
        assert_eq!(String::from_utf8_lossy(&whole), text.trim_end());
        night.dm_to("mallory").await;
    })
    .await;
}

#[tokio::test]
async fn a_file_that_was_too_large_to_keep_is_named_where_the_message_comes_back() {
    night(async |night| {
        let draft = MessageDraft::text(SCAM)
            .file("film.mp4", vec![7_u8; (8 << 20) + 1])
            .file("proof.png", vec![7_u8; 4096]);
        let posted = night.member("mallory").sends("general", draft).unwrap();
        night.discord.until_deleted(&posted).await;
        let card = night.review_card().await;
        night.dm_to("mallory").await;
        night.presses("max", &card, "v1:restore").await;
        let back = night.discord.next_message_in("general").await;
        assert!(
            back.content.contains("Its file `film.mp4` could not be kept."),
            "{}",
            back.content
        );
        assert_eq!(back.attachments.len(), 1);
        assert_eq!(back.attachments[0].filename, "proof.png");
        night.dm_to("mallory").await;
    })
    .await;
}

#[tokio::test]
async fn a_suspicious_message_stays_until_a_moderator_upholds_the_case() {
    night(async |night| {
        let observe = [("mode", "observe".into())];
        let run = night
            .member("ava")
            .runs_command("staff", "setup mode", &observe)
            .unwrap();
        night.answered(&run).await;
        let posted = night.member("mallory").says("general", SCAM).unwrap();
        let card = night.review_card().await;
        assert!(night.discord.message(&posted).deleted_at.is_none());
        night.presses("max", &card, "v1:confirm").await;
        night.discord.until_deleted(&posted).await;
        night.dm_to("mallory").await;
    })
    .await;
}

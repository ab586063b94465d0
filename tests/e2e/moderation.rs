//! What scammers post and what becomes of it.

use fake_discord::world::World;

use crate::night::{HARMLESS, SCAM, button, buttons_of, everything_in, night, night_in};

#[tokio::test]
async fn a_scam_is_removed_its_author_told_and_moderators_shown_a_card_with_buttons() {
    night(async |night| {
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;

        let card = night.review_card().await;
        let words = everything_in(&card);
        assert!(
            words.contains("claim-airdrop.pages.dev"),
            "the card quotes the evidence:\n{words}"
        );
        assert!(
            words.contains(&night.member("mallory").id.to_string()),
            "the card names the author:\n{words}"
        );
        assert!(
            card.mentions.is_empty() && !card.mention_everyone,
            "a card pings nobody"
        );
        for action in ["v1:confirm", "v1:restore", "v1:timeout", "v1:kick", "v1:ban"] {
            button(&card, action);
        }
        assert!(buttons_of(&card).len() >= 5);

        let told = night.dm_to("mallory").await;
        button(&told, "v1:contest");
    })
    .await;
}

#[tokio::test]
async fn a_harmless_message_is_left_alone() {
    night(async |night| {
        let said = night.member("alice").says("general", HARMLESS).unwrap();
        // Events of one channel are judged in order: once the scam behind it is gone, it has been judged.
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        assert!(night.discord.message(&said).deleted_at.is_none());
        night.review_card().await;
        night.dm_to("mallory").await;
    })
    .await;
}

#[tokio::test]
async fn a_harmless_message_that_is_edited_into_a_scam_is_removed() {
    night(async |night| {
        let mallory = night.member("mallory");
        let said = mallory.says("general", "gm").unwrap();
        mallory.edits(&said, SCAM).unwrap();
        night.discord.until_deleted(&said).await;
        night.review_card().await;
        night.dm_to("mallory").await;
    })
    .await;
}

#[tokio::test]
async fn the_evidence_is_in_the_store_before_the_message_is_gone() {
    night(async |night| {
        let hold =
            night
                .discord
                .rest()
                .faults
                .hold_before_applying(fake_discord::rest::faults::Which::route(
                    "DELETE",
                    "/channels/{channel_id}/messages/{message_id}",
                ));
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        hold.reached().await;
        night.kills_bot().await;
        hold.abandon();
        assert!(
            night.discord.message(&scam).deleted_at.is_none(),
            "the request was never applied"
        );

        night.starts_bot().await;
        night.discord.until_deleted(&scam).await;
        let card = night.review_card().await;
        assert!(everything_in(&card).contains("claim-airdrop.pages.dev"));
        night.dm_to("mallory").await;
    })
    .await;
}

#[tokio::test]
async fn an_author_whose_messages_are_closed_is_noted_on_the_card() {
    night(async |night| {
        night.member("mallory").closes_direct_messages();
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        let card = night.review_card().await;
        night
            .until_message(
                card.id,
                "the card to say that the author could not be told",
                |words| words.to_lowercase().contains("direct messages"),
            )
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_scam_in_a_forum_post_takes_the_post_with_it() {
    night(async |night| {
        let (post, _starter) = night
            .member("mallory")
            .posts_in_forum("help-forum", "URGENT", SCAM)
            .unwrap();
        night
            .discord
            .wait_for("the forum post to be gone or locked", |state| {
                let gone = state.channels.get(&post.id).is_none_or(|thread| {
                    thread
                        .thread
                        .as_ref()
                        .is_some_and(|details| details.locked && details.archived)
                });
                gone.then_some(())
            })
            .await;
        night.review_card().await;
        night.dm_to("mallory").await;
    })
    .await;
}

#[tokio::test]
async fn a_moderator_who_quotes_a_scam_is_not_punished() {
    night(async |night| {
        let quoted = night.member("max").says("general", SCAM).unwrap();
        let card = night.review_card().await;
        assert!(!night.is_timed_out("max"), "{}", everything_in(&card));
        assert!(!night.is_banned("max"));
        night.discord.mark_read(&quoted);
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_guild_that_nobody_has_set_up_is_only_observed_and_its_owner_told_how_to_set_it_up() {
    night_in(World::community(), async |night| {
        let told = night.dm_to("olivia").await;
        assert!(
            everything_in(&told).contains("/setup"),
            "{}",
            everything_in(&told)
        );
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        // Setting up goes through the same gateway: when it is answered, the scam before it has been seen.
        night.runs_setup().await;
        let case = night
            .member("max")
            .runs_command("mod-log", "case list", &[])
            .unwrap();
        let list = night.answered(&case).await;
        assert!(
            everything_in(&list).contains('1'),
            "the case is on record: {}",
            everything_in(&list)
        );
        night.review_card().await;
        assert!(night.discord.message(&scam).deleted_at.is_none());
    })
    .await;
}

#[tokio::test]
async fn in_observe_mode_a_scam_stays_up_and_the_card_says_what_would_have_happened() {
    night(async |night| {
        let observe = [("mode", "observe".into())];
        night
            .answered(
                &night
                    .member("ava")
                    .runs_command("staff", "setup mode", &observe)
                    .unwrap(),
            )
            .await;
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        let card = night.review_card().await;
        assert!(
            everything_in(&card).to_lowercase().contains("observe"),
            "{}",
            everything_in(&card)
        );
        assert!(night.discord.message(&scam).deleted_at.is_none());
    })
    .await;
}

//! What a moderator found harmless may be said again. Who only sounds like it gains nothing: scammers copy what a team says, word
//! for word, and change where it leads.

use fake_discord::world::Message;

use crate::night::{Night, SCAM, everything_in, night};

/// Where [`SCAM`] leads.
const PLACE: &str = "claim-airdrop.pages.dev";

/// Somebody's message was removed and put back.
async fn after_a_restore(test: impl AsyncFnOnce(&mut Night, Message)) {
    night(async |night| {
        let posted = night.member("alice").says("general", SCAM).unwrap();
        night.discord.until_deleted(&posted).await;
        let card = night.review_card().await;
        night.presses("max", &card, "v1:restore").await;
        night.discord.next_message_in("general").await;
        night.until_idle().await;
        test(night, card).await;
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn what_was_put_back_may_be_said_again_by_anybody() {
    after_a_restore(async |night, card| {
        let again = night.member("bob").says("trading", SCAM).unwrap();
        night
            .until_message(card.id, "the copy on the card that was there", |words| {
                words.contains("2 copies by 2 accounts in 2 channels")
            })
            .await;
        let shown = night
            .member("max")
            .runs_command("mod-log", "case show", &[("number", 2.into())]);
        let answer = everything_in(&night.answered(&shown.unwrap()).await);
        assert!(
            answer.contains("a moderator found another copy of it harmless"),
            "{answer}"
        );
        assert!(night.discord.message(&again).deleted_at.is_none());
        assert_eq!(night.discord.messages_in("mod-log").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_same_words_with_another_link_are_removed_and_get_a_card_of_their_own() {
    after_a_restore(async |night, _| {
        let words = SCAM.replace(PLACE, "claim-airdrop-now.pages.dev");
        let copy = night.member("mallory").says("trading", &words).unwrap();
        night.discord.until_deleted(&copy).await;
        let card = night.review_card().await;
        assert!(everything_in(&card).contains("claim-airdrop-now.pages.dev"));
    })
    .await;
}

#[tokio::test]
async fn other_words_that_name_the_page_that_was_put_back_are_judged_by_themselves() {
    after_a_restore(async |night, _| {
        let words = format!(
            "Your wallet is compromised! Verify your seed phrase at https://wallet-verify.pages.dev/secure, as shown on https://{PLACE}"
        );
        let scam = night.member("mallory").says("trading", &words).unwrap();
        night.discord.until_deleted(&scam).await;
        let card = night.review_card().await;
        assert!(everything_in(&card).contains("wallet-verify.pages.dev"));
    })
    .await;
}

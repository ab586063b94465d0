//! What a moderator found harmless may be said again. Who only sounds like it gains nothing: scammers copy what a team says, word
//! for word, and change where it leads. And they name the community's own page to look honest: whoever else names it is none of
//! theirs. What may be an original and its copy is decided one by one.

use fake_discord::world::Message;
use serde_json::json;

use crate::campaigns::{SUSPICIOUS, picture, raider};
use crate::night::{Night, SCAM, another_scam, everything_in, night};
use crate::queue::database;

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

#[tokio::test]
async fn what_was_put_back_may_be_forwarded_with_its_small_print() {
    after_a_restore(async |night, card| {
        let put_back = night.discord.messages_in("general").pop().unwrap();
        let forward = night.member("bob").forwards(put_back.id, "trading").unwrap();
        night
            .until_message(card.id, "the forward on the card that was there", |words| {
                words.contains("2 copies by 2 accounts in 2 channels")
            })
            .await;
        assert!(night.discord.message(&forward).deleted_at.is_none());
        assert!(!night.is_timed_out("bob"));
    })
    .await;
}

/// The community's own page, which regulars have linked to for days.
const OURS: &str = "https://bluefinch-notes.example";

/// `test` answers what may not be removed.
async fn where_regulars_link_to_their_page(test: impl AsyncFnOnce(&mut Night) -> Message) {
    night(async |night| {
        let shared = night
            .member("alice")
            .says("general", &format!("our page is {OURS}"));
        night.runs_setup().await;
        night.stops_bot().await;
        let changed = sqlx::query("UPDATE seen_hosts SET at = at - 3 * 86400000")
            .execute(&mut database(night).await)
            .await
            .unwrap();
        assert!(changed.rows_affected() > 0, "a regular has linked to it");
        night.starts_bot().await;
        let asked = test(night).await;
        // A scam that comes last and is gone: what came before has been judged.
        let later = raider(night).says("trading", &another_scam()).unwrap();
        night.discord.until_deleted(&later).await;
        night.until_idle().await;
        for said in [shared.unwrap(), asked] {
            assert!(
                night.discord.message(&said).deleted_at.is_none(),
                "{}",
                said.content
            );
        }
        assert_eq!(
            night.discord.messages_in("mod-log").len(),
            2,
            "one card for each scam"
        );
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn newcomers_may_ask_about_the_communitys_own_page_after_a_scammer_has_named_it() {
    where_regulars_link_to_their_page(async |night| {
        let lure = format!("Connect your wallet to claim the airdrop before it ends: {OURS}");
        let scam = night.member("mallory").says("general", &lure).unwrap();
        night.discord.until_deleted(&scam).await;
        night.review_card().await;
        night.until_idle().await;
        let asks = format!("hello, is {OURS} the real one? I am new here");
        raider(night).says("trading", &asks).unwrap()
    })
    .await;
}

#[tokio::test]
async fn what_discord_shows_of_the_communitys_own_page_is_no_picture_of_a_scam() {
    where_regulars_link_to_their_page(async |night| {
        let shows_the_page = |message: &Message| {
            let bytes = picture(image::ImageFormat::Png, 300);
            let mut state = night.discord.state();
            let kept = state.store_file(message.channel_id, "banner.png", None, None, bytes);
            drop(state);
            let thumbnail = json!({ "url": format!("{OURS}/banner.png"), "proxy_url": kept.url });
            let preview = json!({ "type": "article", "url": OURS, "thumbnail": thumbnail });
            night.discord.unfurls(message, preview);
        };
        let mallory = night.member("mallory");
        let scam = mallory.says("general", &format!("hello! {OURS}")).unwrap();
        shows_the_page(&scam);
        let lure = format!("Connect your wallet to claim the airdrop before it ends: {OURS}");
        mallory.edits(scam.id, &lure).unwrap();
        night.discord.until_deleted(&scam).await;
        night.review_card().await;
        night.until_idle().await;
        let asks = format!("hello, is {OURS} the real one? I am new here");
        let asked = raider(night).says("trading", &asks).unwrap();
        shows_the_page(&asked);
        asked
    })
    .await;
}

/// What a team announces, with where it leads.
fn announcement(place: &str) -> String {
    format!(
        "Our summer event has begun! Read all about the programme, the prizes and the people behind it here: {place}"
    )
}

#[tokio::test]
async fn what_a_team_announces_stands_when_a_scammer_copies_it_with_another_link() {
    night(async |night| {
        let ours = night.member("lena").says("general", &announcement(OURS)).unwrap();
        let shared = night
            .member("alice")
            .says("trading", &announcement(OURS))
            .unwrap();
        let scam = night
            .member("mallory")
            .says("general", &announcement(&another_scam()))
            .unwrap();
        night.discord.until_deleted(&scam).await;
        night.review_card().await;
        // Copies are looked for a moment after the first.
        night.until_idle().await;
        let again = night.member("lena").says("trading", &announcement(OURS)).unwrap();
        // A scam that comes last and is gone: what came before has been judged.
        let later = raider(night).says("trading", &another_scam()).unwrap();
        night.discord.until_deleted(&later).await;
        night.until_idle().await;
        for said in [ours, shared, again] {
            assert!(night.discord.message(&said).deleted_at.is_none(), "{said:?}");
        }
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn what_may_be_an_original_and_its_copy_get_a_card_each_and_are_decided_one_by_one() {
    night(async |night| {
        let ours = night.member("alice").says("general", SUSPICIOUS).unwrap();
        let first = night.review_card().await;
        let copied = SUSPICIOUS.replace("faceit-vote", "faceit-votes");
        let copy = night.member("mallory").says("general", &copied).unwrap();
        let second = night.review_card().await;
        night.presses("max", &second, "v1:confirm").await;
        night.discord.until_deleted(&copy).await;
        night.until_idle().await;
        let shown = everything_in(&night.discord.message(&first));
        assert!(!shown.contains("copies") && !shown.contains("mallory"), "{shown}");
        // The same once more, from other long-time members: each with its own.
        for (who, words, card) in [("bob", SUSPICIOUS, &first), ("lena", &copied, &second)] {
            night.member(who).says("trading", words).unwrap();
            night
                .until_message(card.id, "the copy on the card of its like", |words| {
                    words.contains("2 copies by 2 accounts in 2 channels")
                })
                .await;
        }
        night.presses("max", &first, "v1:restore").await;
        night.until_idle().await;
        assert!(night.discord.message(&ours).deleted_at.is_none());
        assert!(night.discord.message(&copy).deleted_at.is_some());
        assert_eq!(night.discord.messages_in("mod-log").len(), 2);
        night.discord.mark_all_read();
    })
    .await;
}

//! A picture of a scam among many others: every file and every preview of a message is looked at.

use std::io::Cursor;

use fake_discord::actors::{Given, MessageDraft};
use serde_json::json;

use crate::campaigns::picture;
use crate::night::{Night, SCAM, another_scam, everything_in, night};
use crate::queue::database;
use crate::surfaces::somebody_new;

/// A picture that is like no other of another number.
fn other(number: u32) -> Vec<u8> {
    let pixels = image::RgbImage::from_fn(128, 128, |x, y| {
        let grey = ((x * (number + 3)) ^ (y * (number * 5 + 1))) % 251;
        image::Luma([grey as u8]).0.repeat(3)[..3]
            .try_into()
            .map(image::Rgb)
            .expect("three colours")
    });
    let mut bytes = Cursor::new(Vec::new());
    pixels
        .write_to(&mut bytes, image::ImageFormat::Png)
        .expect("it can be saved");
    bytes.into_inner()
}

/// Mallory posts a scam with a picture, which is remembered.
async fn has_seen_a_scam(night: &Night) {
    let original = MessageDraft::text(SCAM).file("offer.png", picture(image::ImageFormat::Png, 300));
    let scam = night.member("mallory").sends("general", original).unwrap();
    night.discord.until_deleted(&scam).await;
    night.review_card().await;
    night.until_idle().await;
}

#[tokio::test]
async fn the_tenth_file_of_a_message_is_looked_at_like_the_first() {
    night(async |night| {
        has_seen_a_scam(night).await;
        let mut copy = MessageDraft::new();
        for number in 0..9 {
            copy = copy.file(&format!("{number}.png"), other(number));
        }
        copy = copy.file("offer.jpg", picture(image::ImageFormat::Jpeg, 640));
        let copy = somebody_new(night).sends("trading", copy).unwrap();
        night.discord.until_deleted(&copy).await;
        let card = everything_in(&night.review_card().await);
        assert!(card.contains("picture-of-a-scam"), "{card}");
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn the_last_of_many_previews_is_looked_at_like_the_first() {
    night(async |night| {
        has_seen_a_scam(night).await;
        let links =
            "https://a.example https://b.example https://c.example https://d.example https://e.example";
        let said = somebody_new(night).says("trading", links).unwrap();
        for (number, link) in (0..).zip(links.split(' ')) {
            let bytes = if number < 4 {
                other(number)
            } else {
                picture(image::ImageFormat::Jpeg, 500)
            };
            let kept = night
                .discord
                .state()
                .store_file(said.channel_id, "preview.png", None, None, bytes);
            let preview = json!({
                "type": "article",
                "url": link,
                "thumbnail": { "url": "https://a.example/own.png", "proxy_url": kept.url },
            });
            night.discord.unfurls(&said, preview);
        }
        night.discord.until_deleted(&said).await;
        let card = everything_in(&night.review_card().await);
        assert!(card.contains("picture-of-a-scam"), "{card}");
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_picture_that_a_server_only_observes_is_counted_and_stays() {
    night(async |night| {
        has_seen_a_scam(night).await;
        let options: [(&str, Given); 2] = [("rule", "picture-of-a-scam".into()), ("mode", "observe".into())];
        let run = night
            .member("olivia")
            .runs_command("staff", "rules mode", &options);
        night.answered(&run.expect("/rules mode")).await;
        let copy = MessageDraft::new().file("offer.jpg", picture(image::ImageFormat::Jpeg, 640));
        let copy = somebody_new(night).sends("trading", copy).unwrap();
        // What comes behind it in the same channel is judged after it.
        let next = somebody_new(night).says("trading", &another_scam()).unwrap();
        night.discord.until_deleted(&next).await;
        night.until_idle().await;
        assert!(night.discord.message(&copy).deleted_at.is_none());
        night.stops_bot().await;
        let counted: Option<(i64, i64)> =
            sqlx::query_as("SELECT hits, would_remove FROM shadow_counts WHERE rule = 'picture-of-a-scam'")
                .fetch_optional(&mut database(night).await)
                .await
                .expect("the counts can be read");
        assert_eq!(counted, Some((1, 1)));
        night.starts_bot().await;
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

/// The picture of the scam alone, as somebody else saves it.
fn the_picture() -> MessageDraft {
    MessageDraft::new().file("banner.jpg", picture(image::ImageFormat::Jpeg, 640))
}

#[tokio::test]
async fn a_regular_who_shows_one_picture_of_a_scam_is_not_taken_for_a_scammer() {
    night(async |night| {
        has_seen_a_scam(night).await;
        // It may be the community's own banner, which the scammer has borrowed.
        let shown = night.member("alice").sends("trading", the_picture()).unwrap();
        let posted = night.review_card().await;
        let card = everything_in(&posted);
        assert!(card.contains("picture-of-a-scam"), "{card}");
        assert!(card.contains("not removed, waits for review"), "{card}");
        night.until_idle().await;
        assert!(!night.is_timed_out("alice"));

        night.presses("max", &posted, "v1:restore").await;
        night.until_idle().await;
        let theirs = night.member("lena").sends("trading", the_picture()).unwrap();
        // What comes behind it in the same channel is judged after it.
        let next = somebody_new(night).says("trading", &another_scam()).unwrap();
        night.discord.until_deleted(&next).await;
        night.until_idle().await;
        for message in [shown, theirs] {
            assert!(night.discord.message(&message).deleted_at.is_none());
        }
        assert_eq!(
            night.discord.messages_in("mod-log").len(),
            3,
            "nobody is asked again"
        );
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_regular_whose_account_posts_several_pictures_of_a_scam_is_stopped() {
    night(async |night| {
        let original = MessageDraft::text(SCAM)
            .file("1.png", picture(image::ImageFormat::Png, 300))
            .file("2.png", other(1));
        let scam = night.member("mallory").sends("general", original).unwrap();
        night.discord.until_deleted(&scam).await;
        night.review_card().await;
        night.until_idle().await;

        let copy = the_picture().file("2.png", other(1));
        let copy = night.member("alice").sends("trading", copy).unwrap();
        night.discord.until_deleted(&copy).await;
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_picture_that_a_moderator_has_put_back_may_be_shown_by_newcomers() {
    night(async |night| {
        has_seen_a_scam(night).await;
        let shown = somebody_new(night).sends("trading", the_picture()).unwrap();
        night.discord.until_deleted(&shown).await;
        let card = night.review_card().await;
        night.presses("max", &card, "v1:restore").await;
        night.discord.next_message_in("trading").await;
        night.until_idle().await;

        let again = MessageDraft::text("this one?").file("b.png", picture(image::ImageFormat::Png, 500));
        let again = somebody_new(night).sends("general", again).unwrap();
        // What comes behind it in the same channel is judged after it.
        let next = somebody_new(night).says("general", &another_scam()).unwrap();
        night.discord.until_deleted(&next).await;
        night.until_idle().await;
        assert!(night.discord.message(&again).deleted_at.is_none());
        night.discord.mark_all_read();
    })
    .await;
}

//! Many copies of one message: a raid, a link in every channel, pictures, the honeypot. One card, one decision.

use std::io::Cursor;
use std::time::Duration;

use fake_discord::actors::{Given, MessageDraft, Person};
use fake_discord::world::{Author, ChannelKind, Message, World};
use serde_json::json;

use crate::night::{HARMLESS, Night, SCAM, button, buttons_of, everything_in, night, night_in, unique};

/// What a moderator should look at, and nobody removes by itself.
pub const SUSPICIOUS: &str = "please vote for my team in the great tournament https://faceit-vote.example";

/// Somebody who joined just now.
pub fn raider(night: &Night) -> Person {
    let person = night
        .discord
        .newcomer(&format!("raider{}", unique()), Duration::from_hours(24));
    person.joins().expect("anybody may join");
    person
}

/// Waits until the card says this.
async fn until_card_says(night: &Night, card: &Message, words: &str) -> Message {
    night
        .until_message(card.id, words, |everything| everything.contains(words))
        .await
}

#[tokio::test]
async fn a_raid_of_fifty_accounts_is_one_card_and_one_decision() {
    night(async |night| {
        let raiders: Vec<Person> = (0..50).map(|_| raider(night)).collect();
        let posted: Vec<Message> = raiders
            .iter()
            .enumerate()
            .map(|(number, one)| {
                let place = ["general", "trading", "lounge"][number % 3];
                one.says(place, SCAM).expect("it can be posted")
            })
            .collect();
        for scam in &posted {
            night.discord.until_deleted(scam).await;
        }
        let card = night.review_card().await;
        let card = until_card_says(night, &card, "50 copies by 50 accounts in 3 channels").await;
        assert!(buttons_of(&card).iter().any(|label| label == "Ban all"));
        let answer = night.presses("max", &card, "v1:ban").await;
        assert!(answer.contains("50 accounts"), "{answer}");
        night.until_idle().await;
        let state = night.discord.state();
        for one in &raiders {
            assert!(
                state
                    .guilds
                    .values()
                    .any(|guild| guild.bans.contains_key(&one.id)),
                "everybody is banned"
            );
        }
        drop(state);
        let mod_log = night.discord.messages_in("mod-log");
        assert_eq!(mod_log.len(), 1, "one card: {mod_log:#?}");
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn the_same_link_in_several_channels_is_one_campaign() {
    night(async |night| {
        let mallory = night.member("mallory");
        let link = "https://claim-airdrop.pages.dev";
        let first = mallory.says("general", &format!("{link}/wallet")).unwrap();
        night.discord.until_deleted(&first).await;
        let card = night.review_card().await;
        let words = [
            ("trading", format!("everybody look at this: {link}/claim")),
            ("lounge", format!("it really worked for me, I swear {link}")),
        ];
        for (place, text) in &words {
            let more = raider(night).says(*place, text).unwrap();
            night.discord.until_deleted(&more).await;
        }
        until_card_says(night, &card, "3 copies by 3 accounts in 3 channels").await;
        assert_eq!(night.discord.messages_in("mod-log").len(), 1);
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn copies_that_nobody_minded_before_the_first_verdict_are_removed_after_it() {
    night(async |night| {
        // The link alone is unknown and no more.
        let link = "https://bluefinch-notes.example/in";
        let early: Vec<Message> = ["general", "trading"]
            .iter()
            .map(|place| raider(night).says(*place, link).unwrap())
            .collect();
        let scam = "Connect your wallet to claim the airdrop before it ends";
        let verdict = night
            .member("mallory")
            .says("lounge", &format!("{scam}: {link}"))
            .unwrap();
        night.discord.until_deleted(&verdict).await;
        let card = night.review_card().await;
        for copy in &early {
            night.discord.until_deleted(copy).await;
        }
        until_card_says(night, &card, "3 copies by 3 accounts in 3 channels").await;
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_copy_that_was_only_suspicious_before_the_first_verdict_is_removed_after_it() {
    night(async |night| {
        let early = raider(night).says("general", SUSPICIOUS).unwrap();
        let card = night.review_card().await;
        let verdict = night
            .member("mallory")
            .says(
                "lounge",
                "Connect your wallet to claim the airdrop before it ends: https://faceit-vote.example",
            )
            .unwrap();
        night.discord.until_deleted(&verdict).await;
        night.discord.until_deleted(&early).await;
        let card = until_card_says(night, &card, "2 copies by 2 accounts in 2 channels").await;
        let card = until_card_says(night, &card, "2 removed").await;
        until_card_says(night, &card, "Nightdesk looked again and found it worse").await;
        night.until_idle().await;
        assert_eq!(night.discord.messages_in("mod-log").len(), 1, "one card");
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn copies_from_before_a_restart_are_found_by_search_once_discord_has_indexed() {
    night(async |night| {
        let link = "https://bluefinch-notes.example/in";
        let early = raider(night).says("trading", link).unwrap();
        let established = night
            .member("alice")
            .says(
                "general",
                "our page is https://bluefinch-notes.example/about see you there",
            )
            .unwrap();
        // Seen, before the bot forgets it.
        night.runs_setup().await;
        night.stops_bot().await;
        night.discord.state().searches_before_indexed = 1;
        night.starts_bot().await;

        let verdict = raider(night)
            .says(
                "general",
                &format!("Connect your wallet to claim the airdrop before it ends: {link}"),
            )
            .unwrap();
        night.discord.until_deleted(&verdict).await;
        let card = night.review_card().await;
        night.discord.until_deleted(&early).await;
        until_card_says(night, &card, "2 copies by 2 accounts in 2 channels").await;
        night.until_idle().await;
        assert!(
            night.discord.message(&established).deleted_at.is_none(),
            "what an old member said of the same place stays"
        );
        let searches = night.discord.rest().record.all().into_iter();
        let searches = searches.filter(|request| request.path.contains("/messages/search"));
        assert!(searches.count() >= 2, "asked again after it was not indexed");
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn after_a_moderator_upheld_a_suspicious_message_its_copies_go_at_once() {
    night(async |night| {
        let first = night.member("mallory").says("general", SUSPICIOUS).unwrap();
        let card = night.review_card().await;
        assert!(night.discord.message(&first).deleted_at.is_none());
        night.presses("max", &card, "v1:confirm").await;
        night.discord.until_deleted(&first).await;

        let other = "Please VOTE for my team in the great tournament!! https://another-vote.example x7Qz";
        let later = raider(night).says("trading", other).unwrap();
        night.discord.until_deleted(&later).await;
        until_card_says(night, &card, "2 copies by 2 accounts in 2 channels").await;
        assert_eq!(night.discord.messages_in("mod-log").len(), 1);
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_campaign_goes_on_across_a_restart() {
    night(async |night| {
        let first = raider(night).says("general", SCAM).unwrap();
        night.discord.until_deleted(&first).await;
        let card = night.review_card().await;
        night.until_idle().await;
        night.stops_bot().await;
        night.starts_bot().await;
        let second = raider(night).says("trading", SCAM).unwrap();
        night.discord.until_deleted(&second).await;
        until_card_says(night, &card, "2 copies by 2 accounts in 2 channels").await;
        night.until_idle().await;
        assert_eq!(night.discord.messages_in("mod-log").len(), 1, "one card");
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn two_moderators_who_uphold_a_campaign_together_decide_once_and_both_get_an_answer() {
    night(async |night| {
        // Three newcomers would be a wave, and removed without a moderator.
        let posted: Vec<Message> = ["mallory", "alice", "bob"]
            .map(|name| night.member(name))
            .iter()
            .chain([&raider(night)])
            .map(|author| author.says("general", SUSPICIOUS).unwrap())
            .collect();
        let card = night.review_card().await;
        let card = until_card_says(night, &card, "4 copies by 4 accounts in 1 channel").await;
        let wanted = button(&card, "v1:confirm");
        let (max, olivia) = (night.member("max"), night.member("olivia"));
        let (first, second) = (
            max.clicks(&card, &wanted).unwrap(),
            olivia.clicks(&card, &wanted).unwrap(),
        );
        let answers = [
            everything_in(&night.answered(&first).await),
            everything_in(&night.answered(&second).await),
        ];
        let upheld = answers.iter().filter(|answer| answer.contains("4 copies upheld"));
        assert_eq!(upheld.count(), 1, "{answers:?}");
        let late = answers.iter().filter(|answer| answer.contains("Nothing to do"));
        assert_eq!(late.count(), 1, "{answers:?}");
        for one in &posted {
            night.discord.until_deleted(one).await;
        }
        night.until_idle().await;
        let requests = night.discord.rest().record.all();
        let bulk = requests
            .iter()
            .filter(|one| one.path.ends_with("/messages/bulk-delete"));
        assert!(bulk.count() >= 1, "four in one channel go together");
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_moderator_does_to_a_campaign_only_what_they_may_do_to_each_author() {
    night(async |night| {
        let team = night.member("lena").says("general", SUSPICIOUS).unwrap();
        let card = night.review_card().await;
        let raider = raider(night);
        raider.says("trading", SUSPICIOUS).unwrap();
        night.member("olivia").says("lounge", SUSPICIOUS).unwrap();
        let card = until_card_says(night, &card, "3 copies by 3 accounts in 3 channels").await;
        let answer = night.presses("max", &card, "v1:ban").await;
        assert!(answer.contains("1 account was left out"), "{answer}");
        assert!(answer.contains("owns this server"), "{answer}");
        night.discord.until_deleted(&team).await;
        night.until_idle().await;
        assert!(!night.is_banned("olivia"));
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn restoring_a_campaign_brings_its_copies_back_and_lets_later_ones_stand() {
    night(async |night| {
        let people = [
            night.member("mallory"),
            night.member("alice"),
            night.member("bob"),
        ];
        for (one, place) in people.iter().zip(["general", "general", "trading"]) {
            let posted = one.says(place, SCAM).unwrap();
            night.discord.until_deleted(&posted).await;
        }
        let card = night.review_card().await;
        let card = until_card_says(night, &card, "3 copies by 3 accounts in 2 channels").await;
        night.until_idle().await;
        night.presses("max", &card, "v1:restore").await;
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
        let later = raider(night).says("lounge", SCAM).unwrap();
        until_card_says(night, &card, "4 copies by 4 accounts in 3 channels").await;
        night.until_idle().await;
        assert!(night.discord.message(&later).deleted_at.is_none(), "it stays");
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn one_account_in_three_channels_within_seconds_is_worth_a_look() {
    night(async |night| {
        let bob = night.member("bob");
        for place in ["general", "trading", "lounge"] {
            bob.says(place, "new stuff over here https://bobs-new-stuff.example")
                .unwrap();
        }
        let card = everything_in(&night.review_card().await);
        assert!(card.contains("posted-everywhere-at-once"), "{card}");
        assert!(!night.is_timed_out("bob"));
    })
    .await;
}

#[tokio::test]
async fn harmless_repetition_is_no_campaign() {
    night(async |night| {
        for text in [
            "gm",
            "gm gm gm gm gm gm",
            "🔥🔥🔥🔥🔥🔥🔥🔥",
            "!rank",
            HARMLESS,
            "https://github.com/rust-lang/rust",
        ] {
            for place in ["general", "trading", "lounge"] {
                raider(night).says(place, text).unwrap();
            }
        }
        // Setting up goes through the same gateway: when it is answered, all of it has been seen.
        night.runs_setup().await;
        let list = night
            .member("max")
            .runs_command("mod-log", "case list", &[])
            .unwrap();
        let list = everything_in(&night.answered(&list).await);
        assert!(list.contains("No case"), "{list}");
    })
    .await;
}

#[tokio::test]
async fn whoever_posts_in_the_honeypot_is_timed_out_and_staff_are_not() {
    night_in(
        World::community().channel("trap", ChannelKind::Text),
        async |night| {
            night.sets_up().await;
            let channels: [(&str, Given); 4] = [
                ("mod_log", "mod-log".into()),
                ("support", "support".into()),
                ("staff", "staff".into()),
                ("honeypot", "trap".into()),
            ];
            let ava = night.member("ava");
            let set = ava.runs_command("staff", "setup channels", &channels).unwrap();
            let answer = everything_in(&night.answered(&set).await);
            assert!(answer.contains("honeypot"), "{answer}");
            let notice = night.discord.next_message_in("trap").await;
            assert!(everything_in(&notice).contains("do not post here"));

            let staff = night.member("max").says("trap", "testing the trap").unwrap();
            let caught = night.member("mallory").says("trap", "hello").unwrap();
            night.discord.until_deleted(&caught).await;
            night.discord.until_timed_out("mallory").await;
            let card = everything_in(&night.review_card().await);
            assert!(card.contains("posted-in-the-honeypot"), "{card}");
            night.dm_to("mallory").await;
            assert!(night.discord.message(&staff).deleted_at.is_none());
            assert!(!night.is_timed_out("max"));
        },
    )
    .await;
}

#[tokio::test]
async fn a_channel_that_is_used_already_cannot_be_the_honeypot() {
    night(async |night| {
        let channels: [(&str, Given); 4] = [
            ("mod_log", "mod-log".into()),
            ("support", "support".into()),
            ("staff", "staff".into()),
            ("honeypot", "support".into()),
        ];
        let ava = night.member("ava");
        let set = ava.runs_command("staff", "setup channels", &channels).unwrap();
        let answer = everything_in(&night.answered(&set).await);
        assert!(answer.contains("a channel of its own"), "{answer}");
    })
    .await;
}

/// Some picture, saved in this format and size.
pub fn picture(format: image::ImageFormat, size: u32) -> Vec<u8> {
    let wave = |x: u32, y: u32| {
        let (x, y) = (f64::from(x) / f64::from(size), f64::from(y) / f64::from(size));
        (((x * 11.0).sin() + (y * 7.0 + x * 5.0).cos()) * 60.0 + 128.0) as u8
    };
    let pixels = image::RgbImage::from_fn(size, size, |x, y| {
        image::Rgb([wave(x, y), wave(y, x), wave(x, x)])
    });
    let mut bytes = Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, format).expect("it can be saved");
    bytes.into_inner()
}

#[tokio::test]
async fn a_picture_of_a_scam_is_known_again_in_another_size_and_format() {
    night(async |night| {
        let original = MessageDraft::text(SCAM).file("offer.png", picture(image::ImageFormat::Png, 300));
        let scam = night.member("mallory").sends("general", original).unwrap();
        night.discord.until_deleted(&scam).await;
        let card = night.review_card().await;
        night.until_idle().await;

        let harmless = MessageDraft::text("my cat").file("cat.png", {
            let plain = image::RgbImage::from_fn(200, 200, |x, y| {
                image::Rgb([(x * 5 % 250) as u8, (y * 3 % 250) as u8, ((x * y) % 250) as u8])
            });
            let mut bytes = Cursor::new(Vec::new());
            plain
                .write_to(&mut bytes, image::ImageFormat::Png)
                .expect("it can be saved");
            bytes.into_inner()
        });
        let cat = night.member("bob").sends("general", harmless).unwrap();
        let copy = MessageDraft::new().file("IMG_2044.jpg", picture(image::ImageFormat::Jpeg, 640));
        let copy = raider(night).sends("trading", copy).unwrap();
        night.discord.until_deleted(&copy).await;
        let second = night.review_card().await;
        assert_ne!(card.id, second.id);
        assert!(everything_in(&second).contains("picture-of-a-scam"));
        night.until_idle().await;
        assert!(night.discord.message(&cat).deleted_at.is_none());
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_picture_of_a_scam_is_known_again_in_a_links_preview_that_discord_shows() {
    night(async |night| {
        let original = MessageDraft::text(SCAM).file("offer.png", picture(image::ImageFormat::Png, 300));
        let scam = night.member("mallory").sends("general", original).unwrap();
        night.discord.until_deleted(&scam).await;
        night.review_card().await;
        night.until_idle().await;

        let link = raider(night)
            .says("trading", "https://bluefinch-notes.example/in")
            .unwrap();
        let copy = picture(image::ImageFormat::Jpeg, 500);
        let proxied = night
            .discord
            .state()
            .store_file(link.channel_id, "preview.jpg", None, None, copy);
        let preview = json!({
            "type": "article",
            "url": "https://bluefinch-notes.example/in",
            "thumbnail": { "url": "https://bluefinch-notes.example/own.jpg", "proxy_url": proxied.url },
        });
        night.discord.unfurls(&link, preview);
        night.discord.until_deleted(&link).await;
        let card = everything_in(&night.review_card().await);
        assert!(card.contains("picture-of-a-scam"), "{card}");
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

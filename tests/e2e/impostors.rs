//! Members who are named like staff, or like nobody honest: a card for moderators, never a punishment by itself, and one
//! card for a whole raid of them.

use std::time::Duration;

use fake_discord::actors::{Given, Person};
use fake_discord::world::{Application, World};

use crate::night::{HARMLESS, Night, SCAM, button, everything_in, night, night_in};

/// How the moderator is called in these tests.
const MODERATOR: &str = "Maximilian Ross";
/// The same to the eye: a capital I for the l.
pub const IMPOSTOR: &str = "MaximiIian Ross";

/// Somebody nobody has seen before, with this display name.
pub fn stranger(night: &Night, account: &str, display_name: &str) -> Person {
    let person = night.discord.newcomer(account, Duration::from_hours(24 * 40));
    person.takes_display_name(display_name);
    person
}

pub fn name_the_moderator(night: &Night) {
    night.member("max").takes_display_name(MODERATOR);
}

/// Proves that nothing more is said about names: a scam is posted and its card is the next.
async fn no_further_card(night: &Night) {
    let scam = night.member("mallory").says("general", SCAM).unwrap();
    night.discord.until_deleted(&scam).await;
    let card = night.review_card().await;
    assert!(
        everything_in(&card).contains("claim-airdrop"),
        "{}",
        everything_in(&card)
    );
    night.dm_to("mallory").await;
}

#[tokio::test]
async fn a_silent_member_named_like_a_moderator_is_shown_to_moderators_and_not_punished() {
    night(async |night| {
        name_the_moderator(night);
        let impostor = stranger(night, "maxi_r", IMPOSTOR);
        impostor.joins().unwrap();

        let card = night.review_card().await;
        let words = everything_in(&card);
        assert!(
            words.contains(IMPOSTOR) && words.contains(MODERATOR),
            "who imitates whom:\n{words}"
        );
        assert!(words.contains(&impostor.id.to_string()));
        for action in ["v1:confirm", "v1:restore", "v1:timeout", "v1:kick", "v1:ban"] {
            button(&card, action);
        }
        assert!(!night.is_timed_out("maxi_r") && !night.is_banned("maxi_r"));
    })
    .await;
}

#[tokio::test]
async fn a_member_who_takes_a_moderators_name_is_shown_once_whatever_they_say_or_change_next() {
    night(async |night| {
        name_the_moderator(night);
        let mallory = night.member("mallory");
        mallory.takes_nickname(IMPOSTOR).unwrap();
        let card = night.review_card().await;
        assert!(everything_in(&card).contains(IMPOSTOR));

        mallory.takes_avatar("0123456789abcdef0123456789abcdef");
        let said = mallory.says("general", HARMLESS).unwrap();
        mallory.edits(&said, "and on mainnet?").unwrap();
        no_further_card(night).await;
    })
    .await;
}

#[tokio::test]
async fn who_is_found_to_be_no_impostor_is_not_shown_again_after_a_restart_either() {
    night(async |night| {
        name_the_moderator(night);
        let mallory = night.member("mallory");
        mallory.takes_nickname(IMPOSTOR).unwrap();
        let card = night.review_card().await;
        let answer = night.presses("max", &card, "v1:restore").await;
        assert!(answer.contains("not shown again"), "{answer}");
        night
            .until_message(card.id, "the card to say so", |words| {
                words.contains("no impostor")
            })
            .await;

        night.stops_bot().await;
        night.starts_bot().await;
        mallory.says("general", HARMLESS).unwrap();
        no_further_card(night).await;

        // Another borrowed name is another matter.
        mallory.takes_display_name("Maxirnilian Ross");
        night.review_card().await;
    })
    .await;
}

#[tokio::test]
async fn protected_names_and_the_servers_own_with_a_title_are_no_strangers_to_borrow() {
    night(async |night| {
        let name: [(&str, Given); 1] = [("name", "Vitalina Morozova".into())];
        let set = night
            .member("ava")
            .runs_command("staff", "setup protect", &name)
            .unwrap();
        assert!(everything_in(&night.answered(&set).await).contains("Vitalina"));

        stranger(night, "v_m_1", "Vitalina Morozova").joins().unwrap();
        assert!(everything_in(&night.review_card().await).contains("Vitalina Morozova"));
        stranger(night, "lantern_1", "Lantern Support").joins().unwrap();
        assert!(everything_in(&night.review_card().await).contains("Lantern Support"));
        // A fan is no impostor.
        stranger(night, "fan_1", "Lanternfish").joins().unwrap();
        no_further_card(night).await;
    })
    .await;
}

#[tokio::test]
async fn a_name_that_lures_is_shown_too() {
    night(async |night| {
        stranger(night, "helpdesk_7", "Official Support Desk")
            .joins()
            .unwrap();
        let card = night.review_card().await;
        assert!(everything_in(&card).contains("Official Support Desk"));
    })
    .await;
}

#[tokio::test]
async fn staff_and_bots_are_not_compared_with_themselves() {
    night_in(World::community().other_bot("Lantern Support"), async |night| {
        night.sets_up().await;
        name_the_moderator(night);
        night.member("max").says("general", HARMLESS).unwrap();
        night.member("sam").says("general", HARMLESS).unwrap();
        night.member("Lantern Support").says("general", HARMLESS).unwrap();
        no_further_card(night).await;
    })
    .await;
}

#[tokio::test]
async fn a_raid_of_lookalikes_is_a_few_cards_and_one_press_bans_the_rest() {
    const RAID: usize = 40;
    night(async |night| {
        name_the_moderator(night);
        for number in 0..RAID {
            stranger(night, &format!("raider_{number}"), IMPOSTOR)
                .joins()
                .unwrap();
        }
        for _ in 0..4 {
            night.review_card().await;
        }
        let wave = night
            .discord
            .wait_for("a card to count the whole wave", |state| {
                let counted = format!("And {} more", RAID - 4);
                let mut cards = state.messages.values();
                cards
                    .find(|message| everything_in(message).contains(&counted))
                    .cloned()
            })
            .await;

        night.presses("max", &wave, "v1:ban").await;
        night
            .discord
            .wait_for("the wave to be banned", |state| {
                let banned: usize = state.guilds.values().map(|guild| guild.bans.len()).sum();
                (banned == RAID - 3).then_some(())
            })
            .await;
        no_further_card(night).await;
    })
    .await;
}

#[tokio::test]
async fn without_the_members_intent_an_impostor_is_noticed_when_they_speak() {
    let world = World::community().without_intents(Application::GUILD_MEMBERS);
    night_in(world, async |night| {
        night.sets_up().await;
        name_the_moderator(night);
        night.member("max").says("general", HARMLESS).unwrap();
        night.member("mallory").takes_nickname(IMPOSTOR).unwrap();
        night.member("mallory").says("general", HARMLESS).unwrap();
        let card = night.review_card().await;
        assert!(everything_in(&card).contains(MODERATOR));
    })
    .await;
}

#[tokio::test]
async fn who_is_kicked_for_a_name_is_told_why_and_how_to_contest_it() {
    night(async |night| {
        name_the_moderator(night);
        night.member("mallory").takes_nickname(IMPOSTOR).unwrap();
        let card = night.review_card().await;
        night.presses("max", &card, "v1:kick").await;
        let told = night.dm_to("mallory").await;
        assert!(
            everything_in(&told).contains("Your name in"),
            "{}",
            everything_in(&told)
        );
        button(&told, "v1:contest");
        let mallory = night.member("mallory").id;
        night
            .discord
            .wait_for("mallory to be gone", |state| {
                state
                    .guilds
                    .values()
                    .all(|guild| !guild.members.contains_key(&mallory))
                    .then_some(())
            })
            .await;
    })
    .await;
}

#[tokio::test]
async fn an_impostor_who_slipped_in_while_the_bot_was_away_is_shown_when_it_is_back() {
    night(async |night| {
        name_the_moderator(night);
        night.member("max").says("general", HARMLESS).unwrap();
        night.until_idle().await;
        night.stops_bot().await;
        stranger(night, "maxi_r", IMPOSTOR).joins().unwrap();
        night.starts_bot().await;
        let card = night.review_card().await;
        assert!(everything_in(&card).contains(IMPOSTOR));
    })
    .await;
}

/// Some picture, saved in this format and size; another `seed` gives another one.
fn picture(seed: u32, format: image::ImageFormat, size: u32) -> Vec<u8> {
    let wave = |x: u32, y: u32| {
        let (x, y) = (f64::from(x) / f64::from(size), f64::from(y) / f64::from(size));
        let by = f64::from(seed * 3 + 2);
        (((x * by).sin() + (y * 7.0 + x * (by + 3.0)).cos()) * 60.0 + 128.0) as u8
    };
    let pixels = image::RgbImage::from_fn(size, size, |x, y| {
        image::Rgb([wave(x, y), wave(y, x), wave(x, x)])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, format).expect("it can be saved");
    bytes.into_inner()
}

/// Discord's name for a picture.
fn avatar_name(number: u32) -> String {
    format!("{number:032x}")
}

#[tokio::test]
async fn a_newcomer_with_a_moderators_picture_is_shown_to_moderators_and_not_punished() {
    night(async |night| {
        let png = image::ImageFormat::Png;
        night
            .member("max")
            .takes_avatar_picture(&avatar_name(1), picture(1, png, 256));

        let honest = night.discord.newcomer("hanna", Duration::from_hours(24 * 40));
        honest.takes_avatar_picture(&avatar_name(2), picture(4, png, 256));
        honest.joins().unwrap();

        let thief = night.discord.newcomer("quiet_one", Duration::from_hours(24 * 40));
        thief.takes_avatar_picture(&avatar_name(3), picture(1, image::ImageFormat::Jpeg, 128));
        thief.joins().unwrap();
        let card = night.review_card().await;
        let words = everything_in(&card);
        assert!(
            words.contains("a picture, waits for review") && words.contains("Has the picture of"),
            "{words}"
        );
        assert!(
            words.contains(&thief.id.to_string()) && words.contains("max"),
            "{words}"
        );
        assert!(!night.is_timed_out("quiet_one") && !night.is_banned("quiet_one"));

        // The same picture is shown once, whatever else changes.
        thief.takes_display_name("Quiet One");
        no_further_card(night).await;
    })
    .await;
}

#[tokio::test]
async fn a_picture_that_could_not_be_fetched_is_looked_at_again() {
    night(async |night| {
        let png = image::ImageFormat::Png;
        let max = night.member("max");
        max.takes_avatar_picture(&avatar_name(1), picture(1, png, 256));
        let thief = night.discord.newcomer("quiet_one", Duration::from_hours(24 * 40));
        thief.takes_avatar_picture(&avatar_name(3), picture(1, image::ImageFormat::Jpeg, 128));
        let of_max = format!("/avatars/{}/", max.id);
        night.discord.state().content_down_below = Some(of_max.clone());
        thief.joins().unwrap();
        night
            .discord
            .wait_for("max's picture to be asked for", |state| {
                state
                    .served
                    .iter()
                    .any(|path| path.starts_with(&of_max))
                    .then_some(())
            })
            .await;
        night.until_idle().await;

        night.discord.state().content_down_below = None;
        thief.takes_display_name("Quiet One");
        let words = everything_in(&night.review_card().await);
        assert!(
            words.contains("Has the picture of") && words.contains("max"),
            "{words}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_member_who_puts_on_a_moderators_picture_later_is_shown_without_any_fetch_when_its_name_is_the_same()
 {
    night(async |night| {
        let bytes = picture(1, image::ImageFormat::Png, 256);
        night.member("max").takes_avatar_picture(&avatar_name(1), bytes);
        night.member("bob").takes_avatar(&avatar_name(1));
        let words = everything_in(&night.review_card().await);
        assert!(words.contains("Has the picture of"), "{words}");
        assert!(words.contains(&night.member("bob").id.to_string()), "{words}");
    })
    .await;
}

#[tokio::test]
async fn a_member_who_changes_pictures_all_the_time_makes_the_bot_fetch_a_few() {
    night(async |night| {
        let png = image::ImageFormat::Png;
        night
            .member("max")
            .takes_avatar_picture(&avatar_name(1), picture(1, png, 64));
        let mallory = night.member("mallory");
        for number in 2..40 {
            mallory.takes_avatar_picture(&avatar_name(number), picture(number + 4, png, 64));
        }
        no_further_card(night).await;
        night.until_idle().await;
        let fetched = night
            .discord
            .state()
            .served
            .iter()
            .filter(|path| path.starts_with(&format!("/avatars/{}/", mallory.id)))
            .count();
        assert!(
            (1..=5).contains(&fetched),
            "{fetched} pictures of one member were fetched"
        );
    })
    .await;
}

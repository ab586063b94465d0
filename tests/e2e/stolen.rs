//! Somebody with a past here suddenly posts a scam: the account is stopped, its owner is shown how to get it back, and a
//! moderator lets them back.

use fake_discord::world::{Message, World};

use crate::night::{Night, SCAM, button, everything_in, night, night_in};

/// A guild in which Rosa has been for a month and holds a role, and Wanda moderates.
pub fn with_rosa() -> World {
    World::community()
        .role("Regular", &[])
        .role("Warden", &["MODERATE_MEMBERS"])
        .member_with("rosa", &["Regular"])
        .member_with("wanda", &["Warden", "Moderator"])
        .bot_on_top()
}

/// Rosa's account posts a scam; answers the review card and what Rosa was told.
async fn stolen(night: &Night) -> (Message, Message) {
    let scam = night.member("rosa").says("general", SCAM).unwrap();
    night.discord.until_deleted(&scam).await;
    let card = night.review_card().await;
    let told = night.dm_to("rosa").await;
    (card, told)
}

/// Rosa says that the account is hers again.
async fn asks_back(night: &Night, told: &Message) -> String {
    let press = night
        .member("rosa")
        .clicks(told, &button(told, "v1:account-back"))
        .unwrap();
    everything_in(&night.answered(&press).await)
}

async fn set_up(night: &Night) {
    night.sets_up().await;
}

#[tokio::test]
async fn a_stolen_account_is_stopped_and_its_owner_shown_how_to_get_it_back() {
    night_in(with_rosa(), async |night| {
        set_up(night).await;
        let (card, told) = stolen(night).await;
        night.discord.until_timed_out("rosa").await;
        assert!(!night.is_banned("rosa"));
        let words = everything_in(&told);
        for step in ["password", "Devices", "Authorized Apps", "two-factor", "QR code"] {
            assert!(words.contains(step), "{step} is missing:\n{words}");
        }
        button(&told, "v1:contest");
        assert!(
            everything_in(&card).contains("most likely stolen"),
            "{}",
            everything_in(&card)
        );
    })
    .await;
}

#[tokio::test]
async fn a_stolen_account_that_posts_in_several_channels_is_written_to_once() {
    night_in(with_rosa(), async |night| {
        set_up(night).await;
        // All of it is there before the account is stopped.
        night.stops_bot().await;
        let posted =
            ["general", "trading", "lounge"].map(|place| night.member("rosa").says(place, SCAM).unwrap());
        night.starts_bot().await;
        for scam in &posted {
            night.discord.until_deleted(scam).await;
        }
        let card = night.review_card().await;
        let told = night.dm_to("rosa").await;
        night
            .until_message(card.id, "the campaign's card", |words| {
                words.contains("3 copies by 1 account in 3 channels")
            })
            .await;
        night.until_idle().await;
        let to_rosa = format!("/channels/{}/messages", told.channel_id);
        let written = night.discord.rest().record.all().into_iter();
        let written = written.filter(|request| request.method == "POST" && request.path.ends_with(&to_rosa));
        assert_eq!(written.count(), 1, "she reads the steps once");
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn who_has_the_account_again_is_let_back_by_a_moderator_after_a_restart_too() {
    night_in(with_rosa(), async |night| {
        set_up(night).await;
        let (card, told) = stolen(night).await;
        night.discord.until_timed_out("rosa").await;
        night.stops_bot().await;
        night.starts_bot().await;

        let answer = asks_back(night, &told).await;
        assert!(answer.contains("moderator"), "{answer}");
        let card = night
            .until_message(card.id, "the request on the card", |words| {
                words.contains("Asks to be let back") && words.contains("v1:let-back")
            })
            .await;
        let again = asks_back(night, &told).await;
        assert!(again.contains("asked already"), "{again}");

        let (wanda, olivia) = (night.member("wanda"), night.member("olivia"));
        let let_back = button(&card, "v1:let-back");
        let (first, second) = (
            wanda.clicks(&card, &let_back).unwrap(),
            olivia.clicks(&card, &let_back).unwrap(),
        );
        night.answered(&first).await;
        night.answered(&second).await;
        let rosa = night.member("rosa").id;
        night.discord.until_free_to_write("rosa").await;
        let welcome = night.dm_to("rosa").await;
        assert!(everything_in(&welcome).contains("Welcome back"));
        let wanda = night.member("wanda").id.to_string();
        let olivia = night.member("olivia").id.to_string();
        night
            .until_message(card.id, "the card to say who let her back", |words| {
                words.contains("let the author back") && (words.contains(&wanda) || words.contains(&olivia))
            })
            .await;
        let lifts = night.discord.rest().record.all().into_iter().filter(|request| {
            request.method == "PATCH" && request.path.ends_with(&format!("/members/{rosa}"))
        });
        assert_eq!(lifts.count(), 2, "one timeout and one end of it");
    })
    .await;
}

#[tokio::test]
async fn a_copys_author_who_asks_and_contests_is_seen_on_the_campaigns_card_and_answered_alone() {
    night_in(with_rosa(), async |night| {
        set_up(night).await;
        let first = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&first).await;
        let card = night.review_card().await;
        night.dm_to("mallory").await;
        let copy = night.member("rosa").says("trading", SCAM).unwrap();
        night.discord.until_deleted(&copy).await;
        night.discord.until_timed_out("rosa").await;
        let told = night.dm_to("rosa").await;
        asks_back(night, &told).await;
        let rosa = night.member("rosa");
        let contest = rosa.clicks(&told, &button(&told, "v1:contest")).unwrap();
        let form = contest.modal().await;
        let field = form.fields()[0].custom_id.clone();
        let sent = rosa
            .submits(&form, &[(&field, "Somebody else wrote that.")])
            .unwrap();
        night.answered(&sent).await;
        let card = night
            .until_message(card.id, "both on the campaign's card", |words| {
                words.contains("2 copies by 2 accounts")
                    && words.contains("asks to be let back")
                    && words.contains("Somebody else wrote that.")
                    && words.contains("v1:let-back")
            })
            .await;

        let answer = night.presses("wanda", &card, "v1:let-back").await;
        assert!(answer.contains("the author may write again"), "{answer}");
        night.discord.until_free_to_write("rosa").await;
        assert!(everything_in(&night.dm_to("rosa").await).contains("Welcome back"));
        assert!(night.is_timed_out("mallory"), "she asked for nothing");

        let card = night
            .until_message(card.id, "the contest alone", |words| {
                !words.contains("v1:let-back") && words.contains("v1:restore-one")
            })
            .await;
        night.presses("olivia", &card, "v1:restore-one").await;
        let back = night.discord.next_message_in("trading").await;
        assert!(everything_in(&back).contains("claim-airdrop"));
        night.dm_to("rosa").await;
        night
            .until_message(card.id, "nothing left to answer", |words| {
                !words.contains("v1:restore-one") && words.contains("1 removed, 1 found harmless")
            })
            .await;
        night.until_idle().await;
        assert!(night.is_timed_out("mallory"), "hers was not undone");
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn who_is_not_let_back_yet_is_told_so_and_may_ask_again() {
    night_in(with_rosa(), async |night| {
        set_up(night).await;
        let (card, told) = stolen(night).await;
        asks_back(night, &told).await;
        let card = night
            .until_message(card.id, "the request on the card", |words| {
                words.contains("v1:decline-back")
            })
            .await;
        night.presses("wanda", &card, "v1:decline-back").await;
        let not_yet = night.dm_to("rosa").await;
        assert!(everything_in(&not_yet).contains("Not yet"));
        assert!(night.is_timed_out("rosa"));
        asks_back(night, &not_yet).await;
        night
            .until_message(card.id, "the request on the card again", |words| {
                words.contains("v1:let-back")
            })
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_stranger_cannot_ask_for_somebody_else_and_a_member_cannot_let_them_back() {
    night_in(with_rosa(), async |night| {
        set_up(night).await;
        let (card, told) = stolen(night).await;
        asks_back(night, &told).await;
        let card = night
            .until_message(card.id, "the request on the card", |words| {
                words.contains("v1:let-back")
            })
            .await;
        // The administrator of this world sees the card but may not time anybody out.
        let refusal = night.presses("ava", &card, "v1:let-back").await;
        assert!(refusal.contains("Time Out Members"), "{refusal}");
        assert!(night.is_timed_out("rosa"));
    })
    .await;
}

#[tokio::test]
async fn a_stranger_without_a_past_is_told_as_before() {
    night(async |night| {
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        night.review_card().await;
        let told = night.dm_to("mallory").await;
        assert!(!everything_in(&told).contains("v1:account-back"));
    })
    .await;
}

#[tokio::test]
async fn a_stolen_staff_account_that_pings_everyone_has_the_same_way_back() {
    let world = World::community()
        .role("Announcer", &["MENTION_EVERYONE"])
        .member_with("amy", &["Announcer", "Moderator"]);
    night_in(world.bot_on_top(), async |night| {
        set_up(night).await;
        let posted = night
            .member("amy")
            .says("general", &format!("@everyone {SCAM}"))
            .unwrap();
        night.discord.until_deleted(&posted).await;
        night.discord.until_timed_out("amy").await;
        night.review_card().await;
        let told = night.dm_to("amy").await;
        button(&told, "v1:account-back");
        night.review_card().await;
    })
    .await;
}

#[tokio::test]
async fn the_owner_is_alerted_of_a_stolen_staff_account_once_an_hour_and_nobody_else_is_pinged() {
    night(async |night| {
        let asks = "Please send me your seed phrase so that support can verify your wallet";
        let first = night.member("max").says("general", asks).unwrap();
        let more = night.member("max").says("trading", asks).unwrap();
        night.discord.until_deleted(&first).await;
        night.discord.until_deleted(&more).await;
        night.review_card().await;
        let alert = night.review_card().await;
        let words = everything_in(&alert);
        let (max, olivia) = (night.member("max").id, night.member("olivia").id);
        assert!(
            words.contains("A team account is most likely stolen") && words.contains(&max.to_string()),
            "{words}"
        );
        assert_eq!(alert.mentions, [olivia], "the owner is pinged, and nobody else");

        night.until_idle().await;
        let alerts = night.discord.messages_in("mod-log").into_iter();
        let alerts = alerts.filter(|one| everything_in(one).contains("A team account is most likely stolen"));
        assert_eq!(alerts.count(), 1);
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn when_the_owners_own_account_is_stolen_moderators_are_alerted() {
    night(async |night| {
        let asks = "Please send me your seed phrase so that support can verify your wallet";
        let posted = night.member("olivia").says("general", asks).unwrap();
        night.discord.until_deleted(&posted).await;
        night.review_card().await;
        let alert = night.review_card().await;
        assert!(alert.mentions.is_empty() && !alert.mention_everyone);
        assert!(
            alert.content.contains("<@&"),
            "moderators are called: {}",
            alert.content
        );
        night.expects_trouble();
        night.discord.mark_all_read();
    })
    .await;
}

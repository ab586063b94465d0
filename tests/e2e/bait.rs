//! A public cry for help: whoever asked is shown the way to a private ticket, and for a quarter of an hour strangers who
//! answer with an invitation, a link or "DM me" are read more closely.

use fake_discord::actors::Given;
use fake_discord::world::Message;

use crate::night::{HARMLESS, Night, SCAM, button, everything_in, night};

const CRY: &str = "please help, my wallet was drained an hour ago";
/// The same, with a link that a moderator should look at.
const CRY_WITH_A_LINK: &str =
    "please help me, my wallet was drained an hour ago, after I voted on https://faceit-vote.example";
/// On a quiet day moderators are shown this, and it stays.
const INVITATION: &str = "they sorted mine out, ask there https://discord.gg/fixers-guild";
/// Another such, to another server: no copy of the first.
const OTHER_INVITATION: &str = "they sold me the whole set, have a look https://discord.gg/card-traders";
const WRITE_TO_ME: &str = "I had the same last week, dm me";

/// Alice cries for help, and reads what she is offered.
async fn cries(night: &Night) -> (Message, Message) {
    let cry = night.member("alice").says("general", CRY).unwrap();
    let offer = night.discord.next_message_in("general").await;
    (cry, offer)
}

#[tokio::test]
async fn who_cries_for_help_is_shown_the_way_to_a_private_ticket() {
    night(async |night| {
        let (_, offer) = cries(night).await;
        let alice = night.member("alice");
        let words = everything_in(&offer);
        assert!(words.contains("never writes to you first"), "{words}");
        assert_eq!(offer.mentions, [alice.id], "nobody else is pinged");
        assert!(!offer.mention_everyone);

        let pressed = alice.clicks(&offer, &button(&offer, "v1:open")).unwrap();
        let form = pressed.modal().await;
        let sent = crate::tickets::submits(night, "alice", &form);
        let answer = everything_in(&night.answered(&sent).await);
        assert!(answer.contains("#1"), "{answer}");
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_stranger_who_answers_with_an_invitation_elsewhere_is_removed() {
    night(async |night| {
        night.discord.state().add_foreign_invite("fixers-guild", "Fixers");
        night
            .discord
            .state()
            .add_foreign_invite("card-traders", "Card traders");
        let quiet = night.member("mallory").says("trading", OTHER_INVITATION).unwrap();
        night.review_card().await;
        cries(night).await;
        let bait = night.member("mallory").says("general", INVITATION).unwrap();
        night.discord.until_deleted(&bait).await;
        let card = night.review_card().await;
        assert!(
            everything_in(&card).contains("bait-after-cry-for-help"),
            "{}",
            everything_in(&card)
        );
        night.dm_to("mallory").await;
        assert!(
            night.discord.message(&quiet).deleted_at.is_none(),
            "elsewhere nobody cried"
        );
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn who_cries_with_the_link_that_did_it_is_helped_and_guarded_while_moderators_look() {
    night(async |night| {
        night.discord.state().add_foreign_invite("fixers-guild", "Fixers");
        let alice = night.member("alice");
        let cry = alice.says("general", CRY_WITH_A_LINK).unwrap();
        let card = night.review_card().await;
        assert!(everything_in(&card).contains("faceit-vote.example"));
        let offer = night.discord.next_message_in("general").await;
        assert_eq!(offer.mentions, [alice.id]);
        button(&offer, "v1:open");

        let bait = night.member("mallory").says("general", INVITATION).unwrap();
        night.discord.until_deleted(&bait).await;
        let card = everything_in(&night.review_card().await);
        assert!(card.contains("bait-after-cry-for-help"), "{card}");
        night.dm_to("mallory").await;
        assert!(night.discord.message(&cry).deleted_at.is_none());
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_stranger_who_answers_with_dm_me_is_shown_to_moderators() {
    night(async |night| {
        cries(night).await;
        night.member("mallory").says("general", WRITE_TO_ME).unwrap();
        let card = night.review_card().await;
        assert!(
            everything_in(&card).contains("contact-after-cry-for-help"),
            "{}",
            everything_in(&card)
        );
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn staff_and_the_one_who_cried_are_not_read_more_closely() {
    night(async |night| {
        cries(night).await;
        night
            .member("alice")
            .says("general", "somebody wrote me: dm me, should I?")
            .unwrap();
        night
            .member("sam")
            .says("general", "dm me never works here, press the button above")
            .unwrap();
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        let card = night.review_card().await;
        assert!(
            everything_in(&card).contains("claim-airdrop"),
            "{}",
            everything_in(&card)
        );
        night.dm_to("mallory").await;
    })
    .await;
}

#[tokio::test]
async fn a_member_is_offered_a_ticket_once_and_a_channel_is_not_filled_with_offers() {
    night(async |night| {
        cries(night).await;
        night.member("alice").says("general", CRY).unwrap();
        night.member("alice").says("trading", CRY).unwrap();
        night
            .member("bob")
            .says("general", "my tx is stuck, help me please")
            .unwrap();
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        night.review_card().await;
        night.dm_to("mallory").await;
        night.until_idle().await;
        // A second offer would be a message that nobody has read.
    })
    .await;
}

#[tokio::test]
async fn in_observe_mode_nobody_is_offered_anything() {
    night(async |night| {
        let observe: [(&str, Given); 1] = [("mode", "observe".into())];
        let set = night
            .member("ava")
            .runs_command("staff", "setup mode", &observe)
            .unwrap();
        night.answered(&set).await;
        night.member("alice").says("general", CRY).unwrap();
        night.member("bob").says("general", HARMLESS).unwrap();
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        let card = night.review_card().await;
        assert!(everything_in(&card).contains("claim-airdrop"));
        assert!(night.discord.message(&scam).deleted_at.is_none());
        night.until_idle().await;
    })
    .await;
}

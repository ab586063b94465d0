//! Buttons of the review card and of the author's message: undo, uphold, contest; two people at once.

use fake_discord::rest::faults::Which;
use fake_discord::world::Author;

use crate::night::{SCAM, button, everything_in, night};

#[tokio::test]
async fn restore_puts_the_message_back_lifts_the_timeout_and_tells_the_author() {
    night(async |night| {
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        let card = night.review_card().await;
        night.dm_to("mallory").await;

        let max = night.member("max").id.to_string();
        night.presses("max", &card, "v1:restore").await;

        let back = night.discord.next_message_in("general").await;
        assert!(
            matches!(back.author, Author::Webhook { .. }),
            "it comes back through a webhook"
        );
        assert!(everything_in(&back).contains("claim-airdrop.pages.dev"));
        assert!(back.mentions.is_empty() && !back.mention_everyone);
        night.discord.until_free_to_write("mallory").await;
        night.dm_to("mallory").await;
        night
            .until_message(card.id, "the card to name the moderator", |words| {
                words.contains(&max)
            })
            .await;
        assert!(
            night.discord.message(&back).deleted_at.is_none(),
            "what was restored is not removed again"
        );
    })
    .await;
}

#[tokio::test]
async fn two_moderators_who_press_ban_together_ban_once_and_both_get_an_answer() {
    night(async |night| {
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        let card = night.review_card().await;
        night.dm_to("mallory").await;

        let ban = button(&card, "v1:ban");
        let (max, olivia) = (night.member("max"), night.member("olivia"));
        let (first, second) = (
            max.clicks(&card, &ban).unwrap(),
            olivia.clicks(&card, &ban).unwrap(),
        );
        night.answered(&first).await;
        night.answered(&second).await;
        night.discord.until_banned("mallory").await;

        let bans = night.discord.rest().record.all().into_iter();
        let bans = bans
            .filter(|request| request.method == "PUT" && request.path.contains("/bans/"))
            .count();
        assert_eq!(bans, 1, "one effect");
    })
    .await;
}

#[tokio::test]
async fn whoever_is_found_harmless_is_not_punished_by_a_press_that_was_still_under_way() {
    const SUSPICIOUS: &str = "please vote for my team in the great tournament https://faceit-vote.example";
    for punishment in ["v1:kick", "v1:ban"] {
        night(async |night| {
            night.member("mallory").says("general", SUSPICIOUS).unwrap();
            let card = night.review_card().await;
            let removing = Which::route("DELETE", "/channels/{channel_id}/messages/{message_id}");
            let removal = night.discord.rest().faults.hold_before_applying(removing);
            night.presses("max", &card, punishment).await;
            removal.reached().await;
            night.presses("olivia", &card, "v1:restore").await;
            removal.release();

            let back = night.discord.next_message_in("general").await;
            assert!(everything_in(&back).contains("faceit-vote.example"));
            night.until_idle().await;
            let thrown_out = night.discord.rest().record.all().into_iter().filter(|request| {
                let is_out = request.method == "DELETE" && request.path.contains("/members/");
                is_out || (request.method == "PUT" && request.path.contains("/bans/"))
            });
            assert_eq!(thrown_out.count(), 0, "{punishment}");
            let told = everything_in(&night.dm_to("mallory").await);
            assert!(told.contains("We were wrong"), "nothing else is told: {told}");
        })
        .await;
    }
}

#[tokio::test]
async fn undoing_a_ban_lifts_it_and_says_that_nobody_comes_back_by_that_alone() {
    night(async |night| {
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        let card = night.review_card().await;
        night.dm_to("mallory").await;
        let press = async |action: &str| {
            let id = button(&night.discord.message(&card), action);
            let press = night.member("max").clicks(&card, &id).unwrap();
            everything_in(&night.answered(&press).await)
        };
        press("v1:ban").await;
        night.discord.until_banned("mallory").await;

        let words = press("v1:restore").await;
        assert!(words.contains("The ban is being lifted"), "{words}");
        assert!(words.contains("send the author an invitation"), "{words}");
        night.discord.until_unbanned("mallory").await;
        night.discord.next_message_in("general").await;
        let lifted = night.discord.rest().record.all().into_iter();
        let lifted = lifted.filter(|request| request.method == "DELETE" && request.path.contains("/bans/"));
        assert_eq!(lifted.count(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_member_without_the_permission_presses_in_vain() {
    night(async |night| {
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        let card = night.review_card().await;
        night.dm_to("mallory").await;

        // The administrator of this world sees the mod log but may neither ban nor manage messages.
        let press = night
            .member("ava")
            .clicks(&card, &button(&card, "v1:ban"))
            .unwrap();
        let refusal = night.answered(&press).await;
        assert!(
            everything_in(&refusal).contains("Ban Members"),
            "{}",
            everything_in(&refusal)
        );
        assert!(!night.is_banned("mallory"));
    })
    .await;
}

#[tokio::test]
async fn an_author_contests_while_timed_out_and_it_lands_on_the_card() {
    night(async |night| {
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        let card = night.review_card().await;
        let told = night.dm_to("mallory").await;

        let mallory = night.member("mallory");
        let form = mallory
            .clicks(&told, &button(&told, "v1:contest"))
            .unwrap()
            .modal()
            .await;
        let field = form.fields()[0].custom_id.clone();
        let sent = mallory
            .submits(
                &form,
                &[(&field, "That was my own project's page, please look again.")],
            )
            .unwrap();
        night.answered(&sent).await;
        night
            .until_message(card.id, "the contest on the card", |words| {
                words.contains("my own project")
            })
            .await;
    })
    .await;
}

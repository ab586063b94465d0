//! Setting a guild up, and being told what is missing.

use fake_discord::actors::Given;
use fake_discord::world::World;

use crate::night::{SCAM, everything_in, night, night_in};

#[tokio::test]
async fn setup_check_finds_nothing_missing_in_a_well_made_guild() {
    night(async |night| {
        let check = night
            .member("ava")
            .runs_command("staff", "setup check", &[])
            .unwrap();
        let answer = everything_in(&night.answered(&check).await);
        assert!(answer.contains("Nothing is missing."), "{answer}");
    })
    .await;
}

#[tokio::test]
async fn setup_check_names_the_missing_permission_the_channel_and_the_way_to_mend_it() {
    let world = World::community().overwrite("support", "lamplighter", &[], &["CREATE_PRIVATE_THREADS"]);
    night_in(world, async |night| {
        night.sets_up().await;
        let check = night
            .member("ava")
            .runs_command("staff", "setup check", &[])
            .unwrap();
        let answer = everything_in(&night.answered(&check).await);
        assert!(answer.contains("Create Private Threads"), "{answer}");
        let support = night.discord.channel("support").id.to_string();
        assert!(
            answer.contains(&support) || answer.contains("support"),
            "{answer}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_member_may_not_set_the_guild_up() {
    night(async |night| {
        let mode: [(&str, Given); 1] = [("mode", "observe".into())];
        // Discord itself hides the command from them; one who gets past that is refused by the bot.
        let Ok(attempt) = night
            .member("mallory")
            .runs_command("general", "setup mode", &mode)
        else {
            return;
        };
        let answer = everything_in(&night.answered(&attempt).await);
        assert!(answer.contains("Manage Server"), "{answer}");
    })
    .await;
}

#[tokio::test]
async fn an_exempt_channel_is_left_alone_until_it_is_judged_again() {
    night(async |night| {
        let ava = night.member("ava");
        let exempt: [(&str, Given); 1] = [("channel", "trading".into())];
        night
            .answered(&ava.runs_command("staff", "setup exempt", &exempt).unwrap())
            .await;
        let left = night.member("mallory").says("trading", SCAM).unwrap();
        let judged: [(&str, Given); 2] = [("channel", "trading".into()), ("remove", true.into())];
        night
            .answered(&ava.runs_command("staff", "setup exempt", &judged).unwrap())
            .await;
        let scam = night.member("mallory").says("trading", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        night.review_card().await;
        night.dm_to("mallory").await;
        assert!(night.discord.message(&left).deleted_at.is_none());
    })
    .await;
}

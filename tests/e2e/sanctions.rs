//! Sanctions that end by themselves, by rows that were written when they were pronounced: also when the bot was restarted
//! in between, and not when a moderator has decided otherwise since.

use std::time::Duration;

use fake_discord::rest::faults::Which;
use fake_discord::world::{State, World};

use crate::night::{Night, OwnRules, SCAM, another_scam, everything_in, night_around};

/// A night whose policy does this to whoever posts a scam.
async fn night_with(answer: &str, test: impl AsyncFnOnce(&mut Night)) {
    let rules = OwnRules::new();
    rules.answer_to_scams(answer);
    let world = World::community().role("Quarantined", &[]).bot_on_top();
    night_around(world, async |night| {
        night.environment.push(rules.setting());
        night.starts_bot().await;
        night.sets_up().await;
        test(night).await;
    })
    .await;
}

#[tokio::test]
async fn a_ban_for_a_time_ends_by_itself() {
    night_with("\"delete\", \"ban for 2s\"", async |night| {
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        night.discord.until_banned("mallory").await;
        let card = night.review_card().await;
        assert!(
            everything_in(&card).contains("was banned until"),
            "{}",
            everything_in(&card)
        );
        night.discord.until_unbanned("mallory").await;
    })
    .await;
}

#[tokio::test]
async fn a_ban_ends_although_the_bot_was_killed_in_between_and_away_when_it_was_due() {
    night_with("\"delete\", \"ban for 1s\"", async |night| {
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        night.discord.until_banned("mallory").await;
        night.kills_bot().await;
        night.starts_bot().await;
        night.discord.until_unbanned("mallory").await;
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_moderators_ban_outlasts_the_end_of_the_policys_own() {
    night_with("\"delete\", \"ban for 4s\"", async |night| {
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        night.discord.until_banned("mallory").await;
        let card = night.review_card().await;
        night.presses("max", &card, "v1:ban").await;
        // Waits for the end that was planned, too: it has nothing to do any more.
        night.until_idle().await;
        assert!(night.is_banned("mallory"));
    })
    .await;
}

#[tokio::test]
async fn a_restore_lifts_a_ban() {
    night_with("\"delete\", \"ban\"", async |night| {
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        night.discord.until_banned("mallory").await;
        let card = night.review_card().await;
        let answer = night.presses("max", &card, "v1:restore").await;
        assert!(answer.contains("The ban is being lifted"), "{answer}");
        night.discord.until_unbanned("mallory").await;
        night.until_idle().await;
        night.expects_trouble();
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_quarantine_for_a_time_ends_by_itself() {
    night_with("\"delete\", \"quarantine for 2s\"", async |night| {
        let role = [("role", "Quarantined".into())];
        let set = night
            .member("ava")
            .runs_command("staff", "setup quarantine", &role)
            .unwrap();
        night.answered(&set).await;
        let (mallory, quarantined) = {
            let state = night.discord.state();
            let role = state
                .guilds
                .values()
                .flat_map(|guild| guild.roles.values())
                .find(|role| role.name == "Quarantined")
                .expect("the role is there")
                .id;
            (state.user_named("mallory").expect("she is there").id, role)
        };
        let holds = move |state: &fake_discord::world::State| {
            state
                .guilds
                .keys()
                .filter_map(|guild| state.member(*guild, mallory))
                .any(|member| member.roles.contains(&quarantined))
        };
        night.member("mallory").says("general", SCAM).unwrap();
        night
            .discord
            .wait_for("the quarantine", |state| holds(state).then_some(()))
            .await;
        night.review_card().await;
        night
            .discord
            .wait_for("its end", |state| (!holds(state)).then_some(()))
            .await;
    })
    .await;
}

const DAY: Duration = Duration::from_hours(24);

/// Whether a member may not write for more than so many days to come.
fn is_timed_out_beyond(state: &State, name: &str, days: u32) -> bool {
    let user = state.user_named(name).expect("there is such a user").id;
    let members = state.guilds.keys().filter_map(|guild| state.member(*guild, user));
    let mut ends = members.filter_map(|member| member.communication_disabled_until);
    ends.any(|end| end > state.now().plus(DAY * days))
}

#[tokio::test]
async fn a_moderators_timeout_of_a_day_does_not_cut_the_policys_week() {
    night_with("\"delete\", \"timeout 7d\"", async |night| {
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        night.discord.until_timed_out("mallory").await;
        let card = night.review_card().await;
        night.presses("max", &card, "v1:timeout").await;
        night.until_idle().await;
        assert!(is_timed_out_beyond(&night.discord.state(), "mallory", 6));
    })
    .await;
}

#[tokio::test]
async fn a_timeout_that_a_moderator_gave_by_hand_is_not_cut_by_the_bots() {
    night_with("\"delete\"", async |night| {
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        let card = night.review_card().await;
        night.member("olivia").times_out("mallory", DAY * 28).unwrap();
        night.presses("max", &card, "v1:timeout").await;
        night.until_idle().await;
        assert!(is_timed_out_beyond(&night.discord.state(), "mallory", 27));
    })
    .await;
}

#[tokio::test]
async fn undoing_one_case_leaves_the_timeout_of_another() {
    night_with("\"delete\", \"timeout 7d\"", async |night| {
        let timing_out = Which::route("PATCH", "/guilds/{guild_id}/members/{user_id}");
        let hold = night.discord.rest().faults.hold_before_applying(timing_out);
        let mallory = night.member("mallory");
        let (real, mistake) = (another_scam(), another_scam());
        let real = mallory.says("general", &real).unwrap();
        hold.reached().await;
        let posted = mallory.says("general", &mistake).unwrap();
        night.discord.until_deleted(&real).await;
        night.discord.until_deleted(&posted).await;
        hold.release();
        let cards = [night.review_card().await, night.review_card().await];
        night.until_idle().await;

        let host = mistake.trim_start_matches("https://").split('.').next().unwrap();
        let card = cards.iter().find(|card| everything_in(card).contains(host));
        let answer = night
            .presses("max", card.expect("a card of its own"), "v1:restore")
            .await;
        assert!(answer.contains("They stay timed out until"), "{answer}");
        night.until_idle().await;
        assert!(is_timed_out_beyond(&night.discord.state(), "mallory", 6));
        let mut told = String::new();
        while !told.contains("We were wrong") {
            told = everything_in(&night.dm_to("mallory").await);
        }
        assert!(told.contains("You stay timed out until"), "{told}");
        assert!(!told.contains("Your timeout has ended"), "{told}");
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn undoing_one_case_leaves_the_ban_of_another_and_says_so() {
    night_with("\"delete\"", async |night| {
        let mallory = night.member("mallory");
        let mut cards = Vec::new();
        for _ in 0..2 {
            let scam = mallory.says("general", &another_scam()).unwrap();
            night.discord.until_deleted(&scam).await;
            cards.push(night.review_card().await);
        }
        for card in &cards {
            night.presses("max", card, "v1:ban").await;
        }
        night.discord.until_banned("mallory").await;
        night.until_idle().await;
        let answer = night.presses("max", &cards[0], "v1:restore").await;
        assert!(answer.contains("**The ban stays**"), "{answer}");
        night.until_idle().await;
        assert!(night.is_banned("mallory"));
        let answer = night.presses("max", &cards[1], "v1:restore").await;
        assert!(answer.contains("The ban is being lifted"), "{answer}");
        night.discord.until_unbanned("mallory").await;
        night.until_idle().await;
        night.expects_trouble();
        night.discord.mark_all_read();
    })
    .await;
}

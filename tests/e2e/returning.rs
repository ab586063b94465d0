//! Members who were away while something was decided about them, and those who leave to get away from it.

use std::time::Duration;

use fake_discord::ids::Id;
use fake_discord::rest::faults::Which;
use fake_discord::rest::record::Recorded;
use fake_discord::world::{Message, State, World};

use crate::night::{Night, OwnRules, SCAM, everything_in, night, night_around};
use crate::tickets::opens_a_ticket;

const NOT_HERE: &str =
    "ending the timeout: it failed (`they are not in this server; it is done if they come back`)";

/// Mallory posts what is taken for a scam and is timed out; answers the card of the case.
async fn is_silenced(night: &Night) -> Message {
    let scam = night.member("mallory").says("general", SCAM).unwrap();
    night.discord.until_deleted(&scam).await;
    night.discord.until_timed_out("mallory").await;
    night.dm_to("mallory").await;
    night.review_card().await
}

/// A moderator finds it harmless while Mallory is away; read is what comes of that.
async fn is_found_harmless(night: &Night, card: &Message) {
    night.presses("max", card, "v1:restore").await;
    night.discord.next_message_in("general").await;
    let is_told = |words: &str| words.contains(NOT_HERE);
    night
        .until_message(card.id, "the card to say that it waits", is_told)
        .await;
}

async fn until_free(night: &Night, card: &Message) {
    night.discord.until_free_to_write("mallory").await;
    night
        .until_message(card.id, "the card to be content", |words| {
            !words.contains(NOT_HERE)
        })
        .await;
}

#[tokio::test]
async fn whoever_was_found_harmless_while_away_can_write_when_they_are_back() {
    night(async |night| {
        let card = is_silenced(night).await;
        night.member("mallory").leaves().unwrap();
        is_found_harmless(night, &card).await;
        night.member("mallory").joins().unwrap();
        until_free(night, &card).await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn whoever_came_back_while_the_bot_was_away_can_write_when_it_is_back() {
    night(async |night| {
        let card = is_silenced(night).await;
        night.member("mallory").leaves().unwrap();
        is_found_harmless(night, &card).await;
        night.stops_bot().await;
        night.member("mallory").joins().unwrap();
        assert!(
            night.is_timed_out("mallory"),
            "Discord keeps a timeout over leaving"
        );
        night.starts_bot().await;
        until_free(night, &card).await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn whoever_was_banned_by_mistake_can_write_when_they_are_back() {
    night(async |night| {
        let card = is_silenced(night).await;
        night.presses("max", &card, "v1:ban").await;
        night.discord.until_banned("mallory").await;
        is_found_harmless(night, &card).await;
        night.discord.until_unbanned("mallory").await;
        night.member("mallory").joins().unwrap();
        until_free(night, &card).await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_timeout_that_a_moderator_gave_by_hand_outlasts_a_return() {
    night(async |night| {
        opens_a_ticket(night, "mallory").await;
        let thread = night.ticket_thread_of("mallory").await.id;
        let card = is_silenced(night).await;
        let (max, mallory) = (night.member("max"), night.member("mallory"));
        max.times_out("mallory", Duration::from_hours(24 * 27)).unwrap();
        mallory.leaves().unwrap();
        is_found_harmless(night, &card).await;
        mallory.joins().unwrap();
        mallory.leaves().unwrap();
        // Comings and goings are gone through one by one: where the second leaving is told of, the return is done with.
        let told = "has left this server";
        night
            .discord
            .wait_for("both leavings to be told of", move |state| {
                let words = state.messages_in(thread).map(everything_in);
                (words.filter(|words| words.contains(told)).count() == 2).then_some(())
            })
            .await;
        mallory.joins().unwrap();
        night.until_idle().await;
        assert!(night.is_timed_out("mallory"));
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn leaving_in_time_is_no_way_out_of_a_timeout() {
    night(async |night| {
        let timing_out = Which::route("PATCH", "/guilds/{guild_id}/members/{user_id}");
        let hold = night.discord.rest().faults.hold_before_applying(timing_out);
        let mallory = night.member("mallory");
        let scam = mallory.says("general", SCAM).unwrap();
        hold.reached().await;
        mallory.leaves().unwrap();
        hold.release();
        night.discord.until_deleted(&scam).await;
        let card = night.review_card().await;
        night
            .until_message(card.id, "the card to say that it waits", |words| {
                words.contains("timing the author out: it failed")
            })
            .await;
        mallory.joins().unwrap();
        night.discord.until_timed_out("mallory").await;
        night
            .until_message(card.id, "the card to be content", |words| {
                !words.contains("timing the author out: it failed")
            })
            .await;
        night.discord.mark_all_read();
    })
    .await;
}

/// A night in which scammers are put into quarantine, and what tells whether Mallory is in it.
async fn in_quarantine(test: impl AsyncFnOnce(&mut Night, &dyn Fn(&State) -> bool)) {
    let rules = OwnRules::new();
    rules.answer_to_scams("\"delete\", \"quarantine\"");
    let world = World::community().role("Quarantined", &[]).bot_on_top();
    night_around(world, async |night| {
        night.environment.push(rules.setting());
        night.starts_bot().await;
        night.sets_up().await;
        let role = [("role", "Quarantined".into())];
        let ava = night.member("ava");
        let set = ava.runs_command("staff", "setup quarantine", &role).unwrap();
        night.answered(&set).await;
        let quarantine = role_called(&night.discord.state(), "Quarantined");
        let mallory = night.member("mallory").id;
        let is_in_it = move |state: &State| {
            let mut members = state
                .guilds
                .keys()
                .filter_map(|guild| state.member(*guild, mallory));
            members.any(|member| member.roles.contains(&quarantine))
        };
        night.member("mallory").says("general", SCAM).unwrap();
        night
            .discord
            .wait_for("the quarantine", |state| is_in_it(state).then_some(()))
            .await;
        night.until_idle().await;
        test(night, &is_in_it).await;
        night.discord.mark_all_read();
    })
    .await;
}

fn role_called(state: &State, name: &str) -> Id {
    let mut roles = state.guilds.values().flat_map(|guild| guild.roles.values());
    roles
        .find(|role| role.name == name)
        .expect("there is such a role")
        .id
}

#[tokio::test]
async fn leaving_is_no_way_out_of_a_quarantine() {
    in_quarantine(async |night, is_in_it| {
        let mallory = night.member("mallory");
        for _ in 0..2 {
            mallory.leaves().unwrap();
            mallory.joins().unwrap();
            night
                .discord
                .wait_for("the quarantine", |state| is_in_it(state).then_some(()))
                .await;
        }
        night.stops_bot().await;
        mallory.leaves().unwrap();
        mallory.joins().unwrap();
        night.starts_bot().await;
        night
            .discord
            .wait_for("the quarantine", |state| is_in_it(state).then_some(()))
            .await;
    })
    .await;
}

#[tokio::test]
async fn whoever_was_released_stays_free_when_they_come_back() {
    in_quarantine(async |night, is_in_it| {
        let card = night.review_card().await;
        night.presses("olivia", &card, "v1:restore").await;
        night
            .discord
            .wait_for("the release", |state| (!is_in_it(state)).then_some(()))
            .await;
        night.until_idle().await;
        comes_back(night).await;
        assert!(!is_in_it(&night.discord.state()));
    })
    .await;
}

#[tokio::test]
async fn whoever_was_released_by_hand_stays_free_when_they_come_back() {
    in_quarantine(async |night, is_in_it| {
        let olivia = night.member("olivia");
        olivia.takes_role("mallory", "Quarantined").unwrap();
        // What was meant by it is written down as a release of the bot's own.
        let rest = night.discord.rest();
        let is_release = |request: &Recorded| request.method == "DELETE" && request.path.contains("/roles/");
        rest.record.wait_for(is_release).await;
        night.until_idle().await;
        comes_back(night).await;
        assert!(!is_in_it(&night.discord.state()));
    })
    .await;
}

/// Mallory leaves and comes back, and what that leads to is over.
async fn comes_back(night: &mut Night) {
    let mallory = night.member("mallory");
    mallory.leaves().unwrap();
    mallory.joins().unwrap();
    night.stops_bot().await;
    night.starts_bot().await;
    night.until_idle().await;
}

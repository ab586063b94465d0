//! A wave of look-alikes that grows while a moderator decides on it: the decision is about those whom the presser's rights
//! were checked for, and about nobody else.

use std::time::Duration;

use fake_discord::rest::faults::Which;
use fake_discord::world::Message;

use crate::impostors::{IMPOSTOR, name_the_moderator, stranger};
use crate::night::{Night, button, everything_in, night};

/// Look-alikes that get a card each before the next ones share one.
const ON_CARDS_OF_THEIR_OWN: usize = 3;

/// A raid of look-alikes. Answers the card of its wave, which counts two members.
pub async fn a_wave_of_two(night: &Night) -> Message {
    name_the_moderator(night);
    for number in 0..ON_CARDS_OF_THEIR_OWN + 2 {
        joins(night, number);
    }
    for _ in 0..=ON_CARDS_OF_THEIR_OWN {
        night.review_card().await;
    }
    the_wave_counts(night, 1).await
}

fn joins(night: &Night, number: usize) {
    let raider = stranger(night, &format!("raider_{number}"), IMPOSTOR);
    raider.joins().expect("anybody may join");
}

/// The card that names so many members beside the first.
async fn the_wave_counts(night: &Night, others: usize) -> Message {
    let counted = format!("And {others} more");
    // The card of a wave is brought up to date every five seconds.
    night
        .discord
        .wait_within(Duration::from_secs(30), "a card to count them", |state| {
            let mut cards = state.messages.values();
            cards.find(|card| everything_in(card).contains(&counted)).cloned()
        })
        .await
}

/// How many are banned.
pub fn banned(night: &Night) -> usize {
    let state = night.discord.state();
    state.guilds.values().map(|guild| guild.bans.len()).sum()
}

#[tokio::test]
async fn who_joins_a_wave_while_the_pressers_rights_are_checked_is_not_banned_unchecked() {
    night(async |night| {
        let wave = a_wave_of_two(night).await;
        let asking = Which::route("GET", "/guilds/{guild_id}/members/{user_id}");
        let hold = night.discord.rest().faults.hold_before_answering(asking);
        let press = night.member("max").clicks(&wave, &button(&wave, "v1:ban"));
        let press = press.expect("the button can be pressed");
        hold.reached().await;
        joins(night, ON_CARDS_OF_THEIR_OWN + 2);
        let wave = the_wave_counts(night, 2).await;
        hold.release();

        let answer = everything_in(&night.answered(&press).await);
        assert!(answer.contains("one more member joined"), "{answer}");
        night.until_idle().await;
        assert_eq!(
            banned(night),
            0,
            "the wave is decided on as a whole, or not at all"
        );

        // Now they are on the card that max looks at.
        let answer = night.presses("max", &wave, "v1:ban").await;
        assert!(answer.contains("all 3 members are being banned"), "{answer}");
        night
            .discord
            .wait_for("the wave to be banned", |state| {
                let bans: usize = state.guilds.values().map(|guild| guild.bans.len()).sum();
                (bans == 3).then_some(())
            })
            .await;
    })
    .await;
}

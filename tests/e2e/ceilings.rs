//! Ceilings that the bot keeps to by itself: how often Discord may refuse it something before it stops asking, and how many
//! one press decides on.

use std::time::Duration;

use fake_discord::actors::Person;
use fake_discord::rest::record::Recorded;
use fake_discord::world::World;
use nightdesk::app::budget::Budget;
use nightdesk::cli::run::Parts;

use crate::campaigns::raider;
use crate::failures::ends_of;
use crate::limiter::InThisProcess;
use crate::night::{Night, SCAM, another_scam, everything_in, night, night_around};

const DELETE: (&str, &str) = ("DELETE", "/channels/{channel_id}/messages/{message_id}");
/// Refusals that Discord takes from this bot within a span; the real figures are thousands and ten minutes.
const MOST: usize = 5;
const SPAN: Duration = Duration::from_secs(8);

fn removals(night: &Night) -> Vec<Recorded> {
    let mut all = night.discord.rest().record.all();
    all.retain(|one| one.method == DELETE.0 && one.route == Some(DELETE.1));
    all
}

/// Waits until so many removals were answered.
async fn until_answered(night: &Night, count: usize) {
    for _ in 0..1500 {
        if removals(night).iter().filter_map(Recorded::status).count() >= count {
            return;
        }
        // A refusal changes nothing in the world that could be waited for: look again shortly.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{count} removals were never answered");
}

/// Waits until the bot has read the last refusal: its end is a row.
async fn until_all_noted(night: &Night) {
    let ends = ends_of(night, "delete-message").await;
    assert_eq!(ends, vec![("failed".to_owned(), 0); MOST]);
}

#[tokio::test]
async fn a_bot_that_discord_refuses_too_much_stops_asking_until_it_may_again() {
    night_around(World::community(), async |night| {
        let parts = Parts {
            invalid_requests: Budget::new(MOST, SPAN),
            ..Parts::default()
        };
        let address = night.discord.api_url();
        let bot = InThisProcess::start(&night.discord, &night.database(), Some(&address), parts);
        night.until_on_duty().await;
        night.sets_up().await;

        let (method, route) = DELETE;
        night
            .discord
            .rest()
            .faults
            .fail(method, route, MOST as u64, 403, 50_013);
        for number in 1..=MOST {
            raider(night).says("general", &another_scam()).unwrap();
            until_answered(night, number).await;
        }
        until_all_noted(night).await;
        // The last refusal has used up what there was. What is posted now is seen, and waits.
        let last = raider(night).says("trading", &another_scam()).unwrap();
        night
            .discord
            .wait_within(Duration::from_mins(1), "the last scam to go", |state| {
                state.messages[&last.id].deleted_at.map(|_| ())
            })
            .await;
        let asked = removals(night);
        let answers: Vec<Option<u16>> = asked.iter().map(Recorded::status).collect();
        assert_eq!(
            answers,
            [Some(403), Some(403), Some(403), Some(403), Some(403), Some(204)]
        );
        let waited = asked[MOST].at_ms - asked[0].at_ms;
        assert!(waited >= SPAN.as_millis() as i64, "asked again after {waited} ms");
        night.until_idle().await;
        bot.stop().await;
        night.discord.mark_all_read();
    })
    .await;
}

/// Cases that one press decides.
const AT_ONCE: usize = 500;
const BEYOND: usize = 4;

#[tokio::test]
async fn a_campaign_of_more_than_one_press_decides_on_is_banned_with_two() {
    night(async |night| {
        let raiders: Vec<Person> = (0..AT_ONCE + BEYOND).map(|_| raider(night)).collect();
        for (number, one) in raiders.iter().enumerate() {
            let place = ["general", "trading", "lounge"][number % 3];
            one.says(place, SCAM).expect("it can be posted");
        }
        let card = night.review_card().await;
        let all = AT_ONCE + BEYOND;
        let counted = format!("{all} copies by {all} accounts");
        let patience = Duration::from_mins(4);
        night
            .discord
            .wait_within(patience, "the card to count all of them", |state| {
                everything_in(state.messages.get(&card.id)?)
                    .contains(&counted)
                    .then_some(())
            })
            .await;
        let banned = async |count: usize| {
            night
                .discord
                .wait_within(patience, "them to be banned", |state| {
                    let bans: usize = state.guilds.values().map(|guild| guild.bans.len()).sum();
                    assert!(bans <= count, "{bans} are banned");
                    (bans == count).then_some(())
                })
                .await;
        };
        let answer = night.presses("max", &card, "v1:ban").await;
        assert!(
            answer.contains(&format!("{AT_ONCE} accounts being banned")),
            "{answer}"
        );
        banned(AT_ONCE).await;
        let answer = night.presses("max", &card, "v1:ban").await;
        assert!(
            answer.contains(&format!("{BEYOND} accounts being banned")),
            "{answer}"
        );
        banned(all).await;
        night.discord.mark_all_read();
    })
    .await;
}

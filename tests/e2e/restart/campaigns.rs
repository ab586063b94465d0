//! Kills on the way of a campaign: while a raid is removed, while a moderator decides on all of it.

use std::cell::RefCell;
use std::time::Duration;

use fake_discord::actors::{Exchange, Person};
use fake_discord::world::Message;

use super::kills::{Course, survives_a_kill_at_every_write};
use super::{exactly, is_unanswered};
use crate::night::{Night, SCAM, button, everything_in};

const SUSPICIOUS: &str = "please vote for my team in the great tournament https://faceit-vote.example";

/// Three new accounts post the same scam.
struct Raiding(RefCell<Vec<Message>>);

const PLACES: [&str; 3] = ["general", "general", "trading"];

fn posts(authors: &[Person; 3], text: &str) -> Vec<Message> {
    let says = |(author, place): (&Person, &str)| author.says(place, text).expect("it can be posted");
    authors.iter().zip(PLACES).map(says).collect()
}

impl Course for Raiding {
    async fn begins(_: &Night) -> Self {
        Self(RefCell::default())
    }

    async fn happens(&self, night: &Night) {
        let raiders = [0, 1, 2].map(|number| {
            let name = format!("raider{number}");
            let raider = night.discord.newcomer(&name, Duration::from_hours(24));
            raider.joins().expect("anybody may join");
            raider
        });
        *self.0.borrow_mut() = posts(&raiders, SCAM);
        self.goes_on(night).await;
    }

    async fn goes_on(&self, night: &Night) {
        let posted = self.0.borrow().clone();
        for scam in &posted {
            night.discord.until_deleted(scam).await;
        }
    }

    async fn ends(&self, night: &Night) {
        for number in 0..3 {
            assert!(night.is_timed_out(&format!("raider{number}")));
        }
        let card = exactly(night, 1, "one review card", "mod-log").remove(0);
        let words = everything_in(&card);
        assert!(words.contains("3 copies by 3 accounts in 2 channels"), "{words}");
    }
}

/// Max upholds a campaign of three members.
struct Upholding {
    posted: Vec<Message>,
    card: Message,
    pressed: RefCell<Option<Exchange>>,
}

impl Upholding {
    async fn presses(&self, night: &Night) {
        let card = night.discord.message(&self.card);
        let press = night
            .member("max")
            .clicks(&card, &button(&card, "v1:confirm"))
            .expect("the button can be pressed");
        *self.pressed.borrow_mut() = Some(press.clone());
        night.answered(&press).await;
    }
}

impl Course for Upholding {
    async fn begins(night: &Night) -> Self {
        // Three newcomers within a minute would be a wave, and removed without Max.
        let members = ["mallory", "alice", "bob"].map(|name| night.member(name));
        let posted = posts(&members, SUSPICIOUS);
        let card = night.review_card().await;
        let card = night
            .until_message(card.id, "all copies on the card", |words| {
                words.contains("3 copies by 3 accounts")
            })
            .await;
        Self {
            posted,
            card,
            pressed: RefCell::default(),
        }
    }

    async fn happens(&self, night: &Night) {
        self.presses(night).await;
    }

    async fn goes_on(&self, night: &Night) {
        let unanswered = self.pressed.borrow().as_ref().is_none_or(is_unanswered);
        let standing = self
            .posted
            .iter()
            .any(|one| night.discord.message(one).deleted_at.is_none());
        let decided = everything_in(&night.discord.message(&self.card)).contains("upheld");
        if unanswered && standing && !decided {
            self.presses(night).await;
        }
    }

    async fn ends(&self, night: &Night) {
        for one in &self.posted {
            assert!(
                night.discord.message(one).deleted_at.is_some(),
                "every copy is gone"
            );
        }
        let card = exactly(night, 1, "one review card", "mod-log").remove(0);
        let max = night.member("max").id.to_string();
        let words = everything_in(&card);
        assert!(words.contains(&max) && words.contains("3 removed"), "{words}");
    }
}

#[tokio::test]
async fn a_raid_is_removed_and_shown_once_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<Raiding>().await;
    // The removals, three timeouts, three inboxes, three direct messages, the card, its edit.
    assert!(writes >= 10, "{writes} writes only");
}

#[tokio::test]
async fn a_campaign_is_upheld_once_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<Upholding>().await;
    // The answer, the removals, three inboxes, three direct messages, the card.
    assert!(writes >= 6, "{writes} writes only");
}

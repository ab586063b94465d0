//! Kills while copies of a scam are looked for, and while a wave of look-alikes is banned.

use std::cell::RefCell;
use std::time::Duration;

use fake_discord::actors::Exchange;
use fake_discord::world::Message;

use super::exactly;
use super::kills::{Course, survives_a_kill_at_every_request, survives_a_kill_at_every_write};
use super::undoing::{presses, presses_again_if_unanswered};
use crate::campaigns::raider;
use crate::growing_waves::{self, a_wave_of_two};
use crate::night::{Night, everything_in};

/// Unknown, and no more.
const LINK: &str = "https://bluefinch-notes.example/in";

/// A scam shows what two earlier messages were.
struct Purging {
    early: Vec<Message>,
    verdict: RefCell<Option<Message>>,
}

impl Course for Purging {
    async fn begins(night: &Night) -> Self {
        let early = ["general", "trading"].map(|place| raider(night).says(place, LINK));
        Self {
            early: early.map(|posted| posted.expect("it can be posted")).to_vec(),
            verdict: RefCell::default(),
        }
    }

    async fn happens(&self, night: &Night) {
        let scam = format!("Connect your wallet to claim the airdrop before it ends: {LINK}");
        let posted = night.member("mallory").says("lounge", &scam);
        *self.verdict.borrow_mut() = Some(posted.expect("it can be posted"));
        self.goes_on(night).await;
    }

    async fn goes_on(&self, night: &Night) {
        let verdict = self.verdict.borrow().clone().expect("it was posted");
        night.discord.until_deleted(&verdict).await;
        for copy in &self.early {
            night.discord.until_deleted(copy).await;
        }
    }

    async fn ends(&self, night: &Night) {
        let card = exactly(night, 1, "one review card", "mod-log").remove(0);
        let card = night
            .until_message(card.id, "all copies on the card", |words| {
                words.contains("3 copies by 3 accounts in 3 channels")
            })
            .await;
        let words = everything_in(&card);
        assert!(!words.contains("Did not work"), "{words}");
    }
}

#[tokio::test]
async fn copies_are_found_and_removed_whichever_request_the_bot_is_killed_at() {
    let requests = survives_a_kill_at_every_request::<Purging>().await;
    // The removal, the timeout, the direct message, the card; the copies read again, the search, their removals.
    assert!(requests >= 10, "{requests} requests only");
}

/// Max bans a wave of look-alikes.
struct BanningAWave {
    card: Message,
    pressed: RefCell<Option<Exchange>>,
}

impl Course for BanningAWave {
    async fn begins(night: &Night) -> Self {
        Self {
            card: a_wave_of_two(night).await,
            pressed: RefCell::default(),
        }
    }

    async fn happens(&self, night: &Night) {
        presses(night, &self.card, "v1:ban", &self.pressed).await;
    }

    async fn goes_on(&self, night: &Night) {
        presses_again_if_unanswered(night, &self.card, "v1:ban", &self.pressed).await;
    }

    async fn ends(&self, night: &Night) {
        night
            .discord
            .wait_within(Duration::from_secs(30), "the wave to be banned", |state| {
                let bans: usize = state.guilds.values().map(|guild| guild.bans.len()).sum();
                (bans == 2).then_some(())
            })
            .await;
        assert_eq!(
            growing_waves::banned(night),
            2,
            "the wave, and nobody of the others"
        );
        exactly(night, 4, "a card each, and the wave's", "mod-log");
        let words = everything_in(&night.discord.message(&self.card));
        assert!(!words.contains("Did not work"), "{words}");
    }
}

#[tokio::test]
async fn a_wave_is_banned_once_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<BanningAWave>().await;
    // The promise, the answer, two bans, the card.
    assert!(writes >= 5, "{writes} writes only");
}

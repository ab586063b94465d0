//! Kills while what was removed by mistake is undone: all of a campaign at once, and for good by an exemption.

use std::cell::RefCell;

use fake_discord::actors::Exchange;
use fake_discord::world::Message;

use super::kills::{Course, survives_a_kill_at_every_write};
use super::{exactly, exactly_told, is_unanswered};
use crate::night::{Night, SCAM, button, everything_in};

/// Max presses a button of a message as it stands, and waits for the answer.
pub async fn presses(night: &Night, message: &Message, action: &str, pressed: &RefCell<Option<Exchange>>) {
    let standing = night.discord.message(message);
    let press = night.member("max").clicks(&standing, &button(&standing, action));
    let press = press.expect("the button can be pressed");
    *pressed.borrow_mut() = Some(press.clone());
    night.answered(&press).await;
}

/// Whoever was left without an answer presses once more, where that is still offered.
pub async fn presses_again_if_unanswered(
    night: &Night,
    message: &Message,
    action: &str,
    pressed: &RefCell<Option<Exchange>>,
) {
    let unanswered = pressed.borrow().as_ref().is_none_or(is_unanswered);
    let standing = night.discord.message(message);
    let offered = standing
        .components
        .iter()
        .flat_map(|row| row["components"].as_array().cloned().unwrap_or_default())
        .any(|one| {
            let id = one["custom_id"].as_str().unwrap_or_default();
            id.starts_with(action) && one["disabled"] != true
        });
    if unanswered && offered {
        presses(night, message, action, pressed).await;
    }
}

const PEOPLE: [(&str, &str); 3] = [("mallory", "general"), ("alice", "general"), ("bob", "trading")];

/// Max finds that the three copies of a campaign were no scam.
struct RestoringAll {
    card: Message,
    pressed: RefCell<Option<Exchange>>,
}

impl Course for RestoringAll {
    async fn begins(night: &Night) -> Self {
        for (name, place) in PEOPLE {
            let posted = night.member(name).says(place, SCAM).expect("it can be posted");
            night.discord.until_deleted(&posted).await;
        }
        let card = night.review_card().await;
        let card = night
            .until_message(card.id, "all copies on the card", |words| {
                words.contains("3 copies by 3 accounts in 2 channels")
            })
            .await;
        Self {
            card,
            pressed: RefCell::default(),
        }
    }

    async fn happens(&self, night: &Night) {
        presses(night, &self.card, "v1:restore", &self.pressed).await;
    }

    async fn goes_on(&self, night: &Night) {
        presses_again_if_unanswered(night, &self.card, "v1:restore", &self.pressed).await;
    }

    async fn ends(&self, night: &Night) {
        exactly(night, 2, "two restored messages", "general");
        exactly(night, 1, "one restored message", "trading");
        for (name, _) in PEOPLE {
            assert!(!night.is_timed_out(name), "{name} may write again");
            exactly_told(night, 2, name);
        }
        let webhooks = night.discord.state().webhooks.len();
        assert_eq!(webhooks, 2, "one for each channel");
        let card = exactly(night, 1, "one review card", "mod-log").remove(0);
        let words = everything_in(&card);
        assert!(
            words.contains("undone") && !words.contains("Did not work"),
            "{words}"
        );
    }
}

#[tokio::test]
async fn a_campaign_is_restored_once_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<RestoringAll>().await;
    // The promise, the answer, two webhooks, three messages, three timeouts, three direct messages, the card.
    assert!(writes >= 12, "{writes} writes only");
}

/// Max undoes a case as a false positive, and exempts what was found.
struct Exempting {
    card: Message,
    proposed: RefCell<Option<Exchange>>,
    exempted: RefCell<Option<Exchange>>,
}

impl Exempting {
    async fn exempts(&self, night: &Night) {
        let proposal = self.proposed.borrow().as_ref().and_then(Exchange::original);
        let proposal = proposal.expect("what would be exempted is shown");
        presses(night, &proposal, "v1:exempt", &self.exempted).await;
    }
}

impl Course for Exempting {
    async fn begins(night: &Night) -> Self {
        let scam = night.member("mallory").says("general", SCAM);
        night
            .discord
            .until_deleted(&scam.expect("it can be posted"))
            .await;
        Self {
            card: night.review_card().await,
            proposed: RefCell::default(),
            exempted: RefCell::default(),
        }
    }

    async fn happens(&self, night: &Night) {
        presses(night, &self.card, "v1:false-positive", &self.proposed).await;
        self.exempts(night).await;
    }

    async fn goes_on(&self, night: &Night) {
        if self.proposed.borrow().as_ref().is_none_or(is_unanswered) {
            presses(night, &self.card, "v1:false-positive", &self.proposed).await;
        }
        if self.exempted.borrow().as_ref().is_none_or(is_unanswered) {
            self.exempts(night).await;
        }
    }

    async fn ends(&self, night: &Night) {
        exactly(night, 1, "one restored message", "general");
        assert!(!night.is_timed_out("mallory"), "the timeout is lifted");
        exactly_told(night, 2, "mallory");
        let card = exactly(night, 1, "one review card", "mod-log").remove(0);
        let words = everything_in(&card);
        assert!(!words.contains("Did not work"), "{words}");

        let listed = night.member("max").runs_command("mod-log", "rules overlay", &[]);
        let listed = night.answered(&listed.expect("the command is offered")).await;
        let listed = everything_in(&listed);
        let entries: Vec<&str> = listed
            .lines()
            .filter_map(|line| line.strip_prefix("**")?.split_once("** ").map(|(_, entry)| entry))
            .collect();
        let mut different = entries.clone();
        different.sort_unstable();
        different.dedup();
        assert!(!entries.is_empty(), "{listed}");
        assert_eq!(entries.len(), different.len(), "each is exempt once: {listed}");
    }
}

#[tokio::test]
async fn a_false_positive_is_exempted_once_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<Exempting>().await;
    // Two promises, two answers, the webhook, the message, the timeout, the direct message, the card.
    assert!(writes >= 9, "{writes} writes only");
}

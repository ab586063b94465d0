//! Kills on the way of a case: while a scam is removed, while it is restored; and a wave while nobody is there.

use std::cell::RefCell;

use fake_discord::actors::{Exchange, MessageDraft};
use fake_discord::world::{Author, Message};

use super::kills::{Course, survives_a_kill_at_every_write};
use super::{exactly, exactly_told, is_unanswered};
use crate::night::{HARMLESS, Night, SCAM, button, everything_in, night};

/// Mallory posts a scam.
struct Removing(RefCell<Option<Message>>);

impl Course for Removing {
    async fn begins(_: &Night) -> Self {
        Self(RefCell::default())
    }

    async fn happens(&self, night: &Night) {
        let scam = night
            .member("mallory")
            .says("general", SCAM)
            .expect("it can be posted");
        *self.0.borrow_mut() = Some(scam.clone());
        night.discord.until_deleted(&scam).await;
    }

    async fn goes_on(&self, night: &Night) {
        let scam = self.0.borrow().clone().expect("it was posted");
        night.discord.until_deleted(&scam).await;
    }

    async fn ends(&self, night: &Night) {
        assert!(night.is_timed_out("mallory"), "the author is timed out");
        let card = exactly(night, 1, "one review card", "mod-log").remove(0);
        button(&card, "v1:restore");
        let told = exactly_told(night, 1, "mallory").remove(0);
        button(&told, "v1:contest");
    }
}

/// Mallory posts a scam with a file, which has to outlive the message.
struct Keeping(RefCell<Option<Message>>);

impl Course for Keeping {
    async fn begins(_: &Night) -> Self {
        Self(RefCell::default())
    }

    async fn happens(&self, night: &Night) {
        let draft = MessageDraft::text(SCAM).file("proof.png", vec![7; 4096]);
        let scam = night.member("mallory").sends("general", draft);
        *self.0.borrow_mut() = Some(scam.expect("it can be posted"));
        self.goes_on(night).await;
    }

    async fn goes_on(&self, night: &Night) {
        let scam = self.0.borrow().clone().expect("it was posted");
        night.discord.until_deleted(&scam).await;
    }

    async fn ends(&self, night: &Night) {
        let card = exactly(night, 1, "one review card", "mod-log").remove(0);
        let press = night.member("max").clicks(&card, &button(&card, "v1:restore"));
        night.answered(&press.expect("the button can be pressed")).await;
        night.until_idle().await;
        let back = exactly(night, 1, "one restored message", "general").remove(0);
        let files: Vec<&str> = back
            .attachments
            .iter()
            .map(|file| file.filename.as_str())
            .collect();
        assert_eq!(files, ["proof.png"], "the file was kept");
    }
}

/// Max restores what was removed by mistake.
struct Restoring {
    card: Message,
    pressed: RefCell<Option<Exchange>>,
}

impl Restoring {
    async fn presses(&self, night: &Night) {
        let press = night
            .member("max")
            .clicks(&self.card, &button(&self.card, "v1:restore"))
            .expect("the button can be pressed");
        *self.pressed.borrow_mut() = Some(press.clone());
        night.answered(&press).await;
    }
}

impl Course for Restoring {
    async fn begins(night: &Night) -> Self {
        night
            .member("mallory")
            .says("general", SCAM)
            .expect("it can be posted");
        let card = night.review_card().await;
        Self {
            card,
            pressed: RefCell::default(),
        }
    }

    async fn happens(&self, night: &Night) {
        self.presses(night).await;
    }

    async fn goes_on(&self, night: &Night) {
        let unanswered = self.pressed.borrow().as_ref().is_none_or(is_unanswered);
        let standing = night.discord.message(&self.card);
        let offered = everything_in(&standing).contains("v1:restore");
        if unanswered && offered {
            self.presses(night).await;
        }
    }

    async fn ends(&self, night: &Night) {
        let back = exactly(night, 1, "one restored message", "general").remove(0);
        assert!(matches!(back.author, Author::Webhook { .. }));
        assert!(everything_in(&back).contains("claim-airdrop.pages.dev"));
        let webhooks = night.discord.state().webhooks.len();
        assert_eq!(webhooks, 1, "one webhook");
        assert!(!night.is_timed_out("mallory"), "the timeout is lifted");
        let card = exactly(night, 1, "one review card", "mod-log").remove(0);
        let max = night.member("max").id.to_string();
        assert!(everything_in(&card).contains(&max), "{}", everything_in(&card));
        exactly_told(night, 2, "mallory");
    }
}

/// Max takes a ban back.
struct Unbanning(Restoring);

impl Course for Unbanning {
    async fn begins(night: &Night) -> Self {
        let course = Restoring::begins(night).await;
        let ban = button(&course.card, "v1:ban");
        let press = night.member("max").clicks(&course.card, &ban);
        night.answered(&press.expect("the button can be pressed")).await;
        night.discord.until_banned("mallory").await;
        night.until_idle().await;
        Self(course)
    }

    async fn happens(&self, night: &Night) {
        self.0.presses(night).await;
    }

    async fn goes_on(&self, night: &Night) {
        self.0.goes_on(night).await;
    }

    async fn ends(&self, night: &Night) {
        exactly(night, 1, "one restored message", "general");
        assert!(!night.is_banned("mallory"), "the ban is lifted");
        exactly(night, 1, "one review card", "mod-log");
    }
}

#[tokio::test]
async fn a_ban_is_taken_back_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<Unbanning>().await;
    // The answer, the ban, the webhook, the message, the card.
    assert!(writes >= 5, "{writes} writes only");
}

#[tokio::test]
async fn a_file_is_kept_before_its_message_goes_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<Keeping>().await;
    // The removal, the timeout, the inbox, the direct message, the card.
    assert!(writes >= 5, "{writes} writes only");
}

#[tokio::test]
async fn a_scam_is_removed_once_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<Removing>().await;
    // The removal, the timeout, the inbox, the direct message, the card.
    assert!(writes >= 5, "{writes} writes only");
}

#[tokio::test]
async fn a_message_is_restored_once_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<Restoring>().await;
    // The answer, the webhook, the message, the timeout, the direct message, the card.
    assert!(writes >= 6, "{writes} writes only");
}

/// Somebody says that their stolen account is theirs again, and Max lets them back.
struct LettingBack {
    told: Message,
    card: Message,
    asked: RefCell<Option<Exchange>>,
    pressed: RefCell<Option<Exchange>>,
}

impl LettingBack {
    async fn asks(&self, night: &Night) {
        let press = night
            .member("sam")
            .clicks(&self.told, &button(&self.told, "v1:account-back"))
            .expect("the button can be pressed");
        *self.asked.borrow_mut() = Some(press.clone());
        night.answered(&press).await;
    }

    async fn presses(&self, night: &Night) {
        let card = night
            .until_message(self.card.id, "the request on the card", |words| {
                words.contains("v1:let-back")
            })
            .await;
        let press = night
            .member("max")
            .clicks(&card, &button(&card, "v1:let-back"))
            .expect("the button can be pressed");
        *self.pressed.borrow_mut() = Some(press.clone());
        night.answered(&press).await;
    }
}

impl Course for LettingBack {
    async fn begins(night: &Night) -> Self {
        // A seed phrase is asked for by a thief, whoever's account it is.
        night
            .member("sam")
            .says(
                "general",
                "Please send me your seed phrase so that support can verify your wallet",
            )
            .expect("it can be posted");
        let card = night.review_card().await;
        let told = night.dm_to("sam").await;
        Self {
            told,
            card,
            asked: RefCell::default(),
            pressed: RefCell::default(),
        }
    }

    async fn happens(&self, night: &Night) {
        self.asks(night).await;
        self.presses(night).await;
    }

    async fn goes_on(&self, night: &Night) {
        if self.asked.borrow().as_ref().is_none_or(is_unanswered) {
            self.asks(night).await;
        }
        night.until_idle().await;
        let standing = everything_in(&night.discord.message(&self.card));
        if self.pressed.borrow().as_ref().is_none_or(is_unanswered) && standing.contains("v1:let-back") {
            self.presses(night).await;
        }
    }

    async fn ends(&self, night: &Night) {
        assert!(!night.is_timed_out("sam"), "the timeout is lifted");
        let card = exactly(night, 2, "one review card and one alert", "mod-log").remove(0);
        assert!(everything_in(&card).contains("let the author back"));
        exactly_told(night, 2, "sam");
    }
}

#[tokio::test]
async fn an_author_is_let_back_once_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<LettingBack>().await;
    // Two promises and two answers, the timeout's end, the direct message, the card twice.
    assert!(writes >= 7, "{writes} writes only");
}

/// Alice cries for help in public.
struct Crying;

impl Course for Crying {
    async fn begins(_: &Night) -> Self {
        Self
    }

    async fn happens(&self, night: &Night) {
        night
            .member("alice")
            .says("general", "please help, my wallet was drained")
            .expect("it can be posted");
        night.discord.next_message_in("general").await;
    }

    async fn goes_on(&self, _: &Night) {}

    async fn ends(&self, night: &Night) {
        let offer = exactly(night, 1, "one offer", "general").remove(0);
        button(&offer, "v1:open");
    }
}

#[tokio::test]
async fn a_ticket_is_offered_once_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<Crying>().await;
    assert!(writes >= 1, "{writes} writes only");
}

#[tokio::test]
async fn twenty_scams_that_were_posted_while_the_bot_was_down_are_gone_soon_after() {
    night(async |night| {
        // Once here, so that the bot knows from where on it was away.
        night.member("alice").says("general", HARMLESS).unwrap();
        night.stops_bot().await;

        let mut scams = Vec::new();
        let mut harmless = Vec::new();
        for wave in 0..20 {
            let scammer = night
                .discord
                .newcomer(&format!("scammer{wave}"), std::time::Duration::from_hours(24));
            scammer.joins().unwrap();
            let place = if wave % 2 == 0 { "general" } else { "trading" };
            scams.push(scammer.says(place, SCAM).unwrap());
            harmless.push(night.member("bob").says(place, HARMLESS).unwrap());
        }
        night.starts_bot().await;
        for scam in &scams {
            night.discord.until_deleted(scam).await;
        }
        night.until_idle().await;
        for said in &harmless {
            assert!(
                night.discord.message(said).deleted_at.is_none(),
                "what is harmless stays"
            );
        }
        night.discord.mark_all_read();
    })
    .await;
}

//! Kills while a thread's title is taken away, and while it is given back.

use std::cell::RefCell;

use fake_discord::actors::Exchange;
use fake_discord::ids::Id;
use fake_discord::world::Message;

use super::kills::{Course, survives_a_kill_at_every_write};
use super::undoing::{presses, presses_again_if_unanswered};
use super::{exactly, exactly_told};
use crate::night::{HARMLESS, Night, SCAM, everything_in};

const REMOVED: &str = "(title removed)";

async fn until_named(night: &Night, thread: Id, name: &str) {
    night
        .discord
        .wait_for(format!("the thread to be named {name}"), |state| {
            let named = state.channels.get(&thread)?.name.as_deref() == Some(name);
            named.then_some(())
        })
        .await;
}

fn name_of(night: &Night, thread: Id) -> Option<String> {
    night.discord.state().channels[&thread].name.clone()
}

/// Mallory's harmless thread, in which Bob has written.
fn a_thread(night: &Night) -> (Id, Message) {
    let mallory = night.member("mallory");
    let thread = mallory.starts_thread("general", "which pool is best?");
    let thread = thread.expect("it can be started").id;
    let reply = night.member("bob").says(thread, HARMLESS);
    (thread, reply.expect("it can be posted"))
}

fn renames(night: &Night, thread: Id) {
    let renamed = night.member("mallory").renames_thread(thread, SCAM);
    renamed.expect("it is hers");
}

/// Mallory gives her thread a scam for a title.
struct TakingAway {
    thread: Id,
    reply: Message,
}

impl Course for TakingAway {
    async fn begins(night: &Night) -> Self {
        let (thread, reply) = a_thread(night);
        Self { thread, reply }
    }

    async fn happens(&self, night: &Night) {
        renames(night, self.thread);
        until_named(night, self.thread, REMOVED).await;
    }

    async fn goes_on(&self, night: &Night) {
        until_named(night, self.thread, REMOVED).await;
    }

    async fn ends(&self, night: &Night) {
        assert_eq!(name_of(night, self.thread).as_deref(), Some(REMOVED));
        assert!(
            night.discord.message(&self.reply).deleted_at.is_none(),
            "others' words stay"
        );
        let card = exactly(night, 1, "one review card", "mod-log").remove(0);
        let words = everything_in(&card);
        assert!(!words.contains("Did not work"), "{words}");
        exactly_told(night, 1, "mallory");
    }
}

/// Max gives the title back.
struct GivingBack {
    thread: Id,
    card: Message,
    pressed: RefCell<Option<Exchange>>,
}

impl Course for GivingBack {
    async fn begins(night: &Night) -> Self {
        let (thread, _) = a_thread(night);
        renames(night, thread);
        until_named(night, thread, REMOVED).await;
        let card = night.review_card().await;
        Self {
            thread,
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
        assert_eq!(name_of(night, self.thread).as_deref(), Some(SCAM));
        assert!(!night.is_timed_out("mallory"), "the timeout is lifted");
        let card = exactly(night, 1, "one review card", "mod-log").remove(0);
        let words = everything_in(&card);
        assert!(!words.contains("Did not work"), "{words}");
        exactly_told(night, 2, "mallory");
    }
}

#[tokio::test]
async fn a_title_is_taken_away_once_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<TakingAway>().await;
    // The title, the timeout, the inbox, the direct message, the card.
    assert!(writes >= 5, "{writes} writes only");
}

#[tokio::test]
async fn a_title_is_given_back_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<GivingBack>().await;
    // The promise, the answer, the title, the timeout's end, the direct message, the card.
    assert!(writes >= 6, "{writes} writes only");
}

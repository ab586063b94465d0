//! What people read of what they asked for, when the answer itself meets trouble: they read it once, and never that
//! something failed which was done.

use std::time::Duration;

use fake_discord::actors::{Exchange, Given};
use fake_discord::rest::error::Refusal;
use fake_discord::rest::faults::{Fault, Which};
use fake_discord::world::{Message, ResponseKind, message_flags};

use crate::night::{Night, another_scam, button, everything_in, in_thread, night};
use crate::tickets::opens_a_ticket;

const FIRST: (&str, &str) = (
    "POST",
    "/interactions/{interaction_id}/{interaction_token}/callback",
);
const EDIT: (&str, &str) = (
    "PATCH",
    "/webhooks/{webhook_id}/{webhook_token}/messages/@original",
);
const MORE: (&str, &str) = ("POST", "/webhooks/{webhook_id}/{webhook_token}");

fn meets(night: &Night, (method, route): (&str, &str), times: u64, fault: Fault) {
    let which = Which::route(method, route);
    night.discord.rest().faults.arm(which, times, fault);
}

fn unavailable() -> Fault {
    Fault::Refuse(Refusal::new(503, 0, "Service Unavailable"))
}

/// Waits until the bot's log says so.
async fn until_logged(night: &Night, words: &str) {
    for _ in 0..1500 {
        let log = std::fs::read_to_string(night.log()).unwrap_or_default();
        if log.contains(words) {
            return;
        }
        // Another process has no signal for a change in its log: look again shortly.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the bot never logged {words:?}");
}

/// A scam of this member's, and its card.
async fn a_card(night: &Night, name: &str) -> Message {
    night.member(name).says("general", &another_scam()).unwrap();
    let card = night.review_card().await;
    night.dm_to(name).await;
    night.until_idle().await;
    card
}

fn bans(night: &Night, card: &Message) -> Exchange {
    let card = night.discord.message(card);
    let press = night.member("max").clicks(&card, &button(&card, "v1:ban"));
    press.expect("the button can be pressed")
}

#[tokio::test]
async fn an_answer_that_meets_trouble_for_a_moment_is_told_once_it_is_over() {
    night(async |night| {
        let troubles = [
            ("mallory", unavailable()),
            ("bob", Fault::Drop),
            ("alice", Fault::DropAnswer),
        ];
        for (name, trouble) in troubles {
            let card = a_card(night, name).await;
            meets(night, EDIT, 2, trouble);
            let answer = everything_in(&night.answered(&bans(night, &card)).await);
            assert!(answer.contains("being banned"), "{name}: {answer}");
            night.until_idle().await;
            assert!(night.is_banned(name));
            night.discord.rest().faults.disarm();
        }
    })
    .await;
}

#[tokio::test]
async fn a_promise_that_meets_trouble_for_a_moment_keeps_nobody_from_what_they_asked_for() {
    night(async |night| {
        let troubles = [
            ("mallory", unavailable()),
            ("bob", Fault::Drop),
            // Nobody waits half a minute for an answer that has to come within three seconds.
            ("alice", Fault::HangAnswer),
        ];
        for (name, trouble) in troubles {
            let card = a_card(night, name).await;
            meets(night, FIRST, 1, trouble);
            let answer = everything_in(&night.answered(&bans(night, &card)).await);
            assert!(answer.contains("being banned"), "{name}: {answer}");
            night.until_idle().await;
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_cannot_be_told_reads_nowhere_that_it_did_not_work() {
    night(async |night| {
        let card = a_card(night, "mallory").await;
        for way in [EDIT, MORE] {
            meets(night, way, 5, unavailable());
        }
        let press = bans(night, &card);
        night
            .discord
            .wait_for("the ban", |state| {
                let mut guilds = state.guilds.values();
                guilds.any(|guild| !guild.bans.is_empty()).then_some(())
            })
            .await;
        until_logged(night, "could not be told").await;
        let left = press.original().expect("the promise stands");
        assert!(left.flags & message_flags::LOADING != 0, "{left:#?}");
    })
    .await;
}

#[tokio::test]
async fn a_command_without_a_promise_is_answered_though_its_first_answer_meets_trouble() {
    night(async |night| {
        opens_a_ticket(night, "alice").await;
        let thread = night.ticket_thread_of("alice").await.id;
        night.discord.next_message_in(thread).await;
        night.discord.next_message_in("staff").await;
        let sam = night.member("sam");
        let ticket: [(&str, Given); 1] = [("ticket", 1.into())];
        for (fault, told) in [
            (unavailable(), "is yours"),
            (Fault::DropAnswer, "is yours already"),
        ] {
            meets(night, FIRST, 1, fault);
            let claim = sam.runs_command("staff", "ticket claim", &ticket).unwrap();
            let answer = everything_in(&night.answered(&claim).await);
            assert!(answer.contains(told), "{answer}");
        }
        night
            .discord
            .wait_for("the agent in the thread", |state| {
                in_thread(state, thread, sam.id).then_some(())
            })
            .await;
        night.discord.next_message_in(thread).await;
    })
    .await;
}

#[tokio::test]
async fn a_command_with_a_promise_is_answered_once_though_the_answer_is_lost() {
    night(async |night| {
        for fault in [Fault::DropAnswer, Fault::Drop, unavailable()] {
            meets(night, EDIT, 1, fault);
            let check = night.member("ava").runs_command("staff", "setup check", &[]);
            let check = check.unwrap();
            let answer = everything_in(&night.answered(&check).await);
            assert!(!answer.contains("did not work"), "{answer}");
            night.until_idle().await;
            let mut answers = check.responses();
            answers.retain(|one| matches!(one.kind, ResponseKind::Message(_) | ResponseKind::FollowUp(_)));
            assert_eq!(
                answers.len(),
                0,
                "the promise is kept, and nothing is said beside it"
            );
        }
    })
    .await;
}

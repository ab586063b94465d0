//! Threads that somebody takes away: the ticket stays, and is given another one.

use fake_discord::world::{Channel, Message};

use super::{exactly, exactly_in_thread, the_only_thread};
use crate::night::{Night, button, everything_in, night};
use crate::tickets::opens_a_ticket;

/// A ticket of Alice: its thread and its card.
async fn a_ticket(night: &Night) -> (Channel, Message) {
    opens_a_ticket(night, "alice").await;
    let thread = night.ticket_thread_of("alice").await;
    let card = night.discord.next_message_in("staff").await;
    night.until_idle().await;
    (thread, card)
}

/// The card offers a new thread; the agent who presses gets one, with the member in it and staff told where it is.
async fn is_given_a_new_thread(night: &Night, gone: &Channel, card: &Message) {
    let offering = night
        .until_message(card.id, "the card to offer a new thread", |words| {
            words.contains("v1:new-thread")
        })
        .await;
    let sam = night.member("sam");
    let press = sam
        .clicks(&offering, &button(&offering, "v1:new-thread"))
        .expect("the button can be pressed");
    night.answered(&press).await;

    let thread = night.ticket_thread_of("alice").await;
    assert_ne!(thread.id, gone.id);
    night.until_idle().await;
    assert_eq!(the_only_thread(night).id, thread.id);
    let welcome = exactly_in_thread(night, 1, "one welcome", &thread);
    assert!(
        everything_in(&welcome[0]).contains("takes the place of"),
        "{}",
        everything_in(&welcome[0])
    );
    let card = exactly(night, 1, "one card", "staff").remove(0);
    assert!(
        everything_in(&card).contains(&thread.id.to_string()),
        "the card knows the new thread: {}",
        everything_in(&card)
    );
    night.discord.mark_all_read();
}

#[tokio::test]
async fn a_ticket_whose_thread_a_moderator_deletes_lives_on_in_a_new_one() {
    night(async |night| {
        let (thread, card) = a_ticket(night).await;
        night.member("max").deletes_channel(thread.id).unwrap();
        is_given_a_new_thread(night, &thread, &card).await;
    })
    .await;
}

#[tokio::test]
async fn a_ticket_whose_thread_is_deleted_while_the_bot_is_down_lives_on_in_a_new_one() {
    night(async |night| {
        let (thread, card) = a_ticket(night).await;
        night.kills_bot().await;
        night.member("max").deletes_channel(thread.id).unwrap();
        night.starts_bot().await;
        is_given_a_new_thread(night, &thread, &card).await;
    })
    .await;
}

/// Waits until a thread is open again.
async fn until_open(night: &Night, thread: &Channel) {
    night
        .discord
        .wait_for("the thread to be open again", |state| {
            let details = state.channels.get(&thread.id)?.thread.as_ref()?;
            (!details.archived).then_some(())
        })
        .await;
    night.discord.mark_all_read();
}

#[tokio::test]
async fn the_thread_of_an_open_ticket_that_is_archived_is_opened_again() {
    night(async |night| {
        let (thread, _) = a_ticket(night).await;
        night.member("max").archives_thread(thread.id).unwrap();
        until_open(night, &thread).await;
    })
    .await;
}

#[tokio::test]
async fn the_thread_of_an_open_ticket_that_is_archived_while_the_bot_is_down_is_opened_again() {
    night(async |night| {
        let (thread, _) = a_ticket(night).await;
        night.kills_bot().await;
        night.member("max").archives_thread(thread.id).unwrap();
        night.starts_bot().await;
        until_open(night, &thread).await;
    })
    .await;
}

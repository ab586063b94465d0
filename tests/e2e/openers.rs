//! Members who leave the server while their ticket is open, and who come back: Discord has taken them out of its thread.

use fake_discord::ids::Id;
use fake_discord::world::{Application, Message, World};

use crate::night::{Night, button, everything_in, in_thread, night, night_in};
use crate::tickets::opens_a_ticket;

/// Alice's ticket; its thread and its card for staff, both read.
async fn ticket_of_alice(night: &Night) -> (Id, Message) {
    opens_a_ticket(night, "alice").await;
    let thread = night.ticket_thread_of("alice").await;
    night.discord.next_message_in(thread.id).await;
    (thread.id, night.discord.next_message_in("staff").await)
}

async fn until_in_thread(night: &Night, name: &str, thread: Id) {
    let person = night.member(name).id;
    night
        .discord
        .wait_for("somebody to be let into a thread", move |state| {
            in_thread(state, thread, person).then_some(())
        })
        .await;
}

#[tokio::test]
async fn a_member_who_leaves_and_comes_back_is_let_into_their_ticket_again() {
    night(async |night| {
        let (thread, _) = ticket_of_alice(night).await;
        let alice = night.member("alice");
        alice.leaves().expect("she is a member");
        let told = everything_in(&night.discord.next_message_in(thread).await);
        assert!(told.contains("has left this server"), "{told}");
        assert!(!in_thread(&night.discord.state(), thread, alice.id));

        alice.joins().expect("she may join");
        until_in_thread(night, "alice", thread).await;
        let told = everything_in(&night.discord.next_message_in(thread).await);
        assert!(told.contains("is back in this server"), "{told}");

        let list = alice.runs_command("support", "ticket list", &[]).unwrap();
        night.answered(&list).await;
        alice
            .says(thread, "I am here again.")
            .expect("she is in the thread");
    })
    .await;
}

#[tokio::test]
async fn a_member_who_came_back_while_the_bot_was_down_is_let_in_when_it_is_up() {
    night(async |night| {
        let (thread, _) = ticket_of_alice(night).await;
        night.stops_bot().await;
        let alice = night.member("alice");
        alice.leaves().expect("she is a member");
        alice.joins().expect("she may join");
        night.starts_bot().await;
        until_in_thread(night, "alice", thread).await;
        night.discord.next_message_in(thread).await;
    })
    .await;
}

#[tokio::test]
async fn without_the_members_intent_whoever_came_back_is_let_in_as_soon_as_they_ask_for_anything() {
    night_in(
        World::community().without_intents(Application::GUILD_MEMBERS),
        async |night| {
            night.sets_up().await;
            let (thread, _) = ticket_of_alice(night).await;
            let alice = night.member("alice");
            alice.leaves().expect("she is a member");
            alice.joins().expect("she may join");
            let list = alice.runs_command("support", "ticket list", &[]).unwrap();
            night.answered(&list).await;
            until_in_thread(night, "alice", thread).await;
            night.discord.next_message_in(thread).await;
        },
    )
    .await;
}

#[tokio::test]
async fn a_ticket_that_is_opened_again_lets_its_opener_in_who_left_the_thread_after_it_was_closed() {
    night(async |night| {
        let (thread, card) = ticket_of_alice(night).await;
        night.presses("sam", &card, "v1:claim").await;
        night.discord.next_message_in(thread).await;
        let alice = night.member("alice");
        let close = alice.runs_command(thread, "ticket close", &[]).unwrap();
        night.answered(&close).await;
        night.discord.next_message_in(thread).await;
        night.until_idle().await;
        alice.leaves().expect("she is a member");
        alice.joins().expect("she may join");

        let sam = night.member("sam");
        let reopen = sam
            .runs_command("staff", "ticket reopen", &[("ticket", 1.into())])
            .unwrap();
        night.answered(&reopen).await;
        until_in_thread(night, "alice", thread).await;
        night.discord.next_message_in(thread).await;
        button(&night.discord.message(&card), "v1:close");
    })
    .await;
}

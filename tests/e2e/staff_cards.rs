//! Cards for staff that are deleted: the card of an open ticket is its place among staff.

use fake_discord::actors::Given;
use fake_discord::ids::Id;
use fake_discord::world::Message;

use crate::night::{Night, button, everything_in, night};
use crate::tickets::opens_a_ticket;

/// Alice's ticket: its thread, and its card for staff.
async fn ticket_of_alice(night: &Night) -> (Id, Message) {
    opens_a_ticket(night, "alice").await;
    let thread = night.ticket_thread_of("alice").await.id;
    night.discord.next_message_in(thread).await;
    let card = night.discord.next_message_in("staff").await;
    night.until_idle().await;
    (thread, card)
}

#[tokio::test]
async fn a_card_that_somebody_deletes_comes_back_and_works_while_its_ticket_is_open() {
    night(async |night| {
        let (thread, card) = ticket_of_alice(night).await;
        night.member("max").deletes(&card).expect("he may delete it");
        let second = night.discord.next_message_in("staff").await;
        night.until_idle().await;
        night.member("max").deletes(&second).expect("he may delete it");
        let third = night.discord.next_message_in("staff").await;
        night.until_idle().await;

        let sam = night.member("sam").id.to_string();
        night.presses("sam", &third, "v1:claim").await;
        night.discord.next_message_in(thread).await;
        night
            .until_message(third.id, "the card to name the agent", |words| {
                words.contains(&sam)
            })
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_card_that_was_deleted_while_the_bot_was_down_comes_back_with_the_next_change() {
    night(async |night| {
        let (thread, card) = ticket_of_alice(night).await;
        night.stops_bot().await;
        night.member("max").deletes(&card).expect("he may delete it");
        night.starts_bot().await;
        let claim: [(&str, Given); 1] = [("ticket", 1.into())];
        let claimed = night.member("sam").runs_command("staff", "ticket claim", &claim);
        night.answered(&claimed.unwrap()).await;
        night.discord.next_message_in(thread).await;
        let again = night.discord.next_message_in("staff").await;
        button(&again, "v1:close");
    })
    .await;
}

#[tokio::test]
async fn where_every_card_is_deleted_at_once_the_bot_gives_in() {
    night(async |night| {
        let (_, mut card) = ticket_of_alice(night).await;
        let max = night.member("max");
        for _ in 0..5 {
            max.deletes(&card).expect("he may delete it");
            card = night.discord.next_message_in("staff").await;
            night.until_idle().await;
        }
        max.deletes(&card).expect("he may delete it");
        let list = night.member("sam").runs_command("staff", "ticket list", &[]);
        let listed = everything_in(&night.answered(&list.unwrap()).await);
        assert!(listed.contains("#1"), "{listed}");
    })
    .await;
}

#[tokio::test]
async fn the_card_of_a_closed_ticket_may_be_deleted() {
    night(async |night| {
        let (thread, card) = ticket_of_alice(night).await;
        let close = night.member("alice").runs_command(thread, "ticket close", &[]);
        night.answered(&close.unwrap()).await;
        night.discord.next_message_in(thread).await;
        night.until_idle().await;
        night.member("max").deletes(&card).expect("he may delete it");
        let list = night.member("sam").runs_command("staff", "ticket list", &[]);
        night.answered(&list.unwrap()).await;
    })
    .await;
}

#[tokio::test]
async fn when_the_staff_channel_is_deleted_cards_appear_in_the_one_that_is_chosen_next() {
    night(async |night| {
        ticket_of_alice(night).await;
        let ava = night.member("ava");
        ava.deletes_channel("staff").expect("she may delete it");
        night.until_idle().await;
        let chosen: [(&str, Given); 3] = [
            ("mod_log", "mod-log".into()),
            ("support", "support".into()),
            ("staff", "mod-log".into()),
        ];
        let setup = ava.runs_command("mod-log", "setup channels", &chosen);
        night.answered(&setup.unwrap()).await;
        let card = night.discord.next_message_in("mod-log").await;
        assert!(
            everything_in(&card).contains("Ticket #1"),
            "{}",
            everything_in(&card)
        );
        button(&card, "v1:claim");
    })
    .await;
}

//! Answers that are not what they seem: a page of something between the bot and Discord, and ceilings that somebody has to
//! make room under.

use fake_discord::rest::faults::{Fault, Which};

use crate::failures::ends_of;
use crate::night::{Night, another_scam, button, everything_in, in_thread, night};
use crate::tickets::opens_a_ticket;

const DELETE: (&str, &str) = ("DELETE", "/channels/{channel_id}/messages/{message_id}");
const CHANNEL: (&str, &str) = ("GET", "/channels/{channel_id}");
const TO_THREAD: (&str, &str) = ("PUT", "/channels/{channel_id}/thread-members/{user_id}");

fn shows_a_page(night: &Night, (method, route): (&str, &str), times: u64) {
    let which = Which::route(method, route);
    night.discord.rest().faults.arm(which, times, Fault::Page(404));
}

#[tokio::test]
async fn whoever_runs_a_command_of_an_older_version_is_told_to_reload() {
    night(async |night| {
        let mut state = night.discord.state();
        let mut older = state
            .commands
            .iter()
            .find(|command| command.name == "escalate")
            .expect("it is registered")
            .clone();
        older.name = "rescue".to_owned();
        state.commands.push(older);
        drop(state);
        let asked = night.member("alice").runs_command("general", "rescue", &[]);
        let answer = night.answered(&asked.expect("a client still offers it")).await;
        assert!(answer.content.contains("Reload Discord"), "{}", answer.content);
    })
    .await;
}

#[tokio::test]
async fn a_page_that_is_not_discords_does_not_make_a_message_count_as_removed() {
    night(async |night| {
        shows_a_page(night, DELETE, 2);
        let scam = night.member("mallory").says("general", &another_scam()).unwrap();
        night.discord.until_deleted(&scam).await;
        night.review_card().await;
        night.dm_to("mallory").await;
        assert_eq!(
            ends_of(night, "delete-message").await,
            [("done".to_owned(), 2)],
            "it was asked for until Discord answered itself"
        );
    })
    .await;
}

#[tokio::test]
async fn a_page_that_is_not_discords_does_not_lose_a_tickets_thread() {
    night(async |night| {
        opens_a_ticket(night, "alice").await;
        let thread = night.ticket_thread_of("alice").await.id;
        night.discord.next_message_in(thread).await;
        let card = night.discord.next_message_in("staff").await;
        night.until_idle().await;
        // The reconciler looks at every open ticket's thread when the bot starts.
        night.stops_bot().await;
        shows_a_page(night, CHANNEL, 20);
        night.starts_bot().await;
        night.presses("sam", &card, "v1:claim").await;
        let told = everything_in(&night.discord.next_message_in(thread).await);
        assert!(told.contains("has taken your ticket"), "{told}");
        night.until_idle().await;
        let standing = everything_in(&night.discord.message(&card));
        assert!(
            !standing.contains("v1:new-thread"),
            "the thread is there: {standing}"
        );
    })
    .await;
}

#[tokio::test]
async fn an_agent_for_whom_a_thread_has_no_room_is_named_on_the_tickets_card() {
    night(async |night| {
        night.expects_trouble();
        opens_a_ticket(night, "alice").await;
        let thread = night.ticket_thread_of("alice").await.id;
        night.discord.next_message_in(thread).await;
        let card = night.discord.next_message_in("staff").await;
        let (method, route) = TO_THREAD;
        night.discord.rest().faults.fail(method, route, 1, 400, 30_033);
        let sam = night.member("sam");
        let press = sam.clicks(&card, &button(&card, "v1:claim")).unwrap();
        night.answered(&press).await;
        night.discord.next_message_in(thread).await;
        let words = night
            .until_message(card.id, "the card to say that there is no room", |words| {
                words.contains("30033")
            })
            .await;
        assert!(
            everything_in(&words).contains(&sam.mention()),
            "the ticket is hers all the same"
        );
        assert!(!in_thread(&night.discord.state(), thread, sam.id));
        let asked = night.discord.rest().record.all();
        let asked = asked
            .iter()
            .filter(|one| one.method == method && one.route == Some(route));
        let to_add_sam = asked.filter(|one| one.path.ends_with(&sam.id.to_string()));
        assert_eq!(to_add_sam.count(), 1, "nothing to gain by asking again");
    })
    .await;
}

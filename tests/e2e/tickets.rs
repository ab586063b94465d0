//! A cry for help, from the button to the closed ticket.

use fake_discord::actors::{Exchange, Given, Modal};
use fake_discord::rest::faults::{Fault, Which};
use fake_discord::world::Message;

use crate::night::{Night, button, everything_in, in_thread, night};

/// Fills a form with plausible answers, one for each field.
pub fn filled_in(form: &Modal) -> Vec<(String, String)> {
    let answer = "My swap has been stuck since this morning and I do not know what to do.";
    form.fields()
        .iter()
        .map(|field| (field.custom_id.clone(), answer.to_owned()))
        .collect()
}

/// Submits a form with plausible answers.
#[track_caller]
pub fn submits(night: &Night, name: &str, form: &Modal) -> Exchange {
    let answers = filled_in(form);
    let answers: Vec<(&str, &str)> = answers
        .iter()
        .map(|(key, text)| (key.as_str(), text.as_str()))
        .collect();
    night
        .member(name)
        .submits(form, &answers)
        .expect("the form is accepted")
}

/// Opens a ticket from a message, which staff are led to.
pub async fn opens_a_ticket_from(night: &Night, name: &str, message: &Message) {
    let used = night
        .member(name)
        .uses_on_message("Open ticket from this message", message)
        .expect("a client offers it");
    let form = used.modal().await;
    let sent = submits(night, name, &form);
    night.answered(&sent).await;
    let thread = night.ticket_thread_of(name).await;
    night.discord.next_message_in(thread.id).await;
    let card = night.discord.next_message_in("staff").await;
    assert!(
        everything_in(&card).contains(&message.id.to_string()),
        "the card links to the message"
    );
}

/// Opens a ticket by the slash command and gives the answer's words.
pub async fn opens_a_ticket(night: &Night, name: &str) -> String {
    let area: [(&str, Given); 1] = [("area", "transaction".into())];
    let form = night
        .member(name)
        .runs_command("support", "ticket open", &area)
        .unwrap()
        .modal()
        .await;
    let sent = submits(night, name, &form);
    everything_in(&night.answered(&sent).await)
}

#[tokio::test]
async fn a_member_opens_a_ticket_and_staff_learn_that_it_waits() {
    night(async |night| {
        let answer = opens_a_ticket(night, "alice").await;
        assert!(answer.contains("#1"), "{answer}");

        let thread = night.ticket_thread_of("alice").await;
        let welcome = night.discord.next_message_in(thread.id).await;
        let words = everything_in(&welcome).to_lowercase();
        assert!(
            words.contains("seed phrase"),
            "the welcome says that staff never ask for one:\n{words}"
        );

        let card = night.discord.next_message_in("staff").await;
        button(&card, "v1:claim");
        button(&card, "v1:join");
        assert!(
            !night.member("bob").can_see(thread.id),
            "another member does not see the thread"
        );
    })
    .await;
}

#[tokio::test]
async fn an_agent_without_manage_threads_claims_from_the_card_and_answers_in_the_thread() {
    night(async |night| {
        opens_a_ticket(night, "alice").await;
        let thread = night.ticket_thread_of("alice").await;
        night.discord.next_message_in(thread.id).await;
        let card = night.discord.next_message_in("staff").await;

        let sam = night.member("sam");
        assert!(!sam.can_see(thread.id));
        night
            .answered(&sam.clicks(&card, &button(&card, "v1:claim")).unwrap())
            .await;
        night
            .discord
            .wait_for("the agent in the thread", |state| {
                in_thread(state, thread.id, sam.id).then_some(())
            })
            .await;
        sam.says(thread.id, "Hello Alice, I am looking at it now.")
            .unwrap();
        let notice = night.discord.next_message_in(thread.id).await;
        assert!(
            everything_in(&notice).contains(&sam.id.to_string()),
            "{}",
            everything_in(&notice)
        );
    })
    .await;
}

#[tokio::test]
async fn a_ticket_is_closed_with_a_reason_and_reopened_from_outside_its_thread() {
    night(async |night| {
        opens_a_ticket(night, "alice").await;
        let thread = night.ticket_thread_of("alice").await;
        night.discord.next_message_in(thread.id).await;
        let card = night.discord.next_message_in("staff").await;
        let sam = night.member("sam");
        night
            .answered(&sam.clicks(&card, &button(&card, "v1:claim")).unwrap())
            .await;
        night.discord.next_message_in(thread.id).await;

        let close: [(&str, Given); 2] = [("reason", "The swap went through.".into()), ("ticket", 1.into())];
        let closing = sam.runs_command("staff", "ticket close", &close).unwrap();
        night.answered(&closing).await;
        night.discord.next_message_in(thread.id).await;
        night
            .discord
            .wait_for("the thread to be archived and locked", |state| {
                let details = state.channels[&thread.id].thread.as_ref()?;
                (details.archived && details.locked).then_some(())
            })
            .await;

        let reopen: [(&str, Given); 1] = [("ticket", 1.into())];
        night
            .answered(
                &night
                    .member("alice")
                    .runs_command("support", "ticket reopen", &reopen)
                    .unwrap(),
            )
            .await;
        night.discord.next_message_in(thread.id).await;
        let details = night.discord.channel(thread.id).thread.expect("a thread");
        assert!(!details.archived && !details.locked);
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_ticket_that_is_closed_again_at_once_stays_closed_whatever_was_still_to_be_said() {
    night(async |night| {
        opens_a_ticket(night, "alice").await;
        let thread = night.ticket_thread_of("alice").await.id;
        night.discord.next_message_in(thread).await;
        night.discord.next_message_in("staff").await;
        let sam = night.member("sam");
        let close: [(&str, Given); 2] = [("reason", "The swap went through.".into()), ("ticket", 1.into())];
        let closes = || sam.runs_command("staff", "ticket close", &close).unwrap();
        night.answered(&closes()).await;
        night.discord.next_message_in(thread).await;
        night.until_idle().await;

        // Letting the member in is tried again after a while, and only then they would be told that it is open.
        let letting_in = Which::route("PUT", "/channels/{channel_id}/thread-members/{user_id}");
        night.discord.rest().faults.arm(letting_in, 1, Fault::Page(502));
        let reopen: [(&str, Given); 1] = [("ticket", 1.into())];
        night
            .answered(&sam.runs_command("staff", "ticket reopen", &reopen).unwrap())
            .await;
        night.answered(&closes()).await;
        let last = night.discord.next_message_in(thread).await;
        assert!(
            everything_in(&last).contains("This ticket is closed"),
            "{}",
            everything_in(&last)
        );
        night.until_idle().await;
        let details = night.discord.channel(thread).thread.expect("a thread");
        assert!(details.archived && details.locked);
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_panel_button_opens_a_ticket_too() {
    night(async |night| {
        let panel = night
            .member("ava")
            .runs_command("support", "ticket panel", &[])
            .unwrap();
        night.answered(&panel).await;
        let posted = night.discord.next_message_in("support").await;
        let form = night
            .member("bob")
            .clicks(&posted, &button(&posted, "v1:open"))
            .unwrap()
            .modal()
            .await;
        let sent = submits(night, "bob", &form);
        night.answered(&sent).await;
        let thread = night.ticket_thread_of("bob").await;
        night.discord.next_message_in(thread.id).await;
        night.discord.next_message_in("staff").await;
    })
    .await;
}

#[tokio::test]
async fn a_ticket_is_opened_from_a_message() {
    night(async |night| {
        let cry = night
            .member("bob")
            .says("general", "help, somebody took everything from my wallet")
            .unwrap();
        opens_a_ticket_from(night, "bob", &cry).await;
    })
    .await;
}

#[tokio::test]
async fn an_agent_reads_first_which_tickets_nobody_has_the_oldest_on_top_and_how_many_there_are() {
    night(async |night| {
        for name in ["alice", "bob", "mallory"] {
            opens_a_ticket(night, name).await;
        }
        night.until_idle().await;
        let sam = night.member("sam");
        let first: [(&str, Given); 1] = [("ticket", 1.into())];
        night
            .answered(&sam.runs_command("staff", "ticket claim", &first).unwrap())
            .await;
        let list = sam.runs_command("staff", "ticket list", &[]).unwrap();
        let list = everything_in(&night.answered(&list).await);
        let at = |ticket: &str| list.find(ticket).unwrap_or_else(|| panic!("{ticket}: {list}"));
        assert!(
            at("**#2**") < at("**#3**") && at("**#3**") < at("**#1**"),
            "{list}"
        );
        assert!(list.contains("3 tickets."), "{list}");

        let second: [(&str, Given); 1] = [("page", 2.into())];
        let beyond = sam.runs_command("staff", "ticket list", &second).unwrap();
        let beyond = everything_in(&night.answered(&beyond).await);
        assert!(beyond.contains("There is no page 2: 3 tickets"), "{beyond}");
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

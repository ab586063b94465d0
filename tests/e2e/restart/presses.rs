//! The same thing asked for many times at once, or long after it was offered.

use fake_discord::actors::{Exchange, Given, Modal};

use super::{exactly, exactly_in_thread, the_only_thread};
use crate::night::{Night, everything_in, night};
use crate::tickets::submits;

/// More than any thumb can do.
const PRESSES: usize = 50;

async fn form_of_alice(night: &Night) -> Modal {
    asks(night).modal().await
}

fn asks(night: &Night) -> Exchange {
    let area: [(&str, Given); 1] = [("area", "transaction".into())];
    night
        .member("alice")
        .runs_command("support", "ticket open", &area)
        .expect("the command can be run")
}

/// Fails unless all these were answered with the same ticket, and that ticket stands once.
async fn one_ticket_for_all(night: &Night, sent: &[Exchange]) {
    for one in sent {
        let answer = everything_in(&night.answered(one).await);
        assert!(answer.contains("#1"), "{answer}");
    }
    night.until_idle().await;
    let thread = the_only_thread(night);
    exactly_in_thread(night, 1, "one welcome", &thread);
    exactly(night, 1, "one card", "staff");
    night.discord.mark_all_read();
}

#[tokio::test]
async fn fifty_double_clicks_on_one_form_open_one_ticket() {
    night(async |night| {
        let form = form_of_alice(night).await;
        let sent: Vec<Exchange> = (0..PRESSES).map(|_| submits(night, "alice", &form)).collect();
        one_ticket_for_all(night, &sent).await;
    })
    .await;
}

#[tokio::test]
async fn fifty_forms_of_one_member_sent_together_open_one_ticket() {
    night(async |night| {
        let asked: Vec<Exchange> = (0..PRESSES).map(|_| asks(night)).collect();
        let mut forms = Vec::new();
        for one in &asked {
            forms.push(one.modal().await);
        }
        let sent: Vec<Exchange> = forms.iter().map(|form| submits(night, "alice", form)).collect();
        one_ticket_for_all(night, &sent).await;
    })
    .await;
}

#[tokio::test]
async fn a_form_that_was_opened_before_a_kill_is_taken_after_the_restart() {
    night(async |night| {
        let form = form_of_alice(night).await;
        night.kills_bot().await;
        night.starts_bot().await;
        let sent = submits(night, "alice", &form);
        one_ticket_for_all(night, &[sent]).await;
    })
    .await;
}

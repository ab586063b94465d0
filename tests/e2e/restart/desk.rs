//! Kills on the way of a ticket: while it is opened, closed, escalated.

use std::cell::RefCell;

use fake_discord::actors::{Answer, Exchange, Given, Modal};
use fake_discord::world::Message;

use super::kills::{Course, survives_a_kill_at_every_write};
use super::{answer_to, exactly, exactly_in_thread, exactly_told, is_unanswered, the_only_thread};
use crate::night::{Night, button, everything_in};
use crate::tickets::{filled_in, opens_a_ticket};

/// Somebody with a form: asks for it, fills it in, sends it, and whenever no answer comes does the last step again. A form
/// stays on the screen of whoever got no answer to it.
struct Dialogue {
    asks: fn(&Night) -> Exchange,
    fills_in: fn(&Modal) -> Vec<(String, String)>,
    name: &'static str,
    asked: RefCell<Option<Exchange>>,
    sent: RefCell<Option<Exchange>>,
}

impl Dialogue {
    fn new(
        name: &'static str,
        asks: fn(&Night) -> Exchange,
        fills_in: fn(&Modal) -> Vec<(String, String)>,
    ) -> Self {
        Self {
            asks,
            fills_in,
            name,
            asked: RefCell::default(),
            sent: RefCell::default(),
        }
    }

    /// Gets to an answer in words, from wherever it stands. Answers the words.
    async fn gets_an_answer(&self, night: &Night) -> Message {
        let sent = self.sent.borrow().clone();
        if let Some(sent) = sent.filter(|sent| !is_unanswered(sent)) {
            return night.answered(&sent).await;
        }
        let asked = self.asked.borrow().clone();
        let asked = asked.filter(|asked| !is_unanswered(asked)).unwrap_or_else(|| {
            let asked = (self.asks)(night);
            self.asked.borrow_mut().insert(asked).clone()
        });
        let form = match answer_to(night, &asked).await {
            Answer::Modal(form) => *form,
            Answer::Message(words) => return *words,
            other => panic!("neither a form nor words: {other:?}"),
        };
        let answers = (self.fills_in)(&form);
        let answers: Vec<(&str, &str)> = answers
            .iter()
            .map(|(key, text)| (key.as_str(), text.as_str()))
            .collect();
        let sent = night
            .member(self.name)
            .submits(&form, &answers)
            .expect("the form can be sent");
        *self.sent.borrow_mut() = Some(sent.clone());
        night.answered(&sent).await
    }

    /// The answer, which has to stand there.
    #[track_caller]
    fn answered(&self) -> String {
        let sent = self.sent.borrow().clone();
        let last = sent
            .or_else(|| self.asked.borrow().clone())
            .expect("somebody asked");
        assert!(!is_unanswered(&last), "left without an answer");
        everything_in(&last.original().expect("an answer in words"))
    }
}

/// Alice opens a ticket.
struct Opening(Dialogue);

impl Course for Opening {
    async fn begins(_: &Night) -> Self {
        let asks = |night: &Night| {
            let area: [(&str, Given); 1] = [("area", "transaction".into())];
            night
                .member("alice")
                .runs_command("support", "ticket open", &area)
                .expect("the command can be run")
        };
        Self(Dialogue::new("alice", asks, filled_in))
    }

    async fn happens(&self, night: &Night) {
        self.0.gets_an_answer(night).await;
    }

    async fn goes_on(&self, night: &Night) {
        self.0.gets_an_answer(night).await;
    }

    async fn ends(&self, night: &Night) {
        let answer = self.0.answered();
        assert!(answer.contains("#1"), "the member knows her ticket: {answer}");
        let thread = the_only_thread(night);
        let details = thread.thread.as_ref().expect("a thread");
        assert!(!details.archived, "the thread is open");
        assert!(
            details.members.contains_key(&night.member("alice").id),
            "the opener is in it"
        );
        let welcome = exactly_in_thread(night, 1, "one welcome", &thread);
        button(&welcome[0], "v1:close");
        let card = exactly(night, 1, "one card", "staff").remove(0);
        button(&card, "v1:claim");
        button(&card, "v1:join");
        assert!(
            everything_in(&card).contains(&thread.id.to_string()),
            "the card knows the thread: {}",
            everything_in(&card)
        );
        exactly_told(night, 0, "alice");
    }
}

/// Sam closes the ticket that he has claimed.
struct Closing(RefCell<Option<Exchange>>);

impl Closing {
    async fn closes(&self, night: &Night) {
        let close: [(&str, Given); 2] = [("reason", "The swap went through.".into()), ("ticket", 1.into())];
        let asked = night
            .member("sam")
            .runs_command("staff", "ticket close", &close)
            .expect("the command can be run");
        *self.0.borrow_mut() = Some(asked.clone());
        night.answered(&asked).await;
    }
}

impl Course for Closing {
    async fn begins(night: &Night) -> Self {
        opens_a_ticket(night, "alice").await;
        let card = night.discord.next_message_in("staff").await;
        let claims = night.member("sam").clicks(&card, &button(&card, "v1:claim"));
        night.answered(&claims.expect("the button can be pressed")).await;
        Self(RefCell::default())
    }

    async fn happens(&self, night: &Night) {
        self.closes(night).await;
    }

    async fn goes_on(&self, night: &Night) {
        if self.0.borrow().as_ref().is_none_or(is_unanswered) {
            self.closes(night).await;
        }
    }

    async fn ends(&self, night: &Night) {
        assert!(
            self.0
                .borrow()
                .as_ref()
                .is_some_and(|asked| !is_unanswered(asked)),
            "the agent has an answer"
        );
        let thread = the_only_thread(night);
        let details = thread.thread.as_ref().expect("a thread");
        assert!(details.archived && details.locked, "archived and locked");
        let said = exactly_in_thread(
            night,
            3,
            "the welcome, the claim and one word of the closing",
            &thread,
        );
        assert!(
            everything_in(&said[2]).contains("The swap went through."),
            "{}",
            everything_in(&said[2])
        );
        let card = exactly(night, 1, "one card", "staff").remove(0);
        assert!(
            everything_in(&card).contains("Closed"),
            "{}",
            everything_in(&card)
        );
        let told = exactly_told(night, 1, "alice").remove(0);
        button(&told, "v1:reopen");
    }
}

/// Sam escalates a ticket to a team, by the card's button.
struct Escalating(Dialogue);

/// A packet that lacks nothing.
fn packet(form: &Modal) -> Vec<(String, String)> {
    let words = |key: &str| match key {
        "summary" => "Withdrawal of 250 USDC on Arbitrum is stuck since noon",
        "expected" => "The withdrawal is confirmed and arrives within one hour",
        "actual" => "It is shown as sent, yet the address has received nothing",
        "tried" => "Looked it up at the explorer; other withdrawals go through",
        _ => "none because the exchange does not show a hash before it is sent",
    };
    form.fields()
        .iter()
        .map(|field| (field.custom_id.clone(), words(&field.custom_id).to_owned()))
        .collect()
}

impl Course for Escalating {
    async fn begins(night: &Night) -> Self {
        opens_a_ticket(night, "alice").await;
        let asks = |night: &Night| {
            let team: [(&str, Given); 1] = [("ticket", 1.into())];
            night
                .member("sam")
                .runs_command("staff", "escalate", &team)
                .expect("the command can be run")
        };
        Self(Dialogue::new("sam", asks, packet))
    }

    async fn happens(&self, night: &Night) {
        self.0.gets_an_answer(night).await;
    }

    async fn goes_on(&self, night: &Night) {
        self.0.gets_an_answer(night).await;
    }

    async fn ends(&self, night: &Night) {
        self.0.answered();
        let thread = the_only_thread(night);
        exactly_in_thread(night, 2, "the welcome and one word of the escalation", &thread);
        let cards = exactly(night, 2, "the ticket's card and one of the escalation", "staff");
        assert!(
            everything_in(&cards[1]).contains("250 USDC on Arbitrum"),
            "{}",
            everything_in(&cards[1])
        );
        exactly_told(night, 0, "alice");
    }
}

#[tokio::test]
async fn a_ticket_is_opened_once_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<Opening>().await;
    // The form, the answer, the thread, its member, the welcome, the card.
    assert!(writes >= 6, "{writes} writes only");
}

#[tokio::test]
async fn a_ticket_is_closed_once_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<Closing>().await;
    // The answer, the word in the thread, its archiving, the inbox, the direct message, the card.
    assert!(writes >= 6, "{writes} writes only");
}

#[tokio::test]
async fn a_ticket_is_escalated_once_whichever_write_the_bot_is_killed_at() {
    let writes = survives_a_kill_at_every_write::<Escalating>().await;
    // The form, the answer, the team's card, the word in the thread, the ticket's card.
    assert!(writes >= 5, "{writes} writes only");
}

//! What a member reads when something happens to their ticket: in its thread, or in a direct message while the thread cannot
//! be read.

use super::cards::NEVER;
use super::{area_name, team_name};
use crate::discord::component_id::ComponentId;
use crate::discord::words::{Button, ButtonStyle, Card, Saying, Tone, quoted, shortened};
use crate::model::UserId;
use crate::model::notice::Notice;
use crate::model::ticket::{Area, Ticket};

/// What is said in a ticket's thread. `note`: the words that came with it, such as the reason for closing.
pub fn notice_in_thread(ticket: &Ticket, notice: Notice, note: Option<&str>) -> Saying {
    let number = ticket.number;
    Saying::text(match notice {
        Notice::Claimed { agent } => format!("<@{agent}> has taken your ticket and answers you here."),
        Notice::Assigned { agent } => format!(
            "<@{agent}> looks after your ticket now. They can read everything above, so you need not repeat anything."
        ),
        Notice::Escalated { team } => format!(
            "I have asked {} to look at this. They have what you wrote, so you need not repeat anything. A specialist's \
             answer can take a day or longer; what they find out, you read here.",
            team_name(team)
        ),
        Notice::Closed => format!(
            "This ticket is closed.{}\nIf it is not solved, `/ticket reopen ticket:{number}` in any channel opens it again, for \
             30 days.",
            reason(note)
        ),
        Notice::Reopened => {
            "This ticket is open again. Tell us what is still missing; staff have been told.".to_owned()
        }
        Notice::OpenerLeft => format!(
            "<@{}> has left this server and cannot read this thread any more. The ticket stays open: when they come back to the \
             server, they are let in here again.",
            ticket.opener
        ),
        Notice::OpenerReturned => format!(
            "<@{}> is back in this server, and in this thread. Everything above was kept.",
            ticket.opener
        ),
        Notice::NewThread => {
            "The earlier thread of this ticket is gone; we go on here. Your ticket and its form are kept."
                .to_owned()
        }
        Notice::ThreadRefused | Notice::ThreadLost => {
            "There was trouble with this ticket's thread. The ticket itself is safe, and staff have \
                                  been told."
                .to_owned()
        }
    })
}

/// What is said to the opener in a direct message.
pub fn notice_to_opener(ticket: &Ticket, notice: Notice, note: Option<&str>, guild_name: &str) -> Saying {
    let (body, button, tone) = match notice {
        Notice::Closed => (
            format!("Your ticket was closed.{}\nIf it is not solved, open it again within 30 days.", reason(note)),
            Some(("Open it again", ComponentId::ReopenTicket(ticket.guild, ticket.id))),
            Tone::Good,
        ),
        Notice::ThreadRefused => (
            "I could not make the private thread for your ticket. **Your ticket stands, what you wrote is kept, and staff \
             have been told.** You need not write anything again: press the button to let me try once more, or wait \
             for staff."
                .to_owned(),
            Some(("Try again", ComponentId::NewThread(ticket.guild, ticket.id))),
            Tone::Waiting,
        ),
        Notice::ThreadLost => (
            "The thread of your ticket was deleted. **Your ticket stands, and what you wrote in its form is kept.** Press the \
             button for a new thread, or wait for staff, who see it too."
                .to_owned(),
            Some(("New thread", ComponentId::NewThread(ticket.guild, ticket.id))),
            Tone::Waiting,
        ),
        Notice::NewThread => (
            "Your ticket has a new thread, because the earlier one is gone. What you wrote in its form is kept."
                .to_owned(),
            None,
            Tone::Calm,
        ),
        Notice::Reopened => ("Your ticket is open again.".to_owned(), None, Tone::Calm),
        Notice::OpenerLeft | Notice::OpenerReturned => (
            "Your ticket stands. You are let into its thread whenever you are in the server.".to_owned(),
            None,
            Tone::Calm,
        ),
        Notice::Claimed { .. } | Notice::Assigned { .. } => {
            ("An agent looks after your ticket and answers you in its thread.".to_owned(), None, Tone::Calm)
        }
        Notice::Escalated { team } => (
            format!("I have asked {} to look at your ticket. The answer comes in its thread.", team_name(team)),
            None,
            Tone::Calm,
        ),
    };
    Saying {
        buttons: button
            .map(|(label, id)| vec![Button::new(label, id, ButtonStyle::Primary)])
            .into_iter()
            .collect(),
        ..Saying::card(Card {
            title: format!(
                "{} · ticket #{}, {}",
                shortened(guild_name, 100),
                ticket.number,
                area_name(ticket.area).to_lowercase()
            ),
            body: format!("{body}\n\n{NEVER}"),
            footer: "I am the server's bot; nobody reads answers to this message.".to_owned(),
            tone,
            ..Card::default()
        })
    }
}

fn reason(note: Option<&str>) -> String {
    note.map(|words| format!("\n{}", quoted(words, 1000)))
        .unwrap_or_default()
}

/// The way to a private ticket, for somebody who cried for help in public. It is said where thieves read along, so it also
/// says what they will try next.
pub fn offer_ticket(user: UserId) -> Saying {
    let text = format!(
        "<@{user}> We can look at this together, in private: press the button, and our team answers you in a thread that only \
         you and staff can read.\n\
         **Our team never writes to you first.** Whoever sends you a private message, a link or a friend request about \
         this now wants to rob you, whatever their name and picture. Nobody needs your seed phrase, a code or a payment."
    );
    Saying {
        text,
        buttons: vec![vec![Button::new(
            "Open a private ticket",
            ComponentId::OpenTicket(Area::Other),
            ButtonStyle::Primary,
        )]],
        ping_users: vec![user],
        ..Saying::default()
    }
}

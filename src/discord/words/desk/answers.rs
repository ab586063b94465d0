//! What somebody reads, alone, right after asking the desk for something that was done.

use super::refusals::given_back;
use super::{ago, area_name, team_name};
use crate::discord::component_id::ComponentId;
use crate::discord::words::{Button, ButtonStyle, Saying, quoted};
use crate::model::guild::{Call, Tier};
use crate::model::message::channel_link;
use crate::model::ticket::{Answer, Surface, Ticket};
use crate::model::{ChannelId, UserId};

/// A ticket was opened. `secrets`: how many were taken out of the form.
pub fn opened(ticket: &Ticket, secrets: u32) -> Saying {
    if ticket.surface == Surface::Forbidden {
        return with_guide(thread_refused(ticket), secrets);
    }
    let (text, buttons) = match ticket.thread {
        Some(thread) => (
            format!(
                "**Ticket #{}** is open: <#{thread}>. An agent answers you there.",
                ticket.number
            ),
            to_thread(ticket, thread),
        ),
        None => (being_made(ticket), vec![]),
    };
    with_guide(
        Saying {
            buttons,
            ..Saying::text(text)
        },
        secrets,
    )
}

/// The ticket is written; its thread is still on its way.
pub fn being_made(ticket: &Ticket) -> String {
    format!(
        "**Ticket #{}** is open and cannot get lost. Your private thread is being made; you will be added to it in a moment.",
        ticket.number
    )
}

/// The ticket is written, but Discord refused its thread.
pub fn thread_refused(ticket: &Ticket) -> Saying {
    Saying {
        buttons: vec![vec![Button::new(
            "Try again",
            ComponentId::NewThread(ticket.guild, ticket.id),
            ButtonStyle::Primary,
        )]],
        ..Saying::text(format!(
            "**Ticket #{}** is open, staff have been told and what you wrote is kept. Only its private thread could not be \
             made. You need not write anything again: press the button to let me try once more, or wait for staff.",
            ticket.number
        ))
    }
}

/// They have a ticket open for this already. What they typed just now is given back, to be said there.
pub fn still_open(ticket: &Ticket, answers: &[Answer], secrets: u32) -> Saying {
    let since = ago(ticket.opened_at);
    let area = area_name(ticket.area).to_lowercase();
    let mut saying = match (ticket.thread, ticket.surface) {
        (_, Surface::Missing | Surface::Forbidden) => Saying {
            buttons: vec![vec![Button::new(
                "Give it a new thread",
                ComponentId::NewThread(ticket.guild, ticket.id),
                ButtonStyle::Primary,
            )]],
            ..Saying::text(format!(
                "You have **ticket #{}** ({area}) open since {since}. It has no thread just now; press the button for a new one.",
                ticket.number
            ))
        },
        (Some(thread), _) => Saying {
            buttons: to_thread(ticket, thread),
            ..Saying::text(format!(
                "You have **ticket #{}** ({area}) open since {since}: <#{thread}>. Please go on there.",
                ticket.number
            ))
        },
        (None, _) => Saying::text(being_made(ticket)),
    };
    saying.text.push_str(&given_back(answers));
    with_guide(saying, secrets)
}

/// What to do when a seed phrase or a key was typed: calm, exact, at once.
pub fn secrets_guide(count: u32) -> String {
    let what = if count == 1 {
        "something that looks"
    } else {
        "some words that look"
    };
    format!(
        "**Please read this first.** You typed {what} like a seed phrase or a private key. I took it out before anything was \
         stored; nobody here has read it. To be safe:\n1. On a clean device, make a **new** wallet with a new seed \
         phrase.\n2. Move what is in the old wallet to it, the most valuable first.\n3. Never use the old phrase again, and \
         give the new one to nobody: no agent, no website, no bot."
    )
}

fn with_guide(mut saying: Saying, secrets: u32) -> Saying {
    if secrets > 0 {
        saying.text = format!("{}\n\n{}", secrets_guide(secrets), saying.text);
    }
    saying
}

fn to_thread(ticket: &Ticket, thread: ChannelId) -> Vec<Vec<Button>> {
    vec![vec![Button::link(
        "Open thread",
        channel_link(ticket.guild, thread),
    )]]
}

/// An answer to an agent, with the way to the thread.
fn to_agent(ticket: &Ticket, text: String) -> Saying {
    let buttons = ticket
        .thread
        .map(|thread| to_thread(ticket, thread))
        .unwrap_or_default();
    Saying {
        buttons,
        ..Saying::text(text)
    }
}

/// `<#thread>`, or why there is none.
fn place(ticket: &Ticket) -> String {
    match (ticket.surface, ticket.thread) {
        (Surface::Missing | Surface::Forbidden, _) | (_, None) if ticket.surface != Surface::None => {
            "It has no thread just now: press New thread on its card.".to_owned()
        }
        (_, Some(thread)) => format!("You are being added to <#{thread}>."),
        (_, None) => "You will be added to its thread as soon as that is made.".to_owned(),
    }
}

/// The ticket is theirs.
pub fn claimed(ticket: &Ticket) -> Saying {
    to_agent(
        ticket,
        format!("Ticket #{} is yours. {}", ticket.number, place(ticket)),
    )
}

/// They are being added to the thread.
pub fn joined(ticket: &Ticket) -> Saying {
    to_agent(ticket, format!("Ticket #{}. {}", ticket.number, place(ticket)))
}

/// The ticket went to somebody.
pub fn assigned(ticket: &Ticket, to: UserId) -> Saying {
    to_agent(
        ticket,
        format!(
            "Ticket #{} is with <@{to}> now; they are added to its thread.",
            ticket.number
        ),
    )
}

/// The note is kept.
pub fn noted(ticket: &Ticket, secrets: u32) -> Saying {
    with_guide(
        Saying::text(format!(
            "Noted on ticket #{}. Staff read it with `/ticket show`; the member does not.",
            ticket.number
        )),
        secrets,
    )
}

/// The ticket is closed. `own`: the member closed it.
pub fn closed(ticket: &Ticket, own: bool) -> Saying {
    let buttons = vec![vec![Button::new(
        "Reopen",
        ComponentId::ReopenTicket(ticket.guild, ticket.id),
        ButtonStyle::Secondary,
    )]];
    let text = if own {
        format!(
            "Ticket #{} is closed. If it turns out not to be solved, open it again within 30 days.",
            ticket.number
        )
    } else {
        format!(
            "Ticket #{} is closed; the member is told in its thread and by direct message.",
            ticket.number
        )
    };
    Saying {
        buttons,
        ..Saying::text(text)
    }
}

/// The ticket is open again.
pub fn reopened(ticket: &Ticket) -> Saying {
    let way = match ticket.thread {
        Some(thread) => format!("Go on in <#{thread}>."),
        None => "Its thread was gone, so a new one is being made.".to_owned(),
    };
    to_agent(ticket, format!("Ticket #{} is open again. {way}", ticket.number))
}

/// A new thread is on its way.
pub fn new_thread_asked(ticket: &Ticket) -> Saying {
    Saying::text(format!(
        "I am making a new thread for ticket #{}; whoever belongs to it is added. Nothing in the ticket is lost.",
        ticket.number
    ))
}

/// The team has been asked. `secrets`: how many were taken out of the packet.
pub fn escalated(ticket: &Ticket, team: Tier, call: Call, secrets: u32) -> Saying {
    let unheard = match call {
        Call::Heard => "",
        Call::NoChannel => {
            "\nNobody was called, because there is no channel for them, nor one for staff: please tell them yourself. `/setup \
             channels` names one."
        }
        Call::NoRole => {
            "\nNobody was called by it, because no role says who is in that team: please tell them yourself. `/setup role` \
             changes that."
        }
        Call::Dropped => {
            "\nNobody was called by it, because I may not mention their role there: please tell them yourself. `/setup check` \
             says what I lack."
        }
    };
    let taken = if secrets > 0 {
        "\nI took something out of it that looks like a seed phrase or a private key. If it is the member's, tell them to \
         move what is in that wallet to a new one now."
    } else {
        ""
    };
    let packet = if call == Call::NoChannel {
        "The packet is kept"
    } else {
        "They have the packet in their channel"
    };
    Saying::text(format!(
        "Ticket #{} is escalated to {}. {packet}, and the member has been told that it can take a while.{unheard}{taken}",
        ticket.number,
        team_name(team)
    ))
}

/// The panel stands.
pub fn panel_posted() -> Saying {
    Saying::text("The panel is posted. Pin it so that members find it.")
}

/// They cannot open tickets any more.
pub fn blocked(user: UserId, reason: &str) -> Saying {
    Saying::text(format!(
        "<@{user}> cannot open tickets from now on. Those that are open stay open. Why, for staff:\n{}\n`/ticket unblock` lets \
         them open tickets again.",
        quoted(reason, 300)
    ))
}

/// They can open tickets again.
pub fn unblocked(user: UserId, was_blocked: bool) -> Saying {
    Saying::text(if was_blocked {
        format!("<@{user}> can open tickets again.")
    } else {
        format!("Nobody has kept <@{user}> from opening tickets.")
    })
}

//! What somebody reads when the desk does not do what they asked: why, and what to do instead.

use super::ago;
use crate::desk::lifecycle::Refused;
use crate::desk::opening::MOST_OPEN;
use crate::discord::words::{Saying, quoted};
use crate::model::UserId;
use crate::model::ticket::Answer;
use crate::storage::Refusal;

/// Why a step was not taken.
pub fn refused(refused: &Refused) -> String {
    match refused {
        Refused::AgentsOnly => agents_only(),
        Refused::NotYours => "This ticket belongs to somebody else.".to_owned(),
        Refused::Closed => "This ticket is closed. `/ticket reopen` opens it again.".to_owned(),
        Refused::NotClosed => "This ticket is open already.".to_owned(),
        Refused::TakenBy(agent) => format!(
            "<@{agent}> has this ticket. Join it to read along; they, or a lead, can hand it to you with `/ticket transfer`."
        ),
        Refused::AlreadyYours => "This ticket is yours already.".to_owned(),
        Refused::AlreadyTheirs(agent) => format!("<@{agent}> has this ticket already."),
        Refused::NotAnAgent(user) => format!(
            "<@{user}> has no support role here, so tickets cannot be given to them. `/setup role` makes a role a support tier."
        ),
        Refused::NobodyHasIt => {
            "Nobody has this ticket yet: use `/ticket assign` or `/ticket claim` instead.".to_owned()
        }
        Refused::OnlyAssigneeOrLead(agent) => {
            format!("<@{agent}> has this ticket. Only they, somebody of L3 or with Manage Server can hand it on.")
        }
        Refused::NoWords => "There is nothing in it. Write at least a few words.".to_owned(),
        Refused::TooLate(closed) => format!(
            "This ticket was closed {}, and members can reopen for 30 days. Open a new one with `/ticket open`; staff can \
             still read this one.",
            ago(*closed)
        ),
        Refused::ThreadStands => {
            "Its thread is still there. If you cannot see it, press Join on the staff card, or ask an agent to add you."
                .to_owned()
        }
        Refused::ThreadOnItsWay => "Its thread is being made just now; wait a moment.".to_owned(),
        Refused::NoThread => {
            "Its thread is gone or was refused by Discord. Press New thread on its card first.".to_owned()
        }
        Refused::Overtaken => "This ticket has been escalated since you opened that form. Look at it with `/ticket show` before you do so again.".to_owned(),
        Refused::Unchanged => "That changes nothing.".to_owned(),
    }
}

/// Only people with a support role may do that.
pub fn agents_only() -> String {
    "That is for people with a support role here. If you should have one, ask whoever runs `/setup role`."
        .to_owned()
}

/// No such ticket, or none that they may see: both read the same.
pub fn no_such_ticket(number: Option<u32>) -> String {
    match number {
        Some(number) => {
            format!(
                "There is no ticket #{number} here that you can see. `/ticket list` shows the ones you can."
            )
        }
        None => "This channel is no ticket's thread. Name the ticket by its number: `ticket:12`.".to_owned(),
    }
}

/// Staff and bots cannot be kept from opening tickets.
pub fn not_blockable(user: UserId) -> String {
    format!(
        "<@{user}> works tickets or is a bot, and cannot be kept from opening them. Take their support role away first."
    )
}

/// No ticket in a direct message without a server.
pub fn no_tickets_here() -> String {
    "Tickets belong to a server: use this there.".to_owned()
}

/// Only staff may post a panel.
pub fn panel_needs_rights() -> String {
    "Posting the panel needs Manage Server or a staff role.".to_owned()
}

/// A panel would lead nowhere.
pub fn panel_needs_setup() -> String {
    "Run `/setup channels` first: a panel without a support channel would lead members nowhere.".to_owned()
}

/// Discord does not let us post there.
pub fn panel_refused(why: &str) -> String {
    format!(
        "I may not post here: `{}`. Give me View Channel, Send Messages and Embed Links in this channel, then try again.",
        why.replace('`', "")
    )
}

/// Why no ticket was opened. What was typed is given back, so that nothing has to be typed again.
pub fn refused_opening(refusal: Refusal, answers: &[Answer]) -> Saying {
    let why = match refusal {
        Refusal::NotSetUp => "Tickets are not set up on this server yet, so I cannot open one. Please tell a moderator or the \
                              owner: `/setup channels` is all it takes. Until then ask for help in a public channel, and \
                              answer **nobody** who writes to you first in a direct message: that is how impostors work."
            .to_owned(),
        Refusal::TooMany => format!(
            "You have {MOST_OPEN} tickets open, and that is as many as one person can have. Add this to one of them \
             (`/ticket list` shows them), or close one that is solved."
        ),
        Refusal::Blocked => {
            "You cannot open tickets on this server at the moment. If you think that is a mistake, ask a moderator."
                .to_owned()
        }
        Refusal::Empty => {
            "There was nothing in the form, so no ticket was opened. A sentence about what happened is enough.".to_owned()
        }
    };
    Saying::text(format!("{why}{}", given_back(answers)))
}

/// The store could not keep it: the member must know, and keep their words.
pub fn not_kept(answers: &[Answer]) -> Saying {
    Saying::text(format!(
        "I could not write your ticket down just now, so **it is not open**. Please try again in a minute; if it happens again, \
         tell a moderator.{}",
        given_back(answers)
    ))
}

/// What was typed, to be copied; nothing when nothing was.
pub(super) fn given_back(answers: &[Answer]) -> String {
    if answers.is_empty() {
        return String::new();
    }
    let words: Vec<String> = answers
        .iter()
        .map(|answer| format!("{}\n{}", answer.question, answer.text))
        .collect();
    format!(
        "\n\nWhat you wrote, so that you can copy it:\n{}",
        quoted(&words.join("\n\n"), 900)
    )
}

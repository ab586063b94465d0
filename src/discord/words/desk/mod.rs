//! What the desk says: to the member who needs help, to the agents who give it, to the team that is asked.
//!
//! To members: short, calm, honest about what we cannot do, and never without a next step. Everything a person typed is
//! shown in a code block, where no mention pings, no link is live and no markup works.

mod answers;
mod cards;
mod escalation;
mod forms;
mod lists;
mod notices;
mod refusals;

pub use answers::{
    assigned, being_made, blocked, claimed, closed, escalated, joined, new_thread_asked, noted, opened,
    panel_posted, reopened, secrets_guide, still_open, thread_refused, unblocked,
};
pub use cards::{choose_area, new_staff_card, panel, staff_card, welcome};
pub use escalation::{escalation_card, incomplete_packet};
pub use forms::{REASON, close_form, escalation_form, message_form, ticket_form};
pub use lists::{Listed, list, show};
pub use notices::{notice_in_thread, notice_to_opener, offer_ticket};
pub use refusals::{
    agents_only, no_such_ticket, no_tickets_here, not_blockable, not_kept, panel_needs_rights,
    panel_needs_setup, panel_refused, refused, refused_opening,
};

use crate::desk::areas::Question;
use crate::model::Timestamp;
use crate::model::guild::Tier;
use crate::model::ticket::{Area, TicketState};

/// What an area is called.
pub const fn area_name(area: Area) -> &'static str {
    match area {
        Area::Funds => "Wallet or funds",
        Area::Transaction => "Transaction problem",
        Area::Account => "Account",
        Area::ScamReport => "Report a scam",
        Area::Other => "Something else",
    }
}

/// What a state is called.
pub const fn state_name(state: TicketState) -> &'static str {
    match state {
        TicketState::New => "new",
        TicketState::Triaged => "triaged",
        TicketState::InProgress => "in progress",
        TicketState::WaitingForMember => "waiting for the member",
        TicketState::Escalated => "escalated",
        TicketState::Linked => "follows an incident",
        TicketState::Resolved => "resolved",
        TicketState::Closed => "closed",
    }
}

/// A team in a sentence: "the Security team", "L2 support".
pub fn team_name(team: Tier) -> String {
    match team {
        Tier::L1 | Tier::L2 | Tier::L3 => format!("{} support", team.name()),
        Tier::Moderator => "the moderators".to_owned(),
        _ => format!("the {} team", team.name()),
    }
}

/// A question as a form shows it; at most 45 characters.
pub const fn question(question: Question) -> &'static str {
    match question {
        Question::Happened => "What happened?",
        Question::Goal => "What did you want to do?",
        Question::Chain => "Which chain and which wallet app?",
        Question::References => "Transaction hashes and public addresses",
        Question::When => "When did it happen?",
        Question::StillHappening => "Is it still going on?",
        Question::Account => "Which account is it about?",
        Question::Tried => "What have you tried so far?",
        Question::Suspect => "Who was it?",
        Question::Place => "Where did it happen?",
        Question::Touched => "Did you click, sign or send anything?",
        Question::Message => "The message",
        Question::About => "What is it about?",
    }
}

/// Moments as Discord shows them in the reader's own time: "two hours ago".
fn ago(moment: Timestamp) -> String {
    format!("<t:{}:R>", moment.seconds())
}

/// A name that somebody chose, where none of its characters means anything.
fn named(name: &str) -> String {
    let calm: String = name
        .chars()
        .map(|c| if c == '`' || c.is_control() { '\u{2019}' } else { c })
        .collect();
    format!("`{calm}`")
}

#[cfg(test)]
mod tests;

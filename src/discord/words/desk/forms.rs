//! The forms: what a member is asked when opening a ticket, what an agent is asked when closing or escalating one.

use super::{area_name, question, team_name};
use crate::desk::areas::{self, Ask, Question};
use crate::desk::packet::{Field, LONGEST};
use crate::discord::component_id::ComponentId;
use crate::discord::words::{Form, Input};
use crate::model::guild::Tier;
use crate::model::ticket::{Area, Packet};
use crate::model::{ChannelId, MessageId, TicketId};

/// The grey hint inside a question; at most 100 characters.
const fn hint(question: Question) -> &'static str {
    match question {
        Question::Happened => "In your own words. Never paste a seed phrase or a private key, not even here.",
        Question::Goal => "For example: withdraw USDC to my own wallet",
        Question::Chain => "For example: Arbitrum, MetaMask on Android",
        Question::References => {
            "One a line, or links to an explorer. Public ones only: no key, no seed phrase."
        }
        Question::When => "For example: today at about 14:30 UTC",
        Question::StillHappening => {
            "For example: funds are leaving right now / it has stopped / I cannot tell"
        }
        Question::Account => "The user name. Never a password and never a code.",
        Question::Tried => "For example: another browser, cleared the cache, asked in #help",
        Question::Suspect => "Their name, and their user ID if you can see it",
        Question::Place => "A channel, a direct message, a website",
        Question::Touched => "For example: I opened the link but did not connect my wallet",
        Question::Message => "What the message says",
        Question::About => "a scam, my wallet, a transaction, my account, or something else",
    }
}

fn input(ask: Ask, value: String) -> Input {
    Input {
        key: ask.question.key(),
        label: question(ask.question).to_owned(),
        placeholder: hint(ask.question).to_owned(),
        value,
        long: ask.long,
        required: ask.required,
        min: 0,
        max: ask.max,
    }
}

/// The form that opens a ticket in an area.
pub fn ticket_form(area: Area) -> Form {
    Form {
        id: ComponentId::TicketForm(area),
        title: format!("Open a ticket: {}", area_name(area)),
        inputs: areas::questions(area)
            .iter()
            .map(|ask| input(*ask, String::new()))
            .collect(),
    }
}

/// The form behind "Open ticket from this message". `text`: what the message says, secrets replaced. `own`: whether the asker
/// wrote it; the message of somebody else is most often reported.
pub fn message_form(channel: ChannelId, message: MessageId, text: &str, own: bool) -> Form {
    let about = if own {
        "something else"
    } else {
        "a scam or an impostor"
    };
    let inputs = areas::FROM_MESSAGE.into_iter().map(|ask| {
        let value = match ask.question {
            Question::About => about.to_owned(),
            Question::Message => text.to_owned(),
            _ => String::new(),
        };
        input(ask, value)
    });
    Form {
        id: ComponentId::MessageTicketForm(channel, message),
        title: "Open a ticket from this message".to_owned(),
        inputs: inputs.collect(),
    }
}

/// The key of the reason in [`close_form`].
pub const REASON: &str = "reason";

/// The form that closes a ticket.
pub fn close_form(ticket: TicketId, number: u32) -> Form {
    Form {
        id: ComponentId::CloseForm(ticket),
        title: format!("Close ticket #{number}"),
        inputs: vec![Input {
            key: REASON,
            label: "How did it end? (the member reads this)".to_owned(),
            placeholder: "For example: the deposit arrived after the network was less busy".to_owned(),
            value: String::new(),
            long: true,
            required: false,
            min: 0,
            max: 1000,
        }],
    }
}

/// A field of the packet as the form shows it: label (at most 45 characters) and hint (at most 100).
pub(super) const fn field_words(field: Field) -> (&'static str, &'static str) {
    match field {
        Field::Summary => (
            "In one line: what is it?",
            "Withdrawal of 250 USDC on Arbitrum stuck since noon",
        ),
        Field::Expected => (
            "What should have happened?",
            "The withdrawal is confirmed and arrives within an hour",
        ),
        Field::Actual => (
            "What happened instead?",
            "Shown as sent, but the address received nothing for a day",
        ),
        Field::Tried => (
            "What has been checked or tried?",
            "Looked it up at the explorer; other withdrawals go through",
        ),
        Field::References => (
            "Hashes and addresses",
            "One a line, or: none because … (say why there are none)",
        ),
    }
}

/// The form that escalates a ticket to a team, filled in with what is known already. `earlier`: how many escalations the
/// ticket has had.
pub fn escalation_form(ticket: TicketId, number: u32, team: Tier, earlier: u32, known: &Packet) -> Form {
    let inputs = Field::ALL.into_iter().map(|field| {
        let (label, hint) = field_words(field);
        Input {
            key: field.key(),
            label: label.to_owned(),
            placeholder: hint.to_owned(),
            value: field.of(known).to_owned(),
            long: field != Field::Summary,
            required: true,
            min: 0,
            max: if field == Field::Summary { 200 } else { LONGEST },
        }
    });
    Form {
        id: ComponentId::EscalateForm(ticket, team, earlier),
        title: format!("Escalate #{number} to {}", team_name(team)),
        inputs: inputs.collect(),
    }
}

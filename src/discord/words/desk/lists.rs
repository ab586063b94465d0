//! Tickets as agents and members look them up: a list, and one ticket with its history.

use super::{ago, area_name, named, state_name};
use crate::discord::component_id::ComponentId;
use crate::discord::words::{Button, ButtonStyle, Card, Saying, Tone, quoted, shortened};
use crate::model::message::channel_link;
use crate::model::ticket::{Escalation, Surface, Ticket, TicketDeed, TicketEvent, TicketState};

/// Which part of all tickets that fit is listed.
#[derive(Clone, Copy, Debug)]
pub struct Listed {
    /// So many come before.
    pub skipped: u32,
    /// So many fit.
    pub total: u64,
    /// The page, from 1.
    pub page: u32,
}

/// A list of tickets. `staff`: the reader works tickets; a member sees their own.
pub fn list(tickets: &[Ticket], listed: Listed, staff: bool, open_only: bool) -> Saying {
    if tickets.is_empty() && listed.total > 0 {
        return Saying::text(format!(
            "There is no page {}: {} in all.",
            listed.page,
            counted(listed.total)
        ));
    }
    if tickets.is_empty() {
        return Saying::text(match (staff, open_only) {
            (true, true) => "No ticket is open. Enjoy it while it lasts.",
            (true, false) => "There are no tickets that fit.",
            (false, _) => "You have no tickets here. `/ticket open` opens one.",
        });
    }
    let lines: Vec<String> = tickets.iter().map(|ticket| line(ticket, staff)).collect();
    Saying::card(Card {
        title: if staff {
            "Tickets".to_owned()
        } else {
            "Your tickets".to_owned()
        },
        body: shortened(&lines.join("\n"), 4000),
        footer: footer(tickets.len(), listed, staff),
        ..Card::default()
    })
}

fn footer(shown: usize, listed: Listed, staff: bool) -> String {
    let order = if staff {
        "Those nobody has first, the oldest on top."
    } else {
        "Newest first."
    };
    let upto = u64::from(listed.skipped) + shown as u64;
    let which = match (listed.skipped, upto == listed.total) {
        (0, true) => counted(listed.total),
        (skipped, _) => format!("{} to {upto} of {}", skipped + 1, counted(listed.total)),
    };
    let more = if upto < listed.total {
        format!(" /ticket list page:{} shows more.", listed.page + 1)
    } else {
        String::new()
    };
    format!("{which}. {order}{more} /ticket show ticket:… shows one.")
}

fn counted(tickets: u64) -> String {
    if tickets == 1 {
        "1 ticket".to_owned()
    } else {
        format!("{tickets} tickets")
    }
}

fn line(ticket: &Ticket, staff: bool) -> String {
    let who = if staff {
        format!(" · {}", named(&ticket.opener_name))
    } else {
        String::new()
    };
    let with = match ticket.assignee {
        Some(agent) => format!(" · with <@{agent}>"),
        None if ticket.state == TicketState::Closed => String::new(),
        None => " · **nobody has it**".to_owned(),
    };
    let place = match ticket.thread {
        Some(thread) if ticket.surface != Surface::Missing => format!(" · <#{thread}>"),
        _ => String::new(),
    };
    format!(
        "**#{}** {} · {}{who}{with} · {}{place}",
        ticket.number,
        area_name(ticket.area),
        state_name(ticket.state),
        ago(ticket.opened_at),
    )
}

/// One ticket. `staff`: with its history, notes and packets; a member sees what they wrote and how it stands.
pub fn show(ticket: &Ticket, events: &[TicketEvent], escalations: &[Escalation], staff: bool) -> Saying {
    let with = ticket
        .assignee
        .map_or_else(|| "nobody yet".to_owned(), |agent| format!("<@{agent}>"));
    let place = match (ticket.surface, ticket.thread) {
        (Surface::Missing, _) => "gone".to_owned(),
        (Surface::Forbidden, _) => "refused by Discord".to_owned(),
        (_, Some(thread)) => format!("<#{thread}>"),
        (_, None) => "being made".to_owned(),
    };
    let mut body = format!(
        "{} · {}\nFrom <@{}> ({}) · opened {}\nWith {with} · thread: {place}",
        area_name(ticket.area),
        state_name(ticket.state),
        ticket.opener,
        named(&ticket.opener_name),
        ago(ticket.opened_at),
    );
    if staff {
        let history: Vec<String> = events.iter().map(event_line).collect();
        let newest_first: Vec<String> = history.into_iter().rev().collect();
        body.push_str("\n\n**History** (newest first)\n");
        body.push_str(&shortened(&newest_first.join("\n"), 2400));
    }
    let mut fields: Vec<_> = ticket
        .answers
        .iter()
        .map(|a| (a.question.clone(), quoted(&a.text, 500), false))
        .collect();
    if staff {
        fields.extend(escalations.iter().map(escalation_field));
    }
    if let Some(source) = &ticket.source {
        fields.push((
            "Opened from".to_owned(),
            format!("[this message]({source})"),
            true,
        ));
    }
    let mut buttons = Vec::new();
    if let Some(thread) = ticket.thread {
        buttons.push(Button::link("Open thread", channel_link(ticket.guild, thread)));
    }
    if ticket.state == TicketState::Closed {
        buttons.push(Button::new(
            "Reopen",
            ComponentId::ReopenTicket(ticket.guild, ticket.id),
            ButtonStyle::Secondary,
        ));
    } else if matches!(ticket.surface, Surface::Missing | Surface::Forbidden) {
        buttons.clear();
        buttons.push(Button::new(
            "New thread",
            ComponentId::NewThread(ticket.guild, ticket.id),
            ButtonStyle::Primary,
        ));
    } else if staff {
        buttons.push(Button::new(
            "Join",
            ComponentId::JoinTicket(ticket.id),
            ButtonStyle::Secondary,
        ));
    }
    Saying {
        buttons: if buttons.is_empty() { vec![] } else { vec![buttons] },
        ..Saying::card(Card {
            title: format!("Ticket #{}", ticket.number),
            body,
            fields,
            footer: String::new(),
            tone: if ticket.state == TicketState::Closed {
                Tone::Good
            } else {
                Tone::Calm
            },
        })
    }
}

fn event_line(event: &TicketEvent) -> String {
    let who = event
        .by
        .map_or_else(|| "the bot".to_owned(), |user| format!("<@{user}>"));
    let what = match event.deed {
        TicketDeed::Opened => "opened it".to_owned(),
        TicketDeed::Claimed => "took it".to_owned(),
        TicketDeed::Assigned { to } => format!("gave it to <@{to}>"),
        TicketDeed::Transferred { to } => format!("handed it to <@{to}>"),
        TicketDeed::Noted => "noted".to_owned(),
        TicketDeed::Joined => "joined the thread".to_owned(),
        TicketDeed::Escalated { team, .. } => format!("escalated it to {}", team.name()),
        TicketDeed::Closed => "closed it".to_owned(),
        TicketDeed::Reopened => "reopened it".to_owned(),
        TicketDeed::AgentAnswered => "answered the member".to_owned(),
        TicketDeed::MemberAnswered => "answered".to_owned(),
        TicketDeed::OpenerLeft => "left the server".to_owned(),
        TicketDeed::OpenerReturned { .. } => "came back to the server".to_owned(),
        TicketDeed::ThreadAsked => "asked for a new thread".to_owned(),
        TicketDeed::ThreadMade => "made its thread".to_owned(),
        TicketDeed::ThreadLost => "found its thread gone".to_owned(),
        TicketDeed::ThreadRefused => "was refused its thread".to_owned(),
        TicketDeed::CardLost => "found its card gone and posted another".to_owned(),
        TicketDeed::SecretsRemoved { count } => format!("took {count} secret(s) out of what was typed"),
    };
    let note = event
        .note
        .as_deref()
        .map(|note| format!(": {}", named(&shortened(note, 300))))
        .unwrap_or_default();
    format!("{} {who} {what}{note}", ago(event.at))
}

fn escalation_field(escalation: &Escalation) -> (String, String, bool) {
    let value = match &escalation.packet {
        Some(packet) => quoted(&format!("{}\n{}", packet.summary, packet.references), 600),
        None => "Erased.".to_owned(),
    };
    (
        format!("Escalation {} to {}", escalation.ordinal, escalation.team.name()),
        value,
        false,
    )
}

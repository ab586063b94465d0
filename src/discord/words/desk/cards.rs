//! The cards that stand: the panel, the first card of a thread, the card by which staff learn of a ticket.

use super::{ago, area_name, named, state_name};
use crate::desk::areas;
use crate::discord::component_id::ComponentId;
use crate::discord::words::{Button, ButtonStyle, Card, Saying, Tone, quoted};
use crate::model::RoleId;
use crate::model::effect::{Effect, EffectRow, EffectState};
use crate::model::guild::GuildSettings;
use crate::model::message::channel_link;
use crate::model::ticket::{Area, Surface, Ticket, TicketState};

/// What every member must know, wherever they meet the desk.
pub(super) const NEVER: &str = "Staff **never** ask for a seed phrase, a private key or a password, and **never** write to you \
                                first in direct messages. Whoever does is an impostor, whatever their name says.";

fn area_buttons() -> Vec<Vec<Button>> {
    let button = |area: Area| {
        let style = if area == Area::Funds {
            ButtonStyle::Danger
        } else {
            ButtonStyle::Secondary
        };
        Button::new(area_name(area), ComponentId::OpenTicket(area), style)
    };
    vec![Area::ALL.into_iter().map(button).collect()]
}

/// The panel: a standing message by which members open tickets.
pub fn panel() -> Saying {
    Saying {
        buttons: area_buttons(),
        ..Saying::card(Card {
            title: "Need help?".to_owned(),
            body: format!(
                "Press what fits best and fill in the short form. You get a private thread that only you and the support \
                 staff can read.\n\n{NEVER}"
            ),
            footer:
                "One open ticket per topic. If money is leaving your wallet right now, press the red button."
                    .to_owned(),
            ..Card::default()
        })
    }
}

/// The answer to `/ticket open` without an area.
pub fn choose_area() -> Saying {
    Saying {
        buttons: area_buttons(),
        ..Saying::text("What is it about? Press what fits best.")
    }
}

/// The first card of a ticket's thread.
pub fn welcome(ticket: &Ticket, _settings: &GuildSettings) -> Saying {
    let hours = areas::expected_first_answer(ticket.area).as_secs() / 3600;
    let again = if ticket.round > 1 {
        "This thread takes the place of the earlier one, which is gone. Your ticket and what you wrote in its form are kept.\n\n"
    } else {
        ""
    };
    let first_aid = match ticket.area {
        Area::Funds => {
            "\n\n**If money is still leaving your wallet**, do not wait for us: on a clean device make a new wallet with a new \
             seed phrase and move what is left there. Nobody can bring back what has left a wallet, and whoever offers \
             that for a fee is a scammer too."
        }
        Area::ScamReport => {
            "\n\n**If you connected a wallet or signed something**, say so here now: permissions you gave can often still be \
             revoked."
        }
        _ => "",
    };
    let mut fields = quoted_answers(ticket, 800);
    fields.extend(source_field(ticket));
    Saying {
        text: format!(
            "<@{}>, thank you for writing. You are in the right place.",
            ticket.opener
        ),
        card: Some(Card {
            title: format!("Ticket #{} · {}", ticket.number, area_name(ticket.area)),
            body: format!(
                "{again}**What happens next**\nAn agent reads this and answers here. We aim for a first answer within {hours} hours; \
                 at night and at weekends it can take longer, and we will not forget it. Anything you add meanwhile \
                 helps: transaction hashes, public addresses, screenshots.{first_aid}\n\n**Stay safe**\n{NEVER}"
            ),
            fields,
            footer: "Only you, the support staff and the server's administrators can read this thread."
                .to_owned(),
            tone: Tone::Calm,
        }),
        buttons: vec![vec![Button::new(
            "Close ticket",
            ComponentId::CloseTicket(ticket.id),
            ButtonStyle::Secondary,
        )]],
        ping_users: vec![ticket.opener],
        ping_roles: vec![],
        reply_to: None,
    }
}

/// The card by which staff learn of a ticket, and see how it stands. `troubles`: what Discord did not do.
pub fn staff_card(ticket: &Ticket, troubles: &[EffectRow]) -> Saying {
    let open = ticket.state != TicketState::Closed;
    let waits = open && ticket.assignee.is_none();
    let mut lines = vec![format!(
        "From <@{}> ({})",
        ticket.opener,
        named(&ticket.opener_name)
    )];
    lines.push(match (ticket.state, ticket.assignee) {
        (TicketState::Closed, _) => format!("Closed {}", ago(ticket.closed_at.unwrap_or(ticket.changed_at))),
        (state, Some(agent)) => {
            format!(
                "With <@{agent}>, {} · opened {}",
                state_name(state),
                ago(ticket.opened_at)
            )
        }
        (TicketState::New, None) => {
            format!("**Nobody has it yet** · waiting since {}", ago(ticket.opened_at))
        }
        (state, None) => {
            format!(
                "**Nobody has it yet**, {} · waiting since {}",
                state_name(state),
                ago(ticket.opened_at)
            )
        }
    });
    lines.push(thread_line(ticket));
    lines.extend(
        troubles
            .iter()
            .filter(|trouble| still_matters(ticket, trouble))
            .filter_map(trouble_line),
    );
    let mut fields = quoted_answers(ticket, 600);
    fields.extend(source_field(ticket));
    let unsure = ticket.surface == Surface::None
        && troubles.iter().any(|trouble| {
            matches!(trouble.effect, Effect::CreateTicketThread { round, .. } if round == ticket.round)
        });
    let lost = unsure || matches!(ticket.surface, Surface::Missing | Surface::Forbidden);
    Saying {
        text: if waits {
            format!(
                "Ticket #{}: {}, waiting for an agent.",
                ticket.number,
                area_name(ticket.area)
            )
        } else {
            format!("Ticket #{}: {}.", ticket.number, area_name(ticket.area))
        },
        card: Some(Card {
            title: format!("Ticket #{} · {}", ticket.number, area_name(ticket.area)),
            body: lines.join("\n"),
            fields,
            footer: if open {
                "Claim: it is yours and you are added to the thread. Join: you are only added to the thread."
                    .to_owned()
            } else {
                String::new()
            },
            tone: match (open, lost, waits) {
                (false, ..) => Tone::Good,
                (true, true, _) => Tone::Danger,
                (true, false, true) => Tone::Waiting,
                (true, false, false) => Tone::Calm,
            },
        }),
        buttons: staff_buttons(ticket, open, lost),
        ..Saying::default()
    }
}

/// The same as it is posted: it calls those who answer first. Later changes of it call nobody.
pub fn new_staff_card(ticket: &Ticket, troubles: &[EffectRow], ping: &[RoleId]) -> Saying {
    let card = staff_card(ticket, troubles);
    let mentions: Vec<String> = ping.iter().map(|role| format!("<@&{role}>")).collect();
    Saying {
        text: format!("{} {}", mentions.join(" "), card.text)
            .trim_start()
            .to_owned(),
        ping_roles: ping.to_vec(),
        ..card
    }
}

fn staff_buttons(ticket: &Ticket, open: bool, lost: bool) -> Vec<Vec<Button>> {
    let id = ticket.id;
    let mut row = Vec::new();
    if open {
        if ticket.assignee.is_none() {
            row.push(Button::new(
                "Claim",
                ComponentId::ClaimTicket(id),
                ButtonStyle::Primary,
            ));
        }
        if !lost {
            row.push(Button::new(
                "Join",
                ComponentId::JoinTicket(id),
                ButtonStyle::Secondary,
            ));
        }
        row.push(Button::new(
            "Escalate",
            ComponentId::EscalateTicket(id),
            ButtonStyle::Secondary,
        ));
        row.push(Button::new(
            "Close",
            ComponentId::CloseTicket(id),
            ButtonStyle::Secondary,
        ));
    } else {
        row.push(Button::new(
            "Reopen",
            ComponentId::ReopenTicket(ticket.guild, id),
            ButtonStyle::Secondary,
        ));
    }
    let mut second = Vec::new();
    if open && lost {
        second.push(Button::new(
            "New thread",
            ComponentId::NewThread(ticket.guild, id),
            ButtonStyle::Primary,
        ));
    }
    if let Some(thread) = ticket.thread.filter(|_| !lost) {
        second.push(Button::link("Open thread", channel_link(ticket.guild, thread)));
    }
    vec![row, second]
        .into_iter()
        .filter(|row| !row.is_empty())
        .collect()
}

fn thread_line(ticket: &Ticket) -> String {
    match (ticket.surface, ticket.thread) {
        (Surface::Missing, _) => {
            "⚠ **Its thread is gone.** The ticket stands: press New thread to go on with the member."
                .to_owned()
        }
        (Surface::Forbidden, _) => {
            "⚠ **Discord did not let me make its thread.** The ticket stands; what the member wrote is \
                                    below. `/setup check` says what is missing; then press New thread."
                .to_owned()
        }
        (Surface::Archived, Some(thread)) => format!("Thread: <#{thread}> (archived)"),
        (_, Some(thread)) => format!("Thread: <#{thread}>"),
        (_, None) => "Thread: being made".to_owned(),
    }
}

/// Whether a trouble is news: of a thread that is gone the card says so already, and what failed in an earlier thread was
/// made good by the next one.
fn still_matters(ticket: &Ticket, trouble: &EffectRow) -> bool {
    let in_thread = matches!(
        trouble.effect,
        Effect::AddToThread { .. }
            | Effect::PostWelcome { .. }
            | Effect::TellInThread { .. }
            | Effect::ArchiveThread { .. }
            | Effect::ReviveThread { .. }
    );
    if in_thread
        && matches!(
            ticket.surface,
            Surface::Missing | Surface::Forbidden | Surface::None
        )
    {
        return false;
    }
    let round = trouble.key.strip_prefix(&format!("ticket:{}:thread:", ticket.id));
    let round = round
        .and_then(|rest| rest.split(':').next())
        .and_then(|round| round.parse::<u32>().ok());
    round.is_none_or(|round| round >= ticket.round)
}

/// What Discord did not do, in a line, where the card does not say it already.
fn trouble_line(trouble: &EffectRow) -> Option<String> {
    let what = match trouble.effect {
        Effect::AddToThread { user, .. } => format!("<@{user}> could not be added to the thread"),
        Effect::PostWelcome { .. } => "The first card could not be posted in the thread".to_owned(),
        Effect::PostEscalationCard { escalation, .. } => {
            format!("The card of escalation {escalation} could not be posted in the team's channel")
        }
        Effect::TellInThread { .. } => "A message to the member could not be posted in the thread".to_owned(),
        Effect::TellOpener { .. } => "The member takes no direct messages from me".to_owned(),
        Effect::ArchiveThread { .. } => "The thread could not be archived".to_owned(),
        Effect::ReviveThread { .. } => "The thread could not be opened again".to_owned(),
        Effect::CreateTicketThread { .. } if trouble.state == EffectState::Uncertain => {
            "Nobody can tell whether the thread was made: look for it before asking for a new one".to_owned()
        }
        _ => return None,
    };
    let why = trouble
        .failure
        .as_deref()
        .unwrap_or_default()
        .replace('`', "\u{2019}");
    let why: String = why
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(160)
        .collect();
    Some(if why.is_empty() {
        format!("⚠ {what}.")
    } else {
        format!("⚠ {what} (`{why}`).")
    })
}

fn quoted_answers(ticket: &Ticket, limit: usize) -> Vec<(String, String, bool)> {
    ticket
        .answers
        .iter()
        .map(|answer| (answer.question.clone(), quoted(&answer.text, limit), false))
        .collect()
}

fn source_field(ticket: &Ticket) -> Option<(String, String, bool)> {
    ticket
        .source
        .as_ref()
        .map(|link| ("Opened from".to_owned(), format!("[this message]({link})"), true))
}

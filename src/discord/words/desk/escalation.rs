//! What the asked team reads, and what an agent reads whose packet is not complete.

use super::{ago, area_name, forms::field_words, named, team_name};
use crate::artefacts::explorers::{self, EvmChain};
use crate::artefacts::{Artefact, ArtefactKind, Checksum};
use crate::desk::packet::{self, Field, Lack};
use crate::discord::component_id::ComponentId;
use crate::discord::words::{Button, ButtonStyle, Card, Saying, Tone, quoted, shortened};
use crate::model::RoleId;
use crate::model::message::channel_link;
use crate::model::ticket::{Escalation, Packet, Surface, Ticket};

/// The card of an escalation in the team's channel. `ping`: the team's roles.
pub fn escalation_card(ticket: &Ticket, escalation: &Escalation, ping: &[RoleId]) -> Saying {
    let team = escalation.team;
    let mentions: Vec<String> = ping.iter().map(|role| format!("<@&{role}>")).collect();
    let mut fields = Vec::new();
    match &escalation.packet {
        Some(packet) => {
            for field in Field::ALL {
                fields.push((
                    field_words(field).0.to_owned(),
                    quoted(field.of(packet), 900),
                    false,
                ));
            }
            let found = packet::referenced(packet);
            if !found.is_empty() {
                fields.push((
                    "Found in it".to_owned(),
                    shortened(&artefact_lines(&found), 1000),
                    false,
                ));
            }
        }
        None => fields.push(("Packet".to_owned(), "It has been erased.".to_owned(), false)),
    }
    let mut buttons = vec![Button::new(
        "Join",
        ComponentId::JoinTicket(ticket.id),
        ButtonStyle::Primary,
    )];
    if let Some(thread) = ticket.thread.filter(|_| ticket.surface != Surface::Missing) {
        buttons.push(Button::link("Open thread", channel_link(ticket.guild, thread)));
    }
    Saying {
        text: format!(
            "{} Ticket #{} needs {}.",
            mentions.join(" "),
            ticket.number,
            team_name(team)
        )
        .trim_start()
        .to_owned(),
        card: Some(Card {
            title: format!("Escalation of ticket #{} · {}", ticket.number, team.name()),
            body: format!(
                "{} · from <@{}> ({})\nAsked by <@{}> {}\nJoin adds you to the thread with the member.",
                area_name(ticket.area),
                ticket.opener,
                named(&ticket.opener_name),
                escalation.by,
                ago(escalation.at),
            ),
            fields,
            footer: String::new(),
            tone: Tone::Waiting,
        }),
        buttons: vec![buttons],
        ping_users: vec![],
        ping_roles: ping.to_vec(),
        reply_to: None,
    }
}

/// One line for each hash or address: what it is, whether its check digit holds, and a link made by us from it.
fn artefact_lines(found: &[Artefact]) -> String {
    let lines: Vec<String> = found
        .iter()
        .map(|artefact| {
            let kind = match artefact.kind {
                ArtefactKind::EvmAddress => "EVM address",
                ArtefactKind::EvmHash => "EVM hash",
                ArtefactKind::BitcoinAddress => "Bitcoin address",
                ArtefactKind::BitcoinTxid => "Bitcoin transaction",
                ArtefactKind::SolanaAddress => "Solana address",
                ArtefactKind::SolanaSignature => "Solana transaction",
            };
            if artefact.checksum == Checksum::Invalid {
                return format!("⚠ {kind} with a wrong check digit: `{}`", artefact.value);
            }
            match explorers::link(artefact.kind, &artefact.value, EvmChain::default()) {
                Some(link) => format!("{kind}: <{link}>"),
                None => format!("{kind}: `{}`", artefact.value),
            }
        })
        .collect();
    lines.join("\n")
}

/// The answer to a packet that lacks something. It gives every word back, so that nothing has to be typed again.
pub fn incomplete_packet(ticket: &Ticket, packet: &Packet, lacks: &[Lack]) -> Saying {
    let lines: Vec<String> = lacks.iter().map(lack_line).collect();
    let fields = Field::ALL
        .into_iter()
        .filter(|field| !field.of(packet).is_empty())
        .map(|field| {
            (
                field_words(field).0.to_owned(),
                quoted(field.of(packet), 900),
                false,
            )
        })
        .collect();
    Saying {
        buttons: vec![vec![Button::new(
            "Fill it in again",
            ComponentId::EscalateTicket(ticket.id),
            ButtonStyle::Primary,
        )]],
        ..Saying::card(Card {
            title: format!("Ticket #{} is not escalated yet", ticket.number),
            body: format!(
                "The team could not start with this, so nothing was sent:\n{}\n\nYour words are below; copy them into the \
                 form when you fill it in again.",
                lines.join("\n")
            ),
            fields,
            footer: String::new(),
            tone: Tone::Waiting,
        })
    }
}

fn lack_line(lack: &Lack) -> String {
    let label = |field: &Field| field_words(*field).0;
    match lack {
        Lack::TooShort(field) => {
            format!(
                "• **{}** says too little: at least {} letters.",
                label(field),
                field.least()
            )
        }
        Lack::SaysNothing(field) => {
            format!(
                "• **{}** does not say enough: name what was seen, where, and when.",
                label(field)
            )
        }
        Lack::SameAsExpected => {
            "• What happened is the same as what should have happened: say what differs.".to_owned()
        }
        Lack::NoReferences => {
            "• No transaction hash and no address can be read there: paste at least one, or write \
                               `none because …` and say why there are none."
                .to_owned()
        }
        Lack::NoneWithoutReason => {
            "• `none` needs its reason: `none because …` and why there is nothing to look up.".to_owned()
        }
        Lack::Mistyped(value) => format!(
            "• `{}` has a wrong check digit, so it was mistyped somewhere: copy it again from the wallet or the explorer.",
            value.replace('`', "")
        ),
    }
}

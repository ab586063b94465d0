//! What no text of a member can do to the words, and Discord's limits. The words themselves, as people read them, stand in
//! the files beside this one.

mod cards;
mod turns;

use super::*;
use crate::desk::lifecycle::Refused;
use crate::desk::lifecycle::tests::ticket;
use crate::desk::packet::{Field, Lack};
use crate::discord::words::{Form, Saying};
use crate::model::effect::{Effect, EffectRow, EffectState};
use crate::model::guild::{Call, GuildSettings};
use crate::model::notice::Notice;
use crate::model::ticket::{Answer, Escalation, Packet, Surface, Ticket, TicketDeed, TicketEvent};
use crate::model::{ChannelId, EffectId, GuildId, MessageId, RoleId, TicketId, UserId};
use crate::storage::Refusal;

const HASH: &str = "0x88df016429689c079f3b2f6ad39fa052532c56795b733da78a91ebe6a713944b";

/// A saying as lines, the way a reader meets it.
fn printed(saying: &Saying) -> String {
    let mut lines = vec![];
    if !saying.text.is_empty() {
        lines.push(saying.text.clone());
    }
    if let Some(card) = &saying.card {
        lines.push(format!("┌ {}", card.title));
        lines.extend(card.body.lines().map(|line| format!("│ {line}")));
        for (name, value, _) in &card.fields {
            lines.push(format!("├ {name}"));
            lines.extend(value.lines().map(|line| format!("│ {line}")));
        }
        lines.push(format!("└ {}", card.footer));
    }
    for row in &saying.buttons {
        let labels: Vec<String> = row.iter().map(|button| format!("[{}]", button.label)).collect();
        lines.push(labels.join(" "));
    }
    lines.join("\n")
}

/// A list on one page.
fn whole(total: u64) -> Listed {
    Listed {
        skipped: 0,
        total,
        page: 1,
    }
}

fn asked() -> Ticket {
    let answers = vec![
        Answer {
            question: "What happened?".into(),
            text: "My USDC is gone <@99> @everyone ``` ok".into(),
        },
        Answer {
            question: "Is it still going on?".into(),
            text: "I cannot tell".into(),
        },
    ];
    Ticket {
        answers,
        opener_name: "mia`<@77>".into(),
        ..ticket()
    }
}

fn packet() -> Packet {
    Packet {
        summary: "Withdrawal of 250 USDC stuck".into(),
        expected: "The funds arrive on Arbitrum within an hour".into(),
        actual: "Confirmed at the explorer, yet the balance is zero".into(),
        tried: "Checked the explorer and another wallet app".into(),
        references: HASH.into(),
    }
}

/// Every text of a saying that Discord would read markup in, without the code blocks and code spans.
fn live_text(saying: &Saying) -> String {
    let mut text = printed(saying);
    for fence in ["```", "`"] {
        text = text.split(fence).step_by(2).collect::<Vec<_>>().join(" ");
    }
    text
}

#[test]
fn nothing_a_member_typed_can_ping_or_pull_anybody() {
    let escalation = Escalation {
        ordinal: 1,
        team: Tier::L2,
        packet: Some(Packet {
            summary: "see <@99> ``` <@99> ` <@99>".into(),
            ..packet()
        }),
        by: UserId(21),
        at: ticket().opened_at,
        card: None,
    };
    let sayings = [
        welcome(&asked(), &GuildSettings::default()),
        staff_card(&asked(), &[]),
        escalation_card(&asked(), &escalation, &[]),
        show(&asked(), &[], std::slice::from_ref(&escalation), true),
        list(&[asked()], whole(1), true, true),
        not_kept(&asked().answers),
        notice_in_thread(&asked(), Notice::Closed, Some("ask <@99>")),
    ];
    for saying in sayings {
        let live = live_text(&saying);
        assert!(
            !live.contains("<@99>") && !live.contains("<@77>") && !live.contains("@everyone"),
            "{live}"
        );
    }
}

#[test]
fn every_form_keeps_to_discords_limits() {
    let mut forms: Vec<Form> = Area::ALL.into_iter().map(ticket_form).collect();
    forms.push(message_form(ChannelId(1), MessageId(2), "text", false));
    forms.push(close_form(TicketId(7), u32::MAX));
    forms.extend(Tier::ALL.map(|team| escalation_form(TicketId(7), u32::MAX, team, 0, &packet())));
    for form in forms {
        assert!(form.title.chars().count() <= 45, "{}", form.title);
        assert!((1..=5).contains(&form.inputs.len()));
        for input in form.inputs {
            assert!(input.label.chars().count() <= 45, "{}", input.label);
            assert!(input.placeholder.chars().count() <= 100, "{}", input.placeholder);
            assert!(input.max <= 4000);
        }
    }
}

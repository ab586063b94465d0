//! False positives: what would be exempted, what is, and what a rule finds again.

use std::fmt::Write as _;

use super::{ago, inline};
use crate::discord::component_id::ComponentId;
use crate::discord::words::{Button, ButtonStyle, Card, Saying, Tone, shortened};
use crate::model::case::Case;
use crate::model::overlay::{Overlay, OverlayEntry};
use crate::moderation::overlay::{Contradiction, Proposal};
use crate::rules::Exempt;

/// How many entries a list shows.
const LISTED: usize = 25;

/// After "False positive": what would change in this server, as a diff, and the button that changes it.
pub fn false_positive(case: &Case, proposal: &Proposal) -> Saying {
    let addition = &proposal.addition;
    if addition.exemptions.is_empty() {
        let why = if case.evidence.is_none() {
            "Its text has been erased from the records, so there is nothing to exempt."
        } else {
            "What was found is a whole long message or a secret: exempting that would open a door. If the rule is wrong \
             more often, let it only observe here: `/rules mode`."
        };
        return Saying::text(format!("Case #{} is undone. {why}", case.number));
    }
    let mut diff = String::from("```diff\n");
    for exemption in &addition.exemptions {
        let _ = writeln!(
            diff,
            "+ {}: {} is exempt",
            line(&exemption.rule, 60),
            what(&exemption.what)
        );
    }
    for example in addition.examples.iter().take(4) {
        let _ = writeln!(
            diff,
            "+ example that must stay clean: {}",
            line(&example.text, 300)
        );
    }
    diff.push_str("```");
    if !proposal.beyond.is_empty() {
        let rules: Vec<String> = proposal.beyond.iter().map(|rule| inline(rule, 60)).collect();
        let _ = write!(
            diff,
            "\nNot exempted, because it is too much: what {} found.",
            rules.join(", ")
        );
    }
    Saying {
        card: Some(Card {
            title: format!("Case #{} is undone. Shall this be left alone from now on?", case.number),
            body: diff,
            footer: "Only in this server, only in these rules, and only exactly this: a scam beside it is still found."
                .to_owned(),
            tone: Tone::Waiting,
            ..Card::default()
        }),
        buttons: vec![vec![Button::new(
            "Exempt it here",
            ComponentId::ExemptFound(case.id),
            ButtonStyle::Success,
        )]],
        ..Saying::default()
    }
}

/// It is exempt now.
pub fn exempted(case: &Case) -> Saying {
    Saying::text(format!(
        "What was found in case #{} is left alone in this server from now on. `/rules overlay` lists it and takes it back.",
        case.number
    ))
}

/// `/rules overlay`: everything this server has added.
pub fn overlay(overlay: &Overlay) -> Saying {
    if overlay.entries.is_empty() {
        return Saying::text(
            "Nothing is exempt in this server. The button **False positive** of a review card proposes what to exempt.",
        );
    }
    let mut body = String::new();
    for entry in overlay.entries.iter().rev().take(LISTED) {
        let _ = writeln!(body, "{}", entry_line(entry));
    }
    if let Some(more) = overlay.entries.len().checked_sub(LISTED).filter(|more| *more > 0) {
        let _ = writeln!(body, "… and {more} older ones");
    }
    let count = overlay.examples.len();
    Saying::card(Card {
        title: format!("{} exempt in this server", overlay.entries.len()),
        body,
        footer: format!(
            "{count} clean example{} run{} whenever the rules change. `/rules overlay remove:NUMBER` takes one back.",
            if count == 1 { "" } else { "s" },
            if count == 1 { "s" } else { "" },
        ),
        ..Card::default()
    })
}

fn entry_line(entry: &OverlayEntry) -> String {
    let what = match &entry.exemption.what {
        Exempt::Text(text) => inline(text, 100),
        Exempt::Host(host) => format!("links to {}", inline(host, 100)),
    };
    format!(
        "**{}** {}: {what}, from case #{} by <@{}>, {}",
        entry.id,
        inline(&entry.exemption.rule, 60),
        entry.case_number,
        entry.added_by,
        ago(entry.added_at)
    )
}

/// An exemption was taken back.
pub fn overlay_removed(number: i64) -> Saying {
    Saying::text(format!(
        "{number} is not exempt any more: the rule finds it again from now on."
    ))
}

/// There is no exemption of that number here.
pub fn no_such_entry(number: i64) -> String {
    format!("There is no exemption {number} in this server. `/rules overlay` lists them with their numbers.")
}

/// To moderators: texts they found harmless are found again.
pub fn warn_of_overlay(contradictions: &[Contradiction]) -> Saying {
    let mut body = String::from("The rules have changed, and now they find what you found harmless:\n");
    for one in contradictions.iter().take(15) {
        let found: Vec<String> = one
            .findings
            .iter()
            .take(3)
            .map(|finding| {
                format!(
                    "{} finds {}",
                    inline(&finding.rule, 60),
                    inline(&finding.evidence, 80)
                )
            })
            .collect();
        let _ = writeln!(body, "\u{2022} case #{}: {}", one.case_number, found.join(", "));
    }
    if contradictions.len() > 15 {
        let _ = writeln!(body, "\u{2026} and {} more", contradictions.len() - 15);
    }
    Saying::card(Card {
        title: "A false positive would happen again".to_owned(),
        body,
        footer:
            "Press False positive on the case's card once more, or let the rule only observe: /rules mode."
                .to_owned(),
        tone: Tone::Waiting,
        ..Card::default()
    })
}

/// What is exempt, on one line of a diff.
fn what(exempt: &Exempt) -> String {
    match exempt {
        Exempt::Text(text) => format!("\u{201c}{}\u{201d}", line(text, 200)),
        Exempt::Host(host) => format!("links to {}", line(host, 200)),
    }
}

/// A stranger's text on one line of a code block.
fn line(text: &str, limit: usize) -> String {
    shortened(text, limit)
        .chars()
        .map(|c| match c {
            '`' => '\u{2019}',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect()
}

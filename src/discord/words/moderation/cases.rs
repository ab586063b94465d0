//! `/case show`, `/case list` and `/case queue`.

use std::fmt::Write as _;

use super::card::{card, standing};
use super::{ago, at, category_name, inline};
use crate::app::impostors::NOWHERE;
use crate::discord::component_id::ComponentId;
use crate::discord::words::{Button, ButtonStyle, Card, Saying, Tone};
use crate::model::QueueViewId;
use crate::model::case::{Case, CaseState};
use crate::model::effect::EffectRow;
use crate::storage::CaseFilter;

/// One case, without buttons: the review card has them.
pub fn show(case: &Case, troubles: &[EffectRow]) -> Saying {
    let mut card = card(case, troubles);
    card.footer = match case.card {
        Some(_) => String::new(),
        None => "Its review card has not been posted: see `/setup check`.".to_owned(),
    };
    if let Some((channel, message)) = case.card {
        let link = crate::model::message::message_link(case.guild, channel, message);
        card.fields.push((
            "Review card".to_owned(),
            format!("[in <#{channel}>]({link})"),
            false,
        ));
    }
    Saying::card(card)
}

/// Several cases, newest first.
pub fn list(cases: &[Case]) -> Saying {
    let mut body = String::new();
    for case in cases {
        let _ = writeln!(
            body,
            "**#{}** {} by <@{}>{}, {}: {}",
            case.number,
            category_name(case.category),
            case.author,
            whereabouts(case),
            ago(case.opened_at),
            standing(case)
        );
    }
    if body.is_empty() {
        return Saying::text("No case matches that.");
    }
    Saying::card(Card {
        title: format!("{} case{}", cases.len(), if cases.len() == 1 { "" } else { "s" }),
        body,
        footer: "`/case show` shows one with everything that is known.".to_owned(),
        tone: Tone::Calm,
        ..Card::default()
    })
}

/// Where it was posted; nowhere for a name that was seen at a join.
fn whereabouts(case: &Case) -> String {
    if case.channel == NOWHERE {
        String::new()
    } else {
        format!(" in <#{}>", case.channel)
    }
}

/// How many cases a page of the queue shows.
pub const QUEUE_PAGE: u32 = 10;

/// A page of the queue. `cases`: those of the page, and one more when there is a next page.
pub fn queue(cases: &[Case], filter: &CaseFilter, view: QueueViewId, page: u32) -> Saying {
    let mut body = String::new();
    for case in cases.iter().take(QUEUE_PAGE as usize) {
        let link = case.card.map_or_else(String::new, |(channel, message)| {
            let link = crate::model::message::message_link(case.guild, channel, message);
            format!(" \u{b7} [card]({link})")
        });
        let mut rules: Vec<&str> = case.findings.iter().map(|finding| &*finding.rule).collect();
        rules.dedup();
        rules.truncate(3);
        let rules: Vec<String> = rules.into_iter().map(|rule| inline(rule, 40)).collect();
        let _ = writeln!(
            body,
            "**#{}** {} by <@{}>{}, {}: {} {}{link}",
            case.number,
            category_name(case.category),
            case.author,
            whereabouts(case),
            ago(case.opened_at),
            standing(case),
            rules.join(" ")
        );
    }
    if body.is_empty() {
        body = if page == 0 {
            "Nothing waits here.".to_owned()
        } else {
            "There is nothing on this page any more.".to_owned()
        };
    }
    let turn = |label: &str, page: u32, enabled| Button {
        enabled,
        ..Button::new(label, ComponentId::QueuePage(view, page), ButtonStyle::Secondary)
    };
    let more = cases.len() > QUEUE_PAGE as usize;
    Saying {
        card: Some(Card {
            title: format!("Queue, page {}", page.saturating_add(1)),
            body: format!("{}\n{body}", chosen(filter)),
            footer: "/case show has everything about one; /case note keeps a note with it.".to_owned(),
            tone: Tone::Calm,
            ..Card::default()
        }),
        // Two buttons may not carry the same id: "back" of the first page leads to a page that cannot be reached.
        buttons: vec![vec![
            turn("Back", page.checked_sub(1).unwrap_or(u32::MAX), page > 0),
            turn("Next", page.saturating_add(1), more),
        ]],
        ..Saying::default()
    }
}

/// What a view of the queue shows, in words.
fn chosen(filter: &CaseFilter) -> String {
    let mut words = vec![match filter.state {
        None => "every case".to_owned(),
        Some(CaseState::Open) => "cases that wait".to_owned(),
        Some(CaseState::Confirmed) => "upheld cases".to_owned(),
        Some(CaseState::Restored) => "undone cases".to_owned(),
    }];
    words.extend(
        filter
            .rule
            .as_ref()
            .map(|rule| format!("of rule {}", inline(rule, 60))),
    );
    words.extend(filter.author.map(|author| format!("by <@{author}>")));
    words.extend(filter.channel.map(|channel| format!("in <#{channel}>")));
    words.extend(
        filter
            .opened_before
            .map(|moment| format!("older than {}", at(moment))),
    );
    words.push(
        if filter.oldest_first {
            "the oldest first"
        } else {
            "the newest first"
        }
        .to_owned(),
    );
    words.join(", ")
}

/// There is no case of that number here.
pub fn no_such_case(number: u32) -> String {
    format!("There is no case #{number} in this server. `/case list` shows the latest.")
}

//! `/case show` and `/case list`.

use std::fmt::Write as _;

use super::card::{card, standing};
use super::{ago, category_name};
use crate::app::impostors::NOWHERE;
use crate::discord::words::{Card, Saying, Tone};
use crate::model::case::Case;
use crate::model::effect::EffectRow;

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

/// There is no case of that number here.
pub fn no_such_case(number: u32) -> String {
    format!("There is no case #{number} in this server. `/case list` shows the latest.")
}

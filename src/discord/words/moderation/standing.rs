//! How rules fare: `/rules stats`, the week's report, and the card of a rule that stopped acting by itself.

use std::fmt::Write as _;

use super::{ago, inline, span};
use crate::discord::component_id::ComponentId;
use crate::discord::words::{Button, ButtonStyle, Card, Saying, Tone};
use crate::model::guild::{GuildSettings, RuleMode};
use crate::model::rule_record::{PauseAnswer, PauseReason, RulePause, RuleStanding};
use crate::moderation::report::{Report, precision};

/// How many rules a list shows.
const LISTED: usize = 20;

/// `/rules stats`: what each rule did, and what moderators said to it.
pub fn rule_stats(standings: &[RuleStanding], settings: &GuildSettings, days: u32) -> Saying {
    if standings.is_empty() {
        return Saying::text(format!("No rule has found anything here in {days} days."));
    }
    Saying::card(Card {
        title: format!("How the rules fared in {days} days"),
        body: table(standings, Some(settings)),
        footer: "Upheld and reversed: what moderators decided on review cards. Proving: what a rule that does not count yet \
                 would have done."
            .to_owned(),
        ..Card::default()
    })
}

/// The week's report.
pub fn weekly_report(report: &Report) -> Saying {
    let cases = report.cases;
    let mut fields = vec![
        ("Cases".to_owned(), cases.opened.to_string(), true),
        ("Removed".to_owned(), cases.removed.to_string(), true),
        ("Upheld".to_owned(), cases.upheld.to_string(), true),
        ("Found wrong".to_owned(), cases.reversed.to_string(), true),
        ("Contested".to_owned(), cases.contested.to_string(), true),
        ("Still waiting".to_owned(), cases.waiting.to_string(), true),
    ];
    if !report.rules.is_empty() {
        fields.push(("Rules".to_owned(), table(&report.rules, None), false));
    }
    Saying::card(Card {
        title: "The week in moderation".to_owned(),
        body: format!(
            "From <t:{}:D> to <t:{}:D>.",
            report.since.seconds(),
            report.until.seconds()
        ),
        fields,
        footer: "/case queue shows what waits, /rules stats how each rule fares.".to_owned(),
        tone: if cases.waiting == 0 {
            Tone::Good
        } else {
            Tone::Calm
        },
    })
}

fn table(standings: &[RuleStanding], settings: Option<&GuildSettings>) -> String {
    let mut body = String::new();
    for standing in standings.iter().take(LISTED) {
        let _ = write!(body, "{}: ", inline(&standing.rule, 60));
        if standing.cases > 0 {
            let _ = write!(
                body,
                "{} case{}, {} removed, **{} upheld, {} reversed**",
                standing.cases,
                if standing.cases == 1 { "" } else { "s" },
                standing.removed,
                standing.upheld,
                standing.reversed
            );
            if let Some(share) = precision(standing) {
                let _ = write!(body, " ({share} %)");
            }
        }
        let shadow = standing.shadow;
        if shadow.hits > 0 {
            let _ = write!(
                body,
                "{}proving: {} hits, would have shown {} and removed {}",
                if standing.cases > 0 { "; " } else { "" },
                shadow.hits,
                shadow.would_flag,
                shadow.would_remove
            );
        }
        match settings.and_then(|settings| settings.rule_modes.get(&standing.rule)) {
            Some(RuleMode::Observe) => body.push_str(", only observed here"),
            Some(RuleMode::Off) => body.push_str(", off here"),
            None => {}
        }
        body.push('\n');
    }
    if let Some(more) = standings.len().checked_sub(LISTED).filter(|more| *more > 0) {
        let _ = writeln!(body, "… and {more} more");
    }
    body
}

/// The card of a rule that stopped acting by itself.
pub fn pause_card(pause: &RulePause) -> Saying {
    let why = match pause.why {
        PauseReason::Burst {
            authors,
            tenured,
            seconds,
        } => format!(
            "Within {} it removed messages of {authors} people, {tenured} of them members of long standing. Scammers are \
             rarely that, so the rule itself may be wrong.",
            span(seconds)
        ),
        PauseReason::Reversals { reversed, of } => {
            format!("Of its last {of} cases that you decided, {reversed} were found wrong.")
        }
    };
    let (standing, tone) = match pause.answer {
        None => (
            "It **only observes** now: cases and cards, but nothing is removed for it. Look at what it removed \
             (`/case queue` with this rule), restore what was wrong, then decide."
                .to_owned(),
            Tone::Danger,
        ),
        Some((PauseAnswer::Resumed, by, at)) => (format!("<@{by}> let it act again, {}.", ago(at)), Tone::Good),
        Some((PauseAnswer::Kept, by, at)) => (
            format!(
                "<@{by}> keeps it only observing, {}. `/rules mode` lets it act again.",
                ago(at)
            ),
            Tone::Calm,
        ),
    };
    let button = |label, id, style| Button {
        enabled: pause.answer.is_none(),
        ..Button::new(label, id, style)
    };
    Saying {
        card: Some(Card {
            title: "A rule stopped acting by itself".to_owned(),
            body: format!(
                "The rule {}, {}.\n{why}\n{standing}",
                inline(&pause.rule, 60),
                ago(pause.at)
            ),
            footer: "Both buttons ask for Manage Server.".to_owned(),
            tone,
            ..Card::default()
        }),
        buttons: vec![vec![
            button(
                "Let it act again",
                ComponentId::ResumeRule(pause.id),
                ButtonStyle::Primary,
            ),
            button(
                "Keep it paused",
                ComponentId::KeepPaused(pause.id),
                ButtonStyle::Secondary,
            ),
        ]],
        ..Saying::default()
    }
}

/// After a press on that card.
pub fn pause_answered(pause: &RulePause) -> Saying {
    let rule = inline(&pause.rule, 60);
    Saying::text(match pause.answer {
        Some((PauseAnswer::Resumed, _, _)) => {
            format!("{rule} acts again. What it did before no longer counts against it.")
        }
        _ => format!("{rule} stays only observing. `/rules mode` lets it act again."),
    })
}

/// Somebody answered before.
pub fn pause_settled(pause: &RulePause) -> String {
    match pause.answer {
        Some((PauseAnswer::Resumed, by, at)) => {
            format!("Nothing to do: <@{by}> let it act again {}.", ago(at))
        }
        Some((PauseAnswer::Kept, by, at)) => format!("Nothing to do: <@{by}> kept it paused {}.", ago(at)),
        None => "It is paused.".to_owned(),
    }
}

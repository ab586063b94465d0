//! `/rules reload`, `/rules test` and `/rules mode`.

use std::fmt::Write as _;

use super::{category_name, inline, steps};
use crate::discord::words::{Card, Saying, Tone, quoted};
use crate::model::case::Action;
use crate::model::guild::RuleMode;
use crate::rules::{Level, Ruleset, Verdict};

/// For somebody who is not an operator.
pub const NO_OPERATORS: &str = "The rule files belong to whoever runs this bot: only the people named in OPERATOR_IDS can \
                                reload them. For this server alone use `/rules mode`.";

/// The new rules are in force.
pub fn reloaded(count: usize) -> Saying {
    Saying::text(format!(
        "{count} rules are in force now. Messages that were judged before stay as they are."
    ))
}

/// The new rules are broken; the old ones go on.
pub fn reload_failed(errors: &str) -> Saying {
    Saying::card(Card {
        title: "Nothing was changed: the new files have mistakes".to_owned(),
        body: quoted(errors, 3500),
        footer: "The old rules go on. Mend the files and run `/rules reload` again.".to_owned(),
        tone: Tone::Danger,
        ..Card::default()
    })
}

/// What the rules find in a text, and what would follow if a member posted it here.
pub fn tested(
    text: &str,
    secrets: usize,
    verdict: &Verdict,
    actions: &[Action],
    ruleset: &Ruleset,
) -> Saying {
    let mut body = quoted(text, 800);
    if secrets > 0 {
        let _ = write!(
            body,
            "\n**{secrets} secret{} in it, replaced before the test.** If {} real, treat {} as public now.",
            if secrets == 1 { "" } else { "s" },
            if secrets == 1 { "it was" } else { "they were" },
            if secrets == 1 { "it" } else { "them" },
        );
    }
    let fields = verdict
        .findings
        .iter()
        .take(10)
        .map(|finding| {
            let title = ruleset
                .rules()
                .iter()
                .find(|rule| rule.id == finding.rule)
                .map_or("", |rule| &rule.title);
            let observed = if finding.observed_only {
                " (observed only, does not count)"
            } else {
                ""
            };
            let value = format!(
                "{title}\n{}, {}{observed}\n{} view, {} {}–{}: {}",
                category_name(finding.category),
                finding.severity,
                finding.view,
                finding.place,
                finding.span.start,
                finding.span.end,
                inline(&finding.evidence, 160),
            );
            (finding.rule.to_string(), value, false)
        })
        .collect();
    let outcome = match verdict.level {
        Level::Clean => "Nothing that counts".to_owned(),
        Level::Suspicious => format!("Suspicious, score {}: {}", verdict.score, steps(actions)),
        Level::Scam => format!("A scam, score {}: {}", verdict.score, steps(actions)),
    };
    let unresolved = verdict.unresolved.len();
    Saying::card(Card {
        title: outcome,
        body,
        fields,
        footer: if unresolved > 0 {
            format!("{unresolved} invitation(s) in it would be looked up before judging.")
        } else {
            "From a member without earlier cases, in a server that enforces.".to_owned()
        },
        tone: match verdict.level {
            Level::Clean => Tone::Good,
            Level::Suspicious => Tone::Waiting,
            Level::Scam => Tone::Danger,
        },
    })
}

/// A rule has another mode here now.
pub fn rule_mode_set(rule: &str, mode: Option<RuleMode>) -> Saying {
    let what = match mode {
        None => "acts in this server, as it is written",
        Some(RuleMode::Observe) => "is only observed in this server: cases, but nothing is removed for it",
        Some(RuleMode::Off) => "is off in this server",
    };
    Saying::text(format!("{} {what}.", inline(rule, 80)))
}

/// There is no such rule.
pub fn unknown_rule(rule: &str) -> String {
    format!(
        "There is no rule {}: pick one of the list that Discord shows while you type.",
        inline(rule, 80)
    )
}

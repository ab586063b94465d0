//! The buttons under a review card: which there are, and which of them still lead anywhere. What pressing one does is
//! decided in `moderation::review`.

use super::span;
use crate::discord::component_id::ComponentId;
use crate::discord::words::{Button, ButtonStyle};
use crate::model::case::{Case, CaseDeed, CaseState};
use crate::moderation::review::{REVIEW_TIMEOUT, is_removed};

/// What decides the case and what is done about its author.
pub(super) fn buttons(case: &Case) -> Vec<Button> {
    let is_over = case.state == CaseState::Restored;
    let happened = |deed| case.history.iter().any(|event| event.deed == deed);
    let has_account = case
        .evidence
        .as_ref()
        .is_none_or(|evidence| evidence.author.webhook.is_none());
    let button = |label: &str, id, style, enabled| Button {
        enabled,
        ..Button::new(label, id, style)
    };
    let (confirm, restore) = if case.is_about_a_name() {
        ("Uphold", "Not an impostor")
    } else if is_removed(case) {
        ("Uphold", "Restore")
    } else {
        ("Uphold and remove", "Let it stand")
    };
    let punishable = !is_over && has_account && !happened(CaseDeed::Banned);
    vec![
        button(
            confirm,
            ComponentId::ConfirmCase(case.id),
            ButtonStyle::Primary,
            case.state == CaseState::Open,
        ),
        button(
            restore,
            ComponentId::RestoreCase(case.id),
            ButtonStyle::Success,
            !is_over,
        ),
        button(
            &format!("Time out {}", span(REVIEW_TIMEOUT.as_secs())),
            ComponentId::TimeoutAuthor(case.id),
            ButtonStyle::Secondary,
            punishable,
        ),
        button(
            "Kick",
            ComponentId::KickAuthor(case.id),
            ButtonStyle::Danger,
            punishable && !happened(CaseDeed::Kicked),
        ),
        button(
            "Ban",
            ComponentId::BanAuthor(case.id),
            ButtonStyle::Danger,
            punishable,
        ),
    ]
}

/// What repairs the rules, and what goes further.
pub(super) fn more_buttons(case: &Case) -> Vec<Button> {
    let found = case.findings.iter().any(|finding| !finding.observed_only);
    let has_account = case
        .evidence
        .as_ref()
        .is_none_or(|evidence| evidence.author.webhook.is_none());
    let banned = case.history.iter().any(|event| event.deed == CaseDeed::Banned);
    let mut more = vec![
        Button {
            enabled: case.evidence.is_some() && found,
            ..Button::new(
                "False positive",
                ComponentId::FalsePositive(case.id),
                ButtonStyle::Secondary,
            )
        },
        Button {
            enabled: case.state != CaseState::Restored && has_account && !banned,
            ..Button::new(
                "Ban with history",
                ComponentId::BanChoices(case.id),
                ButtonStyle::Danger,
            )
        },
    ];
    // Of a name no rule can be made.
    if !case.is_about_a_name() {
        more.push(Button {
            enabled: case.evidence.is_some() && case.state != CaseState::Restored,
            ..Button::new(
                "Make a rule",
                ComponentId::MakeRule(case.id),
                ButtonStyle::Secondary,
            )
        });
    }
    more
}

/// The answers to an author who asks to be let back.
pub(super) fn request(case: &Case) -> Option<Vec<Button>> {
    case.asks_back()?;
    Some(vec![
        Button::new(
            "Let them back",
            ComponentId::LetBack(case.id),
            ButtonStyle::Success,
        ),
        Button::new(
            "Not yet",
            ComponentId::DeclineBack(case.id),
            ButtonStyle::Secondary,
        ),
    ])
}

//! From a false positive to a guild's overlay: what to exempt so that the rules leave this text alone, and whether the
//! examples of earlier ones still come out clean.
//!
//! Pure; run inside the store's transaction. What an exemption covers is decided in `rules::exemption`.

use super::review::{Refused, change};
use crate::model::UserId;
use crate::model::case::{Case, CaseDeed};
use crate::model::overlay::{CleanExample, Overlay, OverlayAddition};
use crate::rules::{
    Category, Exempt, Exemption, Exemptions, Finding, Part, Ruleset, ScanContext, Scratch, UnlistedInvites,
};
use crate::storage::{CaseChange, OverlayFacts};

/// What would be exempted, and what cannot be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposal {
    /// What is exempted and which texts have to stay clean.
    pub addition: OverlayAddition,
    /// Rules whose find is too much to be exempted (a whole long message), or that look for secrets.
    pub beyond: Vec<String>,
}

/// What would have to be exempted for this case's message to be left alone here.
pub fn propose(case: &Case) -> Proposal {
    let mut proposal = Proposal::default();
    let Some(evidence) = &case.evidence else {
        return proposal;
    };
    let mut parts: Vec<usize> = Vec::new();
    for finding in case.findings.iter().filter(|finding| !finding.observed_only) {
        let found = evidence
            .parts
            .get(finding.part)
            .and_then(|part| part.text.get(finding.span.clone()));
        let exempt = found
            .filter(|_| finding.category != Category::Secret)
            .and_then(Exempt::of_found);
        let rule = finding.rule.to_string();
        let Some(what) = exempt else {
            if !proposal.beyond.contains(&rule) {
                proposal.beyond.push(rule);
            }
            continue;
        };
        let exemption = Exemption { rule, what };
        if !proposal.addition.exemptions.contains(&exemption) {
            proposal.addition.exemptions.push(exemption);
        }
        if !parts.contains(&finding.part) {
            parts.push(finding.part);
        }
    }
    let examples = parts.iter().filter_map(|at| evidence.parts.get(*at));
    proposal.addition.examples = examples
        .filter(|part| part.secrets.is_empty())
        .map(|part| CleanExample {
            place: part.place,
            text: part.text.clone(),
        })
        .collect();
    proposal
}

/// Adds what [`propose`] says, unless all of it is there already.
pub fn exempt(facts: &OverlayFacts, by: UserId) -> Result<(OverlayAddition, CaseChange), Refused> {
    let OverlayFacts { case, overlay } = facts;
    let addition = propose(case).addition;
    let is_known = |one: &Exemption| overlay.entries.iter().any(|entry| entry.exemption == *one);
    if addition.exemptions.iter().all(is_known) {
        let earlier = case
            .history
            .iter()
            .rev()
            .find(|event| event.deed == CaseDeed::Exempted);
        return Err(earlier.map_or(Refused::NothingToExempt, |event| Refused::Settled(event.clone())));
    }
    let change = change(case, case.state, CaseDeed::Exempted, by, None, Vec::new());
    Ok((addition, change))
}

/// A clean example that one of the present rules finds, exemptions notwithstanding.
#[derive(Clone, Debug, PartialEq)]
pub struct Contradiction {
    /// The case it came from, by the number people use.
    pub case_number: u32,
    /// What is found in it now.
    pub findings: Vec<Finding>,
}

/// Runs a guild's clean examples through the rules: those that are found again.
pub fn contradictions(ruleset: &Ruleset, overlay: &Overlay) -> Vec<Contradiction> {
    if overlay.examples.is_empty() {
        return Vec::new();
    }
    let exemptions = exemptions(ruleset, overlay);
    let context = ScanContext {
        exemptions: Some(&exemptions),
        unlisted_invites: UnlistedInvites::Foreign,
        ..ScanContext::default()
    };
    let mut scratch = Scratch::new();
    let mut found = Vec::new();
    for (case_number, example) in &overlay.examples {
        let part = Part::new(example.place, &example.text);
        let verdict = ruleset.scan(&[part], &context, &mut scratch);
        if verdict.level > crate::rules::Level::Clean {
            found.push(Contradiction {
                case_number: *case_number,
                findings: verdict.counting().cloned().collect(),
            });
        }
    }
    found
}

/// The exemptions of an overlay over these rules.
pub fn exemptions(ruleset: &Ruleset, overlay: &Overlay) -> Exemptions {
    Exemptions::build(
        ruleset,
        overlay.entries.iter().map(|entry| &entry.exemption),
        overlay.examples.iter().map(|(_, example)| example.text.as_str()),
    )
}

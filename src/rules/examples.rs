//! The examples a rule carries, and whether they are true.

use std::time::Duration;

use super::compile::Ruleset;
use super::context::{ScanContext, UnlistedInvites};
use super::domains::DomainSet;
use super::finding::{Verdict, View};
use super::load::Sources;
use super::part::{Part, Place};
use super::scan::Scratch;
use super::schema::{Example, RawExample, RawExamples};
use super::seen_hosts::SeenHosts;
use crate::artefacts::secrets;
use serde_spanned::Spanned;

/// The fewest examples of each kind that prove anything.
const FEWEST: usize = 3;

impl Ruleset {
    /// Judges an example as a message of its own; unlisted invitations are foreign.
    pub fn try_example(&self, example: &Example, scratch: &mut Scratch) -> Verdict {
        let denied: DomainSet = example.denied_hosts.iter().collect();
        let nothing_seen = SeenHosts::default();
        let context = ScanContext {
            own_invites: &example.own_invites,
            staff_names: &example.staff_names,
            denied_hosts: Some(&denied),
            mentions_everyone: example.mentions_everyone,
            edited: example.edited || example.place == Place::Edit,
            text_elsewhere: example.text_elsewhere,
            cadence: example.cadence,
            answers_cry: example.answers_cry,
            member_for: example.new_member.then_some(Duration::ZERO),
            first_message: example.first_message,
            seen_hosts: example.new_links.then_some(&nothing_seen),
            unlisted_invites: UnlistedInvites::Foreign,
            ..ScanContext::default()
        };
        let secrets::Redacted { text, found } = secrets::redact(&example.text);
        let mut parts = vec![Part {
            place: example.place,
            text: &text,
            secrets: &found,
        }];
        let names = (0..=u8::MAX).zip(&example.attachments);
        parts.extend(names.map(|(index, name)| Part::new(Place::AttachmentName { index }, name)));
        self.scan(&parts, &context, scratch)
    }
}

/// Runs all examples of a rule and complains about what is missing and what is not true.
pub(super) fn check(
    ruleset: &Ruleset,
    rule: usize,
    file: &str,
    raw: &Spanned<RawExamples>,
    sources: &mut Sources,
) {
    let Some(info) = ruleset.rules.get(rule) else {
        return;
    };
    let examples = raw.get_ref();
    for (name, count) in [
        ("match", examples.matching.len()),
        ("clean", examples.clean.len()),
    ] {
        if count < FEWEST {
            let message = format!(
                "rule `{}` needs at least {FEWEST} examples under `{name}` and has {count}: \
                 {FEWEST} messages it must find (one disguised) and {FEWEST} near misses it must leave alone",
                info.id
            );
            sources.complain(file, raw.span(), message);
        }
    }
    let mut scratch = Scratch::new();
    let mut disguised = false;
    let mut hits = |example: &Spanned<RawExample>| {
        let verdict = ruleset.try_example(&Example::from(example.get_ref().clone()), &mut scratch);
        let mut found = false;
        for finding in verdict.findings.iter().filter(|finding| finding.rule == info.id) {
            found = true;
            disguised |= finding.view != View::Raw;
        }
        found
    };
    let kinds = [
        (
            &examples.matching,
            true,
            "ought to match and does not; `nightdesk explain` shows what is seen in it. Widen the rule, or move it to `known_miss`",
        ),
        (
            &examples.clean,
            false,
            "ought not to match and does; narrow the rule, excuse it in `unless_regexes`, or move it to `known_false_alarm`",
        ),
        (
            &examples.known_miss,
            false,
            "matches by now: move it from `known_miss` to `match`",
        ),
        (
            &examples.known_false_alarm,
            true,
            "no longer matches: move it from `known_false_alarm` to `clean`",
        ),
    ];
    let mut wrong = Vec::new();
    for (list, wanted, complaint) in kinds {
        wrong.extend(
            list.iter()
                .filter(|example| hits(example) != wanted)
                .map(|example| (example.span(), complaint)),
        );
    }
    for (span, complaint) in wrong {
        sources.complain(
            file,
            span,
            format!("rule `{}`: this example {complaint}", info.id),
        );
    }
    if !disguised
        && ruleset.compiled.get(rule).is_some_and(|rule| rule.disguisable)
        && examples.matching.len() >= FEWEST
    {
        let message = format!(
            "rule `{}`: none of the examples under `match` is disguised; add one with look-alike letters, digits, \
             spaced letters, markdown inside a word or an odd link",
            info.id
        );
        sources.complain(file, raw.span(), message);
    }
}

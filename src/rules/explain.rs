//! Why a text is judged as it is: every reading of it, every signal, and for each rule that saw anything which of its terms
//! were satisfied, by what, and what was missing.
//!
//! It runs the very scan that judges messages and then looks at what the scan collected, so that an explanation cannot differ
//! from a verdict. It costs allocations and is for people, not for every message. What stands in secrets is never shown.

use std::ops::Range;

use serde::Serialize;

use super::compile::{Compiled, Ruleset, UNLESS};
use super::context::ScanContext;
use super::evaluate::{self, Hit};
use super::finding::{Level, Severity, Verdict, View};
use super::normalise::hints::hints;
use super::normalise::{Reading, plain};
use super::part::{Part, Place};
use super::scan::Scratch;
use super::schema::{RawRule, RawTerm, Status};
use super::signal::Signal;

/// Why a message is judged as it is.
#[derive(Debug, Serialize)]
pub struct Explanation {
    /// The verdict's level.
    pub level: Level,
    /// The verdict's score.
    pub score: u32,
    /// From which score on a moderator is shown the message.
    pub suspicious: u32,
    /// From which score on it is removed.
    pub scam: u32,
    /// Each text and how it was read.
    pub texts: Vec<Text>,
    /// The signals that were told, each once a place.
    pub signals: Vec<Told>,
    /// The rules that hit or saw at least one of their terms; those that hit come first.
    pub rules: Vec<RuleTrace>,
}

/// A text and its readings.
#[derive(Debug, Serialize)]
pub struct Text {
    /// Where it stands in the message.
    pub place: Place,
    /// The readings that differ from those before them, by the name of what was undone.
    pub readings: Vec<(String, String)>,
}

/// A signal and where it stands.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub struct Told {
    /// Which.
    pub signal: Signal,
    /// What it is about, shortened.
    pub evidence: String,
}

/// What a rule saw.
#[derive(Debug, Serialize)]
pub struct RuleTrace {
    /// Id of the rule.
    pub rule: String,
    /// Its severity.
    pub severity: Severity,
    /// What it adds; absent: it decides alone.
    pub weight: Option<u32>,
    /// It counts in a shadow score only.
    pub experimental: bool,
    /// Whether it hit.
    pub hit: bool,
    /// What kept it from hitting although enough terms were satisfied.
    pub held_back: Option<&'static str>,
    /// Its terms.
    pub terms: Vec<TermTrace>,
    /// How many of its expressions ran: the others lacked a literal they cannot match without.
    pub expressions_run: usize,
    /// How many expressions it has.
    pub expressions: usize,
}

/// What a term of a rule saw.
#[derive(Debug, Serialize)]
pub struct TermTrace {
    /// The group it belongs to, from 1; 0 for what stands at the top of the rule, where one hit is enough.
    pub group: usize,
    /// What it looks for, in words.
    pub looks_for: String,
    /// What satisfied it, the first few, with the view in which they show.
    pub found: Vec<(View, String)>,
}

/// So many hits of one term say enough.
const SHOWN: usize = 3;
/// So many phrases describe a term.
const NAMED: usize = 6;

impl Ruleset {
    /// Explains the verdict on a message. `only` names a rule to show whether it saw anything or not.
    pub fn explain(&self, parts: &[Part<'_>], context: &ScanContext<'_>, only: Option<&str>) -> Explanation {
        let mut scratch = Scratch::new();
        let verdict = self.scan(parts, context, &mut scratch);
        let thresholds = context.thresholds.unwrap_or(self.thresholds());
        let mut hits: Vec<Hit> = Vec::new();
        let mut run = vec![0_usize; self.rules().len()];
        self.collect(parts, context, &mut scratch);
        for opened in &scratch.open {
            let target = self.expressions[usize::from(opened.expression)].target;
            if let Some(run) = run.get_mut(usize::from(target.rule)) {
                *run += 1;
            }
        }
        hits.append(&mut scratch.hits.all);
        evaluate::map(parts, &mut hits, &mut scratch.mapped);
        hits.sort_unstable_by_key(|hit| (hit.rule, hit.term, hit.part, hit.start, hit.end));
        let mut rules: Vec<RuleTrace> = self
            .compiled
            .iter()
            .enumerate()
            .filter_map(|(index, rule)| {
                let seen: Vec<&Hit> = hits.iter().filter(|hit| usize::from(hit.rule) == index).collect();
                let wanted = only.map_or(!seen.is_empty(), |only| *self.rules()[index].id == *only);
                wanted.then(|| self.trace(index, rule, &seen, parts, &verdict, &run))
            })
            .collect();
        let satisfied = |rule: &RuleTrace| rule.terms.iter().filter(|term| !term.found.is_empty()).count();
        rules.sort_by_key(|rule| {
            (
                !rule.hit,
                std::cmp::Reverse(rule.severity),
                std::cmp::Reverse(satisfied(rule) * 100 / rule.terms.len().max(1)),
            )
        });
        Explanation {
            level: verdict.level,
            score: verdict.score,
            suspicious: thresholds.suspicious,
            scam: thresholds.scam,
            texts: parts.iter().map(|part| readings(part, &mut scratch)).collect(),
            signals: told(&hits, parts),
            rules,
        }
    }

    fn trace(
        &self,
        index: usize,
        rule: &Compiled,
        seen: &[&Hit],
        parts: &[Part<'_>],
        verdict: &Verdict,
        run: &[usize],
    ) -> RuleTrace {
        let info = &self.rules()[index];
        let hit = verdict.findings.iter().any(|finding| finding.rule == info.id);
        let found = |term: usize| {
            seen.iter()
                .filter(move |hit| usize::from(hit.term) == term && hit.term != UNLESS)
        };
        let satisfied = |group: &super::compile::Group| {
            let first = usize::from(group.first_term);
            (first..first + usize::from(group.terms))
                .filter(|term| found(*term).next().is_some())
                .count()
                >= usize::from(group.need)
        };
        let enough = found(0).next().is_some() || rule.groups.iter().any(satisfied);
        let terms = rule
            .terms
            .iter()
            .enumerate()
            .filter(|(_, looks_for)| !looks_for.is_empty())
            .map(|(term, looks_for)| {
                let mut shown: Vec<(View, String)> = Vec::new();
                for hit in found(term) {
                    let Some(part) = parts.get(usize::from(hit.part)) else {
                        continue;
                    };
                    let one = (self.view_of(hit, parts), shown_at(part, hit.start..hit.end));
                    if shown.len() < SHOWN && !shown.contains(&one) {
                        shown.push(one);
                    }
                }
                let group = rule.groups.iter().position(|group| {
                    let first = usize::from(group.first_term);
                    (first..first + usize::from(group.terms)).contains(&term)
                });
                TermTrace {
                    group: group.map_or(0, |group| group + 1),
                    looks_for: looks_for.clone(),
                    found: shown,
                }
            })
            .collect();
        RuleTrace {
            rule: info.id.to_string(),
            severity: info.severity,
            weight: info.weight,
            experimental: info.status == Status::Experimental,
            hit,
            held_back: (enough && !hit).then_some(
                "its terms stand too far apart, or something in `unless` excuses them, or it is switched off here",
            ),
            terms,
            expressions_run: run.get(index).copied().unwrap_or(0),
            expressions: self
                .expressions
                .iter()
                .filter(|gated| usize::from(gated.target.rule) == index)
                .count(),
        }
    }
}

fn shown_at(part: &Part<'_>, span: Range<u32>) -> String {
    let span = evaluate::on_boundaries(part.text, span.start as usize..span.end as usize);
    evaluate::evidence(part, &span)
}

fn told(hits: &[Hit], parts: &[Part<'_>]) -> Vec<Told> {
    let mut all: Vec<Told> = Vec::new();
    for hit in hits {
        let (Some(signal), Some(part)) = (hit.signal, parts.get(usize::from(hit.part))) else {
            continue;
        };
        let evidence = if hit.anywhere {
            String::new()
        } else {
            shown_at(part, hit.start..hit.end)
        };
        let told = Told { signal, evidence };
        if !all.contains(&told) {
            all.push(told);
        }
    }
    all.sort_by_key(|told| told.signal);
    all
}

/// The readings of a text, each only if it differs from all before it.
fn readings(part: &Part<'_>, scratch: &mut Scratch) -> Text {
    let mut letters = Reading::default();
    let traits = plain::read(part.text, &mut letters);
    let hints = hints(part.text, traits);
    scratch.depths.read(part.text, &hints);
    scratch.depths.clean(part.text, &hints);
    let depths = &scratch.depths;
    let mut readings: Vec<(String, String)> = vec![("as given".to_owned(), part.text.to_owned())];
    for (name, reading) in [
        ("letters only, look-alikes as one", &letters),
        (
            "invisible characters, styles, markdown and direction undone",
            &depths.cleaned,
        ),
        ("the letters of that", &depths.deep),
        ("spelled letters and quoted lines joined", &depths.joined),
    ] {
        let text = String::from_utf8_lossy(&reading.bytes).trim().to_owned();
        if !text.is_empty() && readings.iter().all(|(_, known)| *known != text) {
            readings.push((name.to_owned(), text));
        }
    }
    Text {
        place: part.place,
        readings,
    }
}

/// What each term of a rule looks for, in words; the first is what stands at its top and may be empty.
pub(super) fn terms(raw: &RawRule) -> Vec<String> {
    let top = RawTerm {
        phrases: raw.phrases.clone(),
        regexes: raw.regexes.clone(),
        domains: raw.domains.clone(),
        lookalikes: raw.lookalikes.clone(),
        signals: raw.signals.clone(),
    };
    let all = raw.all.iter().flat_map(|group| &group.get_ref().of);
    let any = raw.any.iter().flat_map(|group| &group.get_ref().of);
    std::iter::once(&top)
        .chain(all)
        .chain(any)
        .map(described)
        .collect()
}

fn described(term: &RawTerm) -> String {
    let mut said = Vec::new();
    let mut say = |what: &str, names: Vec<String>| {
        let more = names.len().saturating_sub(NAMED);
        if !names.is_empty() {
            let mut list = names.into_iter().take(NAMED).collect::<Vec<_>>().join(", ");
            if more > 0 {
                list = format!("{list} and {more} more");
            }
            said.push(format!("{what} {list}"));
        }
    };
    let texts =
        |list: &[serde_spanned::Spanned<String>]| list.iter().map(|text| text.get_ref().clone()).collect();
    say("phrases", texts(&term.phrases));
    if !term.regexes.is_empty() {
        say("regexes", vec![term.regexes.len().to_string()]);
    }
    say("domains", texts(&term.domains));
    say("lookalikes of", texts(&term.lookalikes));
    say(
        "signals",
        term.signals
            .iter()
            .map(|signal| signal.get_ref().to_string())
            .collect(),
    );
    said.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = r#"
[[rule]]
id = "claim-link"
title = "Claim"
why = "Test."
category = "scam"
severity = "high"
status = "stable"
all = [ { within = 60, of = [ { phrases = ["claim your"] }, { signals = ["unknown-link"] } ] } ]
unless = ["never claim your"]
[rule.examples]
match = ["claim your https://a.example", "cl\u200baim your https://a.example", "claim your coins https://a.example"]
clean = ["claim your", "https://a.example", "hello"]
"#;

    fn explain(text: &str) -> Explanation {
        let ruleset = Ruleset::from_sources(&[("rules.toml", RULES)]).expect("sound rules");
        ruleset.explain(&[Part::new(Place::Content, text)], &ScanContext::default(), None)
    }

    #[test]
    fn a_hit_names_what_satisfied_each_term_and_in_which_view() {
        let why = explain("cla\u{200b}im your coins: https://moon.example");
        assert_eq!(why.level, Level::Scam);
        let rule = &why.rules[0];
        assert!(rule.hit && rule.held_back.is_none());
        assert_eq!(
            rule.terms[0].found,
            [(View::Stripped, "cla\u{200b}im your".to_owned())]
        );
        assert_eq!(rule.terms[1].found[0].1, "https://moon.example");
        assert_eq!(why.signals[0].signal, Signal::UnknownLink);
        assert!(why.texts[0].readings.len() > 1);
    }

    #[test]
    fn a_near_miss_says_which_term_is_missing_and_a_far_one_that_it_was_held_back() {
        let why = explain("claim your coins");
        assert_eq!(why.level, Level::Clean);
        assert!(why.rules[0].terms[1].found.is_empty());
        let far = format!("claim your coins {} https://moon.example", "word ".repeat(30));
        let why = explain(&far);
        assert!(!why.rules[0].hit && why.rules[0].held_back.is_some());
    }
}

//! From hits to findings. How findings add up to a verdict lives in [`super::score`].
//!
//! Hits arrive unordered, some still in the offsets of a reading. Rules whose terms cannot add up are dropped first; only what is left is
//! mapped back to the source, excused, grouped and scored. A message in which nothing adds up allocates nothing here.

use std::ops::Range;

use super::clusters::{clusters, hull};
use super::compile::{Compiled, Ruleset, Target, UNLESS};
use super::context::{RuleMode, ScanContext};
use super::finding::{Finding, InviteCode, Pending, Verdict, View};
use super::normalise::deep::Depths;
use super::normalise::{Reading, plain};
use super::part::Part;
use super::signal::Signal;
use super::view::{self, Layer};

/// A term of a rule, satisfied somewhere.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    pub(super) rule: u16,
    pub(super) term: u8,
    pub(super) part: u16,
    /// In bytes: of the source when `mapped`, else of the plain reading.
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) mapped: bool,
    pub(super) layer: Layer,
    /// The view when it is known already.
    pub(super) view: Option<View>,
    /// The automaton pattern of a phrase.
    pub(super) pattern: Option<u32>,
    /// The signal that was told, for explanations.
    pub(super) signal: Option<Signal>,
    /// It is about a link, which phrases cannot excuse.
    pub(super) link: bool,
    /// It has no place of its own: it is near everything in its part.
    pub(super) anywhere: bool,
    /// Holds only if the unresolved invitation with this number (from 1) is foreign.
    pub(super) code: u16,
}

impl Hit {
    pub(super) fn target(&self) -> Target {
        Target {
            rule: self.rule,
            term: self.term,
        }
    }
}

/// Phrases of so many letters or fewer do not take digits for letters.
const SHORT_PHRASE: usize = 4;
/// So many findings of one rule say enough.
const MOST_FINDINGS: usize = 5;
impl Ruleset {
    /// Judges what was hit.
    pub(super) fn judge(
        &self,
        parts: &[Part<'_>],
        context: &ScanContext<'_>,
        hits: &mut Vec<Hit>,
        mapped: &mut Reading,
        depths: &mut Depths,
        unresolved: &[InviteCode],
    ) -> Verdict {
        self.drop_hopeless(context, hits);
        if hits.is_empty() && unresolved.is_empty() {
            return Verdict::default();
        }
        map(parts, hits, mapped);
        drop_masks(parts, hits);
        self.drop_numbers(parts, hits);
        sort(hits);
        self.add_excuses(parts, hits, depths);
        let thresholds = context.thresholds.unwrap_or(self.thresholds);
        let findings = self.findings(parts, context, hits, 0);
        let mut pending = Vec::new();
        for (number, code) in (1..).zip(unresolved) {
            let mut findings_if_foreign = self.findings(parts, context, hits, number);
            findings_if_foreign.retain(|finding| !findings.contains(finding));
            pending.push(Pending {
                code: code.clone(),
                findings: findings_if_foreign,
            });
        }
        let mut verdict = Verdict {
            findings,
            unresolved: unresolved.to_vec(),
            pending,
            thresholds: (!unresolved.is_empty()).then_some(thresholds),
            ..Verdict::default()
        };
        self.settle(&mut verdict, thresholds);
        verdict
    }

    /// Keeps the hits of rules that may still hit.
    fn drop_hopeless(&self, context: &ScanContext<'_>, hits: &mut Vec<Hit>) {
        hits.sort_unstable_by_key(|hit| hit.rule);
        let mut kept = 0;
        let mut at = 0;
        while at < hits.len() {
            let rule = hits[at].rule;
            let length = hits[at..].iter().take_while(|hit| hit.rule == rule).count();
            let terms = hits[at..at + length]
                .iter()
                .fold(0_u64, |bits, hit| bits | term_bit(hit.term));
            let off = context
                .mask
                .is_some_and(|mask| mask.mode(usize::from(rule)) == RuleMode::Off);
            let hopeful = self
                .compiled
                .get(usize::from(rule))
                .is_some_and(|rule| can_hit(rule, terms));
            if hopeful && !off {
                hits.copy_within(at..at + length, kept);
                kept += length;
            }
            at += length;
        }
        hits.truncate(kept);
    }

    /// Drops hits of very short phrases in which digits stood for letters: `50` is not `so`.
    fn drop_numbers(&self, parts: &[Part<'_>], hits: &mut Vec<Hit>) {
        hits.retain(|hit| {
            let Some(phrase) = hit
                .pattern
                .and_then(|pattern| self.surfaces.get(pattern as usize))
            else {
                return true;
            };
            let slice = parts
                .get(usize::from(hit.part))
                .and_then(|part| part.text.get(hit.start as usize..hit.end as usize))
                .unwrap_or("");
            phrase.chars().count() > SHORT_PHRASE || !slice.is_ascii() || view::surface(slice) == **phrase
        });
    }

    fn findings(
        &self,
        parts: &[Part<'_>],
        context: &ScanContext<'_>,
        hits: &[Hit],
        code: u16,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        for of_rule in hits.chunk_by(|a, b| a.rule == b.rule) {
            let index = usize::from(of_rule[0].rule);
            let (Some(rule), Some(info)) = (self.compiled.get(index), self.rules.get(index)) else {
                continue;
            };
            let valid: Vec<&Hit> = of_rule
                .iter()
                .filter(|hit| hit.term != UNLESS && (hit.code == 0 || hit.code == code))
                .filter(|hit| !excused(hit, of_rule))
                .collect();
            let mut places: Vec<(u16, Range<u32>, View)> = Vec::new();
            let mut note = |part: u16, span: Range<u32>, view: View| {
                let overlaps = |known: &&mut (u16, Range<u32>, View)| {
                    known.0 == part && known.1.start <= span.end && span.start <= known.1.end
                };
                if let Some(known) = places.iter_mut().find(overlaps) {
                    known.1 = known.1.start.min(span.start)..known.1.end.max(span.end);
                    known.2 = known.2.min(view);
                } else if places.len() < MOST_FINDINGS {
                    places.push((part, span, view));
                }
            };
            for hit in valid.iter().filter(|hit| hit.term == 0) {
                note(hit.part, hit.start..hit.end, self.view_of(hit, parts));
            }
            for group in &rule.groups {
                for cluster in clusters(group, &valid) {
                    let (part, span) = hull(&cluster);
                    let view = cluster
                        .iter()
                        .map(|hit| self.view_of(hit, parts))
                        .max()
                        .unwrap_or(View::Raw);
                    note(part, span, view);
                }
            }
            if let Some(exemptions) = context.exemptions {
                let found: Vec<(u16, Range<u32>)> = places
                    .iter()
                    .map(|(part, span, _)| (*part, span.clone()))
                    .collect();
                if exemptions.excuse(index, parts, &found, &valid) {
                    continue;
                }
            }
            let observed = rule.experimental
                || context
                    .mask
                    .is_some_and(|mask| mask.mode(index) == RuleMode::Observe);
            for (part, span, view) in places {
                let Some(given) = parts.get(usize::from(part)) else {
                    continue;
                };
                let span = on_boundaries(given.text, span.start as usize..span.end as usize);
                findings.push(Finding {
                    rule: info.id.clone(),
                    category: rule.category,
                    severity: rule.severity,
                    place: given.place,
                    part: usize::from(part),
                    view,
                    evidence: evidence(given, &span),
                    span,
                    observed_only: observed,
                });
            }
        }
        findings.sort_by(|a, b| {
            (
                a.observed_only,
                std::cmp::Reverse(a.severity),
                a.part,
                a.span.start,
            )
                .cmp(&(
                    b.observed_only,
                    std::cmp::Reverse(b.severity),
                    b.part,
                    b.span.start,
                ))
        });
        findings
    }

    pub(super) fn view_of(&self, hit: &Hit, parts: &[Part<'_>]) -> View {
        if let Some(view) = hit.view {
            return view;
        }
        let slice = parts
            .get(usize::from(hit.part))
            .and_then(|part| part.text.get(hit.start as usize..hit.end as usize))
            .unwrap_or("");
        match hit
            .pattern
            .and_then(|pattern| self.surfaces.get(pattern as usize))
        {
            Some(phrase) => view::of_phrase(slice, phrase, hit.layer),
            None => view::of_layer(hit.layer),
        }
    }
}

/// Puts hits in the order in which they are judged.
pub(super) fn sort(hits: &mut [Hit]) {
    hits.sort_unstable_by_key(|hit| (hit.rule, hit.part, hit.start, hit.end, hit.layer, hit.term));
}

/// Leads hits of plain readings back to the source.
pub(super) fn map(parts: &[Part<'_>], hits: &mut [Hit], reading: &mut Reading) {
    for (number, part) in parts.iter().enumerate() {
        let number = number as u16;
        let mut read = false;
        for hit in hits.iter_mut().filter(|hit| hit.part == number && !hit.mapped) {
            if !read {
                plain::read_mapped(part.text, reading);
                read = true;
            }
            let source = reading.source(hit.start as usize..hit.end as usize);
            (hit.start, hit.end, hit.mapped) = (source.start as u32, source.end as u32, true);
        }
    }
}

/// Drops phrases found in the mask of a secret: the mask is our own text.
fn drop_masks(parts: &[Part<'_>], hits: &mut Vec<Hit>) {
    if parts.iter().all(|part| part.secrets.is_empty()) {
        return;
    }
    hits.retain(|hit| {
        let span = hit.start as usize..hit.end as usize;
        let mut masks = parts
            .get(usize::from(hit.part))
            .map_or(&[][..], |part| part.secrets)
            .iter();
        hit.anywhere
            || !masks
                .any(|mask| span.start < mask.span.end && mask.span.start < span.end && mask.span != span)
    });
}

/// The bit of a term; what excuses has none.
pub(super) fn term_bit(term: u8) -> u64 {
    if term == UNLESS { 0 } else { 1 << term }
}

/// Whether the rule hits if these of its terms do, and do so near enough to each other.
pub(super) fn can_hit(rule: &Compiled, terms: u64) -> bool {
    terms & 1 != 0
        || rule.groups.iter().any(|group| {
            let mask = ((1_u64 << group.terms) - 1) << group.first_term;
            (terms & mask).count_ones() >= u32::from(group.need)
        })
}

/// Whether something that excuses lies around this hit, in the same reading.
pub(super) fn excused(hit: &Hit, of_rule: &[Hit]) -> bool {
    !hit.link
        && of_rule.iter().any(|excuse| {
            excuse.term == UNLESS
                && excuse.part == hit.part
                && excuse.layer == hit.layer
                && excuse.start <= hit.start
                && hit.end <= excuse.end
        })
}

pub(super) fn on_boundaries(text: &str, span: Range<usize>) -> Range<usize> {
    let mut start = span.start.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = span.end.clamp(start, text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

/// The found text, shortened, on one line. Where a secret stood, its kind instead of its mask.
pub(super) fn evidence(part: &Part<'_>, span: &Range<usize>) -> String {
    let mut shown = String::new();
    let mut at = span.start;
    for secret in part
        .secrets
        .iter()
        .filter(|secret| secret.span.start < span.end && span.start < secret.span.end)
    {
        shown.push_str(part.text.get(at..secret.span.start.max(at)).unwrap_or(""));
        shown.push('[');
        shown.push_str(secret.kind.name());
        shown.push(']');
        at = secret.span.end.max(at);
    }
    shown.push_str(part.text.get(at..span.end.max(at)).unwrap_or(""));
    let one_line = shown.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut evidence: String = one_line.clone().take(Finding::EVIDENCE_CHARS).collect();
    if one_line.count() > Finding::EVIDENCE_CHARS {
        evidence.pop();
        evidence.push('…');
    }
    evidence
}

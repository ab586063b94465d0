//! What findings add up to, and what they add up to once invitations are resolved.

use std::sync::Arc;

use super::compile::{Compiled, Ruleset};
use super::finding::{Finding, InviteFact, InviteTarget, Level, Verdict};
use super::thresholds::Thresholds;

impl Ruleset {
    /// Adds the findings up.
    pub(super) fn settle(&self, verdict: &mut Verdict, thresholds: Thresholds) {
        verdict.score = self.score(verdict.counting(), thresholds);
        verdict.shadow_score = self.score(verdict.findings.iter(), thresholds);
        verdict.level = thresholds.level(verdict.score);
        debug_assert!(verdict.level == Level::Clean || !verdict.findings.is_empty());
    }

    /// A finding of this ruleset shares the id with its rule; one that was stored and read again is compared by letters.
    fn index_of(&self, id: &Arc<str>) -> Option<usize> {
        self.rules
            .iter()
            .position(|rule| Arc::ptr_eq(&rule.id, id))
            .or_else(|| self.rules.iter().position(|rule| rule.id == *id))
    }

    /// Each rule counts once, of each family only the heaviest; a rule without weight is a floor under the sum.
    fn score<'f>(&self, findings: impl Iterator<Item = &'f Finding>, thresholds: Thresholds) -> u32 {
        let (mut sum, mut floor) = (0_u32, 0);
        let mut counted: Vec<(&Compiled, usize, u32)> = Vec::new();
        for finding in findings {
            let Some(index) = self.index_of(&finding.rule) else {
                continue;
            };
            let Some(rule) = self.compiled.get(index) else {
                continue;
            };
            match rule.weight {
                None => floor = floor.max(thresholds.alone(rule.severity)),
                Some(weight) => {
                    let same = |other: &&mut (&Compiled, usize, u32)| {
                        other.1 == index || (rule.family.is_some() && other.0.family == rule.family)
                    };
                    match counted.iter_mut().find(same) {
                        Some(other) => other.2 = other.2.max(weight),
                        None => counted.push((rule, index, weight)),
                    }
                }
            }
        }
        for (_, _, weight) in counted {
            sum = sum.saturating_add(weight);
        }
        sum.max(floor)
    }
}

impl Verdict {
    /// The verdict once the edge has found out where unresolved invitations lead. Unknown is not guilty.
    ///
    /// Codes without a fact stay unresolved. `ruleset` is the one that gave the verdict; after a reload, scan again instead.
    #[must_use]
    pub fn with(mut self, ruleset: &Ruleset, facts: &[InviteFact]) -> Self {
        let thresholds = self.thresholds.unwrap_or(ruleset.thresholds());
        for fact in facts {
            self.unresolved.retain(|code| *code != fact.code);
            while let Some(at) = self.pending.iter().position(|pending| pending.code == fact.code) {
                let pending = self.pending.swap_remove(at);
                if fact.leads_to == InviteTarget::Foreign {
                    for finding in pending.findings {
                        if !self.findings.contains(&finding) {
                            self.findings.push(finding);
                        }
                    }
                }
            }
        }
        self.findings
            .sort_by_key(|finding| (finding.observed_only, std::cmp::Reverse(finding.severity)));
        ruleset.settle(&mut self, thresholds);
        self
    }
}

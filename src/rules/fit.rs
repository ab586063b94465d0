//! Fits the weights of rules to labelled messages.
//!
//! The score of a message is a sum of weights, so the chance that it is harmful is modelled as a logistic function of that sum:
//! even at the threshold from which a moderator is shown it. Weights are fitted by gradient descent on the logistic loss,
//! never below zero, and each is pulled back (L2) towards what somebody wrote into the rule file: with a few hundred messages
//! the data may correct an opinion, not replace it. Of each family only the rule that is heaviest as written takes part, as in
//! scoring. Rules without weight decide alone and are not fitted. The same messages in the same order give the same weights.

use super::compile::Ruleset;
use super::finding::{Level, Verdict};

/// One labelled message: what it is and which rules with a weight hit it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    harmful: bool,
    /// Indices of rules, of each family the heaviest only.
    rules: Vec<usize>,
    /// What rules without weight say.
    floor: Level,
}

/// What the fit is told.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How often a harmful message counts for each falsely accused one: the price of a false alarm.
    pub false_alarm: f64,
    /// How strongly a weight is held to what was written, against one message.
    pub hold: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            false_alarm: 4.0,
            hold: 8.0,
        }
    }
}

/// A weight before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fitted {
    /// Index into [`Ruleset::rules`].
    pub rule: usize,
    /// As written.
    pub before: u32,
    /// As fitted, a whole number from 0 to 100.
    pub after: u32,
    /// How many harmful messages it hit.
    pub harmful: u32,
    /// How many harmless messages it hit.
    pub harmless: u32,
}

/// How many points change the odds by a factor of e.
const POINTS: f64 = 8.0;
/// The heaviest weight a fit may give.
const HEAVIEST: f64 = 100.0;
const STEPS: usize = 2_000;
const STEP: f64 = 4.0;

impl Ruleset {
    /// What a verdict on a labelled message teaches.
    pub fn sample(&self, harmful: bool, verdict: &Verdict) -> Sample {
        let mut rules: Vec<usize> = Vec::new();
        let mut floor = Level::Clean;
        for finding in verdict.counting() {
            let Some(index) = self.rules().iter().position(|rule| rule.id == finding.rule) else {
                continue;
            };
            let rule = &self.rules()[index];
            let Some(weight) = rule.weight else {
                let alone = self.thresholds().alone(rule.severity);
                floor = floor.max(self.thresholds().level(alone));
                continue;
            };
            let rival = rules.iter().position(|known| {
                *known == index || (rule.family.is_some() && self.rules()[*known].family == rule.family)
            });
            match rival {
                Some(at) if self.rules()[rules[at]].weight < Some(weight) => rules[at] = index,
                Some(_) => {}
                None => rules.push(index),
            }
        }
        rules.sort_unstable();
        Sample {
            harmful,
            rules,
            floor,
        }
    }

    /// Fits the weights; one entry for each rule with a weight that hit anything.
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of messages and weights stay far below 2^52"
    )]
    pub fn fit(&self, samples: &[Sample], settings: Settings) -> Vec<Fitted> {
        let written: Vec<f64> = self
            .rules()
            .iter()
            .map(|rule| f64::from(rule.weight.unwrap_or(0)))
            .collect();
        let threshold = f64::from(self.thresholds().suspicious);
        let mut weights = written.clone();
        let taught: Vec<&Sample> = samples.iter().filter(|sample| !sample.rules.is_empty()).collect();
        let hits = |rule: usize, harmful: bool| {
            let of = samples
                .iter()
                .filter(|sample| sample.harmful == harmful && sample.rules.contains(&rule));
            of.count() as u32
        };
        let hit: Vec<usize> = (0..written.len())
            .filter(|rule| taught.iter().any(|sample| sample.rules.contains(rule)))
            .collect();
        let seen: Vec<f64> = (0..written.len())
            .map(|rule| f64::from(hits(rule, true) + hits(rule, false)))
            .collect();
        for step in 0..STEPS {
            let mut slope = vec![0.0; weights.len()];
            for sample in &taught {
                let sum: f64 = sample.rules.iter().map(|rule| weights[*rule]).sum();
                let chance = 1.0 / (1.0 + (-(sum - threshold) / POINTS).exp());
                let error = if sample.harmful {
                    chance - 1.0
                } else {
                    chance * settings.false_alarm
                };
                for rule in &sample.rules {
                    slope[*rule] += error;
                }
            }
            // Steps shrink, so that the last ones settle.
            let size = STEP / (1.0 + step as f64 / 200.0);
            for &rule in &hit {
                let pull = settings.hold * (weights[rule] - written[rule]) / POINTS;
                weights[rule] = (weights[rule] - size * (slope[rule] + pull) / (seen[rule] + settings.hold))
                    .clamp(0.0, HEAVIEST);
            }
        }
        hit.into_iter()
            .map(|rule| Fitted {
                rule,
                before: self.rules()[rule].weight.unwrap_or(0),
                after: weights[rule].round() as u32,
                harmful: hits(rule, true),
                harmless: hits(rule, false),
            })
            .collect()
    }

    /// The level a sample would have with these weights; rules that are not among them keep theirs.
    pub fn level_with(&self, sample: &Sample, fitted: &[Fitted]) -> Level {
        let weight = |rule: usize| {
            fitted
                .iter()
                .find(|fitted| fitted.rule == rule)
                .map_or_else(|| self.rules()[rule].weight.unwrap_or(0), |fitted| fitted.after)
        };
        let sum = sample.rules.iter().map(|rule| weight(*rule)).sum();
        self.thresholds().level(sum).max(sample.floor)
    }
}

impl Sample {
    /// Whether the message ought to be found.
    pub fn harmful(&self) -> bool {
        self.harmful
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Part, Place, ScanContext, Scratch};

    const RULES: &str = r#"
[[rule]]
id = "good-sign"
title = "Good sign"
why = "Test."
category = "scam"
severity = "low"
status = "stable"
weight = 30
phrases = ["moon coins"]
[rule.examples]
match = ["moon coins", "m00n coins", "moon  coins"]
clean = ["moon", "coins", "the moon"]

[[rule]]
id = "bad-sign"
title = "Bad sign"
why = "Test."
category = "scam"
severity = "low"
status = "stable"
weight = 45
phrases = ["good morning"]
[rule.examples]
match = ["good morning", "g00d morning", "good  morning"]
clean = ["morning", "good", "evening"]
"#;

    #[test]
    fn what_hits_scams_grows_and_what_hits_chat_shrinks_the_same_every_time() {
        let ruleset = Ruleset::from_sources(&[("rules.toml", RULES)]).expect("sound rules");
        let mut scratch = Scratch::new();
        let mut samples = Vec::new();
        for (text, harmful, times) in [
            ("moon coins here", true, 30),
            ("good morning all", false, 30),
            ("hi", false, 30),
        ] {
            for _ in 0..times {
                let verdict = ruleset.scan(
                    &[Part::new(Place::Content, text)],
                    &ScanContext::default(),
                    &mut scratch,
                );
                samples.push(ruleset.sample(harmful, &verdict));
            }
        }
        let fitted = ruleset.fit(&samples, Settings::default());
        assert_eq!(fitted, ruleset.fit(&samples, Settings::default()));
        let of = |rule: usize| {
            fitted
                .iter()
                .find(|fitted| fitted.rule == rule)
                .expect("it was fitted")
        };
        assert!(of(0).after >= 40, "{:?}", of(0));
        assert!(of(1).after < 40, "{:?}", of(1));
        assert_eq!((of(1).harmful, of(1).harmless), (0, 30));
        assert_eq!(ruleset.level_with(&samples[0], &fitted), Level::Suspicious);
        assert_eq!(ruleset.level_with(&samples[30], &fitted), Level::Clean);
    }
}

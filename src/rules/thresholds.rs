//! From which score on a message is suspicious, and from which it is removed: the table `[thresholds]` of
//! `policy.toml`. Everything else in that file belongs to `moderation::policy` and is not read here.

use serde::{Deserialize, Serialize};

use super::finding::{Level, Severity};

/// Where a score turns into a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Thresholds {
    /// From this score on a moderator should look.
    pub suspicious: u32,
    /// From this score on the message is a scam.
    pub scam: u32,
    /// From this severity on a rule without weight makes a scam by itself; below it, something suspicious.
    /// `info` never decides anything.
    pub scam_severity: Severity,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            suspicious: 40,
            scam: 100,
            scam_severity: Severity::High,
        }
    }
}

impl Thresholds {
    /// The level of a score.
    pub fn level(self, score: u32) -> Level {
        if score >= self.scam {
            Level::Scam
        } else if score >= self.suspicious {
            Level::Suspicious
        } else {
            Level::Clean
        }
    }

    /// The score that a rule without weight stands for.
    pub fn alone(self, severity: Severity) -> u32 {
        if severity >= self.scam_severity {
            self.scam
        } else if severity > Severity::Info {
            self.suspicious
        } else {
            0
        }
    }

    /// Says what is wrong with these numbers, if anything is.
    pub fn complaint(self) -> Option<&'static str> {
        if self.suspicious == 0 {
            Some("`suspicious` must be at least 1, or every message would be suspicious")
        } else if self.scam < self.suspicious {
            Some("`scam` must not be lower than `suspicious`")
        } else if self.scam_severity == Severity::Info {
            Some("`scam_severity` must be at least `low`: `info` never decides anything")
        } else {
            None
        }
    }
}

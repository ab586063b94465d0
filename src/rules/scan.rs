//! One message against all rules.

use super::compile::Ruleset;
use super::context::ScanContext;
use super::finding::{InviteFact, Verdict};
use super::part::Part;

/// Buffers that one scan leaves behind for the next, so that a clean message costs no allocation.
#[derive(Debug, Default)]
pub struct Scratch {
    slow: bool,
}

impl Scratch {
    /// Empty buffers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the last scanned message needed more than the one plain reading.
    pub fn took_slow_path(&self) -> bool {
        self.slow
    }
}

impl Ruleset {
    /// Judges one message: all its parts together.
    pub fn scan(&self, parts: &[Part<'_>], context: &ScanContext<'_>, scratch: &mut Scratch) -> Verdict {
        let _ = (parts, context);
        scratch.slow = false;
        Verdict::default()
    }
}

impl Verdict {
    /// The verdict once the edge has found out where unresolved invitations lead. Unknown is not guilty.
    #[must_use]
    pub fn with(self, ruleset: &Ruleset, facts: &[InviteFact]) -> Self {
        let _ = (ruleset, facts);
        self
    }
}

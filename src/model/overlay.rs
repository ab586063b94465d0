//! A guild's overlay: what its moderators have said about the shared rules. Plain rows, applied as a filter.
//!
//! How an exemption is applied lives in `rules::exemption`; what is proposed in `moderation::overlay`.

use serde::{Deserialize, Serialize};

use super::ids::{OverlayEntryId, UserId};
use super::time::Timestamp;
use crate::rules::{Exemption, Place};

/// One exemption, and who added it because of which case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverlayEntry {
    /// Its row: the number by which people remove it.
    pub id: OverlayEntryId,
    /// What is exempted in which rule.
    pub exemption: Exemption,
    /// The case it came from, by the number people use.
    pub case_number: u32,
    /// Who added it.
    pub added_by: UserId,
    /// When.
    pub added_at: Timestamp,
}

/// A text that moderators found harmless: no rule may remove it here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CleanExample {
    /// Where it stood.
    pub place: Place,
    /// The text; secrets were masked before it was stored.
    pub text: String,
}

/// Everything a guild has added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlay {
    /// Exemptions, oldest first.
    pub entries: Vec<OverlayEntry>,
    /// Clean examples, by the number of the case they came from.
    pub examples: Vec<(u32, CleanExample)>,
}

/// What a false positive adds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OverlayAddition {
    /// What is exempted from now on.
    pub exemptions: Vec<Exemption>,
    /// What has to stay clean.
    pub examples: Vec<CleanExample>,
}

//! What is handed over when a member's name is about to be shown to moderators: the sighting, the facts, the plan.
//!
//! Deciding lives in `moderation::impostors`, writing in `sqlite`.

use super::CasePlan;
use crate::model::effect::EffectDraft;
use crate::model::message::IncomingMessage;
use crate::model::{CaseId, Timestamp};

/// A member whose name imitates somebody, or lures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The names as judged. Its id is the member's own.
    pub evidence: IncomingMessage,
    /// Whom the name imitates, as the owner of the name writes it.
    pub imitates: Option<String>,
    /// What the sightings of one wave have in common.
    pub alike: String,
    /// Sightings before this moment are no part of a wave any more.
    pub since: Timestamp,
}

/// What is known when a sighting is about to be shown to moderators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SightingFacts {
    /// The row that a case of its own would have.
    pub case: CaseId,
    /// Cases that sightings of its kind have opened lately.
    pub cases_alike: u32,
    /// Cases that sightings of any kind have opened lately.
    pub cases: u32,
    /// The latest undecided wave of its kind.
    pub wave: Option<CaseId>,
    /// The latest undecided wave of any kind.
    pub any_wave: Option<CaseId>,
}

/// What becomes of a sighting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SightingPlan {
    /// A case of its own.
    Own(CasePlan),
    /// A case that others will join.
    Wave(CasePlan),
    /// One more member of the case of a wave.
    Join {
        /// That case.
        case: CaseId,
        /// What Discord is to do.
        effects: Vec<EffectDraft>,
    },
}

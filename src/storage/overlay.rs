//! What a guild's moderators have said about the shared rules: exemptions and clean examples.

use async_trait::async_trait;

use super::{CaseChange, Decide, InGuild, Result};
use crate::model::case::Case;
use crate::model::overlay::{Overlay, OverlayAddition};
use crate::model::{CaseId, OverlayEntryId, Timestamp};

/// What is known when something is about to be exempted.
#[derive(Clone, Debug, PartialEq)]
pub struct OverlayFacts {
    /// The case it comes from.
    pub case: Case,
    /// What the guild has added before.
    pub overlay: Overlay,
}

/// The overlays of guilds.
#[async_trait]
pub trait Overlays {
    /// Everything a guild has added.
    async fn overlay(&self, guild: InGuild) -> Result<Overlay>;

    /// Reads a case and the overlay, decides, writes exemptions, examples, the case's history and effects in one
    /// transaction, and answers the overlay as it is now. `None`: no such case. The inner `Err`: the decision's refusal,
    /// nothing written. What is there already stays as it is.
    async fn add_to_overlay(
        &self,
        guild: InGuild,
        case: CaseId,
        now: Timestamp,
        decide: Decide<OverlayFacts, std::result::Result<(OverlayAddition, CaseChange), String>>,
    ) -> Result<Option<std::result::Result<Overlay, String>>>;

    /// Takes one exemption away, and the clean examples of its case with its last. `None`: there is no such exemption
    /// here; else the overlay as it is now.
    async fn remove_from_overlay(
        &self,
        guild: InGuild,
        entry: OverlayEntryId,
        now: Timestamp,
    ) -> Result<Option<Overlay>>;
}

//! A campaign: cases whose messages are copies of one another, seen as one. Its lead is the first of them; the lead's
//! review card is the campaign's card, and the lead's state is the campaign's.
//!
//! Which messages are copies is decided in `moderation`; how a campaign is shown is in `discord::words`.

use super::case::CaseDeed;
use super::fingerprint::Fingerprint;
use super::ids::{CaseId, UserId};
use super::time::Timestamp;
use crate::rules::Category;

/// Pleas that a campaign carries at most, the oldest first.
pub const MOST_PLEAS: u32 = 10;

/// A campaign as its card shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Campaign {
    /// The first case.
    pub lead: CaseId,
    /// Messages, the first one included.
    pub copies: u32,
    /// Accounts that posted them.
    pub accounts: u32,
    /// Channels and threads they were posted in.
    pub channels: u32,
    /// Messages that were, or will be, removed.
    pub removed: u32,
    /// Messages that a moderator or the rules left standing and nobody has decided on.
    pub standing: u32,
    /// Messages that were found harmless.
    pub restored: u32,
    /// Some of the accounts, those with the most copies first: at most ten.
    pub authors: Vec<(UserId, u32)>,
    /// What authors of copies ask for and nobody has answered yet, the oldest first: at most [`MOST_PLEAS`]. The lead's own
    /// stands in its case.
    pub pleas: Vec<Plea>,
    /// When the latest copy was seen.
    pub latest: Timestamp,
}

/// What the author of a copy asks for: it is about that one case, not about the campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plea {
    /// The case.
    pub case: CaseId,
    /// Its number in the guild.
    pub number: u32,
    /// Who asks.
    pub author: UserId,
    /// [`CaseDeed::Contested`] or [`CaseDeed::AskedBack`].
    pub deed: CaseDeed,
    /// When.
    pub at: Timestamp,
    /// The words of a contest, secrets replaced. Erasable.
    pub note: Option<String>,
}

/// What moderators or the rules have said of a campaign, or of a case without copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A scam: its copies go.
    Scam,
    /// Suspicious; nobody has decided.
    Open,
    /// Harmless: what repeats it stays.
    Harmless,
}

/// A case whose copies are looked out for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The case; of a campaign, its lead.
    pub case: CaseId,
    /// Who posted its message.
    pub author: UserId,
    /// What copies have in common with it.
    pub fingerprint: Fingerprint,
    /// What has been said of it.
    pub finding: Finding,
    /// What kind of trouble it is.
    pub category: Category,
    /// When the case was opened.
    pub first: Timestamp,
    /// When the latest copy was seen.
    pub latest: Timestamp,
    /// Regulars had linked to a place that it leads to long before: the community's own page, perhaps, which a scammer names to
    /// look honest.
    pub names_familiar: bool,
}

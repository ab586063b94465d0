//! The noun trait of campaigns: cases whose messages are copies of one another, and what copies are recognised by.
//!
//! The rules of the other noun traits hold here, too: one method is one transaction, and every call names its guild.

use std::collections::HashSet;

use async_trait::async_trait;

use super::{CaseChange, CaseFacts, CasePlan, Decide, InGuild, OpenedCase, Result};
use crate::model::campaign::{Campaign, Finding, Poster, Wanted};
use crate::model::case::{Case, CaseDeed};
use crate::model::effect::EffectRow;
use crate::model::fingerprint::Fingerprint;
use crate::model::message::IncomingMessage;
use crate::model::{CaseId, Timestamp, UserId};
use crate::rules::Verdict;

/// As far as a campaign's messages and accounts are counted when a copy joins it, so that the thousandth copy costs no
/// more than the tenth.
pub const MOST_COUNTED: u32 = 100;

/// What is known of a campaign that a case is about to join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CampaignFacts {
    /// Its first case.
    pub lead: CaseId,
    /// What has been said of it.
    pub finding: Finding,
    /// Messages of it that were removed within the last minute; at most [`MOST_COUNTED`].
    pub removed_lately: u32,
    /// Accounts of it that were written to, recovery steps included; at most [`MOST_COUNTED`].
    pub told: u32,
    /// The author of this message is one of them.
    pub told_author: bool,
    /// The author of this message was sent recovery steps.
    pub recovered_author: bool,
}

/// Cases of a campaign that are to be decided together, and what was done about all of it before.
#[derive(Clone, Debug, Default)]
pub struct CampaignCases {
    /// The cases, the lead first.
    pub cases: Vec<Case>,
    /// Accounts that the policy wrote to because of any case of the campaign, recovery steps included.
    pub told: HashSet<UserId>,
    /// What moderators did to which accounts because of any case of the campaign.
    pub punished: HashSet<(UserId, CaseDeed)>,
}

/// A message, what the rules say of it, and what its copies have in common with it.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The message.
    pub message: IncomingMessage,
    /// What the rules say.
    pub verdict: Verdict,
    /// What its copies have in common with it; empty: it is compared with nothing.
    pub fingerprint: Fingerprint,
    /// What its author is here.
    pub poster: Poster,
}

/// Campaigns.
#[async_trait]
pub trait Campaigns {
    /// Opens a case like [`super::Cases::open_case`], and compares it with the cases of the last day inside the
    /// transaction: a copy joins the campaign of the case it is like (the first copy makes it one), if the two are to be
    /// decided together ([`crate::model::campaign::Posting::shares_a_card`]), and that campaign's card is brought up to date a
    /// moment later, once for all that came meanwhile. A campaign that was found harmless is joined
    /// only by what repeats it word for word or forwards what was put back of it.
    ///
    /// With `lease_until`, those of its effects that wait for nothing are leased until then by the same commit, as
    /// [`super::Effects::lease_effects`] would do with a commit of its own: the caller carries them out at once. They come
    /// back in the order in which they were planned.
    async fn open_copy(
        &self,
        guild: InGuild,
        judgement: Judgement,
        now: Timestamp,
        plan: Decide<CaseFacts, CasePlan>,
        lease_until: Option<Timestamp>,
    ) -> Result<(OpenedCase, Vec<EffectRow>)>;

    /// The campaign that a case belongs to, as its card shows it, without reading any of its messages. `None`: no such
    /// case, or it has no copies.
    async fn campaign(&self, guild: InGuild, case: CaseId) -> Result<Option<Campaign>>;

    /// Cases of the campaign that a case belongs to, at most `most`: its lead, then those that are open, then those that
    /// are upheld; of these the ones first about which the least was done. They come in the order of their opening, the
    /// lead first; the case alone when it has no copies. Empty: no such case.
    async fn campaign_of(&self, guild: InGuild, case: CaseId, most: u32) -> Result<Vec<Case>>;

    /// Reads cases of a campaign (those that [`Self::campaign_of`] gives), decides, writes all or nothing. `None`: no such
    /// case. The inner `Err` is the decision's refusal: nothing written. Answers the same cases as they are then.
    async fn change_campaign(
        &self,
        guild: InGuild,
        case: CaseId,
        most: u32,
        now: Timestamp,
        decide: Decide<CampaignCases, std::result::Result<Vec<(CaseId, CaseChange)>, String>>,
    ) -> Result<Option<std::result::Result<Vec<Case>, String>>>;

    /// What copies of a case, or of its campaign's lead, are recognised by. `None`: it has nothing to compare.
    async fn wanted_of(&self, guild: InGuild, case: CaseId) -> Result<Option<Wanted>>;

    /// Everything that copies are looked out for: seen since `since`, newest first, at most 1000.
    async fn wanted(&self, guild: InGuild, since: Timestamp) -> Result<Vec<Wanted>>;

    /// Effects of a campaign's cases that ended badly, at most 25.
    async fn troubled_effects_of_campaign(&self, guild: InGuild, case: CaseId) -> Result<Vec<EffectRow>>;

    /// Keeps the hashes of a case's pictures, each once for the whole campaign, with the time it was shown last. Answers
    /// whether any was new to it.
    async fn note_images(
        &self,
        guild: InGuild,
        case: CaseId,
        hashes: Vec<u64>,
        now: Timestamp,
    ) -> Result<bool>;

    /// Hashes of pictures since `since`, with the case (its campaign's lead) that each came from; newest first, at most
    /// 4096. Only of what is held to be a scam, and of what a moderator found harmless.
    async fn judged_images(&self, guild: InGuild, since: Timestamp) -> Result<Vec<(u64, Wanted)>>;
}

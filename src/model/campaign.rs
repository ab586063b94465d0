//! A campaign: cases whose messages are copies of one another, seen as one. Its lead is the first of them; the lead's
//! review card is the campaign's card, and the lead's state is the campaign's.
//!
//! Which messages count as copies of a scam is decided in `moderation`; how a campaign is shown is in `discord::words`.

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

/// Whom a message is by, as far as waves and copies ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Poster {
    /// A member who joined within a week.
    Newcomer,
    /// Any other member.
    Regular,
    /// Staff, a bot or a webhook: it speaks for the community.
    Team,
}

/// A message as far as it is asked whether it shares a card with another that is like it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Who posted it.
    pub author: UserId,
    /// Whether its author was a [`Poster::Newcomer`].
    pub by_newcomer: bool,
    /// What copies have in common with it.
    pub fingerprint: Fingerprint,
    /// Whether it is taken for a scam, by the rules or by a moderator, and not only for suspicious.
    pub is_scam: bool,
}

impl Posting {
    /// Whether two messages that are alike are decided with one press. Scammers copy what somebody announces and change where
    /// it leads: a press that puts the original back must not put back the copy, nor one that bans its author the other. So they
    /// lead to the same places, or come from one account, or from newcomers, or each of them is taken for a scam.
    pub fn shares_a_card(&self, other: &Self) -> bool {
        self.author == other.author
            || (self.by_newcomer && other.by_newcomer)
            || (self.is_scam && other.is_scam)
            || self.fingerprint.leads_to_the_same_places(&other.fingerprint)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn posting(author: u64, links: [u32; 3]) -> Posting {
        Posting {
            author: UserId(author),
            by_newcomer: false,
            fingerprint: Fingerprint {
                links,
                ..Fingerprint::default()
            },
            is_scam: false,
        }
    }

    #[test]
    fn what_is_alike_is_one_campaign_unless_it_may_be_an_original_and_its_copy() {
        let announced = posting(1, [5, 0, 0]);
        let copied = posting(2, [6, 0, 0]);
        assert!(!announced.shares_a_card(&copied) && !copied.shares_a_card(&announced));
        assert!(
            !announced.shares_a_card(&posting(2, [5, 6, 0])),
            "it leads elsewhere, too"
        );
        assert!(announced.shares_a_card(&posting(2, [5, 0, 0])), "the same places");
        assert!(
            announced.shares_a_card(&posting(1, [6, 0, 0])),
            "the same account"
        );
    }

    #[test]
    fn newcomers_and_what_is_taken_for_a_scam_are_one_campaign_wherever_they_lead() {
        let new = |one| Posting {
            by_newcomer: true,
            ..one
        };
        let scam = |one| Posting { is_scam: true, ..one };
        for both in [new, scam] {
            let (one, other) = (posting(1, [5, 0, 0]), posting(2, [6, 0, 0]));
            assert!(both(one).shares_a_card(&both(other)));
            assert!(!both(one).shares_a_card(&other) && !one.shares_a_card(&both(other)));
        }
    }
}

//! Where invitations lead, remembered: also those that lead nowhere. What could not be found out is unknown, and unknown
//! is never guilty.
//!
//! Asking is limited for each member, each guild and in all, so that nobody uses up what others' messages need. A message
//! of which not every code could be asked about is judged again by [`super::unasked`].

use std::time::Duration;

use dashmap::DashMap;

use super::budget::Budget;
use super::platform::{Platform, PlatformError};
use crate::model::{GuildId, Timestamp, UserId};
use crate::rules::{InviteCode, InviteFact, InviteTarget};

/// How long an answer is believed.
const BELIEVED: Duration = Duration::from_hours(1);
/// How many codes are remembered; more are forgotten all at once.
const MOST: usize = 20_000;
/// Codes of one message that are asked about at once. What is remembered costs nothing.
const PER_MESSAGE: usize = 10;
/// Codes that are asked about within a minute: for one member, for one guild, for all.
const PER_MEMBER: usize = 16;
const PER_GUILD: usize = 40;
const IN_ALL: usize = 120;
const SPAN: Duration = Duration::from_mins(1);
/// Members, and guilds, whose questions are counted; more are forgotten all at once.
const MOST_COUNTED: usize = 10_000;

/// What is known of invitations.
#[derive(Debug)]
pub struct Invites {
    known: DashMap<String, (Option<GuildId>, Timestamp)>,
    members: DashMap<(GuildId, UserId), Budget>,
    guilds: DashMap<GuildId, Budget>,
    asking: Budget,
}

impl Default for Invites {
    fn default() -> Self {
        Self {
            known: DashMap::new(),
            members: DashMap::new(),
            guilds: DashMap::new(),
            asking: Budget::new(IN_ALL, SPAN),
        }
    }
}

impl Invites {
    /// Finds out where codes lead that a member posted in `home`: a fact for each. Codes beyond a budget are unknown.
    pub async fn facts(
        &self,
        platform: &dyn Platform,
        (home, member): (GuildId, UserId),
        codes: &[InviteCode],
        now: Timestamp,
    ) -> Vec<InviteFact> {
        let mut facts: Vec<InviteFact> = Vec::with_capacity(codes.len());
        let mut asked = 0;
        for code in codes {
            if facts.iter().any(|fact| fact.code == *code) {
                continue;
            }
            let leads_to = if let Some(known) = self.believed(&code.0, home, now) {
                known
            } else if asked < PER_MESSAGE && self.may_ask(home, member, now) {
                asked += 1;
                self.ask(platform, &code.0, home, now).await
            } else {
                InviteTarget::Unknown
            };
            facts.push(InviteFact {
                code: code.clone(),
                leads_to,
            });
        }
        facts
    }

    /// Where a code leads, as far as that is remembered.
    fn believed(&self, code: &str, home: GuildId, now: Timestamp) -> Option<InviteTarget> {
        let known = self.known.get(code)?;
        (now.since(known.1) < BELIEVED).then(|| seen_from(home, known.0))
    }

    /// Whether one more code of a member may be asked about now. A member's own budget is the first to run out.
    fn may_ask(&self, home: GuildId, member: UserId, now: Timestamp) -> bool {
        if self.members.len() >= MOST_COUNTED {
            self.members.clear();
        }
        if self.guilds.len() >= MOST_COUNTED {
            self.guilds.clear();
        }
        let own = self
            .members
            .entry((home, member))
            .or_insert_with(|| Budget::new(PER_MEMBER, SPAN))
            .spend(now);
        own && self
            .guilds
            .entry(home)
            .or_insert_with(|| Budget::new(PER_GUILD, SPAN))
            .spend(now)
            && self.asking.spend(now)
    }

    async fn ask(&self, platform: &dyn Platform, code: &str, home: GuildId, now: Timestamp) -> InviteTarget {
        let found = match platform.invite_guild(code).await {
            Ok(found) => found,
            Err(PlatformError::Gone(_)) => None,
            Err(error) => {
                tracing::info!(%error, "an invitation could not be looked up");
                return InviteTarget::Unknown;
            }
        };
        if self.known.len() >= MOST {
            self.known.clear();
        }
        self.known.insert(code.to_owned(), (found, now));
        seen_from(home, found)
    }

    /// The guild that a code is known to lead to.
    pub fn leads_to(&self, code: &str) -> Option<GuildId> {
        self.known.get(code).and_then(|known| known.0)
    }

    /// Codes known to lead to `home`.
    pub fn own(&self, home: GuildId) -> Vec<String> {
        self.known
            .iter()
            .filter(|known| known.0 == Some(home))
            .map(|known| known.key().clone())
            .collect()
    }
}

/// What a guild that a code leads to, or that it leads nowhere, means to the guild where it was posted.
fn seen_from(home: GuildId, found: Option<GuildId>) -> InviteTarget {
    match found {
        Some(guild) if guild == home => InviteTarget::Home,
        Some(_) => InviteTarget::Foreign,
        None => InviteTarget::Nowhere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: GuildId = GuildId(1);
    const OTHER: GuildId = GuildId(2);
    const MALLORY: UserId = UserId(3);

    fn at(seconds: i64) -> Timestamp {
        Timestamp(1_800_000_000_000 + seconds * 1000)
    }

    fn asked(invites: &Invites, home: GuildId, member: u64, seconds: i64) -> usize {
        (0..200)
            .filter(|_| invites.may_ask(home, UserId(member), at(seconds)))
            .count()
    }

    #[test]
    fn a_member_uses_up_neither_their_guild_s_questions_nor_those_of_all() {
        let invites = Invites::default();
        assert_eq!(asked(&invites, HOME, MALLORY.0, 0), PER_MEMBER);
        assert_eq!(asked(&invites, HOME, 4, 1), PER_MEMBER);
        assert_eq!(asked(&invites, HOME, 5, 2), PER_GUILD - 2 * PER_MEMBER);
        assert_eq!(asked(&invites, OTHER, 6, 3), PER_MEMBER, "another guild asks on");
        assert_eq!(asked(&invites, HOME, MALLORY.0, 59), 0);
        assert_eq!(asked(&invites, HOME, MALLORY.0, 60), PER_MEMBER, "a minute later");
    }

    #[test]
    fn all_guilds_together_ask_no_more_than_one_minute_allows() {
        let invites = Invites::default();
        let all: usize = (0..100_u64)
            .map(|guild| asked(&invites, GuildId(10 + guild), 7, 0))
            .sum();
        assert_eq!(all, IN_ALL);
    }

    #[test]
    fn a_flood_of_members_does_not_grow_the_memory() {
        let invites = Invites::default();
        for member in 0..MOST_COUNTED as u64 + 500 {
            invites.may_ask(GuildId(member), UserId(member), at(0));
        }
        assert!(invites.members.len() <= MOST_COUNTED && invites.guilds.len() <= MOST_COUNTED);
    }
}

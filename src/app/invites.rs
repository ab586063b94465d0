//! Where invitations lead, remembered: also those that lead nowhere. What could not be found out is unknown, and unknown
//! is never guilty.

use std::time::Duration;

use dashmap::DashMap;

use super::budget::Budget;
use super::platform::{Platform, PlatformError};
use crate::model::{GuildId, Timestamp};
use crate::rules::{InviteCode, InviteFact, InviteTarget};

/// How long an answer is believed.
const BELIEVED: Duration = Duration::from_hours(1);
/// How many codes are remembered; more are forgotten all at once.
const MOST: usize = 20_000;
/// Codes of one message that are asked about.
const PER_MESSAGE: usize = 5;

/// What is known of invitations.
#[derive(Debug)]
pub struct Invites {
    known: DashMap<String, (Option<GuildId>, Timestamp)>,
    asking: Budget,
}

impl Default for Invites {
    fn default() -> Self {
        Self {
            known: DashMap::new(),
            asking: Budget::new(60, Duration::from_mins(1)),
        }
    }
}

impl Invites {
    /// Finds out where codes posted in `home` lead. Codes beyond the budget are unknown.
    pub async fn facts(
        &self,
        platform: &dyn Platform,
        home: GuildId,
        codes: &[InviteCode],
        now: Timestamp,
    ) -> Vec<InviteFact> {
        let mut facts = Vec::with_capacity(codes.len().min(PER_MESSAGE));
        for code in codes.iter().take(PER_MESSAGE) {
            let leads_to = match self.target(platform, &code.0, now).await {
                Some(Some(guild)) if guild == home => InviteTarget::Home,
                Some(Some(_)) => InviteTarget::Foreign,
                Some(None) => InviteTarget::Nowhere,
                None => InviteTarget::Unknown,
            };
            facts.push(InviteFact {
                code: code.clone(),
                leads_to,
            });
        }
        facts
    }

    /// `None`: it could not be found out.
    async fn target(&self, platform: &dyn Platform, code: &str, now: Timestamp) -> Option<Option<GuildId>> {
        if let Some(known) = self.known.get(code)
            && now.since(known.1) < BELIEVED
        {
            return Some(known.0);
        }
        if !self.asking.spend(now) {
            return None;
        }
        let found = match platform.invite_guild(code).await {
            Ok(found) => found,
            Err(PlatformError::Gone(_)) => None,
            Err(error) => {
                tracing::info!(%error, "an invitation could not be looked up");
                return None;
            }
        };
        if self.known.len() >= MOST {
            self.known.clear();
        }
        self.known.insert(code.to_owned(), (found, now));
        Some(found)
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

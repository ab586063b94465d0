//! Who wrote a message, as far as the policy asks: a member, staff, a bot or a webhook.
//!
//! What follows from it is written in `rules/policy.toml` and read in [`super::policy`].

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::campaign::Poster;
use crate::model::guild::{Directory, GuildSettings};
use crate::model::message::Author;
use crate::model::{Permissions, RoleId, Timestamp, UserId};

/// How long a member is new.
const NEW: Duration = Duration::from_hours(7 * 24);

/// What kind of author somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Who {
    /// A person without a staff role.
    Member,
    /// Somebody with a staff role, or with a moderator's permissions.
    Staff,
    /// A bot account.
    Bot,
    /// A webhook.
    Webhook,
}

/// What the policy asks about an author.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What kind of author.
    pub who: Who,
    /// When they joined the guild, if it is known.
    pub joined_at: Option<Timestamp>,
    /// Whether they hold any role.
    pub holds_roles: bool,
}

/// Whoever holds one of these guards the guild already, whether or not `/setup role` has named their role.
const MODERATING: [Permissions; 5] = [
    Permissions::MANAGE_GUILD,
    Permissions::MANAGE_MESSAGES,
    Permissions::MODERATE_MEMBERS,
    Permissions::KICK_MEMBERS,
    Permissions::BAN_MEMBERS,
];

/// Whether somebody with these roles guards the guild: by a staff role, or by a moderator's permissions.
pub fn is_staff(
    user: UserId,
    roles: &[RoleId],
    settings: &GuildSettings,
    directory: Option<&Directory>,
) -> bool {
    settings.is_staff(roles)
        || directory.is_some_and(|directory| {
            let held = directory.base_permissions(user, roles);
            MODERATING.into_iter().any(|permission| held.contains(permission))
        })
}

impl Standing {
    /// The standing of an author. Without a directory only the staff roles of the settings are known.
    pub fn of(author: &Author, settings: &GuildSettings, directory: Option<&Directory>) -> Self {
        let who = if author.webhook.is_some() {
            Who::Webhook
        } else if author.bot {
            Who::Bot
        } else if is_staff(author.id, &author.roles, settings, directory) {
            Who::Staff
        } else {
            Who::Member
        };
        Self {
            who,
            joined_at: author.joined_at,
            holds_roles: !author.roles.is_empty(),
        }
    }

    /// What somebody of this standing is to waves and copies.
    pub fn poster(&self, now: Timestamp) -> Poster {
        match self.who {
            Who::Member if is_new(self.joined_at, now) => Poster::Newcomer,
            Who::Member => Poster::Regular,
            Who::Staff | Who::Bot | Who::Webhook => Poster::Team,
        }
    }
}

/// Whether somebody who joined then is new here.
pub fn is_new(joined_at: Option<Timestamp>, now: Timestamp) -> bool {
    joined_at.is_some_and(|joined| now.since(joined) < NEW)
}

//! How somebody stands to the desk: what their roles let them do with tickets, read anew at every step.
//!
//! Which step needs which standing is said in [`super::lifecycle`].

use crate::model::guild::{GuildSettings, Tier};
use crate::model::{Permissions, RoleId, UserId};

/// What somebody may do at the desk. Each standing includes the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    /// Opens tickets; closes and reopens their own.
    Member,
    /// Works tickets: claims, joins, notes, escalates, closes.
    Agent,
    /// Also hands on tickets that others work on: holders of L3, and of Manage Server.
    Lead,
}

impl Standing {
    /// The standing of somebody with these roles and these permissions in the guild.
    ///
    /// A moderator without a support tier is a member here: tickets are private, and watching channels is no reason to
    /// read them.
    pub fn of(settings: &GuildSettings, roles: &[RoleId], permissions: Permissions) -> Self {
        let manages = permissions.contains(Permissions::MANAGE_GUILD)
            || permissions.contains(Permissions::ADMINISTRATOR);
        if manages || settings.tiers_of(roles).any(|tier| tier == Tier::L3) {
            Self::Lead
        } else if settings.is_agent(roles) {
            Self::Agent
        } else {
            Self::Member
        }
    }

    /// Whether they work tickets.
    pub fn works_tickets(self) -> bool {
        self >= Self::Agent
    }
}

/// Somebody who asks for a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub user: UserId,
    /// What they may do.
    pub standing: Standing,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> GuildSettings {
        GuildSettings {
            staff_roles: vec![
                (Tier::L1, RoleId(1)),
                (Tier::L3, RoleId(3)),
                (Tier::Security, RoleId(4)),
                (Tier::Moderator, RoleId(9)),
            ],
            ..GuildSettings::default()
        }
    }

    #[test]
    fn a_tier_makes_an_agent_and_l3_or_manage_server_a_lead() {
        let standing = |role, permissions| Standing::of(&settings(), &[RoleId(role)], permissions);
        assert_eq!(standing(1, Permissions::NONE), Standing::Agent);
        assert_eq!(standing(4, Permissions::NONE), Standing::Agent);
        assert_eq!(standing(3, Permissions::NONE), Standing::Lead);
        assert_eq!(standing(7, Permissions::MANAGE_GUILD), Standing::Lead);
        assert_eq!(standing(7, Permissions::ADMINISTRATOR), Standing::Lead);
    }

    #[test]
    fn a_moderator_without_a_support_tier_is_a_member_at_the_desk() {
        let moderator = Standing::of(&settings(), &[RoleId(9)], Permissions::MANAGE_MESSAGES);
        assert_eq!(moderator, Standing::Member);
        assert!(!moderator.works_tickets());
    }
}

//! Who may press which button of a review card, on whom: the bot never lends its rights.
//!
//! The presser needs the permission that Discord itself would ask for, and a top role above the author's; and the bot must
//! be able to carry it out, so that a press never ends in silence. Pure: roles and ranks come from the guild's directory,
//! the presser's roles from the interaction, the author's from Discord. What a press then does is decided in
//! `moderation::review`.

use crate::model::guild::{Channel, ChannelKind, Directory};
use crate::model::{ChannelId, Permissions, RoleId, UserId};
use crate::moderation::review::Press;

/// Why a press is not allowed, or could not be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forbidden {
    /// The presser lacks this in the server.
    Lacking(Permissions),
    /// The presser lacks this in the channel.
    LackingThere(Permissions, ChannelId),
    /// The presser wrote the message.
    Oneself,
    /// The author's top role is not below the presser's.
    Outranked,
    /// The author owns the server.
    Owner,
    /// The author has left, and this needs a member.
    Gone,
    /// The bot lacks this in the server.
    BotLacking(Permissions),
    /// The bot lacks this in the channel.
    BotLackingThere(Permissions, ChannelId),
    /// The author's top role is not below the bot's.
    BotOutranked,
    /// Discord lets nobody time out an administrator.
    Administrator,
}

/// Who wrote the message of a case, as they are now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'a> {
    /// A member with these roles.
    Member(UserId, &'a [RoleId]),
    /// Somebody who is not in the server any more.
    Gone(UserId),
    /// A webhook: it has no roles and no rank.
    Webhook,
}

/// What a press is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Matter<'a> {
    /// Who wrote the message.
    pub target: Target<'a>,
    /// Where it was posted.
    pub channel: ChannelId,
    /// It was taken away, so that restoring posts it again and upholding has nothing to remove.
    pub removed: bool,
    /// It is the beginning of a thread, which goes as a whole and does not come back.
    pub is_thread: bool,
    /// Its author was banned for it, so that restoring lifts the ban.
    pub banned: bool,
}

/// Whether somebody with these roles may press a button, and the bot can do what it says.
pub fn may_press(
    press: Press,
    directory: &Directory,
    presser: UserId,
    roles: &[RoleId],
    matter: &Matter<'_>,
) -> Result<(), Forbidden> {
    holds_permission(press, directory, presser, roles, matter.channel)?;
    if press == Press::Restore && matter.banned {
        holds_permission(Press::Ban, directory, presser, roles, matter.channel)?;
    }
    match matter.target {
        Target::Member(user, theirs) => {
            if user == presser {
                return Err(Forbidden::Oneself);
            }
            if directory.rank(user, theirs) >= directory.rank(presser, roles) {
                return Err(if user == directory.owner {
                    Forbidden::Owner
                } else {
                    Forbidden::Outranked
                });
            }
        }
        Target::Gone(user) if user == presser => return Err(Forbidden::Oneself),
        Target::Gone(_) | Target::Webhook => {}
    }
    bot_can(press, directory, matter)
}

fn holds_permission(
    press: Press,
    directory: &Directory,
    presser: UserId,
    roles: &[RoleId],
    channel: ChannelId,
) -> Result<(), Forbidden> {
    let in_server = directory.base_permissions(presser, roles);
    let needs = |wanted: Permissions| {
        if in_server.contains(wanted) {
            Ok(())
        } else {
            Err(Forbidden::Lacking(wanted))
        }
    };
    match press {
        Press::Timeout | Press::LetBack | Press::Decline => needs(Permissions::MODERATE_MEMBERS),
        Press::Kick => needs(Permissions::KICK_MEMBERS),
        Press::Ban | Press::BanClearing(_) => needs(Permissions::BAN_MEMBERS),
        Press::Confirm | Press::Restore => match permissions_there(directory, channel, presser, roles) {
            Some(there) if there.contains(Permissions::MANAGE_MESSAGES) => Ok(()),
            Some(_) => Err(Forbidden::LackingThere(Permissions::MANAGE_MESSAGES, channel)),
            None => needs(Permissions::MANAGE_MESSAGES),
        },
    }
}

/// What somebody may do in a channel that still exists and that the bot can see; `None` for any other.
fn permissions_there(
    directory: &Directory,
    channel: ChannelId,
    user: UserId,
    roles: &[RoleId],
) -> Option<Permissions> {
    directory.home_of(channel)?;
    Some(directory.permissions_in(channel, user, roles))
}

fn bot_can(press: Press, directory: &Directory, matter: &Matter<'_>) -> Result<(), Forbidden> {
    let own = directory.base_permissions(directory.own_user, &directory.own_roles);
    let can = |wanted: Permissions| {
        if own.contains(wanted) {
            Ok(())
        } else {
            Err(Forbidden::BotLacking(wanted))
        }
    };
    let can_there = |wanted: Permissions| {
        let Some(home) = directory.home_of(matter.channel).map(|home| home.id) else {
            return can(wanted);
        };
        if directory.own_permissions_in(home).contains(wanted) {
            Ok(())
        } else {
            Err(Forbidden::BotLackingThere(wanted, home))
        }
    };
    if press == Press::Restore && matter.banned {
        can(Permissions::BAN_MEMBERS)?;
    }
    match press {
        Press::Confirm if matter.removed => Ok(()),
        Press::Confirm if matter.is_thread => can_there(Permissions::MANAGE_THREADS),
        Press::Confirm => can_there(Permissions::MANAGE_MESSAGES),
        Press::Restore if matter.removed && !matter.is_thread => can_there(Permissions::MANAGE_WEBHOOKS),
        Press::Restore | Press::Decline => Ok(()),
        Press::LetBack => {
            can(Permissions::MODERATE_MEMBERS)?;
            reach(directory, matter.target, true)
        }
        Press::Timeout => {
            can(Permissions::MODERATE_MEMBERS)?;
            reach(directory, matter.target, true)?;
            match matter.target {
                Target::Member(user, roles)
                    if directory
                        .base_permissions(user, roles)
                        .contains(Permissions::ADMINISTRATOR) =>
                {
                    Err(Forbidden::Administrator)
                }
                _ => Ok(()),
            }
        }
        Press::Kick => {
            can(Permissions::KICK_MEMBERS)?;
            reach(directory, matter.target, true)
        }
        Press::Ban | Press::BanClearing(_) => {
            can(Permissions::BAN_MEMBERS)?;
            reach(directory, matter.target, false)
        }
    }
}

/// Whether the bot stands above somebody. `present`: the act needs a member.
fn reach(directory: &Directory, target: Target<'_>, present: bool) -> Result<(), Forbidden> {
    match target {
        Target::Member(user, _) if user == directory.owner => Err(Forbidden::Owner),
        Target::Member(user, roles)
            if directory.rank(user, roles) >= directory.rank(directory.own_user, &directory.own_roles) =>
        {
            Err(Forbidden::BotOutranked)
        }
        Target::Gone(_) if present => Err(Forbidden::Gone),
        Target::Member(..) | Target::Gone(_) | Target::Webhook => Ok(()),
    }
}

/// Whether a channel holds messages that the bot watches.
pub fn is_watched(channel: &Channel) -> bool {
    matches!(
        channel.kind,
        ChannelKind::Text | ChannelKind::Announcement | ChannelKind::Forum | ChannelKind::Voice
    )
}

#[cfg(test)]
mod tests;

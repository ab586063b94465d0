//! Who may do what: Discord's permission algorithm over the state.
//!
//! The steps are those of the documentation's page on permissions: the base from roles, then a channel's overwrites
//! (everyone, roles together, the member), then what a missing permission takes along, then what a time-out leaves.
//! Threads take the overwrites of their parent; a private thread is further hidden from those who were not invited.

mod bits;

pub use bits::Permissions;

use crate::ids::Id;
use crate::world::{ChannelKind, State};

impl State {
    /// What `user` may do in the whole of `guild`, before any channel has its say. Nothing for a stranger.
    pub fn guild_permissions(&self, guild: Id, user: Id) -> Permissions {
        let permissions = self.base_permissions(guild, user);
        self.after_timeout(guild, user, permissions)
    }

    /// What `user` may do in `channel`. In a direct message: what Discord grants to both sides of one.
    /// Nothing where the user is a stranger or cannot see the channel; says nothing of private threads, see
    /// [`State::can_see`].
    pub fn permissions_in(&self, channel: Id, user: Id) -> Permissions {
        let Some(found) = self.channels.get(&channel) else {
            return Permissions::NONE;
        };
        let Some(guild_id) = found.guild_id else {
            return if found.recipients.contains(&user) {
                direct_message_permissions()
            } else {
                Permissions::NONE
            };
        };
        let base = self.base_permissions(guild_id, user);
        if base.contains(Permissions::ADMINISTRATOR) {
            return Permissions::all();
        }
        let holder = match found.kind {
            kind if kind.is_thread() => found.parent_id.and_then(|parent| self.channels.get(&parent)),
            _ => Some(found),
        };
        let Some(holder) = holder else {
            return Permissions::NONE;
        };
        let roles = self
            .member(guild_id, user)
            .map(|member| member.roles.as_slice())
            .unwrap_or_default();

        let mut permissions = base;
        if let Some(everyone) = holder.overwrites.get(&guild_id) {
            permissions = permissions.without(everyone.deny) | everyone.allow;
        }
        let of_roles = roles.iter().filter_map(|role| holder.overwrites.get(role));
        let (deny, allow) = of_roles.fold(
            (Permissions::NONE, Permissions::NONE),
            |(deny, allow), overwrite| (deny | overwrite.deny, allow | overwrite.allow),
        );
        permissions = permissions.without(deny) | allow;
        if let Some(own) = holder.overwrites.get(&user) {
            permissions = permissions.without(own.deny) | own.allow;
        }
        self.after_timeout(
            guild_id,
            user,
            with_implicit_losses(permissions, found.kind.is_thread()),
        )
    }

    /// May `user` see `channel`? A private thread also asks for an invitation or `MANAGE_THREADS`.
    pub fn can_see(&self, channel: Id, user: Id) -> bool {
        let Some(found) = self.channels.get(&channel) else {
            return false;
        };
        let permissions = self.permissions_in(channel, user);
        permissions.contains(Permissions::VIEW_CHANNEL)
            && (found.kind != ChannelKind::PrivateThread
                || found
                    .thread
                    .as_ref()
                    .is_some_and(|thread| thread.members.contains_key(&user))
                || permissions.contains(Permissions::MANAGE_THREADS))
    }

    /// May `user` send into `channel`, by permission alone (archived and locked threads ask further)?
    pub fn can_send(&self, channel: Id, user: Id) -> bool {
        let Some(found) = self.channels.get(&channel) else {
            return false;
        };
        let wanted = if found.kind.is_thread() {
            Permissions::SEND_MESSAGES_IN_THREADS
        } else {
            Permissions::SEND_MESSAGES
        };
        self.can_see(channel, user) && self.permissions_in(channel, user).contains(wanted)
    }

    /// Where a member stands: the owner above all, then the highest role by position (older role wins a tie).
    /// Larger is higher.
    pub fn rank(&self, guild: Id, user: Id) -> Rank {
        let Some(found) = self.guilds.get(&guild) else {
            return Rank::default();
        };
        if found.owner_id == user {
            return Rank {
                position: u32::MAX,
                age: u64::MAX,
            };
        }
        self.member(guild, user)
            .into_iter()
            .flat_map(|member| &member.roles)
            .filter_map(|role| self.role_rank(guild, *role))
            .max()
            .unwrap_or_default()
    }

    /// Where a role stands among the roles of its guild.
    pub fn role_rank(&self, guild: Id, role: Id) -> Option<Rank> {
        let role = self.guilds.get(&guild)?.roles.get(&role)?;
        Some(Rank {
            position: role.position,
            age: u64::MAX - role.id.0,
        })
    }

    /// May `actor` moderate `target` by hierarchy alone? Never oneself, never the owner.
    pub fn outranks(&self, guild: Id, actor: Id, target: Id) -> bool {
        actor != target && self.rank(guild, actor) > self.rank(guild, target)
    }

    fn base_permissions(&self, guild: Id, user: Id) -> Permissions {
        let Some(found) = self.guilds.get(&guild) else {
            return Permissions::NONE;
        };
        let Some(member) = found.members.get(&user) else {
            return Permissions::NONE;
        };
        if found.owner_id == user {
            return Permissions::all();
        }
        // The role with the guild's own id is `@everyone`; every member holds it unsaid.
        let held = std::iter::once(&guild)
            .chain(&member.roles)
            .filter_map(|role| found.roles.get(role));
        let permissions = held.fold(Permissions::NONE, |sum, role| sum | role.permissions);
        if permissions.contains(Permissions::ADMINISTRATOR) {
            Permissions::all()
        } else {
            permissions
        }
    }

    fn after_timeout(&self, guild: Id, user: Id, permissions: Permissions) -> Permissions {
        let silenced = self
            .member(guild, user)
            .is_some_and(|member| member.is_timed_out(self.now()));
        if silenced && !permissions.contains(Permissions::ADMINISTRATOR) {
            permissions & (Permissions::VIEW_CHANNEL | Permissions::READ_MESSAGE_HISTORY)
        } else {
            permissions
        }
    }
}

/// A place in the hierarchy of a guild. Compare, do not read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    position: u32,
    /// Of two roles at one position the older (smaller id) is higher.
    age: u64,
}

/// Without seeing a channel nothing can be done there; without speaking, nothing that speech carries.
fn with_implicit_losses(permissions: Permissions, in_thread: bool) -> Permissions {
    if !permissions.contains(Permissions::VIEW_CHANNEL) {
        return Permissions::NONE;
    }
    let speech = if in_thread {
        Permissions::SEND_MESSAGES_IN_THREADS
    } else {
        Permissions::SEND_MESSAGES
    };
    if permissions.contains(speech) {
        return permissions;
    }
    permissions.without(
        Permissions::MENTION_EVERYONE
            | Permissions::SEND_TTS_MESSAGES
            | Permissions::ATTACH_FILES
            | Permissions::EMBED_LINKS,
    )
}

fn direct_message_permissions() -> Permissions {
    Permissions::VIEW_CHANNEL
        | Permissions::SEND_MESSAGES
        | Permissions::READ_MESSAGE_HISTORY
        | Permissions::EMBED_LINKS
        | Permissions::ATTACH_FILES
        | Permissions::ADD_REACTIONS
        | Permissions::USE_EXTERNAL_EMOJIS
        | Permissions::USE_APPLICATION_COMMANDS
        | Permissions::PIN_MESSAGES
        | Permissions::SEND_POLLS
}

#[cfg(test)]
mod tests;

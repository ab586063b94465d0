//! Who asks: the person behind a command, a button or a form, with what Discord says they may do at that very place.
//!
//! Whether that is enough is for `moderation` and `desk` to say.

use poise::serenity_prelude as serenity;

use crate::discord::Context;
use crate::discord::convert::names;
use crate::model::{Permissions, RoleId, UserId};

/// The person behind an interaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asker {
    /// Who.
    pub user: UserId,
    /// The name shown in the guild, secrets replaced.
    pub name: String,
    /// Their roles; empty in a direct message.
    pub roles: Vec<RoleId>,
    /// What they may do in the channel they asked in, as Discord computed it; nothing in a direct message.
    pub permissions: Permissions,
}

impl Asker {
    /// The person behind an interaction with these parts.
    pub fn of(user: &serenity::User, member: Option<&serenity::Member>) -> Self {
        let shown = member.and_then(|member| member.nick.as_deref());
        Self {
            user: UserId(user.id.get()),
            name: names::display(shown, user),
            roles: member
                .map(|member| member.roles.iter().map(|role| RoleId(role.get())).collect())
                .unwrap_or_default(),
            permissions: member
                .and_then(|member| member.permissions)
                .map_or(Permissions::NONE, |granted| Permissions(granted.bits())),
        }
    }

    /// Whether they may do this where they asked: an administrator may do everything.
    pub const fn may(&self, wanted: Permissions) -> bool {
        self.permissions.contains(wanted) || self.permissions.contains(Permissions::ADMINISTRATOR)
    }

    /// The person who ran a command.
    pub fn of_command(ctx: Context<'_>) -> Self {
        match ctx {
            poise::Context::Application(ctx) => {
                Self::of(&ctx.interaction.user, ctx.interaction.member.as_deref())
            }
            poise::Context::Prefix(ctx) => Self::of(&ctx.msg.author, None),
        }
    }
}

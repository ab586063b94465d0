//! Members as events show them: their names without secrets, their roles.

use poise::serenity_prelude as serenity;

use super::{guild, moment, names};
use crate::app::impostors::Seen;
use crate::model::avatar::Avatar;
use crate::model::message::Author;
use crate::model::{GuildId, UserId};

/// A member who joined, was described, or stands behind an interaction.
pub fn seen(home: GuildId, member: &serenity::Member) -> Seen {
    let shown = shown(
        home,
        &member.user,
        member.avatar.as_ref(),
        member.nick.as_deref(),
        &member.roles,
        member.joined_at,
    );
    Seen {
        timed_out_until: member.communication_disabled_until.map(moment),
        ..shown
    }
}

/// A member who changed.
pub fn changed(event: &serenity::GuildMemberUpdateEvent) -> Seen {
    let shown = shown(
        GuildId(event.guild_id.get()),
        &event.user,
        event.avatar.as_ref(),
        event.nick.as_deref(),
        &event.roles,
        Some(event.joined_at),
    );
    Seen {
        timed_out_until: event.communication_disabled_until.map(moment),
        ..shown
    }
}

fn shown(
    home: GuildId,
    user: &serenity::User,
    avatar: Option<&serenity::ImageHash>,
    nick: Option<&str>,
    roles: &[serenity::RoleId],
    joined_at: Option<serenity::Timestamp>,
) -> Seen {
    let display_name = names::display(nick, user);
    let global_name = user.global_name.as_deref().map(names::clean);
    Seen {
        guild: home,
        member: Author {
            id: UserId(user.id.get()),
            name: names::clean(&user.name),
            bot: user.bot,
            webhook: None,
            roles: guild::roles(roles),
            joined_at: joined_at.map(moment),
            display_name,
        },
        avatar: Avatar::shown(
            UserId(user.id.get()),
            home,
            avatar.map(ToString::to_string),
            user.avatar.as_ref().map(ToString::to_string),
        ),
        global_name,
        timed_out_until: None,
    }
}

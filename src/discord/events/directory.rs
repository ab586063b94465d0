//! Keeps the directory of guilds true to what the gateway says, at once and in its order: who may do what is known before
//! the next message is judged.

use poise::serenity_prelude as serenity;
use serenity::Event;

use crate::app::guilds::Guilds;
use crate::discord::convert::guild as convert;
use crate::model::guild::Directory;
use crate::model::{ChannelId, GuildId, RoleId, UserId};

/// Takes an event's news into the directory. Other events change nothing.
pub(super) fn apply(guilds: &Guilds, event: &Event) {
    match event {
        Event::GuildUpdate(event) => {
            let guild = &event.guild;
            guilds.change_directory(GuildId(guild.id.get()), |directory| {
                directory.name.clone_from(&guild.name);
                directory.owner = UserId(guild.owner_id.get());
                directory.vanity.clone_from(&guild.vanity_url_code);
                directory.roles = guild
                    .roles
                    .values()
                    .map(convert::role)
                    .map(|role| (role.id, role))
                    .collect();
            });
        }
        Event::GuildRoleCreate(event) => put_role(guilds, &event.role),
        Event::GuildRoleUpdate(event) => put_role(guilds, &event.role),
        Event::GuildRoleDelete(event) => {
            guilds.change_directory(GuildId(event.guild_id.get()), |directory| {
                directory.roles.remove(&RoleId(event.role_id.get()));
            });
        }
        Event::ChannelCreate(event) => put_channel(guilds, &event.channel),
        Event::ChannelUpdate(event) => put_channel(guilds, &event.channel),
        Event::ChannelDelete(event) => {
            let gone = ChannelId(event.channel.id.get());
            guilds.change_directory(GuildId(event.channel.guild_id.get()), |directory| {
                directory
                    .channels
                    .retain(|id, channel| *id != gone && channel.parent != Some(gone));
            });
        }
        Event::ThreadCreate(event) => put_channel(guilds, &event.thread),
        Event::ThreadUpdate(event) => put_channel(guilds, &event.thread),
        Event::ThreadDelete(event) => {
            guilds.change_directory(GuildId(event.thread.guild_id.get()), |directory| {
                directory.channels.remove(&ChannelId(event.thread.id.get()));
            });
        }
        Event::ThreadListSync(event) => event
            .threads
            .iter()
            .for_each(|thread| put_channel(guilds, thread)),
        Event::GuildMemberUpdate(event) => {
            let (guild, user) = (GuildId(event.guild_id.get()), UserId(event.user.id.get()));
            let roles = convert::roles(&event.roles);
            let is_us = |directory: &Directory| directory.own_user == user;
            if guilds.directory(guild).is_some_and(|directory| is_us(&directory)) {
                guilds.change_directory(guild, |directory| directory.own_roles = roles);
            }
        }
        _ => {}
    }
}

fn put_role(guilds: &Guilds, role: &serenity::Role) {
    let converted = convert::role(role);
    guilds.change_directory(GuildId(role.guild_id.get()), |directory| {
        directory.roles.insert(converted.id, converted);
    });
}

fn put_channel(guilds: &Guilds, channel: &serenity::GuildChannel) {
    let converted = convert::channel(channel);
    guilds.change_directory(GuildId(channel.guild_id.get()), |directory| {
        directory.channels.insert(converted.id, converted);
    });
}

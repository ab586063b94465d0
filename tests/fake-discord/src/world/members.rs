//! Members: an account inside a guild.

use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::gateway::{Audience, Intents};
use crate::ids::Id;
use crate::payload;

use super::State;

/// A member of a guild.
#[derive(Clone, Debug)]
pub struct Member {
    /// Whose membership.
    pub user_id: Id,
    /// Name shown in this guild only.
    pub nick: Option<String>,
    /// Avatar shown in this guild only (hash).
    pub avatar: Option<String>,
    /// Roles, `@everyone` left out.
    pub roles: Vec<Id>,
    /// When they joined.
    pub joined_at: Timestamp,
    /// Until when they are timed out; a moment in the past is none.
    pub communication_disabled_until: Option<Timestamp>,
    /// Has not passed membership screening yet.
    pub pending: bool,
    /// Server-deafened.
    pub deaf: bool,
    /// Server-muted.
    pub mute: bool,
    /// Guild member flags.
    pub flags: u64,
    /// Since when they boost.
    pub premium_since: Option<Timestamp>,
}

impl Member {
    /// A member without roles who joined at `joined_at`.
    pub fn new(user_id: Id, joined_at: Timestamp) -> Self {
        Self {
            user_id,
            nick: None,
            avatar: None,
            roles: Vec::new(),
            joined_at,
            communication_disabled_until: None,
            pending: false,
            deaf: false,
            mute: false,
            flags: 0,
            premium_since: None,
        }
    }

    /// Is a time-out running?
    pub fn is_timed_out(&self, now: Timestamp) -> bool {
        self.communication_disabled_until.is_some_and(|until| until > now)
    }
}

/// What changes about a member. Outer `None` leaves a field, inner `None` clears it.
#[derive(Clone, Debug, Default)]
pub struct MemberEdit {
    /// Nickname.
    pub nick: Option<Option<String>>,
    /// The whole set of roles.
    pub roles: Option<Vec<Id>>,
    /// End of the time-out.
    pub communication_disabled_until: Option<Option<Timestamp>>,
    /// Guild avatar.
    pub avatar: Option<Option<String>>,
    /// Server mute.
    pub mute: Option<bool>,
    /// Server deafen.
    pub deaf: Option<bool>,
    /// Membership screening.
    pub pending: Option<bool>,
    /// Guild member flags.
    pub flags: Option<u64>,
}

impl State {
    /// Lets an account join a guild: `GUILD_MEMBER_ADD`. A timeout that they left with still stands.
    pub fn add_member(&mut self, guild: Id, mut member: Member) {
        let user = member.user_id;
        let Some(found) = self.guilds.get_mut(&guild) else {
            return;
        };
        let left_with = found.timeouts_of_absent.remove(&user);
        member.communication_disabled_until = member.communication_disabled_until.or(left_with);
        found.members.insert(user, member);
        if user == self.bot_id() {
            return self.announce_guild(guild);
        }
        let data = self.member_event(guild, user);
        self.emit(
            "GUILD_MEMBER_ADD",
            Audience::Guild(guild),
            Intents::GUILD_MEMBERS,
            data,
        );
    }

    /// Takes an account out of a guild (it left, or was kicked or banned): `GUILD_MEMBER_REMOVE`. Says whether it was in.
    pub fn remove_member(&mut self, guild: Id, user: Id) -> bool {
        let removed = self.guilds.get_mut(&guild).is_some_and(|guild| {
            let Some(member) = guild.members.remove(&user) else {
                return false;
            };
            if let Some(until) = member.communication_disabled_until {
                guild.timeouts_of_absent.insert(user, until);
            }
            true
        });
        if removed {
            let threads: Vec<Id> = self
                .channels
                .values_mut()
                .filter(|channel| channel.guild_id == Some(guild))
                .filter_map(|channel| channel.thread.as_mut()?.members.remove(&user).map(|_| channel.id))
                .collect();
            for thread in threads {
                self.emit_thread_members(thread, &[], &[user]);
            }
            let data = json!({ "guild_id": guild, "user": self.users.get(&user).map(payload::user) });
            self.emit(
                "GUILD_MEMBER_REMOVE",
                Audience::Guild(guild),
                Intents::GUILD_MEMBERS,
                data,
            );
        }
        removed
    }

    /// Changes a member: `GUILD_MEMBER_UPDATE`. Does nothing for a stranger.
    pub fn edit_member(&mut self, guild: Id, user: Id, edit: MemberEdit) {
        let Some(member) = self.member_mut(guild, user) else {
            return;
        };
        let MemberEdit {
            nick,
            roles,
            communication_disabled_until,
            avatar,
            mute,
            deaf,
            pending,
            flags,
        } = edit;
        if let Some(nick) = nick {
            member.nick = nick.filter(|nick| !nick.is_empty());
        }
        if let Some(mut roles) = roles {
            roles.sort_unstable();
            roles.dedup();
            member.roles = roles;
        }
        if let Some(until) = communication_disabled_until {
            member.communication_disabled_until = until;
        }
        if let Some(avatar) = avatar {
            member.avatar = avatar;
        }
        member.mute = mute.unwrap_or(member.mute);
        member.deaf = deaf.unwrap_or(member.deaf);
        member.pending = pending.unwrap_or(member.pending);
        member.flags = flags.unwrap_or(member.flags);
        self.emit_member_update(guild, user);
    }

    /// Gives a role.
    pub fn add_role(&mut self, guild: Id, user: Id, role: Id) {
        let Some(member) = self.member(guild, user) else {
            return;
        };
        let mut roles = member.roles.clone();
        roles.push(role);
        self.edit_member(
            guild,
            user,
            MemberEdit {
                roles: Some(roles),
                ..MemberEdit::default()
            },
        );
    }

    /// Takes a role.
    pub fn remove_role(&mut self, guild: Id, user: Id, role: Id) {
        let Some(member) = self.member(guild, user) else {
            return;
        };
        let roles = member
            .roles
            .iter()
            .copied()
            .filter(|held| *held != role)
            .collect();
        self.edit_member(
            guild,
            user,
            MemberEdit {
                roles: Some(roles),
                ..MemberEdit::default()
            },
        );
    }

    pub(crate) fn emit_member_update(&mut self, guild: Id, user: Id) {
        let data = self.member_event(guild, user);
        // Of the bot itself every session hears, members intent or not.
        let intent = if user == self.bot_id() {
            Intents::NONE
        } else {
            Intents::GUILD_MEMBERS
        };
        self.emit("GUILD_MEMBER_UPDATE", Audience::Guild(guild), intent, data);
    }

    fn member_event(&self, guild: Id, user: Id) -> Value {
        let mut data = payload::member_of(self, guild, user);
        data["guild_id"] = json!(guild);
        data
    }
}

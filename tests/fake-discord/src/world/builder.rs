//! Builds a world: who is there before anyone logs in.
//!
//! ```
//! use fake_discord::world::{ChannelKind, World};
//!
//! let world = World::guild("Lantern")
//!     .channel("general", ChannelKind::Text)
//!     .role("L1", &["MANAGE_MESSAGES"])
//!     .member("mallory")
//!     .member_with("ada", &["L1"]);
//! ```

use std::collections::BTreeMap;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::ids::Id;
use crate::permissions::Permissions;

use super::{
    Channel, ChannelEdit, ChannelKind, Guild, Member, MemberEdit, NewChannel, NewRole, Overwrite,
    OverwriteKind, State, User,
};

const DAY: Duration = Duration::from_hours(24);

/// A world being built. Every method about members, roles and channels speaks of the guild begun last.
///
/// Its methods panic on names that do not exist: a world is written by a programmer, not by an input.
#[derive(Debug)]
pub struct World {
    pub(crate) state: State,
    guild: Option<Id>,
}

impl Default for World {
    fn default() -> Self {
        Self::community()
    }
}

impl World {
    /// Nobody but the bot's account, in no guild.
    pub fn empty() -> Self {
        Self {
            state: State::with_bot("lamplighter"),
            guild: None,
        }
    }

    /// A world with one bare guild: its owner `olivia`, the bot with its own role, and no channel.
    pub fn guild(name: &str) -> Self {
        Self::empty().another_guild(name, "olivia")
    }

    /// A small community as most tests and the demo want it: public channels of every kind, places only staff see,
    /// tiers of support, a moderator, three members.
    pub fn community() -> Self {
        Self::guild("Lantern")
            .role("Support L1", &[])
            .role("Support L2", &[])
            .role("Support L3", &[])
            .role(
                "Moderator",
                &[
                    "MANAGE_MESSAGES",
                    "MODERATE_MEMBERS",
                    "KICK_MEMBERS",
                    "BAN_MEMBERS",
                    "MANAGE_THREADS",
                ],
            )
            .role(
                "Admin",
                &[
                    "MANAGE_GUILD",
                    "MANAGE_CHANNELS",
                    "MANAGE_ROLES",
                    "VIEW_AUDIT_LOG",
                ],
            )
            .bot_on_top()
            .channel("general", ChannelKind::Text)
            .channel("trading", ChannelKind::Text)
            .channel("announcements", ChannelKind::Announcement)
            .channel("help-forum", ChannelKind::Forum)
            .channel("lounge", ChannelKind::Voice)
            .channel("support", ChannelKind::Text)
            .private_channel("mod-log", ChannelKind::Text, &["Moderator", "Admin"])
            .private_channel(
                "staff",
                ChannelKind::Text,
                &["Support L1", "Support L2", "Support L3", "Moderator", "Admin"],
            )
            .member("mallory")
            .member("alice")
            .member("bob")
            .member_with("sam", &["Support L1"])
            .member_with("lena", &["Support L2"])
            .member_with("max", &["Moderator"])
            .member_with("ava", &["Admin"])
    }

    /// Begins a further guild, owned by `owner` (made if need be), with the bot in it.
    #[must_use]
    pub fn another_guild(mut self, name: &str, owner: &str) -> Self {
        let now = self.state.now();
        let id = self.state.ids.backdated(now.minus(DAY * 300));
        let owner_id = self.person(owner);
        self.state
            .guilds
            .insert(id, Guild::new(id, name, owner_id, now.minus(DAY * 100)));
        self.state.application.owner_id.get_or_insert(owner_id);
        self.guild = Some(id);
        self.join(owner_id, now.minus(DAY * 300));
        let bot_id = self.state.bot_id();
        let bot_name = self.state.application.name.clone();
        self.join(bot_id, now.minus(DAY * 100));
        let role = NewRole {
            bot_id: Some(bot_id),
            ..NewRole::new(&bot_name, bot_permissions())
        };
        let role = self.state.create_role(id, role).unwrap_or_default();
        self.state.add_role(id, bot_id, role);
        self
    }

    /// The account of the bot takes this name.
    #[must_use]
    pub fn bot_named(mut self, name: &str) -> Self {
        let bot = self.state.bot_id();
        name.clone_into(&mut self.state.application.name);
        if let Some(user) = self.state.users.get_mut(&bot) {
            name.clone_into(&mut user.username);
        }
        self
    }

    /// Adds a role above all others, with these permissions by their documented names.
    #[must_use]
    #[track_caller]
    pub fn role(mut self, name: &str, permissions: &[&str]) -> Self {
        let guild = self.current();
        let granted = granted_by(permissions);
        let role = self
            .state
            .create_role(guild, NewRole::new(name, granted))
            .unwrap_or_default();
        let top = self.state.guilds[&guild].roles.len() as u32;
        self.state.move_role(guild, role, top);
        self
    }

    /// Lifts the bot's own role above all others, so that it can moderate everyone but the owner.
    #[must_use]
    #[track_caller]
    pub fn bot_on_top(mut self) -> Self {
        let (guild, bot) = (self.current(), self.state.bot_id());
        let own = self.state.guilds[&guild]
            .roles
            .values()
            .find(|role| role.bot_id == Some(bot))
            .map(|role| role.id);
        let top = self.state.guilds[&guild]
            .roles
            .values()
            .map(|role| role.position)
            .max()
            .unwrap_or(0);
        self.state.move_role(guild, own.unwrap_or_default(), top + 1);
        self
    }

    /// The bot's own role grants exactly these permissions.
    #[must_use]
    #[track_caller]
    pub fn bot_may(mut self, permissions: &[&str]) -> Self {
        let (guild, bot) = (self.current(), self.state.bot_id());
        let granted = granted_by(permissions);
        let roles = self.state.guilds.get_mut(&guild).map(|guild| &mut guild.roles);
        for role in roles
            .into_iter()
            .flat_map(BTreeMap::values_mut)
            .filter(|role| role.bot_id == Some(bot))
        {
            role.permissions = granted;
        }
        self
    }

    /// The application is granted none of these privileged intents (`Application::MESSAGE_CONTENT`, …).
    #[must_use]
    pub fn without_intents(mut self, limited: u64) -> Self {
        self.state.application.flags &= !(limited | limited >> 1);
        self
    }

    /// Adds a channel that everyone sees.
    #[must_use]
    #[track_caller]
    pub fn channel(mut self, name: &str, kind: ChannelKind) -> Self {
        let guild = self.current();
        self.state.create_channel(guild, NewChannel::new(name, kind));
        self
    }

    /// Adds a channel that only holders of these roles, and the bot, see.
    #[must_use]
    #[track_caller]
    pub fn private_channel(mut self, name: &str, kind: ChannelKind, roles: &[&str]) -> Self {
        let guild = self.current();
        let mut overwrites = BTreeMap::new();
        let view = Permissions::VIEW_CHANNEL;
        overwrites.insert(
            guild,
            Overwrite {
                kind: OverwriteKind::Role,
                allow: Permissions::NONE,
                deny: view,
            },
        );
        for role in roles {
            let overwrite = Overwrite {
                kind: OverwriteKind::Role,
                allow: view,
                deny: Permissions::NONE,
            };
            overwrites.insert(self.role_id(role), overwrite);
        }
        let bot = self.state.bot_id();
        overwrites.insert(
            bot,
            Overwrite {
                kind: OverwriteKind::Member,
                allow: view,
                deny: Permissions::NONE,
            },
        );
        self.state.create_channel(
            guild,
            NewChannel {
                overwrites,
                ..NewChannel::new(name, kind)
            },
        );
        self
    }

    /// Takes permissions from a role (or `@everyone`) on a channel.
    #[must_use]
    #[track_caller]
    pub fn deny(self, channel: &str, role: &str, permissions: &[&str]) -> Self {
        self.overwrite(channel, role, &[], permissions)
    }

    /// Sets what a role (or `@everyone`) is granted and denied on a channel.
    #[must_use]
    #[track_caller]
    pub fn overwrite(mut self, channel: &str, role: &str, allow: &[&str], deny: &[&str]) -> Self {
        let target = self.role_id(role);
        let channel = self.channel_id(channel);
        let overwrite = Overwrite {
            kind: OverwriteKind::Role,
            allow: granted_by(allow),
            deny: granted_by(deny),
        };
        self.state.set_overwrite(channel, target, overwrite);
        self
    }

    /// Adds a person who has been a member for a month.
    #[must_use]
    #[track_caller]
    pub fn member(self, name: &str) -> Self {
        self.member_with(name, &[])
    }

    /// Adds a person who holds these roles.
    #[must_use]
    #[track_caller]
    pub fn member_with(mut self, name: &str, roles: &[&str]) -> Self {
        let user = self.person(name);
        let joined_at = self.state.now().minus(DAY * 30);
        self.join(user, joined_at);
        let roles = roles.iter().map(|role| self.role_id(role)).collect();
        let guild = self.current();
        self.state.edit_member(
            guild,
            user,
            MemberEdit {
                roles: Some(roles),
                ..MemberEdit::default()
            },
        );
        self
    }

    /// Adds a person whose account and membership have these ages.
    #[must_use]
    #[track_caller]
    pub fn newcomer(mut self, name: &str, account_age: Duration, member_for: Duration) -> Self {
        let now = self.state.now();
        let id = self.state.ids.backdated(now.minus(account_age));
        self.state.users.insert(id, User::new(id, name));
        self.join(id, now.minus(member_for));
        self
    }

    /// Adds another bot.
    #[must_use]
    #[track_caller]
    pub fn other_bot(self, name: &str) -> Self {
        self.member(name).user(name, |user| user.bot = true)
    }

    /// Changes the account of someone added before (avatar, display name, closed messages, …).
    ///
    /// # Panics
    /// When nobody of this name was added.
    #[must_use]
    #[track_caller]
    pub fn user(mut self, name: &str, change: impl FnOnce(&mut User)) -> Self {
        let id = self
            .state
            .user_named(name)
            .unwrap_or_else(|| panic!("nobody is called {name}"))
            .id;
        if let Some(user) = self.state.users.get_mut(&id) {
            change(user);
        }
        self
    }

    /// Anything else: the state itself and the guild begun last.
    #[must_use]
    #[track_caller]
    pub fn with(mut self, change: impl FnOnce(&mut State, Id)) -> Self {
        let guild = self.current();
        change(&mut self.state, guild);
        self
    }

    /// Puts a channel under a category, which is made when missing.
    #[must_use]
    #[track_caller]
    pub fn in_category(mut self, channel: &str, category: &str) -> Self {
        let guild = self.current();
        let known = self.state.channel_named(category).map(|found| found.id);
        let parent = known.unwrap_or_else(|| {
            self.state
                .create_channel(guild, NewChannel::new(category, ChannelKind::Category))
        });
        let channel = self.channel_id(channel);
        self.state.edit_channel(
            channel,
            ChannelEdit {
                parent_id: Some(Some(parent)),
                ..ChannelEdit::default()
            },
        );
        self
    }

    #[track_caller]
    fn current(&self) -> Id {
        self.guild.expect("begin a guild first: World::guild(\"name\")")
    }

    #[track_caller]
    fn role_id(&self, name: &str) -> Id {
        let roles = &self.state.guilds[&self.current()].roles;
        roles
            .values()
            .find(|role| role.name == name)
            .unwrap_or_else(|| panic!("no role is called {name}"))
            .id
    }

    #[track_caller]
    fn channel_id(&self, name: &str) -> Id {
        let guild = Some(self.current());
        let named = |channel: &&Channel| channel.guild_id == guild && channel.name.as_deref() == Some(name);
        self.state
            .channels
            .values()
            .find(named)
            .unwrap_or_else(|| panic!("no channel is called {name}"))
            .id
    }

    /// The account of this name, made a year old when there is none.
    fn person(&mut self, name: &str) -> Id {
        if let Some(user) = self.state.user_named(name) {
            return user.id;
        }
        let id = self.state.ids.backdated(self.state.now().minus(DAY * 365));
        self.state.users.insert(id, User::new(id, name));
        id
    }

    fn join(&mut self, user: Id, at: Timestamp) {
        let guild = self.current();
        if let Some(found) = self.state.guilds.get_mut(&guild) {
            found.members.entry(user).or_insert_with(|| Member::new(user, at));
        }
    }
}

/// These permissions together.
#[track_caller]
fn granted_by(names: &[&str]) -> Permissions {
    names.iter().fold(Permissions::NONE, |sum, name| {
        sum | Permissions::by_name(name).unwrap_or_else(|| panic!("no permission is called {name}"))
    })
}

/// What an operator would grant a moderation and support bot at its invitation: no ADMINISTRATOR, which would hide
/// every permission it lacks.
fn bot_permissions() -> Permissions {
    Permissions::everyone_default()
        | Permissions::MANAGE_MESSAGES
        | Permissions::MANAGE_THREADS
        | Permissions::MODERATE_MEMBERS
        | Permissions::KICK_MEMBERS
        | Permissions::BAN_MEMBERS
        | Permissions::MANAGE_WEBHOOKS
        | Permissions::MANAGE_ROLES
        | Permissions::MENTION_EVERYONE
        | Permissions::VIEW_AUDIT_LOG
        | Permissions::PIN_MESSAGES
        | Permissions::MANAGE_GUILD
}

//! Everything the stand-in knows, in one place, and the look-ups that every noun needs.

use std::collections::{BTreeMap, BTreeSet};

use crate::clock::{Clock, Timestamp};
use crate::gateway::Hub;
use crate::ids::{Id, SnowflakeSource};

use super::{
    Application, AuditLogEntry, Channel, Command, Guild, Interaction, Member, Message, StoredFile, User,
    Webhook,
};

/// The state of the whole stand-in. Kept behind one lock, which nobody holds across an `await`.
#[derive(Debug)]
pub struct State {
    /// What time it is; tests may move it.
    pub clock: Clock,
    pub(crate) ids: SnowflakeSource,
    /// The one application (and with it the bot) that may log in.
    pub application: Application,
    /// Everyone, bots included, by id.
    pub users: BTreeMap<Id, User>,
    /// Guilds by id.
    pub guilds: BTreeMap<Id, Guild>,
    /// Channels of guilds, threads and direct messages, by id.
    pub channels: BTreeMap<Id, Channel>,
    /// Every message ever sent, deleted ones included (see [`Message::deleted_at`]), by id.
    pub messages: BTreeMap<Id, Message>,
    /// Webhooks by id.
    pub webhooks: BTreeMap<Id, Webhook>,
    /// Interactions by id.
    pub interactions: BTreeMap<Id, Interaction>,
    /// Registered commands, global ones and those of guilds.
    pub commands: Vec<Command>,
    /// The audit logs of all guilds, oldest first.
    pub audit_log: Vec<AuditLogEntry>,
    /// Rules of Discord's own automatic moderation, by id.
    pub automod_rules: BTreeMap<Id, super::AutomodRule>,
    /// Invites by code.
    pub invites: BTreeMap<String, super::Invite>,
    /// Bytes of uploaded files, by the path under which the content route serves them.
    pub files: BTreeMap<String, StoredFile>,
    /// Files of the content network below this path are answered with 503.
    pub content_down_below: Option<String>,
    /// What the content route was asked for, in order.
    pub served: Vec<String>,
    /// So many searches of messages are answered with 202 before the guild has been indexed.
    pub searches_before_indexed: u64,
    /// Messages and replies by the bot that no expectation has read yet, in the order they came.
    pub unread: BTreeSet<Id>,
    /// The host part of every address the stand-in gives out, such as `http://127.0.0.1:4000`.
    pub base_url: String,
    pub(crate) hub: Hub,
}

impl State {
    /// A world with nothing in it but the bot's own account.
    pub(crate) fn with_bot(name: &str) -> Self {
        let clock = Clock::default();
        let mut ids = SnowflakeSource::default();
        // An account as old as a bot's usually is, so that nothing takes it for a fresh one.
        let bot_id = ids.backdated(clock.now().minus(std::time::Duration::from_hours(24 * 400)));
        let bot = User {
            bot: true,
            ..User::new(bot_id, name)
        };
        Self {
            clock,
            ids,
            application: Application::of_bot(bot_id, name),
            users: BTreeMap::from([(bot_id, bot)]),
            guilds: BTreeMap::new(),
            channels: BTreeMap::new(),
            messages: BTreeMap::new(),
            webhooks: BTreeMap::new(),
            interactions: BTreeMap::new(),
            commands: Vec::new(),
            audit_log: Vec::new(),
            automod_rules: BTreeMap::new(),
            invites: BTreeMap::new(),
            files: BTreeMap::new(),
            content_down_below: None,
            served: Vec::new(),
            searches_before_indexed: 0,
            unread: BTreeSet::new(),
            base_url: "http://127.0.0.1".to_owned(),
            hub: Hub::default(),
        }
    }

    /// What time it is here.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new id for a thing made now.
    pub fn next_id(&mut self) -> Id {
        let now = self.clock.now();
        self.ids.next(now)
    }

    /// The bot's user id.
    pub fn bot_id(&self) -> Id {
        self.application.bot_id
    }

    /// `user` as a member of `guild`, if they are one.
    pub fn member(&self, guild: Id, user: Id) -> Option<&Member> {
        self.guilds.get(&guild)?.members.get(&user)
    }

    pub(crate) fn member_mut(&mut self, guild: Id, user: Id) -> Option<&mut Member> {
        self.guilds.get_mut(&guild)?.members.get_mut(&user)
    }

    /// The guild a channel or thread belongs to; `None` for direct messages and unknown channels.
    pub fn guild_of(&self, channel: Id) -> Option<Id> {
        self.channels.get(&channel)?.guild_id
    }

    /// A message that still stands in `channel` and is no ephemeral reply.
    pub fn message(&self, channel: Id, message: Id) -> Option<&Message> {
        self.messages.get(&message).filter(|found| {
            found.channel_id == channel && found.deleted_at.is_none() && found.ephemeral_to.is_none()
        })
    }

    /// What anyone reading `channel` sees, oldest first.
    pub fn messages_in(&self, channel: Id) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.values().filter(move |message| {
            message.channel_id == channel && message.deleted_at.is_none() && message.ephemeral_to.is_none()
        })
    }

    /// The user with this name (exact), if there is one.
    pub fn user_named(&self, name: &str) -> Option<&User> {
        self.users.values().find(|user| user.username == name)
    }

    /// The first channel or thread with this name that still exists.
    pub fn channel_named(&self, name: &str) -> Option<&Channel> {
        self.channels
            .values()
            .find(|channel| channel.name.as_deref() == Some(name))
    }

    /// The first role with this name.
    pub fn role_named(&self, name: &str) -> Option<&super::Role> {
        self.guilds
            .values()
            .flat_map(|guild| guild.roles.values())
            .find(|role| role.name == name)
    }

    /// The threads under `parent`, archived ones included, oldest first.
    pub fn threads_of(&self, parent: Id) -> impl Iterator<Item = &Channel> {
        self.channels
            .values()
            .filter(move |channel| channel.kind.is_thread() && channel.parent_id == Some(parent))
    }
}

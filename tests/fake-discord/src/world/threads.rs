//! Threads: their members, their archived and locked states, and forum posts.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::gateway::{Audience, Intents};
use crate::ids::Id;
use crate::payload;

use super::{Author, Channel, ChannelKind, MessageKind, NewMessage, State, message_flags};

/// The channel flag of a forum's pinned post.
const PINNED: u64 = 1 << 1;

/// What a thread has beyond other channels.
#[derive(Clone, Debug)]
pub struct Thread {
    /// Who started it.
    pub owner_id: Id,
    /// Put away?
    pub archived: bool,
    /// May only moderators open it again and write in it?
    pub locked: bool,
    /// May its members invite others (private threads)?
    pub invitable: bool,
    /// Minutes of silence until it is put away: 60, 1440, 4320 or 10080.
    pub auto_archive_duration: u32,
    /// When it was last archived, opened again, or its duration changed.
    pub archive_timestamp: Timestamp,
    /// When it was started.
    pub create_timestamp: Timestamp,
    /// Members by user id.
    pub members: BTreeMap<Id, ThreadMember>,
    /// Messages in it, the starter and deleted ones left out.
    pub message_count: u32,
    /// Messages ever sent in it, the starter left out.
    pub total_message_sent: u32,
    /// The message it was started from (same id as the thread).
    pub started_from: Option<Id>,
    /// Tags of a forum post.
    pub applied_tags: Vec<Id>,
}

/// Membership of a thread.
#[derive(Clone, Debug)]
pub struct ThreadMember {
    /// Who.
    pub user_id: Id,
    /// Since when.
    pub join_timestamp: Timestamp,
    /// Notification settings.
    pub flags: u64,
}

/// A thread to be started.
#[derive(Clone, Debug)]
pub struct NewThread {
    /// The channel it hangs under.
    pub parent_id: Id,
    /// Public, private or announcement thread.
    pub kind: ChannelKind,
    /// Name.
    pub name: String,
    /// Who starts it; becomes its first member.
    pub owner_id: Id,
    /// May members invite?
    pub invitable: bool,
    /// Minutes of silence.
    pub auto_archive_duration: u32,
    /// Slow mode in seconds.
    pub rate_limit_per_user: u32,
    /// The message it starts from; the thread takes its id.
    pub started_from: Option<Id>,
    /// Tags of a forum post.
    pub applied_tags: Vec<Id>,
}

impl NewThread {
    /// A thread of this kind and name, one day until it archives, nobody but the owner in it.
    pub fn new(parent_id: Id, kind: ChannelKind, name: &str, owner_id: Id) -> Self {
        Self {
            parent_id,
            kind,
            name: name.to_owned(),
            owner_id,
            invitable: true,
            auto_archive_duration: 1440,
            rate_limit_per_user: 0,
            started_from: None,
            applied_tags: Vec::new(),
        }
    }
}

/// What changes about a thread; `None` leaves it.
#[derive(Clone, Debug, Default)]
pub struct ThreadEdit {
    /// Name.
    pub name: Option<String>,
    /// Put away or opened again.
    pub archived: Option<bool>,
    /// Locked or unlocked.
    pub locked: Option<bool>,
    /// Members may invite.
    pub invitable: Option<bool>,
    /// Minutes of silence.
    pub auto_archive_duration: Option<u32>,
    /// Slow mode in seconds.
    pub rate_limit_per_user: Option<u32>,
    /// Channel flags (pinned post).
    pub flags: Option<u64>,
    /// Tags of a forum post.
    pub applied_tags: Option<Vec<Id>>,
}

impl State {
    /// Starts a thread: `THREAD_CREATE`, its owner joined, and the system message that Discord writes about it.
    /// `None`: no such parent. A forum post's starter message is sent next, by the caller, with the thread's own id.
    pub fn create_thread(&mut self, mut new: NewThread) -> Option<Id> {
        let parent = self.channels.get(&new.parent_id)?.clone();
        let guild_id = parent.guild_id?;
        let now = self.now();
        let id = match new.started_from {
            Some(message) => message,
            None => self.next_id(),
        };
        let owner = ThreadMember {
            user_id: new.owner_id,
            join_timestamp: now,
            flags: 1,
        };
        let thread = Thread {
            owner_id: new.owner_id,
            archived: false,
            locked: false,
            invitable: new.invitable,
            auto_archive_duration: new.auto_archive_duration,
            archive_timestamp: now,
            create_timestamp: now,
            members: BTreeMap::from([(new.owner_id, owner)]),
            message_count: 0,
            total_message_sent: 0,
            started_from: new.started_from,
            applied_tags: std::mem::take(&mut new.applied_tags),
        };
        let channel = Channel {
            guild_id: Some(guild_id),
            name: Some(new.name.clone()),
            parent_id: Some(new.parent_id),
            rate_limit_per_user: new.rate_limit_per_user,
            nsfw: parent.nsfw,
            thread: Some(thread),
            ..Channel::new(id, new.kind)
        };
        self.channels.insert(id, channel);
        if parent.kind.is_forum()
            && let Some(forum) = self.channels.get_mut(&new.parent_id)
        {
            forum.last_message_id = Some(id);
        }
        self.emit_thread("THREAD_CREATE", id, true);
        self.write_about_new_thread(&parent, guild_id, id, &new);
        Some(id)
    }

    fn write_about_new_thread(&mut self, parent: &Channel, guild_id: Id, thread: Id, new: &NewThread) {
        let reference = |message: Option<Id>, channel: Id| match message {
            Some(message) => json!({ "guild_id": guild_id, "channel_id": channel, "message_id": message }),
            None => json!({ "guild_id": guild_id, "channel_id": channel }),
        };
        let author = Author::User(new.owner_id);
        if let Some(starter) = new.started_from {
            if let Some(message) = self.messages.get_mut(&starter) {
                message.flags |= message_flags::HAS_THREAD;
                message.thread_id = Some(thread);
            }
            self.emit_message("MESSAGE_UPDATE", starter);
            self.create_message(NewMessage {
                kind: MessageKind::THREAD_STARTER_MESSAGE,
                message_reference: Some(reference(Some(starter), parent.id)),
                ..NewMessage::new(thread, author)
            });
        } else if new.kind != ChannelKind::PrivateThread && !parent.kind.is_forum() {
            self.create_message(NewMessage {
                kind: MessageKind::THREAD_CREATED,
                content: new.name.clone(),
                message_reference: Some(reference(None, thread)),
                ..NewMessage::new(parent.id, author)
            });
        }
    }

    /// Changes a thread: `THREAD_UPDATE`, and a system message about a new name. Does nothing for other channels.
    pub fn edit_thread(&mut self, channel: Id, edit: ThreadEdit, by: Id) {
        let now = self.now();
        let Some(found) = self.channels.get_mut(&channel) else {
            return;
        };
        let Some(thread) = found.thread.as_mut() else {
            return;
        };
        let ThreadEdit {
            name,
            archived,
            locked,
            invitable,
            auto_archive_duration,
            rate_limit_per_user,
            flags,
            applied_tags,
        } = edit;
        if archived.is_some_and(|archived| archived != thread.archived) || auto_archive_duration.is_some() {
            thread.archive_timestamp = now;
        }
        thread.archived = archived.unwrap_or(thread.archived);
        thread.locked = locked.unwrap_or(thread.locked);
        thread.invitable = invitable.unwrap_or(thread.invitable);
        thread.auto_archive_duration = auto_archive_duration.unwrap_or(thread.auto_archive_duration);
        if let Some(tags) = applied_tags {
            thread.applied_tags = tags;
        }
        found.rate_limit_per_user = rate_limit_per_user.unwrap_or(found.rate_limit_per_user);
        found.flags = flags.unwrap_or(found.flags);
        let renamed = name.filter(|name| found.name.as_ref() != Some(name));
        if let Some(name) = &renamed {
            found.name = Some(name.clone());
        }
        let archived = thread.archived;
        self.emit_thread("THREAD_UPDATE", channel, false);
        // Discord does not write into a thread that was archived in the same breath.
        if let (Some(name), false) = (renamed, archived) {
            self.create_message(NewMessage {
                kind: MessageKind::CHANNEL_NAME_CHANGE,
                content: name,
                ..NewMessage::new(channel, Author::User(by))
            });
        }
    }

    /// Puts `user` into a thread: `THREAD_MEMBERS_UPDATE`, and the system message when somebody else did it. A bot that is put into
    /// a private one is sent `THREAD_CREATE` first, also where it saw the thread before. Says whether they are new there.
    pub fn add_thread_member(&mut self, channel: Id, user: Id, by: Id) -> bool {
        let bot = self.bot_id();
        let is_told = user == bot
            && (!self.can_see(channel, bot)
                || self
                    .channels
                    .get(&channel)
                    .is_some_and(|thread| thread.kind == ChannelKind::PrivateThread));
        if !self.join_thread(channel, user) {
            return false;
        }
        if is_told {
            self.emit_thread("THREAD_CREATE", channel, false);
        }
        self.emit_thread_members(channel, &[user], &[]);
        if by != user {
            self.create_message(NewMessage {
                kind: MessageKind::RECIPIENT_ADD,
                mentioned: vec![user],
                ..NewMessage::new(channel, Author::User(by))
            });
        }
        true
    }

    /// Takes `user` out of a thread: `THREAD_MEMBERS_UPDATE`, and the system message when somebody else did it.
    /// Says whether they were in it.
    pub fn remove_thread_member(&mut self, channel: Id, user: Id, by: Id) -> bool {
        let Some(thread) = self.thread_mut(channel) else {
            return false;
        };
        if thread.members.remove(&user).is_none() {
            return false;
        }
        self.emit_thread_members(channel, &[], &[user]);
        if by != user {
            self.create_message(NewMessage {
                kind: MessageKind::RECIPIENT_REMOVE,
                mentioned: vec![user],
                ..NewMessage::new(channel, Author::User(by))
            });
        }
        true
    }

    /// Archives every thread that has been silent for longer than its duration, but for a forum's pinned post. Called whenever the clock is moved.
    pub fn archive_silent_threads(&mut self) {
        let now = self.now();
        let silent: Vec<(Id, Id)> = self
            .channels
            .values()
            .filter(|channel| channel.flags & PINNED == 0)
            .filter_map(|channel| {
                let thread = channel.thread.as_ref().filter(|thread| !thread.archived)?;
                let last_word = channel
                    .last_message_id
                    .map_or(thread.archive_timestamp, Id::created_at);
                let limit = Duration::from_secs(60 * u64::from(thread.auto_archive_duration));
                (last_word.max(thread.archive_timestamp).plus(limit) < now)
                    .then_some((channel.id, thread.owner_id))
            })
            .collect();
        for (channel, owner) in silent {
            self.edit_thread(
                channel,
                ThreadEdit {
                    archived: Some(true),
                    ..ThreadEdit::default()
                },
                owner,
            );
        }
    }

    pub(super) fn thread_mut(&mut self, channel: Id) -> Option<&mut Thread> {
        self.channels.get_mut(&channel)?.thread.as_mut()
    }

    /// Puts `user` into the thread without telling anyone yet.
    pub(super) fn join_thread(&mut self, channel: Id, user: Id) -> bool {
        let now = self.now();
        let Some(thread) = self.thread_mut(channel) else {
            return false;
        };
        if thread.members.contains_key(&user) {
            return false;
        }
        thread.members.insert(
            user,
            ThreadMember {
                user_id: user,
                join_timestamp: now,
                flags: 1,
            },
        );
        true
    }

    pub(super) fn emit_thread(&mut self, event: &'static str, channel: Id, newly_created: bool) {
        let Some(found) = self.channels.get(&channel) else {
            return;
        };
        let mut data = payload::channel(self, found);
        if newly_created {
            data["newly_created"] = json!(true);
        }
        self.emit(event, Audience::Channel(channel), Intents::GUILDS, data);
    }

    /// `THREAD_MEMBERS_UPDATE`. Without the members intent a session hears of it only when it concerns the bot.
    pub(super) fn emit_thread_members(&mut self, channel: Id, added: &[Id], removed: &[Id]) {
        let Some(found) = self.channels.get(&channel) else {
            return;
        };
        let (Some(guild), Some(thread)) = (found.guild_id, found.thread.as_ref()) else {
            return;
        };
        let joined: Vec<Value> = added
            .iter()
            .filter_map(|user| thread.members.get(user))
            .map(|member| {
                let mut data = payload::thread_member(channel, member);
                data["member"] = payload::member_of(self, guild, member.user_id);
                data["presence"] = Value::Null;
                data
            })
            .collect();
        let data = json!({
            "id": channel,
            "guild_id": guild,
            "member_count": thread.members.len().min(50),
            "added_members": joined,
            "removed_member_ids": removed,
        });
        let bot = self.bot_id();
        let concerns_bot = added.contains(&bot) || removed.contains(&bot);
        let intent = if concerns_bot {
            Intents::GUILDS | Intents::GUILD_MEMBERS
        } else {
            Intents::GUILD_MEMBERS
        };
        let audience = if removed.contains(&bot) {
            Audience::Guild(guild)
        } else {
            Audience::Channel(channel)
        };
        self.emit("THREAD_MEMBERS_UPDATE", audience, intent, data);
    }
}

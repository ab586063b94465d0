//! Channels of a guild and what overwrites stand on them. Threads have their own file.

use std::collections::BTreeMap;

use serde_json::json;

use crate::clock::Timestamp;
use crate::gateway::{Audience, Intents};
use crate::ids::Id;
use crate::payload;
use crate::permissions::Permissions;

use super::{State, Thread};

/// What kind of channel it is, by Discord's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ChannelKind {
    /// A text channel.
    Text = 0,
    /// A direct message between two accounts.
    DirectMessage = 1,
    /// A voice channel, with its own chat.
    Voice = 2,
    /// A heading that groups channels.
    Category = 4,
    /// A channel whose posts others may follow.
    Announcement = 5,
    /// A thread under an announcement channel.
    AnnouncementThread = 10,
    /// A thread all readers of its parent see; also a forum's post.
    PublicThread = 11,
    /// A thread seen only by its members and by moderators.
    PrivateThread = 12,
    /// A stage, with its own chat.
    Stage = 13,
    /// A forum: holds posts, takes no messages of its own.
    Forum = 15,
    /// A forum for pictures.
    Media = 16,
}

impl ChannelKind {
    /// The kind with this number.
    pub fn from_number(number: u64) -> Option<Self> {
        Some(match number {
            0 => Self::Text,
            1 => Self::DirectMessage,
            2 => Self::Voice,
            4 => Self::Category,
            5 => Self::Announcement,
            10 => Self::AnnouncementThread,
            11 => Self::PublicThread,
            12 => Self::PrivateThread,
            13 => Self::Stage,
            15 => Self::Forum,
            16 => Self::Media,
            _ => return None,
        })
    }

    /// Is it a thread of any kind?
    pub const fn is_thread(self) -> bool {
        matches!(
            self,
            Self::AnnouncementThread | Self::PublicThread | Self::PrivateThread
        )
    }

    /// Is it a channel that holds posts only?
    pub const fn is_forum(self) -> bool {
        matches!(self, Self::Forum | Self::Media)
    }

    /// Can messages be sent right into it?
    pub const fn takes_messages(self) -> bool {
        !matches!(self, Self::Category | Self::Forum | Self::Media)
    }
}

/// To whom an overwrite speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverwriteKind {
    /// Holders of a role.
    Role = 0,
    /// One member.
    Member = 1,
}

/// An exception from what roles grant, on one channel. Its key in the channel is the role's or member's id.
#[derive(Clone, Copy, Debug)]
pub struct Overwrite {
    /// Role or member?
    pub kind: OverwriteKind,
    /// Granted here.
    pub allow: Permissions,
    /// Taken here.
    pub deny: Permissions,
}

/// A channel of a guild, a thread or a direct message.
#[derive(Clone, Debug)]
pub struct Channel {
    /// Snowflake.
    pub id: Id,
    /// Kind.
    pub kind: ChannelKind,
    /// Its guild; `None` for direct messages.
    pub guild_id: Option<Id>,
    /// Name; `None` for direct messages.
    pub name: Option<String>,
    /// What it is about.
    pub topic: Option<String>,
    /// Sorting place.
    pub position: u32,
    /// The category of a channel, the channel of a thread.
    pub parent_id: Option<Id>,
    /// Age-restricted?
    pub nsfw: bool,
    /// Slow mode, in seconds between messages of one member.
    pub rate_limit_per_user: u32,
    /// The newest message, or a forum's newest post. May point at something deleted, as Discord's does.
    pub last_message_id: Option<Id>,
    /// When something was last pinned.
    pub last_pin_timestamp: Option<Timestamp>,
    /// Exceptions by role or member id.
    pub overwrites: BTreeMap<Id, Overwrite>,
    /// A direct message's two sides.
    pub recipients: Vec<Id>,
    /// What only threads have.
    pub thread: Option<Thread>,
    /// Channel flags (pinned post 1<<1, tag required 1<<4).
    pub flags: u64,
    /// Tags a forum offers, as Discord's forum tag objects.
    pub available_tags: Vec<serde_json::Value>,
}

impl Channel {
    pub(super) fn new(id: Id, kind: ChannelKind) -> Self {
        Self {
            id,
            kind,
            guild_id: None,
            name: None,
            topic: None,
            position: 0,
            parent_id: None,
            nsfw: false,
            rate_limit_per_user: 0,
            last_message_id: None,
            last_pin_timestamp: None,
            overwrites: BTreeMap::new(),
            recipients: Vec::new(),
            thread: None,
            flags: 0,
            available_tags: Vec::new(),
        }
    }
}

/// A channel to be made.
#[derive(Clone, Debug)]
pub struct NewChannel {
    /// Name.
    pub name: String,
    /// Kind; not a thread, see [`State::create_thread`].
    pub kind: ChannelKind,
    /// What it is about.
    pub topic: Option<String>,
    /// Its category.
    pub parent_id: Option<Id>,
    /// Age-restricted?
    pub nsfw: bool,
    /// Slow mode in seconds.
    pub rate_limit_per_user: u32,
    /// Exceptions by role or member id.
    pub overwrites: BTreeMap<Id, Overwrite>,
}

impl NewChannel {
    /// A channel of this name and kind, nothing else set.
    pub fn new(name: &str, kind: ChannelKind) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            topic: None,
            parent_id: None,
            nsfw: false,
            rate_limit_per_user: 0,
            overwrites: BTreeMap::new(),
        }
    }
}

/// What changes about a channel that is no thread. Outer `None` leaves a field, inner `None` clears it.
#[derive(Clone, Debug, Default)]
pub struct ChannelEdit {
    /// Name.
    pub name: Option<String>,
    /// Topic.
    pub topic: Option<Option<String>>,
    /// Category.
    pub parent_id: Option<Option<Id>>,
    /// Place.
    pub position: Option<u32>,
    /// Age restriction.
    pub nsfw: Option<bool>,
    /// Slow mode in seconds.
    pub rate_limit_per_user: Option<u32>,
    /// The whole set of exceptions.
    pub overwrites: Option<BTreeMap<Id, Overwrite>>,
}

impl State {
    /// Makes a channel: `CHANNEL_CREATE` to those who can see it.
    pub fn create_channel(&mut self, guild: Id, new: NewChannel) -> Id {
        let id = self.next_id();
        let position = self
            .channels
            .values()
            .filter(|channel| channel.guild_id == Some(guild) && !channel.kind.is_thread());
        let position = position.count() as u32;
        let NewChannel {
            name,
            kind,
            topic,
            parent_id,
            nsfw,
            rate_limit_per_user,
            overwrites,
        } = new;
        let channel = Channel {
            guild_id: Some(guild),
            name: Some(name),
            topic,
            parent_id,
            nsfw,
            rate_limit_per_user,
            overwrites,
            position,
            ..Channel::new(id, kind)
        };
        self.channels.insert(id, channel);
        self.emit_channel("CHANNEL_CREATE", id);
        id
    }

    /// Changes a channel: `CHANNEL_UPDATE`; and `THREAD_LIST_SYNC` when the bot sees it only from now on.
    pub fn edit_channel(&mut self, channel: Id, edit: ChannelEdit) {
        let bot = self.bot_id();
        let saw_before = self.can_see(channel, bot);
        let Some(found) = self.channels.get_mut(&channel) else {
            return;
        };
        let ChannelEdit {
            name,
            topic,
            parent_id,
            position,
            nsfw,
            rate_limit_per_user,
            overwrites,
        } = edit;
        if let Some(name) = name {
            found.name = Some(name);
        }
        found.topic = topic.unwrap_or_else(|| found.topic.take());
        found.parent_id = parent_id.unwrap_or(found.parent_id);
        found.position = position.unwrap_or(found.position);
        found.nsfw = nsfw.unwrap_or(found.nsfw);
        found.rate_limit_per_user = rate_limit_per_user.unwrap_or(found.rate_limit_per_user);
        if let Some(overwrites) = overwrites {
            found.overwrites = overwrites;
        }
        self.after_channel_change(channel, saw_before);
    }

    /// Sets one exception.
    pub fn set_overwrite(&mut self, channel: Id, target: Id, overwrite: Overwrite) {
        let saw_before = self.can_see(channel, self.bot_id());
        if let Some(found) = self.channels.get_mut(&channel) {
            found.overwrites.insert(target, overwrite);
            self.after_channel_change(channel, saw_before);
        }
    }

    /// Removes one exception. Says whether there was one.
    pub fn delete_overwrite(&mut self, channel: Id, target: Id) -> bool {
        let saw_before = self.can_see(channel, self.bot_id());
        let removed = self
            .channels
            .get_mut(&channel)
            .is_some_and(|found| found.overwrites.remove(&target).is_some());
        if removed {
            self.after_channel_change(channel, saw_before);
        }
        removed
    }

    /// Deletes a channel with its threads, or a thread: `CHANNEL_DELETE` or `THREAD_DELETE`. Its messages go with it.
    pub fn delete_channel(&mut self, channel: Id) {
        let threads: Vec<Id> = self.threads_of(channel).map(|thread| thread.id).collect();
        for thread in threads {
            self.delete_channel(thread);
        }
        let visible = self.can_see(channel, self.bot_id());
        let Some(gone) = self.channels.get(&channel).cloned() else {
            return;
        };
        let data = if gone.kind.is_thread() {
            json!({ "id": channel, "guild_id": gone.guild_id, "parent_id": gone.parent_id, "type": gone.kind as u8 })
        } else {
            payload::channel(self, &gone)
        };
        self.channels.remove(&channel);
        let now = self.now();
        for message in self
            .messages
            .values_mut()
            .filter(|message| message.channel_id == channel)
        {
            message.deleted_at.get_or_insert(now);
        }
        self.webhooks.retain(|_, webhook| webhook.channel_id != channel);
        let event = if gone.kind.is_thread() {
            "THREAD_DELETE"
        } else {
            "CHANNEL_DELETE"
        };
        if let (true, Some(guild)) = (visible, gone.guild_id) {
            self.emit(event, Audience::Guild(guild), Intents::GUILDS, data);
        }
    }

    fn after_channel_change(&mut self, channel: Id, saw_before: bool) {
        self.emit_channel("CHANNEL_UPDATE", channel);
        if !saw_before && self.can_see(channel, self.bot_id()) {
            let data = payload::thread_list_sync(self, channel);
            self.emit(
                "THREAD_LIST_SYNC",
                Audience::Channel(channel),
                Intents::GUILDS,
                data,
            );
        }
    }

    fn emit_channel(&mut self, event: &'static str, channel: Id) {
        let Some(found) = self.channels.get(&channel) else {
            return;
        };
        let data = payload::channel(self, found);
        self.emit(event, Audience::Channel(channel), Intents::GUILDS, data);
    }
}

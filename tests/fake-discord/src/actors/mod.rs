//! People: what members do through their own clients, with the permissions they have.
//!
//! What Discord would refuse, or a client would not even offer (an unknown command, a disabled button), is an
//! [`Refused`] that says why and what was on offer.

mod command_options;
mod commands;
mod components;
mod draft;
mod exchange;
mod membership;
mod messages;
mod modals;
mod threads;
mod tour;
mod webhook;

use std::fmt;

use crate::FakeDiscord;
use crate::ids::Id;
use crate::observe::ChannelKey;
use crate::permissions::Permissions;
use crate::world::{Message, State};

pub use command_options::Given;
pub use draft::MessageDraft;
pub use exchange::{Answer, Exchange};
pub use modals::{Modal, ModalField};
pub use webhook::WebhookSender;

/// Why Discord would not let a person do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Not a member of the guild (any more), or banned from it.
    NotAMember,
    /// The channel or message is not there, or hidden from them.
    CannotSee,
    /// They lack this permission there.
    Lacks(Permissions),
    /// A time-out holds them.
    TimedOut,
    /// The thread is archived and takes only messages.
    Archived,
    /// The thread is locked.
    Locked,
    /// The channel takes no messages, or none of this kind.
    WrongChannel,
    /// Only its author may do that.
    NotTheirs,
    /// The target stands as high or higher.
    Outranked,
    /// A rule of AutoMod blocks the message.
    Blocked,
    /// Their client does not offer that: no such command or button, a form filled in wrongly. Says what it offers.
    NotOffered(String),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAMember => f.write_str("not a member of the guild"),
            Self::CannotSee => f.write_str("cannot see it"),
            Self::Lacks(permission) => write!(f, "lacks {permission:?}"),
            Self::TimedOut => f.write_str("is timed out"),
            Self::Archived => f.write_str("the thread is archived"),
            Self::Locked => f.write_str("the thread is locked"),
            Self::WrongChannel => f.write_str("the channel does not take that"),
            Self::NotTheirs => f.write_str("only its author may do that"),
            Self::Outranked => f.write_str("the target stands as high or higher"),
            Self::Blocked => f.write_str("AutoMod blocks the message"),
            Self::NotOffered(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Refused {}

/// Refuses with what `why` says unless `offered`.
fn ensure(offered: bool, why: impl FnOnce() -> String) -> Result<(), Refused> {
    if offered {
        Ok(())
    } else {
        Err(Refused::NotOffered(why()))
    }
}

/// Someone in front of a Discord client, looking at one guild.
#[derive(Clone, Debug)]
pub struct Person {
    pub(crate) discord: FakeDiscord,
    /// Their account.
    pub id: Id,
    /// The guild they look at.
    pub guild: Id,
}

impl FakeDiscord {
    /// The person of this name, in the first guild they are a member of (or the first of all).
    ///
    /// # Panics
    /// When nobody is called that.
    #[track_caller]
    pub fn member(&self, name: &str) -> Person {
        let state = self.state();
        let id = state
            .user_named(name)
            .unwrap_or_else(|| panic!("nobody is called {name}"))
            .id;
        let theirs = state
            .guilds
            .values()
            .find(|guild| guild.members.contains_key(&id));
        let guild = theirs
            .or(state.guilds.values().next())
            .map(|guild| guild.id)
            .unwrap_or_default();
        Person {
            discord: self.clone(),
            id,
            guild,
        }
    }

    /// The link preview that Discord adds to a message some time after it was sent: `MESSAGE_UPDATE` with an embed.
    pub fn unfurls(&self, message: impl Into<Id>, embed: serde_json::Value) {
        self.state().add_link_preview(message.into(), embed);
    }
}

impl Person {
    /// The same person, looking at another guild.
    ///
    /// # Panics
    /// When there is no such guild.
    #[must_use]
    #[track_caller]
    pub fn in_guild(&self, name: &str) -> Self {
        let state = self.discord.state();
        let guild = state.guilds.values().find(|guild| guild.name == name);
        let guild = guild.unwrap_or_else(|| panic!("no guild is called {name}")).id;
        drop(state);
        Self {
            discord: self.discord.clone(),
            id: self.id,
            guild,
        }
    }

    /// How others mention them.
    pub fn mention(&self) -> String {
        format!("<@{}>", self.id)
    }

    /// Can they see this channel?
    pub fn can_see(&self, channel: impl ChannelKey) -> bool {
        let state = self.discord.state();
        self.find_channel(&state, &channel)
            .is_ok_and(|channel| state.can_see(channel, self.id))
    }

    /// What they see in this channel, oldest first: all that stands there, and what only they were shown.
    pub fn sees(&self, channel: impl ChannelKey) -> Result<Vec<Message>, Refused> {
        let state = self.discord.state();
        let channel = self.visible_channel(&state, &channel)?;
        let shown = |message: &&Message| {
            message.channel_id == channel
                && message.deleted_at.is_none()
                && message.ephemeral_to.is_none_or(|only| only == self.id)
        };
        Ok(state.messages.values().filter(shown).cloned().collect())
    }

    /// Their direct message channel with the bot, opened when there is none yet.
    pub fn direct_messages(&self) -> Id {
        self.discord
            .state()
            .open_direct_message(self.id)
            .unwrap_or_default()
    }

    /// The channel meant: of this person's guild if a name fits several.
    fn find_channel(&self, state: &State, channel: &impl ChannelKey) -> Result<Id, Refused> {
        let by_name = channel.describe();
        let here = state.channels.values().find(|found| {
            found.guild_id == Some(self.guild)
                && found
                    .name
                    .as_ref()
                    .is_some_and(|name| format!("#{name}") == by_name)
        });
        here.map(|found| found.id)
            .or_else(|| channel.find(state))
            .ok_or(Refused::CannotSee)
    }

    fn visible_channel(&self, state: &State, channel: &impl ChannelKey) -> Result<Id, Refused> {
        let id = self.find_channel(state, channel)?;
        if let Some(guild) = state.guild_of(id)
            && state.member(guild, self.id).is_none()
        {
            return Err(Refused::NotAMember);
        }
        if state.can_see(id, self.id) {
            Ok(id)
        } else {
            Err(Refused::CannotSee)
        }
    }

    /// A message that stands, in a channel they see, or one shown only to them.
    fn visible_message(&self, state: &State, message: Id) -> Result<Message, Refused> {
        let found = state
            .messages
            .get(&message)
            .filter(|message| message.deleted_at.is_none());
        let found = found.ok_or(Refused::CannotSee)?;
        self.visible_channel(state, &found.channel_id)?;
        if found.ephemeral_to.is_some_and(|only| only != self.id) {
            return Err(Refused::CannotSee);
        }
        Ok(found.clone())
    }

    /// Refuses unless they hold `wanted` in the channel, naming a time-out as the reason where it is one.
    fn must_hold(&self, state: &State, channel: Id, wanted: Permissions) -> Result<(), Refused> {
        if state.permissions_in(channel, self.id).contains(wanted) {
            return Ok(());
        }
        self.must_not_be_timed_out(state, channel)?;
        Err(Refused::Lacks(wanted))
    }

    fn must_not_be_timed_out(&self, state: &State, channel: Id) -> Result<(), Refused> {
        let member = state
            .guild_of(channel)
            .and_then(|guild| state.member(guild, self.id));
        match member {
            Some(member) if member.is_timed_out(state.now()) => Err(Refused::TimedOut),
            _ => Ok(()),
        }
    }

    /// Refuses in a thread that is locked to them.
    fn must_not_be_locked_out(&self, state: &State, channel: Id) -> Result<(), Refused> {
        let locked = state
            .channels
            .get(&channel)
            .and_then(|found| found.thread.as_ref())
            .is_some_and(|thread| thread.locked);
        if locked
            && !state
                .permissions_in(channel, self.id)
                .contains(Permissions::MANAGE_THREADS)
        {
            return Err(Refused::Locked);
        }
        Ok(())
    }

    /// Refuses in an archived thread.
    fn must_be_open(state: &State, channel: Id) -> Result<(), Refused> {
        let thread = state
            .channels
            .get(&channel)
            .and_then(|found| found.thread.as_ref());
        if thread.is_some_and(|thread| thread.archived) {
            Err(Refused::Archived)
        } else {
            Ok(())
        }
    }
}

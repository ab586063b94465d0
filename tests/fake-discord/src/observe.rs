//! What tests ask of the world: reading it, and waiting for something to come true in it.
//!
//! Nothing here sleeps: a wait ends with the change it waits for. What never comes true within `PATIENCE` is a
//! panic that names it and lists the latest requests. Every message by the bot counts as unread until one of these
//! methods reads it, so that [`FakeDiscord::assert_all_read`] can tell of those that no expectation foresaw.

use std::fmt::Write as _;
use std::time::Duration;

use crate::FakeDiscord;
use crate::ids::Id;
use crate::world::{Channel, Member, Message, State, message_flags};

/// How long a wait lasts before it counts as failed.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Names a channel: by id, or by name.
pub trait ChannelKey: Copy {
    /// The channel meant, if there is one.
    fn find(&self, state: &State) -> Option<Id>;
    /// The name or id as given.
    fn describe(&self) -> String;
}

impl ChannelKey for Id {
    fn find(&self, state: &State) -> Option<Id> {
        state.channels.get(self).map(|channel| channel.id)
    }

    fn describe(&self) -> String {
        self.to_string()
    }
}

impl ChannelKey for &str {
    fn find(&self, state: &State) -> Option<Id> {
        state.channel_named(self).map(|channel| channel.id)
    }

    fn describe(&self) -> String {
        format!("#{self}")
    }
}

impl ChannelKey for &Channel {
    fn find(&self, state: &State) -> Option<Id> {
        self.id.find(state)
    }

    fn describe(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.id.to_string())
    }
}

impl FakeDiscord {
    /// Waits until `found` gives something, looking again after every change.
    ///
    /// # Panics
    /// When that takes longer than `PATIENCE`.
    #[track_caller]
    pub fn wait_for<T>(
        &self,
        what: impl Into<String>,
        found: impl FnMut(&State) -> Option<T>,
    ) -> impl Future<Output = T> {
        self.wait_within(PATIENCE, what, found)
    }

    /// Like [`FakeDiscord::wait_for`] with another limit.
    ///
    /// # Panics
    /// When it takes longer than `limit`.
    #[track_caller]
    pub fn wait_within<T>(
        &self,
        limit: Duration,
        what: impl Into<String>,
        mut found: impl FnMut(&State) -> Option<T>,
    ) -> impl Future<Output = T> {
        let (what, caller) = (what.into(), std::panic::Location::caller());
        async move {
            let mut changes = self.0.state.changes();
            let search = async {
                loop {
                    changes.mark_unchanged();
                    let result = found(&self.state());
                    if let Some(result) = result {
                        return result;
                    }
                    if changes.changed().await.is_err() {
                        std::future::pending::<()>().await;
                    }
                }
            };
            let found = tokio::time::timeout(limit, search).await;
            found.unwrap_or_else(|_| {
                panic!(
                    "waited {limit:?} for {what} at {caller}\n{}",
                    self.recent_requests()
                )
            })
        }
    }

    /// Waits until a client has begun (or resumed) a session and is connected.
    #[track_caller]
    pub fn until_connected(&self) -> impl Future<Output = ()> {
        self.wait_for("a client at the gateway", |state| {
            state
                .sessions()
                .iter()
                .any(|session| session.connected)
                .then_some(())
        })
    }

    /// Waits for the oldest unread message by the bot in this channel, and reads it.
    #[track_caller]
    pub fn next_message_in(&self, channel: impl ChannelKey) -> impl Future<Output = Message> {
        let what = format!("a message by the bot in {}", channel.describe());
        let waiting = self.wait_for(what, move |state| {
            let channel = channel.find(state)?;
            let unread = state.unread.iter().filter_map(|id| state.messages.get(id));
            unread
                .into_iter()
                .find(|message| message.channel_id == channel && is_there(message))
                .cloned()
        });
        async move {
            let message = waiting.await;
            self.mark_read(message.id);
            message
        }
    }

    /// Waits for the oldest unread direct message of the bot to this person, and reads it.
    #[track_caller]
    pub fn next_dm_to(&self, name: &str) -> impl Future<Output = Message> {
        let name = name.to_owned();
        let waiting = self.wait_for(format!("a direct message to {name}"), move |state| {
            let channel = state.direct_message_with(state.user_named(&name)?.id)?;
            let unread = state.unread.iter().filter_map(|id| state.messages.get(id));
            unread
                .into_iter()
                .find(|message| message.channel_id == channel && is_there(message))
                .cloned()
        });
        async move {
            let message = waiting.await;
            self.mark_read(message.id);
            message
        }
    }

    /// Waits until this message is deleted.
    #[track_caller]
    pub fn until_deleted(&self, message: impl Into<Id>) -> impl Future<Output = ()> {
        let id = message.into();
        self.wait_for(format!("message {id} to be deleted"), move |state| {
            let gone = state
                .messages
                .get(&id)
                .is_none_or(|message| message.deleted_at.is_some());
            gone.then_some(())
        })
    }

    /// Waits until a running time-out holds this member; gives the member.
    #[track_caller]
    pub fn until_timed_out(&self, name: &str) -> impl Future<Output = Member> {
        let name = name.to_owned();
        self.wait_for(format!("{name} to be timed out"), move |state| {
            let user = state.user_named(&name)?.id;
            let memberships = state.guilds.values().filter_map(|guild| guild.members.get(&user));
            memberships
                .into_iter()
                .find(|member| member.is_timed_out(state.now()))
                .cloned()
        })
    }

    /// Waits until no running time-out holds this person anywhere.
    #[track_caller]
    pub fn until_free_to_write(&self, name: &str) -> impl Future<Output = ()> {
        let name = name.to_owned();
        self.wait_for(format!("{name}'s time-out to end"), move |state| {
            let user = state.user_named(&name)?.id;
            let mut memberships = state.guilds.values().filter_map(|guild| guild.members.get(&user));
            (!memberships.any(|member| member.is_timed_out(state.now()))).then_some(())
        })
    }

    /// Waits until this person is banned from no guild.
    #[track_caller]
    pub fn until_unbanned(&self, name: &str) -> impl Future<Output = ()> {
        let name = name.to_owned();
        self.wait_for(format!("{name}'s ban to end"), move |state| {
            let user = state.user_named(&name)?.id;
            let mut guilds = state.guilds.values();
            (!guilds.any(|guild| guild.bans.contains_key(&user))).then_some(())
        })
    }

    /// Waits until this person is banned from some guild.
    #[track_caller]
    pub fn until_banned(&self, name: &str) -> impl Future<Output = ()> {
        let name = name.to_owned();
        self.wait_for(format!("{name} to be banned"), move |state| {
            let user = state.user_named(&name)?.id;
            state
                .guilds
                .values()
                .any(|guild| guild.bans.contains_key(&user))
                .then_some(())
        })
    }

    /// Waits for the first private thread under this channel that `member` is in.
    #[track_caller]
    pub fn until_private_thread_with(
        &self,
        parent: impl ChannelKey,
        member: &str,
    ) -> impl Future<Output = Channel> {
        let member = member.to_owned();
        let what = format!("a private thread under {} with {member} in it", parent.describe());
        self.wait_for(what, move |state| {
            let user = state.user_named(&member)?.id;
            let mut threads = state.threads_of(parent.find(state)?);
            threads
                .find(|channel| {
                    channel
                        .thread
                        .as_ref()
                        .is_some_and(|thread| thread.members.contains_key(&user))
                })
                .cloned()
        })
    }

    /// A message as it stands now. Deleted ones, too.
    ///
    /// # Panics
    /// When no message ever had this id.
    #[track_caller]
    pub fn message(&self, message: impl Into<Id>) -> Message {
        let id = message.into();
        self.state()
            .messages
            .get(&id)
            .cloned()
            .unwrap_or_else(|| panic!("there never was a message {id}"))
    }

    /// What a reader of this channel sees, oldest first. Reads nothing in the sense of [`FakeDiscord::assert_all_read`].
    ///
    /// # Panics
    /// When there is no such channel.
    #[track_caller]
    pub fn messages_in(&self, channel: impl ChannelKey) -> Vec<Message> {
        let state = self.state();
        let id = channel
            .find(&state)
            .unwrap_or_else(|| panic!("there is no channel {}", channel.describe()));
        state.messages_in(id).cloned().collect()
    }

    /// The channel or thread of this name or id.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn channel(&self, channel: impl ChannelKey) -> Channel {
        let state = self.state();
        let id = channel
            .find(&state)
            .unwrap_or_else(|| panic!("there is no channel {}", channel.describe()));
        state.channels[&id].clone()
    }

    /// Counts this message as read.
    pub fn mark_read(&self, message: impl Into<Id>) {
        self.state().unread.remove(&message.into());
    }

    /// Counts everything by the bot as read.
    pub fn mark_all_read(&self) {
        self.state().unread.clear();
    }

    /// Messages by the bot that nothing has read, oldest first.
    pub fn unread(&self) -> Vec<Message> {
        let state = self.state();
        state
            .unread
            .iter()
            .filter_map(|id| state.messages.get(id))
            .filter(|message| is_there(message))
            .cloned()
            .collect()
    }

    /// Fails when the bot wrote something that no expectation has read.
    ///
    /// # Panics
    /// When there is such a message.
    #[track_caller]
    pub fn assert_all_read(&self) {
        let unread = self.unread();
        let mut list = String::new();
        for message in &unread {
            let place = self
                .state()
                .channels
                .get(&message.channel_id)
                .and_then(|channel| channel.name.clone());
            let place = place.unwrap_or_else(|| format!("channel {}", message.channel_id));
            // Writing into a string cannot fail.
            let _ = writeln!(list, "  in {place}: {:?} {:?}", message.content, message.embeds);
        }
        assert!(unread.is_empty(), "the bot wrote what nobody expected:\n{list}");
    }

    /// The latest requests of the bot, one per line, for failure messages.
    pub fn recent_requests(&self) -> String {
        let all = self.0.rest.record.all();
        let latest = &all[all.len().saturating_sub(15)..];
        let mut text = format!("the latest of {} requests:\n", all.len());
        for request in latest {
            let status = request
                .status()
                .map_or_else(|| "no answer".to_owned(), |status| status.to_string());
            let _ = writeln!(text, "  {} {} -> {status}", request.method, request.path);
        }
        text
    }
}

/// A message that stands and is more than "thinking…".
fn is_there(message: &Message) -> bool {
    message.deleted_at.is_none() && message.flags & message_flags::LOADING == 0
}

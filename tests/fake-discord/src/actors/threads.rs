//! What people do with threads and forum posts.

use crate::ids::Id;
use crate::observe::ChannelKey;
use crate::permissions::Permissions;
use crate::world::{Author, Channel, ChannelKind, Message, NewThread, State, ThreadEdit};

use super::{MessageDraft, Person, Refused};

impl Person {
    /// Starts a public thread under a channel, without a message to hang it on.
    pub fn starts_thread(&self, channel: impl ChannelKey, name: &str) -> Result<Channel, Refused> {
        self.begins_thread(&channel, name, false)
    }

    /// Starts a private thread under a text channel.
    pub fn starts_private_thread(&self, channel: impl ChannelKey, name: &str) -> Result<Channel, Refused> {
        self.begins_thread(&channel, name, true)
    }

    /// Starts a thread from a message.
    pub fn starts_thread_from(&self, message: impl Into<Id>, name: &str) -> Result<Channel, Refused> {
        let mut state = self.discord.state();
        let found = self.visible_message(&state, message.into())?;
        self.must_hold(&state, found.channel_id, Permissions::CREATE_PUBLIC_THREADS)?;
        let kind = public_kind(&state, found.channel_id)?;
        if state.channels.contains_key(&found.id) {
            return Err(Refused::WrongChannel);
        }
        let new = NewThread {
            started_from: Some(found.id),
            ..NewThread::new(found.channel_id, kind, name, self.id)
        };
        started(&mut state, new)
    }

    /// Posts in a forum. Gives the post and its first message.
    pub fn posts_in_forum(
        &self,
        forum: impl ChannelKey,
        title: &str,
        text: &str,
    ) -> Result<(Channel, Message), Refused> {
        self.posts_draft_in_forum(forum, title, MessageDraft::text(text))
    }

    /// Posts in a forum with anything in the first message.
    pub fn posts_draft_in_forum(
        &self,
        forum: impl ChannelKey,
        title: &str,
        draft: MessageDraft,
    ) -> Result<(Channel, Message), Refused> {
        let mut state = self.discord.state();
        let forum = self.visible_channel(&state, &forum)?;
        if !state.channels[&forum].kind.is_forum() {
            return Err(Refused::WrongChannel);
        }
        self.must_hold(&state, forum, Permissions::SEND_MESSAGES)?;
        let post = started(
            &mut state,
            NewThread::new(forum, ChannelKind::PublicThread, title, self.id),
        )?;
        let new = draft.into_message(&mut state, post.id, Author::User(self.id));
        let starter = state.create_starter_message(post.id, new);
        Ok((state.channels[&post.id].clone(), state.messages[&starter].clone()))
    }

    /// Joins a thread they can see.
    pub fn joins_thread(&self, thread: impl ChannelKey) -> Result<(), Refused> {
        let mut state = self.discord.state();
        let id = self.visible_thread(&state, &thread)?;
        Self::must_be_open(&state, id)?;
        state.add_thread_member(id, self.id, self.id);
        Ok(())
    }

    /// Leaves a thread.
    pub fn leaves_thread(&self, thread: impl ChannelKey) -> Result<(), Refused> {
        let mut state = self.discord.state();
        let id = self.visible_thread(&state, &thread)?;
        state.remove_thread_member(id, self.id, self.id);
        Ok(())
    }

    /// Adds somebody else to a thread. In a private one that is not `invitable`, that is for moderators.
    pub fn adds_to_thread(&self, thread: impl ChannelKey, name: &str) -> Result<(), Refused> {
        let mut state = self.discord.state();
        let id = self.visible_thread(&state, &thread)?;
        Self::must_be_open(&state, id)?;
        self.must_hold(&state, id, Permissions::SEND_MESSAGES_IN_THREADS)?;
        let channel = &state.channels[&id];
        let invitable = channel.thread.as_ref().is_some_and(|thread| thread.invitable);
        if channel.kind == ChannelKind::PrivateThread && !invitable {
            self.must_hold(&state, id, Permissions::MANAGE_THREADS)?;
        }
        let other = state
            .user_named(name)
            .map(|user| user.id)
            .ok_or(Refused::NotAMember)?;
        if !state
            .permissions_in(id, other)
            .contains(Permissions::VIEW_CHANNEL)
        {
            return Err(Refused::CannotSee);
        }
        state.add_thread_member(id, other, self.id);
        Ok(())
    }

    /// Removes somebody else from a thread.
    pub fn removes_from_thread(&self, thread: impl ChannelKey, name: &str) -> Result<(), Refused> {
        let mut state = self.discord.state();
        let id = self.visible_thread(&state, &thread)?;
        let owns = self.owns(&state, id) && state.channels[&id].kind == ChannelKind::PrivateThread;
        if !owns {
            self.must_hold(&state, id, Permissions::MANAGE_THREADS)?;
        }
        let other = state
            .user_named(name)
            .map(|user| user.id)
            .ok_or(Refused::NotAMember)?;
        state.remove_thread_member(id, other, self.id);
        Ok(())
    }

    /// Archives a thread: its owner may, and moderators.
    pub fn archives_thread(&self, thread: impl ChannelKey) -> Result<(), Refused> {
        self.edits_thread(
            thread,
            ThreadEdit {
                archived: Some(true),
                ..ThreadEdit::default()
            },
        )
    }

    /// Opens an archived thread again: anyone who may write there, unless it is locked.
    pub fn unarchives_thread(&self, thread: impl ChannelKey) -> Result<(), Refused> {
        let mut state = self.discord.state();
        let id = self.visible_thread(&state, &thread)?;
        self.must_hold(&state, id, Permissions::SEND_MESSAGES_IN_THREADS)?;
        self.must_not_be_locked_out(&state, id)?;
        state.edit_thread(
            id,
            ThreadEdit {
                archived: Some(false),
                ..ThreadEdit::default()
            },
            self.id,
        );
        Ok(())
    }

    /// Locks a thread, as moderators may.
    pub fn locks_thread(&self, thread: impl ChannelKey) -> Result<(), Refused> {
        let mut state = self.discord.state();
        let id = self.visible_thread(&state, &thread)?;
        self.must_hold(&state, id, Permissions::MANAGE_THREADS)?;
        state.edit_thread(
            id,
            ThreadEdit {
                locked: Some(true),
                ..ThreadEdit::default()
            },
            self.id,
        );
        Ok(())
    }

    /// Gives a thread another name: its owner may, and moderators.
    pub fn renames_thread(&self, thread: impl ChannelKey, name: &str) -> Result<(), Refused> {
        self.edits_thread(
            thread,
            ThreadEdit {
                name: Some(name.to_owned()),
                ..ThreadEdit::default()
            },
        )
    }

    /// Deletes a channel or thread, as moderators may.
    pub fn deletes_channel(&self, channel: impl ChannelKey) -> Result<(), Refused> {
        let mut state = self.discord.state();
        let id = self.visible_channel(&state, &channel)?;
        let wanted = if state.channels[&id].kind.is_thread() {
            Permissions::MANAGE_THREADS
        } else {
            Permissions::MANAGE_CHANNELS
        };
        self.must_hold(&state, id, wanted)?;
        state.delete_channel(id);
        Ok(())
    }

    fn edits_thread(&self, thread: impl ChannelKey, edit: ThreadEdit) -> Result<(), Refused> {
        let mut state = self.discord.state();
        let id = self.visible_thread(&state, &thread)?;
        self.must_not_be_timed_out(&state, id)?;
        self.must_not_be_locked_out(&state, id)?;
        if !self.owns(&state, id) {
            self.must_hold(&state, id, Permissions::MANAGE_THREADS)?;
        }
        state.edit_thread(id, edit, self.id);
        Ok(())
    }

    fn owns(&self, state: &State, thread: Id) -> bool {
        let thread = state
            .channels
            .get(&thread)
            .and_then(|found| found.thread.as_ref());
        thread.is_some_and(|thread| thread.owner_id == self.id)
    }

    fn visible_thread(&self, state: &State, thread: &impl ChannelKey) -> Result<Id, Refused> {
        let id = self.visible_channel(state, thread)?;
        if state.channels[&id].kind.is_thread() {
            Ok(id)
        } else {
            Err(Refused::WrongChannel)
        }
    }

    fn begins_thread(
        &self,
        channel: &impl ChannelKey,
        name: &str,
        private: bool,
    ) -> Result<Channel, Refused> {
        let mut state = self.discord.state();
        let parent = self.visible_channel(&state, channel)?;
        let (kind, wanted) = if private {
            if state.channels[&parent].kind != ChannelKind::Text {
                return Err(Refused::WrongChannel);
            }
            (ChannelKind::PrivateThread, Permissions::CREATE_PRIVATE_THREADS)
        } else {
            (public_kind(&state, parent)?, Permissions::CREATE_PUBLIC_THREADS)
        };
        self.must_hold(&state, parent, wanted)?;
        started(&mut state, NewThread::new(parent, kind, name, self.id))
    }
}

fn public_kind(state: &State, parent: Id) -> Result<ChannelKind, Refused> {
    match state.channels[&parent].kind {
        ChannelKind::Text => Ok(ChannelKind::PublicThread),
        ChannelKind::Announcement => Ok(ChannelKind::AnnouncementThread),
        _ => Err(Refused::WrongChannel),
    }
}

fn started(state: &mut State, new: NewThread) -> Result<Channel, Refused> {
    let id = state.create_thread(new).ok_or(Refused::CannotSee)?;
    Ok(state.channels[&id].clone())
}

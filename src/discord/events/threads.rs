//! Threads: their titles are judged like messages, and a ticket's thread that is archived, opened or deleted is news for
//! the desk.

use std::sync::PoisonError;

use poise::serenity_prelude as serenity;

use super::{Edge, ThreadChange};
use crate::app::judge::is_suspicious;
use crate::app::platform::Platform;
use crate::app::reconciler::{look_at_thread, seen};
use crate::artefacts::secrets::find;
use crate::discord::convert::Parts;
use crate::discord::convert::guild::kind;
use crate::model::guild::ChannelKind;
use crate::model::ids::created_at;
use crate::model::message::{Arrival, Author, IncomingMessage};
use crate::model::ticket::Surface;
use crate::model::{ChannelId, GuildId, MessageId, UserId};
use crate::rules::{Place, Scratch};
use crate::storage::InGuild;

impl Edge {
    /// A thread was made. A forum post's title is judged with its first message; any other title by itself.
    pub(super) async fn thread_made(
        &self,
        guild: GuildId,
        thread: &serenity::GuildChannel,
        scratch: &mut Scratch,
    ) {
        let id = ChannelId(thread.id.get());
        let came_late = self
            .untitled
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&id);
        // What the directory remembers of a title has no secrets in it any more: only here can one be seen.
        let holds_secret = !find(&thread.name).is_empty();
        if came_late || holds_secret || !self.is_forum_post(guild, thread) {
            self.judge_title(guild, thread, Arrival::Posted, scratch).await;
        }
    }

    /// A thread was changed: perhaps its title, perhaps whether it is archived.
    pub(super) async fn thread_changed(&self, guild: GuildId, change: &ThreadChange, scratch: &mut Scratch) {
        let thread = &change.thread;
        if change.old_name.as_ref().is_none_or(|old| *old != thread.name) {
            self.judge_title(guild, thread, Arrival::Edited, scratch).await;
        }
        if kind(u8::from(thread.kind)) != ChannelKind::PrivateThread {
            return;
        }
        let id = ChannelId(thread.id.get());
        let archived = thread
            .thread_metadata
            .as_ref()
            .is_some_and(|metadata| metadata.archived);
        match self.app.store.ticket_of_thread(InGuild(guild), id).await {
            Ok(Some(ticket)) => {
                let surface = if archived {
                    Surface::Archived
                } else {
                    Surface::Live
                };
                seen(&self.app, &ticket, id, surface).await;
            }
            Ok(None) => {}
            Err(error) => {
                tracing::error!(%guild, thread = %id, %error, "the ticket of a thread could not be looked up");
            }
        }
    }

    /// A thread is gone. The event may come before its ticket knows the thread, so Discord is asked.
    pub(super) async fn thread_gone(&self, guild: GuildId, thread: ChannelId) {
        look_at_thread(&self.app, guild, thread).await;
    }

    pub(super) fn is_forum_post(&self, guild: GuildId, thread: &serenity::GuildChannel) -> bool {
        let parent = thread.parent_id.map(|parent| ChannelId(parent.get()));
        let directory = self.app.guilds.directory(guild);
        directory
            .and_then(|directory| directory.channels.get(&parent?).map(|parent| parent.kind))
            .is_some_and(|kind| kind == ChannelKind::Forum)
    }

    pub(super) async fn judge_title(
        &self,
        guild: GuildId,
        thread: &serenity::GuildChannel,
        arrival: Arrival,
        scratch: &mut Scratch,
    ) {
        let Some(owner) = thread.owner_id.map(|owner| UserId(owner.get())) else {
            return;
        };
        if owner == self.identity.user {
            return;
        }
        let mut parts = Parts::default();
        parts.push(Place::ThreadName, &thread.name);
        let mut title = IncomingMessage {
            guild,
            channel: ChannelId(thread.id.get()),
            id: MessageId(thread.id.get()),
            author: Author {
                id: owner,
                name: String::new(),
                display_name: String::new(),
                bot: false,
                webhook: None,
                roles: Vec::new(),
                joined_at: None,
            },
            arrival,
            posted_at: created_at(thread.id.get()),
            parts: parts.into_parts(),
            attachments: Vec::new(),
            forwards: None,
            mentions_everyone: false,
            previews: Vec::new(),
            needs_fetch: false,
        };
        // The event names its owner by id alone: who that is is asked only when the title is not plainly clean.
        if !is_suspicious(&self.app, &title, scratch).await {
            return;
        }
        match self.discord.member(guild, owner).await {
            Ok(Some(member)) => {
                title.author.name.clone_from(&member.display_name);
                title.author.display_name = member.display_name;
                title.author.roles = member.roles;
            }
            Ok(None) => {}
            Err(error) => {
                tracing::info!(%guild, user = %owner, %error, "the owner of a thread could not be looked up");
            }
        }
        self.judge(title, scratch).await;
    }
}

//! Messages that were posted or changed: made whole, judged, and, in a ticket's thread, noticed by the desk.

use poise::serenity_prelude as serenity;

use super::Edge;
use crate::app::judge::judge;
use crate::app::platform::Platform;
use crate::desk::lifecycle::{Observation, observe};
use crate::discord::convert::Parts;
use crate::discord::convert::message::{Reading, edited, posted};
use crate::model::guild::ChannelKind;
use crate::model::message::{Arrival, IncomingMessage};
use crate::model::{ChannelId, GuildId, MessageId, UserId, WebhookId};
use crate::rules::{Place, Scratch};
use crate::storage::InGuild;

impl Edge {
    /// Judges a message that was posted. `false`: it could not be judged, so its channel's mark must not pass it.
    pub(super) async fn posted(
        &self,
        guild: GuildId,
        message: &serenity::Message,
        scratch: &mut Scratch,
    ) -> bool {
        let webhook = message.webhook_id.map(|id| WebhookId(id.get()));
        if self.is_restored(guild, webhook, message.application_id.map(Into::into)) {
            return true;
        }
        let Reading::Message(incoming) = posted(guild, message) else {
            return true;
        };
        let mut incoming = self.whole(*incoming).await;
        self.entitle(&mut incoming);
        self.notice(&incoming).await;
        self.judge(incoming, scratch).await
    }

    /// Judges a message that was changed.
    pub(super) async fn edited(
        &self,
        guild: GuildId,
        event: &serenity::MessageUpdateEvent,
        scratch: &mut Scratch,
    ) {
        let webhook = event.webhook_id.flatten().map(|id| WebhookId(id.get()));
        if self.is_restored(guild, webhook, event.application_id.flatten().map(Into::into)) {
            return;
        }
        let incoming = match edited(guild, event) {
            Reading::Nothing => return,
            Reading::Message(incoming) => Some(self.whole(*incoming).await),
            Reading::Fetch { channel, message } => {
                self.fetched((guild, channel, message), None, Arrival::Edited)
                    .await
            }
        };
        if let Some(incoming) = incoming {
            self.judge(incoming, scratch).await;
        }
    }

    pub(super) async fn judge(&self, incoming: IncomingMessage, scratch: &mut Scratch) -> bool {
        let (guild, channel, message) = (incoming.guild, incoming.channel, incoming.id);
        match judge(&self.app, incoming, scratch).await {
            Ok(_) => true,
            Err(error) => {
                tracing::error!(%guild, %channel, %message, %error, "a message could not be judged");
                false
            }
        }
    }

    /// Whether a webhook's message is one that we put back.
    pub(super) fn is_restored(
        &self,
        guild: GuildId,
        webhook: Option<WebhookId>,
        application: Option<u64>,
    ) -> bool {
        let Some(webhook) = webhook else {
            return false;
        };
        let ours = application == Some(self.identity.application)
            || self.discord.made_webhook(webhook)
            || self.app.guilds.is_own_webhook(webhook);
        if ours {
            tracing::debug!(%guild, %webhook, "a restored message is not judged");
        }
        ours
    }

    /// A message with everything that can be read of it: fetched when the event did not carry it. What cannot be fetched
    /// is judged by what the event did carry.
    async fn whole(&self, incoming: IncomingMessage) -> IncomingMessage {
        // Without the content of messages Discord empties them in every answer, too.
        if !incoming.needs_fetch || !self.identity.content {
            return incoming;
        }
        let author = &incoming.author;
        let member = (!author.bot && author.webhook.is_none()).then_some(author.id);
        let address = (incoming.guild, incoming.channel, incoming.id);
        let found = self.fetched(address, member, incoming.arrival).await;
        match found {
            // An answer of Discord leaves out who the author is in the guild.
            Some(found) => IncomingMessage {
                author: incoming.author,
                ..found
            },
            None => incoming,
        }
    }

    /// Fetches a message, within the budget of the guild and of the member who wrote it.
    pub(super) async fn fetched(
        &self,
        (guild, channel, message): (GuildId, ChannelId, MessageId),
        member: Option<UserId>,
        arrival: Arrival,
    ) -> Option<IncomingMessage> {
        if !self.may_fetch(guild, member) {
            tracing::warn!(%guild, %channel, %message, "too many messages had to be fetched; one was not");
            return None;
        }
        match self.discord.message(guild, channel, message).await {
            Ok(found) => found.map(|found| IncomingMessage { arrival, ..found }),
            Err(error) => {
                tracing::warn!(%guild, %channel, %message, %error, "a message could not be fetched");
                None
            }
        }
    }

    /// The first message of a forum post is judged together with the post's title.
    pub(super) fn entitle(&self, incoming: &mut IncomingMessage) {
        if incoming.id.0 != incoming.channel.0 {
            return;
        }
        let directory = self.app.guilds.directory(incoming.guild);
        let title =
            directory.and_then(|directory| Some(directory.channels.get(&incoming.channel)?.name.clone()));
        if let Some(title) = title {
            let mut parts = Parts::default();
            parts.push(Place::ThreadName, &title);
            incoming.parts.extend(parts.into_parts());
        } else {
            self.untitled
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .insert(incoming.channel);
        }
    }

    /// A message in a ticket's thread tells the desk whose turn it is.
    pub(super) async fn notice(&self, incoming: &IncomingMessage) {
        let directory = self.app.guilds.directory(incoming.guild);
        let is_private = directory
            .and_then(|directory| {
                directory
                    .channels
                    .get(&incoming.channel)
                    .map(|channel| channel.kind)
            })
            .is_some_and(|kind| kind == ChannelKind::PrivateThread);
        if !is_private || incoming.author.bot {
            return;
        }
        let guild = InGuild(incoming.guild);
        let ticket = match self.app.store.ticket_of_thread(guild, incoming.channel).await {
            Ok(Some(ticket)) => ticket,
            Ok(None) => return,
            Err(error) => {
                tracing::error!(%error, "the ticket of a thread could not be looked up");
                return;
            }
        };
        let author = incoming.author.id;
        let seen = if author == ticket.opener {
            Observation::MemberWrote
        } else if self
            .app
            .guilds
            .settings(incoming.guild)
            .is_agent(&incoming.author.roles)
        {
            Observation::AgentWrote(author)
        } else {
            return;
        };
        let decide = Box::new(move |facts| observe(&facts, seen).map_err(|refused| refused.to_string()));
        match self
            .app
            .store
            .change_ticket(guild, ticket.id, self.app.clock.now(), decide)
            .await
        {
            Ok(Some(Ok(_))) => self.app.performer.wake(),
            Ok(_) => {}
            Err(error) => {
                tracing::error!(ticket = ticket.number, %error, "whose turn it is could not be written");
            }
        }
    }
}

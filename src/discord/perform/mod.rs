//! Performs what the bot asks of Discord: the one implementation of [`Platform`] over serenity's HTTP client.
//!
//! Each order is one request (a few for a direct message or a restore). Sends carry a nonce that Discord honours for
//! some minutes, and everything that is made carries a marker by which it is found again ([`marker`], `trace`).
//! Nothing is decided or repeated here.

mod automod;
mod cards;
pub mod marker;
mod reading;
mod request;
mod restore;
mod search;
mod trace;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use dashmap::DashMap;
use poise::serenity_prelude as serenity;
use serde_json::json;
use serenity::{LightMethod, Route};

use crate::app::impostors::Seen;
use crate::app::platform::{
    Earlier, Hits, MemberFacts, Order, Platform, PlatformError, Receipt, Search, Task, Trace,
};
use crate::discord::stillness::Stillness;
use crate::discord::words::moderation::TITLE_REMOVED;
use crate::model::avatar::Avatar;
use crate::model::guild::Directory;
use crate::model::message::IncomingMessage;
use crate::model::ticket::{Surface, Ticket};
use crate::model::{ChannelId, GuildId, MessageId, Timestamp, UserId, WebhookId};

pub use request::{channel, guild, message, user};

/// Direct-message channels that are remembered.
const MOST_INBOXES: usize = 10_000;
/// A week, in minutes: the longest that Discord leaves a silent thread open.
const WEEK: u32 = 10_080;

/// Discord, as the rest of the bot reaches it.
pub struct Discord {
    http: Arc<serenity::Http>,
    files: super::client::Files,
    still: Stillness,
    /// Base address of what serenity has no route for.
    api: String,
    own_user: AtomicU64,
    application: AtomicU64,
    inboxes: DashMap<UserId, ChannelId>,
    own_webhooks: dashmap::DashSet<WebhookId>,
    /// Channels in which a webhook is being made.
    making: DashMap<ChannelId, Arc<tokio::sync::Mutex<()>>>,
}

impl Discord {
    /// Discord behind an HTTP client.
    pub fn new(
        http: Arc<serenity::Http>,
        access: &super::client::Access,
        (files, still): (super::client::Files, Stillness),
        application: u64,
    ) -> Self {
        Self {
            http,
            files,
            still,
            api: access.base().to_owned(),
            own_user: AtomicU64::new(0),
            application: AtomicU64::new(application),
            inboxes: DashMap::new(),
            own_webhooks: dashmap::DashSet::new(),
            making: DashMap::new(),
        }
    }

    /// The HTTP client.
    pub fn http(&self) -> &Arc<serenity::Http> {
        &self.http
    }

    /// Notes who we are, as soon as Discord says so.
    pub fn note_own_user(&self, user: UserId) {
        self.own_user.store(user.0, Ordering::SeqCst);
    }

    /// Our own account; 0 until Discord has said who we are.
    pub fn own_user(&self) -> UserId {
        UserId(self.own_user.load(Ordering::SeqCst))
    }

    /// Our application.
    pub fn application(&self) -> u64 {
        self.application.load(Ordering::SeqCst)
    }

    /// Whether we made this webhook in this run. Those of earlier runs are in the store.
    pub fn made_webhook(&self, webhook: WebhookId) -> bool {
        self.own_webhooks.contains(&webhook)
    }

    /// Sends a body and does not read the answer.
    pub async fn put(
        &self,
        method: LightMethod,
        route: Route<'_>,
        body: &impl serde::Serialize,
    ) -> Result<(), PlatformError> {
        self.call(method, route).json(body)?.done().await
    }

    async fn send(
        &self,
        order: &Order,
        place: ChannelId,
        seed: &str,
        saying: &super::words::Saying,
    ) -> Result<Receipt, PlatformError> {
        let marked = marker::marked(saying, seed);
        let nonce = serenity::Nonce::String(marker::nonce(&order.key, order.planned_at));
        let body = super::say::message(&marked).nonce(nonce).enforce_nonce(true);
        let route = Route::ChannelMessages {
            channel_id: channel(place),
        };
        let made = self.call(LightMethod::Post, route).json(&body)?.id().await?;
        Ok(Receipt {
            made: Some(made),
            channel: Some(place),
            webhook: None,
        })
    }

    async fn edit(
        &self,
        (place, message): (ChannelId, MessageId),
        seed: &str,
        saying: &super::words::Saying,
    ) -> Result<Receipt, PlatformError> {
        let body = super::say::edit(&marker::marked(saying, seed));
        let route = Route::ChannelMessage {
            channel_id: channel(place),
            message_id: request::message(message),
        };
        self.call(LightMethod::Patch, route).json(&body)?.done().await?;
        Ok(Receipt::default())
    }

    /// The direct-message channel with somebody.
    async fn inbox(&self, person: UserId) -> Result<ChannelId, PlatformError> {
        if let Some(known) = self.inboxes.get(&person) {
            return Ok(*known);
        }
        let body = json!({ "recipient_id": person.to_string() });
        let id = ChannelId(
            self.call(LightMethod::Post, Route::UserMeDmChannels)
                .json(&body)?
                .id()
                .await?,
        );
        if self.inboxes.len() >= MOST_INBOXES {
            self.inboxes.clear();
        }
        self.inboxes.insert(person, id);
        Ok(id)
    }

    async fn change_member(
        &self,
        server: GuildId,
        person: UserId,
        until: Option<Timestamp>,
        reason: &str,
    ) -> Result<Receipt, PlatformError> {
        let until = until
            .map(|until| {
                serenity::Timestamp::from_unix_timestamp(until.seconds()).map(|moment| moment.to_string())
            })
            .transpose()
            .map_err(|error| PlatformError::Invalid(error.to_string()))?;
        let body = json!({ "communication_disabled_until": until });
        let route = Route::GuildMember {
            guild_id: guild(server),
            user_id: user(person),
        };
        self.call(LightMethod::Patch, route)
            .reason(reason)
            .json(&body)?
            .done()
            .await?;
        Ok(Receipt::default())
    }

    async fn change_thread(
        &self,
        thread: ChannelId,
        body: serde_json::Value,
    ) -> Result<Receipt, PlatformError> {
        let route = Route::Channel {
            channel_id: channel(thread),
        };
        self.call(LightMethod::Patch, route).json(&body)?.done().await?;
        Ok(Receipt::default())
    }

    async fn create_thread(&self, parent: ChannelId, ticket: &Ticket) -> Result<Receipt, PlatformError> {
        let body = json!({
            "name": marker::thread_name(ticket),
            "type": 12,
            "invitable": false,
            "auto_archive_duration": WEEK,
        });
        let route = Route::ChannelThreads {
            channel_id: channel(parent),
        };
        let reason = format!("Nightdesk ticket #{}", ticket.number);
        let made = self
            .call(LightMethod::Post, route)
            .reason(&reason)
            .json(&body)?
            .id()
            .await?;
        Ok(Receipt {
            made: Some(made),
            channel: None,
            webhook: None,
        })
    }

    /// A request that answers nothing.
    async fn plain(
        &self,
        method: LightMethod,
        route: Route<'_>,
        reason: &str,
    ) -> Result<Receipt, PlatformError> {
        self.call(method, route).reason(reason).done().await?;
        Ok(Receipt::default())
    }
}

#[async_trait]
impl Platform for Discord {
    async fn perform(&self, order: &Order) -> Result<Receipt, PlatformError> {
        let server = guild(order.guild);
        if let Some(card) = cards::card_of(order) {
            let place = match card.place {
                cards::Place::Channel(place) => place,
                cards::Place::Inbox(person) => self.inbox(person).await?,
                cards::Place::Message(place, message) => {
                    return self.edit((place, message), &card.seed, &card.saying).await;
                }
            };
            let sent = self.send(order, place, &card.seed, &card.saying).await;
            if let (cards::Place::Inbox(person), Err(PlatformError::Gone(_))) = (card.place, &sent) {
                self.inboxes.remove(&person);
            }
            return sent;
        }
        match &order.task {
            Task::DeleteMessage {
                channel: place,
                message,
                reason,
            } => {
                let route = Route::ChannelMessage {
                    channel_id: channel(*place),
                    message_id: request::message(*message),
                };
                self.plain(LightMethod::Delete, route, reason).await
            }
            Task::DeleteMessages {
                channel: place,
                messages,
                reason,
            } => {
                let route = Route::ChannelMessagesBulkDelete {
                    channel_id: channel(*place),
                };
                let ids: Vec<String> = messages.iter().map(ToString::to_string).collect();
                self.call(LightMethod::Post, route)
                    .reason(reason)
                    .json(&json!({ "messages": ids }))?
                    .done()
                    .await?;
                Ok(Receipt::default())
            }
            Task::DeleteThread { thread, reason } => {
                self.plain(
                    LightMethod::Delete,
                    Route::Channel {
                        channel_id: channel(*thread),
                    },
                    reason,
                )
                .await
            }
            Task::RenameThread { thread, name, reason } => {
                let route = Route::Channel {
                    channel_id: channel(*thread),
                };
                let name = name.as_deref().unwrap_or(TITLE_REMOVED);
                self.call(LightMethod::Patch, route)
                    .reason(reason)
                    .json(&json!({ "name": name }))?
                    .done()
                    .await?;
                Ok(Receipt::default())
            }
            Task::TimeoutMember {
                user: person,
                until,
                reason,
            } => {
                self.change_member(order.guild, *person, Some(*until), reason)
                    .await
            }
            Task::LiftTimeout { user: person, reason } => {
                self.change_member(order.guild, *person, None, reason).await
            }
            Task::AddRole {
                user: person,
                role,
                reason,
            }
            | Task::RemoveRole {
                user: person,
                role,
                reason,
            } => {
                let route = Route::GuildMemberRole {
                    guild_id: server,
                    user_id: user(*person),
                    role_id: serenity::RoleId::new(role.0.max(1)),
                };
                let adds = matches!(order.task, Task::AddRole { .. });
                let method = if adds {
                    LightMethod::Put
                } else {
                    LightMethod::Delete
                };
                self.plain(method, route, reason).await
            }
            Task::KickMember { user: person, reason } => {
                let route = Route::GuildMember {
                    guild_id: server,
                    user_id: user(*person),
                };
                self.plain(LightMethod::Delete, route, reason).await
            }
            Task::BanMember {
                user: person,
                delete_seconds,
                reason,
            } => {
                let route = Route::GuildBan {
                    guild_id: server,
                    user_id: user(*person),
                };
                let body = json!({ "delete_message_seconds": delete_seconds });
                self.call(LightMethod::Put, route)
                    .reason(reason)
                    .json(&body)?
                    .done()
                    .await?;
                Ok(Receipt::default())
            }
            Task::LiftBan { user: person, reason } => {
                let route = Route::GuildBan {
                    guild_id: server,
                    user_id: user(*person),
                };
                self.plain(LightMethod::Delete, route, reason).await
            }
            Task::RestoreMessage {
                case,
                attachments,
                webhook,
            } => self.restore(order, case, attachments, *webhook).await,
            Task::SyncAutomod { wanted } => self.sync_automod(order.guild, wanted.as_deref()).await,
            Task::CreateTicketThread { parent, ticket } => self.create_thread(*parent, ticket).await,
            Task::AddToThread { thread, user: person } | Task::RemoveFromThread { thread, user: person } => {
                let route = Route::ChannelThreadMember {
                    channel_id: channel(*thread),
                    user_id: user(*person),
                };
                let adds = matches!(order.task, Task::AddToThread { .. });
                let method = if adds {
                    LightMethod::Put
                } else {
                    LightMethod::Delete
                };
                self.call(method, route).done().await?;
                Ok(Receipt::default())
            }
            Task::ArchiveThread { thread } => {
                self.change_thread(*thread, json!({ "archived": true, "locked": true }))
                    .await
            }
            Task::ReviveThread { thread } => {
                self.change_thread(*thread, json!({ "archived": false, "locked": false }))
                    .await
            }
            // Everything else is a message: `card_of` has answered for it.
            other => Err(PlatformError::Invalid(format!(
                "nothing is known of how to perform {other:?}"
            ))),
        }
    }

    async fn find_trace(&self, order: &Order) -> Result<Trace, PlatformError> {
        self.trace(order).await
    }

    async fn message(
        &self,
        server: GuildId,
        place: ChannelId,
        message: MessageId,
    ) -> Result<Option<IncomingMessage>, PlatformError> {
        self.read_message(server, place, message).await
    }

    async fn messages_after(
        &self,
        server: GuildId,
        place: ChannelId,
        after: MessageId,
    ) -> Result<Vec<IncomingMessage>, PlatformError> {
        self.read_messages_after(server, place, after).await
    }

    async fn messages_before(
        &self,
        server: GuildId,
        place: ChannelId,
        before: MessageId,
    ) -> Result<Vec<Earlier>, PlatformError> {
        self.read_messages_before(server, place, before).await
    }

    async fn search(&self, server: GuildId, search: &Search) -> Result<Hits, PlatformError> {
        self.search_messages(server, search).await
    }

    async fn directory(&self, server: GuildId) -> Result<Directory, PlatformError> {
        self.read_directory(server).await
    }

    async fn members_after(&self, server: GuildId, after: UserId) -> Result<Vec<Seen>, PlatformError> {
        self.read_members_after(server, after).await
    }

    async fn member(&self, server: GuildId, person: UserId) -> Result<Option<MemberFacts>, PlatformError> {
        self.read_member(server, person).await
    }

    async fn thread_surface(&self, thread: ChannelId) -> Result<Surface, PlatformError> {
        self.read_surface(thread).await
    }

    async fn invite_guild(&self, code: &str) -> Result<Option<GuildId>, PlatformError> {
        self.read_invite(code).await
    }

    async fn avatar(&self, avatar: &Avatar, limit: u64) -> Result<Option<Vec<u8>>, PlatformError> {
        self.files
            .fetch(&self.files.of_network(&avatar.path()), limit)
            .await
    }

    async fn attachment(&self, url: &str, limit: u64) -> Result<Option<Vec<u8>>, PlatformError> {
        self.files.fetch(url, limit).await
    }
}

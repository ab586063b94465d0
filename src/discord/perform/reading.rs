//! What the bot reads from Discord on its own account: messages it missed, a guild, a member, a thread, an invitation.

use poise::serenity_prelude as serenity;
use serde_json::Value;
use serenity::{LightMethod, Route};

use super::{Discord, channel, guild, request, user};
use crate::app::impostors::Seen;
use crate::app::platform::{Earlier, MEMBERS_PER_PAGE, MemberFacts, PlatformError};
use crate::discord::convert::guild::{directory_from, id};
use crate::discord::convert::{names, raw};
use crate::model::guild::Directory;
use crate::model::message::{Arrival, IncomingMessage};
use crate::model::ticket::Surface;
use crate::model::{ChannelId, GuildId, MessageId, RoleId, Timestamp, UserId, WebhookId};

/// Moments that Discord names are read to the second.
const SECOND: std::time::Duration = std::time::Duration::from_secs(1);
/// Pages of messages that nobody wrote (joins, boosts) which are passed over at once.
const SILENT_PAGES: usize = 20;
/// Longest code of an invitation that is asked about.
const LONGEST_CODE: usize = 64;

impl Discord {
    pub(super) async fn read_message(
        &self,
        server: GuildId,
        place: ChannelId,
        message: MessageId,
    ) -> Result<Option<IncomingMessage>, PlatformError> {
        let route = Route::ChannelMessage {
            channel_id: channel(place),
            message_id: request::message(message),
        };
        match self.call(LightMethod::Get, route).value().await {
            Ok(json) if self.restored(&json) => Ok(None),
            Ok(json) => Ok(raw::message(server, Arrival::Posted, &json)),
            Err(PlatformError::Gone(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn read_messages_after(
        &self,
        server: GuildId,
        place: ChannelId,
        after: MessageId,
    ) -> Result<Vec<IncomingMessage>, PlatformError> {
        let mut after = after.0;
        let mut messages: Vec<IncomingMessage> = Vec::new();
        // An empty answer means that nothing more was posted: a page on which nobody wrote is passed over.
        for _ in 0..SILENT_PAGES {
            let page = self.read_page(place, ("after", after)).await?;
            messages = page
                .iter()
                .filter(|json| !self.restored(json))
                .filter_map(|json| raw::message(server, Arrival::Backfilled, json))
                .collect();
            let newest = page.iter().filter_map(|json| id(json, "id")).max();
            match newest {
                Some(newest) if messages.is_empty() => after = newest,
                _ => break,
            }
        }
        messages.sort_by_key(|message| message.id);
        Ok(messages)
    }

    pub(super) async fn read_messages_before(
        &self,
        server: GuildId,
        place: ChannelId,
        before: MessageId,
    ) -> Result<Vec<Earlier>, PlatformError> {
        let page = self.read_page(place, ("before", before.0)).await?;
        let mut messages: Vec<Earlier> = page
            .iter()
            .filter(|json| !self.restored(json))
            .filter_map(|json| {
                let edited_at = json
                    .get("edited_timestamp")
                    .and_then(Value::as_str)
                    .and_then(raw::moment);
                let arrival = if edited_at.is_some() {
                    Arrival::Edited
                } else {
                    Arrival::Backfilled
                };
                let message = raw::message(server, arrival, json)?;
                Some(Earlier { message, edited_at })
            })
            .collect();
        messages.sort_by_key(|one| one.message.id);
        Ok(messages)
    }

    async fn read_page(
        &self,
        place: ChannelId,
        (side, cursor): (&'static str, u64),
    ) -> Result<Vec<Value>, PlatformError> {
        let params = vec![(side, cursor.to_string()), ("limit", "100".to_owned())];
        let route = Route::ChannelMessages {
            channel_id: channel(place),
        };
        match self.call(LightMethod::Get, route).params(params).value().await? {
            Value::Array(page) => Ok(page),
            _ => Ok(Vec::new()),
        }
    }

    /// Public threads of a channel that were archived since then, the newest hundred.
    pub async fn archived_since(
        &self,
        parent: ChannelId,
        since: Timestamp,
    ) -> Result<Vec<serenity::GuildChannel>, PlatformError> {
        let route = Route::ChannelArchivedPublicThreads {
            channel_id: channel(parent),
        };
        let params = vec![("limit", "100".to_owned())];
        let answer = self.call(LightMethod::Get, route).params(params).value().await?;
        let threads = answer.get("threads").and_then(Value::as_array);
        Ok(threads
            .into_iter()
            .flatten()
            .filter(|thread| {
                thread
                    .get("thread_metadata")
                    .and_then(|metadata| metadata.get("archive_timestamp")?.as_str())
                    .and_then(raw::moment)
                    .is_none_or(|archived| archived + SECOND >= since)
            })
            .filter_map(|thread| serde_json::from_value(thread.clone()).ok())
            .collect())
    }

    /// Whether a message is one that we put back through a webhook.
    pub(super) fn restored(&self, json: &Value) -> bool {
        id(json, "webhook_id").is_some_and(|webhook| {
            raw::application(json) == Some(self.application()) || self.made_webhook(WebhookId(webhook))
        })
    }

    pub(super) async fn read_directory(&self, server: GuildId) -> Result<Directory, PlatformError> {
        let guild_id = guild(server);
        let own_user = self.own_user();
        let get = |route| self.call(LightMethod::Get, route).value();
        let described = get(Route::Guild { guild_id }).await?;
        let channels = get(Route::GuildChannels { guild_id }).await?;
        let threads = get(Route::GuildThreadsActive { guild_id }).await?;
        let own = get(Route::GuildMember {
            guild_id,
            user_id: user(own_user),
        })
        .await?;
        directory_from(&described, &channels, &threads, &own, own_user)
            .ok_or_else(|| PlatformError::Unanswered("the guild's description cannot be read".to_owned()))
    }

    pub(super) async fn read_members_after(
        &self,
        server: GuildId,
        after: UserId,
    ) -> Result<Vec<Seen>, PlatformError> {
        let params = vec![
            ("after", after.to_string()),
            ("limit", MEMBERS_PER_PAGE.to_string()),
        ];
        let route = Route::GuildMembers {
            guild_id: guild(server),
        };
        let page = self.call(LightMethod::Get, route).params(params).value().await?;
        let mut members: Vec<Seen> = page
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|json| raw::member(server, json))
            .collect();
        members.sort_by_key(|seen| seen.member.id);
        Ok(members)
    }

    pub(super) async fn read_member(
        &self,
        server: GuildId,
        person: UserId,
    ) -> Result<Option<MemberFacts>, PlatformError> {
        let route = Route::GuildMember {
            guild_id: guild(server),
            user_id: user(person),
        };
        let member = match self.call(LightMethod::Get, route).value().await {
            Ok(member) => member,
            Err(PlatformError::Gone(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let account = member.get("user");
        let roles = member.get("roles").and_then(Value::as_array);
        Ok(Some(MemberFacts {
            user: person,
            display_name: names::shown(
                text(member.get("nick")).as_deref(),
                text(account.and_then(|user| user.get("global_name"))).as_deref(),
                &text(account.and_then(|user| user.get("username"))).unwrap_or_default(),
            ),
            roles: roles
                .into_iter()
                .flatten()
                .filter_map(|role| role.as_str()?.parse().ok().map(RoleId))
                .collect(),
            joined_at: text(member.get("joined_at")).as_deref().and_then(raw::moment),
            timed_out_until: text(member.get("communication_disabled_until"))
                .as_deref()
                .and_then(raw::moment),
        }))
    }

    pub(super) async fn read_surface(&self, thread: ChannelId) -> Result<Surface, PlatformError> {
        match self
            .call(
                LightMethod::Get,
                Route::Channel {
                    channel_id: channel(thread),
                },
            )
            .value()
            .await
        {
            Ok(json) => {
                let archived = json
                    .get("thread_metadata")
                    .and_then(|metadata| metadata.get("archived"));
                Ok(if archived.and_then(Value::as_bool) == Some(true) {
                    Surface::Archived
                } else {
                    Surface::Live
                })
            }
            Err(PlatformError::Gone(_)) => Ok(Surface::Missing),
            Err(PlatformError::Refused(_)) => Ok(Surface::Forbidden),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn read_invite(&self, code: &str) -> Result<Option<GuildId>, PlatformError> {
        // A code is part of a path: nothing that could lead elsewhere is asked about.
        let plain = code
            .chars()
            .all(|one| one.is_ascii_alphanumeric() || matches!(one, '-' | '_'));
        if !plain || code.is_empty() || code.len() > LONGEST_CODE {
            return Ok(None);
        }
        match self.call(LightMethod::Get, Route::Invite { code }).value().await {
            Ok(json) => Ok(json.get("guild").and_then(|guild| id(guild, "id")).map(GuildId)),
            Err(PlatformError::Gone(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

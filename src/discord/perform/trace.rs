//! Looks for the trace of an order that may have been carried out: a message by its marker in recent history, a thread
//! by its ticket among the active and the archived ones.

use poise::serenity_prelude as serenity;
use serde_json::Value;
use serenity::{LightMethod, Route};

use super::cards::{Place, card_of};
use super::{Discord, channel, guild, marker};
use crate::app::platform::{Order, PlatformError, Receipt, Task, Trace};
use crate::discord::convert::guild::id;
use crate::model::ids::created_at;
use crate::model::{ChannelId, Timestamp, WebhookId};

/// Pages of a hundred messages that are looked through before nobody can tell.
const PAGES: usize = 5;
/// By how much Discord's clock may be behind ours.
const SKEW: std::time::Duration = std::time::Duration::from_mins(10);

impl Discord {
    pub(super) async fn trace(&self, order: &Order) -> Result<Trace, PlatformError> {
        if let Some(card) = card_of(order) {
            let place = match card.place {
                Place::Channel(place) => place,
                Place::Inbox(person) => self.inbox(person).await?,
                Place::Message(..) => return Ok(Trace::Repeatable),
            };
            return self
                .find_message(place, &marker::reference(&card.seed), order.planned_at)
                .await;
        }
        match &order.task {
            Task::CreateTicketThread { parent, ticket } => {
                self.find_thread(order, *parent, &marker::thread_name(ticket))
                    .await
            }
            Task::RestoreMessage { case, .. } => {
                let reference = marker::reference(&format!("{}@{}", order.key, order.planned_at.0));
                self.find_message(case.channel, &reference, order.planned_at)
                    .await
            }
            _ => Ok(Trace::Repeatable),
        }
    }

    /// A message of ours that carries a marker.
    async fn find_message(
        &self,
        place: ChannelId,
        marker: &str,
        planned_at: Timestamp,
    ) -> Result<Trace, PlatformError> {
        let mut before: Option<u64> = None;
        for _ in 0..PAGES {
            let mut params = vec![("limit", "100".to_owned())];
            params.extend(before.map(|before| ("before", before.to_string())));
            let route = Route::ChannelMessages {
                channel_id: channel(place),
            };
            let page = self.call(LightMethod::Get, route).params(params).value().await?;
            let page = page.as_array().map_or(&[][..], Vec::as_slice);
            if let Some(found) = page
                .iter()
                .find(|message| self.is_ours(message) && carries(message, marker))
            {
                return Ok(Trace::Found(Receipt {
                    made: id(found, "id"),
                    channel: Some(place),
                    webhook: id(found, "webhook_id").map(WebhookId),
                }));
            }
            before = page.iter().filter_map(|message| id(message, "id")).min();
            let past = before.is_some_and(|oldest| created_at(oldest) + SKEW < planned_at);
            if page.len() < 100 || past {
                return Ok(Trace::Absent);
            }
        }
        Ok(Trace::Unknowable)
    }

    fn is_ours(&self, message: &Value) -> bool {
        let author = message.get("author").and_then(|author| id(author, "id"));
        let webhook = id(message, "webhook_id").map(WebhookId);
        author == Some(self.own_user().0)
            || id(message, "application_id") == Some(self.application())
            || webhook.is_some_and(|webhook| self.made_webhook(webhook))
            // A webhook made in an earlier run: the marker alone tells, and nobody else can know it.
            || webhook.is_some()
    }

    /// A private thread of ours with this name. A thread that was just made is active; one that Discord archived since is
    /// among those we have joined.
    async fn find_thread(
        &self,
        order: &Order,
        parent: ChannelId,
        name: &str,
    ) -> Result<Trace, PlatformError> {
        let active = Route::GuildThreadsActive {
            guild_id: guild(order.guild),
        };
        let archived = Route::ChannelJoinedPrivateThreads {
            channel_id: channel(parent),
        };
        for route in [active, archived] {
            let answer = self.call(LightMethod::Get, route).value().await?;
            let threads = answer
                .get("threads")
                .and_then(Value::as_array)
                .map_or(&[][..], Vec::as_slice);
            let found = threads.iter().find(|thread| {
                thread.get("name").and_then(Value::as_str) == Some(name)
                    && id(thread, "owner_id") == Some(self.own_user().0)
                    && id(thread, "parent_id") == Some(parent.0)
            });
            if let Some(thread) = found {
                return Ok(Trace::Found(Receipt {
                    made: id(thread, "id"),
                    channel: None,
                    webhook: None,
                }));
            }
        }
        Ok(Trace::Absent)
    }
}

/// Whether a message carries a marker in its text or in a card's small print.
fn carries(message: &Value, marker: &str) -> bool {
    let text = message.get("content").and_then(Value::as_str).unwrap_or_default();
    let footers = message
        .get("embeds")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    text.contains(marker)
        || footers
            .filter_map(|embed| embed.get("footer")?.get("text")?.as_str())
            .any(|footer| footer.contains(marker))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_marker_is_found_in_text_and_in_small_print() {
        assert!(carries(&json!({"content": "hello\n-# ref 00ff"}), "ref 00ff"));
        assert!(carries(
            &json!({"content": "", "embeds": [{"footer": {"text": "Case · ref 00ff"}}]}),
            "ref 00ff"
        ));
        assert!(!carries(
            &json!({"content": "hello", "embeds": [{"title": "ref"}]}),
            "ref 00ff"
        ));
    }
}

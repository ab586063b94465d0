//! Puts a removed message back: through a webhook of ours under its author's name, with what was kept of its files.

use std::sync::Arc;

use poise::serenity_prelude as serenity;
use serde_json::{Value, json};
use serenity::{CreateAttachment, LightMethod, Multipart, MultipartUpload, Route};

use super::{Discord, channel, marker};
use crate::app::platform::{Order, PlatformError, Receipt};
use crate::discord::convert::guild::{id, kind};
use crate::discord::words::moderation::Restored;
use crate::discord::{say, words};
use crate::model::case::Case;
use crate::model::guild::ChannelKind;
use crate::model::{ChannelId, WebhookId};
use crate::storage::KeptAttachment;

/// What the webhook is called in the channel's settings. Discord refuses names that hold its own or "clyde".
const NAME: &str = "Nightdesk restores";
/// Bytes of all files together that Discord takes from a webhook anywhere.
const MOST_BYTES: usize = 9 << 20;
/// Files of one message.
const MOST_FILES: usize = 10;

/// A webhook that can be written through.
struct Pen {
    id: WebhookId,
    token: String,
}

impl Discord {
    pub(super) async fn restore(
        &self,
        order: &Order,
        case: &Case,
        kept: &[KeptAttachment],
        known: Option<WebhookId>,
    ) -> Result<Receipt, PlatformError> {
        let place = self
            .call(
                LightMethod::Get,
                Route::Channel {
                    channel_id: channel(case.channel),
                },
            )
            .value()
            .await?;
        let place_kind = place
            .get("type")
            .and_then(Value::as_u64)
            .and_then(|kind| u8::try_from(kind).ok())
            .map(kind);
        let is_thread = matches!(
            place_kind,
            Some(ChannelKind::PublicThread | ChannelKind::PrivateThread)
        );
        let home = if is_thread {
            id(&place, "parent_id").map_or(case.channel, ChannelId)
        } else {
            case.channel
        };
        let pen = self.pen(home, known).await?;
        // Known before the message is posted: its event may come back before the answer does.
        self.own_webhooks.insert(pen.id);

        let (restored, files) = put_together(case, kept);
        let saying = marker::marked(&restored.saying, &format!("{}@{}", order.key, order.planned_at.0));
        let mut body = serde_json::to_value(say::message(&saying))
            .map_err(|error| PlatformError::Invalid(error.to_string()))?;
        body["username"] = json!(words::moderation::restored_name(case));
        let mut params = vec![("wait", "true".to_owned())];
        if is_thread {
            params.push(("thread_id", case.channel.to_string()));
        }
        let route = Route::WebhookWithToken {
            webhook_id: serenity::WebhookId::new(pen.id.0.max(1)),
            token: &pen.token,
        };
        let call = self.call(LightMethod::Post, route).params(params);
        let call = if files.is_empty() {
            call.json(&body)?
        } else {
            call.files(Multipart {
                upload: MultipartUpload::Attachments(files),
                fields: Vec::new(),
                payload_json: Some(body.to_string()),
            })
        };
        let made = call.id().await?;
        Ok(Receipt {
            made: Some(made),
            channel: Some(case.channel),
            webhook: Some(pen.id),
        })
    }

    /// Our webhook in a channel: the one we know, else any of ours there, else a new one.
    async fn pen(&self, home: ChannelId, known: Option<WebhookId>) -> Result<Pen, PlatformError> {
        if let Some(pen) = self.find_pen(home, known).await? {
            return Ok(pen);
        }
        // Many messages of one channel are put back at the same time, and a channel takes few webhooks: one makes it, the others
        // find it.
        let making = Arc::clone(&self.making.entry(home).or_default());
        let made = {
            let _alone = making.lock().await;
            match self.find_pen(home, known).await? {
                Some(pen) => pen,
                None => self.make_pen(home).await?,
            }
        };
        self.making.remove(&home);
        Ok(made)
    }

    async fn find_pen(
        &self,
        home: ChannelId,
        known: Option<WebhookId>,
    ) -> Result<Option<Pen>, PlatformError> {
        let route = Route::ChannelWebhooks {
            channel_id: channel(home),
        };
        let there = self.call(LightMethod::Get, route).value().await?;
        let there: Vec<&Value> = there.as_array().into_iter().flatten().collect();
        let is_known = |webhook: &&&Value| known.is_some() && id(webhook, "id").map(WebhookId) == known;
        let is_ours = |webhook: &&&Value| id(webhook, "application_id") == Some(self.application());
        let found = there.iter().find(is_known).or_else(|| there.iter().find(is_ours));
        Ok(found.and_then(|webhook| pen_of(webhook)))
    }

    async fn make_pen(&self, home: ChannelId) -> Result<Pen, PlatformError> {
        let route = Route::ChannelWebhooks {
            channel_id: channel(home),
        };
        let made = self
            .call(LightMethod::Post, route)
            .reason("Nightdesk restores a message that was removed by mistake")
            .json(&json!({ "name": NAME }))?
            .value()
            .await?;
        pen_of(&made).ok_or_else(|| PlatformError::Invalid("the new webhook has no token".to_owned()))
    }
}

fn pen_of(webhook: &Value) -> Option<Pen> {
    Some(Pen {
        id: WebhookId(id(webhook, "id")?),
        token: webhook.get("token")?.as_str()?.to_owned(),
    })
}

/// What is posted, and the files that go with it. A text that does not fit goes beside it as a file, in the same message: so
/// one message is all there is to look for after a crash.
fn put_together(case: &Case, kept: &[KeptAttachment]) -> (Restored, Vec<CreateAttachment>) {
    let fit = fitting(kept, MOST_FILES);
    let mut restored = words::moderation::restored(case, &lost(case, &fit), marker::LONGEST_TEXT);
    let Some(whole) = restored.whole.take() else {
        return (restored, fit.into_iter().map(upload).collect());
    };
    let fit = fitting(kept, MOST_FILES - 1);
    let restored = words::moderation::restored(case, &lost(case, &fit), marker::LONGEST_TEXT);
    let text = CreateAttachment::bytes(whole, words::moderation::WHOLE_TEXT);
    let files = std::iter::once(text).chain(fit.into_iter().map(upload));
    (restored, files.collect())
}

/// The files that can go with the message, at most so many, the first ones first.
fn fitting(kept: &[KeptAttachment], most: usize) -> Vec<&KeptAttachment> {
    let mut left = MOST_BYTES;
    kept.iter()
        .filter(|file| {
            let fits = file
                .bytes
                .as_ref()
                .and_then(|bytes| left.checked_sub(bytes.len()));
            left = fits.unwrap_or(left);
            fits.is_some()
        })
        .take(most)
        .collect()
}

/// The names of the message's files that are not among these.
fn lost<'c>(case: &'c Case, fit: &[&KeptAttachment]) -> Vec<&'c str> {
    let files = case.evidence.iter().flat_map(|evidence| &evidence.attachments);
    files
        .filter(|file| !fit.iter().any(|kept| kept.id == file.id))
        .map(|file| file.filename.as_str())
        .collect()
}

fn upload(file: &KeptAttachment) -> CreateAttachment {
    CreateAttachment::bytes(file.bytes.clone().unwrap_or_default(), file.filename.clone())
}

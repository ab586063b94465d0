//! The form of a message, whichever route it comes by. Source: "Message", "Webhook", "Receiving and Responding".

use serde_json::Value;

use super::{components, embeds, mentions, poll};
use crate::clock::Timestamp;
use crate::ids::Id;
use crate::rest::error::Refusal;
use crate::rest::form::{self, Form, as_id};
use crate::world::{AllowedMentions, message_flags};

/// Longest content, in characters.
const MAX_CONTENT: usize = 2000;
/// Most attachments of one message.
const MAX_ATTACHMENTS: usize = 10;

/// By which route the form came; decides which flags it may set and whether it must show something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A message into a channel.
    Channel,
    /// A message through a webhook, or a follow-up of an interaction.
    Webhook,
    /// The message of an interaction callback.
    Callback,
    /// An edit; `was_v2`: the message carries `IS_COMPONENTS_V2` already.
    Edit {
        /// The message carries the flag already.
        was_v2: bool,
    },
}

impl Way {
    /// Flags that may be set on this way; others are ignored, as Discord does.
    const fn flags(self) -> u64 {
        use message_flags::{EPHEMERAL, IS_COMPONENTS_V2, SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS};
        match self {
            Self::Channel => SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | IS_COMPONENTS_V2,
            Self::Webhook | Self::Callback => {
                SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | EPHEMERAL | IS_COMPONENTS_V2
            }
            Self::Edit { .. } => SUPPRESS_EMBEDS | IS_COMPONENTS_V2,
        }
    }
}

/// A message form, read. On an edit the outer `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct MessageForm {
    /// The text; an inner `None` clears it.
    pub content: Option<Option<String>>,
    /// Embeds as stored.
    pub embeds: Option<Vec<Value>>,
    /// Components as stored.
    pub components: Option<Vec<Value>>,
    /// Flags that may be set on this way.
    pub flags: Option<u64>,
    /// Whom it may call; `None`: everyone.
    pub allowed_mentions: Option<AllowedMentions>,
    /// Read aloud?
    pub tts: bool,
    /// Chosen by the sender to recognise the message.
    pub nonce: Option<Value>,
    /// Whether an earlier message with the same nonce is to be given back instead of a new one.
    pub enforce_nonce: bool,
    /// What it replies to or forwards.
    pub reference: Option<Reference>,
    /// Stickers it carries.
    pub sticker_ids: Vec<Id>,
    /// A poll as stored.
    pub poll: Option<Value>,
    /// What is said about attachments, new ones and those to keep.
    pub attachments: Option<Vec<AttachmentForm>>,
    /// Name and picture in place of the webhook's own (webhooks only).
    pub username: Option<String>,
    /// See `username`.
    pub avatar_url: Option<String>,
    /// Title of the forum post to start (webhooks only).
    pub thread_name: Option<String>,
    /// Tags of that post.
    pub applied_tags: Vec<Id>,
}

/// What a message refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Forward (1) and not reply (0).
    pub is_forward: bool,
    /// The message.
    pub message_id: Id,
    /// Its channel, when it is not the same.
    pub channel_id: Option<Id>,
    /// Refuse when it is gone.
    pub fail_if_not_exists: bool,
}

/// One entry of `attachments`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachmentForm {
    /// The `n` of `files[n]`, or the id of an attachment to keep.
    pub id: u64,
    /// Name in place of the file's own.
    pub filename: Option<String>,
    /// Alternative text.
    pub description: Option<String>,
}

/// Reads a message form.
pub fn read(body: &Value, way: Way, files: usize, now: Timestamp) -> Result<MessageForm, Refusal> {
    let read = form::read(body, |form| read_form(form, way, now))?;
    if files > MAX_ATTACHMENTS {
        return Err(Refusal::new(
            400,
            30015,
            "Maximum number of attachments in a message reached (10)",
        ));
    }
    let shows_nothing = read.is_empty() && files == 0;
    if shows_nothing && !matches!(way, Way::Edit { .. }) {
        return Err(Refusal::empty_message());
    }
    Ok(read)
}

/// Reads a message form nested in another one.
pub fn read_form(form: &mut Form<'_>, way: Way, now: Timestamp) -> MessageForm {
    let flags = form
        .int("flags", 0..=i64::MAX)
        .map(|flags| flags as u64 & way.flags());
    let is_v2 = flags.is_some_and(|flags| flags & message_flags::IS_COMPONENTS_V2 != 0)
        || matches!(way, Way::Edit { was_v2: true });
    let content = form.has("content").then(|| {
        form.text("content", 0..=MAX_CONTENT)
            .filter(|content| !content.is_empty())
            .map(str::to_owned)
    });
    let embeds = if form.has("embeds") {
        Some(embeds::read(form, "embeds").unwrap_or_default())
    } else {
        None
    };
    let components = if form.has("components") {
        Some(components::read(form, is_v2).unwrap_or_default())
    } else {
        None
    };
    if is_v2 {
        refuse_legacy_fields(form);
    }
    let mut read = MessageForm {
        content,
        embeds,
        components,
        flags,
        allowed_mentions: mentions::read(form),
        tts: form.flag("tts").unwrap_or(false),
        nonce: form
            .some("nonce")
            .filter(|nonce| nonce.is_string() || nonce.is_i64() || nonce.is_u64())
            .cloned(),
        enforce_nonce: form.flag("enforce_nonce").unwrap_or(false),
        reference: read_reference(form),
        sticker_ids: form.ids("sticker_ids", 3).unwrap_or_default(),
        poll: poll::read(form, now),
        attachments: read_attachments(form),
        username: form.text("username", 1..=80).map(str::to_owned),
        avatar_url: form.text("avatar_url", 0..=2048).map(str::to_owned),
        thread_name: form.text("thread_name", 1..=100).map(str::to_owned),
        applied_tags: form.ids("applied_tags", 5).unwrap_or_default(),
    };
    if read
        .nonce
        .as_ref()
        .and_then(Value::as_str)
        .is_some_and(|nonce| nonce.chars().count() > 25)
    {
        form.wrong(
            "nonce",
            "NONCE_TYPE_TOO_LONG",
            "Nonce must be 25 or fewer in length.",
        );
    }
    if matches!(way, Way::Webhook) {
        refuse_discord_in_name(form, read.username.as_deref());
    } else {
        read.username = None;
    }
    read
}

impl MessageForm {
    /// Whether there is nothing in it that a reader would see (files apart).
    pub fn is_empty(&self) -> bool {
        let no_text = self
            .content
            .as_ref()
            .is_none_or(|content| content.as_deref().is_none_or(|t| t.trim().is_empty()));
        let none = |list: &Option<Vec<Value>>| list.as_ref().is_none_or(Vec::is_empty);
        no_text
            && none(&self.embeds)
            && none(&self.components)
            && self.sticker_ids.is_empty()
            && self.poll.is_none()
            && !self.reference.is_some_and(|reference| reference.is_forward)
    }
}

/// The code of a field that a message of components only cannot have.
pub const LEGACY_FIELD: &str = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2";

/// What is said of such a field.
pub fn no_legacy_field(key: &str) -> String {
    format!("The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2")
}

fn refuse_legacy_fields(form: &mut Form<'_>) {
    for key in ["content", "embeds", "poll", "sticker_ids"] {
        let holds_something = form.some(key).is_some_and(|value| {
            value.as_str().is_none_or(|text| !text.is_empty())
                && value.as_array().is_none_or(|list| !list.is_empty())
        });
        if holds_something {
            form.wrong(key, LEGACY_FIELD, no_legacy_field(key));
        }
    }
}

fn refuse_discord_in_name(form: &mut Form<'_>, name: Option<&str>) {
    let name = name.unwrap_or_default().to_lowercase();
    for taken in ["discord", "clyde"] {
        if name.contains(taken) {
            let message = format!("Username cannot contain \"{taken}\"");
            form.wrong("username", "USERNAME_INVALID_CONTAINS", message);
        }
    }
}

fn read_reference(form: &mut Form<'_>) -> Option<Reference> {
    let value = form.some("message_reference")?;
    let path = form.path_of("message_reference");
    let mut inner = Form::open(value, &path, form.errors())?;
    inner.require("message_id");
    let is_forward = inner.int("type", 0..=1) == Some(1);
    if is_forward {
        inner.require("channel_id");
    }
    Some(Reference {
        is_forward,
        message_id: inner.id("message_id")?,
        channel_id: inner.id("channel_id"),
        fail_if_not_exists: inner.flag("fail_if_not_exists").unwrap_or(true),
    })
}

fn read_attachments(form: &mut Form<'_>) -> Option<Vec<AttachmentForm>> {
    if !form.has("attachments") {
        return None;
    }
    let list = form.list("attachments", 0..=MAX_ATTACHMENTS).unwrap_or_default();
    let base = form.path_of("attachments");
    let mut read = Vec::new();
    for (at, value) in list.iter().enumerate() {
        let Some(mut inner) = Form::open(value, &format!("{base}.{at}"), form.errors()) else {
            continue;
        };
        inner.require("id");
        let id = inner.raw("id").and_then(|id| {
            as_id(id)
                .map(|id| id.0)
                .or_else(|| form::as_int(id).map(|n| n as u64))
        });
        read.push(AttachmentForm {
            id: id.unwrap_or_default(),
            filename: inner.text("filename", 0..=1024).map(str::to_owned),
            description: inner.text("description", 0..=1024).map(str::to_owned),
        });
    }
    Some(read)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn check(body: &Value) -> Result<MessageForm, Refusal> {
        read(body, Way::Channel, 0, NOW)
    }

    #[test]
    fn a_message_of_2001_characters_is_refused_with_the_field_named() {
        assert!(check(&json!({ "content": "x".repeat(2000) })).is_ok());
        let refusal = check(&json!({ "content": "x".repeat(2001) })).expect_err("too long");
        assert_eq!(refusal.code, 50035);
        assert_eq!(
            refusal.errors.expect("named")["content"]["_errors"][0]["code"],
            "BASE_TYPE_MAX_LENGTH"
        );
    }

    #[test]
    fn a_message_that_shows_nothing_is_refused_as_50006() {
        assert_eq!(check(&json!({ "content": " " })).expect_err("blank").code, 50006);
        assert!(read(&json!({}), Way::Channel, 1, NOW).is_ok());
    }

    #[test]
    fn a_v2_message_has_no_content() {
        let body =
            json!({ "flags": 1 << 15, "content": "x", "components": [{ "type": 10, "content": "y" }] });
        let tree = check(&body).expect_err("both").errors.expect("named");
        assert!(tree["content"].is_object());
    }

    #[test]
    fn a_channel_message_cannot_be_ephemeral() {
        let read = check(&json!({ "content": "x", "flags": 64 })).expect("the flag is ignored");
        assert_eq!(read.flags, Some(0));
    }

    #[test]
    fn a_nonce_may_have_25_characters() {
        assert!(check(&json!({ "content": "x", "nonce": "n".repeat(25) })).is_ok());
        assert!(check(&json!({ "content": "x", "nonce": "n".repeat(26) })).is_err());
    }

    #[test]
    fn an_edit_may_clear_the_content_and_leave_the_rest() {
        let read = read(&json!({ "content": null }), Way::Edit { was_v2: false }, 0, NOW).expect("good");
        assert_eq!(read.content, Some(None));
        assert!(read.embeds.is_none() && read.components.is_none());
    }
}

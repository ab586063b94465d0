//! From Discord's objects to ours, in one direction: every text that a reader of a message sees, each with its place.
//!
//! Secrets are replaced here ([`Parts::push`], [`names`]), before anything else of the bot has seen the text: what comes
//! out of this module may be stored, shown and logged by its own rules. Nothing is judged and nothing is fetched here.
//!
//! Two readers fill the same [`Parts`]: [`message`] reads what serenity decoded from an event, [`raw`] reads the JSON of
//! a message that was fetched, because serenity 0.12 drops Components V2.

pub mod guild;
pub mod member;
pub mod message;
pub mod names;
pub mod raw;

use poise::serenity_prelude as serenity;

use crate::artefacts::secrets::redact;
use crate::model::Timestamp;
use crate::model::message::{Arrival, Attachment, MessagePart};
use crate::rules::{EmbedField, Place};

/// The texts of one message, as they are collected.
#[derive(Debug, Default)]
pub struct Parts {
    parts: Vec<MessagePart>,
    component: u8,
}

/// Where the texts being collected stand: in the message itself or in one that it forwards.
#[derive(Clone, Copy, Debug)]
pub enum Depth {
    /// The message itself; `edited` says that this is its text after an edit.
    Top {
        /// Whether it was edited.
        edited: bool,
    },
    /// The forwarded message with this index.
    Snapshot(u8),
}

impl Depth {
    /// The message itself, by how it came.
    pub fn of(arrival: Arrival) -> Self {
        Self::Top {
            edited: arrival == Arrival::Edited,
        }
    }

    /// `place`, or the place of the forwarded message as a whole.
    fn or(self, place: Place) -> Place {
        match self {
            Self::Top { .. } => place,
            Self::Snapshot(index) => Place::Snapshot { index },
        }
    }

    fn content(self) -> Place {
        match self {
            Self::Top { edited: false } => Place::Content,
            Self::Top { edited: true } => Place::Edit,
            Self::Snapshot(index) => Place::Snapshot { index },
        }
    }
}

impl Parts {
    /// Adds a text, secrets replaced. Blank texts are nothing.
    pub fn push(&mut self, place: Place, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let clean = redact(text);
        self.parts.push(MessagePart {
            place,
            text: clean.text.into_owned(),
            secrets: clean.found,
        });
    }

    fn push_some(&mut self, place: Place, text: Option<&str>) {
        if let Some(text) = text {
            self.push(place, text);
        }
    }

    fn embed(&mut self, depth: Depth, index: u8, field: EmbedField, text: Option<&str>) {
        self.push_some(depth.or(Place::Embed { index, field }), text);
    }

    /// The label and the address of a component, under one number in reading order.
    fn component(&mut self, depth: Depth, texts: &[Option<&str>], url: Option<&str>) {
        let index = self.component;
        for text in texts {
            self.push_some(depth.or(Place::ComponentText { index }), *text);
        }
        self.push_some(depth.or(Place::ComponentUrl { index }), url);
        self.component = self.component.saturating_add(1);
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The texts.
    pub fn into_parts(self) -> Vec<MessagePart> {
        self.parts
    }
}

/// A file, its name without secrets. A name that held one stands in the address too, so the address goes with it.
fn attachment(id: u64, filename: &str, size: u64, url: &str, content_type: Option<&str>) -> Attachment {
    let name = redact(filename);
    let address = redact(url);
    let url = if name.found.is_empty() && address.found.is_empty() {
        url.to_owned()
    } else {
        String::new()
    };
    Attachment {
        id,
        filename: name.text.into_owned(),
        size,
        url,
        content_type: content_type.map(str::to_owned),
    }
}

/// Where Discord keeps its copy of an embed's picture. The address of the original stands in it, so that a secret in that
/// takes it along.
fn preview(proxied: Option<&str>) -> Option<String> {
    let url = proxied?;
    redact(url).found.is_empty().then(|| url.to_owned())
}

/// An index of Discord's (at most a few dozen) as the engine counts it.
fn index(position: usize) -> u8 {
    u8::try_from(position).unwrap_or(u8::MAX)
}

/// Types of message that a person, a bot or a webhook writes: default, reply, slash command's answer, context menu's
/// answer. All others are announcements of Discord itself ("Message Types" of its reference).
const fn written_by_somebody(kind: u8) -> bool {
    matches!(kind, 0 | 19 | 20 | 23)
}

/// A moment, to the millisecond: the same whichever way it was read.
fn moment(at: serenity::Timestamp) -> Timestamp {
    Timestamp(at.unix_timestamp() * 1000 + i64::from(at.millisecond()))
}

#[cfg(test)]
mod tests;

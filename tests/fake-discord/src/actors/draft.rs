//! A message before it is sent, with every surface a message can carry.

use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::ids::Id;
use crate::world::{Author, NewMessage, State, message_flags};

/// What to send. People send text, files, stickers, polls; bots and webhooks also embeds and components.
#[derive(Clone, Debug, Default)]
pub struct MessageDraft {
    content: String,
    embeds: Vec<Value>,
    components: Vec<Value>,
    files: Vec<(String, Option<String>, Vec<u8>)>,
    stickers: Vec<String>,
    poll: Option<(String, Vec<String>)>,
    flags: u64,
}

impl MessageDraft {
    /// A message without anything in it yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A message with this text.
    pub fn text(content: &str) -> Self {
        Self {
            content: content.to_owned(),
            ..Self::default()
        }
    }

    /// With this text.
    #[must_use]
    pub fn content(mut self, content: &str) -> Self {
        content.clone_into(&mut self.content);
        self
    }

    /// With an embed object.
    #[must_use]
    pub fn embed(mut self, embed: Value) -> Self {
        self.embeds.push(embed);
        self
    }

    /// With a component object (action row).
    #[must_use]
    pub fn component(mut self, component: Value) -> Self {
        self.components.push(component);
        self
    }

    /// Made of Components V2: sets the flag; such a message has no content and no embeds.
    #[must_use]
    pub fn components_v2(mut self, components: Vec<Value>) -> Self {
        self.components = components;
        self.flags |= message_flags::IS_COMPONENTS_V2;
        self
    }

    /// With a file.
    #[must_use]
    pub fn file(mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.push((name.to_owned(), None, bytes.into()));
        self
    }

    /// With a file that somebody who cannot see it is told about in these words.
    #[must_use]
    pub fn described_file(mut self, name: &str, description: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files
            .push((name.to_owned(), Some(description.to_owned()), bytes.into()));
        self
    }

    /// With a sticker of this name.
    #[must_use]
    pub fn sticker(mut self, name: &str) -> Self {
        self.stickers.push(name.to_owned());
        self
    }

    /// With a poll.
    #[must_use]
    pub fn poll(mut self, question: &str, answers: &[&str]) -> Self {
        self.poll = Some((
            question.to_owned(),
            answers.iter().map(|&answer| answer.to_owned()).collect(),
        ));
        self
    }

    /// Does it carry files?
    pub(super) fn has_files(&self) -> bool {
        !self.files.is_empty()
    }

    /// Does it carry a poll?
    pub(super) fn has_poll(&self) -> bool {
        self.poll.is_some()
    }

    /// Stores the files and gives the message to be created.
    pub(super) fn into_message(self, state: &mut State, channel: Id, author: Author) -> NewMessage {
        let attachments = self
            .files
            .into_iter()
            .map(|(name, description, bytes)| state.store_file(channel, &name, description, None, bytes))
            .collect();
        let stickers: Vec<Value> = self
            .stickers
            .into_iter()
            .map(|name| json!({ "id": state.next_id(), "name": name, "format_type": 1 }))
            .collect();
        let poll = self
            .poll
            .map(|(question, answers)| poll_object(&question, &answers, state.now()));
        NewMessage {
            content: self.content,
            embeds: self.embeds,
            components: self.components,
            attachments,
            sticker_items: stickers,
            poll,
            flags: self.flags,
            ..NewMessage::new(channel, author)
        }
    }
}

fn poll_object(question: &str, answers: &[String], now: Timestamp) -> Value {
    let answers = answers.iter().enumerate();
    let answers: Vec<Value> = answers
        .map(|(index, text)| json!({ "answer_id": index + 1, "poll_media": { "text": text } }))
        .collect();
    json!({
        "question": { "text": question },
        "answers": answers,
        "expiry": now.plus(std::time::Duration::from_hours(24)),
        "allow_multiselect": false,
        "layout_type": 1,
        "results": { "is_finalized": false, "answer_counts": [] },
    })
}

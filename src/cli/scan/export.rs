//! Reads the JSON of `DiscordChatExporter`: one large object with an array `messages`, whose elements are judged as they
//! are parsed.
//!
//! The format is that of `DiscordChatExporter` 2.4x (its `JsonMessageWriter`): a message has `id`, `content`,
//! `attachments[].fileName`, `embeds[]` (`title`, `url`, `description`, `author`, `footer`, `fields`), `stickers[].name`
//! and, when it forwards another, `forwardedMessage`.

use std::fmt;
use std::io::{self, BufReader, Read};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::input::file_name;
use super::{Message, Sink};
use crate::rules::{EmbedField, Place};

/// Reads an export to its end, or to the first place where it is not JSON.
pub(super) fn read<S: Sink, R: Read>(scan: &mut S, name: &str, reader: BufReader<R>) -> io::Result<()> {
    let mut stopped = None;
    let mut json = serde_json::Deserializer::from_reader(reader);
    let export = Export {
        scan,
        name,
        stopped: &mut stopped,
    };
    let read = json.deserialize_map(export);
    if let Some(error) = stopped {
        return Err(error);
    }
    match read.and_then(|found| json.end().map(|()| found)) {
        Ok(true) => {}
        Ok(false) => scan.complain(&format!(
            "{name}: has no `messages`; is it an export of DiscordChatExporter?"
        )),
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            let reason = match error.classify() {
                serde_json::error::Category::Eof => "ends too early",
                serde_json::error::Category::Io => "cannot be read any further",
                serde_json::error::Category::Data => "is not an export of DiscordChatExporter",
                serde_json::error::Category::Syntax => "is not JSON",
            };
            scan.complain(&format!(
                "{name}: line {line}, column {column}: {reason}; what came before was judged"
            ));
        }
    }
    Ok(())
}

/// The outer object. Gives whether it had messages.
struct Export<'s, S: Sink> {
    scan: &'s mut S,
    name: &'s str,
    stopped: &'s mut Option<io::Error>,
}

impl<'de, S: Sink> Visitor<'de> for Export<'_, S> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an export of DiscordChatExporter")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<bool, A::Error> {
        let mut found = false;
        while let Some(key) = map.next_key::<String>()? {
            if key == "messages" {
                found = true;
                map.next_value_seed(Messages { export: &mut self })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

/// The array of messages, judged one by one.
struct Messages<'e, 's, S: Sink> {
    export: &'e mut Export<'s, S>,
}

impl<'de, S: Sink> DeserializeSeed<'de> for Messages<'_, '_, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, S: Sink> Visitor<'de> for Messages<'_, '_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of messages")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut messages: A) -> Result<(), A::Error> {
        let Export { scan, name, stopped } = self.export;
        let mut number = 0_u64;
        while let Some(message) = messages.next_element::<Value>()? {
            number += 1;
            if !message.is_object() {
                scan.complain(&format!("{name}: message {number}: is not an object"));
                continue;
            }
            if let Err(error) = scan.message(&converted(&message, number)) {
                **stopped = Some(error);
                return Err(serde::de::Error::custom("output is gone"));
            }
        }
        Ok(())
    }
}

fn converted(message: &Value, number: u64) -> Message {
    let id = message
        .get("id")
        .filter(|id| !id.is_null())
        .cloned()
        .unwrap_or_else(|| number.into());
    let mut texts = Vec::new();
    collect(message, None, &mut texts);
    if let Some(forwarded) = message
        .get("forwardedMessage")
        .filter(|forwarded| forwarded.is_object())
    {
        collect(forwarded, Some(Place::Snapshot { index: 0 }), &mut texts);
    }
    Message { id, texts }
}

/// Every text of a message; all under one place when it is a forwarded one.
fn collect(message: &Value, all_at: Option<Place>, texts: &mut Vec<(Place, String)>) {
    let mut put = |place: Place, text: Option<&Value>| {
        if let Some(text) = text.and_then(Value::as_str).filter(|text| !text.is_empty()) {
            texts.push((all_at.unwrap_or(place), text.to_owned()));
        }
    };
    put(Place::Content, message.get("content"));
    for (index, embed) in (0..=u8::MAX).zip(elements(message, "embeds")) {
        let at = |field| Place::Embed { index, field };
        put(at(EmbedField::Title), embed.get("title"));
        put(at(EmbedField::Url), embed.get("url"));
        put(at(EmbedField::Description), embed.get("description"));
        put(at(EmbedField::Author), embed.pointer("/author/name"));
        put(at(EmbedField::Author), embed.pointer("/author/url"));
        for field in elements(embed, "fields") {
            put(at(EmbedField::Field), field.get("name"));
            put(at(EmbedField::Field), field.get("value"));
        }
        put(at(EmbedField::Footer), embed.pointer("/footer/text"));
    }
    for (index, attachment) in (0..=u8::MAX).zip(elements(message, "attachments")) {
        let name = file_name(attachment).map(|name| Value::String(name.to_owned()));
        put(Place::AttachmentName { index }, name.as_ref());
    }
    for (index, sticker) in (0..=u8::MAX).zip(elements(message, "stickers")) {
        put(Place::StickerName { index }, sticker.get("name"));
    }
}

fn elements<'v>(of: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    of.get(key).and_then(Value::as_array).into_iter().flatten()
}

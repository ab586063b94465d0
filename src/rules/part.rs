//! What a reader of a message sees, cut into parts: each text with the place it was found in.
//!
//! How Discord's objects become parts lives at the edge; what parts are searched for lives in the rest of this module.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::artefacts::secrets::SecretSpan;

/// One text of a message and where it stands.
///
/// Secrets have already been taken out of `text` by a mask of the same length, so every byte offset still leads
/// to the text as it was posted; `secrets` says what stood where.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    /// Where in the message this text stands.
    pub place: Place,
    /// The text, secrets masked.
    pub text: &'a str,
    /// What was masked.
    pub secrets: &'a [SecretSpan],
}

impl<'a> Part<'a> {
    /// A part in which no secret was found.
    pub fn new(place: Place, text: &'a str) -> Self {
        Self {
            place,
            text,
            secrets: &[],
        }
    }
}

/// Where in a message a text stands. Indices count from zero.
///
/// The written form (`Display`, `FromStr`, serde) is the surface name of `nightdesk scan`: `embed[1].description`,
/// `poll.answer`, `poll.answer[2]`; an index of zero is not written, except for embeds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// The text of a new message.
    #[default]
    Content,
    /// The text of a message after an edit.
    Edit,
    /// One field of the embed with this index.
    Embed {
        /// Which embed.
        index: u8,
        /// Which of its fields.
        field: EmbedField,
    },
    /// Anything inside the forwarded message with this index.
    Snapshot {
        /// Which forwarded message.
        index: u8,
    },
    /// The question of a poll.
    PollQuestion,
    /// An answer of a poll.
    PollAnswer {
        /// Which answer.
        index: u8,
    },
    /// The name of a thread or the title of a forum post.
    ThreadName,
    /// The name under which a member appears.
    DisplayName,
    /// The file name of an attachment.
    AttachmentName {
        /// Which attachment.
        index: u8,
    },
    /// The name of a sticker.
    StickerName {
        /// Which sticker.
        index: u8,
    },
    /// Text inside a component: a text display, a label of a button or of an option.
    ComponentText {
        /// Which component, in reading order.
        index: u8,
    },
    /// The address behind a link button or a media item.
    ComponentUrl {
        /// Which component, in reading order.
        index: u8,
    },
}

/// A text field of an embed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EmbedField {
    /// The title.
    Title,
    /// The description.
    Description,
    /// Name and value of a field.
    Field,
    /// The author line.
    Author,
    /// The footer line.
    Footer,
    /// Any address of the embed.
    Url,
}

/// The kinds of places, without indices: what a rule names in `places`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    /// The text of a new or edited message, and of a forwarded one.
    Content,
    /// Embeds.
    Embed,
    /// Questions and answers of polls.
    Poll,
    /// Names of threads and titles of forum posts.
    ThreadName,
    /// Names of members.
    DisplayName,
    /// File names.
    AttachmentName,
    /// Sticker names.
    StickerName,
    /// Components, texts and addresses.
    Component,
}

impl Place {
    /// The kind of this place.
    pub const fn kind(self) -> PlaceKind {
        match self {
            Self::Content | Self::Edit | Self::Snapshot { .. } => PlaceKind::Content,
            Self::Embed { .. } => PlaceKind::Embed,
            Self::PollQuestion | Self::PollAnswer { .. } => PlaceKind::Poll,
            Self::ThreadName => PlaceKind::ThreadName,
            Self::DisplayName => PlaceKind::DisplayName,
            Self::AttachmentName { .. } => PlaceKind::AttachmentName,
            Self::StickerName { .. } => PlaceKind::StickerName,
            Self::ComponentText { .. } | Self::ComponentUrl { .. } => PlaceKind::Component,
        }
    }
}

impl EmbedField {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Title, "title"),
        (Self::Description, "description"),
        (Self::Field, "field"),
        (Self::Author, "author"),
        (Self::Footer, "footer"),
        (Self::Url, "url"),
    ];
}

impl fmt::Display for EmbedField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL
            .iter()
            .find(|(field, _)| field == self)
            .map_or("", |(_, name)| name);
        f.write_str(name)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, index) = match *self {
            Self::Embed { index, field } => return write!(f, "embed[{index}].{field}"),
            Self::Content => ("content", 0),
            Self::Edit => ("edit", 0),
            Self::PollQuestion => ("poll.question", 0),
            Self::ThreadName => ("thread_name", 0),
            Self::DisplayName => ("display_name", 0),
            Self::Snapshot { index } => ("snapshot", index),
            Self::PollAnswer { index } => ("poll.answer", index),
            Self::AttachmentName { index } => ("attachment_name", index),
            Self::StickerName { index } => ("sticker_name", index),
            Self::ComponentText { index } => ("component.text_display", index),
            Self::ComponentUrl { index } => ("component.url", index),
        };
        if index == 0 {
            f.write_str(name)
        } else {
            write!(f, "{name}[{index}]")
        }
    }
}

/// A surface name that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown surface `{0}`: use content, edit, embed[N].title|description|field|author|footer|url, snapshot, \
     poll.question, poll.answer, thread_name, display_name, attachment_name, sticker_name, \
     component.text_display or component.url"
)]
pub struct UnknownPlace(pub String);

impl FromStr for Place {
    type Err = UnknownPlace;

    fn from_str(written: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownPlace(written.chars().take(60).collect());
        if let Some(rest) = written.strip_prefix("embed[") {
            let (index, field) = rest.split_once("].").ok_or_else(unknown)?;
            let index = index.parse().map_err(|_| unknown())?;
            let field = EmbedField::ALL
                .iter()
                .find(|(_, name)| *name == field)
                .ok_or_else(unknown)?
                .0;
            return Ok(Self::Embed { index, field });
        }
        let (name, index) = match written.strip_suffix(']').and_then(|rest| rest.split_once('[')) {
            Some((name, index)) => (name, index.parse().map_err(|_| unknown())?),
            None => (written, 0),
        };
        Ok(match (name, index) {
            ("content", 0) => Self::Content,
            ("edit", 0) => Self::Edit,
            ("poll.question", 0) => Self::PollQuestion,
            ("thread_name", 0) => Self::ThreadName,
            ("display_name", 0) => Self::DisplayName,
            ("snapshot", index) => Self::Snapshot { index },
            ("poll.answer", index) => Self::PollAnswer { index },
            ("attachment_name", index) => Self::AttachmentName { index },
            ("sticker_name", index) => Self::StickerName { index },
            ("component.text_display", index) => Self::ComponentText { index },
            ("component.url", index) => Self::ComponentUrl { index },
            _ => return Err(unknown()),
        })
    }
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        written.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_reads_back_as_it_is_written() {
        let mut places = vec![
            Place::Content,
            Place::Edit,
            Place::PollQuestion,
            Place::ThreadName,
            Place::DisplayName,
            Place::Snapshot { index: 0 },
        ];
        for index in [0, 1, 255] {
            places.extend(EmbedField::ALL.map(|(field, _)| Place::Embed { index, field }));
            places.extend([
                Place::Snapshot { index },
                Place::PollAnswer { index },
                Place::AttachmentName { index },
                Place::StickerName { index },
                Place::ComponentText { index },
                Place::ComponentUrl { index },
            ]);
        }
        for place in places {
            assert_eq!(place.to_string().parse(), Ok(place), "{place}");
        }
    }

    #[test]
    fn an_unknown_surface_is_refused_with_the_list_of_known_ones() {
        for wrong in [
            "",
            "contents",
            "embed[x].title",
            "embed[0].colour",
            "content[1]",
            "snapshot[999]",
            "embed[0]",
        ] {
            let error = wrong.parse::<Place>().expect_err(wrong);
            assert!(error.to_string().contains("embed[N].title"), "{error}");
        }
    }
}

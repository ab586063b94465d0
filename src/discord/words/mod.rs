//! Every word the bot says, as plain values that a test can print: [`Saying`].
//!
//! Nothing is sent here and nothing is decided here: `discord::say` turns a [`Saying`] into requests. One file per
//! subject; each function is one thing the bot says.

pub mod desk;
pub mod moderation;
pub mod operations;

use crate::discord::component_id::ComponentId;
use crate::model::{ChannelId, MessageId, RoleId, UserId};

/// One message of the bot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saying {
    /// Plain text above the card; at most 2000 characters.
    pub text: String,
    /// A card (an embed).
    pub card: Option<Card>,
    /// Buttons, by row: at most five rows of five.
    pub buttons: Vec<Vec<Button>>,
    /// The people that this message pings. Nobody else is ever pinged.
    pub ping_users: Vec<UserId>,
    /// The roles that this message pings.
    pub ping_roles: Vec<RoleId>,
    /// The message that it answers, while that stands. Answering pings nobody by itself.
    pub reply_to: Option<(ChannelId, MessageId)>,
}

/// A card: Discord's embed, within its limits (title 256, body 4096, 25 fields of 256 and 1024, footer 2048, 6000 in all).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// Its fields: name, value, side by side with its neighbours.
    pub fields: Vec<(String, String, bool)>,
    /// Small print.
    pub footer: String,
    /// Its colour.
    pub tone: Tone,
}

/// How a card feels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Information.
    #[default]
    Calm,
    /// Something waits for somebody.
    Waiting,
    /// Danger.
    Danger,
    /// Done well.
    Good,
}

impl Tone {
    /// The colour as Discord wants it: 0xRRGGBB.
    pub const fn colour(self) -> u32 {
        match self {
            Self::Calm => 0x5B_6E_E1,
            Self::Waiting => 0xE1_A4_3B,
            Self::Danger => 0xD1_3B_4B,
            Self::Good => 0x3B_A5_6B,
        }
    }
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What it says; at most 80 characters.
    pub label: String,
    /// What it does.
    pub press: Press,
    /// How it looks.
    pub style: ButtonStyle,
    /// Whether it can be pressed.
    pub enabled: bool,
}

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Press {
    /// Comes back to us.
    Component(ComponentId),
    /// Opens a link.
    Link(String),
}

/// How a button looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ButtonStyle {
    /// The thing to do.
    Primary,
    /// Another thing to do.
    Secondary,
    /// A good end.
    Success,
    /// Hard to undo.
    Danger,
}

impl Button {
    /// A button that comes back to us.
    pub fn new(label: impl Into<String>, id: ComponentId, style: ButtonStyle) -> Self {
        Self {
            label: label.into(),
            press: Press::Component(id),
            style,
            enabled: true,
        }
    }

    /// A button that opens a link.
    pub fn link(label: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            press: Press::Link(url.into()),
            style: ButtonStyle::Secondary,
            enabled: true,
        }
    }
}

impl Saying {
    /// Text and nothing else.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// A card and nothing else.
    pub fn card(card: Card) -> Self {
        Self {
            card: Some(card),
            ..Self::default()
        }
    }
}

/// A form: Discord's modal, made of text inputs in action rows (serenity 0.12 loses answers of any other kind).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Comes back with the answers.
    pub id: ComponentId,
    /// At most 45 characters.
    pub title: String,
    /// At most five.
    pub inputs: Vec<Input>,
}

/// One question of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its key in the answer.
    pub key: &'static str,
    /// The question; at most 45 characters.
    pub label: String,
    /// Grey text inside; at most 100 characters.
    pub placeholder: String,
    /// What is filled in already; at most `max` characters.
    pub value: String,
    /// Several lines.
    pub long: bool,
    /// Must be answered.
    pub required: bool,
    /// Shortest answer, in characters.
    pub min: u16,
    /// Longest answer, in characters; at most 4000.
    pub max: u16,
}

/// Shortens a text to at most `limit` characters, ending in `…` when something was cut.
pub fn shortened(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some(_) => text
            .chars()
            .take(limit.saturating_sub(1))
            .chain(std::iter::once('…'))
            .collect(),
    }
}

/// A text of somebody else in a code block, where no mention, no markup and no link of it lives.
pub fn quoted(text: &str, limit: usize) -> String {
    let calm = shortened(text, limit).replace('`', "\u{2019}");
    format!("```\n{calm}\n```")
}

//! Messages read from their JSON: those of Discord's REST answers, which is the only way to the text of Components V2, and
//! those of events that serenity could not read.
//!
//! Every field is optional, every list may be absent, and what has another form than Discord documents counts as absent: a
//! message with something odd in it is still read as far as it goes. Source of the component types: Discord's "Component
//! Reference".

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::message::Reading;
use super::{Depth, Parts, attachment, guild, index, names, preview, written_by_somebody};
use crate::app::impostors::Seen;
use crate::model::avatar::Avatar;
use crate::model::ids::created_at;
use crate::model::message::{Arrival, Attachment, Author, IncomingMessage};
use crate::model::{ChannelId, GuildId, MessageId, RoleId, Timestamp, UserId, WebhookId};
use crate::rules::{EmbedField, Place};

/// Nesting of components that is still read; Discord allows three levels.
const DEEPEST: u8 = 8;

/// Reads a message object. `None`: it is no message, or an announcement of Discord's own.
pub fn message(guild: GuildId, arrival: Arrival, json: &Value) -> Option<IncomingMessage> {
    let message = Message::deserialize(json).ok()?;
    if !written_by_somebody(message.kind) {
        return None;
    }
    let depth = Depth::of(arrival);
    let mut parts = Parts::default();
    let mut attachments = Vec::new();
    message.body.read(&mut parts, depth, &mut attachments);
    if let Some(poll) = &message.poll {
        parts.push_some(Place::PollQuestion, poll.question.text.as_deref());
        for (position, answer) in poll.answers.iter().enumerate() {
            parts.push_some(
                Place::PollAnswer {
                    index: index(position),
                },
                answer.poll_media.text.as_deref(),
            );
        }
    }
    for (position, snapshot) in message.snapshots.iter().enumerate() {
        snapshot
            .message
            .read(&mut parts, Depth::Snapshot(index(position)), &mut attachments);
    }
    let bodies = std::iter::once(&message.body).chain(message.snapshots.iter().map(|one| &one.message));
    let previews = bodies
        .flat_map(|body| &body.embeds)
        .flat_map(Embed::previews)
        .collect();
    let member = message.member.unwrap_or_default();
    Some(IncomingMessage {
        guild,
        channel: ChannelId(message.channel_id.0),
        id: MessageId(message.id.0),
        author: Author {
            id: UserId(message.author.id.0),
            name: names::clean(&message.author.username),
            display_name: names::shown(
                member.nick.as_deref(),
                message.author.global_name.as_deref(),
                &message.author.username,
            ),
            bot: message.author.bot,
            webhook: message.webhook_id.map(|id| WebhookId(id.0)),
            roles: member.roles.iter().map(|role| RoleId(role.0)).collect(),
            joined_at: member.joined_at.as_deref().and_then(moment),
        },
        arrival,
        posted_at: created_at(message.id.0),
        parts: parts.into_parts(),
        attachments,
        previews,
        forwards: message
            .reference
            .filter(|_| !message.snapshots.is_empty())
            .and_then(|original| original.message_id)
            .map(|id| MessageId(id.0)),
        mentions_everyone: message.mention_everyone,
        needs_fetch: false,
    })
}

/// Reads the message of an event. One that says too little of it is [`Reading::Fetch`].
pub fn event(guild: GuildId, arrival: Arrival, json: &Value) -> Reading {
    let tells_all = arrival == Arrival::Posted || json.get("content").is_some();
    let kind = json.get("type").and_then(Value::as_u64);
    if kind
        .and_then(|kind| u8::try_from(kind).ok())
        .is_some_and(|kind| !written_by_somebody(kind))
    {
        return Reading::Nothing;
    }
    if tells_all && let Some(message) = message(guild, arrival, json) {
        return Reading::Message(Box::new(message));
    }
    match (guild::id(json, "channel_id"), guild::id(json, "id")) {
        (Some(channel), Some(message)) => Reading::Fetch {
            channel: ChannelId(channel),
            message: MessageId(message),
        },
        _ => Reading::Nothing,
    }
}

/// The application whose webhook or interaction posted this message.
pub fn application(json: &Value) -> Option<u64> {
    json.get("application_id")?.as_str()?.parse().ok()
}

/// A moment in Discord's ISO 8601 form.
pub fn moment(text: &str) -> Option<Timestamp> {
    let parsed = poise::serenity_prelude::Timestamp::parse(text).ok()?;
    Some(super::moment(parsed))
}

/// An id: a string of digits, now and then a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Id(pub u64);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let number = value
            .as_u64()
            .or_else(|| value.as_str().and_then(|text| text.parse().ok()));
        number
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("an id is a number in a string"))
    }
}

/// Reads a member object with its account.
pub fn member(guild: GuildId, json: &Value) -> Option<Seen> {
    let user = User::deserialize(json.get("user")?).ok()?;
    let member = Member::deserialize(json).ok()?;
    let global = user.global_name.as_deref();
    Some(Seen {
        guild,
        avatar: Avatar::shown(
            UserId(user.id.0),
            guild,
            member.avatar.clone(),
            user.avatar.clone(),
        ),
        global_name: global.map(names::clean),
        timed_out_until: member.communication_disabled_until.as_deref().and_then(moment),
        member: Author {
            id: UserId(user.id.0),
            name: names::clean(&user.username),
            display_name: names::shown(member.nick.as_deref(), global, &user.username),
            bot: user.bot,
            webhook: None,
            roles: member.roles.iter().map(|role| RoleId(role.0)).collect(),
            joined_at: member.joined_at.as_deref().and_then(moment),
        },
    })
}

/// Null, absent and of another form than documented all mean "nothing".
fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(deserializer: D) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(T::deserialize(value).unwrap_or_default())
}

/// The items of a list that have the documented form.
fn readable<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let Value::Array(items) = Value::deserialize(deserializer)? else {
        return Ok(Vec::new());
    };
    let read = |item| T::deserialize(item).ok();
    Ok(items.into_iter().filter_map(read).collect())
}

#[derive(Deserialize)]
struct Message {
    id: Id,
    channel_id: Id,
    author: User,
    #[serde(default, deserialize_with = "lenient")]
    member: Option<Member>,
    #[serde(default, deserialize_with = "lenient", rename = "type")]
    kind: u8,
    #[serde(default, deserialize_with = "lenient")]
    webhook_id: Option<Id>,
    #[serde(default, deserialize_with = "lenient")]
    mention_everyone: bool,
    #[serde(default, deserialize_with = "lenient")]
    poll: Option<Poll>,
    #[serde(default, deserialize_with = "lenient", rename = "message_reference")]
    reference: Option<Reference>,
    #[serde(default, deserialize_with = "readable", rename = "message_snapshots")]
    snapshots: Vec<Snapshot>,
    #[serde(flatten)]
    body: Body,
}

#[derive(Deserialize)]
struct User {
    id: Id,
    #[serde(default, deserialize_with = "lenient")]
    username: String,
    #[serde(default, deserialize_with = "lenient")]
    global_name: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    avatar: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    bot: bool,
}

#[derive(Default, Deserialize)]
struct Member {
    #[serde(default, deserialize_with = "lenient")]
    nick: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    avatar: Option<String>,
    #[serde(default, deserialize_with = "readable")]
    roles: Vec<Id>,
    #[serde(default, deserialize_with = "lenient")]
    joined_at: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    communication_disabled_until: Option<String>,
}

#[derive(Deserialize)]
struct Reference {
    #[serde(default, deserialize_with = "lenient")]
    message_id: Option<Id>,
}

#[derive(Deserialize)]
struct Snapshot {
    message: Body,
}

#[derive(Deserialize)]
struct Poll {
    question: PollMedia,
    #[serde(default, deserialize_with = "readable")]
    answers: Vec<PollAnswer>,
}

#[derive(Deserialize)]
struct PollAnswer {
    poll_media: PollMedia,
}

#[derive(Deserialize)]
struct PollMedia {
    #[serde(default, deserialize_with = "lenient")]
    text: Option<String>,
}

/// What a message and a forwarded message have in common.
#[derive(Deserialize)]
struct Body {
    #[serde(default, deserialize_with = "lenient")]
    content: String,
    #[serde(default, deserialize_with = "readable")]
    embeds: Vec<Embed>,
    #[serde(default, deserialize_with = "readable")]
    attachments: Vec<File>,
    #[serde(default, deserialize_with = "readable")]
    sticker_items: Vec<Named>,
    #[serde(default, deserialize_with = "readable")]
    components: Vec<Value>,
}

#[derive(Deserialize)]
struct File {
    id: Id,
    #[serde(default, deserialize_with = "lenient")]
    filename: String,
    #[serde(default, deserialize_with = "lenient")]
    description: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    size: u64,
    #[serde(default, deserialize_with = "lenient")]
    url: String,
    #[serde(default, deserialize_with = "lenient")]
    content_type: Option<String>,
}

#[derive(Deserialize)]
struct Named {
    #[serde(default, deserialize_with = "lenient")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    url: Option<String>,
}

#[derive(Deserialize)]
struct Embed {
    #[serde(default, deserialize_with = "lenient")]
    title: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    description: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    url: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    author: Option<Named>,
    #[serde(default, deserialize_with = "lenient")]
    provider: Option<Named>,
    #[serde(default, deserialize_with = "lenient")]
    footer: Option<Footer>,
    #[serde(default, deserialize_with = "lenient")]
    image: Option<Proxied>,
    #[serde(default, deserialize_with = "lenient")]
    thumbnail: Option<Proxied>,
    #[serde(default, deserialize_with = "readable")]
    fields: Vec<Field>,
}

/// A picture of an embed; Discord's own copy of it.
#[derive(Deserialize)]
struct Proxied {
    #[serde(default, deserialize_with = "lenient")]
    proxy_url: Option<String>,
}

#[derive(Deserialize)]
struct Footer {
    #[serde(default, deserialize_with = "lenient")]
    text: String,
}

#[derive(Deserialize)]
struct Field {
    #[serde(default, deserialize_with = "lenient")]
    name: String,
    #[serde(default, deserialize_with = "lenient")]
    value: String,
}

impl Body {
    fn read(&self, parts: &mut Parts, depth: Depth, files: &mut Vec<Attachment>) {
        parts.push(depth.content(), &self.content);
        for (position, embed) in self.embeds.iter().enumerate() {
            embed.read(parts, depth, index(position));
        }
        for (position, file) in self.attachments.iter().enumerate() {
            let place = depth.or(Place::AttachmentName {
                index: index(position),
            });
            parts.push(place, &file.filename);
            parts.push_some(place, file.description.as_deref());
            let kind = file.content_type.as_deref();
            files.push(attachment(file.id.0, &file.filename, file.size, &file.url, kind));
        }
        for (position, sticker) in self.sticker_items.iter().enumerate() {
            parts.push_some(
                depth.or(Place::StickerName {
                    index: index(position),
                }),
                sticker.name.as_deref(),
            );
        }
        for component in &self.components {
            component_texts(parts, depth, component, DEEPEST);
        }
    }
}

impl Embed {
    fn previews(&self) -> impl Iterator<Item = String> {
        let pictures = self.image.iter().chain(&self.thumbnail);
        pictures.filter_map(|picture| preview(picture.proxy_url.as_deref()))
    }

    fn read(&self, parts: &mut Parts, depth: Depth, at: u8) {
        parts.embed(depth, at, EmbedField::Title, self.title.as_deref());
        parts.embed(depth, at, EmbedField::Description, self.description.as_deref());
        for field in &self.fields {
            parts.embed(
                depth,
                at,
                EmbedField::Field,
                Some(&format!("{}\n{}", field.name, field.value)),
            );
        }
        for named in [&self.author, &self.provider].into_iter().flatten() {
            parts.embed(depth, at, EmbedField::Author, named.name.as_deref());
            parts.embed(depth, at, EmbedField::Url, named.url.as_deref());
        }
        parts.embed(
            depth,
            at,
            EmbedField::Footer,
            self.footer.as_ref().map(|footer| footer.text.as_str()),
        );
        parts.embed(depth, at, EmbedField::Url, self.url.as_deref());
    }
}

/// Every text and address of a component and of those inside it.
fn component_texts(parts: &mut Parts, depth: Depth, component: &Value, levels: u8) {
    let Some(levels) = levels.checked_sub(1) else {
        return;
    };
    let text = |key: &str| component.get(key).and_then(Value::as_str);
    let media = |key: &str| {
        component
            .get(key)
            .and_then(|media| media.get("url"))
            .and_then(Value::as_str)
    };
    match component.get("type").and_then(Value::as_u64) {
        // Button: label and, when it is a link, its address.
        Some(2) => parts.component(depth, &[text("label")], text("url")),
        // Selects: what they show before and after they are opened.
        Some(3 | 5..=8) => {
            parts.component(depth, &[text("placeholder")], None);
            for option in list(component, "options") {
                let text = |key: &str| option.get(key).and_then(Value::as_str);
                parts.component(depth, &[text("label"), text("description")], None);
            }
        }
        // Text display.
        Some(10) => parts.component(depth, &[text("content")], None),
        // Thumbnail and file.
        Some(11) => parts.component(depth, &[text("description")], outside(media("media"))),
        Some(13) => parts.component(depth, &[text("name")], outside(media("file"))),
        // Media gallery.
        Some(12) => {
            for item in list(component, "items") {
                let url = item
                    .get("media")
                    .and_then(|media| media.get("url"))
                    .and_then(Value::as_str);
                parts.component(
                    depth,
                    &[item.get("description").and_then(Value::as_str)],
                    outside(url),
                );
            }
        }
        // Action row, section and container: read what lies inside. And whatever Discord invents next, as far as it calls
        // its texts what others call them.
        _ => {
            let texts = ["title", "name", "label", "content", "description", "placeholder"].map(text);
            let url = text("url").or_else(|| media("media")).or_else(|| media("file"));
            if url.is_some() || texts.iter().any(Option::is_some) {
                parts.component(depth, &texts, outside(url));
            }
        }
    }
    for inner in list(component, "components") {
        component_texts(parts, depth, inner, levels);
    }
    for key in ["accessory", "component"] {
        if let Some(inner) = component.get(key).filter(|inner| inner.is_object()) {
            component_texts(parts, depth, inner, levels);
        }
    }
}

/// An address that leads somewhere; `attachment://` names a file of the message itself.
fn outside(url: Option<&str>) -> Option<&str> {
    url.filter(|url| !url.starts_with("attachment://"))
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

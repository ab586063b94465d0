//! Messages as serenity decodes them from the gateway's create and update events.
//!
//! Today an update carries the whole message; one that does not is [`Reading::Fetch`]. What serenity cannot decode
//! (Components V2) leaves a message without any text, which is marked `needs_fetch`.

use poise::serenity_prelude as serenity;
use serenity::{ActionRowComponent, ButtonKind};

use super::{Depth, Parts, attachment, index, moment, names, preview, written_by_somebody};
use crate::model::ids::created_at;
use crate::model::message::{Arrival, Attachment, Author, IncomingMessage};
use crate::model::{ChannelId, GuildId, MessageId, RoleId, UserId, WebhookId};
use crate::rules::{EmbedField, Place};

/// What an event gives to read.
#[derive(Debug)]
pub enum Reading {
    /// A message to judge.
    Message(Box<IncomingMessage>),
    /// The event does not carry the message: it has to be fetched.
    Fetch {
        /// Where it is.
        channel: ChannelId,
        /// The message.
        message: MessageId,
    },
    /// Nothing to judge: an announcement of Discord's own.
    Nothing,
}

/// A message that was just posted.
pub fn posted(guild: GuildId, message: &serenity::Message) -> Reading {
    if !written_by_somebody(u8::from(message.kind)) {
        return Reading::Nothing;
    }
    let depth = Depth::of(Arrival::Posted);
    let mut parts = Parts::default();
    parts.push(depth.content(), &message.content);
    let read = body(
        &mut parts,
        depth,
        &message.embeds,
        &message.attachments,
        &message.sticker_items,
        &message.components,
    );
    let mut hollow =
        message.content.is_empty() && read.may_hide_text(message.author.bot || message.webhook_id.is_some());
    if let Some(poll) = &message.poll {
        hollow = false;
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
    let mut attachments = files(&message.attachments);
    let mut previews = pictures(&message.embeds);
    let mut needs_fetch = hollow && message.message_snapshots.is_empty();
    for (position, snapshot) in message.message_snapshots.iter().enumerate() {
        let depth = Depth::Snapshot(index(position));
        parts.push(depth.content(), &snapshot.content);
        let read = body(
            &mut parts,
            depth,
            &snapshot.embeds,
            &snapshot.attachments,
            &snapshot.sticker_items,
            &snapshot.components,
        );
        // A snapshot does not say who wrote it: it may have been a bot.
        needs_fetch |= snapshot.content.is_empty()
            && read.may_hide_text(true)
            && written_by_somebody(u8::from(snapshot.kind));
        attachments.extend(files(&snapshot.attachments));
        previews.extend(pictures(&snapshot.embeds));
    }
    let is_forward = !message.message_snapshots.is_empty();
    let original = message.message_reference.as_ref().filter(|_| is_forward);
    Reading::Message(Box::new(IncomingMessage {
        guild,
        channel: ChannelId(message.channel_id.get()),
        id: MessageId(message.id.get()),
        author: author(&message.author, message.member.as_deref(), message.webhook_id),
        arrival: Arrival::Posted,
        posted_at: created_at(message.id.get()),
        parts: parts.into_parts(),
        attachments,
        previews,
        forwards: original
            .and_then(|original| original.message_id)
            .map(|id| MessageId(id.get())),
        mentions_everyone: message.mention_everyone,
        needs_fetch,
    }))
}

/// A message that was just changed.
pub fn edited(guild: GuildId, event: &serenity::MessageUpdateEvent) -> Reading {
    let (channel, id) = (ChannelId(event.channel_id.get()), MessageId(event.id.get()));
    if event
        .kind
        .is_some_and(|kind| !written_by_somebody(u8::from(kind)))
    {
        return Reading::Nothing;
    }
    let (Some(user), Some(content)) = (&event.author, &event.content) else {
        return Reading::Fetch { channel, message: id };
    };
    let depth = Depth::of(Arrival::Edited);
    let mut parts = Parts::default();
    parts.push(depth.content(), content);
    let attached = event.attachments.as_deref().unwrap_or_default();
    let read = body(
        &mut parts,
        depth,
        event.embeds.as_deref().unwrap_or_default(),
        attached,
        event.sticker_items.as_deref().unwrap_or_default(),
        event.components.as_deref().unwrap_or_default(),
    );
    let member = event.member.as_ref().and_then(Option::as_deref);
    Reading::Message(Box::new(IncomingMessage {
        guild,
        channel,
        id,
        author: author(user, member, event.webhook_id.flatten()),
        arrival: Arrival::Edited,
        posted_at: created_at(event.id.get()),
        parts: parts.into_parts(),
        attachments: files(attached),
        previews: pictures(event.embeds.as_deref().unwrap_or_default()),
        // What is forwarded cannot be edited.
        forwards: None,
        mentions_everyone: event.mention_everyone.unwrap_or_default(),
        needs_fetch: content.is_empty()
            && read.may_hide_text(user.bot || event.webhook_id.flatten().is_some()),
    }))
}

/// What a message without content held instead.
struct Body {
    /// Embeds or stickers, which never stand beside Components V2.
    plain: bool,
    /// Files or the components that serenity knows, which do.
    mixed: bool,
}

impl Body {
    /// Whether a message without content may be made of Components V2, whose texts and flag serenity drops. Only bots
    /// and webhooks post them: the pictures of members need no second look.
    const fn may_hide_text(&self, by_bot: bool) -> bool {
        !self.plain && (by_bot || !self.mixed)
    }
}

/// Reads everything but the content, and answers what there was.
fn body(
    parts: &mut Parts,
    depth: Depth,
    embeds: &[serenity::Embed],
    attachments: &[serenity::Attachment],
    stickers: &[serenity::StickerItem],
    components: &[serenity::ActionRow],
) -> Body {
    for (position, one) in embeds.iter().enumerate() {
        embed(parts, depth, index(position), one);
    }
    for (position, file) in attachments.iter().enumerate() {
        parts.push(
            depth.or(Place::AttachmentName {
                index: index(position),
            }),
            &file.filename,
        );
        parts.push_some(
            depth.or(Place::AttachmentName {
                index: index(position),
            }),
            file.description.as_deref(),
        );
    }
    for (position, sticker) in stickers.iter().enumerate() {
        parts.push(
            depth.or(Place::StickerName {
                index: index(position),
            }),
            &sticker.name,
        );
    }
    for component in components.iter().flat_map(|row| &row.components) {
        match component {
            ActionRowComponent::Button(button) => {
                let url = match &button.data {
                    ButtonKind::Link { url } => Some(url.as_str()),
                    _ => None,
                };
                parts.component(depth, &[button.label.as_deref()], url);
            }
            ActionRowComponent::SelectMenu(menu) => {
                parts.component(depth, &[menu.placeholder.as_deref()], None);
                for option in &menu.options {
                    parts.component(depth, &[Some(&option.label), option.description.as_deref()], None);
                }
            }
            _ => {}
        }
    }
    Body {
        plain: !embeds.is_empty() || !stickers.is_empty(),
        mixed: !attachments.is_empty() || !components.is_empty(),
    }
}

fn embed(parts: &mut Parts, depth: Depth, at: u8, embed: &serenity::Embed) {
    parts.embed(depth, at, EmbedField::Title, embed.title.as_deref());
    parts.embed(depth, at, EmbedField::Description, embed.description.as_deref());
    for field in &embed.fields {
        parts.embed(
            depth,
            at,
            EmbedField::Field,
            Some(&format!("{}\n{}", field.name, field.value)),
        );
    }
    if let Some(author) = &embed.author {
        parts.embed(depth, at, EmbedField::Author, Some(&author.name));
        parts.embed(depth, at, EmbedField::Url, author.url.as_deref());
    }
    if let Some(footer) = &embed.footer {
        parts.embed(depth, at, EmbedField::Footer, Some(&footer.text));
    }
    if let Some(provider) = &embed.provider {
        parts.embed(depth, at, EmbedField::Author, provider.name.as_deref());
        parts.embed(depth, at, EmbedField::Url, provider.url.as_deref());
    }
    parts.embed(depth, at, EmbedField::Url, embed.url.as_deref());
}

/// Discord's copies of the pictures of embeds.
fn pictures(embeds: &[serenity::Embed]) -> Vec<String> {
    let of = |embed: &serenity::Embed| {
        let image = embed.image.as_ref().and_then(|image| image.proxy_url.as_deref());
        let thumbnail = embed
            .thumbnail
            .as_ref()
            .and_then(|small| small.proxy_url.as_deref());
        [preview(image), preview(thumbnail)]
    };
    embeds.iter().flat_map(of).flatten().collect()
}

fn files(attachments: &[serenity::Attachment]) -> Vec<Attachment> {
    attachments
        .iter()
        .map(|file| {
            attachment(
                file.id.get(),
                &file.filename,
                u64::from(file.size),
                &file.url,
                file.content_type.as_deref(),
            )
        })
        .collect()
}

fn author(
    user: &serenity::User,
    member: Option<&serenity::PartialMember>,
    webhook: Option<serenity::WebhookId>,
) -> Author {
    Author {
        id: UserId(user.id.get()),
        name: names::clean(&user.name),
        display_name: names::display(member.and_then(|member| member.nick.as_deref()), user),
        bot: user.bot,
        webhook: webhook.map(|id| WebhookId(id.get())),
        roles: member
            .map(|member| member.roles.iter().map(|role| RoleId(role.get())).collect())
            .unwrap_or_default(),
        joined_at: member.and_then(|member| member.joined_at).map(moment),
    }
}

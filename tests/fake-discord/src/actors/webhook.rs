//! Webhooks that belong to other services, which write into channels.

use crate::FakeDiscord;
use crate::ids::Id;
use crate::observe::ChannelKey;
use crate::world::{Author, Message, MessageEdit};

use super::MessageDraft;

/// A foreign webhook on a channel.
#[derive(Clone, Debug)]
pub struct WebhookSender {
    discord: FakeDiscord,
    /// The webhook's id.
    pub id: Id,
}

impl FakeDiscord {
    /// A webhook of this name on a channel, made by the guild's owner.
    ///
    /// # Panics
    /// When there is no such channel of a guild.
    #[track_caller]
    pub fn webhook(&self, channel: impl ChannelKey, name: &str) -> WebhookSender {
        let mut state = self.state();
        let found = channel
            .find(&state)
            .and_then(|id| Some((id, state.guild_of(id)?)));
        let (channel, guild) = found.unwrap_or_else(|| panic!("there is no channel {}", channel.describe()));
        let owner = state.guilds[&guild].owner_id;
        let id = state.create_webhook(channel, name, owner).unwrap_or_default();
        WebhookSender {
            discord: self.clone(),
            id,
        }
    }
}

impl WebhookSender {
    /// Writes into its channel.
    ///
    /// # Panics
    /// When the webhook has been deleted.
    #[track_caller]
    pub fn sends(&self, draft: MessageDraft) -> Message {
        let mut state = self.discord.state();
        let webhook = state
            .webhooks
            .get(&self.id)
            .cloned()
            .expect("the webhook has been deleted");
        let author = Author::Webhook {
            id: webhook.id,
            name: webhook.name,
            avatar: webhook.avatar,
        };
        let mut new = draft.into_message(&mut state, webhook.channel_id, author);
        new.webhook_id = Some(webhook.id);
        let id = state.create_message(new);
        state.messages[&id].clone()
    }

    /// Makes a message of its own into this one.
    ///
    /// # Panics
    /// When the message is not its own.
    #[track_caller]
    pub fn edits(&self, message: &Message, draft: MessageDraft) {
        assert!(
            matches!(message.author, Author::Webhook { id, .. } if id == self.id),
            "a webhook edits its own messages"
        );
        let mut state = self.discord.state();
        let new = draft.into_message(&mut state, message.channel_id, message.author.clone());
        let edit = MessageEdit {
            content: Some(new.content),
            embeds: Some(new.embeds),
            components: Some(new.components),
            attachments: Some(new.attachments),
            flags: Some(new.flags),
            ..MessageEdit::default()
        };
        state.edit_message(message.id, edit);
    }
}

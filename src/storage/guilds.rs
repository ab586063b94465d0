//! Guild settings, how far each channel has been read, and which webhooks are ours.

use async_trait::async_trait;

use super::{Decide, InGuild, Result};
use crate::model::effect::EffectDraft;
use crate::model::guild::GuildSettings;
use crate::model::{ChannelId, MessageId, Timestamp, UserId, WebhookId};

/// Settings as they are to be, and what follows from the change.
#[derive(Clone, Debug, Default)]
pub struct SettingsChange {
    /// The settings.
    pub settings: GuildSettings,
    /// What is to be done on Discord because of the change.
    pub effects: Vec<EffectDraft>,
}

impl From<GuildSettings> for SettingsChange {
    fn from(settings: GuildSettings) -> Self {
        Self {
            settings,
            effects: Vec::new(),
        }
    }
}

/// Guild settings and how far each channel has been read.
#[async_trait]
pub trait Guilds {
    /// A guild's settings; the default when it has none.
    async fn settings(&self, guild: InGuild) -> Result<GuildSettings>;

    /// Reads the settings, changes them, writes them together with the effects of the change, answers what they are now.
    /// `by`: who changed them.
    async fn change_settings(
        &self,
        guild: InGuild,
        by: UserId,
        now: Timestamp,
        change: Decide<GuildSettings, SettingsChange>,
    ) -> Result<GuildSettings>;

    /// Notes the newest message judged in each channel. Never goes backwards.
    async fn note_read(&self, guild: InGuild, marks: Vec<(ChannelId, MessageId)>) -> Result<()>;

    /// How far each channel has been read.
    async fn read_marks(&self, guild: InGuild) -> Result<Vec<(ChannelId, MessageId)>>;

    /// The webhook that restores messages in a channel, so that its messages are known as ours.
    async fn note_webhook(&self, guild: InGuild, channel: ChannelId, webhook: WebhookId) -> Result<()>;

    /// The webhooks that are ours.
    async fn own_webhooks(&self, guild: InGuild) -> Result<Vec<(ChannelId, WebhookId)>>;
}

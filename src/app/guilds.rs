//! Settings and directory of every guild, in memory, so that nothing per message is read from the database.
//!
//! Values are swapped whole: settings after their commit, the directory as Discord's events come in. Turning those
//! events into a [`Directory`] is done in `discord::events`.

use std::sync::Arc;

use dashmap::{DashMap, DashSet};

use crate::model::guild::{Directory, GuildSettings};
use crate::model::overlay::Overlay;
use crate::model::{GuildId, WebhookId};
use crate::storage::{self, InGuild, Store};

/// What is known of each guild.
#[derive(Debug, Default)]
pub struct Guilds {
    settings: DashMap<GuildId, Arc<GuildSettings>>,
    overlays: DashMap<GuildId, Arc<Overlay>>,
    directories: DashMap<GuildId, Arc<Directory>>,
    webhooks: DashSet<WebhookId>,
}

impl Guilds {
    /// A guild's settings; the default (observe, nothing set up) until they are known.
    pub fn settings(&self, guild: GuildId) -> Arc<GuildSettings> {
        self.known_settings(guild).unwrap_or_default()
    }

    /// A guild's settings, read from the store on first use; its webhooks come with them.
    pub async fn load(&self, store: &dyn Store, guild: GuildId) -> storage::Result<Arc<GuildSettings>> {
        if let Some(known) = self.known_settings(guild) {
            return Ok(known);
        }
        let settings = store.settings(InGuild(guild)).await?;
        let overlay = store.overlay(InGuild(guild)).await?;
        self.overlays.entry(guild).or_insert_with(|| Arc::new(overlay));
        for (_, webhook) in store.own_webhooks(InGuild(guild)).await? {
            self.note_webhook(webhook);
        }
        // A change may have been committed meanwhile: what is there is newer.
        Ok(Arc::clone(
            &self.settings.entry(guild).or_insert_with(|| Arc::new(settings)),
        ))
    }

    fn known_settings(&self, guild: GuildId) -> Option<Arc<GuildSettings>> {
        self.settings.get(&guild).map(|entry| Arc::clone(&entry))
    }

    /// Puts a guild's settings in force; called after they were committed.
    pub fn put_settings(&self, guild: GuildId, settings: GuildSettings) {
        self.settings.insert(guild, Arc::new(settings));
    }

    /// What a guild's moderators have added to the rules; nothing until its settings are known.
    pub fn overlay(&self, guild: GuildId) -> Arc<Overlay> {
        self.overlays
            .get(&guild)
            .map(|entry| Arc::clone(&entry))
            .unwrap_or_default()
    }

    /// Puts a guild's overlay in force; called after it was committed.
    pub fn put_overlay(&self, guild: GuildId, overlay: Overlay) {
        self.overlays.insert(guild, Arc::new(overlay));
    }

    /// A guild's directory; `None` until Discord has described the guild.
    pub fn directory(&self, guild: GuildId) -> Option<Arc<Directory>> {
        self.directories.get(&guild).map(|entry| Arc::clone(&entry))
    }

    /// Puts a freshly described guild in place.
    pub fn put_directory(&self, directory: Directory) {
        self.directories.insert(directory.guild, Arc::new(directory));
    }

    /// Changes a guild's directory; does nothing for a guild that was never described.
    pub fn change_directory(&self, guild: GuildId, change: impl FnOnce(&mut Directory)) {
        if let Some(mut entry) = self.directories.get_mut(&guild) {
            change(Arc::make_mut(&mut entry));
        }
    }

    /// Notes a webhook of ours: its messages are never judged.
    pub fn note_webhook(&self, webhook: WebhookId) {
        self.webhooks.insert(webhook);
    }

    /// Whether a webhook is ours.
    pub fn is_own_webhook(&self, webhook: WebhookId) -> bool {
        self.webhooks.contains(&webhook)
    }

    /// Forgets a guild that the bot has left.
    pub fn forget(&self, guild: GuildId) {
        self.settings.remove(&guild);
        self.overlays.remove(&guild);
        self.directories.remove(&guild);
    }

    /// Every guild that has been described.
    pub fn all(&self) -> Vec<GuildId> {
        self.directories.iter().map(|entry| *entry.key()).collect()
    }
}

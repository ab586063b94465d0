//! Settings and directory of every guild, in memory, so that nothing per message is read from the database.
//!
//! Values are swapped whole: settings after their commit, the directory as Discord's events come in. Turning those
//! events into a [`Directory`] is done in `discord::events`.

use std::sync::Arc;

use dashmap::DashMap;

use crate::model::GuildId;
use crate::model::guild::{Directory, GuildSettings};

/// What is known of each guild.
#[derive(Debug, Default)]
pub struct Guilds {
    settings: DashMap<GuildId, Arc<GuildSettings>>,
    directories: DashMap<GuildId, Arc<Directory>>,
}

impl Guilds {
    /// A guild's settings; the default (observe, nothing set up) until they are known.
    pub fn settings(&self, guild: GuildId) -> Arc<GuildSettings> {
        self.settings
            .get(&guild)
            .map(|entry| Arc::clone(&entry))
            .unwrap_or_default()
    }

    /// Puts a guild's settings in force; called after they were committed.
    pub fn put_settings(&self, guild: GuildId, settings: GuildSettings) {
        self.settings.insert(guild, Arc::new(settings));
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

    /// Forgets a guild that the bot has left.
    pub fn forget(&self, guild: GuildId) {
        self.settings.remove(&guild);
        self.directories.remove(&guild);
    }

    /// Every guild that has been described.
    pub fn all(&self) -> Vec<GuildId> {
        self.directories.iter().map(|entry| *entry.key()).collect()
    }
}

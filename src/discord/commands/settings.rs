//! Changes a guild's settings: first in the store, then in memory, where every message is judged by them.

use std::sync::Arc;

use crate::app::App;
use crate::app::reload::sync_automod;
use crate::discord::Error;
use crate::model::guild::GuildSettings;
use crate::model::{GuildId, UserId};
use crate::storage::InGuild;

/// Changes the settings of a guild and puts them in force.
pub async fn change(
    app: &Arc<App>,
    guild: GuildId,
    by: UserId,
    change: impl FnOnce(&mut GuildSettings) + Send + 'static,
) -> Result<GuildSettings, Error> {
    let decide = Box::new(move |mut settings: GuildSettings| {
        change(&mut settings);
        settings
    });
    let wanted = app.guilds.load(app.store.as_ref(), guild).await?.wants_automod();
    let now = app.clock.now();
    let settings = app.store.change_settings(InGuild(guild), by, now, decide).await?;
    app.guilds.put_settings(guild, settings.clone());
    if settings.wants_automod() != wanted {
        sync_automod(app, guild, Some(now)).await;
    }
    tracing::info!(%guild, %by, "settings changed");
    Ok(settings)
}

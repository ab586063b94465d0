//! Changes a guild's settings: first in the store, together with what is to be done on Discord because of it, then in
//! memory, where every message is judged by them.

use std::sync::Arc;

use crate::app::App;
use crate::discord::Error;
use crate::model::effect::{Effect, EffectDraft};
use crate::model::guild::GuildSettings;
use crate::model::{GuildId, Timestamp, UserId};
use crate::storage::{InGuild, SettingsChange};

/// Changes the settings of a guild and puts them in force.
pub async fn change(
    app: &Arc<App>,
    guild: GuildId,
    by: UserId,
    change: impl FnOnce(&mut GuildSettings) + Send + 'static,
) -> Result<GuildSettings, Error> {
    let now = app.clock.now();
    let decide = Box::new(move |before: GuildSettings| {
        let mut settings = before.clone();
        change(&mut settings);
        let effects = honeypot_notice(guild, &before, &settings, now)
            .into_iter()
            .collect();
        SettingsChange { settings, effects }
    });
    let settings = app.store.change_settings(InGuild(guild), by, now, decide).await?;
    app.guilds.put_settings(guild, settings.clone());
    app.performer.wake();
    tracing::info!(%guild, %by, "settings changed");
    Ok(settings)
}

/// The notice for a channel that has just become the honeypot.
fn honeypot_notice(
    guild: GuildId,
    before: &GuildSettings,
    after: &GuildSettings,
    now: Timestamp,
) -> Option<EffectDraft> {
    let channel = after.honeypot.filter(|_| after.honeypot != before.honeypot)?;
    Some(EffectDraft::new(
        format!("guild:{guild}:honeypot:{channel}:{}", now.0),
        Effect::PostHoneypotNotice { channel },
    ))
}

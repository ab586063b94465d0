//! Guilds that the bot was removed from: when that was is noted, and after the retention age what is stored of them is erased.
//!
//! A guild that is down for a while has not been left: Discord names it among ours all the same.

use std::collections::BTreeSet;

use super::App;
use crate::model::guild::GuildSettings;
use crate::model::{GuildId, Timestamp, UserId};
use crate::storage::{self, AllGuilds, InGuild, SettingsChange};

/// Compares what is stored with the guilds that the bot is in, by Discord's own word: those that are back are no longer left, the
/// others are noted as left, and erased when that was long ago. `us`: the bot's own account, in whose name it is noted.
pub async fn look(app: &App, present: &BTreeSet<GuildId>, us: UserId) {
    let looked = async {
        for guild in app.store.known_guilds(AllGuilds).await? {
            let left_at = app.store.settings(InGuild(guild)).await?.left_at;
            match (present.contains(&guild), left_at) {
                (true, Some(_)) => note(app, guild, us, None).await?,
                (false, None) => note(app, guild, us, Some(app.clock.now())).await?,
                _ => {}
            }
        }
        erase(app, present).await
    };
    if let Err(error) = looked.await {
        tracing::error!(%error, "which servers were left could not be seen to");
    }
}

/// Erases guilds that were left long ago while the bot runs on and on.
pub async fn forget(app: &App) {
    let present = app.guilds.all().into_iter().collect();
    if let Err(error) = erase(app, &present).await {
        tracing::error!(%error, "servers that were left could not be erased");
    }
}

async fn erase(app: &App, present: &BTreeSet<GuildId>) -> storage::Result<()> {
    let now = app.clock.now();
    for guild in app.store.known_guilds(AllGuilds).await? {
        let settings = app.store.settings(InGuild(guild)).await?;
        let long_left = settings.left_at.is_some_and(|left| now.since(left) >= app.keep);
        if long_left && !present.contains(&guild) {
            let rows = app.store.erase_guild(InGuild(guild)).await?;
            tracing::info!(%guild, rows, "guild.erased");
        }
    }
    Ok(())
}

/// Notes that the bot was removed from a guild.
pub async fn note_left(app: &App, guild: GuildId, us: UserId) {
    let left = async {
        // It may be back already.
        if app.guilds.directory(guild).is_none() && app.store.known_guilds(AllGuilds).await?.contains(&guild)
        {
            note(app, guild, us, Some(app.clock.now())).await?;
        }
        Ok::<_, storage::StoreError>(())
    };
    if let Err(error) = left.await {
        tracing::error!(%guild, %error, "that a server was left could not be noted; it is at the next start");
    }
}

async fn note(app: &App, guild: GuildId, us: UserId, left_at: Option<Timestamp>) -> storage::Result<()> {
    let change =
        Box::new(move |settings: GuildSettings| SettingsChange::from(GuildSettings { left_at, ..settings }));
    let settings = app
        .store
        .change_settings(InGuild(guild), us, app.clock.now(), change)
        .await?;
    if left_at.is_none() {
        app.guilds.put_settings(guild, settings);
    }
    Ok(())
}

//! Putting new rules in force, and looking what they mean for what guilds have said about the old ones.
//!
//! Reading and compiling is done in [`super::rulebook`]; whether an overlay still holds is decided in
//! `moderation::overlay`.

use std::sync::Arc;

use super::App;
use super::platform::{Order, Task};
use super::rulebook::Rulebook;
use crate::model::effect::{Effect, EffectDraft};
use crate::model::{ChannelId, GuildId, RoleId};
use crate::moderation::overlay::contradictions;
use crate::storage::InGuild;

/// Reads the rules directory again. On error the old rules stay in force, and the text names every mistake.
pub async fn reload(app: &Arc<App>) -> Result<Arc<Rulebook>, String> {
    let running = Arc::clone(app);
    // Compiling hundreds of patterns takes a while: not on a thread that answers others.
    let rulebook = tokio::task::spawn_blocking(move || running.rulebook.reload())
        .await
        .map_err(|_| "reading the rules was interrupted; please try again".to_owned())??;
    for guild in app.guilds.all() {
        warn_of_overlay(app, guild).await;
        sync_automod(app, guild).await;
    }
    app.performer.wake();
    Ok(rulebook)
}

/// Plans that AutoMod is brought to what this guild and the present rules want, once for each set of rules. Where the
/// guild changed its mind, the store plans it together with the change.
pub async fn sync_automod(app: &App, guild: GuildId) {
    if !app.guilds.settings(guild).wants_automod() {
        return;
    }
    let ruleset = app.rulebook.current().ruleset.fingerprint();
    let sync = EffectDraft::new(
        format!("automod:{ruleset:016x}"),
        Effect::SyncAutomod {
            ruleset: Some(ruleset),
        },
    );
    if let Err(error) = app
        .store
        .plan_effects(InGuild(guild), vec![sync], app.clock.now())
        .await
    {
        tracing::error!(%guild, %error, "AutoMod could not be brought up to date");
    }
}

/// Plans that AutoMod hears that a role or a channel is gone, if the guild had it left alone: Discord refuses a whole rule for one that
/// it does not know.
pub async fn without(app: &App, guild: GuildId, gone: Gone) {
    let settings = match app.guilds.load(app.store.as_ref(), guild).await {
        Ok(settings) => settings,
        Err(error) => {
            tracing::error!(%guild, %error, "AutoMod could not be brought up to date");
            return;
        }
    };
    let (id, named) = match gone {
        Gone::Role(role) => (
            role.0,
            settings.exempt_roles.contains(&role) || settings.staff_roles.iter().any(|(_, one)| *one == role),
        ),
        Gone::Channel(channel) => (channel.0, settings.exempt_channels.contains(&channel)),
    };
    if !named || !settings.wants_automod() {
        return;
    }
    let sync = EffectDraft::new(
        format!("automod:gone:{id}"),
        Effect::SyncAutomod { ruleset: None },
    );
    match app
        .store
        .plan_effects(InGuild(guild), vec![sync], app.clock.now())
        .await
    {
        Ok(()) => app.performer.wake(),
        Err(error) => tracing::error!(%guild, %error, "AutoMod could not be brought up to date"),
    }
}

/// What was deleted.
#[derive(Clone, Copy, Debug)]
pub enum Gone {
    /// A role.
    Role(RoleId),
    /// A channel.
    Channel(ChannelId),
}

/// Puts changed files in force once they stand still, and tells operators when they have mistakes, and when those are
/// mended.
pub async fn watch(app: &Arc<App>) {
    let looking = Arc::clone(app);
    let changed = tokio::task::spawn_blocking(move || looking.rulebook.has_changed()).await;
    if !changed.unwrap_or(false) {
        return;
    }
    let was_broken = app.rulebook.is_broken();
    match reload(app).await {
        Ok(rulebook) => {
            let count = rulebook.ruleset.rules().len();
            tracing::info!(count, "rules reloaded: the files have changed");
            if was_broken {
                tell_operators(app, Ok(count)).await;
            }
        }
        Err(errors) => {
            tracing::warn!("rules not reloaded: the changed files have mistakes");
            tell_operators(app, Err(errors)).await;
        }
    }
}

/// Writes to everybody who may reload the rules. Nothing is lost when it does not arrive: the log says it too, and
/// `/rules reload` says it again.
async fn tell_operators(app: &App, news: Result<usize, String>) {
    for operator in &app.operators {
        let now = app.clock.now();
        let order = Order {
            key: format!("rules:{}:{operator}", now.0),
            guild: GuildId(0),
            planned_at: now,
            task: Task::TellOperator {
                user: *operator,
                news: news.clone(),
            },
        };
        if let Err(error) = app.platform.perform(&order).await {
            tracing::warn!(%operator, %error, "an operator could not be told about the rules");
        }
    }
}

/// Plans a warning when the present rules find what this guild's moderators found harmless; one for each set of rules.
pub async fn warn_of_overlay(app: &App, guild: GuildId) {
    let rulebook = app.rulebook.current();
    if contradictions(&rulebook.ruleset, &app.guilds.overlay(guild)).is_empty() {
        return;
    }
    let ruleset = rulebook.ruleset.fingerprint();
    let warning = EffectDraft::new(
        format!("overlay-warning:{ruleset:016x}"),
        Effect::WarnOfOverlay { ruleset },
    );
    if let Err(error) = app
        .store
        .plan_effects(InGuild(guild), vec![warning], app.clock.now())
        .await
    {
        tracing::error!(%guild, %error, "a warning about the overlay could not be planned");
    }
}

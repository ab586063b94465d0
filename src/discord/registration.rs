//! Tells Discord which commands there are. A passing failure is tried again until it works: until then members would look
//! for `/ticket` in vain.
//!
//! What the commands are lives in [`super::commands`].

use std::sync::Arc;
use std::time::Duration;

use poise::serenity_prelude as serenity;
use serenity::{LightMethod, Route};
use tokio_util::sync::CancellationToken;

use super::perform::{self, Discord};
use crate::app::App;
use crate::app::backoff::delay;
use crate::app::platform::PlatformError;
use crate::model::GuildId;

/// What is still to be registered, each with its commands as Discord takes them.
#[derive(Debug)]
pub struct Registration {
    left: Vec<(Route<'static>, Vec<serenity::CreateCommand>)>,
}

impl Registration {
    /// The commands go to the named guilds, with the global set emptied; or everywhere, when no guild is named.
    pub fn new(application: u64, commands: &[super::Command], guilds: &[GuildId]) -> Self {
        let application_id = serenity::ApplicationId::new(application.max(1));
        let all = poise::builtins::create_application_commands(commands);
        let global = if guilds.is_empty() {
            all.clone()
        } else {
            Vec::new()
        };
        let in_guild = |guild: &GuildId| Route::GuildCommands {
            application_id,
            guild_id: perform::guild(*guild),
        };
        let mut left: Vec<_> = guilds
            .iter()
            .map(|guild| (in_guild(guild), all.clone()))
            .collect();
        left.push((Route::Commands { application_id }, global));
        Self { left }
    }

    /// Tries what is left once. `Some`: how long Discord asks to wait with the rest, zero where it names no time.
    pub async fn attempt(&mut self, discord: &Discord) -> Option<Duration> {
        let mut failed = Vec::new();
        let mut pause = Duration::ZERO;
        for (route, commands) in std::mem::take(&mut self.left) {
            match discord.put(LightMethod::Put, route, &commands).await {
                Ok(()) => {}
                Err(PlatformError::RateLimited { retry_after }) => {
                    pause = pause.max(retry_after.unwrap_or_default());
                    failed.push((route, commands));
                }
                Err(error @ (PlatformError::Transient(_) | PlatformError::Unanswered(_))) => {
                    tracing::warn!(?route, %error, "commands could not be registered there yet; the bot goes on trying");
                    failed.push((route, commands));
                }
                Err(error) => tracing::error!(?route, %error, "commands cannot be registered there"),
            }
        }
        self.left = failed;
        (!self.left.is_empty()).then_some(pause)
    }

    /// Tries until all is done, until what is left cannot be, or until `stop` is called.
    pub async fn finish(mut self, app: Arc<App>, discord: Arc<Discord>, stop: CancellationToken) {
        let mut attempts = 0;
        let mut asked_to_wait = Duration::ZERO;
        while !self.left.is_empty() {
            let pause = delay(attempts, app.chance.fraction()).max(asked_to_wait);
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.cancelled() => return,
            }
            asked_to_wait = self.attempt(&discord).await.unwrap_or_default();
            attempts += 1;
        }
    }
}

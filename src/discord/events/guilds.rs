//! A guild that Discord has described: its settings are read, what it posted meanwhile is judged, its tickets are compared
//! with their threads, and an owner who has not set the bot up is told how, once.

use std::sync::Arc;
use std::time::Duration;

use poise::serenity_prelude as serenity;

use super::{Edge, Job};
use crate::app::backfill::{away_since, backfill};
use crate::app::breaker;
use crate::app::impostors::get_to_know;
use crate::app::reconciler::reconcile;
use crate::app::reload::{sync_automod, warn_of_overlay};
use crate::app::reports::plan_for;
use crate::discord::convert::guild as convert;
use crate::model::effect::{Effect, EffectDraft};
use crate::model::{ChannelId, GuildId, MessageId, UserId};
use crate::rules::Scratch;
use crate::storage::{self, InGuild};

/// A pause after the store failed.
const PAUSE: Duration = Duration::from_secs(2);

/// What a description says besides the directory.
#[derive(Debug)]
pub(super) struct Described {
    owner: UserId,
    newest: Vec<(ChannelId, MessageId)>,
    /// The threads that are open.
    threads: Vec<serenity::GuildChannel>,
}

impl Edge {
    /// Takes a description in, and leaves the rest to the guild's own lane.
    pub(super) fn guild_created(self: &Arc<Self>, guild: &serenity::Guild) {
        let id = GuildId(guild.id.get());
        self.app
            .guilds
            .put_directory(convert::directory(guild, self.identity.user));
        self.note_described(id);
        let newest = guild
            .channels
            .values()
            .chain(&guild.threads)
            .map(|channel| {
                // A channel without messages is read from its own beginning.
                let last = channel
                    .last_message_id
                    .map_or(channel.id.get(), serenity::MessageId::get);
                (ChannelId(channel.id.get()), MessageId(last))
            })
            .collect();
        let described = Described {
            owner: UserId(guild.owner_id.get()),
            newest,
            threads: guild.threads.clone(),
        };
        // A guild's own id is the id of no channel that carries messages.
        self.queue(
            guild.id,
            serenity::ChannelId::new(guild.id.get()),
            Job::GuildDescribed(Box::new(described)),
        );
    }

    pub(super) async fn guild_described(&self, guild: GuildId, described: Described, scratch: &mut Scratch) {
        let mut described = Some(described);
        while let Some(news) = described.take() {
            if let Err(error) = self.welcome(guild, &news, scratch).await {
                tracing::error!(%guild, %error, "a guild could not be taken up; it is tried again");
                tokio::select! {
                    () = self.stop.cancelled() => return,
                    () = tokio::time::sleep(PAUSE) => described = Some(news),
                }
            }
        }
        reconcile(&self.app, guild).await;
        // Whoever slipped in while the bot was away, and has said nothing yet.
        if self.identity.members {
            get_to_know(&self.app, guild).await;
        }
    }

    async fn welcome(
        &self,
        guild: GuildId,
        described: &Described,
        scratch: &mut Scratch,
    ) -> storage::Result<()> {
        let app = &self.app;
        let settings = app.guilds.load(app.store.as_ref(), guild).await?;
        if !settings.set_up {
            let effect = Effect::TellOwner {
                user: described.owner,
            };
            let once = EffectDraft::new(format!("guild:{guild}:tell-owner"), effect);
            app.store
                .plan_effects(InGuild(guild), vec![once], app.clock.now())
                .await?;
        }
        warn_of_overlay(app, guild).await;
        sync_automod(app, guild).await;
        plan_for(app, guild).await;
        let away_since = away_since(app, guild).await?;
        backfill(app, guild, described.newest.clone()).await?;
        if let Some(since) = away_since {
            self.look_at_threads(guild, &described.threads, since, scratch)
                .await;
        }
        breaker::catch_up(app, guild).await;
        app.performer.wake();
        Ok(())
    }
}

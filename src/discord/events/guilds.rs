//! A guild that Discord has described: its settings are read, what it posted meanwhile is judged, its tickets are compared
//! with their threads, and an owner who has not set the bot up is told how, once.

use std::sync::Arc;
use std::time::Duration;

use poise::serenity_prelude as serenity;
use serde_json::Value;

use super::{Edge, Job};
use crate::app::backfill::{away_since, backfill};
use crate::app::breaker;
use crate::app::impostors::get_to_know;
use crate::app::reconciler::reconcile;
use crate::app::reload::{sync_automod, warn_of_overlay};
use crate::app::reports::plan_for;
use crate::app::{openers, returning};
use crate::discord::convert::guild as convert;
use crate::model::effect::{Effect, EffectDraft};
use crate::model::guild::Directory;
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
    /// Takes a description in.
    pub(super) fn guild_created(self: &Arc<Self>, guild: &serenity::Guild) {
        let newest = guild
            .channels
            .values()
            .chain(&guild.threads)
            .map(|channel| newest(channel.id.get(), channel.last_message_id.map(Into::into)))
            .collect();
        let directory = convert::directory(guild, self.identity.user);
        self.described(directory, newest, guild.threads.clone());
    }

    /// Takes a description in that serenity could not read; whether it was one.
    pub(super) fn guild_created_from(self: &Arc<Self>, json: &Value) -> bool {
        let list = |key: &str| json.get(key).and_then(Value::as_array).into_iter().flatten();
        let own = list("members").find(|member| {
            member.get("user").and_then(|user| convert::id(user, "id")) == Some(self.identity.user.0)
        });
        let channels = json.get("channels").unwrap_or(&Value::Null);
        let own = own.unwrap_or(&Value::Null);
        let Some(directory) = convert::directory_from(json, channels, json, own, self.identity.user) else {
            return false;
        };
        let newest = list("channels")
            .chain(list("threads"))
            .filter_map(|channel| {
                let message = convert::id(channel, "last_message_id");
                Some(newest(convert::id(channel, "id")?, message))
            })
            .collect();
        let threads = list("threads").filter_map(|thread| serde_json::from_value(thread.clone()).ok());
        self.described(directory, newest, threads.collect());
        true
    }

    /// Notes what is known of a guild now, and leaves the rest to the guild's own lane.
    fn described(
        self: &Arc<Self>,
        directory: Directory,
        newest: Vec<(ChannelId, MessageId)>,
        threads: Vec<serenity::GuildChannel>,
    ) {
        let guild = directory.guild;
        let described = Described {
            owner: directory.owner,
            newest,
            threads,
        };
        self.app.guilds.put_directory(directory);
        self.note_described(guild);
        // A guild's own id is the id of no channel that carries messages.
        self.queue(guild.0, guild.0, Job::GuildDescribed(Box::new(described)));
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
        // Whoever slipped in while the bot was away, or came back to a ticket, and has said nothing yet.
        if self.identity.members {
            let members = get_to_know(&self.app, guild).await;
            openers::look_for(&self.app, guild, &members).await;
            returning::look_for(&self.app, &members).await;
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

/// A channel and its newest message. One without messages is read from its own beginning.
fn newest(channel: u64, last: Option<u64>) -> (ChannelId, MessageId) {
    (ChannelId(channel), MessageId(last.unwrap_or(channel)))
}

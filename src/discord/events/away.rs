//! Threads that were begun, renamed or archived while the bot was away: their titles are judged, and what was posted in those
//! that are archived by now is read.
//!
//! What was posted in channels and open threads is read by `app::backfill`.

use futures_util::stream::{self, StreamExt};
use poise::serenity_prelude as serenity;

use super::Edge;
use crate::app::backfill;
use crate::artefacts::secrets::find;
use crate::discord::convert::guild as convert;
use crate::model::guild::ChannelKind;
use crate::model::ids::created_at;
use crate::model::message::Arrival;
use crate::model::{ChannelId, GuildId, MessageId, Permissions, Timestamp};
use crate::rules::Scratch;
use crate::storage::InGuild;

/// Channels whose archives are read at the same time.
const SIDE_BY_SIDE: usize = 4;
/// Pages of a hundred messages read of an archived thread.
const PAGES: usize = 5;

impl Edge {
    /// Judges what happened to threads since then. `open`: those that are open.
    pub(super) async fn look_at_threads(
        &self,
        guild: GuildId,
        open: &[serenity::GuildChannel],
        since: Timestamp,
        scratch: &mut Scratch,
    ) {
        for thread in open {
            self.judge_title_since(guild, thread, since, scratch).await;
        }
        let archived: Vec<Vec<serenity::GuildChannel>> = stream::iter(self.parents_of_threads(guild))
            .map(|parent| self.archived(guild, parent, since))
            .buffer_unordered(SIDE_BY_SIDE)
            .collect()
            .await;
        for thread in archived.into_iter().flatten() {
            // The directory knows open threads only; whether this one is exempt is a matter of its channel.
            self.app.guilds.change_directory(guild, |directory| {
                let thread = convert::channel(&thread);
                directory.channels.entry(thread.id).or_insert(thread);
            });
            let id = thread.id.get();
            let from = MessageId(id.saturating_sub(1));
            if created_at(id) >= since {
                backfill::catch_up(&self.app, guild, ChannelId(id), from, PAGES).await;
            }
            self.judge_title_since(guild, &thread, since, scratch).await;
        }
    }

    /// Judges the title of a thread that was begun since then, or in which something happened: Discord writes into a
    /// thread that it was renamed.
    async fn judge_title_since(
        &self,
        guild: GuildId,
        thread: &serenity::GuildChannel,
        since: Timestamp,
        scratch: &mut Scratch,
    ) {
        let id = thread.id.get();
        let is_new = created_at(id) >= since;
        let moved = thread
            .last_message_id
            .is_some_and(|last| created_at(last.get()) >= since);
        if !is_new && !moved {
            return;
        }
        // A forum post's title was judged with its first message, if that is still there.
        if self.is_forum_post(guild, thread) && find(&thread.name).is_empty() {
            let known = self
                .app
                .store
                .case_of_message(InGuild(guild), MessageId(id))
                .await;
            if is_new && !matches!(known, Ok(None)) {
                return;
            }
        }
        self.judge_title(guild, thread, Arrival::Backfilled, scratch)
            .await;
    }

    async fn archived(
        &self,
        guild: GuildId,
        parent: ChannelId,
        since: Timestamp,
    ) -> Vec<serenity::GuildChannel> {
        self.discord
            .archived_since(parent, since)
            .await
            .unwrap_or_else(|error| {
                tracing::warn!(%guild, channel = %parent, %error, "archived threads could not be read");
                Vec::new()
            })
    }

    /// Channels with public threads that the bot may read.
    fn parents_of_threads(&self, guild: GuildId) -> Vec<ChannelId> {
        let Some(directory) = self.app.guilds.directory(guild) else {
            return Vec::new();
        };
        directory
            .channels
            .values()
            .filter(|channel| {
                matches!(
                    channel.kind,
                    ChannelKind::Text | ChannelKind::Announcement | ChannelKind::Forum
                )
            })
            .filter(|channel| {
                directory
                    .own_permissions_in(channel.id)
                    .contains(Permissions::VIEW_CHANNEL | Permissions::READ_MESSAGE_HISTORY)
            })
            .map(|channel| channel.id)
            .collect()
    }
}

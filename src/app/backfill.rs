//! Reads what was posted while the bot was away, channel by channel from where it stopped, so that a wave during a deploy
//! does not stay up.
//!
//! How far each channel was read is kept by [`super::marks`]; judging is [`super::judge`].

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::stream::{self, StreamExt};

use super::App;
use super::judge::judge;
use crate::model::guild::{Channel, ChannelKind, Directory};
use crate::model::ids::snowflake_at;
use crate::model::{ChannelId, GuildId, MessageId, Permissions};
use crate::storage::{self, InGuild};

/// How far back it reads.
const FARTHEST: Duration = Duration::from_hours(24);
/// Pages of a hundred messages read per channel.
const PAGES: usize = 5;
/// Pages read of a channel in which more was posted at once than can wait in memory.
pub const PAGES_BEHIND: usize = 200;
/// Channels of a guild that are read at the same time.
const SIDE_BY_SIDE: usize = 4;

/// Reads what a guild posted since the bot was last here. On the very first sight of a guild nothing is read: `newest` of
/// each channel is where the next absence starts.
pub async fn backfill(app: &App, guild: GuildId, newest: Vec<(ChannelId, MessageId)>) -> storage::Result<()> {
    let marks = app.store.read_marks(InGuild(guild)).await?;
    if marks.is_empty() {
        return app.store.note_read(InGuild(guild), newest).await;
    }
    let Some(directory) = app.guilds.directory(guild) else {
        return Ok(());
    };
    let floor = MessageId(snowflake_at(app.clock.now() - FARTHEST));
    let places: Vec<(ChannelId, MessageId)> = directory
        .channels
        .values()
        .filter(|channel| is_watched(&directory, channel))
        .map(|channel| {
            let mark = marks
                .iter()
                .find(|(place, _)| *place == channel.id)
                .map(|(_, mark)| *mark);
            // A channel without a mark was made meanwhile. A forum post's first message has the id of its thread.
            let from = mark.unwrap_or(MessageId(channel.id.0.saturating_sub(1)));
            (channel.id, from.max(floor))
        })
        .filter(|(place, from)| {
            let last = newest.iter().find(|(one, _)| one == place).map(|(_, last)| *last);
            last.is_none_or(|last| last > *from)
        })
        .collect();
    stream::iter(places)
        .for_each_concurrent(SIDE_BY_SIDE, |(place, from)| async move {
            catch_up(app, guild, place, from, PAGES).await;
        })
        .await;
    Ok(())
}

/// Reads and judges a channel after a message. Its mark is not written before the end: a newer message judged meanwhile
/// must not hide the older ones. `pages`: at most so many hundreds of messages.
pub async fn catch_up(app: &App, guild: GuildId, place: ChannelId, mut from: MessageId, pages: usize) {
    app.marks.hold(guild, place);
    let mut scratch = app.bench.take_scratch();
    let mut read = 0_usize;
    for _ in 0..pages {
        let page = match app.platform.messages_after(guild, place, from).await {
            Ok(page) => page,
            Err(error) => {
                tracing::warn!(%guild, channel = %place, %error, "a channel could not be read again");
                break;
            }
        };
        let Some(last) = page.last().map(|message| message.id) else {
            break;
        };
        read += page.len();
        for message in page {
            if let Err(error) = judge(app, message, &mut scratch).await {
                tracing::error!(%guild, channel = %place, %error, "a message could not be judged");
            }
        }
        app.marks.note(guild, place, last);
        from = last;
    }
    app.bench.give_back(scratch);
    app.marks.release(guild, place);
    if read > 0 {
        tracing::info!(%guild, channel = %place, read, "channel.caught_up");
    }
}

/// Judges edited messages as they stand now. Neighbours share a page.
pub async fn read_again(app: &App, guild: GuildId, place: ChannelId, mut edited: BTreeSet<MessageId>) {
    let mut scratch = app.bench.take_scratch();
    while let Some(first) = edited.pop_first() {
        let before = MessageId(first.0.saturating_sub(1));
        let page = match app.platform.messages_after(guild, place, before).await {
            Ok(page) => page,
            Err(error) => {
                tracing::warn!(%guild, channel = %place, %error, "edited messages could not be read again");
                break;
            }
        };
        for message in page {
            let is_wanted = message.id == first || edited.remove(&message.id);
            if is_wanted && let Err(error) = judge(app, message, &mut scratch).await {
                tracing::error!(%guild, channel = %place, %error, "an edited message could not be judged");
            }
        }
    }
    app.bench.give_back(scratch);
}

fn is_watched(directory: &Directory, channel: &Channel) -> bool {
    let has_messages = matches!(
        channel.kind,
        ChannelKind::Text | ChannelKind::Announcement | ChannelKind::Voice | ChannelKind::PublicThread
    );
    has_messages
        && directory
            .own_permissions_in(channel.id)
            .contains(Permissions::VIEW_CHANNEL | Permissions::READ_MESSAGE_HISTORY)
}

/// Writes how far channels have been judged.
pub async fn write_marks(app: &App) {
    for (guild, batch) in app.marks.take() {
        if let Err(error) = app.store.note_read(InGuild(guild), batch.clone()).await {
            tracing::warn!(%guild, %error, "how far channels were read could not be written; it is tried again");
            app.marks.give_back(guild, batch);
        }
    }
}

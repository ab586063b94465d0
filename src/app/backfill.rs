//! Reads what was posted and changed while the bot was away, channel by channel from where it stopped, so that a wave during a
//! deploy does not stay up. Cries for help of the last minutes are remembered again on the way.
//!
//! Titles of threads are judged in `discord::events`, where they come from. How far each channel was read is kept by
//! [`super::marks`]; judging is [`super::judge`].

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::stream::{self, StreamExt};

use super::App;
use super::cries;
use super::judge::{judge, recall};
use crate::model::guild::{Channel, ChannelKind, Directory};
use crate::model::ids::{created_at, snowflake_at};
use crate::model::message::{IncomingMessage, MessagePart};
use crate::model::{ChannelId, GuildId, MessageId, Permissions, Timestamp};
use crate::rules::Place;
use crate::storage::{self, InGuild};

/// How far back it reads.
const FARTHEST: Duration = Duration::from_hours(24);
/// Pages of a hundred messages read per channel.
const PAGES: usize = 5;
/// Pages read of a channel in which more was posted at once than can wait in memory.
pub const PAGES_BEHIND: usize = 200;
/// How old the newest message of a channel may be for its last hundred to be looked through for edits.
const LIVELY: Duration = Duration::from_hours(7 * 24);
/// Discord names the moment of an edit, which is read to the second.
const SECOND: Duration = Duration::from_secs(1);
/// Channels of a guild that are read at the same time.
const SIDE_BY_SIDE: usize = 4;

/// Since when the bot was away from a guild at most: the newest message that it judged there, at most a day ago. `None`: this
/// is the first sight of the guild.
pub async fn away_since(app: &App, guild: GuildId) -> storage::Result<Option<Timestamp>> {
    let marks = app.store.read_marks(InGuild(guild)).await?;
    Ok(since(&marks, app.clock.now()))
}

fn since(marks: &[(ChannelId, MessageId)], now: Timestamp) -> Option<Timestamp> {
    let newest = marks.iter().map(|(_, mark)| created_at(mark.0)).max()?;
    Some(newest.max(now - FARTHEST))
}

/// Reads what a guild posted and changed since the bot was last here. On the very first sight of a guild nothing is read:
/// `newest` of each channel is where the next absence starts.
pub async fn backfill(app: &App, guild: GuildId, newest: Vec<(ChannelId, MessageId)>) -> storage::Result<()> {
    let marks = app.store.read_marks(InGuild(guild)).await?;
    if marks.is_empty() {
        return app.store.note_read(InGuild(guild), newest).await;
    }
    let Some(directory) = app.guilds.directory(guild) else {
        return Ok(());
    };
    let now = app.clock.now();
    let floor = MessageId(snowflake_at(now - FARTHEST));
    let away_since = since(&marks, now).unwrap_or(now);
    let lively = MessageId(snowflake_at(now - LIVELY));
    let looked_through: Vec<(ChannelId, MessageId)> = marks
        .iter()
        .filter(|(_, mark)| *mark > lively)
        .filter(|(place, _)| is_watched_place(&directory, *place))
        .copied()
        .collect();
    // First what was said before, then what was said to it: a cry for help makes its answers be read more closely.
    stream::iter(looked_through)
        .for_each_concurrent(SIDE_BY_SIDE, |(place, mark)| async move {
            look_through(app, guild, (place, mark), away_since).await;
        })
        .await;
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
        for mut message in page {
            entitle(app, &mut message);
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

/// Looks through the last messages that were judged in a channel: judges those that were changed since then as they stand
/// now, and remembers cries for help that are still being answered.
async fn look_through(app: &App, guild: GuildId, (place, mark): (ChannelId, MessageId), since: Timestamp) {
    let beyond = MessageId(mark.0.saturating_add(1));
    let page = match app.platform.messages_before(guild, place, beyond).await {
        Ok(page) => page,
        Err(error) => {
            tracing::warn!(%guild, channel = %place, %error, "a channel could not be looked through for edits");
            return;
        }
    };
    let now = app.clock.now();
    let mut scratch = app.bench.take_scratch();
    for earlier in page {
        let message = earlier.message;
        let outcome = if earlier.edited_at.is_some_and(|edited| edited + SECOND >= since) {
            judge(app, message, &mut scratch).await.map(|_| ())
        } else if now.since(message.posted_at) <= cries::WATCHED {
            recall(app, &message, &mut scratch).await
        } else {
            Ok(())
        };
        if let Err(error) = outcome {
            tracing::error!(%guild, channel = %place, %error, "a message could not be judged again");
        }
    }
    app.bench.give_back(scratch);
}

/// The first message of a forum post is judged together with the post's title.
fn entitle(app: &App, message: &mut IncomingMessage) {
    if message.id.0 != message.channel.0 {
        return;
    }
    let directory = app.guilds.directory(message.guild);
    let title = directory.and_then(|directory| Some(directory.channels.get(&message.channel)?.name.clone()));
    message.parts.extend(title.map(|text| MessagePart {
        place: Place::ThreadName,
        text,
        secrets: Vec::new(),
    }));
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

fn is_watched_place(directory: &Directory, place: ChannelId) -> bool {
    let channel = directory.channels.get(&place);
    channel.is_some_and(|channel| is_watched(directory, channel))
}

fn is_watched(directory: &Directory, channel: &Channel) -> bool {
    let has_messages = matches!(
        channel.kind,
        ChannelKind::Text
            | ChannelKind::Announcement
            | ChannelKind::Voice
            | ChannelKind::PublicThread
            // Of what is posted in tickets only secrets are judged.
            | ChannelKind::PrivateThread
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

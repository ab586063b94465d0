//! Cries for help in public: where one was heard, so that what strangers answer is read more closely for a while; and the
//! offer of a private ticket to the one who cried.
//!
//! What a cry is, and what an answer to one must not be, stands in `rules/cry-for-help.toml` and `rules/ticket-bait.toml`.
//! Watched places live in memory only and are bounded; after a restart, `app::backfill` finds the cries of the last minutes
//! again.

use std::time::Duration;

use dashmap::DashMap;

use super::App;
use crate::model::effect::{Effect, EffectDraft};
use crate::model::guild::{ChannelKind, Directory, GuildSettings, Mode};
use crate::model::message::{Arrival, IncomingMessage};
use crate::model::{ChannelId, GuildId, Permissions, Timestamp, UserId};
use crate::rules::{Category, Verdict};
use crate::storage::{self, InGuild, TicketFilter};

/// How long answers are read more closely.
pub const WATCHED: Duration = Duration::from_mins(15);
/// A member is offered a ticket at most once in this time.
const ONE_MEMBER: Duration = Duration::from_hours(1);
/// A channel carries at most one offer in this time: the next one who cries reads the last one.
const ONE_CHANNEL: Duration = Duration::from_mins(2);
/// An offer that comes later than this is not worth its noise.
const FRESH: Duration = Duration::from_mins(5);
/// Channels and members that are remembered, each about 40 bytes. More are forgotten, the stale ones first.
const MOST: usize = 10_000;

/// Where somebody cried for help lately, and who was offered a ticket.
#[derive(Debug, Default)]
pub struct Cries {
    places: DashMap<(GuildId, ChannelId), Watch>,
    members: DashMap<(GuildId, UserId), Timestamp>,
    channels: DashMap<(GuildId, ChannelId), Timestamp>,
}

/// The last cry in a channel, and the one before it by somebody else.
#[derive(Clone, Copy, Debug)]
struct Watch {
    last: (UserId, Timestamp),
    before: Option<(UserId, Timestamp)>,
}

impl Cries {
    /// Whether somebody else cried for help here a short while ago.
    pub fn answers(&self, guild: GuildId, channel: ChannelId, author: UserId, now: Timestamp) -> bool {
        !self.places.is_empty()
            && self.places.get(&(guild, channel)).is_some_and(|watch| {
                let heard = |(asker, at): (UserId, Timestamp)| asker != author && now.since(at) <= WATCHED;
                heard(watch.last) || watch.before.is_some_and(heard)
            })
    }

    /// Notes a cry.
    pub fn note(&self, guild: GuildId, channel: ChannelId, asker: UserId, now: Timestamp) {
        if self.places.len() >= MOST {
            self.places.retain(|_, watch| now.since(watch.last.1) <= WATCHED);
            if self.places.len() >= MOST {
                self.places.clear();
            }
        }
        let mut watch = self.places.entry((guild, channel)).or_insert(Watch {
            last: (asker, now),
            before: None,
        });
        if watch.last.0 != asker {
            watch.before = Some(watch.last);
        }
        watch.last = (asker, now);
    }

    /// Whether a member may be offered a ticket in a channel now; from now on they have been.
    fn may_offer(&self, guild: GuildId, channel: ChannelId, asker: UserId, now: Timestamp) -> bool {
        if self.members.len() >= MOST {
            self.members.retain(|_, at| now.since(*at) < ONE_MEMBER);
        }
        if self.channels.len() >= MOST {
            self.channels.retain(|_, at| now.since(*at) < ONE_CHANNEL);
        }
        let recently = |at: Option<Timestamp>, span: Duration| at.is_some_and(|at| now.since(at) < span);
        let member = self.members.get(&(guild, asker)).map(|at| *at);
        let place = self.channels.get(&(guild, channel)).map(|at| *at);
        if recently(member, ONE_MEMBER) || recently(place, ONE_CHANNEL) {
            return false;
        }
        self.members.insert((guild, asker), now);
        self.channels.insert((guild, channel), now);
        true
    }
}

/// Whether a verdict says that somebody cries for help.
pub fn is_cry(verdict: &Verdict) -> bool {
    verdict
        .counting()
        .any(|finding| finding.category == Category::CryForHelp)
}

/// Somebody cried for help: watches the place, and offers them a private ticket where the guild has set that up.
pub async fn heard(
    app: &App,
    settings: &GuildSettings,
    directory: Option<&Directory>,
    message: &IncomingMessage,
) -> storage::Result<()> {
    let (guild, channel, asker) = (message.guild, message.channel, message.author.id);
    let now = app.clock.now();
    if now.since(message.posted_at) > WATCHED {
        return Ok(());
    }
    app.cries.note(guild, channel, asker, now);
    let is_fresh = message.arrival == Arrival::Posted && now.since(message.posted_at) <= FRESH;
    let open_to_all = settings.set_up && settings.mode == Mode::Enforce && settings.support.is_some();
    if !is_fresh || !open_to_all || !may_write(directory, channel) {
        return Ok(());
    }
    let filter = TicketFilter {
        open_only: true,
        opener: Some(asker),
        limit: 1,
        ..TicketFilter::default()
    };
    if !app.store.tickets(InGuild(guild), filter).await?.is_empty()
        || !app.cries.may_offer(guild, channel, asker, now)
    {
        return Ok(());
    }
    let offer = Effect::OfferTicket {
        channel,
        message: message.id,
        user: asker,
    };
    // The hour in the key holds the limit through a restart.
    let hour = now.0 / 3_600_000;
    let draft = EffectDraft::new(format!("offer-ticket:{asker}:{hour}"), offer).expiring(now + FRESH);
    app.store.plan_effects(InGuild(guild), vec![draft], now).await?;
    app.performer.wake();
    tracing::info!(%guild, %channel, "cry.heard");
    Ok(())
}

fn may_write(directory: Option<&Directory>, channel: ChannelId) -> bool {
    let Some(directory) = directory else { return false };
    let in_thread = directory
        .channels
        .get(&channel)
        .is_some_and(|place| matches!(place.kind, ChannelKind::PublicThread | ChannelKind::PrivateThread));
    let writing = if in_thread {
        Permissions::SEND_MESSAGES_IN_THREADS
    } else {
        Permissions::SEND_MESSAGES
    };
    directory
        .own_permissions_in(channel)
        .contains(Permissions::VIEW_CHANNEL | writing)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: GuildId = GuildId(1);
    const HERE: ChannelId = ChannelId(2);
    const ALICE: UserId = UserId(3);
    const BOB: UserId = UserId(4);

    fn at(minutes: i64) -> Timestamp {
        Timestamp(1_800_000_000_000 + minutes * 60_000)
    }

    #[test]
    fn answers_are_read_closely_for_a_quarter_of_an_hour_in_the_same_channel() {
        let cries = Cries::default();
        assert!(!cries.answers(HOME, HERE, BOB, at(0)));
        cries.note(HOME, HERE, ALICE, at(0));
        assert!(cries.answers(HOME, HERE, BOB, at(15)));
        assert!(!cries.answers(HOME, HERE, BOB, at(16)));
        assert!(!cries.answers(HOME, ChannelId(9), BOB, at(1)));
    }

    #[test]
    fn who_cried_does_not_answer_themselves_but_does_answer_another() {
        let cries = Cries::default();
        cries.note(HOME, HERE, ALICE, at(0));
        assert!(!cries.answers(HOME, HERE, ALICE, at(1)));
        cries.note(HOME, HERE, BOB, at(2));
        assert!(cries.answers(HOME, HERE, ALICE, at(3)));
        assert!(cries.answers(HOME, HERE, BOB, at(3)));
    }

    #[test]
    fn a_ticket_is_offered_to_a_member_once_an_hour_and_in_a_channel_once_in_two_minutes() {
        let cries = Cries::default();
        assert!(cries.may_offer(HOME, HERE, ALICE, at(0)));
        assert!(!cries.may_offer(HOME, HERE, ALICE, at(30)));
        assert!(cries.may_offer(HOME, HERE, ALICE, at(60)));
        assert!(!cries.may_offer(HOME, HERE, BOB, at(61)));
        assert!(cries.may_offer(HOME, HERE, BOB, at(62)));
    }

    #[test]
    fn a_flood_of_channels_does_not_grow_the_memory() {
        let cries = Cries::default();
        for channel in 0..MOST as u64 + 500 {
            cries.note(HOME, ChannelId(channel), ALICE, at(0));
        }
        assert!(cries.places.len() <= MOST);
    }
}

//! What the gateway says, in the order in which it says it.
//!
//! serenity spawns a task per event. The gateway runs on a thread of its own with a single-threaded runtime (see
//! `super::run`), where such tasks start in order; [`Entrance`] hands each event over before it awaits anything, so the
//! order is kept. Facts about guilds are taken in at once (`directory`); messages and threads queue in the lane of
//! their channel ([`lanes`]); interactions are answered at once, side by side.

mod away;
mod blocked;
mod directory;
mod guilds;
mod interactions;
pub mod lanes;
mod messages;
mod threads;
mod unknown;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use dashmap::DashMap;
use poise::serenity_prelude as serenity;
use serenity::{Event, RawEventHandler};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use self::lanes::{Lanes, Next, Pushed, TurnedAway};
use super::client::Identity;
use super::perform::Discord;
use super::{Command, Data, Error};
use crate::app::budget::Budget;
use crate::app::impostors::{self, Seen};
use crate::app::reload::{self, Gone};
use crate::app::{App, backfill, left, missing_cards, openers, returning};
use crate::discord::convert::member;
use crate::model::message::Arrival;
use crate::model::{ChannelId, GuildId, MessageId, RoleId, UserId};
use crate::rules::Scratch;

/// Fetches per minute that posting what serenity cannot read can provoke in a guild, and that one member can provoke of
/// these: nobody can use up what the others' messages need.
const FETCHES_PER_MINUTE: usize = 60;
const FETCHES_OF_ONE_MEMBER: usize = 10;
/// How long Discord waits for the first answer to an interaction.
const ANSWERING: Duration = Duration::from_secs(3);
/// Members whose fetches are counted; more are forgotten all at once.
const MOST_COUNTED: usize = 10_000;

/// Members whose names are judged at the same time; others wait.
const LOOKS_AT_ONCE: usize = 16;

/// Where events come in from serenity. Empty until the bot behind it is assembled; nothing comes before that.
#[derive(Clone, Default)]
pub struct Entrance(Arc<OnceLock<Arc<Edge>>>);

impl Entrance {
    /// Opens it.
    pub fn open(&self, edge: Arc<Edge>) {
        // It is opened once; a second edge would have no events of its own.
        let _ = self.0.set(edge);
    }
}

#[serenity::async_trait]
impl RawEventHandler for Entrance {
    async fn raw_event(&self, context: serenity::Context, event: Event) {
        if let Some(edge) = self.0.get() {
            edge.take(context, event);
        }
    }
}

/// Something that waits in a lane.
#[derive(Debug)]
enum Job {
    Posted(Box<serenity::Message>),
    Edited(Box<serenity::MessageUpdateEvent>),
    Unread(Box<unknown::Unread>),
    Blocked(Box<serenity::ActionExecution>),
    ThreadMade(Box<serenity::GuildChannel>),
    ThreadChanged(Box<ThreadChange>),
    ThreadGone,
    MemberIsHere(Box<Seen>),
    MemberLeft,
    /// These messages are gone, or their whole channel.
    CardsGone(Option<Vec<MessageId>>),
    GuildDescribed(Box<guilds::Described>),
}

/// A thread after a change, and what it was called before, if that is known.
#[derive(Debug)]
struct ThreadChange {
    thread: serenity::GuildChannel,
    old_name: Option<String>,
}

/// Where events become values and are handed on.
pub struct Edge {
    app: Arc<App>,
    discord: Arc<Discord>,
    identity: Identity,
    options: poise::FrameworkOptions<Data, Error>,
    shards: Arc<serenity::ShardManager>,
    runtime: Handle,
    stop: CancellationToken,
    lanes: Lanes<(GuildId, ChannelId), Job>,
    turned_away: TurnedAway,
    fetches: DashMap<GuildId, Budget>,
    fetches_of: DashMap<(GuildId, UserId), Budget>,
    /// Members whose names are judged at the same time.
    looks: Semaphore,
    /// Forum posts whose first message was judged before their title was known.
    untitled: Mutex<HashSet<ChannelId>>,
    /// Interactions that are being answered.
    answering: Mutex<JoinSet<()>>,
    awaited: Mutex<HashSet<GuildId>>,
    described: watch::Sender<bool>,
}

impl Edge {
    /// The edge of a bot. Must be called inside the runtime that is to do the work.
    pub fn new(
        app: Arc<App>,
        discord: Arc<Discord>,
        identity: Identity,
        commands: Vec<Command>,
        shards: Arc<serenity::ShardManager>,
        stop: CancellationToken,
    ) -> Self {
        let mut options = poise::FrameworkOptions {
            commands,
            on_error: |error| Box::pin(interactions::on_error(error)),
            allowed_mentions: Some(serenity::CreateAllowedMentions::new()),
            ..poise::FrameworkOptions::default()
        };
        poise::set_qualified_names(&mut options.commands);
        Self {
            app,
            discord,
            identity,
            options,
            shards,
            runtime: Handle::current(),
            stop,
            lanes: Lanes::default(),
            turned_away: TurnedAway::default(),
            fetches: DashMap::new(),
            fetches_of: DashMap::new(),
            looks: Semaphore::new(LOOKS_AT_ONCE),
            untitled: Mutex::default(),
            answering: Mutex::default(),
            awaited: Mutex::default(),
            described: watch::Sender::new(false),
        }
    }

    /// The commands.
    pub fn commands(&self) -> &[Command] {
        &self.options.commands
    }

    /// Waits until Discord has described every guild of the session, but not for ever.
    pub async fn all_described(&self, patience: Duration) {
        let mut described = self.described.subscribe();
        // A guild that is down is described when it is back.
        let _ = tokio::time::timeout(patience, described.wait_for(|all| *all)).await;
    }

    /// Waits for the answers under way when the bot stops, for as long as Discord waits for a first answer.
    pub async fn until_answered(&self) {
        let mut answering =
            std::mem::take(&mut *self.answering.lock().unwrap_or_else(PoisonError::into_inner));
        let answered = async { while answering.join_next().await.is_some() {} };
        if tokio::time::timeout(ANSWERING, answered).await.is_err() {
            tracing::warn!(
                "somebody was still being answered; what they asked for stands as far as it was written"
            );
        }
    }

    /// Takes one event. Nothing here waits.
    fn take(self: &Arc<Self>, context: serenity::Context, event: Event) {
        if self.stop.is_cancelled() {
            return;
        }
        let old_name = match &event {
            Event::ThreadUpdate(event) => self.name_of(&event.thread),
            _ => None,
        };
        directory::apply(&self.app.guilds, &event);
        match event {
            Event::Ready(event) => self.ready(&event.ready),
            Event::Resumed(_) => tracing::info!("gateway.resumed"),
            Event::GuildCreate(event) => self.guild_created(&event.guild),
            // Without `unavailable` the bot has been removed; with it the guild is only down for a while.
            Event::GuildDelete(event) if !event.guild.unavailable => {
                let guild = GuildId(event.guild.id.get());
                self.app.guilds.forget(guild);
                self.app.bench.forget(guild);
                self.app.people.forget(guild);
                self.app.avatars.forget(guild);
                self.app.campaigns.forget(guild);
                self.app.seen_hosts.forget(guild);
                tracing::info!(%guild, "guild.left");
                let edge = Arc::clone(self);
                self.runtime
                    .spawn(async move { left::note_left(&edge.app, guild, edge.identity.user).await });
            }
            Event::GuildRoleDelete(event) => {
                let gone = Gone::Role(RoleId(event.role_id.get()));
                self.tell_automod(GuildId(event.guild_id.get()), gone);
            }
            Event::ChannelDelete(event) => {
                let (guild, channel) = (event.channel.guild_id, event.channel.id);
                self.tell_automod(GuildId(guild.get()), Gone::Channel(ChannelId(channel.get())));
                self.queue(guild, channel, Job::CardsGone(None));
            }
            Event::MessageDelete(event) => {
                self.deleted(event.guild_id, event.channel_id, &[event.message_id]);
            }
            Event::MessageDeleteBulk(event) => self.deleted(event.guild_id, event.channel_id, &event.ids),
            Event::GuildMemberAdd(event) => {
                let seen = member::seen(GuildId(event.member.guild_id.get()), &event.member);
                self.receive(&seen);
                self.see(seen);
            }
            Event::GuildMemberRemove(event) => {
                self.queue(event.guild_id, event.user.id, Job::MemberLeft);
            }
            Event::GuildMemberUpdate(event) => {
                let seen = member::changed(&event);
                if returning::concerns(&self.app, &seen) {
                    self.receive(&seen);
                }
                self.see(seen);
            }
            Event::MessageCreate(event) => {
                let message = event.message;
                if message.author.id.get() != self.identity.user.0
                    && let Some(guild) = message.guild_id
                {
                    self.queue(guild, message.channel_id, Job::Posted(Box::new(message)));
                }
            }
            Event::MessageUpdate(event) => {
                let ours = event
                    .author
                    .as_ref()
                    .is_some_and(|author| author.id.get() == self.identity.user.0);
                if !ours && let Some(guild) = event.guild_id {
                    self.queue(guild, event.channel_id, Job::Edited(Box::new(event)));
                }
            }
            Event::AutoModActionExecution(event) => {
                let blocked = event.execution;
                if let Some(channel) = blocked.channel_id
                    && matches!(blocked.action, serenity::automod::Action::BlockMessage { .. })
                {
                    self.queue(blocked.guild_id, channel, Job::Blocked(Box::new(blocked)));
                }
            }
            Event::ThreadCreate(event) => {
                let thread = event.thread;
                self.queue(thread.guild_id, thread.id, Job::ThreadMade(Box::new(thread)));
            }
            Event::ThreadUpdate(event) => {
                let thread = event.thread;
                let (guild, id) = (thread.guild_id, thread.id);
                self.queue(
                    guild,
                    id,
                    Job::ThreadChanged(Box::new(ThreadChange { thread, old_name })),
                );
            }
            Event::ThreadDelete(event) => self.queue(event.thread.guild_id, event.thread.id, Job::ThreadGone),
            Event::InteractionCreate(event) => {
                if let Some(asker) = interactions::asker(&event.interaction) {
                    self.receive(&asker);
                    self.see(asker);
                }
                let edge = Arc::clone(self);
                let mut answering = self.answering.lock().unwrap_or_else(PoisonError::into_inner);
                while answering.try_join_next().is_some() {}
                let answer = async move { Box::pin(edge.interaction(context, event.interaction)).await };
                answering.spawn_on(answer, &self.runtime);
            }
            Event::Unknown(event) => self.unknown(context, event),
            _ => {}
        }
    }

    fn tell_automod(self: &Arc<Self>, guild: GuildId, gone: Gone) {
        let edge = Arc::clone(self);
        self.runtime
            .spawn(async move { reload::without(&edge.app, guild, gone).await });
    }

    /// Notes a member at once, in the order of the events, and looks at their names as soon as there is room for it.
    fn see(self: &Arc<Self>, seen: Seen) {
        impostors::note(&self.app, &seen);
        let edge = Arc::clone(self);
        self.runtime.spawn(async move {
            // The semaphore is never closed.
            let _room = edge.looks.acquire().await;
            impostors::look(&edge.app, &seen).await;
        });
    }

    /// Lets a member into their tickets again and does what waited for them, if they were away. Told of whenever they come, change
    /// or ask for something, so that a return nobody saw is made up for.
    fn receive(self: &Arc<Self>, seen: &Seen) {
        let here = Job::MemberIsHere(Box::new(seen.clone()));
        // A member's id is the id of no channel: their comings and goings have a lane of their own.
        self.queue(seen.guild.0, seen.member.id.0, here);
    }

    /// Messages were deleted. In the staff channel cards may be among them.
    fn deleted(
        self: &Arc<Self>,
        guild: Option<serenity::GuildId>,
        channel: serenity::ChannelId,
        messages: &[serenity::MessageId],
    ) {
        let Some(guild) = guild else { return };
        let staff = self.app.guilds.settings(GuildId(guild.get())).staff;
        if staff == Some(ChannelId(channel.get())) {
            let gone = messages.iter().map(|message| MessageId(message.get())).collect();
            self.queue(guild, channel, Job::CardsGone(Some(gone)));
        }
    }

    fn ready(self: &Arc<Self>, ready: &serenity::Ready) {
        let guilds: HashSet<GuildId> = ready.guilds.iter().map(|guild| GuildId(guild.id.get())).collect();
        tracing::info!(guilds = guilds.len(), "gateway.ready");
        self.discord.note_own_user(UserId(ready.user.id.get()));
        let none = guilds.is_empty();
        // One of several shards knows only its own guilds.
        if ready.shard.is_none_or(|shard| shard.total <= 1) {
            let (edge, present) = (Arc::clone(self), guilds.iter().copied().collect());
            self.runtime.spawn(async move {
                left::look(&edge.app, &present, edge.identity.user).await;
            });
        }
        *self.awaited.lock().unwrap_or_else(PoisonError::into_inner) = guilds;
        if none {
            self.described.send_replace(true);
        }
    }

    fn note_described(&self, guild: GuildId) {
        let mut awaited = self.awaited.lock().unwrap_or_else(PoisonError::into_inner);
        awaited.remove(&guild);
        if awaited.is_empty() {
            self.described.send_replace(true);
        }
    }

    fn name_of(&self, thread: &serenity::GuildChannel) -> Option<String> {
        let directory = self.app.guilds.directory(GuildId(thread.guild_id.get()))?;
        directory
            .channels
            .get(&ChannelId(thread.id.get()))
            .map(|known| known.name.clone())
    }

    fn queue(self: &Arc<Self>, guild: impl Into<u64>, channel: impl Into<u64>, job: Job) {
        let lane = (GuildId(guild.into()), ChannelId(channel.into()));
        let message = match &job {
            Job::Posted(message) => Some((true, MessageId(message.id.get()))),
            Job::Edited(event) => Some((false, MessageId(event.id.get()))),
            Job::Unread(unread) => Some((unread.arrival == Arrival::Posted, unread.message)),
            _ => None,
        };
        match self.lanes.push(lane, job, message.is_some()) {
            Pushed::Waits => {}
            Pushed::NeedsWorker => {
                let edge = Arc::clone(self);
                self.runtime.spawn(async move { edge.work(lane).await });
            }
            Pushed::TurnedAway => {
                tracing::debug!(channel = %lane.1, "a lane is full; it will be read again");
                match message {
                    Some((true, posted)) => self.turned_away.posted(lane, posted),
                    Some((false, edited)) => self.turned_away.edited(lane, edited),
                    None => {}
                }
            }
        }
    }

    /// Works a lane off.
    async fn work(self: Arc<Self>, lane: (GuildId, ChannelId)) {
        let mut scratch = self.app.bench.take_scratch();
        while !self.stop.is_cancelled() {
            match self.lanes.next(lane) {
                Next::Job(job) => self.carry_out(lane, job, &mut scratch).await,
                Next::CatchUp => {
                    let missed = self.turned_away.take(lane);
                    backfill::read_again(&self.app, lane.0, lane.1, missed.edited).await;
                    if let Some(first) = missed.first_posted {
                        let from = MessageId(first.0.saturating_sub(1));
                        backfill::catch_up(&self.app, lane.0, lane.1, from, backfill::PAGES_BEHIND).await;
                    }
                }
                Next::Nothing => break,
            }
        }
        self.app.bench.give_back(scratch);
    }

    async fn carry_out(&self, (guild, channel): (GuildId, ChannelId), job: Job, scratch: &mut Scratch) {
        match job {
            Job::Posted(message) => {
                let id = MessageId(message.id.get());
                if self.posted(guild, &message, scratch).await {
                    self.app.marks.note(guild, channel, id);
                }
            }
            Job::Edited(event) => self.edited(guild, &event, scratch).await,
            Job::Unread(unread) => {
                let posted = (unread.arrival == Arrival::Posted).then_some(unread.message);
                if self.unread(guild, *unread, scratch).await
                    && let Some(id) = posted
                {
                    self.app.marks.note(guild, channel, id);
                }
            }
            Job::Blocked(event) => self.blocked((guild, channel), &event, scratch).await,
            Job::ThreadMade(thread) => self.thread_made(guild, &thread, scratch).await,
            Job::ThreadChanged(change) => self.thread_changed(guild, &change, scratch).await,
            Job::ThreadGone => self.thread_gone(guild, channel).await,
            Job::CardsGone(messages) => {
                let is_gone = |(place, card): (ChannelId, MessageId)| {
                    place == channel && messages.as_ref().is_none_or(|gone| gone.contains(&card))
                };
                missing_cards::lost(&self.app, guild, is_gone).await;
            }
            Job::MemberIsHere(seen) => {
                openers::is_here(&self.app, &seen).await;
                if returning::concerns(&self.app, &seen) {
                    returning::look(&self.app, &seen).await;
                }
            }
            Job::MemberLeft => openers::left(&self.app, guild, UserId(channel.0)).await,
            Job::GuildDescribed(described) => self.guild_described(guild, *described, scratch).await,
        }
    }

    /// Whether one more fetch may be made for a guild now. `member`: who wrote the message, if it was a member.
    fn may_fetch(&self, guild: GuildId, member: Option<UserId>) -> bool {
        const SPAN: Duration = Duration::from_mins(1);
        let now = self.app.clock.now();
        if let Some(member) = member {
            if self.fetches_of.len() >= MOST_COUNTED {
                self.fetches_of.clear();
            }
            let own = self
                .fetches_of
                .entry((guild, member))
                .or_insert_with(|| Budget::new(FETCHES_OF_ONE_MEMBER, SPAN));
            if !own.spend(now) {
                return false;
            }
        }
        self.fetches
            .entry(guild)
            .or_insert_with(|| Budget::new(FETCHES_PER_MINUTE, SPAN))
            .spend(now)
    }
}

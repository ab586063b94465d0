//! Carries out planned effects: at once when woken, else when they fall due.
//!
//! Effects run side by side, but never two for the same target, and none waits behind another one's rate limit. Every
//! attempt ends as a row: done, failed, again then, or, when nobody can tell, uncertain. What an attempt means is said in
//! [`attempt`]; what an effect needs from the store in [`orders`].

pub mod attempt;
mod keeping;
mod notices;
pub mod orders;
mod timeouts;
mod wake;

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use wake::Wake;
use wake::{Handed, LEASE};

use super::App;
use super::schedule::until;
use crate::model::case::Case;
use crate::model::effect::{Effect, EffectOutcome, EffectRow};
use crate::model::ids::created_at;
use crate::model::{CaseId, ChannelId, EffectId, GuildId, MessageId, TicketId, Timestamp, UserId};
use crate::storage::{AllGuilds, InGuild};

/// Effects carried out at the same time.
const AT_ONCE: usize = 32;
/// Leased effects that wait for their target while others go on.
const MOST_WAITING: usize = 256;
/// Messages that are deleted with one request, and how old they may be: Discord takes 2 to 100 of at most two weeks ("Bulk
/// Delete Messages"); an hour is left for clocks that disagree.
const MOST_TOGETHER: usize = 100;
const BULK_AGE: Duration = Duration::from_hours(14 * 24 - 1);
/// A pause after the store failed, or when it says "due" and leases nothing.
const PAUSE: Duration = Duration::from_millis(500);
/// How long attempts under way may take to end when the bot stops.
const FAREWELL: Duration = Duration::from_secs(10);

/// What must not be touched by two effects at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Target {
    Message(MessageId),
    Member(GuildId, UserId),
    Inbox(UserId),
    CaseCard(CaseId),
    Case(CaseId),
    Copies(CaseId),
    Channel(ChannelId),
    StaffCard(TicketId),
    ModLog(GuildId),
    Automod(GuildId),
    Thread(TicketId),
}

fn target(row: &EffectRow) -> Target {
    match row.effect {
        Effect::KeepAttachments { case } | Effect::RestoreMessage { case } => Target::Case(case),
        Effect::PurgeCopies { case } => Target::Copies(case),
        Effect::PostHoneypotNotice { channel } => Target::Channel(channel),
        Effect::DeleteMessage { message, .. } | Effect::OfferTicket { message, .. } => {
            Target::Message(message)
        }
        Effect::DeleteThread { thread, .. } | Effect::RenameThread { thread, .. } => {
            Target::Message(MessageId(thread.0))
        }
        Effect::TimeoutMember { user, .. }
        | Effect::RenewTimeout { user, .. }
        | Effect::LiftTimeout { user, .. }
        | Effect::AddRole { user, .. }
        | Effect::RemoveRole { user, .. }
        | Effect::KickMember { user, .. }
        | Effect::BanMember { user, .. }
        | Effect::LiftBan { user, .. } => Target::Member(row.guild, user),
        Effect::TellAuthor { user, .. }
        | Effect::TellAnswer { user, .. }
        | Effect::TellRestored { user, .. }
        | Effect::TellOwner { user } => Target::Inbox(user),
        Effect::PostReviewCard { case } | Effect::RefreshReviewCard { case } => Target::CaseCard(case),
        Effect::SyncAutomod { .. } => Target::Automod(row.guild),
        Effect::WarnOfOverlay { .. }
        | Effect::AlertOfStolenStaff { .. }
        | Effect::PostPauseCard { .. }
        | Effect::RefreshPauseCard { .. }
        | Effect::PostReport { .. } => Target::ModLog(row.guild),
        Effect::PostStaffCard { ticket }
        | Effect::RefreshStaffCard { ticket }
        | Effect::PostEscalationCard { ticket, .. } => Target::StaffCard(ticket),
        Effect::CreateTicketThread { ticket, .. }
        | Effect::AddToThread { ticket, .. }
        | Effect::RemoveFromThread { ticket, .. }
        | Effect::PostWelcome { ticket, .. }
        | Effect::TellInThread { ticket, .. }
        | Effect::TellOpener { ticket, .. }
        | Effect::ArchiveThread { ticket }
        | Effect::ReviveThread { ticket } => Target::Thread(ticket),
    }
}

/// Carries out effects until stopped; attempts under way are finished.
pub async fn run(app: Arc<App>, stop: CancellationToken) {
    let mut running: JoinSet<Vec<Target>> = JoinSet::new();
    let mut busy: HashSet<Target> = HashSet::new();
    let mut waiting: VecDeque<Handed> = VecDeque::new();
    while !stop.is_cancelled() {
        take_handed(&app, &mut waiting);
        start_free(&app, &mut waiting, &mut busy, &mut running);
        let room = if waiting.len() < MOST_WAITING {
            AT_ONCE.saturating_sub(running.len())
        } else {
            0
        };
        let leased = lease(&app, room).await;
        let (failed, full) = (
            leased.is_err(),
            leased.as_ref().is_ok_and(|rows| rows.len() >= AT_ONCE / 2),
        );
        let idle = leased.as_ref().is_ok_and(Vec::is_empty);
        let leased = leased.unwrap_or_default().into_iter();
        waiting.extend(leased.map(|row| Handed { row, case: None }));
        start_free(&app, &mut waiting, &mut busy, &mut running);
        if full && running.len() < AT_ONCE && waiting.len() < MOST_WAITING {
            continue;
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = app.performer.woken() => {}
            Some(ended) = running.join_next() => forget(&mut busy, ended),
            () = next(&app, failed, idle) => {}
        }
        while let Some(ended) = running.try_join_next() {
            forget(&mut busy, ended);
        }
    }
    let finish = async { while running.join_next().await.is_some() {} };
    if tokio::time::timeout(FAREWELL, finish).await.is_err() {
        tracing::warn!("effects were still under way; they are looked up at the next start");
    }
}

/// What was handed over goes before what was leased: somebody is about to lose money.
fn take_handed(app: &App, waiting: &mut VecDeque<Handed>) {
    for handed in app.performer.take().into_iter().rev() {
        waiting.push_front(handed);
    }
}

fn forget(busy: &mut HashSet<Target>, ended: Result<Vec<Target>, tokio::task::JoinError>) {
    match ended {
        Ok(targets) => {
            for target in targets {
                busy.remove(&target);
            }
        }
        // Its target stays taken: the row is still `sending`, and the next start looks it up.
        Err(error) => tracing::error!(%error, "carrying out an effect broke off"),
    }
}

fn start_free(
    app: &Arc<App>,
    waiting: &mut VecDeque<Handed>,
    busy: &mut HashSet<Target>,
    running: &mut JoinSet<Vec<Target>>,
) {
    let now = app.clock.now();
    let mut still = VecDeque::new();
    while let Some(Handed { row, case }) = waiting.pop_front() {
        // Its lease ran out while it waited: whoever leases it next carries it out.
        if row.lease_until.is_some_and(|end| end <= now) {
            continue;
        }
        let target = target(&row);
        if busy.contains(&target) {
            still.push_back(Handed { row, case });
            continue;
        }
        busy.insert(target);
        let app = Arc::clone(app);
        let mut together = Vec::new();
        if let Some(channel) = bulk_channel(&row, now) {
            // What is to go from the same channel goes with one request.
            waiting.retain(|Handed { row: other, .. }| {
                let joins = together.len() + 1 < MOST_TOGETHER
                    && other.guild == row.guild
                    && bulk_channel(other, now) == Some(channel)
                    && other.lease_until.is_none_or(|end| end > now)
                    && busy.insert(self::target(other));
                if joins {
                    together.push(other.clone());
                }
                !joins
            });
        }
        running.spawn(async move {
            let targets = std::iter::once(target)
                .chain(together.iter().map(self::target))
                .collect();
            if together.is_empty() {
                carry_out(&app, row, case).await;
            } else {
                together.push(row);
                carry_out_together(&app, together).await;
            }
            targets
        });
    }
    *waiting = still;
}

/// The channel of a message that can be deleted together with others of it.
fn bulk_channel(row: &EffectRow, now: Timestamp) -> Option<ChannelId> {
    match row.effect {
        Effect::DeleteMessage { channel, message, .. }
            if row.attempts == 0 && now.since(created_at(message.0)) < BULK_AGE =>
        {
            Some(channel)
        }
        _ => None,
    }
}

/// Carries out several deletions in one channel: with one request, or, where that does not work, each by itself.
async fn carry_out_together(app: &App, rows: Vec<EffectRow>) {
    if let Some(outcomes) = attempt::delete_together(app, &rows).await {
        for (row, outcome) in rows.into_iter().zip(outcomes) {
            log(row.guild, &row.key, &outcome);
            record(app, row.guild, row.id, outcome).await;
        }
        return;
    }
    for row in rows {
        carry_out(app, row, None).await;
    }
}

/// Leases what is due, unless Discord has had more invalid requests from us than it likes.
async fn lease(app: &App, room: usize) -> Result<Vec<EffectRow>, ()> {
    let now = app.clock.now();
    if room == 0 || app.invalid_requests.exhausted_until(now).is_some() {
        return Ok(Vec::new());
    }
    let room = u32::try_from(room).unwrap_or(u32::MAX);
    app.store
        .lease_effects(AllGuilds, now, now + LEASE, room)
        .await
        .map_err(|error| {
            tracing::error!(%error, "effects could not be leased");
        })
}

/// Waits until something can be due.
async fn next(app: &App, failed: bool, idle: bool) {
    let now = app.clock.now();
    if failed {
        tokio::time::sleep(PAUSE).await;
        return;
    }
    if let Some(later) = app.invalid_requests.exhausted_until(now) {
        tracing::error!("Discord has refused too many requests; effects wait");
        return until(app.clock.as_ref(), later).await;
    }
    match app.store.next_due(AllGuilds).await {
        Ok(Some(due)) if due <= now && !idle => {}
        // Due, but what stands before it is under way or its target is taken.
        Ok(Some(due)) if due <= now => tokio::time::sleep(PAUSE).await,
        Ok(Some(due)) => until(app.clock.as_ref(), due).await,
        Ok(None) => std::future::pending().await,
        Err(error) => {
            tracing::error!(%error, "the next effect could not be looked up");
            tokio::time::sleep(PAUSE).await;
        }
    }
}

async fn carry_out(app: &App, row: EffectRow, case: Option<Box<Case>>) {
    let (guild, effect, key) = (row.guild, row.id, row.key.clone());
    let outcome = attempt::attempt(app, row, case).await;
    log(guild, &key, &outcome);
    record(app, guild, effect, outcome).await;
}

fn log(guild: GuildId, key: &str, outcome: &EffectOutcome) {
    match outcome {
        EffectOutcome::Done { .. } => tracing::debug!(%guild, key, "effect.done"),
        EffectOutcome::Retry { failure, .. } | EffectOutcome::LookUp { failure, .. } => {
            tracing::info!(%guild, key, failure, "effect.again");
        }
        EffectOutcome::Failed { failure } => tracing::warn!(%guild, key, failure, "effect.failed"),
        EffectOutcome::Uncertain { failure } => tracing::warn!(%guild, key, failure, "effect.uncertain"),
        EffectOutcome::Expired => tracing::info!(%guild, key, "effect.expired"),
    }
}

/// Writes how it ended; a store that refuses is asked again for as long as the lease holds.
async fn record(app: &App, guild: GuildId, effect: EffectId, outcome: EffectOutcome) {
    for wait in [200, 1000, 2000, 5000, 10_000, 20_000] {
        match app
            .store
            .finish_effect(InGuild(guild), effect, outcome.clone(), app.clock.now())
            .await
        {
            Ok(()) => return,
            Err(error) => {
                tracing::error!(%guild, %effect, %error, "the end of an effect could not be written");
                tokio::time::sleep(Duration::from_millis(wait)).await;
            }
        }
    }
}

//! Mends the difference between tickets and their threads: at start, after each fresh session with the gateway, every ten
//! minutes, and whenever an event says that a thread changed.
//!
//! Cards that could not be posted are seen to by [`super::missing_cards`], at the same times.
//!
//! The row is the ticket and the thread is a view of it. Only a definite answer of Discord marks a thread as gone;
//! whatever else goes wrong changes nothing. What follows for the ticket is decided in `desk::lifecycle`.

use std::time::Duration;

use super::App;
use super::missing_cards::{self, Again};
use super::platform::PlatformError;
use crate::desk::lifecycle::{Observation, observe};
use crate::model::effect::{Effect, EffectDraft};
use crate::model::ticket::{Surface, Ticket, TicketState};
use crate::model::{ChannelId, GuildId, Timestamp};
use crate::storage::{InGuild, StoreError, TicketChange, TicketFilter};

/// How often it looks.
pub const ROUND: Duration = Duration::from_mins(10);
/// Open tickets read at once, and how often: of ten thousand none is forgotten.
const PAGE: u32 = 500;
const PAGES: u32 = 20;
/// Closed tickets looked at per guild and round.
const MOST_CLOSED: u32 = 50;
/// How long after its closing a thread may still be open because its archiving is on its way.
const GRACE: Duration = Duration::from_mins(10);

/// Looks at every guild.
pub async fn reconcile_all(app: &App) {
    for guild in app.guilds.all() {
        reconcile(app, guild).await;
    }
}

/// Compares a guild's tickets with their threads.
pub async fn reconcile(app: &App, guild: GuildId) {
    missing_cards::post(app, guild, Again::InTime).await;
    if let Err(error) = compare(app, guild).await {
        tracing::error!(%guild, %error, "tickets could not be compared with their threads");
    }
}

async fn compare(app: &App, guild: GuildId) -> Result<(), StoreError> {
    let mut pages = OpenTickets::all();
    while let Some(page) = pages.next(app, guild).await? {
        for ticket in page {
            look_at(app, &ticket).await;
        }
    }
    let closed = TicketFilter {
        state: Some(TicketState::Closed),
        limit: MOST_CLOSED,
        ..TicketFilter::default()
    };
    for ticket in app.store.tickets(InGuild(guild), closed).await? {
        // A closed ticket whose thread is known to be archived or gone needs no look.
        if ticket.surface == Surface::Live {
            look_at(app, &ticket).await;
        }
    }
    Ok(())
}

/// A walk through the open tickets of a guild, page by page, newest first.
pub(super) struct OpenTickets {
    filter: TicketFilter,
    pages: u32,
}

impl OpenTickets {
    /// All of them.
    pub(super) fn all() -> Self {
        Self {
            filter: TicketFilter {
                open_only: true,
                limit: PAGE,
                ..TicketFilter::default()
            },
            pages: PAGES,
        }
    }

    /// Those that have no card for staff.
    pub(super) fn without_card() -> Self {
        let Self { filter, pages } = Self::all();
        let filter = TicketFilter {
            without_card: true,
            ..filter
        };
        Self { filter, pages }
    }

    /// The next page; none after the last.
    pub(super) async fn next(
        &mut self,
        app: &App,
        guild: GuildId,
    ) -> Result<Option<Vec<Ticket>>, StoreError> {
        let Some(left) = self.pages.checked_sub(1) else {
            tracing::warn!(%guild, "more tickets are open than can be looked after");
            return Ok(None);
        };
        let page = app.store.tickets(InGuild(guild), self.filter.clone()).await?;
        let Some(last) = page.last() else { return Ok(None) };
        self.pages = left;
        self.filter.before = Some(last.id);
        Ok(Some(page))
    }
}

/// Looks at the thread of one ticket, if it is one.
pub async fn look_at_thread(app: &App, guild: GuildId, thread: ChannelId) {
    match app.store.ticket_of_thread(InGuild(guild), thread).await {
        Ok(Some(ticket)) => look_at(app, &ticket).await,
        Ok(None) => {}
        Err(error) => {
            tracing::error!(%guild, %thread, %error, "the ticket of a thread could not be looked up");
        }
    }
}

async fn look_at(app: &App, ticket: &Ticket) {
    let Some(thread) = ticket.thread else { return };
    if ticket.surface == Surface::Missing {
        return;
    }
    match app.platform.thread_surface(thread).await {
        Ok(surface) => seen(app, ticket, thread, surface).await,
        // Not an answer: nothing is known, so nothing changes.
        Err(PlatformError::Gone(_)) => seen(app, ticket, thread, Surface::Missing).await,
        Err(error) => tracing::info!(ticket = ticket.number, %error, "a thread could not be looked at"),
    }
}

/// Takes note of what is known for certain about a ticket's thread.
pub async fn seen(app: &App, ticket: &Ticket, thread: ChannelId, surface: Surface) {
    let outcome = match surface {
        Surface::Missing => lost(app, ticket, thread).await,
        Surface::Live | Surface::Archived => {
            let noted = note(app, ticket, thread, surface).await;
            match noted {
                Ok(()) => straighten(app, ticket, surface).await,
                Err(error) => Err(error),
            }
        }
        // Forbidden is a matter of permissions: `/setup check` says so, and the thread may well be alive.
        Surface::None | Surface::Forbidden => Ok(()),
    };
    if let Err(error) = outcome {
        tracing::error!(ticket = ticket.number, %error, "what became of a thread could not be written");
    }
}

async fn lost(app: &App, ticket: &Ticket, thread: ChannelId) -> Result<(), StoreError> {
    let decide = move |facts: crate::storage::TicketFacts| {
        if facts.ticket.thread == Some(thread) {
            observe(&facts, Observation::ThreadLost).map_err(|refused| refused.to_string())
        } else {
            Err("the ticket has another thread by now".to_owned())
        }
    };
    let now = app.clock.now();
    if let Some(Ok(ticket)) = app
        .store
        .change_ticket(InGuild(ticket.guild), ticket.id, now, Box::new(decide))
        .await?
    {
        tracing::warn!(guild = %ticket.guild, ticket = ticket.number, "ticket.thread_lost");
        app.performer.wake();
    }
    Ok(())
}

/// Writes that a thread is live or archived, when the row says otherwise.
async fn note(app: &App, ticket: &Ticket, thread: ChannelId, surface: Surface) -> Result<(), StoreError> {
    if ticket.surface == surface {
        return Ok(());
    }
    let decide = move |facts: crate::storage::TicketFacts| {
        let known = facts.ticket.surface;
        if facts.ticket.thread == Some(thread)
            && matches!(known, Surface::Live | Surface::Archived)
            && known != surface
        {
            Ok(TicketChange {
                surface: Some(surface),
                ..TicketChange::default()
            })
        } else {
            Err("nothing to note".to_owned())
        }
    };
    app.store
        .change_ticket(
            InGuild(ticket.guild),
            ticket.id,
            app.clock.now(),
            Box::new(decide),
        )
        .await?;
    Ok(())
}

/// An open ticket has an open thread, and a closed ticket an archived one.
async fn straighten(app: &App, ticket: &Ticket, surface: Surface) -> Result<(), StoreError> {
    let now = app.clock.now();
    let long_closed = ticket.closed_at.is_some_and(|closed| now.since(closed) > GRACE);
    let (what, effect) = match surface {
        Surface::Archived if ticket.state.is_open() => ("revive", Effect::ReviveThread { ticket: ticket.id }),
        Surface::Live if !ticket.state.is_open() && long_closed => {
            ("archive", Effect::ArchiveThread { ticket: ticket.id })
        }
        _ => return Ok(()),
    };
    let draft = EffectDraft::new(
        format!("ticket:{}:mend:{what}:{}", ticket.id, round_of(now)),
        effect,
    );
    app.store
        .plan_effects(InGuild(ticket.guild), vec![draft.expiring(now + ROUND)], now)
        .await?;
    app.performer.wake();
    Ok(())
}

/// At most one mending of a kind per ticket and round.
fn round_of(now: Timestamp) -> i64 {
    now.0.div_euclid(i64::try_from(ROUND.as_millis()).unwrap_or(1))
}

//! Members who leave the guild while a ticket of theirs is open, and who come back to it. Discord takes whoever leaves a guild out
//! of its private threads and lets nobody in again by itself: without this, their ticket would stand where they cannot see it.
//!
//! What follows for a ticket is decided in `desk::lifecycle`.

use std::collections::HashSet;

use super::App;
use super::impostors::Seen;
use super::reconciler::OpenTickets;
use crate::desk::lifecycle::{self, Observation};
use crate::model::{GuildId, UserId};
use crate::storage::{InGuild, Result, TicketFilter};

/// Open tickets of one member that are looked at, the newest. The desk lets nobody open so many.
const MOST: u32 = 50;

/// Takes note, for the open tickets of a member, that they are in the guild.
pub async fn is_here(app: &App, Seen { guild, member, .. }: &Seen) {
    if let Some(since) = member.joined_at {
        observe(app, *guild, member.id, Observation::OpenerIsMember { since }).await;
    }
}

/// Takes note, for the open tickets of a member, that they have left the guild.
pub async fn left(app: &App, guild: GuildId, member: UserId) {
    observe(app, guild, member, Observation::OpenerLeft).await;
}

async fn observe(app: &App, guild: GuildId, member: UserId, seen: Observation) {
    if let Err(error) = observe_all(app, guild, member, seen).await {
        tracing::error!(%guild, %error, "where the opener of a ticket went could not be written");
    }
}

/// Looks for openers among the members of a guild, who may have come back while the bot was away.
pub async fn look_for(app: &App, guild: GuildId, members: &[Seen]) {
    let openers = match openers(app, guild).await {
        Ok(openers) => openers,
        Err(error) => {
            tracing::error!(%guild, %error, "the openers of tickets could not be read");
            return;
        }
    };
    for seen in members {
        if openers.contains(&seen.member.id) {
            is_here(app, seen).await;
        }
    }
}

/// Whose tickets are open.
async fn openers(app: &App, guild: GuildId) -> Result<HashSet<UserId>> {
    let (mut openers, mut pages) = (HashSet::new(), OpenTickets::all());
    while let Some(page) = pages.next(app, guild).await? {
        openers.extend(page.iter().map(|ticket| ticket.opener));
    }
    Ok(openers)
}

async fn observe_all(app: &App, guild: GuildId, member: UserId, seen: Observation) -> Result<()> {
    let theirs = TicketFilter {
        open_only: true,
        opener: Some(member),
        limit: MOST,
        ..TicketFilter::default()
    };
    for ticket in app.store.tickets(InGuild(guild), theirs).await? {
        let decide =
            Box::new(move |facts| lifecycle::observe(&facts, seen).map_err(|refused| refused.to_string()));
        let now = app.clock.now();
        let changed = app
            .store
            .change_ticket(InGuild(guild), ticket.id, now, decide)
            .await?;
        if let Some(Ok(_)) = changed {
            app.performer.wake();
        }
    }
    Ok(())
}

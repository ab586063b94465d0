//! Cards that people should see and that are not there: the review card of an open case, the card for staff of an open
//! ticket. Discord refused them, or nobody had chosen a channel yet.
//!
//! Each has one row, whose key is the card's: it is planned when there is none, and tried again with growing pauses when
//! it ended badly, so that a channel that stays forbidden fills neither the database nor Discord's count of invalid
//! requests. Whoever mends the server does not wait for that: `/setup` asks at once.
//!
//! The card of an open ticket is its place among staff: deleted, alone or with its channel, it is posted anew.

use std::time::Duration;

use super::App;
use super::reconciler::{OpenTickets, ROUND};
use crate::desk::effects::{staff_card, staff_card_after};
use crate::desk::lifecycle::{Observation, observe};
use crate::model::case::CaseState;
use crate::model::effect::{EffectDraft, EffectState};
use crate::model::ticket::{Ticket, TicketDeed, TicketEvent};
use crate::model::{ChannelId, GuildId, MessageId};
use crate::moderation::plan::review_card;
use crate::storage::{CaseFilter, InGuild, Result};

/// Open cases without a card that get one: the newest. The others stand in `/case list`.
const MOST_CASES: u32 = 25;
/// So often a ticket gets another card. After that somebody wants none there, or another bot that sweeps the channel.
const MOST_LOST: usize = 5;
/// The longest pause between two attempts.
const LONGEST: Duration = Duration::from_hours(6);

/// When a card that ended badly is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// After a pause that grows with each attempt.
    InTime,
    /// Now: somebody has just changed what may have stood in its way.
    Now,
}

/// Posts what is missing in a guild.
pub async fn post(app: &App, guild: GuildId, again: Again) {
    if let Err(error) = plan_missing(app, guild, again).await {
        tracing::error!(%guild, %error, "cards that are missing could not be planned");
    }
    app.performer.wake();
}

async fn plan_missing(app: &App, guild: GuildId, again: Again) -> Result<()> {
    let settings = app.guilds.load(app.store.as_ref(), guild).await?;
    if settings.staff.is_some() {
        let mut pages = OpenTickets::without_card();
        while let Some(page) = pages.next(app, guild).await? {
            for ticket in page {
                let card = card_of(app, &ticket).await?;
                plan(app, guild, card, again).await?;
            }
        }
    }
    if settings.mod_log.is_some() {
        let unseen = CaseFilter {
            state: Some(CaseState::Open),
            without_card: true,
            limit: MOST_CASES,
            ..CaseFilter::default()
        };
        // The oldest first, so that they stand in the channel in their order.
        for case in app.store.cases(InGuild(guild), unseen).await?.iter().rev() {
            plan(app, guild, review_card(case.id), again).await?;
        }
    }
    Ok(())
}

/// The card of a ticket that has none: its first, or what takes the place of the one it lost last.
async fn card_of(app: &App, ticket: &Ticket) -> Result<EffectDraft> {
    let events = app.store.ticket_events(InGuild(ticket.guild), ticket.id).await?;
    let lost = events.iter().rfind(|event| is_loss(event));
    Ok(lost.map_or_else(
        || staff_card(ticket.id),
        |event| staff_card_after(ticket.id, event.ordinal),
    ))
}

fn is_loss(event: &TicketEvent) -> bool {
    event.deed == TicketDeed::CardLost
}

/// Cards for staff are gone: those of open tickets are posted anew.
pub async fn lost(app: &App, guild: GuildId, is_gone: impl Fn((ChannelId, MessageId)) -> bool + Send) {
    if let Err(error) = replace(app, guild, is_gone).await {
        tracing::error!(%guild, %error, "cards that are gone could not be planned anew");
    }
    app.performer.wake();
}

async fn replace(
    app: &App,
    guild: GuildId,
    is_gone: impl Fn((ChannelId, MessageId)) -> bool + Send,
) -> Result<()> {
    let mut pages = OpenTickets::all();
    while let Some(page) = pages.next(app, guild).await? {
        for ticket in page {
            let Some((_, message)) = ticket.staff_card.filter(|card| is_gone(*card)) else {
                continue;
            };
            let events = app.store.ticket_events(InGuild(guild), ticket.id).await?;
            if events.iter().filter(|event| is_loss(event)).count() >= MOST_LOST {
                tracing::warn!(%guild, ticket = ticket.number, "a ticket's card is deleted again and again; it stays away");
                continue;
            }
            let lost = Observation::CardLost(message);
            let decide = Box::new(move |facts| observe(&facts, lost).map_err(|refused| refused.to_string()));
            let now = app.clock.now();
            app.store
                .change_ticket(InGuild(guild), ticket.id, now, decide)
                .await?;
        }
    }
    Ok(())
}

async fn plan(app: &App, guild: GuildId, card: EffectDraft, again: Again) -> Result<()> {
    let now = app.clock.now();
    let Some(row) = app.store.effect_by_key(InGuild(guild), &card.key).await? else {
        return app.store.plan_effects(InGuild(guild), vec![card], now).await;
    };
    if matches!(row.state, EffectState::Sending | EffectState::Done) {
        return Ok(());
    }
    let wait = match again {
        Again::Now => Duration::ZERO,
        Again::InTime => pause(row.attempts),
    };
    app.store
        .retry_effect(InGuild(guild), &card.key, now + wait)
        .await
        .map(|_| ())
}

/// The pause before an attempt after so many: none, then doubling from one round of the reconciler.
fn pause(attempts: u32) -> Duration {
    match attempts.checked_sub(1) {
        None => Duration::ZERO,
        Some(before) => ROUND
            .saturating_mul(1_u32.checked_shl(before).unwrap_or(u32::MAX))
            .min(LONGEST),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_doubles_up_to_six_hours() {
        assert_eq!(pause(0), Duration::ZERO);
        assert_eq!(pause(1), ROUND);
        assert_eq!(pause(3), ROUND * 4);
        assert_eq!(pause(40), LONGEST);
    }
}

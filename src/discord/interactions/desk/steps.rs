//! Finding a ticket and taking a step, the same way for buttons, forms and commands.
//!
//! What a step needs is decided by [`crate::desk::lifecycle`], inside the store's transaction; here its inputs are gathered
//! and its refusals worded.

use std::sync::Arc;

use crate::app::App;
use crate::desk::lifecycle::{self, Refused, Step};
use crate::desk::standing::{Actor, Standing};
use crate::discord::Error;
use crate::discord::interactions::Asker;
use crate::discord::words::desk as words;
use crate::model::guild::GuildSettings;
use crate::model::ticket::{Ticket, TicketDeed, TicketState};
use crate::model::{ChannelId, GuildId, TicketId, UserId};
use crate::storage::InGuild;

/// A guild's settings, read from the store when nothing of this guild has been heard since the start: a form may come back
/// before Discord has described the guild.
pub async fn settings(app: &App, guild: GuildId) -> Result<Arc<GuildSettings>, Error> {
    Ok(app.guilds.load(app.store.as_ref(), guild).await?)
}

/// The asker as the desk sees them, by the roles that came with this very interaction.
pub async fn actor(app: &App, guild: GuildId, asker: &Asker) -> Result<Actor, Error> {
    let settings = settings(app, guild).await?;
    let standing = Standing::of(&settings, &asker.roles, asker.permissions);
    Ok(Actor {
        user: asker.user,
        standing,
    })
}

/// The standing of somebody who did not ask: read from Discord just now. Somebody who has left has none.
pub async fn standing_of(app: &App, guild: GuildId, user: UserId) -> Result<Standing, Error> {
    let Some(member) = app.platform.member(guild, user).await? else {
        return Ok(Standing::Member);
    };
    let permissions = app
        .guilds
        .directory(guild)
        .map(|directory| directory.base_permissions(user, &member.roles))
        .unwrap_or_default();
    Ok(Standing::of(
        &*settings(app, guild).await?,
        &member.roles,
        permissions,
    ))
}

/// A ticket that the actor may see, by its row.
pub async fn by_id(app: &App, guild: GuildId, ticket: TicketId, actor: Actor) -> Result<Ticket, Error> {
    let found = app.store.ticket(InGuild(guild), ticket).await?;
    visible(found, actor, None)
}

/// A ticket that the actor may see: by its number, or the one whose thread `channel` is.
pub async fn find(
    app: &App,
    guild: GuildId,
    channel: ChannelId,
    number: Option<u32>,
    actor: Actor,
) -> Result<Ticket, Error> {
    let found = match number {
        Some(number) => app.store.ticket_by_number(InGuild(guild), number).await?,
        None => app.store.ticket_of_thread(InGuild(guild), channel).await?,
    };
    visible(found, actor, number)
}

/// A ticket of somebody else reads as if it did not exist.
fn visible(found: Option<Ticket>, actor: Actor, number: Option<u32>) -> Result<Ticket, Error> {
    found
        .filter(|ticket| actor.standing.works_tickets() || ticket.opener == actor.user)
        .ok_or_else(|| Error::told(words::no_such_ticket(number)))
}

/// Refuses early what the transaction would refuse anyway, before somebody fills in a form for nothing.
pub fn refuse_closed(ticket: &Ticket) -> Result<(), Error> {
    if ticket.state == TicketState::Closed {
        return Err(Error::told(words::refused(&Refused::Closed)));
    }
    Ok(())
}

/// Takes a step, and wakes the performer. `secrets`: how many were taken out of the words that come with it.
pub async fn take(
    app: &App,
    guild: GuildId,
    ticket: TicketId,
    actor: Actor,
    step: Step,
    secrets: u32,
) -> Result<Ticket, Error> {
    let now = app.clock.now();
    let changed = app
        .store
        .change_ticket(
            InGuild(guild),
            ticket,
            now,
            Box::new(move |facts| {
                let mut change = lifecycle::decide(&facts, actor, step, now)
                    .map_err(|refused| words::refused(&refused))?;
                if secrets > 0 {
                    change
                        .events
                        .push((TicketDeed::SecretsRemoved { count: secrets }, None, None));
                }
                Ok(change)
            }),
        )
        .await?;
    match changed {
        None => Err(Error::told(words::no_such_ticket(None))),
        Some(Err(refusal)) => Err(Error::told(refusal)),
        Some(Ok(ticket)) => {
            app.performer.wake();
            Ok(ticket)
        }
    }
}

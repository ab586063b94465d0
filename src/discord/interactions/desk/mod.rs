//! The desk's buttons and forms: each asks `desk` for one step, or shows the form that comes before it.
//!
//! The commands of the desk take the same steps through [`steps`], so that a button and a command never differ in what
//! they allow.

pub mod escalate;
pub mod open;
pub mod steps;

use crate::desk::areas;
use crate::desk::lifecycle::Step;
use crate::desk::standing::Actor;
use crate::discord::Error;
use crate::discord::component_id::ComponentId;
use crate::discord::interactions::Press;
use crate::discord::words::desk as words;
use crate::model::{GuildId, TicketId};

/// Answers a press of one of the desk's buttons, or one of its forms. Ids of others are not the desk's business.
pub async fn answer(press: &Press<'_>, id: ComponentId) -> Result<(), Error> {
    match id {
        ComponentId::OpenTicket(area) => open::show_form(press, area).await,
        ComponentId::TicketForm(area) => open::submit(press, area).await,
        ComponentId::MessageTicketForm(channel, message) => {
            open::submit_message(press, channel, message).await
        }
        ComponentId::ClaimTicket(ticket) => {
            let ticket = take(press, None, ticket, Step::Claim).await?;
            press.reply(&words::claimed(&ticket)).await
        }
        ComponentId::JoinTicket(ticket) => {
            let ticket = take(press, None, ticket, Step::Join).await?;
            press.reply(&words::joined(&ticket)).await
        }
        ComponentId::CloseTicket(ticket) => close(press, ticket).await,
        ComponentId::CloseForm(ticket) => close_with_reason(press, ticket).await,
        ComponentId::ReopenTicket(guild, ticket) => {
            let ticket = take(press, Some(guild), ticket, Step::Reopen).await?;
            press.reply(&words::reopened(&ticket)).await
        }
        ComponentId::NewThread(guild, ticket) => {
            let ticket = take(press, Some(guild), ticket, Step::NewThread).await?;
            press.reply(&words::new_thread_asked(&ticket)).await
        }
        ComponentId::EscalateTicket(ticket) => escalate::show_form(press, ticket).await,
        ComponentId::EscalateForm(ticket, team, known) => escalate::submit(press, ticket, team, known).await,
        _ => Err(Error::told("This button does not belong to the support desk.")),
    }
}

/// The guild of a press and its presser. `named`: the guild that the button names, for buttons in direct messages; inside a
/// server it has to be that server.
async fn who(press: &Press<'_>, named: Option<GuildId>) -> Result<(GuildId, Actor), Error> {
    let guild = match (press.guild(), named) {
        (Some(here), Some(named)) if here != named => return Err(Error::told(words::no_tickets_here())),
        (Some(here), _) => here,
        (None, Some(named)) => named,
        (None, None) => return Err(Error::told(words::no_tickets_here())),
    };
    let actor = steps::actor(press.app(), guild, &press.asker()).await?;
    Ok((guild, actor))
}

async fn take(
    press: &Press<'_>,
    named: Option<GuildId>,
    ticket: TicketId,
    step: Step,
) -> Result<crate::model::ticket::Ticket, Error> {
    let (guild, actor) = who(press, named).await?;
    steps::take(press.app(), guild, ticket, actor, step, 0).await
}

/// The opener closes at once (reopening is one press away); an agent is asked how it ended.
async fn close(press: &Press<'_>, ticket: TicketId) -> Result<(), Error> {
    let (guild, actor) = who(press, None).await?;
    let found = steps::by_id(press.app(), guild, ticket, actor).await?;
    if actor.user == found.opener {
        let closed = steps::take(press.app(), guild, ticket, actor, Step::Close { reason: None }, 0).await?;
        return press.reply(&words::closed(&closed, true)).await;
    }
    steps::refuse_closed(&found)?;
    press.show_form(&words::close_form(found.id, found.number)).await
}

async fn close_with_reason(press: &Press<'_>, ticket: TicketId) -> Result<(), Error> {
    let (guild, actor) = who(press, None).await?;
    let filled = areas::filled([(words::REASON, press.typed(words::REASON))]);
    let reason = filled.answers.into_iter().next().map(|answer| answer.text);
    let closed = steps::take(
        press.app(),
        guild,
        ticket,
        actor,
        Step::Close { reason },
        filled.secrets_removed,
    )
    .await?;
    press
        .reply(&words::closed(&closed, actor.user == closed.opener))
        .await
}

//! Escalating: the packet's form, filled in with what the ticket and its thread hold, and what comes back with it.

use std::time::Duration;

use crate::app::App;
use crate::desk::lifecycle::Step;
use crate::desk::standing::Actor;
use crate::desk::{packet, triage};
use crate::discord::Error;
use crate::discord::interactions::Press;
use crate::discord::interactions::desk::{steps, who};
use crate::discord::words::Form;
use crate::discord::words::desk as words;
use crate::model::guild::{Call, Tier};
use crate::model::ticket::{Surface, Ticket, TicketDeed};
use crate::model::{GuildId, MessageId, TicketId};
use crate::storage::InGuild;

/// How long the thread's messages may take to arrive: the form has to be shown within three seconds, with or without them.
const READING_TIME: Duration = Duration::from_millis(900);

/// The form that escalates `ticket` to `team` (by default the team that its area suggests).
pub async fn form(
    app: &App,
    guild: GuildId,
    ticket: &Ticket,
    actor: Actor,
    team: Option<Tier>,
) -> Result<Form, Error> {
    if !actor.standing.works_tickets() {
        return Err(Error::told(words::agents_only()));
    }
    steps::refuse_closed(ticket)?;
    let events = app.store.ticket_events(InGuild(guild), ticket.id).await?;
    let notes: Vec<String> = events
        .into_iter()
        .filter(|event| event.deed == TicketDeed::Noted)
        .filter_map(|event| event.note)
        .collect();
    let known = packet::prefilled(
        ticket,
        &notes,
        &thread_texts(app, guild, ticket).await,
        words::question,
    );
    let team = team.unwrap_or_else(|| triage::suggested_team(ticket.area));
    let earlier = app.store.escalations(InGuild(guild), ticket.id).await?;
    let earlier = earlier.last().map_or(0, |last| last.ordinal);
    Ok(words::escalation_form(
        ticket.id,
        ticket.number,
        team,
        earlier,
        &known,
    ))
}

/// What was written in the thread, as far as it can be read in time. Without message content it cannot, and the form is
/// filled in from the ticket alone.
async fn thread_texts(app: &App, guild: GuildId, ticket: &Ticket) -> Vec<String> {
    let Some(thread) = ticket
        .thread
        .filter(|_| matches!(ticket.surface, Surface::Live | Surface::Archived))
    else {
        return Vec::new();
    };
    let reading = app.platform.messages_after(guild, thread, MessageId(0));
    match tokio::time::timeout(READING_TIME, reading).await {
        Ok(Ok(messages)) => {
            let said = messages.into_iter().filter(|message| !message.author.bot);
            said.flat_map(|message| message.parts)
                .map(|part| part.text)
                .collect()
        }
        Ok(Err(error)) => {
            tracing::debug!(%guild, %thread, %error, "the thread could not be read for the packet");
            Vec::new()
        }
        Err(_late) => Vec::new(),
    }
}

/// The card's button.
pub async fn show_form(press: &Press<'_>, ticket: TicketId) -> Result<(), Error> {
    let (guild, actor) = who(press, None).await?;
    let ticket = steps::by_id(press.app(), guild, ticket, actor).await?;
    let form = form(press.app(), guild, &ticket, actor, None).await?;
    press.show_form(&form).await
}

/// The packet came back: it goes to the team, or back to the agent with what it lacks. `known`: how many escalations there
/// were when its form was shown; sent again by somebody who got no answer, it goes to nobody twice.
pub async fn submit(press: &Press<'_>, ticket: TicketId, team: Tier, known: u32) -> Result<(), Error> {
    let (guild, actor) = who(press, None).await?;
    let found = steps::by_id(press.app(), guild, ticket, actor).await?;
    let (packet, secrets) = packet::from_typed(|key| press.typed(key));
    if let Err(lacks) = packet::check(&packet) {
        return press
            .reply(&words::incomplete_packet(&found, &packet, &lacks))
            .await;
    }
    let step = Step::Escalate { team, packet, known };
    let ticket = steps::take(press.app(), guild, ticket, actor, step, secrets).await?;
    let call = call(press.app(), guild, team).await?;
    press.reply(&words::escalated(&ticket, team, call, secrets)).await
}

/// Whether the team hears of it; as long as Discord has not described the guild, it is taken to.
async fn call(app: &App, guild: GuildId, team: Tier) -> Result<Call, Error> {
    let settings = steps::settings(app, guild).await?;
    let directory = app.guilds.directory(guild);
    Ok(directory.map_or(Call::Heard, |directory| directory.call(&settings, team)))
}

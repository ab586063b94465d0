//! Opening a ticket: the form, and what comes back with it.
//!
//! The answer to a submitted form is written once the ticket is: "Ticket #n". It waits a moment for the thread, so that
//! most members get its link at once; a slow or refused thread never delays the answer beyond Discord's three seconds.

use std::time::Duration;

use crate::app::App;
use crate::desk::areas::{self, Ask, Filled, Question};
use crate::desk::opening::{self, Asked};
use crate::discord::Error;
use crate::discord::interactions::desk::steps;
use crate::discord::interactions::{Asker, Press};
use crate::discord::words::Saying;
use crate::discord::words::desk as words;
use crate::model::message::message_link;
use crate::model::ticket::{Area, Surface, Ticket};
use crate::model::{ChannelId, GuildId, InteractionId, MessageId};
use crate::storage::{InGuild, OpenedTicket, Refusal, TicketFilter, TicketRequest};

/// How often the ticket is looked at while its thread is being made, and how many times before the first answer. Together a
/// bit over a second: well inside Discord's three.
const LOOK_EVERY: Duration = Duration::from_millis(60);
const LOOKS_BEFORE_ANSWER: u32 = 20;

/// The same after the first answer, for half a minute: then the direct message or staff's card has told of any trouble.
const LOOK_LATER_EVERY: Duration = Duration::from_millis(500);
const LOOKS_AFTER_ANSWER: u32 = 60;

/// What stands in the way of showing the form, if anything: a guild that is not set up, or a ticket that is open for the
/// same thing. Better said before somebody types than after; checked again when the form comes back.
pub async fn obstacle(
    app: &App,
    guild: GuildId,
    interaction: InteractionId,
    asker: &Asker,
    area: Option<Area>,
) -> Result<Option<Saying>, Error> {
    let settings = steps::settings(app, guild).await?;
    if !settings.set_up || settings.support.is_none() {
        let (area, nothing) = (area.unwrap_or(Area::Other), Filled::default());
        return match open(app, guild, interaction, asker, area, &nothing, None).await? {
            OpenedTicket::Refused(refusal) => Ok(Some(words::refused_opening(refusal, &[]))),
            OpenedTicket::Opened(ticket) | OpenedTicket::Existing(ticket) => {
                Ok(Some(words::still_open(&ticket, &[], 0)))
            }
        };
    }
    let Some(area) = area else { return Ok(None) };
    let filter = TicketFilter {
        open_only: true,
        opener: Some(asker.user),
        limit: 10,
        ..TicketFilter::default()
    };
    let open = app.store.tickets(InGuild(guild), filter).await?;
    Ok(open
        .iter()
        .find(|ticket| ticket.area == area)
        .map(|ticket| words::still_open(ticket, &[], 0)))
}

/// A panel's button: the form of its area.
pub async fn show_form(press: &Press<'_>, area: Area) -> Result<(), Error> {
    let guild = press.guild_or_tell()?;
    match obstacle(
        press.app(),
        guild,
        press.interaction(),
        &press.asker(),
        Some(area),
    )
    .await?
    {
        Some(words) => press.reply(&words).await,
        None => press.show_form(&words::ticket_form(area)).await,
    }
}

/// The form of an area came back.
pub async fn submit(press: &Press<'_>, area: Area) -> Result<(), Error> {
    let filled = read(press, areas::questions(area));
    finish(press, area, filled, None).await
}

/// The form of "Open ticket from this message" came back.
pub async fn submit_message(press: &Press<'_>, channel: ChannelId, message: MessageId) -> Result<(), Error> {
    let guild = press.guild_or_tell()?;
    let filled = read(press, &areas::FROM_MESSAGE);
    let area = areas::area_meant(press.typed(Question::About.key()));
    finish(press, area, filled, Some(message_link(guild, channel, message))).await
}

/// The answers of a form, secrets taken out before anything else sees them.
fn read(press: &Press<'_>, asks: &[Ask]) -> Filled {
    areas::filled(
        asks.iter()
            .map(|ask| (words::question(ask.question), press.typed(ask.question.key()))),
    )
}

async fn finish(press: &Press<'_>, area: Area, filled: Filled, source: Option<String>) -> Result<(), Error> {
    let guild = press.guild_or_tell()?;
    let (app, interaction) = (press.app(), press.interaction());
    let opened = match open(app, guild, interaction, &press.asker(), area, &filled, source).await {
        Ok(opened) => opened,
        Err(error) => {
            tracing::error!(%guild, %interaction, %error, "a request for a ticket could not be written");
            return press.reply(&words::not_kept(&filled.answers)).await;
        }
    };
    match opened {
        OpenedTicket::Refused(refusal) => {
            press
                .reply(&words::refused_opening(refusal, given_back(refusal, &filled)))
                .await
        }
        OpenedTicket::Existing(ticket) if ticket.interaction != interaction => {
            press
                .reply(&words::still_open(
                    &ticket,
                    &filled.answers,
                    filled.secrets_removed,
                ))
                .await
        }
        OpenedTicket::Opened(ticket) | OpenedTicket::Existing(ticket) => {
            answer(press, guild, ticket, filled.secrets_removed).await
        }
    }
}

/// What was typed, except into a form that was empty.
fn given_back(refusal: Refusal, filled: &Filled) -> &[crate::model::ticket::Answer] {
    if refusal == Refusal::Empty {
        &[]
    } else {
        &filled.answers
    }
}

async fn open(
    app: &App,
    guild: GuildId,
    interaction: InteractionId,
    asker: &Asker,
    area: Area,
    filled: &Filled,
    source: Option<String>,
) -> Result<OpenedTicket, Error> {
    let settings = steps::settings(app, guild).await?;
    let wish = Asked::new(asker.user, &filled.answers, &settings);
    let request = TicketRequest {
        interaction,
        opener: asker.user,
        opener_name: asker.name.clone(),
        area,
        answers: filled.answers.clone(),
        secrets_removed: filled.secrets_removed,
        source,
    };
    let decide = Box::new(move |facts| opening::decide(&facts, &wish));
    let opened = app
        .store
        .open_ticket(InGuild(guild), request, app.clock.now(), decide)
        .await?;
    app.performer.wake();
    Ok(opened)
}

/// "Ticket #n", with its thread as soon as there is one.
async fn answer(press: &Press<'_>, guild: GuildId, ticket: Ticket, secrets: u32) -> Result<(), Error> {
    let ticket = watched(press.app(), guild, ticket, LOOK_EVERY, LOOKS_BEFORE_ANSWER).await;
    press.reply(&words::opened(&ticket, secrets)).await?;
    if ticket.surface != Surface::None {
        return Ok(());
    }
    let ticket = watched(press.app(), guild, ticket, LOOK_LATER_EVERY, LOOKS_AFTER_ANSWER).await;
    if ticket.surface == Surface::None {
        return Ok(());
    }
    // Whoever has dismissed the answer by now is in the thread, or has the direct message.
    if let Err(error) = press.amend(&words::opened(&ticket, secrets)).await {
        tracing::debug!(ticket = ticket.number, %error, "an answer could not be brought up to date");
    }
    Ok(())
}

/// The ticket once its thread was made or refused; as it stands after `looks` looks otherwise.
async fn watched(app: &App, guild: GuildId, mut ticket: Ticket, every: Duration, looks: u32) -> Ticket {
    for _ in 0..looks {
        if ticket.surface != Surface::None {
            break;
        }
        tokio::time::sleep(every).await;
        if let Ok(Some(fresh)) = app.store.ticket(InGuild(guild), ticket.id).await {
            ticket = fresh;
        }
    }
    ticket
}

//! `/ticket …` and "Open ticket from this message". Every step is the same as the one behind the buttons.

use poise::serenity_prelude as serenity;

use crate::app::platform::PlatformError;
use crate::artefacts::secrets;
use crate::desk::areas;
use crate::desk::lifecycle::{Refused, Step};
use crate::desk::standing::{Actor, Standing};
use crate::discord::commands::choice::Chosen;
use crate::discord::errors::platform_error;
use crate::discord::interactions::Asker;
use crate::discord::interactions::desk::{open as opening, steps};
use crate::discord::words::desk as words;
use crate::discord::{Command, Context, Error, app, say};
use crate::model::ticket::{Area, Ticket};
use crate::model::{ChannelId, GuildId, InteractionId, MessageId, UserId};
use crate::storage::{InGuild, TicketFilter, TicketOrder};

/// `/ticket` with all that belongs to it, and the message command.
pub fn all() -> Vec<Command> {
    vec![ticket(), open_from_message()]
}

/// Get help in private; work tickets.
#[poise::command(
    slash_command,
    guild_only,
    subcommand_required,
    subcommands(
        "open", "panel", "claim", "assign", "transfer", "note", "close", "reopen", "show", "list", "block",
        "unblock"
    )
)]
#[expect(
    clippy::unused_async,
    reason = "poise wants a future; Discord never calls a command that has subcommands"
)]
async fn ticket(_ctx: Context<'_>) -> Result<(), Error> {
    Ok(())
}

/// The guild, the place and the person behind a command.
pub(super) async fn who(ctx: Context<'_>) -> Result<(GuildId, ChannelId, Asker, Actor), Error> {
    let guild = ctx
        .guild_id()
        .ok_or_else(|| Error::told(words::no_tickets_here()))?;
    let (guild, channel) = (GuildId(guild.get()), ChannelId(ctx.channel_id().get()));
    let asker = Asker::of_command(ctx);
    let actor = steps::actor(app(ctx), guild, &asker).await?;
    Ok((guild, channel, asker, actor))
}

/// The interaction behind a command: the key against double delivery.
fn interaction(ctx: Context<'_>) -> InteractionId {
    InteractionId(match ctx {
        poise::Context::Application(ctx) => ctx.interaction.id.get(),
        poise::Context::Prefix(ctx) => ctx.msg.id.get(),
    })
}

/// Takes a step on the ticket with this number, or on the one whose thread this is.
async fn take(ctx: Context<'_>, number: Option<u32>, step: Step, secrets: u32) -> Result<Ticket, Error> {
    let (guild, channel, _, actor) = who(ctx).await?;
    let found = steps::find(app(ctx), guild, channel, number, actor).await?;
    steps::take(app(ctx), guild, found.id, actor, step, secrets).await
}

/// Open a ticket: a private thread with the support staff
#[poise::command(slash_command, guild_only)]
async fn open(
    ctx: Context<'_>,
    #[description = "What it is about"] area: Option<Chosen<Area>>,
) -> Result<(), Error> {
    let (guild, _, asker, _) = who(ctx).await?;
    let area = area.map(|Chosen(area)| area);
    if let Some(obstacle) = opening::obstacle(app(ctx), guild, interaction(ctx), &asker, area).await? {
        return say::reply(ctx, &obstacle).await;
    }
    match area {
        Some(area) => say::show_form(ctx, &words::ticket_form(area)).await,
        None => say::reply(ctx, &words::choose_area()).await,
    }
}

/// Post the panel by which members open tickets, here
#[poise::command(slash_command, guild_only)]
async fn panel(ctx: Context<'_>) -> Result<(), Error> {
    let (guild, _, asker, actor) = who(ctx).await?;
    let settings = steps::settings(app(ctx), guild).await?;
    if actor.standing < Standing::Lead && !settings.is_staff(&asker.roles) {
        return Err(Error::told(words::panel_needs_rights()));
    }
    if !settings.set_up || settings.support.is_none() {
        return Err(Error::told(words::panel_needs_setup()));
    }
    match ctx
        .channel_id()
        .send_message(ctx.http(), say::message(&words::panel()))
        .await
    {
        Ok(_) => say::reply(ctx, &words::panel_posted()).await,
        Err(error) => match platform_error(&error) {
            PlatformError::Refused(why) => Err(Error::told(words::panel_refused(&why))),
            other => Err(other.into()),
        },
    }
}

/// Take a ticket that nobody has
#[poise::command(slash_command, guild_only)]
async fn claim(
    ctx: Context<'_>,
    #[description = "The ticket's number; without it, the ticket of this thread"] ticket: Option<u32>,
) -> Result<(), Error> {
    let ticket = take(ctx, ticket, Step::Claim, 0).await?;
    say::reply(ctx, &words::claimed(&ticket)).await
}

/// Who gets a ticket, and what they may do. A bot works no tickets.
async fn target(ctx: Context<'_>, to: &serenity::User) -> Result<(UserId, Standing), Error> {
    let (guild, ..) = who(ctx).await?;
    let user = UserId(to.id.get());
    if to.bot {
        return Err(Error::told(words::refused(&Refused::NotAnAgent(user))));
    }
    Ok((user, steps::standing_of(app(ctx), guild, user).await?))
}

/// Give a ticket that nobody has to an agent
#[poise::command(slash_command, guild_only)]
async fn assign(
    ctx: Context<'_>,
    #[description = "The agent who gets it"] agent: serenity::User,
    #[description = "The ticket's number; without it, the ticket of this thread"] ticket: Option<u32>,
) -> Result<(), Error> {
    let (to, standing) = target(ctx, &agent).await?;
    let ticket = take(ctx, ticket, Step::Assign { to, standing }, 0).await?;
    say::reply(ctx, &words::assigned(&ticket, to)).await
}

/// Hand your ticket to another agent
#[poise::command(slash_command, guild_only)]
async fn transfer(
    ctx: Context<'_>,
    #[description = "The agent who gets it"] agent: serenity::User,
    #[description = "The ticket's number; without it, the ticket of this thread"] ticket: Option<u32>,
) -> Result<(), Error> {
    let (to, standing) = target(ctx, &agent).await?;
    let ticket = take(ctx, ticket, Step::Transfer { to, standing }, 0).await?;
    say::reply(ctx, &words::assigned(&ticket, to)).await
}

/// Keep a note that only staff can read
#[poise::command(slash_command, guild_only)]
async fn note(
    ctx: Context<'_>,
    #[description = "The note"]
    #[max_length = 1000]
    text: String,
    #[description = "The ticket's number; without it, the ticket of this thread"] ticket: Option<u32>,
) -> Result<(), Error> {
    let redacted = secrets::redact(&text);
    let removed = u32::try_from(redacted.found.len()).unwrap_or(u32::MAX);
    let ticket = take(ctx, ticket, Step::Note(redacted.text.into_owned()), removed).await?;
    say::reply(ctx, &words::noted(&ticket, removed)).await
}

/// Close a ticket
#[poise::command(slash_command, guild_only)]
async fn close(
    ctx: Context<'_>,
    #[description = "How it ended; the member reads this"]
    #[max_length = 1000]
    reason: Option<String>,
    #[description = "The ticket's number; without it, the ticket of this thread"] ticket: Option<u32>,
) -> Result<(), Error> {
    let (guild, channel, _, actor) = who(ctx).await?;
    let found = steps::find(app(ctx), guild, channel, ticket, actor).await?;
    let own = actor.user == found.opener;
    if reason.is_none() && !own {
        steps::refuse_closed(&found)?;
        return say::show_form(ctx, &words::close_form(found.id, found.number)).await;
    }
    let filled = areas::filled([(words::REASON, reason.as_deref().unwrap_or_default())]);
    let reason = filled.answers.into_iter().next().map(|answer| answer.text);
    let step = Step::Close { reason };
    let closed = steps::take(app(ctx), guild, found.id, actor, step, filled.secrets_removed).await?;
    say::reply(ctx, &words::closed(&closed, own)).await
}

/// Open a closed ticket again
#[poise::command(slash_command, guild_only)]
async fn reopen(
    ctx: Context<'_>,
    #[description = "The ticket's number; without it, the ticket of this thread"] ticket: Option<u32>,
) -> Result<(), Error> {
    let ticket = take(ctx, ticket, Step::Reopen, 0).await?;
    say::reply(ctx, &words::reopened(&ticket)).await
}

/// Show a ticket
#[poise::command(slash_command, guild_only)]
async fn show(
    ctx: Context<'_>,
    #[description = "The ticket's number; without it, the ticket of this thread"] ticket: Option<u32>,
) -> Result<(), Error> {
    let (guild, channel, _, actor) = who(ctx).await?;
    let found = steps::find(app(ctx), guild, channel, ticket, actor).await?;
    let staff = actor.standing.works_tickets();
    let (events, escalations) = if staff {
        let store = &app(ctx).store;
        (
            store.ticket_events(InGuild(guild), found.id).await?,
            store.escalations(InGuild(guild), found.id).await?,
        )
    } else {
        (Vec::new(), Vec::new())
    };
    say::reply(ctx, &words::show(&found, &events, &escalations, staff)).await
}

/// How many tickets one answer lists.
const LISTED: u32 = 20;

/// List tickets: your own, or, for agents, all that are open
#[poise::command(slash_command, guild_only)]
async fn list(
    ctx: Context<'_>,
    #[description = "Only the ones you work on (agents)"] mine: Option<bool>,
    #[description = "Closed ones too"] closed: Option<bool>,
    #[description = "Which page; the first without it"]
    #[min = 1]
    #[max = 500]
    page: Option<u32>,
) -> Result<(), Error> {
    let (guild, _, asker, actor) = who(ctx).await?;
    let staff = actor.standing.works_tickets();
    let open_only = !closed.unwrap_or(false);
    let filter = TicketFilter {
        open_only,
        opener: (!staff).then_some(asker.user),
        assignee: (staff && mine.unwrap_or(false)).then_some(asker.user),
        // Agents look for what waits; members for what they asked last.
        order: if staff {
            TicketOrder::Waiting
        } else {
            TicketOrder::Newest
        },
        skip: page.map_or(0, |page| page.saturating_sub(1).saturating_mul(LISTED)),
        limit: LISTED,
        ..TicketFilter::default()
    };
    let store = &app(ctx).store;
    let total = store.count_tickets(InGuild(guild), filter.clone()).await?;
    let listed = words::Listed {
        skipped: filter.skip,
        total,
        page: page.unwrap_or(1),
    };
    let found = store.tickets(InGuild(guild), filter).await?;
    say::reply(ctx, &words::list(&found, listed, staff, open_only)).await
}

/// Somebody whom an agent keeps from the desk, or lets back to it. Whoever works tickets cannot be kept from it.
async fn keepable(ctx: Context<'_>, member: &serenity::User) -> Result<(GuildId, UserId, UserId), Error> {
    let (guild, _, _, actor) = who(ctx).await?;
    if !actor.standing.works_tickets() {
        return Err(Error::told(words::agents_only()));
    }
    Ok((guild, UserId(member.id.get()), actor.user))
}

/// Keep somebody from opening tickets
#[poise::command(slash_command, guild_only)]
async fn block(
    ctx: Context<'_>,
    #[description = "Who cannot open tickets from now on; open ones stay"] member: serenity::User,
    #[description = "Why; only staff read it"]
    #[max_length = 300]
    reason: String,
) -> Result<(), Error> {
    let (guild, user, by) = keepable(ctx, &member).await?;
    if member.bot || steps::standing_of(app(ctx), guild, user).await?.works_tickets() {
        return Err(Error::told(words::not_blockable(user)));
    }
    let reason = secrets::redact(&reason).text.trim().to_owned();
    if reason.is_empty() {
        return Err(Error::told(words::refused(&Refused::NoWords)));
    }
    let app = app(ctx);
    app.store
        .block_opener(InGuild(guild), user, reason.clone(), by, app.clock.now())
        .await?;
    tracing::info!(%guild, %user, %by, "ticket.opener_blocked");
    say::reply(ctx, &words::blocked(user, &reason)).await
}

/// Let somebody open tickets again
#[poise::command(slash_command, guild_only)]
async fn unblock(
    ctx: Context<'_>,
    #[description = "Who may open tickets again"] member: serenity::User,
) -> Result<(), Error> {
    let (guild, user, by) = keepable(ctx, &member).await?;
    let was_blocked = app(ctx).store.unblock_opener(InGuild(guild), user).await?;
    tracing::info!(%guild, %user, %by, was_blocked, "ticket.opener_unblocked");
    say::reply(ctx, &words::unblocked(user, was_blocked)).await
}

/// Opens the form with the message filled in. Discord hands the message over even without the message-content intent.
#[poise::command(context_menu_command = "Open ticket from this message", guild_only)]
async fn open_from_message(ctx: Context<'_>, message: serenity::Message) -> Result<(), Error> {
    let (guild, _, asker, _) = who(ctx).await?;
    if let Some(obstacle) = opening::obstacle(app(ctx), guild, interaction(ctx), &asker, None).await? {
        return say::reply(ctx, &obstacle).await;
    }
    let own = message.author.id.get() == asker.user.0;
    let text = secrets::redact(&message.content).text.into_owned();
    let (channel, message) = (ChannelId(message.channel_id.get()), MessageId(message.id.get()));
    say::show_form(ctx, &words::message_form(channel, message, &text, own)).await
}

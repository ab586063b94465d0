//! `/case`: look at what was removed, and at everything that was done about it.

use std::time::Duration;

use poise::serenity_prelude as serenity;

use super::choice::Chosen;
use super::{asker_with, guild_of};
use crate::artefacts::secrets::redact;
use crate::discord::interactions::queue::render;
use crate::discord::words::{moderation as words, shortened};
use crate::discord::{Command, Context, Error, app, say};
use crate::model::case::{Case, CaseState};
use crate::model::{ChannelId, Permissions, UserId};
use crate::moderation::review::{self, NOTE_LIMIT};
use crate::storage::{CaseFilter, InGuild};

/// How many cases a list shows.
const LISTED: u32 = 15;

/// `/case`.
pub fn command() -> Command {
    case()
}

/// Removed and suspicious messages
#[poise::command(
    slash_command,
    guild_only,
    subcommand_required,
    default_member_permissions = "MANAGE_MESSAGES",
    subcommands("show", "list", "queue", "note")
)]
#[expect(
    clippy::unused_async,
    reason = "poise wants a future; Discord never calls a command that has subcommands"
)]
async fn case(_ctx: Context<'_>) -> Result<(), Error> {
    Ok(())
}

/// Show one case with its evidence and history
#[poise::command(slash_command, guild_only)]
async fn show(
    ctx: Context<'_>,
    #[description = "The case's number"]
    #[min = 1]
    number: u32,
) -> Result<(), Error> {
    asker_with(ctx, Permissions::MANAGE_MESSAGES)?;
    say::defer(ctx).await?;
    let guild = InGuild(guild_of(ctx)?);
    let store = &app(ctx).store;
    let case = store
        .case_by_number(guild, number)
        .await?
        .ok_or_else(|| Error::told(words::no_such_case(number)))?;
    let troubles = store.troubled_effects_of_case(guild, case.id).await?;
    say::reply(ctx, &words::show(&case, &troubles)).await
}

/// List the latest cases
#[poise::command(slash_command, guild_only)]
async fn list(
    ctx: Context<'_>,
    #[description = "Only cases that stand like this"] state: Option<Chosen<CaseState>>,
    #[description = "Only cases of this author"] author: Option<serenity::User>,
) -> Result<(), Error> {
    asker_with(ctx, Permissions::MANAGE_MESSAGES)?;
    say::defer(ctx).await?;
    let filter = CaseFilter {
        state: state.map(|chosen| chosen.0),
        author: author.map(|user| UserId(user.id.get())),
        without_card: false,
        limit: LISTED,
        ..CaseFilter::default()
    };
    let cases = app(ctx).store.cases(InGuild(guild_of(ctx)?), filter).await?;
    say::reply(ctx, &words::list(&cases)).await
}

/// Go through cases, the one that has waited longest first
#[poise::command(slash_command, guild_only)]
async fn queue(
    ctx: Context<'_>,
    #[description = "Only cases that stand like this; left out: those that wait"] state: Option<
        Chosen<CaseState>,
    >,
    #[description = "Only cases of this rule"]
    #[autocomplete = "super::rules::suggestions"]
    rule: Option<String>,
    #[description = "Only cases of this author"] member: Option<serenity::User>,
    #[description = "Only cases in this channel"] channel: Option<serenity::ChannelId>,
    #[description = "Only cases that are at least so many hours old"]
    #[min = 1]
    #[max = 8760]
    older: Option<u32>,
) -> Result<(), Error> {
    let asker = asker_with(ctx, Permissions::MANAGE_MESSAGES)?;
    say::defer(ctx).await?;
    let (guild, app) = (guild_of(ctx)?, app(ctx));
    let now = app.clock.now();
    let filter = CaseFilter {
        state: Some(state.map_or(CaseState::Open, |chosen| chosen.0)),
        author: member.map(|user| UserId(user.id.get())),
        channel: channel.map(|channel| ChannelId(channel.get())),
        rule,
        opened_before: older.map(|hours| now - Duration::from_hours(u64::from(hours))),
        oldest_first: true,
        ..CaseFilter::default()
    };
    let view = app
        .store
        .save_view(InGuild(guild), asker.user, filter.clone(), now)
        .await?;
    say::reply(ctx, &render(app, guild, view, &filter, 0).await?).await
}

/// Keep a note with a case; only staff can read it
#[poise::command(slash_command, guild_only)]
async fn note(
    ctx: Context<'_>,
    #[description = "The case's number"]
    #[min = 1]
    number: u32,
    #[description = "The note; a seed phrase or key in it is replaced first"]
    #[max_length = 1000]
    text: String,
) -> Result<(), Error> {
    let asker = asker_with(ctx, Permissions::MANAGE_MESSAGES)?;
    say::defer(ctx).await?;
    let (guild, app) = (InGuild(guild_of(ctx)?), app(ctx));
    let text = shortened(&redact(text.trim()).text, usize::from(NOTE_LIMIT));
    if text.is_empty() {
        return Err(Error::told("Say in a sentence what is to be noted."));
    }
    let missing = || Error::told(words::no_such_case(number));
    let case = app
        .store
        .case_by_number(guild, number)
        .await?
        .ok_or_else(missing)?;
    let by = asker.user;
    let decide = Box::new(move |case: Case| Ok(review::note(&case, by, text)));
    match app
        .store
        .change_case(guild, case.id, app.clock.now(), decide)
        .await?
    {
        None => Err(missing()),
        Some(Err(told)) => Err(Error::Told(told)),
        Some(Ok(case)) => {
            app.performer.wake();
            say::reply(ctx, &words::noted(&case)).await
        }
    }
}

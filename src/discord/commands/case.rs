//! `/case`: look at what was removed, and at everything that was done about it.

use poise::serenity_prelude as serenity;

use super::choice::Chosen;
use super::{asker_with, guild_of};
use crate::discord::words::moderation as words;
use crate::discord::{Command, Context, Error, app, say};
use crate::model::case::CaseState;
use crate::model::{Permissions, UserId};
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
    subcommands("show", "list")
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
    };
    let cases = app(ctx).store.cases(InGuild(guild_of(ctx)?), filter).await?;
    say::reply(ctx, &words::list(&cases)).await
}

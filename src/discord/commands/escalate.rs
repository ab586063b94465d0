//! `/escalate`: asks a team for help with a ticket, with a packet that names what the team needs.

use crate::discord::commands::choice::{Chosen, Team};
use crate::discord::commands::ticket::who;
use crate::discord::interactions::desk::{escalate as packet_form, steps};
use crate::discord::{Command, Context, Error, app, say};

/// The command.
pub fn command() -> Command {
    escalate()
}

/// Ask a team for help with a ticket
#[poise::command(slash_command, guild_only)]
async fn escalate(
    ctx: Context<'_>,
    #[description = "Which team; without it, the one its area suggests"] team: Option<Chosen<Team>>,
    #[description = "The ticket's number; without it, the ticket of this thread"] ticket: Option<u32>,
) -> Result<(), Error> {
    let (guild, channel, _, actor) = who(ctx).await?;
    let found = steps::find(app(ctx), guild, channel, ticket, actor).await?;
    let form = packet_form::form(
        app(ctx),
        guild,
        &found,
        actor,
        team.map(|Chosen(Team(tier))| tier),
    )
    .await?;
    say::show_form(ctx, &form).await
}

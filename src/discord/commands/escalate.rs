//! `/escalate`: asks a team for help with a ticket, with a packet that names what the team needs.

use crate::discord::commands::ticket::who;
use crate::discord::interactions::desk::{escalate as packet_form, steps};
use crate::discord::{Command, Context, Error, app, say};
use crate::model::guild::Tier;

/// A team, as an option of the command.
#[derive(Clone, Copy, Debug, poise::ChoiceParameter)]
pub enum TeamChoice {
    /// Deeper look.
    #[name = "L2 support"]
    L2,
    /// Last stop before a team.
    #[name = "L3 support"]
    L3,
    /// The security team.
    #[name = "Security"]
    Security,
    /// The engineering team.
    #[name = "Engineering"]
    Engineering,
    /// The product team.
    #[name = "Product"]
    Product,
    /// The communications team.
    #[name = "Comms"]
    Comms,
}

impl From<TeamChoice> for Tier {
    fn from(choice: TeamChoice) -> Self {
        match choice {
            TeamChoice::L2 => Self::L2,
            TeamChoice::L3 => Self::L3,
            TeamChoice::Security => Self::Security,
            TeamChoice::Engineering => Self::Engineering,
            TeamChoice::Product => Self::Product,
            TeamChoice::Comms => Self::Comms,
        }
    }
}

/// The command.
pub fn command() -> Command {
    escalate()
}

/// Ask a team for help with a ticket
#[poise::command(slash_command, guild_only)]
async fn escalate(
    ctx: Context<'_>,
    #[description = "Which team; without it, the one its area suggests"] team: Option<TeamChoice>,
    #[description = "The ticket's number; without it, the ticket of this thread"] ticket: Option<u32>,
) -> Result<(), Error> {
    let (guild, channel, _, actor) = who(ctx)?;
    let found = steps::find(app(ctx), guild, channel, ticket, actor).await?;
    let form = packet_form::form(app(ctx), guild, &found, actor, team.map(Tier::from)).await?;
    say::show_form(ctx, &form).await
}

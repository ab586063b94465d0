//! Commands, buttons and forms: handed to the commands and to [`crate::discord::interactions`]; whatever fails there ends
//! in words for the person and, when it is our fault, in the log under the number the person was given. Where only the
//! telling failed nobody reads that what they asked for did not work.

use std::sync::Arc;

use poise::serenity_prelude as serenity;
use serenity::{FullEvent, Interaction};

use super::Edge;
use crate::app::impostors::Seen;
use crate::app::platform::PlatformError;
use crate::discord::convert::member;
use crate::discord::interactions::{Press, dispatch};
use crate::discord::words::{Saying, operations};
use crate::discord::{Data, Error, say};
use crate::model::GuildId;

/// Who stands behind an interaction, when that is a member of a guild.
pub(super) fn asker(interaction: &Interaction) -> Option<Seen> {
    let member = match interaction {
        Interaction::Command(command) => command.member.as_deref(),
        Interaction::Component(pressed) => pressed.member.as_ref(),
        Interaction::Modal(form) => form.member.as_ref(),
        _ => None,
    }?;
    Some(member::seen(GuildId(member.guild_id.get()), member))
}

impl Edge {
    pub(super) async fn interaction(self: Arc<Self>, context: serenity::Context, interaction: Interaction) {
        match &interaction {
            Interaction::Component(pressed) => {
                Box::pin(self.pressed(Press::of_button(&self.app, &context.http, pressed))).await;
            }
            Interaction::Modal(form) => {
                Box::pin(self.pressed(Press::of_form(&self.app, &context.http, form))).await;
            }
            _ => {
                let data = Data(Arc::clone(&self.app));
                let framework = poise::FrameworkContext {
                    serenity_context: &context,
                    bot_id: serenity::UserId::new(self.identity.user.0.max(1)),
                    options: &self.options,
                    user_data: &data,
                    shard_manager: &self.shards,
                };
                Box::pin(poise::dispatch_event(
                    framework,
                    FullEvent::InteractionCreate { interaction },
                ))
                .await;
            }
        }
        // Whatever was planned by it starts now.
        self.app.performer.wake();
    }

    async fn pressed(&self, press: Press<'_>) {
        let Err(error) = Box::pin(dispatch(&press)).await else {
            return;
        };
        if let Error::Untold(why) = &error {
            return tracing::warn!(id = press.custom_id(), %why, "what became of a press could not be told");
        }
        let words = words_for(&error, press.interaction().0, press.custom_id());
        if let Err(error) = press.reply(&words).await {
            tracing::warn!(id = press.custom_id(), %error, "a press could not be answered");
        }
    }
}

/// What a person is told, and what the log says.
fn words_for(error: &Error, interaction: u64, what: &str) -> Saying {
    match error {
        Error::Told(words) => Saying::text(words),
        Error::Platform(PlatformError::Refused(why)) => {
            tracing::warn!(what, why, "Discord refused what was asked");
            operations::refused_by_discord(why)
        }
        broken => {
            let incident = incident(interaction);
            tracing::error!(what, incident, error = %broken, "something asked for failed");
            operations::broken(&incident)
        }
    }
}

fn interaction_id(ctx: crate::discord::Context<'_>) -> u64 {
    match ctx {
        poise::Context::Application(ctx) => ctx.interaction.id.get(),
        poise::Context::Prefix(ctx) => ctx.msg.id.get(),
    }
}

/// A short number that leads from a person's screenshot to a line of the log.
fn incident(interaction: u64) -> String {
    format!("{:06X}", (interaction >> 12) & 0xFF_FF_FF)
}

/// Answers a command that failed.
pub(super) async fn on_error(error: poise::FrameworkError<'_, Data, Error>) {
    let (ctx, saying) = match error {
        poise::FrameworkError::Command {
            error: Error::Untold(why),
            ctx,
            ..
        } => {
            let command = &ctx.command().qualified_name;
            return tracing::warn!(%command, %why, "what became of a command could not be told");
        }
        poise::FrameworkError::Command { error, ctx, .. } => {
            let words = words_for(&error, interaction_id(ctx), &ctx.command().qualified_name);
            (ctx, words)
        }
        poise::FrameworkError::ArgumentParse { error, ctx, .. } => (
            ctx,
            Saying::text(format!("I could not read what you gave me: {error}.")),
        ),
        poise::FrameworkError::CommandStructureMismatch { description, ctx, .. } => {
            tracing::warn!(
                description,
                command = ctx.interaction.data.name,
                "Discord knows another form of a command"
            );
            (poise::Context::Application(ctx), operations::outdated_command())
        }
        poise::FrameworkError::GuildOnly { ctx, .. } => (ctx, Saying::text(operations::only_here())),
        poise::FrameworkError::MissingUserPermissions {
            missing_permissions,
            ctx,
            ..
        } => {
            let missing = missing_permissions.map(|missing| missing.get_permission_names().join(", "));
            (ctx, operations::missing_permission(missing.as_deref()))
        }
        // Clients offer what they learned of an older version for a while.
        poise::FrameworkError::UnknownInteraction {
            framework,
            interaction,
            ..
        } => {
            tracing::warn!(command = interaction.data.name, "an unknown command was run");
            let http = &framework.serenity_context.http;
            let words = say::answer(&operations::outdated_command(), true);
            if interaction.data.autocomplete().is_none()
                && let Err(error) = say::answering_command(http, interaction).first(&words).await
            {
                tracing::warn!(%error, "a command could not be answered");
            }
            return;
        }
        other => {
            tracing::error!(%other, "a command failed before it began");
            return;
        }
    };
    if let Err(error) = say::reply(ctx, &saying).await {
        tracing::warn!(%error, "a command could not be answered");
    }
}

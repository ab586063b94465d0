//! The list of all commands. Each file beside this one is one command: it reads the options, asks `moderation`, `desk`
//! or the store, and answers with words of [`super::words`].
//!
//! `default_member_permissions` is only what a server starts with, and its administrators may change it: every command
//! asks again by itself (`asker_with`).

pub mod case;
pub mod choice;
pub mod escalate;
pub mod rules;
mod settings;
pub mod setup;
pub mod ticket;

use super::interactions::Asker;
use super::words::moderation as words;
use super::{Command, Context, Error};
use crate::model::{GuildId, Permissions};

/// Every command of the bot, in the order people see them.
pub fn all() -> Vec<Command> {
    let mut all = vec![setup::command()];
    all.extend(ticket::all());
    all.extend([
        escalate::command(),
        case::command(),
        rules::command(),
        rules::from_message(),
    ]);
    all
}

/// The guild a command was run in.
fn guild_of(ctx: Context<'_>) -> Result<GuildId, Error> {
    ctx.guild_id()
        .map(|guild| GuildId(guild.get()))
        .ok_or_else(|| Error::told("This works inside a server only."))
}

/// Whoever ran a command, if Discord says that they hold a permission in the channel they ran it in.
fn asker_with(ctx: Context<'_>, permission: Permissions) -> Result<Asker, Error> {
    let asker = Asker::of_command(ctx);
    if asker.may(permission) {
        Ok(asker)
    } else {
        Err(Error::told(words::needs_permission(permission)))
    }
}

#[cfg(test)]
mod tests;

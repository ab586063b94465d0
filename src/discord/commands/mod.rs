//! The list of all commands. Each file beside this one is one command: it reads the options, asks `moderation`, `desk`
//! or the store, and answers with words of [`super::words`].

pub mod escalate;
pub mod ticket;

use super::Command;

/// Every command of the bot, in the order people see them.
pub fn all() -> Vec<Command> {
    let mut all = ticket::all();
    all.push(escalate::command());
    all
}

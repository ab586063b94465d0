//! The only place that names serenity or poise: what Discord says comes in through [`events`] and [`convert`], what we
//! ask of it goes out through [`perform`] and [`say`], and every word the bot speaks lives in [`words`].
//!
//! No deciding lives here: an event becomes a value and is handed to `app`, `moderation` or `desk`; a decision comes back
//! as rows and is carried out by `app::performer` through [`perform`].

pub mod answering;
pub mod checkup;
pub mod client;
pub mod commands;
pub mod component_id;
pub mod convert;
pub mod errors;
pub mod events;
pub mod interactions;
pub mod perform;
pub mod permissions;
pub mod registration;
pub mod run;
pub mod say;
mod stillness;
pub mod words;

use std::sync::Arc;

use crate::app::App;

pub use errors::Error;
pub use run::run;

/// What a command can reach: the running bot.
#[derive(Clone)]
pub struct Data(pub Arc<App>);

/// The context of a command.
pub type Context<'a> = poise::Context<'a, Data, Error>;

/// A command.
pub type Command = poise::Command<Data, Error>;

/// The running bot behind a command.
pub fn app(ctx: Context<'_>) -> &Arc<App> {
    &ctx.data().0
}

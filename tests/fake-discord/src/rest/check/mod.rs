//! The rules for what a bot may send: messages, embeds, components, modals, commands. Each gives back what Discord
//! would store: defaults filled in, nulls gone, component ids numbered.
//!
//! Pure functions over JSON; whether the sender *may* send is decided by the routes.

pub mod command;
pub mod components;
pub mod embeds;
pub mod emoji;
pub mod layout;
pub mod mentions;
pub mod message;
pub mod modal;
pub mod poll;
pub mod selects;

//! The REST side driven over HTTP, as a bot would drive it, and asserted from the answers and the state.
//!
//! Every run leaves its traffic as JSON lines in the target directory (`rest-recordings/`), where an outside judge can
//! compare it with Discord's own description of its API. Requests that are malformed on purpose are left out of it.

mod harness;

mod commands;
mod faults;
mod guild;
mod interactions;
mod messages;
mod moderation;
mod threads;
mod webhooks;

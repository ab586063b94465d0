//! The gateway: sessions, what each is entitled to hear, and the WebSocket protocol around them.
//!
//! [`Hub`] keeps the sessions inside the state, so that a change and its events happen under one lock and in one
//! order. A connection (`connection`) only carries frames between a session and its client; when it breaks, the session
//! goes on collecting events until it is resumed or forgotten.

mod codec;
mod connection;
mod control;
mod hub;
mod identify;
mod intents;
mod members_request;
mod ready;

pub use control::SessionInfo;
pub use hub::{Audience, Hub};
pub use intents::Intents;

pub(crate) use connection::upgrade;
pub(crate) use ready::limited_to as guild_limited_to;

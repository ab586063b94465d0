//! The gateway and the people behind it, seen by a client that knows only WebSocket frames.

mod client;
mod entitlement;
mod people;
mod required_fields;
mod session;

//! The routes, one file per resource. A route checks the form, the permission and the rank, then calls the methods of
//! [`State`](crate::world::State) that change the world and tell the gateway.
//!
//! What a bot for moderation and tickets asks of Discord is here; what is missing answers 404 and is reported by
//! [`Record::unknown_routes`](super::record::Record::unknown_routes).

mod access;
mod answers;
mod applications;
mod archives;
mod audit;
mod automod;
mod bans;
mod bulk;
mod callbacks;
mod channels;
mod commands;
mod gateway;
mod guilds;
mod history;
mod invites;
mod members;
mod messages;
mod overwrites;
mod pins;
mod posting;
mod reactions;
mod roles;
mod search;
mod thread_edits;
mod thread_members;
mod threads;
mod users;
mod webhook_messages;
mod webhooks;

use super::table::Route;

/// Every route.
pub fn all() -> impl Iterator<Item = &'static Route> {
    [
        applications::ROUTES,
        archives::ROUTES,
        audit::ROUTES,
        automod::ROUTES,
        bans::ROUTES,
        bulk::ROUTES,
        callbacks::ROUTES,
        channels::ROUTES,
        commands::ROUTES,
        gateway::ROUTES,
        guilds::ROUTES,
        history::ROUTES,
        invites::ROUTES,
        members::ROUTES,
        messages::ROUTES,
        overwrites::ROUTES,
        pins::ROUTES,
        reactions::ROUTES,
        roles::ROUTES,
        search::ROUTES,
        thread_members::ROUTES,
        threads::ROUTES,
        users::ROUTES,
        webhook_messages::ROUTES,
        webhooks::ROUTES,
    ]
    .into_iter()
    .flatten()
}

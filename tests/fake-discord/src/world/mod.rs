//! The model of Discord's state: one file per noun, each with what can happen to that noun.
//!
//! [`State`] holds everything. Its methods change the state **and** tell the gateway sessions entitled to hear of it,
//! so that a REST route and an actor cause the same events by calling the same method. They do not ask who may do it:
//! permissions are judged by the caller (`rest/` for the bot, `actors/` for people).

mod application;
mod attachments;
mod audit_log;
mod automod;
mod bans;
mod builder;
mod channels;
mod commands;
mod direct_messages;
mod guilds;
mod interactions;
mod invites;
mod members;
mod mentions;
mod message;
mod messages;
mod reactions;
mod roles;
mod shared;
mod state;
mod threads;
mod users;
mod webhooks;
mod world_file;

pub use application::Application;
pub use attachments::{Attachment, StoredFile};
pub use audit_log::{AuditLogEntry, AuditLogEvent, NewAuditLogEntry};
pub use automod::AutomodRule;
pub use bans::Ban;
pub use builder::World;
pub use channels::{Channel, ChannelEdit, ChannelKind, NewChannel, Overwrite, OverwriteKind};
pub use commands::{Command, CommandScope};
pub use guilds::Guild;
pub use interactions::{
    Callback, CallbackRefused, Interaction, InteractionKind, InteractionState, NewInteraction, Response,
    ResponseKind,
};
pub use invites::Invite;
pub use members::{Member, MemberEdit};
pub use mentions::AllowedMentions;
pub use message::{Author, Message, MessageEdit, MessageKind, NewMessage, flags as message_flags};
pub use reactions::Reaction;
pub use roles::{NewRole, Role, RoleEdit};
pub use shared::{SharedState, StateGuard};
pub use state::State;
pub use threads::{NewThread, Thread, ThreadEdit, ThreadMember};
pub use users::User;
pub use webhooks::Webhook;
pub use world_file::WorldFile;

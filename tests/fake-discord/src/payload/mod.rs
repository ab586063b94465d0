//! Discord's JSON: one function per object, from state to what goes over the wire.
//! Every field that Discord always sends is here, also those nobody seems to need: clients refuse objects without them.

mod application;
mod channel;
mod components;
mod guild;
mod interaction;
mod message;
mod user;

pub use application::{application, audit_log_entry, webhook};
pub use channel::{channel, thread_list_sync, thread_member};
pub use components::with_component_ids;
pub use guild::{audit_log_entry_event, guild, guild_create, role};
pub use interaction::{integration_owners, interaction_create, interaction_metadata, resolved_member};
pub use message::{attachment, message, message_event, received_embed, snapshot_of};
pub use user::{member_of, user};

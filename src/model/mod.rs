//! The nouns: plain values that every layer speaks, with the invariants that belong to one value alone.
//!
//! No I/O and no foreign platform's types live here. What happens to these values is decided in `moderation` and
//! `desk`, kept by `storage`, and shown by `discord`.

pub mod avatar;
pub mod campaign;
pub mod case;
pub mod effect;
pub mod fingerprint;
pub mod guild;
pub mod ids;
pub mod message;
pub mod notice;
pub mod overlay;
pub mod permission;
pub mod rule_record;
pub mod ticket;
pub mod time;

pub use ids::{
    CaseId, ChannelId, EffectId, GuildId, InteractionId, MessageId, OverlayEntryId, PauseId, QueueId,
    QueueViewId, RoleId, TicketId, UserId, WebhookId,
};
pub use permission::Permissions;
pub use time::{Clock, ManualClock, SystemClock, Timestamp};

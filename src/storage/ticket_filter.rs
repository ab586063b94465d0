//! Which tickets are asked for, in which order, and how many at a time.

use crate::model::ticket::TicketState;
use crate::model::{TicketId, UserId};

/// Which tickets to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketFilter {
    /// Only open ones.
    pub open_only: bool,
    /// Only of this opener.
    pub opener: Option<UserId>,
    /// Only of this assignee.
    pub assignee: Option<UserId>,
    /// Only in this state.
    pub state: Option<TicketState>,
    /// Only those without a card for staff.
    pub without_card: bool,
    /// Only those that were opened before this one: how a walk through all of them goes on.
    pub before: Option<TicketId>,
    /// Which come first.
    pub order: TicketOrder,
    /// So many are passed over.
    pub skip: u32,
    /// At most this many; 0: all of them.
    pub limit: u32,
}

/// Which tickets come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TicketOrder {
    /// The newest.
    #[default]
    Newest,
    /// Those that wait for somebody to take them, the oldest on top; then those that somebody has, then the closed ones, both
    /// newest first.
    Waiting,
}

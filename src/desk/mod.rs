//! The support desk: from a cry for help to a ticket that somebody answers.
//!
//! Everything here is a decision over values: what a form asks ([`areas`]), whether a ticket is opened ([`opening`]), which
//! steps are legal and for whom ([`lifecycle`], [`standing`]), what a team must be told ([`packet`]) and which team to
//! suggest ([`triage`]). The store runs these decisions inside its transactions; `discord` asks people and words the
//! answers. Nothing here waits, reads a clock or talks to anybody.

pub mod areas;
pub mod effects;
pub mod lifecycle;
pub mod opening;
pub mod packet;
pub mod standing;
pub mod triage;

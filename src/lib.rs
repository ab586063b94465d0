//! Nightdesk.

pub mod artefacts;
pub mod rules;

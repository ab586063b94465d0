//! Nightdesk.

//! What moderation says.

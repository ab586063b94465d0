//! What the desk says.

//! A world written as JSON, for the stand-in that runs alone.

/// A world file.
#[derive(Debug)]
pub struct WorldFile;

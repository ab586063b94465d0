//! What people paste when they talk about chains: addresses, hashes, secrets. Pure functions over text.

pub mod secrets;

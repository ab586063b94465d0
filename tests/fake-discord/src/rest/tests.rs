//! Routes driven over HTTP.

//! The doors for other processes: `/_fake/…`, so that a test or a page without this crate can act and look.

use std::sync::Weak;

use axum::Router;

use crate::Running;

/// The routes under `/_fake`.
pub(crate) fn router(_running: Weak<Running>) -> Router {
    Router::new()
}

//! Where the gateway is.

use serde_json::json;

use crate::rest::call::{Answer, Answered, Call};
use crate::rest::table::Route;
use crate::world::State;

pub const ROUTES: &[Route] = &[
    Route::open("GET", "/gateway", get_gateway),
    Route::bot("GET", "/gateway/bot", get_gateway_bot),
];

fn get_gateway(state: &mut State, _: &Call) -> Answered {
    Answer::ok(json!({ "url": gateway_url(state) }))
}

fn get_gateway_bot(state: &mut State, _: &Call) -> Answered {
    Answer::ok(json!({
        "url": gateway_url(state),
        "shards": 1,
        "session_start_limit": { "total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1 },
    }))
}

/// The gateway listens on the same port as REST.
fn gateway_url(state: &State) -> String {
    state.base_url.replacen("http", "ws", 1)
}

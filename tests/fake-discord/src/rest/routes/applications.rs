//! The bot's own application.

use crate::payload;
use crate::rest::call::{Answer, Answered, Call};
use crate::rest::error::Refusal;
use crate::rest::table::Route;
use crate::world::State;

pub const ROUTES: &[Route] = &[
    Route::bot("GET", "/applications/@me", get_application),
    Route::bot("GET", "/oauth2/applications/@me", get_application),
    Route::bot("GET", "/applications/{application_id}", get_application_by_id),
];

fn get_application(state: &mut State, _: &Call) -> Answered {
    Answer::ok(payload::application(state))
}

fn get_application_by_id(state: &mut State, call: &Call) -> Answered {
    if call.id("application_id")? == state.application.id {
        Answer::ok(payload::application(state))
    } else {
        Err(Refusal::unknown_application())
    }
}

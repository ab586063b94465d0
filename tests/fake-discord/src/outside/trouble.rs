//! Trouble that another process can ask for: rate limits and faults of REST.
//!
//! `POST /_fake/limits` takes `{"everywhere": {"requests": 5, "window_ms": 5000}, "global": {"requests": 50, "window_ms": 1000}}`; what
//! it leaves out is off. `POST /_fake/faults` takes `{"method": "POST", "route": "/channels/{channel_id}/messages", "times": 2,
//! "fault": …}` with one of `{"refuse": {"status": 403, "code": 50013}}`, `{"page": 502}`, `"hang"`, `"drop"`, `"drop_answer"`,
//! `"hang_answer"`, `{"delay_ms": 1000}`.

use std::time::Duration;

use serde::Deserialize;

use crate::FakeDiscord;
use crate::rest::error::Refusal;
use crate::rest::faults::{Fault, Which};
use crate::rest::limits::Quota;

/// The limits that shall hold from now on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    everywhere: Option<Window>,
    global: Option<Window>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Window {
    requests: u32,
    window_ms: i64,
}

impl From<Window> for Quota {
    fn from(Window { requests, window_ms }: Window) -> Self {
        Self { requests, window_ms }
    }
}

/// What happens to the next requests of a route.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Order {
    method: String,
    route: String,
    #[serde(default = "once")]
    times: u64,
    fault: Kind,
}

const fn once() -> u64 {
    1
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Refuse { status: u16, code: u32 },
    Page(u16),
    Hang,
    Drop,
    DropAnswer,
    HangAnswer,
    DelayMs(u64),
}

/// Switches limits on and off.
pub(super) fn limit(discord: &FakeDiscord, wanted: Limits) {
    let limits = &discord.rest().limits;
    limits.off();
    if let Some(window) = wanted.everywhere {
        limits.limit_every_route(window.into());
    }
    if let Some(window) = wanted.global {
        limits.limit_globally(window.into());
    }
}

/// Arms a fault.
pub(super) fn arm(discord: &FakeDiscord, order: &Order) {
    let fault = match order.fault {
        Kind::Refuse { status, code } => Fault::Refuse(Refusal::new(
            status,
            code,
            format!("{status}: asked for under /_fake"),
        )),
        Kind::Page(status) => Fault::Page(status),
        Kind::Hang => Fault::Hang,
        Kind::Drop => Fault::Drop,
        Kind::DropAnswer => Fault::DropAnswer,
        Kind::HangAnswer => Fault::HangAnswer,
        Kind::DelayMs(time) => Fault::Delay(Duration::from_millis(time)),
    };
    let which = Which::route(&order.method, &order.route);
    discord.rest().faults.arm(which, order.times, fault);
}

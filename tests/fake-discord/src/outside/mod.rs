//! The doors for other processes: `/_fake/…`, so that a test or a page without this crate can act and look.
//!
//! | route | what it does |
//! |---|---|
//! | `GET /_fake` | this list |
//! | `GET /_fake/state` | guilds with their roles, channels, threads, members, bans; sessions; the token |
//! | `GET /_fake/messages?channel=NAME[&as=PERSON][&all=true]` | messages of a channel, as one person sees them, or with deleted ones |
//! | `GET /_fake/interactions/ID[?wait=true]` | what the bot answered; waits for the first answer, at most as long as Discord would |
//! | `GET /_fake/requests` | every REST request so far, as JSON lines |
//! | `GET /_fake/changes?since=N` | waits until the state is newer than version N (at most 25 s); gives the version |
//! | `POST /_fake/act` | a person does something, see [`act`] |
//! | `POST /_fake/gateway` | `{"do": "close", "code": 4000}`, `"drop"`, `"reconnect"`, `"invalidate"` |
//! | `POST /_fake/clock` | `{"advance_seconds": 60}` |
//! | `POST /_fake/limits` | switches rate limits on and off, see [`trouble`] |
//! | `POST /_fake/faults` | makes the next requests of a route fail, see [`trouble`] |
//!
//! Answers are JSON. What Discord or a client would refuse is answered with 409 and `{"refused": "why"}`.

mod act;
mod look;
mod trouble;

use std::sync::Weak;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::ids::Id;
use crate::{FakeDiscord, Running};

type Handle = State<Weak<Running>>;

/// The routes under `/_fake`.
pub(crate) fn router(running: Weak<Running>) -> Router {
    Router::new()
        .route("/", get(list))
        .route("/state", get(state))
        .route("/messages", get(messages))
        .route("/interactions/{id}", get(interaction))
        .route("/requests", get(requests))
        .route("/changes", get(changes))
        .route("/act", post(act_route))
        .route("/gateway", post(gateway))
        .route("/clock", post(clock))
        .route("/limits", post(limits))
        .route("/faults", post(faults))
        .with_state(running)
}

/// Why a call under `/_fake` fails.
enum Failed {
    /// The call itself is wrong.
    BadCall(String),
    /// The person may not do that.
    Refused(String),
    /// The stand-in is stopping.
    Gone,
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let (status, body) = match self {
            Self::BadCall(why) => (StatusCode::BAD_REQUEST, json!({ "error": why })),
            Self::Refused(why) => (StatusCode::CONFLICT, json!({ "refused": why })),
            Self::Gone => (
                StatusCode::SERVICE_UNAVAILABLE,
                json!({ "error": "the stand-in is stopping" }),
            ),
        };
        (status, axum::Json(body)).into_response()
    }
}

impl From<crate::actors::Refused> for Failed {
    fn from(refused: crate::actors::Refused) -> Self {
        Self::Refused(refused.to_string())
    }
}

type Answered = Result<axum::Json<Value>, Failed>;

fn handle(running: &Weak<Running>) -> Result<FakeDiscord, Failed> {
    FakeDiscord::from_weak(running).ok_or(Failed::Gone)
}

async fn list() -> String {
    format!("{DOORS}\nWhat can be done under /_fake/act: {}\n", act::verbs())
}

const DOORS: &str = "GET  /_fake/state\n\
     GET  /_fake/messages?channel=NAME[&as=PERSON][&all=true]\n\
     GET  /_fake/interactions/ID[?wait=true]\n\
     GET  /_fake/requests\n\
     GET  /_fake/changes?since=N\n\
     POST /_fake/act      {\"as\": \"mallory\", \"do\": \"says\", \"channel\": \"general\", \"text\": \"hello\"}\n\
     POST /_fake/gateway  {\"do\": \"close\", \"code\": 4000} | drop | reconnect | invalidate\n\
     POST /_fake/clock    {\"advance_seconds\": 60}\n\
     POST /_fake/limits   {\"everywhere\": {\"requests\": 5, \"window_ms\": 5000}, \"global\": …} | {} switches them off\n\
     POST /_fake/faults   {\"method\": \"POST\", \"route\": \"/channels/{channel_id}/messages\", \"times\": 2, \"fault\": …}\n\
     \x20                    {\"refuse\": {\"status\": 403, \"code\": 50013}} | {\"page\": 502} | hang | drop | drop_answer\n\
     \x20                    | hang_answer | {\"delay_ms\": 1000}\n";

async fn state(State(running): Handle) -> Answered {
    let discord = handle(&running)?;
    let snapshot = look::snapshot(&discord.state());
    Ok(axum::Json(snapshot))
}

#[derive(Deserialize)]
struct Reading {
    channel: String,
    #[serde(rename = "as")]
    reader: Option<String>,
    #[serde(default)]
    all: bool,
}

async fn messages(State(running): Handle, Query(reading): Query<Reading>) -> Answered {
    let discord = handle(&running)?;
    look::messages(&discord, &reading.channel, reading.reader.as_deref(), reading.all).map(axum::Json)
}

#[derive(Deserialize)]
struct Waiting {
    #[serde(default)]
    wait: bool,
}

async fn interaction(State(running): Handle, Path(id): Path<Id>, Query(waiting): Query<Waiting>) -> Answered {
    let discord = handle(&running)?;
    if waiting.wait {
        let answered = |state: &crate::world::State| {
            state
                .interactions
                .get(&id)
                .is_none_or(|found| !found.responses.is_empty())
        };
        until(&discord, Duration::from_millis(3_300), |state| answered(state)).await;
    }
    look::interaction(&discord.state(), id).map(axum::Json)
}

async fn requests(State(running): Handle) -> Result<Response, Failed> {
    let discord = handle(&running)?;
    let mut lines = Vec::new();
    discord
        .rest()
        .record
        .write_jsonl(&mut lines)
        .map_err(|error| Failed::BadCall(error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], lines).into_response())
}

#[derive(Deserialize)]
struct Since {
    #[serde(default)]
    since: u64,
}

async fn changes(State(running): Handle, Query(Since { since }): Query<Since>) -> Answered {
    let mut changes = handle(&running)?.0.state.changes();
    // Only as long as proxies and browsers keep an idle request open.
    let newer = changes.wait_for(|version| *version > since);
    let _ = tokio::time::timeout(Duration::from_secs(25), newer).await;
    let version = *changes.borrow();
    Ok(axum::Json(json!({ "version": version })))
}

async fn act_route(State(running): Handle, request: Request) -> Answered {
    let discord = handle(&running)?;
    let act = read_body(request).await?;
    act::perform(&discord, act).map(axum::Json)
}

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum GatewayOrder {
    Close { code: u16 },
    Drop,
    Reconnect,
    Invalidate,
}

async fn gateway(State(running): Handle, request: Request) -> Answered {
    let discord = handle(&running)?;
    let order = read_body(request).await?;
    let mut state = discord.state();
    match order {
        GatewayOrder::Close { code } => state.close_gateway(code),
        GatewayOrder::Drop => state.drop_gateway(),
        GatewayOrder::Reconnect => state.ask_to_reconnect(),
        GatewayOrder::Invalidate => state.invalidate_sessions(false),
    }
    Ok(axum::Json(json!({})))
}

#[derive(Deserialize)]
struct ClockOrder {
    advance_seconds: u64,
}

async fn clock(State(running): Handle, request: Request) -> Answered {
    let discord = handle(&running)?;
    let order: ClockOrder = read_body(request).await?;
    discord.advance(Duration::from_secs(order.advance_seconds));
    let now = discord.state().now();
    Ok(axum::Json(json!({ "now": now })))
}

async fn limits(State(running): Handle, request: Request) -> Answered {
    let discord = handle(&running)?;
    trouble::limit(&discord, read_body(request).await?);
    Ok(axum::Json(json!({})))
}

async fn faults(State(running): Handle, request: Request) -> Answered {
    let discord = handle(&running)?;
    trouble::arm(&discord, &read_body(request).await?);
    Ok(axum::Json(json!({})))
}

async fn read_body<T: serde::de::DeserializeOwned>(request: Request) -> Result<T, Failed> {
    let bytes = axum::body::to_bytes(request.into_body(), 32 << 20).await;
    let bytes = bytes.map_err(|error| Failed::BadCall(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| Failed::BadCall(error.to_string()))
}

/// Waits until `done`, or until the limit.
async fn until(discord: &FakeDiscord, limit: Duration, done: impl Fn(&crate::world::State) -> bool) {
    let mut changes = discord.0.state.changes();
    let search = async {
        loop {
            changes.mark_unchanged();
            let over = done(&discord.state());
            if over || changes.changed().await.is_err() {
                return;
            }
        }
    };
    // Whether it came true is seen by whoever looks next.
    let _ = tokio::time::timeout(limit, search).await;
}

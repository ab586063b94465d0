//! A stand-in for Discord on loopback: REST v10 and the gateway over one model of state.
//!
//! It speaks Discord's own JSON and shares no types with the bot it is used to test, so that the two cannot be wrong
//! together. It models Discord and not a script: a permission that is missing, a thread that is archived or a member
//! who left has the consequences it has there, for any client library.
//!
//! ```no_run
//! use fake_discord::FakeDiscord;
//! use fake_discord::world::World;
//!
//! # async fn example() {
//! let discord = FakeDiscord::start(World::community()).await;
//! // … let a bot log in at `discord.api_url()` with `discord.token()` …
//! let message = discord.member("mallory").says("general", "hello").unwrap();
//! let answer = discord.next_message_in("general").await;
//! # }
//! ```
//!
//! | module | what lives there |
//! |---|---|
//! | [`world`] | the state, one file per noun; changing it emits the events Discord would send |
//! | [`permissions`] | who may do what |
//! | [`payload`] | the JSON of every object |
//! | [`gateway`] | sessions, intents, the WebSocket protocol, outages on demand |
//! | [`rest`] | routes, validation, error codes, rate limits, faults, the record of all requests |
//! | [`actors`] | people: what a member says, clicks and submits |
//! | `observe` | waiting for and reading what the bot did, as methods of [`FakeDiscord`] |
//! | `outside` | the same for another process, under `/_fake/` |

// Discord's guild object is one long `json!`.
#![recursion_limit = "256"]

pub mod actors;
pub mod clock;
pub mod gateway;
pub mod ids;
mod observe;
mod outside;
pub mod payload;
pub mod permissions;
pub mod rest;
pub mod world;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use axum::Router;
use axum::extract::{FromRequestParts, Request, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

pub use ids::Id;
pub use observe::ChannelKey;
use rest::Rest;
use rest::wire::{Cut, Wire};
use world::{SharedState, StateGuard, World};

/// A running stand-in. Clones are handles on the same one; when the last is dropped it stops.
#[derive(Clone, Debug)]
pub struct FakeDiscord(Arc<Running>);

#[derive(Debug)]
struct Running {
    state: SharedState,
    rest: Arc<Rest>,
    address: SocketAddr,
    shutdown: CancellationToken,
    server: Mutex<Option<JoinHandle<()>>>,
    _stop_when_dropped: DropGuard,
}

impl FakeDiscord {
    /// Starts on a free port of the loopback address.
    ///
    /// # Panics
    /// When the machine has no free port on loopback.
    pub async fn start(world: World) -> Self {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self::start_on(address, world)
            .await
            .expect("a free port on the loopback address")
    }

    /// Starts on this address.
    pub async fn start_on(address: SocketAddr, world: World) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let state = SharedState::new(world.state);
        state.lock().base_url = format!("http://{address}");
        let rest = Arc::new(Rest::new(state.clone()));
        let shutdown = CancellationToken::new();
        let running = Arc::new(Running {
            state: state.clone(),
            rest: Arc::clone(&rest),
            address,
            shutdown: shutdown.clone(),
            server: Mutex::default(),
            _stop_when_dropped: shutdown.clone().drop_guard(),
        });
        let router = router(&running, state, rest, shutdown.clone());
        let service = router.into_make_service_with_connect_info::<Cut>();
        let server =
            axum::serve(Wire::new(listener), service).with_graceful_shutdown(shutdown.cancelled_owned());
        let server = tokio::spawn(async move {
            if let Err(error) = server.await {
                tracing::error!(%error, "the server ended");
            }
        });
        *running.server.lock().unwrap_or_else(PoisonError::into_inner) = Some(server);
        Ok(Self(running))
    }

    /// The base of the REST API, such as `http://127.0.0.1:4000`; clients add `/api/v10`.
    pub fn api_url(&self) -> String {
        format!("http://{}", self.0.address)
    }

    /// Where the gateway listens, such as `ws://127.0.0.1:4000`.
    pub fn gateway_url(&self) -> String {
        format!("ws://{}", self.0.address)
    }

    /// What the bot logs in with.
    pub fn token(&self) -> String {
        self.state().application.token.clone()
    }

    /// The state, locked. Never hold it across an `await`.
    pub fn state(&self) -> StateGuard<'_> {
        self.0.state.lock()
    }

    /// The REST side: the record of requests, faults and rate limits.
    pub fn rest(&self) -> &Rest {
        &self.0.rest
    }

    /// Moves the time forward. Time-outs run out, silent threads are archived, interaction tokens age.
    pub fn advance(&self, by: Duration) {
        let mut state = self.state();
        state.clock.advance(by);
        state.archive_silent_threads();
    }

    /// Stops: gateway connections are closed with 1001, the port is given back.
    pub async fn stop(&self) {
        self.0.shutdown.cancel();
        let server = self
            .0
            .server
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(mut server) = server {
            // A request that hangs on purpose never ends by itself.
            if tokio::time::timeout(Duration::from_millis(500), &mut server)
                .await
                .is_err()
            {
                server.abort();
            }
        }
    }

    fn from_weak(weak: &Weak<Running>) -> Option<Self> {
        weak.upgrade().map(Self)
    }
}

/// The gateway at `/`, the doors for other processes under `/_fake`, and Discord's REST API everywhere else.
fn router(
    running: &Arc<Running>,
    state: SharedState,
    rest: Arc<Rest>,
    shutdown: CancellationToken,
) -> Router {
    let gateway = move |request: Request| {
        let (state, shutdown) = (state.clone(), shutdown.clone());
        async move {
            let (mut parts, _) = request.into_parts();
            let query = parts.uri.query().unwrap_or_default().to_owned();
            match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
                Ok(upgrade) => gateway::upgrade(state, shutdown, upgrade, query),
                Err(_) => (
                    StatusCode::UPGRADE_REQUIRED,
                    "This is a gateway: connect by WebSocket.",
                )
                    .into_response(),
            }
        }
    };
    let rest = move |request: Request| Arc::clone(&rest).serve(request);
    Router::new()
        .route("/", get(gateway))
        .nest("/_fake", outside::router(Arc::downgrade(running)))
        .fallback(rest)
}

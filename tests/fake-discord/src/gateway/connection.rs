//! One WebSocket connection: HELLO, heartbeats, the opcodes a client may send, and closing codes.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::world::SharedState;

use super::codec::Codec;
use super::hub::Outgoing;
use super::identify::{self, Refused};
use super::members_request;

/// Discord takes 120 payloads in 60 seconds from a connection.
const MOST_SENT: usize = 120;
const SENT_WITHIN: Duration = Duration::from_mins(1);

/// The largest payload of a client, in bytes.
const MOST_BYTES: usize = 4096;

const UNKNOWN_OPCODE: Refused = Refused {
    code: 4001,
    reason: "Unknown opcode.",
};
const DECODE_ERROR: Refused = Refused {
    code: 4002,
    reason: "Error while decoding payload.",
};
const NOT_AUTHENTICATED: Refused = Refused {
    code: 4003,
    reason: "Not authenticated.",
};
const ALREADY_AUTHENTICATED: Refused = Refused {
    code: 4005,
    reason: "Already authenticated.",
};
const RATE_LIMITED: Refused = Refused {
    code: 4008,
    reason: "Rate limited.",
};
const TIMED_OUT: Refused = Refused {
    code: 4009,
    reason: "Session timed out.",
};
const INVALID_VERSION: Refused = Refused {
    code: 4012,
    reason: "Invalid API version.",
};

/// Takes a client in, or turns it away during an outage.
pub(crate) fn upgrade(
    state: SharedState,
    shutdown: CancellationToken,
    upgrade: WebSocketUpgrade,
    query: String,
) -> Response {
    let taken = {
        let mut state = state.lock();
        let taken = state.hub.accepts_connections;
        state.hub.turned_away += u64::from(!taken);
        taken
    };
    if !taken {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    upgrade.on_upgrade(move |socket| async move {
        let (sender, outgoing) = mpsc::unbounded_channel();
        let number = {
            let mut state = state.lock();
            state.hub.connections += 1;
            let number = state.hub.connections;
            state.hub.unidentified.insert(number, sender.clone());
            number
        };
        let mut connection = Connection {
            state: state.clone(),
            socket,
            codec: Codec::of_query(&query),
            sender,
            number,
            session: None,
            sent: Vec::new(),
            last_beat: Instant::now(),
            is_silent: false,
        };
        let end = connection.run(outgoing, &shutdown, version_of(&query)).await;
        connection.end(end).await;
    })
}

/// Versions 9 and 10 speak alike here; without one Discord takes the newest.
fn version_of(query: &str) -> Result<(), Refused> {
    let version = query.split('&').find_map(|pair| pair.strip_prefix("v="));
    if matches!(version, None | Some("9" | "10")) {
        Ok(())
    } else {
        Err(INVALID_VERSION)
    }
}

struct Connection {
    state: SharedState,
    socket: WebSocket,
    codec: Codec,
    sender: mpsc::UnboundedSender<Outgoing>,
    number: u64,
    session: Option<String>,
    /// When the client sent its latest payloads.
    sent: Vec<Instant>,
    last_beat: Instant,
    /// Nothing is sent any more.
    is_silent: bool,
}

/// How a connection ends.
enum End {
    /// The client closed it, with this code.
    ByClient(Option<u16>),
    /// We close it, with this code or none.
    Close(Option<u16>, &'static str),
    /// It breaks, or is broken on purpose.
    Broken,
}

impl From<Refused> for End {
    fn from(refused: Refused) -> Self {
        Self::Close(Some(refused.code), refused.reason)
    }
}

impl Connection {
    async fn run(
        &mut self,
        mut outgoing: mpsc::UnboundedReceiver<Outgoing>,
        shutdown: &CancellationToken,
        version: Result<(), Refused>,
    ) -> End {
        let interval = self.state.lock().hub.heartbeat_interval_ms;
        let hello =
            json!({ "op": 10, "s": null, "t": null, "d": { "heartbeat_interval": interval, "_trace": [] } });
        if !self.send(hello.to_string()).await {
            return End::Broken;
        }
        if let Err(refused) = version {
            return refused.into();
        }
        // A client may be late by half an interval before Discord gives it up.
        let patience = Duration::from_millis(interval + interval / 2 + 500);
        loop {
            let deadline = self.last_beat + patience;
            let step = tokio::select! {
                () = shutdown.cancelled() => Err(End::Close(Some(1001), "Going away.")),
                what = outgoing.recv() => self.carry(what).await,
                frame = self.socket.recv() => match frame {
                    Some(Ok(Message::Text(text))) => self.receive(text.as_bytes()),
                    Some(Ok(Message::Binary(bytes))) => self.receive(&bytes),
                    Some(Ok(Message::Close(frame))) => Err(End::ByClient(frame.map(|frame| frame.code))),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
                    Some(Err(_)) | None => Err(End::Broken),
                },
                () = tokio::time::sleep_until(deadline) => Err(TIMED_OUT.into()),
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    async fn carry(&mut self, what: Option<Outgoing>) -> Result<(), End> {
        match what {
            Some(Outgoing::FallSilent) => {
                self.is_silent = true;
                Ok(())
            }
            Some(Outgoing::Payload(_)) if self.is_silent => Ok(()),
            Some(Outgoing::Payload(payload)) => {
                if self.send(payload).await {
                    Ok(())
                } else {
                    Err(End::Broken)
                }
            }
            Some(Outgoing::Close(code, reason)) => Err(End::Close(code, reason)),
            Some(Outgoing::Drop) | None => Err(End::Broken),
        }
    }

    async fn send(&mut self, payload: String) -> bool {
        let frame = self.codec.frame(payload);
        self.socket.send(frame).await.is_ok()
    }

    /// Acts on one payload of the client. Answers go through the same queue as events, so that order is kept.
    fn receive(&mut self, bytes: &[u8]) -> Result<(), End> {
        let now = Instant::now();
        self.sent.retain(|at| now.duration_since(*at) < SENT_WITHIN);
        self.sent.push(now);
        if self.sent.len() > MOST_SENT {
            return Err(RATE_LIMITED.into());
        }
        if bytes.len() > MOST_BYTES {
            return Err(DECODE_ERROR.into());
        }
        let payload: Value = serde_json::from_slice(bytes).map_err(|_| End::from(DECODE_ERROR))?;
        let data = &payload["d"];
        let opcode = payload["op"].as_u64().ok_or(End::from(DECODE_ERROR))?;
        // A session that was invalidated is over for its connection, too: the client may identify anew.
        let session = self
            .session
            .clone()
            .filter(|id| self.state.lock().hub.sessions.contains_key(id));
        match (opcode, session) {
            (1, _) => self.beat(now),
            (2, None) => self.identify(data)?,
            (6, None) => self.resume(data)?,
            (2 | 6, Some(_)) => return Err(ALREADY_AUTHENTICATED.into()),
            (8, Some(session)) => members_request::answer(&mut self.state.lock(), &session, data),
            // Presence, voice and soundboard: taken and of no consequence here.
            (3 | 4 | 31 | 43, Some(_)) => {}
            (3 | 4 | 8 | 31 | 43, None) => return Err(NOT_AUTHENTICATED.into()),
            _ => return Err(UNKNOWN_OPCODE.into()),
        }
        Ok(())
    }

    fn beat(&mut self, now: Instant) {
        self.last_beat = now;
        if self.state.lock().hub.acknowledges_heartbeats {
            self.queue(&json!({ "op": 11, "s": null, "t": null, "d": null }));
        }
    }

    fn identify(&mut self, data: &Value) -> Result<(), End> {
        let mut state = self.state.lock();
        let (session, compress) = identify::identify(&mut state, data, (self.number, self.sender.clone()))?;
        state.hub.unidentified.remove(&self.number);
        drop(state);
        self.session = Some(session);
        if compress {
            self.codec.compress_large_payloads();
        }
        Ok(())
    }

    fn resume(&mut self, data: &Value) -> Result<(), End> {
        let mut state = self.state.lock();
        let resumed = identify::resume(&mut state, data, (self.number, self.sender.clone()))?;
        if resumed.is_some() {
            state.hub.unidentified.remove(&self.number);
        }
        drop(state);
        if resumed.is_none() {
            self.queue(&json!({ "op": 9, "s": null, "t": null, "d": false }));
        }
        self.session = resumed;
        Ok(())
    }

    fn queue(&self, payload: &Value) {
        // The other end of this queue is held by `run`, which outlives this call.
        let _ = self.sender.send(Outgoing::Payload(payload.to_string()));
    }

    /// Closes the socket and lets go of the session, or ends it where Discord would.
    async fn end(mut self, end: End) {
        {
            let mut state = self.state.lock();
            state.hub.unidentified.remove(&self.number);
            if let Some(id) = &self.session {
                let over = matches!(
                    end,
                    End::ByClient(Some(1000 | 1001)) | End::Close(Some(4007 | 4009), _)
                );
                let hub = &mut state.hub;
                if let Some(session) = hub.sessions.get_mut(id)
                    && session
                        .line
                        .as_ref()
                        .is_some_and(|(number, _)| *number == self.number)
                {
                    session.line = None;
                    if over {
                        hub.forget(id);
                    }
                }
            }
        }
        let is_closing = match end {
            End::Close(code, reason) => {
                let frame = code.map(|code| CloseFrame {
                    code,
                    reason: reason.into(),
                });
                self.socket.send(Message::Close(frame)).await.is_ok()
            }
            // What answers the client's close is sent while reading on (RFC 6455, section 5.5.1).
            End::ByClient(_) => true,
            End::Broken => false,
        };
        if is_closing {
            // Either side's close is answered; without waiting, the reset could overtake our frame.
            let answer = async { while let Some(Ok(_)) = self.socket.recv().await {} };
            let _ = tokio::time::timeout(Duration::from_secs(2), answer).await;
        }
    }
}

//! Discord's REST API v10: what a request goes through from the socket to the world and back.
//!
//! A request is recorded, matched with a route, struck by a fault when one is armed, counted against the limits,
//! authorised, applied to the [`State`](crate::world::State) under its lock in one go, and answered. The routes are synchronous functions;
//! everything that waits (gates, delays, hanging) is here, so that a request is either wholly applied or not at all.

pub mod body;
pub mod call;
pub mod check;
pub mod error;
pub mod faults;
pub mod form;
pub mod limits;
pub mod record;
mod routes;
pub mod table;
pub mod wire;

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use call::{Answer, Call};
use error::Refusal;
use faults::{Fault, Faults, Onward};
use limits::{Headers, Limited, Limits};
use record::{Outcome, Record, Recorded};
use table::{Auth, Route};
use wire::Cut;

use crate::world::{SharedState, StateGuard};

/// The REST side of one fake Discord.
#[derive(Debug)]
pub struct Rest {
    state: SharedState,
    /// What was asked and answered so far.
    pub record: Record,
    /// What is to go wrong.
    pub faults: Faults,
    /// What is limited.
    pub limits: Limits,
}

/// What a request ends in, before it is turned into bytes.
enum End {
    Answer {
        status: u16,
        body: Option<Value>,
        headers: Headers,
    },
    Lost(Loss),
}

/// How an answer gets lost.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Loss {
    /// The connection is closed.
    Closed,
    /// The connection stays open in silence.
    Silent,
}

impl Rest {
    /// The REST API over this state, without faults or limits.
    pub fn new(state: SharedState) -> Self {
        Self {
            state,
            record: Record::default(),
            faults: Faults::default(),
            limits: Limits::default(),
        }
    }

    /// Answers one HTTP request. Connections are cut only when served by [`wire::Wire`].
    pub async fn serve(self: Arc<Self>, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let cut = parts
            .extensions
            .get::<ConnectInfo<Cut>>()
            .map(|info| info.0.clone())
            .unwrap_or_default();
        let path = parts.uri.path().to_owned();
        let Some(api_path) = path.strip_prefix("/api").filter(|rest| rest.starts_with('/')) else {
            return self.serve_content(parts.method.as_str(), &path);
        };
        let bytes = axum::body::to_bytes(body, body::MAX_BODY_BYTES).await;
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let end = self
            .handle(
                parts.method.as_str(),
                &path,
                api_path,
                query,
                &parts.headers,
                bytes.ok(),
            )
            .await;
        match end {
            End::Answer {
                status,
                body,
                headers,
            } => respond(status, body.as_ref(), &headers),
            End::Lost(loss) => {
                if loss == Loss::Closed {
                    cut.cut();
                }
                std::future::pending().await
            }
        }
    }

    async fn handle(
        &self,
        method: &str,
        path: &str,
        api_path: &str,
        query: String,
        headers: &HeaderMap,
        bytes: Option<Bytes>,
    ) -> End {
        let (path_in_version, version_is_known) = strip_version(api_path);
        let found = table::find(method, path_in_version);
        let payload = match bytes {
            Some(bytes) => body::read(headers, bytes).await,
            None => Err(Refusal::too_large()),
        };
        let now_ms = self.lock().now().as_millis();
        let number = self.record.received(Recorded {
            number: 0,
            at_ms: now_ms,
            method: method.to_owned(),
            path: path.to_owned(),
            route: found.as_ref().map(|(route, _)| route.path),
            query: query.clone(),
            headers: readable(headers),
            body: payload
                .as_ref()
                .map(|payload| payload.json.clone())
                .unwrap_or_default(),
            files: payload
                .iter()
                .flat_map(|payload| &payload.files)
                .map(|file| file.name.clone())
                .collect(),
            outcome: Outcome::Received,
        });
        let _open = Open {
            record: &self.record,
            number,
        };
        let Some((route, params)) = found else {
            let is_path = ["GET", "POST", "PUT", "PATCH", "DELETE"]
                .iter()
                .any(|other| table::find(other, path_in_version).is_some());
            let refusal = if is_path {
                Refusal::method_not_allowed()
            } else {
                Refusal::not_found()
            };
            return self.answer(number, &refusal, Vec::new());
        };
        let resource = table::top_level_resource(&params);
        let fault = self.faults.strike(number, method, route.path, &resource);
        match fault {
            Some(Fault::Refuse(refusal)) => {
                return self.faulted(number, refusal.status, refusal.body(), Vec::new());
            }
            Some(Fault::Page(status)) => {
                let page = Value::from("<html><body>nothing here</body></html>");
                return self.faulted(number, status, page, Vec::new());
            }
            Some(Fault::Limit(limited)) => return self.limited(number, &limited, Vec::new()),
            Some(Fault::Hang) => return self.lose(number, false, Loss::Silent),
            Some(Fault::Drop) => return self.lose(number, false, Loss::Closed),
            Some(Fault::HoldBefore(ref gate)) if gate.wait(number).await == Onward::Abandon => {
                return self.lose(number, false, Loss::Closed);
            }
            _ => {}
        }
        let (limit_headers, admitted) = self.limits.admit(
            method,
            route.path,
            &resource,
            route.is_free_of_global_limit(),
            now_ms,
        );
        if let Err(limited) = admitted {
            return self.limited(number, &limited, limit_headers);
        }
        let answer = if version_is_known {
            payload.and_then(|payload| self.apply(route, params, &query, headers, payload))
        } else {
            Err(Refusal::bad_version())
        };
        self.record.settle(number, Outcome::Applied);
        match fault {
            Some(Fault::DropAnswer) => return self.lose(number, true, Loss::Closed),
            Some(Fault::HangAnswer) => return self.lose(number, true, Loss::Silent),
            Some(Fault::Delay(time)) => tokio::time::sleep(time).await,
            Some(Fault::HoldAfter(gate)) if gate.wait(number).await == Onward::Abandon => {
                return self.lose(number, true, Loss::Closed);
            }
            _ => {}
        }
        match answer {
            Ok(Answer { status, body }) => {
                self.record.settle(
                    number,
                    Outcome::Answered {
                        status,
                        response: body.clone(),
                    },
                );
                End::Answer {
                    status,
                    body,
                    headers: limit_headers,
                }
            }
            Err(refusal) => self.answer(number, &refusal, limit_headers),
        }
    }

    /// Authorises the call and lets its route change the world, all under one lock.
    fn apply(
        &self,
        route: &Route,
        params: Vec<(&'static str, String)>,
        query: &str,
        headers: &HeaderMap,
        payload: body::Payload,
    ) -> Result<Answer, Refusal> {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let reason = header("x-audit-log-reason")
            .map(call::read_reason)
            .transpose()?
            .flatten();
        let mut state = self.lock();
        if route.auth == Auth::Bot {
            let token = header("authorization").and_then(|value| value.strip_prefix("Bot "));
            if token != Some(state.application.token.as_str()) {
                return Err(Refusal::unauthorized());
            }
        }
        let call = Call {
            params,
            query: call::read_query(query),
            payload,
            reason,
        };
        (route.run)(&mut state, &call)
    }

    fn answer(&self, number: u64, refusal: &Refusal, headers: Headers) -> End {
        let body = Some(refusal.body());
        self.record.settle(
            number,
            Outcome::Answered {
                status: refusal.status,
                response: body.clone(),
            },
        );
        End::Answer {
            status: refusal.status,
            body,
            headers,
        }
    }

    fn faulted(&self, number: u64, status: u16, body: Value, headers: Headers) -> End {
        self.record.settle(number, Outcome::Faulted { status });
        End::Answer {
            status,
            body: Some(body),
            headers,
        }
    }

    fn limited(&self, number: u64, limited: &Limited, mut headers: Headers) -> End {
        headers.extend(limited.headers());
        self.faulted(number, 429, limited.body(), headers)
    }

    fn lose(&self, number: u64, applied: bool, loss: Loss) -> End {
        self.record.settle(number, Outcome::Unanswered { applied });
        End::Lost(loss)
    }

    /// What Discord's content network serves: uploaded files.
    fn serve_content(&self, method: &str, path: &str) -> Response {
        let decoded = percent_encoding::percent_decode_str(path)
            .decode_utf8_lossy()
            .into_owned();
        let file = {
            let mut state = self.lock();
            state.served.push(decoded.clone());
            let down = state.content_down_below.as_deref();
            if down.is_some_and(|below| decoded.starts_with(below)) {
                return StatusCode::SERVICE_UNAVAILABLE.into_response();
            }
            state.files.get(&decoded).cloned()
        };
        match file {
            Some(file) if matches!(method, "GET" | "HEAD") => {
                let mut response = Response::new(Body::from(file.bytes));
                if let Ok(value) = HeaderValue::from_str(&file.content_type) {
                    response.headers_mut().insert(header::CONTENT_TYPE, value);
                }
                response
            }
            _ => respond(404, Some(&Refusal::not_found().body()), &Vec::new()),
        }
    }

    fn lock(&self) -> StateGuard<'_> {
        self.state.lock()
    }
}

/// A request on its way. When its client goes, the server drops whatever it was waiting for, and this notes it.
struct Open<'a> {
    record: &'a Record,
    number: u64,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.record.abandon(self.number);
    }
}

/// Takes `/v10` off a path. No version at all means the newest; 9 differs in nothing a bot would notice here.
fn strip_version(path: &str) -> (&str, bool) {
    let Some(rest) = path.strip_prefix("/v") else {
        return (path, true);
    };
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if digits == 0 {
        return (path, true);
    }
    (&rest[digits..], matches!(&rest[..digits], "9" | "10"))
}

fn readable(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            (
                name.as_str().to_owned(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect()
}

fn respond(status: u16, body: Option<&Value>, headers: &Headers) -> Response {
    let bytes = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if body.is_some() {
        // Exactly this: discord.py does not parse `application/json; charset=utf-8`.
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            response
                .headers_mut()
                .insert(HeaderName::from_static(name), value);
        }
    }
    response
}

//! The record of every REST request: what came, what was answered, and how it reads as JSON lines for an outside judge.
//!
//! Nothing is redacted: the fake has no secrets, and a test must be able to prove that the bot sent none. The token in
//! `Authorization` is kept as well, so that a wrong one can be seen.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::sync::watch;

/// One request and what became of it.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Counted from 1 over the life of the fake, in order of arrival.
    pub number: u64,
    /// Arrival by the world's clock, in unix milliseconds.
    pub at_ms: i64,
    /// HTTP method in capitals.
    pub method: String,
    /// Path as sent, `/api/v10` included.
    pub path: String,
    /// Path as Discord documents it (`/channels/{channel_id}/messages`); `None`: no such route.
    pub route: Option<&'static str>,
    /// Query string as sent, without the question mark.
    pub query: String,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// JSON body, or `payload_json` of a multipart body; null when there was none.
    pub body: Value,
    /// Names of the uploaded files.
    pub files: Vec<String>,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Received, nothing more yet.
    Received,
    /// Applied to the world, not yet answered.
    Applied,
    /// Answered by the route itself.
    Answered {
        /// HTTP status.
        status: u16,
        /// JSON body, if any.
        response: Option<Value>,
    },
    /// Answered by a fault or a rate limit and never applied.
    Faulted {
        /// HTTP status.
        status: u16,
    },
    /// The connection was closed or left hanging without an answer.
    Unanswered {
        /// Whether the world was changed before.
        applied: bool,
    },
}

impl Recorded {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(have, _)| have.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The status of the answer, when there was one.
    pub fn status(&self) -> Option<u16> {
        match self.outcome {
            Outcome::Answered { status, .. } | Outcome::Faulted { status } => Some(status),
            _ => None,
        }
    }

    /// One line for the judge: the answer is left out where a fault gave it.
    pub fn to_json(&self) -> Value {
        let headers: Map<String, Value> = self
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), json!(value)))
            .collect();
        let mut line = json!({
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "headers": headers,
            "body": self.body,
            "files": self.files,
            "number": self.number,
        });
        match &self.outcome {
            Outcome::Answered {
                response: Some(response),
                ..
            } if carries_a_forward(response) => {
                line["label"] = json!("answered with a forward, which the published schema does not know");
            }
            Outcome::Answered { status, response } => {
                line["status"] = json!(status);
                line["response"] = json!(response);
            }
            Outcome::Faulted { status } => {
                line["label"] = json!(format!("answered by a fault with {status}"));
            }
            Outcome::Unanswered { applied: true } => line["label"] = json!("applied, answer lost"),
            Outcome::Unanswered { applied: false } => line["label"] = json!("lost before it was applied"),
            Outcome::Received | Outcome::Applied => line["label"] = json!("still open"),
        }
        line
    }
}

/// Whether a message reference of type 1 stands anywhere in it. Discord's published schema knows only type 0 there, its
/// documentation has both and takes precedence; no true answer with a forward would pass the schema.
fn carries_a_forward(response: &Value) -> bool {
    match response {
        Value::Object(fields) => {
            let is_forward = fields
                .get("message_reference")
                .is_some_and(|reference| reference["type"] == 1);
            is_forward || fields.values().any(carries_a_forward)
        }
        Value::Array(list) => list.iter().any(carries_a_forward),
        _ => false,
    }
}

/// Every request so far, with a signal on each change.
#[derive(Debug)]
pub struct Record {
    requests: Mutex<Vec<Recorded>>,
    changed: watch::Sender<u64>,
}

impl Default for Record {
    fn default() -> Self {
        Self {
            requests: Mutex::default(),
            changed: watch::Sender::new(0),
        }
    }
}

impl Record {
    /// Takes a request in and gives its number.
    pub fn received(&self, mut request: Recorded) -> u64 {
        let number = {
            let mut requests = self.lock();
            request.number = requests.len() as u64 + 1;
            let number = request.number;
            requests.push(request);
            number
        };
        self.changed.send_modify(|version| *version += 1);
        number
    }

    /// Notes what became of a request.
    pub fn settle(&self, number: u64, outcome: Outcome) {
        if let Some(request) = self.lock().get_mut(number as usize - 1) {
            request.outcome = outcome;
        }
        self.changed.send_modify(|version| *version += 1);
    }

    /// Notes that the client of a request has gone, unless the request was settled before.
    pub fn abandon(&self, number: u64) {
        let outcome = match self
            .lock()
            .get(number as usize - 1)
            .map(|request| request.outcome.clone())
        {
            Some(Outcome::Received) => Outcome::Unanswered { applied: false },
            Some(Outcome::Applied) => Outcome::Unanswered { applied: true },
            _ => return,
        };
        self.settle(number, outcome);
    }

    /// A copy of everything so far.
    pub fn all(&self) -> Vec<Recorded> {
        self.lock().clone()
    }

    /// How many requests there were.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Whether there was none.
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// The requests that no route answers, as `METHOD /path`. A run that leaves any has failed.
    pub fn unknown_routes(&self) -> Vec<String> {
        self.lock()
            .iter()
            .filter(|request| request.route.is_none())
            .map(|request| format!("{} {}", request.method, request.path))
            .collect()
    }

    /// How many answers since `since_ms` were 401, 403 or 429. Discord shuts out an address after 10 000 of them within
    /// ten minutes.
    pub fn invalid_since(&self, since_ms: i64) -> usize {
        self.lock()
            .iter()
            .filter(|request| request.at_ms >= since_ms && matches!(request.status(), Some(401 | 403 | 429)))
            .count()
    }

    /// Waits for the first request, past or future, that `wanted` accepts.
    ///
    /// # Panics
    /// When that takes longer than a minute.
    pub async fn wait_for(&self, wanted: impl Fn(&Recorded) -> bool) -> Recorded {
        let mut changed = self.changed.subscribe();
        let search = async {
            loop {
                if let Some(found) = self.lock().iter().find(|request| wanted(request)) {
                    return found.clone();
                }
                if changed.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        };
        let found = tokio::time::timeout(Duration::from_mins(1), search).await;
        found.expect("the request that is waited for comes within a minute")
    }

    /// Writes all requests as JSON lines.
    pub fn write_jsonl(&self, out: &mut impl Write) -> io::Result<()> {
        for request in self.all() {
            writeln!(out, "{}", request.to_json())?;
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Recorded>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, path: &str, route: Option<&'static str>) -> Recorded {
        Recorded {
            number: 0,
            at_ms: 0,
            method: method.to_owned(),
            path: path.to_owned(),
            route,
            query: String::new(),
            headers: vec![("authorization".to_owned(), "Bot x".to_owned())],
            body: Value::Null,
            files: Vec::new(),
            outcome: Outcome::Received,
        }
    }

    #[test]
    fn a_request_without_a_route_is_reported() {
        let record = Record::default();
        record.received(request("GET", "/api/v10/gateway", Some("/gateway")));
        record.received(request("GET", "/api/v10/nowhere", None));
        assert_eq!(record.unknown_routes(), ["GET /api/v10/nowhere"]);
    }

    #[test]
    fn the_judge_sees_the_answer_of_a_route_but_not_of_a_fault() {
        let record = Record::default();
        let first = record.received(request("GET", "/api/v10/gateway", Some("/gateway")));
        let second = record.received(request("GET", "/api/v10/gateway", Some("/gateway")));
        record.settle(
            first,
            Outcome::Answered {
                status: 200,
                response: Some(json!({ "url": "ws://x" })),
            },
        );
        record.settle(second, Outcome::Faulted { status: 500 });
        let lines: Vec<Value> = record.all().iter().map(Recorded::to_json).collect();
        assert_eq!(lines[0]["status"], 200);
        assert_eq!(lines[0]["headers"]["authorization"], "Bot x");
        assert!(lines[1].get("status").is_none());
    }

    #[tokio::test]
    async fn a_test_can_wait_for_a_request_that_is_yet_to_come() {
        let record = std::sync::Arc::new(Record::default());
        let waiting = {
            let record = std::sync::Arc::clone(&record);
            tokio::spawn(async move { record.wait_for(|request| request.method == "POST").await.path })
        };
        record.received(request("GET", "/a", None));
        record.received(request("POST", "/b", None));
        assert_eq!(waiting.await.expect("the task ends"), "/b");
    }
}

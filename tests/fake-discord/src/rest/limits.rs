//! Rate limits as Discord applies them, off until switched on: one bucket per route and top-level resource, one
//! global window, the `X-RateLimit-*` headers and the 429 answer.
//!
//! No waiting happens here: a full bucket answers at once, and time is an argument. Source: Discord's "Rate Limits".

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

/// So many requests in so long a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Requests a window holds; at least one.
    pub requests: u32,
    /// Length of the window in milliseconds.
    pub window_ms: i64,
}

/// Whose limit was hit, the value of `X-RateLimit-Scope`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The bot's own bucket on this route.
    User,
    /// A limit of the resource, shared by everyone who uses it.
    Shared,
    /// The bot's window over all routes.
    Global,
}

/// A 429 ready to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Limited {
    /// Whose limit it is.
    pub scope: Scope,
    /// Milliseconds until it is worth asking again.
    pub retry_after_ms: i64,
    /// Whether the body carries a `code` (Discord sends one only "for some limits").
    pub with_code: bool,
}

impl Limited {
    /// The JSON body of the 429.
    pub fn body(&self) -> Value {
        let message = match self.scope {
            Scope::Shared => "The resource is being rate limited.",
            Scope::User | Scope::Global => "You are being rate limited.",
        };
        let mut body = json!({
            "message": message,
            "retry_after": seconds(self.retry_after_ms),
            "global": self.scope == Scope::Global,
        });
        if self.with_code {
            body["code"] = json!(if self.scope == Scope::Shared { 20028 } else { 0 });
        }
        body
    }

    /// The headers that only a 429 carries.
    pub fn headers(&self) -> Headers {
        let whole_seconds = (self.retry_after_ms + 999) / 1000;
        let scope = match self.scope {
            Scope::User => "user",
            Scope::Shared => "shared",
            Scope::Global => "global",
        };
        let mut headers = vec![
            ("retry-after", whole_seconds.to_string()),
            ("x-ratelimit-scope", scope.to_owned()),
        ];
        if self.scope == Scope::Global {
            headers.push(("x-ratelimit-global", "true".to_owned()));
        }
        headers
    }
}

/// Header names with their values.
pub type Headers = Vec<(&'static str, String)>;

/// The limits of one fake Discord; everything is off at first.
#[derive(Debug, Default)]
pub struct Limits {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    routes: HashMap<(String, String), Quota>,
    everywhere: Option<Quota>,
    global: Option<Quota>,
    with_code: bool,
    buckets: HashMap<(String, String), Window>,
    global_window: Window,
}

impl Default for Inner {
    fn default() -> Self {
        Self {
            routes: HashMap::new(),
            everywhere: None,
            global: None,
            with_code: true,
            buckets: HashMap::new(),
            global_window: Window::default(),
        }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Window {
    ends_at_ms: i64,
    used: u32,
}

impl Window {
    /// Takes one place; `Err` holds the milliseconds until the window ends.
    fn take(&mut self, quota: Quota, now_ms: i64) -> Result<(), i64> {
        if now_ms >= self.ends_at_ms {
            *self = Self {
                ends_at_ms: now_ms + quota.window_ms,
                used: 0,
            };
        }
        if self.used >= quota.requests.max(1) {
            return Err((self.ends_at_ms - now_ms).max(1));
        }
        self.used += 1;
        Ok(())
    }
}

impl Limits {
    /// Limits one route, each top-level resource (channel, guild, webhook) having a bucket of its own.
    /// `route` is the path as Discord documents it: `/channels/{channel_id}/messages`.
    pub fn limit_route(&self, method: &str, route: &str, quota: Quota) {
        self.lock()
            .routes
            .insert((method.to_owned(), route.to_owned()), quota);
    }

    /// Limits every route that has no limit of its own.
    pub fn limit_every_route(&self, quota: Quota) {
        self.lock().everywhere = Some(quota);
    }

    /// Limits all requests together; Discord's own figure is 50 in 1000 ms. Interaction answers do not count.
    pub fn limit_globally(&self, quota: Quota) {
        self.lock().global = Some(quota);
    }

    /// Whether 429 bodies carry a `code`; both forms are legal.
    pub fn send_codes(&self, yes: bool) {
        self.lock().with_code = yes;
    }

    /// Switches every limit off and forgets what was used.
    pub fn off(&self) {
        *self.lock() = Inner::default();
    }

    /// Counts one request. `Ok` holds the headers of its bucket, `Err` the 429 with the same headers.
    /// `resource` is the top-level resource in the path, `free_of_global` is true for interaction answers.
    pub fn admit(
        &self,
        method: &str,
        route: &str,
        resource: &str,
        free_of_global: bool,
        now_ms: i64,
    ) -> (Headers, Result<(), Limited>) {
        let mut inner = self.lock();
        let with_code = inner.with_code;
        if let Some(quota) = inner.global.filter(|_| !free_of_global)
            && let Err(retry_after_ms) = inner.global_window.take(quota, now_ms)
        {
            return (
                Vec::new(),
                Err(Limited {
                    scope: Scope::Global,
                    retry_after_ms,
                    with_code,
                }),
            );
        }
        let quota = inner
            .routes
            .get(&(method.to_owned(), route.to_owned()))
            .copied()
            .or(inner.everywhere);
        let Some(quota) = quota else {
            return (Vec::new(), Ok(()));
        };
        let bucket = bucket_name(method, route);
        let window = inner
            .buckets
            .entry((bucket.clone(), resource.to_owned()))
            .or_default();
        let taken = window.take(quota, now_ms);
        let headers = bucket_headers(&bucket, quota, *window, now_ms);
        let verdict = taken.map_err(|retry_after_ms| Limited {
            scope: Scope::User,
            retry_after_ms,
            with_code,
        });
        (headers, verdict)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn bucket_headers(bucket: &str, quota: Quota, window: Window, now_ms: i64) -> Headers {
    let left = quota.requests.max(1).saturating_sub(window.used);
    vec![
        ("x-ratelimit-limit", quota.requests.max(1).to_string()),
        ("x-ratelimit-remaining", left.to_string()),
        ("x-ratelimit-reset", format!("{:.3}", seconds(window.ends_at_ms))),
        (
            "x-ratelimit-reset-after",
            format!("{:.3}", seconds((window.ends_at_ms - now_ms).max(0))),
        ),
        ("x-ratelimit-bucket", bucket.to_owned()),
    ]
}

/// Discord's bucket names are opaque hexadecimal strings; here they are a hash of the route.
fn bucket_name(method: &str, route: &str) -> String {
    let mut hasher = DefaultHasher::new();
    (method, route).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds since 1970 stay far below 2^52"
)]
fn seconds(ms: i64) -> f64 {
    ms as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUTE: &str = "/channels/{channel_id}/messages";
    const TWO_A_SECOND: Quota = Quota {
        requests: 2,
        window_ms: 1000,
    };

    #[test]
    fn without_being_switched_on_nothing_is_limited() {
        let limits = Limits::default();
        for _ in 0..1000 {
            let (headers, verdict) = limits.admit("POST", ROUTE, "1", false, 0);
            assert!(headers.is_empty() && verdict.is_ok());
        }
    }

    #[test]
    fn a_bucket_fills_and_empties_with_its_window() {
        let limits = Limits::default();
        limits.limit_route("POST", ROUTE, TWO_A_SECOND);
        assert!(limits.admit("POST", ROUTE, "1", false, 0).1.is_ok());
        let (headers, _) = limits.admit("POST", ROUTE, "1", false, 100);
        assert!(headers.contains(&("x-ratelimit-remaining", "0".to_owned())));
        assert!(headers.contains(&("x-ratelimit-reset-after", "0.900".to_owned())));
        let limited = limits
            .admit("POST", ROUTE, "1", false, 400)
            .1
            .expect_err("the bucket is full");
        assert_eq!(limited.retry_after_ms, 600);
        assert_eq!(limited.scope, Scope::User);
        assert!(limits.admit("POST", ROUTE, "1", false, 1000).1.is_ok());
    }

    #[test]
    fn two_channels_have_two_buckets() {
        let limits = Limits::default();
        limits.limit_route(
            "POST",
            ROUTE,
            Quota {
                requests: 1,
                window_ms: 1000,
            },
        );
        assert!(limits.admit("POST", ROUTE, "1", false, 0).1.is_ok());
        assert!(limits.admit("POST", ROUTE, "2", false, 0).1.is_ok());
        assert!(limits.admit("POST", ROUTE, "1", false, 0).1.is_err());
    }

    #[test]
    fn interaction_answers_are_free_of_the_global_limit() {
        let limits = Limits::default();
        limits.limit_globally(Quota {
            requests: 1,
            window_ms: 1000,
        });
        assert!(limits.admit("GET", "/gateway", "", false, 0).1.is_ok());
        assert!(limits.admit("POST", "/interactions", "", true, 0).1.is_ok());
        let limited = limits
            .admit("GET", "/gateway", "", false, 0)
            .1
            .expect_err("the window is full");
        assert_eq!(limited.scope, Scope::Global);
        assert!(
            limited
                .headers()
                .contains(&("x-ratelimit-global", "true".to_owned()))
        );
    }

    #[test]
    fn a_429_body_may_lack_its_code() {
        let limits = Limits::default();
        limits.send_codes(false);
        limits.limit_globally(Quota {
            requests: 1,
            window_ms: 500,
        });
        let _ = limits.admit("GET", "/gateway", "", false, 0);
        let limited = limits
            .admit("GET", "/gateway", "", false, 0)
            .1
            .expect_err("the window is full");
        assert_eq!(
            limited.body(),
            json!({ "message": "You are being rate limited.", "retry_after": 0.5, "global": true })
        );
    }
}

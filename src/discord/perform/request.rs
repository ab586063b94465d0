//! One request over serenity's HTTP client, its answer read as JSON by us.
//!
//! serenity's own methods decode whole objects and call a request failed that was carried out, when an answer lacks a
//! field they expect. Here only what is needed is read.

use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use poise::serenity_prelude as serenity;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderValue};
use serde::Serialize;
use serde_json::Value;
use serenity::http::{ErrorResponse, HttpError};
use serenity::{LightMethod, Multipart, Request, Route};

use super::Discord;
use crate::app::platform::PlatformError;
use crate::discord::convert::guild::id;
use crate::discord::errors::platform_error;
use crate::discord::stillness::Stillness;
use crate::model::{ChannelId, GuildId, MessageId, UserId};

/// Longest audit-log reason, encoded ("Audit Logs": 1 to 512 characters).
const REASON: usize = 512;

/// A request being put together.
pub(super) struct Call<'a> {
    http: &'a serenity::Http,
    client: &'a reqwest::Client,
    still: &'a Stillness,
    method: LightMethod,
    route: Route<'a>,
    body: Option<Vec<u8>>,
    multipart: Option<Multipart>,
    headers: Option<HeaderMap>,
    params: Option<Vec<(&'static str, String)>>,
}

impl Discord {
    pub(super) fn call<'a>(&'a self, method: LightMethod, route: Route<'a>) -> Call<'a> {
        Call {
            http: &self.http,
            client: self.files.client(),
            still: &self.still,
            method,
            route,
            body: None,
            multipart: None,
            headers: None,
            params: None,
        }
    }
}

impl Call<'_> {
    pub(super) fn json(mut self, body: &impl Serialize) -> Result<Self, PlatformError> {
        self.body =
            Some(serde_json::to_vec(body).map_err(|error| PlatformError::Invalid(error.to_string()))?);
        Ok(self)
    }

    pub(super) fn files(mut self, multipart: Multipart) -> Self {
        self.multipart = Some(multipart);
        self
    }

    pub(super) fn params(mut self, params: Vec<(&'static str, String)>) -> Self {
        self.params = Some(params);
        self
    }

    /// What the guild's audit log says beside the deed.
    pub(super) fn reason(mut self, reason: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(&encoded_reason(reason)) {
            self.headers
                .get_or_insert_default()
                .insert("X-Audit-Log-Reason", value);
        }
        self
    }

    async fn send(self) -> Result<reqwest::Response, PlatformError> {
        let request = Request::new(self.route, self.method)
            .body(self.body)
            .multipart(self.multipart)
            .headers(self.headers)
            .params(self.params);
        self.still.over().await;
        if self.http.ratelimiter.is_none() {
            return unlimited(self.http, self.client, request).await;
        }
        // serenity's limiter waits for as long as Discord says, and asks again by itself.
        self.http
            .request(request)
            .await
            .map_err(|error| platform_error(&error))
    }

    /// Sends it; the answer does not matter.
    pub(super) async fn done(self) -> Result<(), PlatformError> {
        self.send().await.map(|_| ())
    }

    /// Sends it and reads the answer.
    pub(super) async fn value(self) -> Result<Value, PlatformError> {
        let answer = self.send().await?;
        answer
            .json()
            .await
            .map_err(|error| PlatformError::Unanswered(error.without_url().to_string()))
    }

    /// Sends it and reads the id of what was made.
    pub(super) async fn id(self) -> Result<u64, PlatformError> {
        let answer = self.value().await?;
        id(&answer, "id").ok_or_else(|| PlatformError::Unanswered("the answer has no id".to_owned()))
    }
}

/// Sends a request where serenity's limiter is off. Its errors do not carry how long Discord asks to wait, so that a refusal is
/// read here.
async fn unlimited(
    http: &serenity::Http,
    client: &reqwest::Client,
    request: Request<'_>,
) -> Result<reqwest::Response, PlatformError> {
    let method = request.method_ref().reqwest_method();
    let failed = |cause| platform_error(&serenity::Error::Http(HttpError::Request(cause)));
    let request = request
        .build(client, http.token(), http.proxy.as_deref())
        .map_err(|error| platform_error(&error))?;
    let answer = request.send().await.map_err(failed)?;
    if answer.status().is_success() {
        return Ok(answer);
    }
    if answer.status() == StatusCode::TOO_MANY_REQUESTS {
        let header = answer.headers().get("retry-after");
        let header = header.and_then(|value| value.to_str().ok()).map(str::to_owned);
        let body = answer.json().await.unwrap_or_default();
        return Err(PlatformError::RateLimited {
            retry_after: pause(&body, header.as_deref()),
        });
    }
    let refusal = ErrorResponse::from_response(answer, method).await;
    Err(platform_error(&serenity::Error::Http(
        HttpError::UnsuccessfulRequest(refusal),
    )))
}

/// How long a 429 asks to wait: by its body, or, where that is not Discord's, by its header. Both are in seconds.
fn pause(body: &Value, header: Option<&str>) -> Option<Duration> {
    let seconds = body.get("retry_after").and_then(Value::as_f64);
    let seconds = seconds.or_else(|| header?.trim().parse().ok())?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// Percent-encoded, cut at a character so that what is sent stays within Discord's limit.
fn encoded_reason(reason: &str) -> String {
    let mut encoded = String::new();
    for character in reason.chars() {
        let mut buffer = [0; 4];
        let next = utf8_percent_encode(character.encode_utf8(&mut buffer), NON_ALPHANUMERIC).to_string();
        if encoded.len() + next.len() > REASON {
            break;
        }
        encoded.push_str(&next);
    }
    encoded
}

/// serenity's form of a channel's id. Its ids cannot be zero; ours come from Discord and are not.
pub fn channel(id: ChannelId) -> serenity::ChannelId {
    serenity::ChannelId::new(id.0.max(1))
}

/// serenity's form of a guild's id.
pub fn guild(id: GuildId) -> serenity::GuildId {
    serenity::GuildId::new(id.0.max(1))
}

/// serenity's form of a user's id.
pub fn user(id: UserId) -> serenity::UserId {
    serenity::UserId::new(id.0.max(1))
}

/// serenity's form of a message's id.
pub fn message(id: MessageId) -> serenity::MessageId {
    serenity::MessageId::new(id.0.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_waited_out_as_long_as_its_body_or_else_its_header_says() {
        use serde_json::json;
        let body = json!({ "message": "You are being rate limited.", "retry_after": 0.35, "global": false });
        assert_eq!(pause(&body, Some("1")), Some(Duration::from_millis(350)));
        assert_eq!(pause(&Value::Null, Some("4")), Some(Duration::from_secs(4)));
        assert_eq!(pause(&Value::Null, Some("0.5")), Some(Duration::from_millis(500)));
        for nonsense in ["", "soon", "-3", "NaN", "1e300"] {
            assert_eq!(pause(&Value::Null, Some(nonsense)), None, "{nonsense}");
        }
        assert_eq!(pause(&json!("<html>"), None), None);
    }

    #[test]
    fn a_reason_of_any_length_and_script_fits_the_audit_log() {
        assert_eq!(encoded_reason("case #12: ü"), "case%20%2312%3A%20%C3%BC");
        for reason in ["x".repeat(2000), "ü ".repeat(500), String::new()] {
            let encoded = encoded_reason(&reason);
            assert!(encoded.len() <= REASON);
            assert!(
                percent_encoding::percent_decode_str(&encoded)
                    .decode_utf8()
                    .is_ok(),
                "cut inside a character"
            );
        }
    }
}

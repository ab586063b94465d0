//! One REST call as the routes see it: path parameters, query, body, audit reason; and the answer they give.
//!
//! Who is calling needs no field: there is one application, and a call without its token never gets here.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::body::Payload;
use super::error::{FieldErrors, Refusal};
use crate::ids::Id;

/// Longest audit-log reason, in characters.
const MAX_REASON: usize = 512;

/// A call whose path matched a route.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// The values of the path's parameters with their names, in order.
    pub params: Vec<(&'static str, String)>,
    /// Query parameters, decoded.
    pub query: Vec<(String, String)>,
    /// JSON and files.
    pub payload: Payload,
    /// `X-Audit-Log-Reason`, decoded.
    pub reason: Option<String>,
}

/// What a route answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// JSON body; `None` with 204.
    pub body: Option<Value>,
}

impl Answer {
    /// 200 with a body.
    pub fn ok(body: Value) -> Result<Self, Refusal> {
        Ok(Self {
            status: 200,
            body: Some(body),
        })
    }

    /// 201 with a body.
    pub fn created(body: Value) -> Result<Self, Refusal> {
        Ok(Self {
            status: 201,
            body: Some(body),
        })
    }

    /// 202 with a body.
    pub fn accepted(body: Value) -> Result<Self, Refusal> {
        Ok(Self {
            status: 202,
            body: Some(body),
        })
    }

    /// 204.
    pub fn empty() -> Result<Self, Refusal> {
        Ok(Self {
            status: 204,
            body: None,
        })
    }
}

/// The type of every route's answer.
pub type Answered = Result<Answer, Refusal>;

impl Call {
    /// A path parameter as text, percent-decoded.
    pub fn text(&self, name: &str) -> String {
        self.params
            .iter()
            .find(|(have, _)| *have == name)
            .map(|(_, value)| percent_decode_str(value).decode_utf8_lossy().into_owned())
            .unwrap_or_default()
    }

    /// A path parameter as snowflake.
    pub fn id(&self, name: &str) -> Result<Id, Refusal> {
        let text = self.text(name);
        text.parse().map_err(|_| not_a_snowflake(name, &text))
    }

    /// A query parameter.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(have, _)| have == name)
            .map(|(_, value)| value.as_str())
    }

    /// A query parameter as snowflake.
    pub fn query_id(&self, name: &str) -> Result<Option<Id>, Refusal> {
        let Some(text) = self.query(name) else {
            return Ok(None);
        };
        // A cursor may stand before everything, although no thing has the id 0.
        if text == "0" {
            return Ok(Some(Id(0)));
        }
        text.parse().map(Some).map_err(|_| not_a_snowflake(name, text))
    }

    /// A query parameter as whole number from `least` to `most`, or `default`.
    pub fn query_int(&self, name: &str, least: i64, most: i64, default: i64) -> Result<i64, Refusal> {
        let Some(text) = self.query(name) else {
            return Ok(default);
        };
        let mut errors = FieldErrors::default();
        match text.parse() {
            Ok(number) if (least..=most).contains(&number) => return Ok(number),
            Ok(_) => errors.range(name, least, most),
            Err(_) => errors.wrong_type(name, "int"),
        }
        errors.finish().map(|()| default)
    }

    /// A query parameter as boolean; absent is false.
    pub fn query_flag(&self, name: &str) -> bool {
        self.query(name)
            .is_some_and(|text| matches!(text.to_ascii_lowercase().as_str(), "true" | "1"))
    }

    /// The JSON body.
    pub fn json(&self) -> &Value {
        &self.payload.json
    }
}

fn not_a_snowflake(name: &str, text: &str) -> Refusal {
    Refusal::field(
        name,
        "NUMBER_TYPE_COERCE",
        format!("Value \"{text}\" is not snowflake."),
    )
}

/// Splits a query string; empty pairs, as in `?&limit=5`, are skipped.
pub fn read_query(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        percent_decode_str(&text.replace('+', " "))
            .decode_utf8_lossy()
            .into_owned()
    };
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

/// Decodes `X-Audit-Log-Reason`: 1 to 512 characters, percent-encoded UTF-8.
pub fn read_reason(header: &str) -> Result<Option<String>, Refusal> {
    let reason = percent_decode_str(header).decode_utf8_lossy().into_owned();
    if reason.is_empty() {
        return Ok(None);
    }
    if reason.chars().count() > MAX_REASON {
        let mut errors = FieldErrors::default();
        errors.too_long("X-Audit-Log-Reason", MAX_REASON);
        errors.finish()?;
    }
    Ok(Some(reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_may_begin_with_an_empty_pair() {
        let query = read_query("&wait=true&reason=a%20b");
        assert_eq!(
            query,
            [("wait".into(), "true".into()), ("reason".into(), "a b".into())]
        );
    }

    #[test]
    fn a_reason_is_decoded_and_bounded() {
        assert_eq!(read_reason("scam%3A%20%C3%A4"), Ok(Some("scam: ä".to_owned())));
        assert_eq!(read_reason(""), Ok(None));
        assert!(read_reason(&"x".repeat(513)).is_err());
    }

    #[test]
    fn a_path_id_that_is_no_snowflake_is_named() {
        let call = Call {
            params: vec![("channel_id", "abc".to_owned())],
            ..Call::default()
        };
        let refusal = call.id("channel_id").expect_err("no snowflake");
        assert!(refusal.errors.expect("named")["channel_id"].is_object());
    }
}

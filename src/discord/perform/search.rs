//! Discord's search over a guild's messages ("Search Guild Messages"). serenity 0.12 knows no such route, so the request
//! is made here, with the same token, towards the same address, and its limits are told to whoever asked.

use std::time::Duration;

use reqwest::{StatusCode, Url};
use serde_json::Value;

use super::Discord;
use crate::app::platform::{Hits, PlatformError, Search};
use crate::discord::convert::guild::id;
use crate::discord::convert::raw;
use crate::model::message::Arrival;
use crate::model::{GuildId, MessageId};

/// Hits of one page; Discord gives at most 25.
const PAGE: u32 = 25;
/// The longest that is searched for, in characters: Discord's limits are 1024 and 256.
const LONGEST_CONTENT: usize = 1024;
const LONGEST_HOST: usize = 256;
/// Error codes that mean "not there" and "not for us".
const UNKNOWN_GUILD: u64 = 10_004;

impl Discord {
    pub(super) async fn search_messages(
        &self,
        server: GuildId,
        search: &Search,
    ) -> Result<Hits, PlatformError> {
        let (status, body) = self.ask_search(server, search).await?;
        let seconds = |body: &Value| {
            let wait = body.get("retry_after").and_then(Value::as_f64)?;
            Duration::try_from_secs_f64(wait).ok()
        };
        match status {
            StatusCode::OK => Ok(self.page(server, &body)),
            // The index is being built; Discord says when to come back.
            StatusCode::ACCEPTED => Ok(Hits::NotIndexed {
                retry_after: seconds(&body),
            }),
            StatusCode::TOO_MANY_REQUESTS => Err(PlatformError::RateLimited {
                retry_after: seconds(&body),
            }),
            status => {
                let code = body.get("code").and_then(Value::as_u64);
                let why = format!(
                    "{} (status {}, code {})",
                    body.get("message").and_then(Value::as_str).unwrap_or("no reason"),
                    status.as_u16(),
                    code.unwrap_or_default()
                );
                Err(
                    if code == Some(UNKNOWN_GUILD) || (status == StatusCode::NOT_FOUND && code.is_some()) {
                        PlatformError::Gone(why)
                    } else if status == StatusCode::NOT_FOUND {
                        // Not Discord's own words: something between us and it has answered.
                        PlatformError::Transient(why)
                    } else if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
                        PlatformError::Refused(why)
                    } else if status.is_client_error() {
                        PlatformError::Invalid(why)
                    } else {
                        PlatformError::Transient(why)
                    },
                )
            }
        }
    }

    async fn ask_search(
        &self,
        server: GuildId,
        search: &Search,
    ) -> Result<(StatusCode, Value), PlatformError> {
        let mut url = Url::parse(&self.api)
            .map_err(|error| PlatformError::Invalid(format!("the address of Discord: {error}")))?;
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty()
                .extend(["api", "v10", "guilds", &server.to_string(), "messages", "search"]);
        }
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("limit", &PAGE.to_string());
            if let Some(after) = search.after {
                query.append_pair("min_id", &after.to_string());
            }
            if let Some(before) = search.before {
                query.append_pair("max_id", &before.to_string());
            }
            if let Some(content) = &search.content {
                let content: String = content.chars().take(LONGEST_CONTENT).collect();
                query.append_pair("content", &content);
            }
            if let Some(host) = search
                .link_host
                .as_ref()
                .filter(|host| host.len() <= LONGEST_HOST)
            {
                query.append_pair("link_hostname", host);
            }
            if let Some(name) = &search.file_name {
                let name: String = name.chars().take(LONGEST_CONTENT).collect();
                query.append_pair("attachment_filename", &name);
            }
        }
        // Reading twice does no harm: whatever goes wrong on the way is a passing failure.
        let failed = |error: reqwest::Error| PlatformError::Transient(error.without_url().to_string());
        self.still.over().await;
        let answer = self
            .files
            .client()
            .get(url)
            .header("Authorization", self.http.token())
            .header("User-Agent", USER_AGENT)
            .send()
            .await
            .map_err(failed)?;
        let status = answer.status();
        let body = answer.json().await.map_err(failed)?;
        Ok((status, body))
    }

    fn page(&self, server: GuildId, body: &Value) -> Hits {
        let groups = body.get("messages").and_then(Value::as_array);
        let hits: Vec<&Value> = groups
            .into_iter()
            .flatten()
            .filter_map(Value::as_array)
            .flatten()
            // A group may hold what was said around a hit; the hit itself says so.
            .filter(|message| message.get("hit").is_none_or(|hit| hit == true))
            .collect();
        let messages = hits
            .iter()
            .filter(|message| !self.restored(message))
            .filter_map(|message| raw::message(server, Arrival::Backfilled, message))
            .collect();
        Hits::Messages {
            messages,
            next: next(body, &hits),
        }
    }
}

/// Where the next page begins, if there is one. Discord warns that a page may hold less than it was asked for, and that the
/// total may be wrong: only when both say so is a page the last. An empty one always is.
fn next(body: &Value, hits: &[&Value]) -> Option<MessageId> {
    let oldest = hits.iter().filter_map(|hit| id(hit, "id")).min()?;
    let total = body.get("total_results").and_then(Value::as_u64);
    let is_full = hits.len() >= PAGE as usize;
    let leaves_some = total.is_some_and(|total| total > hits.len() as u64);
    (is_full || leaves_some).then_some(MessageId(oldest))
}

/// How a client names itself ("User Agent").
const USER_AGENT: &str = concat!("DiscordBot (nightdesk, ", env!("CARGO_PKG_VERSION"), ")");

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_page_is_the_last_only_when_neither_its_length_nor_the_total_says_that_there_is_more() {
        let hits: Vec<Value> = (0..u64::from(PAGE))
            .map(|number| json!({ "id": (900 - number).to_string() }))
            .collect();
        let full: Vec<&Value> = hits.iter().collect();
        let few = &full[..3];
        assert_eq!(next(&json!({}), &full), Some(MessageId(876)));
        assert_eq!(next(&json!({ "total_results": 9 }), few), Some(MessageId(898)));
        assert_eq!(next(&json!({ "total_results": 3 }), few), None);
        assert_eq!(next(&json!({}), few), None);
        assert_eq!(next(&json!({ "total_results": 9 }), &[]), None);
    }
}

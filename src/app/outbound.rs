//! The port to everything that is not Discord: one GET with limits, and the client that sends it.
//!
//! Only what the operator configured is ever asked for; no address that a member posts comes here. A request carries its
//! own limits, because whoever answers may be slow, endless, or hostile. The only file of this layer that names reqwest.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

/// Longest wait for a connection.
const CONNECTING: Duration = Duration::from_secs(10);
/// Most redirections that are followed, none of them to an unencrypted address.
const REDIRECTIONS: usize = 3;

/// What to fetch.
#[derive(Debug, Clone)]
pub struct Fetch {
    /// From where.
    pub url: url::Url,
    /// What the server called the version that is known.
    pub etag: Option<String>,
    /// When that version was changed, in the server's words.
    pub last_modified: Option<String>,
    /// More bytes than this are refused.
    pub most_bytes: u64,
    /// For how long an answer may go on.
    pub within: Duration,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// The version that is known is the present one.
    Unchanged,
    /// Another version.
    Changed {
        /// Its bytes.
        body: Vec<u8>,
        /// What the server calls it.
        etag: Option<String>,
        /// When it was changed, in the server's words.
        last_modified: Option<String>,
    },
}

/// Why nothing came back. No address stands in it: an address may hold a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// No answer, or one that broke off.
    #[error("the server could not be reached: {0}")]
    Unreachable(String),
    /// It took too long.
    #[error("the server took longer than {} seconds", .0.as_secs())]
    TooSlow(Duration),
    /// Another status than 200 and 304.
    #[error("the server answered {0}")]
    Refused(u16),
    /// More bytes than allowed.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(u64),
}

/// Whoever fetches.
#[async_trait]
pub trait Outbound: Send + Sync + fmt::Debug {
    /// Fetches, within the limits of the request.
    async fn fetch(&self, fetch: &Fetch) -> Result<Fetched, FetchError>;
}

/// The web itself.
#[derive(Debug, Clone)]
pub struct Web {
    client: reqwest::Client,
}

impl Web {
    /// A client that follows few redirections and says who it is.
    pub fn new() -> Result<Self, FetchError> {
        let redirect = reqwest::redirect::Policy::custom(|attempt| {
            if attempt.previous().len() > REDIRECTIONS {
                attempt.error("too many redirections")
            } else if attempt.url().scheme() == "https" {
                attempt.follow()
            } else {
                attempt.error("a redirection to an unencrypted address")
            }
        });
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECTING)
            .redirect(redirect)
            .user_agent(concat!("nightdesk/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| unreachable(&error))?;
        Ok(Self { client })
    }

    async fn ask(&self, fetch: &Fetch) -> Result<Fetched, FetchError> {
        let mut request = self.client.get(fetch.url.clone());
        if let Some(etag) = &fetch.etag {
            request = request.header(reqwest::header::IF_NONE_MATCH, etag);
        }
        if let Some(moment) = &fetch.last_modified {
            request = request.header(reqwest::header::IF_MODIFIED_SINCE, moment);
        }
        let mut response = request.send().await.map_err(|error| unreachable(&error))?;
        match response.status().as_u16() {
            200 => {}
            304 => return Ok(Fetched::Unchanged),
            other => return Err(FetchError::Refused(other)),
        }
        let header = |name| {
            let value = response.headers().get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        let etag = header(reqwest::header::ETAG);
        let last_modified = header(reqwest::header::LAST_MODIFIED);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| unreachable(&error))? {
            if (body.len() + chunk.len()) as u64 > fetch.most_bytes {
                return Err(FetchError::TooLarge(fetch.most_bytes));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Fetched::Changed {
            body,
            etag,
            last_modified,
        })
    }
}

#[async_trait]
impl Outbound for Web {
    async fn fetch(&self, fetch: &Fetch) -> Result<Fetched, FetchError> {
        tokio::time::timeout(fetch.within, self.ask(fetch))
            .await
            .unwrap_or(Err(FetchError::TooSlow(fetch.within)))
    }
}

/// What went wrong, down to its cause, without the address.
fn unreachable(error: &reqwest::Error) -> FetchError {
    use std::error::Error as _;
    let mut cause = error.source();
    let mut words = String::from(if error.is_connect() {
        "no connection"
    } else if error.is_redirect() {
        "its redirections are refused"
    } else {
        "the answer broke off"
    });
    while let Some(deeper) = cause {
        if deeper.source().is_none() {
            words = format!("{words} ({deeper})");
        }
        cause = deeper.source();
    }
    FetchError::Unreachable(words)
}

#[cfg(test)]
mod tests;

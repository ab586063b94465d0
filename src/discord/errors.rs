//! What can go wrong while answering a person, for two audiences: words for them, the chain of causes for the log; and
//! how serenity's errors read as [`PlatformError`].
//!
//! The words themselves live in [`super::words::operations`].

use poise::serenity_prelude as serenity;
use serenity::http::HttpError;

use crate::app::platform::PlatformError;
use crate::storage::StoreError;

/// Why a command, button or form could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Words for the person who asked: nothing is broken, they have to do something differently.
    #[error("{0}")]
    Told(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Discord failed or refused.
    #[error(transparent)]
    Platform(#[from] PlatformError),
    /// What was asked for has been done, or refused, and only the person could not be told. Nobody is to read that it failed.
    #[error("the answer could not be told: {0}")]
    Untold(PlatformError),
}

impl Error {
    /// Words for the person who asked.
    pub fn told(words: impl Into<String>) -> Self {
        Self::Told(words.into())
    }
}

impl From<serenity::Error> for Error {
    fn from(error: serenity::Error) -> Self {
        Self::Platform(platform_error(&error))
    }
}

/// What an error of serenity means for the one who asked.
///
/// Source of the codes: Discord's "Opcodes and Status Codes", JSON error codes.
pub fn platform_error(error: &serenity::Error) -> PlatformError {
    match error {
        serenity::Error::Http(HttpError::UnsuccessfulRequest(answer)) => refusal(
            answer.status_code.as_u16(),
            answer.error.code as i64,
            &error.to_string(),
        ),
        serenity::Error::Http(HttpError::Request(cause)) if cause.is_connect() || cause.is_builder() => {
            PlatformError::Transient(without_address(cause))
        }
        serenity::Error::Http(HttpError::Request(cause)) => PlatformError::Unanswered(without_address(cause)),
        serenity::Error::Http(HttpError::RateLimitI64F64 | HttpError::RateLimitUtf8)
        | serenity::Error::Json(_) => {
            PlatformError::Unanswered(format!("an answer that cannot be read ({error})"))
        }
        serenity::Error::Io(_) => PlatformError::Unanswered(error.to_string()),
        other => PlatformError::Invalid(other.to_string()),
    }
}

/// An address may carry a webhook's or an interaction's token: it is left out.
fn without_address(cause: &reqwest::Error) -> String {
    let mut words = if cause.is_timeout() {
        "it took too long".to_owned()
    } else if cause.is_connect() {
        "no connection".to_owned()
    } else {
        "the connection broke".to_owned()
    };
    let mut source = std::error::Error::source(cause);
    while let Some(deeper) = source {
        words = format!("{words}: {deeper}");
        source = deeper.source();
    }
    words
}

/// What serenity says for the code of an answer that is not Discord's JSON.
const NOT_DISCORDS: i64 = -1;

/// What a status and Discord's own error code mean. `message` is Discord's explanation.
pub fn refusal(status: u16, code: i64, message: &str) -> PlatformError {
    let words = if code > 0 {
        format!("{message} (code {code})")
    } else {
        format!("{message} (status {status})")
    };
    match (status, code) {
        (429, _) => PlatformError::RateLimited { retry_after: None },
        (_, 50007) => PlatformError::Unreachable,
        (_, 50083) => PlatformError::Archived,
        // No error of Discord's own: something between us and it has answered, and knows nothing of what is there.
        (404, NOT_DISCORDS) => PlatformError::Unanswered(words),
        // Unknown account, application, channel, guild, invite, member, message, role, user, webhook, ban.
        (404, _) | (_, 10001..=10004 | 10006..=10008 | 10011 | 10013 | 10015 | 10026) => {
            PlatformError::Gone(words)
        }
        // The codes from 30000 on are ceilings of the guild (threads, webhooks, pins …): somebody has to make room.
        (401 | 403, _) | (_, 30000..=39999 | 50001 | 50013 | 160_006) => PlatformError::Refused(words),
        (503 | 408, _) => PlatformError::Transient(words),
        // Discord's gateway in front of its own service gave up: the request may have gone through.
        (500..=599, _) => PlatformError::Unanswered(words),
        _ => PlatformError::Invalid(words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(status: u16, code: i64) -> String {
        let whole = format!("{:?}", refusal(status, code, "words"));
        whole.split(['(', ' ']).next().unwrap_or_default().to_owned()
    }

    #[test]
    fn every_answer_of_discord_has_one_meaning() {
        let table = [
            (404, 10003, "Gone"),
            (404, 10008, "Gone"),
            (404, 0, "Gone"),
            (404, -1, "Unanswered"),
            (400, 30033, "Refused"),
            (403, 50001, "Refused"),
            (403, 50013, "Refused"),
            (403, 50007, "Unreachable"),
            (400, 50083, "Archived"),
            (400, 50035, "Invalid"),
            (400, 160_004, "Invalid"),
            (429, 0, "RateLimited"),
            (429, -1, "RateLimited"),
            (401, 0, "Refused"),
            (500, 0, "Unanswered"),
            (502, -1, "Unanswered"),
            (503, 0, "Transient"),
            (504, 0, "Unanswered"),
        ];
        for (status, code, meaning) in table {
            assert_eq!(kind(status, code), meaning, "{status} {code}");
        }
    }

    #[test]
    fn the_words_of_a_refusal_carry_discords_explanation_and_its_code() {
        assert_eq!(
            refusal(403, 50013, "Missing Permissions").to_string(),
            "Discord refuses: Missing Permissions (code 50013)"
        );
        assert_eq!(
            refusal(404, 0, "gone").to_string(),
            "it is not there any more (gone (status 404))"
        );
    }
}

//! Telling somebody what became of what they asked for, as often as it takes and never twice.
//!
//! Discord wants the first answer within three seconds; what follows may be told for fifteen minutes. The first answer and
//! an edit of it can be sent again without harm: a first answer that had arrived is refused as "already acknowledged"
//! (40060). One more message cannot, so that it is repeated only where it certainly did not arrive. Source: Discord's
//! "Receiving and Responding to Interactions".

use std::time::Duration;

use poise::serenity_prelude as serenity;
use serde::Serialize;
use serenity::{
    CreateInteractionResponse, CreateInteractionResponseFollowup, EditInteractionResponse, LightMethod,
    Request, Route,
};

use super::errors::platform_error;
use crate::app::platform::PlatformError;

/// Discord's "Interaction has already been acknowledged".
const ACKNOWLEDGED: isize = 40_060;
/// How long one try of the first answer may take, and the pauses before the next: together within Discord's three seconds,
/// unless it is slow itself.
const FIRST_PATIENCE: Duration = Duration::from_millis(1200);
const FIRST_PAUSES: [Duration; 2] = [Duration::from_millis(200), Duration::from_millis(400)];
/// The same for everything after it.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSES: [Duration; 4] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];
/// The longest pause that Discord can ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// An interaction that waits for an answer.
#[derive(Clone, Copy)]
pub struct Answering<'a> {
    /// The HTTP client.
    pub http: &'a serenity::Http,
    /// The interaction.
    pub id: serenity::InteractionId,
    /// Our application.
    pub application: serenity::ApplicationId,
    /// What lets us answer it.
    pub token: &'a str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    First,
    Edit,
    More,
}

impl Way {
    const fn pauses(self) -> &'static [Duration] {
        match self {
            Self::First => &FIRST_PAUSES,
            Self::Edit | Self::More => &PAUSES,
        }
    }

    const fn patience(self) -> Duration {
        match self {
            Self::First => FIRST_PATIENCE,
            Self::Edit | Self::More => PATIENCE,
        }
    }
}

impl Answering<'_> {
    /// The first answer: words, a form, or a promise.
    pub async fn first(&self, response: &CreateInteractionResponse) -> Result<(), PlatformError> {
        self.tell(Way::First, response).await
    }

    /// Keeps a promise, or replaces what was said.
    pub async fn edit(&self, answer: &EditInteractionResponse) -> Result<(), PlatformError> {
        self.tell(Way::Edit, answer).await
    }

    /// One more message after the first answer.
    pub async fn more(&self, answer: &CreateInteractionResponseFollowup) -> Result<(), PlatformError> {
        self.tell(Way::More, answer).await
    }

    async fn tell(&self, way: Way, answer: &impl Serialize) -> Result<(), PlatformError> {
        let body = serde_json::to_vec(answer).map_err(|error| PlatformError::Invalid(error.to_string()))?;
        let mut pauses = way.pauses().iter();
        loop {
            let Err(error) = self.once(way, body.clone()).await else {
                return Ok(());
            };
            let pause = pauses.next().copied();
            let pause = match &error {
                PlatformError::RateLimited { retry_after } => {
                    let asked = retry_after.unwrap_or_default().min(LONGEST_PAUSE);
                    pause.map(|pause| pause.max(asked))
                }
                PlatformError::Transient(_) => pause,
                PlatformError::Unanswered(_) if way != Way::More => pause,
                _ => None,
            };
            let Some(pause) = pause else {
                return Err(error);
            };
            tokio::time::sleep(pause).await;
        }
    }

    async fn once(&self, way: Way, body: Vec<u8>) -> Result<(), PlatformError> {
        let (application_id, token) = (self.application, self.token);
        let (method, route) = match way {
            Way::First => {
                let interaction_id = self.id;
                (
                    LightMethod::Post,
                    Route::InteractionResponse {
                        interaction_id,
                        token,
                    },
                )
            }
            Way::Edit => (
                LightMethod::Patch,
                Route::WebhookOriginalInteractionResponse {
                    application_id,
                    token,
                },
            ),
            Way::More => (
                LightMethod::Post,
                Route::WebhookFollowupMessages {
                    application_id,
                    token,
                },
            ),
        };
        let request = Request::new(route, method).body(Some(body));
        match tokio::time::timeout(way.patience(), self.http.request(request)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(serenity::Error::Http(serenity::HttpError::UnsuccessfulRequest(answer))))
                if way == Way::First && answer.error.code == ACKNOWLEDGED =>
            {
                Ok(())
            }
            Ok(Err(error)) => Err(platform_error(&error)),
            Err(_) => Err(PlatformError::Unanswered("it took too long".to_owned())),
        }
    }
}

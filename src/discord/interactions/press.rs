//! One press of a button or one submitted form, and every way to answer it.
//!
//! What to answer is decided by the callers; how it gets there in spite of failures in [`answering`](crate::discord::answering).

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use poise::serenity_prelude as serenity;
use serenity::{ActionRowComponent, CreateInteractionResponse};

use super::Asker;
use crate::app::App;
use crate::app::platform::PlatformError;
use crate::discord::answering::Answering;
use crate::discord::words::{Form, Saying};
use crate::discord::{Error, say};
use crate::model::{ChannelId, GuildId, InteractionId, MessageId};

/// A press of a button, or a submitted form.
pub struct Press<'a> {
    app: &'a Arc<App>,
    http: &'a serenity::Http,
    source: Source<'a>,
    stage: AtomicU8,
}

#[derive(Clone, Copy)]
enum Source<'a> {
    Button(&'a serenity::ComponentInteraction),
    Form(&'a serenity::ModalInteraction),
}

/// Nothing was answered yet; an answer was promised; an answer was given.
const OPEN: u8 = 0;
const DEFERRED: u8 = 1;
const ANSWERED: u8 = 2;

impl<'a> Press<'a> {
    /// A press of a button.
    pub fn of_button(
        app: &'a Arc<App>,
        http: &'a serenity::Http,
        pressed: &'a serenity::ComponentInteraction,
    ) -> Self {
        Self {
            app,
            http,
            source: Source::Button(pressed),
            stage: AtomicU8::new(OPEN),
        }
    }

    /// A submitted form.
    pub fn of_form(
        app: &'a Arc<App>,
        http: &'a serenity::Http,
        submitted: &'a serenity::ModalInteraction,
    ) -> Self {
        Self {
            app,
            http,
            source: Source::Form(submitted),
            stage: AtomicU8::new(OPEN),
        }
    }

    /// The running bot.
    pub fn app(&self) -> &'a Arc<App> {
        self.app
    }

    /// The id that the button or form carries.
    pub fn custom_id(&self) -> &'a str {
        match self.source {
            Source::Button(pressed) => &pressed.data.custom_id,
            Source::Form(submitted) => &submitted.data.custom_id,
        }
    }

    /// The interaction: the key against double delivery.
    pub fn interaction(&self) -> InteractionId {
        InteractionId(match self.source {
            Source::Button(pressed) => pressed.id.get(),
            Source::Form(submitted) => submitted.id.get(),
        })
    }

    /// The guild; `None` in a direct message.
    pub fn guild(&self) -> Option<GuildId> {
        let id = match self.source {
            Source::Button(pressed) => pressed.guild_id,
            Source::Form(submitted) => submitted.guild_id,
        };
        id.map(|id| GuildId(id.get()))
    }

    /// The guild, or words that this works in a server only.
    pub fn guild_or_tell(&self) -> Result<GuildId, Error> {
        self.guild()
            .ok_or_else(|| Error::told("This works inside a server only."))
    }

    /// The channel or thread it happened in.
    pub fn channel(&self) -> ChannelId {
        ChannelId(match self.source {
            Source::Button(pressed) => pressed.channel_id.get(),
            Source::Form(submitted) => submitted.channel_id.get(),
        })
    }

    /// The message that carries the button, or that the form was opened from.
    pub fn message(&self) -> Option<MessageId> {
        match self.source {
            Source::Button(pressed) => Some(MessageId(pressed.message.id.get())),
            Source::Form(submitted) => submitted
                .message
                .as_ref()
                .map(|message| MessageId(message.id.get())),
        }
    }

    /// Who pressed.
    pub fn asker(&self) -> Asker {
        match self.source {
            Source::Button(pressed) => Asker::of(&pressed.user, pressed.member.as_ref()),
            Source::Form(submitted) => Asker::of(&submitted.user, submitted.member.as_ref()),
        }
    }

    /// What was typed into an input of the form, as typed: secrets are still in it. Empty when there is no such input.
    pub fn typed(&self, key: &str) -> &'a str {
        let Source::Form(submitted) = self.source else {
            return "";
        };
        let mut inputs = submitted.data.components.iter().flat_map(|row| &row.components);
        inputs
            .find_map(|component| match component {
                ActionRowComponent::InputText(input) if input.custom_id == key => input.value.as_deref(),
                _ => None,
            })
            .unwrap_or("")
    }

    /// Answers the presser alone, whatever was answered before.
    pub async fn reply(&self, saying: &Saying) -> Result<(), Error> {
        match self.stage.load(Ordering::SeqCst) {
            OPEN => self
                .respond(&say::answer(saying, true), ANSWERED)
                .await
                .map_err(Error::Untold),
            DEFERRED => {
                self.amend(saying).await?;
                self.stage.store(ANSWERED, Ordering::SeqCst);
                Ok(())
            }
            _ => {
                let more = say::follow_up(saying, true);
                self.answering().more(&more).await.map_err(Error::Untold)
            }
        }
    }

    /// Replaces the answer that was given before.
    pub async fn amend(&self, saying: &Saying) -> Result<(), Error> {
        let edit = say::edit_answer(saying);
        self.answering().edit(&edit).await.map_err(Error::Untold)
    }

    /// Promises an answer for the presser alone; what follows may take up to fifteen minutes.
    pub async fn defer(&self) -> Result<(), Error> {
        let promised = self.respond(&say::promise(), DEFERRED).await;
        if let Err(PlatformError::Unanswered(_)) = promised {
            // It may have arrived: what is said next takes its place.
            self.stage.store(DEFERRED, Ordering::SeqCst);
        }
        Ok(promised?)
    }

    /// Takes note of a press without saying anything; [`Self::reply`] can follow.
    pub async fn acknowledge(&self) -> Result<(), Error> {
        Ok(self
            .respond(&CreateInteractionResponse::Acknowledge, ANSWERED)
            .await?)
    }

    /// Changes the message that carries the button.
    pub async fn update(&self, saying: &Saying) -> Result<(), Error> {
        self.respond(&say::update(saying), ANSWERED)
            .await
            .map_err(Error::Untold)
    }

    /// Opens a form. Discord allows it only as the first answer, and not to a form.
    pub async fn show_form(&self, form: &Form) -> Result<(), Error> {
        Ok(self.respond(&say::form(form), ANSWERED).await?)
    }

    fn answering(&self) -> Answering<'a> {
        let (id, application, token) = match self.source {
            Source::Button(pressed) => (pressed.id, pressed.application_id, &pressed.token),
            Source::Form(submitted) => (submitted.id, submitted.application_id, &submitted.token),
        };
        Answering {
            http: self.http,
            id,
            application,
            token,
        }
    }

    async fn respond(&self, response: &CreateInteractionResponse, stage: u8) -> Result<(), PlatformError> {
        self.answering().first(response).await?;
        self.stage.store(stage, Ordering::SeqCst);
        Ok(())
    }
}

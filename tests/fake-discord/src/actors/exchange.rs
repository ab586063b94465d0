//! What follows when a person ran a command, pressed something or submitted a form: everything the bot shows them.

use std::time::Duration;

use serde_json::Value;

use crate::ids::Id;
use crate::world::{InteractionState, Message, Response, ResponseKind, State, message_flags};

use super::{Modal, Person};

/// A client waits this long for the first answer before it says "did not respond". A little more than Discord's own
/// three seconds, so that an answer at the last moment still arrives.
const FIRST_ANSWER_WITHIN: Duration = Duration::from_millis(3_300);

/// One interaction from its person's side.
#[derive(Clone, Debug)]
pub struct Exchange {
    person: Person,
    /// The interaction.
    pub id: Id,
}

/// The first thing the person sees.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A message, perhaps only for them.
    Message(Box<Message>),
    /// "Thinking…".
    Deferred {
        /// Only for them?
        ephemeral: bool,
    },
    /// Nothing yet: the message with the component may change later.
    DeferredUpdate,
    /// The message with the component changed.
    Updated(Box<Message>),
    /// Choices for the option being typed.
    Choices(Value),
    /// A form.
    Modal(Box<Modal>),
    /// "The application did not respond."
    Nothing,
}

impl Exchange {
    pub(super) fn new(person: Person, id: Id) -> Self {
        Self { person, id }
    }

    /// Everything the bot answered so far.
    pub fn responses(&self) -> Vec<Response> {
        self.person.discord.state().interactions[&self.id]
            .responses
            .clone()
    }

    /// The first answer, or [`Answer::Nothing`] once Discord would give up.
    pub async fn answer(&self) -> Answer {
        let id = self.id;
        let discord = &self.person.discord;
        let mut changes = discord.0.state.changes();
        let first = async {
            loop {
                changes.mark_unchanged();
                let first = discord.state().interactions[&id].responses.first().cloned();
                if let Some(first) = first {
                    return first;
                }
                if changes.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        };
        match tokio::time::timeout(FIRST_ANSWER_WITHIN, first).await {
            Ok(response) => self.shown(&response),
            Err(_) => Answer::Nothing,
        }
    }

    /// The message that answers, waited for through a deferral. Counts as read.
    ///
    /// # Panics
    /// When the bot answers with something else, or not at all.
    #[track_caller]
    pub fn reply(&self) -> impl Future<Output = Message> {
        let exchange = self.clone();
        let caller = std::panic::Location::caller();
        async move {
            match exchange.answer().await {
                Answer::Message(message) | Answer::Updated(message) => *message,
                Answer::Deferred { .. } => exchange.after_deferral().await,
                other => panic!(
                    "expected a message in reply, got {other:?} (asked at {caller})\n{}",
                    exchange.context()
                ),
            }
        }
    }

    /// The form that answers.
    ///
    /// # Panics
    /// When the bot answers with something else, or not at all.
    #[track_caller]
    pub fn modal(&self) -> impl Future<Output = Modal> {
        let exchange = self.clone();
        let caller = std::panic::Location::caller();
        async move {
            match exchange.answer().await {
                Answer::Modal(modal) => *modal,
                other => panic!(
                    "expected a form, got {other:?} (asked at {caller})\n{}",
                    exchange.context()
                ),
            }
        }
    }

    /// The choices that answer an option being typed.
    ///
    /// # Panics
    /// When the bot answers with something else, or not at all.
    #[track_caller]
    pub fn choices(&self) -> impl Future<Output = Vec<Value>> {
        let exchange = self.clone();
        let caller = std::panic::Location::caller();
        async move {
            match exchange.answer().await {
                Answer::Choices(choices) => choices.as_array().cloned().unwrap_or_default(),
                other => panic!(
                    "expected choices, got {other:?} (asked at {caller})\n{}",
                    exchange.context()
                ),
            }
        }
    }

    /// The next follow-up message that was not read yet. Counts as read.
    ///
    /// # Panics
    /// When none comes.
    #[track_caller]
    pub fn next_follow_up(&self) -> impl Future<Output = Message> {
        let id = self.id;
        let discord = self.person.discord.clone();
        let waiting = self.person.discord.wait_for("a follow-up message", move |state| {
            let responses = state.interactions.get(&id)?.responses.iter();
            let mut follow_ups = responses.filter_map(|response| match response.kind {
                ResponseKind::FollowUp(message) if state.unread.contains(&message) => {
                    state.messages.get(&message)
                }
                _ => None,
            });
            follow_ups.next().cloned()
        });
        async move {
            let message = waiting.await;
            discord.mark_read(message.id);
            message
        }
    }

    /// The answer as it stands now (`@original`), if there is one and it was not deleted.
    pub fn original(&self) -> Option<Message> {
        let state = self.person.discord.state();
        let id = state.interactions[&self.id].original?;
        state
            .messages
            .get(&id)
            .filter(|message| message.deleted_at.is_none())
            .cloned()
    }

    /// The answer once it says `wanted`, after however many edits. Counts as read.
    ///
    /// # Panics
    /// When it never does.
    #[track_caller]
    pub fn reply_once(&self, wanted: impl Fn(&Message) -> bool) -> impl Future<Output = Message> {
        let id = self.id;
        let discord = self.person.discord.clone();
        let waiting = self
            .person
            .discord
            .wait_for("the reply to change as wanted", move |state| {
                let original = state.interactions.get(&id)?.original?;
                state
                    .messages
                    .get(&original)
                    .filter(|message| wanted(message))
                    .cloned()
            });
        async move {
            let message = waiting.await;
            discord.mark_read(message.id);
            message
        }
    }

    fn after_deferral(&self) -> impl Future<Output = Message> {
        let id = self.id;
        let discord = self.person.discord.clone();
        async move {
            let message = discord
                .wait_for("a deferred reply", |state| {
                    let interaction = state.interactions.get(&id)?;
                    let answered = interaction.state == InteractionState::Answered;
                    let original = state.messages.get(&interaction.original?)?;
                    (answered && original.flags & message_flags::LOADING == 0).then(|| original.clone())
                })
                .await;
            discord.mark_read(message.id);
            message
        }
    }

    fn shown(&self, response: &Response) -> Answer {
        let mut state = self.person.discord.state();
        let mut message = |id: Id| {
            state.unread.remove(&id);
            Box::new(state.messages[&id].clone())
        };
        match &response.kind {
            ResponseKind::Message(id) => Answer::Message(message(*id)),
            ResponseKind::Updated(id) => Answer::Updated(message(*id)),
            ResponseKind::Deferred { ephemeral, .. } => Answer::Deferred {
                ephemeral: *ephemeral,
            },
            ResponseKind::DeferredUpdate => Answer::DeferredUpdate,
            ResponseKind::Choices(choices) => Answer::Choices(choices.clone()),
            ResponseKind::Modal(modal) => Answer::Modal(Box::new(self.form(&state, modal))),
            // A first answer is none of these; they would need a state that no callback leaves behind.
            ResponseKind::Edited(_) | ResponseKind::FollowUp(_) | ResponseKind::Deleted(_) => Answer::Nothing,
        }
    }

    fn form(&self, state: &State, modal: &Value) -> Modal {
        Modal::shown(modal.clone(), &state.interactions[&self.id])
    }

    fn context(&self) -> String {
        self.person.discord.recent_requests()
    }
}

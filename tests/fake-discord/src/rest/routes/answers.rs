//! What follows the first answer to an interaction: follow-ups, and reading, changing, deleting the answers, for the
//! fifteen minutes its token lives.

use super::{access, history, posting};
use crate::rest::call::{Answer, Answered, Call};
use crate::rest::check::message::{self, Way};
use crate::rest::error::Refusal;
use crate::world::{Author, Interaction, InteractionState, Message, State, message_flags};

/// The interaction of the path's token. Before its first answer there is no webhook to speak of; after fifteen minutes
/// its token is worth nothing.
fn interaction(state: &State, call: &Call) -> Result<Interaction, Refusal> {
    let token = call.text("webhook_token");
    let found = state
        .interaction_with_token(&token)
        .ok_or_else(Refusal::unknown_webhook)?;
    if found.is_expired(state.now()) {
        return Err(Refusal::bad_webhook_token());
    }
    if found.state == InteractionState::Waiting {
        return Err(Refusal::unknown_webhook());
    }
    Ok(found.clone())
}

/// The answer the path names: `@original`, or a message of this interaction by id.
fn answer_of(state: &State, call: &Call, interaction: &Interaction) -> Result<Message, Refusal> {
    let named = call.text("message_id");
    let id = if named.is_empty() || named == "@original" {
        interaction.original.ok_or_else(Refusal::unknown_message)?
    } else {
        call.id("message_id")?
    };
    let message = state
        .messages
        .get(&id)
        .filter(|message| message.deleted_at.is_none());
    let belongs = |message: &&Message| {
        let of_this = message
            .interaction_metadata
            .as_ref()
            .and_then(|metadata| metadata["id"].as_str());
        interaction.original == Some(message.id) || of_this == Some(interaction.id.to_string().as_str())
    };
    message
        .filter(belongs)
        .cloned()
        .ok_or_else(Refusal::unknown_message)
}

/// Always answered with the message, as if `wait` were set.
pub fn follow_up(state: &mut State, call: &Call) -> Answered {
    let interaction = interaction(state, call)?;
    let files = &call.payload.files;
    let form = message::read(call.json(), Way::Webhook, files.len(), state.now())?;
    let author = Author::User(state.bot_id());
    let new = posting::compose(state, interaction.channel_id, author, form, files)?;
    let is_ephemeral = new.flags & message_flags::EPHEMERAL != 0;
    access::must_take_answers(state, interaction.channel_id, is_ephemeral)?;
    let sent = state
        .follow_up(interaction.id, new)
        .ok_or_else(Refusal::unknown_webhook)?;
    history::answer(state, sent)
}

/// Reads an answer.
pub fn get(state: &mut State, call: &Call) -> Answered {
    let interaction = interaction(state, call)?;
    let message = answer_of(state, call, &interaction)?;
    history::answer(state, message.id)
}

/// Changes an answer; of a deferred one this gives it.
pub fn edit(state: &mut State, call: &Call) -> Answered {
    let interaction = interaction(state, call)?;
    let message = answer_of(state, call, &interaction)?;
    if message.ephemeral_to.is_none() {
        access::must_be_open(state, message.channel_id)?;
    }
    let was_v2 = message.flags & message_flags::IS_COMPONENTS_V2 != 0;
    let files = &call.payload.files;
    let form = message::read(call.json(), Way::Edit { was_v2 }, files.len(), state.now())?;
    let edit = posting::compose_edit(state, &message, form, files)?;
    state.edit_answer(interaction.id, message.id, edit);
    history::answer(state, message.id)
}

/// Deletes an answer.
pub fn delete(state: &mut State, call: &Call) -> Answered {
    let interaction = interaction(state, call)?;
    let message = answer_of(state, call, &interaction)?;
    if !state.delete_answer(interaction.id, message.id) {
        return Err(Refusal::unknown_message());
    }
    Answer::empty()
}

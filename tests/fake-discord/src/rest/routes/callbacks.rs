//! The first answer to an interaction: within three seconds, once, and of a kind that fits what the member did.

use serde_json::{Value, json};

use super::{access, posting};
use crate::ids::Id;
use crate::payload;
use crate::rest::call::{Answer, Answered, Call};
use crate::rest::check::message::{self, Way};
use crate::rest::check::{command, modal};
use crate::rest::error::Refusal;
use crate::rest::form;
use crate::rest::table::Route;
use crate::world::{Author, Callback, CallbackRefused, Interaction, InteractionKind, State, message_flags};

pub const ROUTES: &[Route] = &[Route::open(
    "POST",
    "/interactions/{interaction_id}/{interaction_token}/callback",
    answer_first,
)];

/// Callback types by their documented numbers.
mod kind {
    pub const MESSAGE: i64 = 4;
    pub const DEFER_MESSAGE: i64 = 5;
    pub const DEFER_UPDATE: i64 = 6;
    pub const UPDATE: i64 = 7;
    pub const CHOICES: i64 = 8;
    pub const MODAL: i64 = 9;
}

/// Which callback types an interaction takes.
fn allowed(interaction: &Interaction) -> &'static [i64] {
    use kind::{CHOICES, DEFER_MESSAGE, DEFER_UPDATE, MESSAGE, MODAL, UPDATE};
    match interaction.kind {
        InteractionKind::Command => &[MESSAGE, DEFER_MESSAGE, MODAL],
        InteractionKind::Component => &[MESSAGE, DEFER_MESSAGE, DEFER_UPDATE, UPDATE, MODAL],
        InteractionKind::Autocomplete => &[CHOICES],
        InteractionKind::ModalSubmit if interaction.message_id.is_some() => {
            &[MESSAGE, DEFER_MESSAGE, DEFER_UPDATE, UPDATE]
        }
        InteractionKind::ModalSubmit => &[MESSAGE, DEFER_MESSAGE],
    }
}

fn refused(why: CallbackRefused) -> Refusal {
    match why {
        CallbackRefused::Unknown => Refusal::unknown_interaction(),
        CallbackRefused::AlreadyAcknowledged => Refusal::already_acknowledged(),
    }
}

fn answer_first(state: &mut State, call: &Call) -> Answered {
    let id = call.id("interaction_id")?;
    let interaction = state
        .interactions
        .get(&id)
        .filter(|found| found.token == call.text("interaction_token"))
        .ok_or_else(Refusal::unknown_interaction)?
        .clone();
    let kind = form::read(call.json(), |form| {
        form.require("type");
        form.int("type", 1..=13)
    })?
    .unwrap_or_default();
    let allowed = allowed(&interaction);
    if !allowed.contains(&kind) {
        let listed = allowed.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
        return Err(Refusal::field(
            "type",
            "BASE_TYPE_CHOICES",
            format!("Value must be one of {{{listed}}}."),
        ));
    }
    state.may_respond(id).map_err(refused)?;
    let callback = read_callback(state, call, &interaction, kind)?;
    let message = state.respond(id, callback).map_err(refused)?;
    if call.query_flag("with_response") {
        Answer::ok(describe(state, &interaction, kind, message))
    } else {
        Answer::empty()
    }
}

fn read_callback(
    state: &mut State,
    call: &Call,
    interaction: &Interaction,
    kind: i64,
) -> Result<Callback, Refusal> {
    let empty = json!({});
    let data = call
        .json()
        .get("data")
        .filter(|data| !data.is_null())
        .unwrap_or(&empty);
    let files = &call.payload.files;
    let now = state.now();
    match kind {
        kind::MESSAGE => {
            let form = message::read(data, Way::Callback, files.len(), now).map_err(under_data)?;
            let author = Author::User(state.bot_id());
            let new = posting::compose(state, interaction.channel_id, author, form, files)?;
            let is_ephemeral = new.flags & message_flags::EPHEMERAL != 0;
            access::must_take_answers(state, interaction.channel_id, is_ephemeral)?;
            Ok(Callback::Message(Box::new(new)))
        }
        kind::DEFER_MESSAGE => {
            let flags = form::read(data, |form| form.int("flags", 0..=i64::MAX)).map_err(under_data)?;
            let ephemeral = flags.unwrap_or_default() as u64 & message_flags::EPHEMERAL != 0;
            access::must_take_answers(state, interaction.channel_id, ephemeral)?;
            Ok(Callback::DeferMessage { ephemeral })
        }
        kind::DEFER_UPDATE => Ok(Callback::DeferUpdate),
        kind::UPDATE => {
            let target = interaction
                .message_id
                .and_then(|id| state.messages.get(&id))
                .cloned();
            let target = target
                .filter(|found| found.deleted_at.is_none())
                .ok_or_else(Refusal::unknown_message)?;
            if target.ephemeral_to.is_none() {
                access::must_be_open(state, target.channel_id)?;
            }
            let was_v2 = target.flags & message_flags::IS_COMPONENTS_V2 != 0;
            let form = message::read(data, Way::Edit { was_v2 }, files.len(), now).map_err(under_data)?;
            let edit = posting::compose_edit(state, &target, form, files)?;
            Ok(Callback::Update(Box::new(edit)))
        }
        kind::CHOICES => {
            let choices = form::read(data, command::read_autocomplete).map_err(under_data)?;
            Ok(Callback::Choices(Value::Array(choices)))
        }
        _ => Ok(Callback::Modal(
            form::read(data, modal::read).map_err(under_data)?,
        )),
    }
}

/// The errors of `data`, told from the body's root.
fn under_data(mut refusal: Refusal) -> Refusal {
    refusal.errors = refusal.errors.map(|errors| json!({ "data": errors }));
    refusal
}

/// What `with_response=true` answers.
fn describe(state: &State, interaction: &Interaction, kind: i64, message: Option<Id>) -> Value {
    let mut described = json!({ "id": interaction.id, "type": interaction.kind as u8 });
    let found = message.and_then(|id| state.messages.get(&id));
    if let Some(message) = found {
        described["response_message_id"] = json!(message.id);
        described["response_message_loading"] = json!(message.flags & message_flags::LOADING != 0);
        described["response_message_ephemeral"] = json!(message.ephemeral_to.is_some());
    }
    described["channel_id"] = json!(interaction.channel_id);
    if let Some(guild) = interaction.guild_id {
        described["guild_id"] = json!(guild);
    }
    let mut body = json!({ "interaction": described });
    if let Some(message) = found.filter(|_| matches!(kind, kind::MESSAGE | kind::UPDATE)) {
        body["resource"] = json!({ "type": kind, "message": payload::message(state, message) });
    }
    body
}

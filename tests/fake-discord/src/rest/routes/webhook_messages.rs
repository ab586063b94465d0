//! Messages through a webhook. The same paths with the application's id and an interaction's token are answers to that
//! interaction; those go to [`answers`](super::answers).

use super::{access, answers, history, posting, threads};
use crate::ids::Id;
use crate::rest::call::{Answer, Answered, Call};
use crate::rest::check::message::{self, MessageForm, Way};
use crate::rest::error::Refusal;
use crate::rest::table::Route;
use crate::world::{Author, Channel, ChannelKind, Message, NewThread, State, Webhook, message_flags};

pub const ROUTES: &[Route] = &[
    Route::open("POST", "/webhooks/{webhook_id}/{webhook_token}", execute),
    Route::open(
        "GET",
        "/webhooks/{webhook_id}/{webhook_token}/messages/@original",
        get_message,
    ),
    Route::open(
        "PATCH",
        "/webhooks/{webhook_id}/{webhook_token}/messages/@original",
        edit_message,
    ),
    Route::open(
        "DELETE",
        "/webhooks/{webhook_id}/{webhook_token}/messages/@original",
        delete_message,
    ),
    Route::open(
        "GET",
        "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}",
        get_message,
    ),
    Route::open(
        "PATCH",
        "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}",
        edit_message,
    ),
    Route::open(
        "DELETE",
        "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}",
        delete_message,
    ),
];

/// Whether the path names the application and so an interaction.
fn is_interaction(state: &State, call: &Call) -> Result<bool, Refusal> {
    Ok(call.id("webhook_id")? == state.application.id)
}

fn held(state: &State, call: &Call) -> Result<Webhook, Refusal> {
    access::webhook(state, call.id("webhook_id")?, &call.text("webhook_token"))
}

fn execute(state: &mut State, call: &Call) -> Answered {
    if is_interaction(state, call)? {
        return answers::follow_up(state, call);
    }
    let webhook = held(state, call)?;
    let mut form = message::read(call.json(), Way::Webhook, call.payload.files.len(), state.now())?;
    // Ephemeral exists only for interactions.
    form.flags = form.flags.map(|flags| flags & !message_flags::EPHEMERAL);
    let author = Author::Webhook {
        id: webhook.id,
        name: form.username.take().unwrap_or_else(|| webhook.name.clone()),
        avatar: form.avatar_url.take().or_else(|| webhook.avatar.clone()),
    };
    let channel = state
        .channels
        .get(&webhook.channel_id)
        .ok_or_else(Refusal::unknown_channel)?
        .clone();
    let sent = match call.query_id("thread_id")? {
        Some(thread) => send(
            state,
            call,
            &webhook,
            author,
            form,
            thread_of(state, &channel, thread)?,
        )?,
        None if channel.kind.is_forum() => start_post(state, call, &channel, &author, form)?,
        None if form.thread_name.is_some() => {
            return Err(Refusal::new(
                400,
                220_003,
                "Webhooks can only create threads in forum channels",
            ));
        }
        None => send(state, call, &webhook, author, form, channel.id)?,
    };
    if call.query_flag("wait") {
        history::answer(state, sent)
    } else {
        Answer::empty()
    }
}

/// A thread under the webhook's channel. An archived one opens by itself unless it is locked.
fn thread_of(state: &State, channel: &Channel, thread: Id) -> Result<Id, Refusal> {
    let found = state
        .channels
        .get(&thread)
        .filter(|found| found.parent_id == Some(channel.id))
        .ok_or_else(Refusal::unknown_channel)?;
    let metadata = found.thread.as_ref().ok_or_else(Refusal::wrong_channel_type)?;
    if metadata.locked && metadata.archived {
        Err(Refusal::thread_is_locked())
    } else {
        Ok(thread)
    }
}

fn send(
    state: &mut State,
    call: &Call,
    webhook: &Webhook,
    author: Author,
    form: MessageForm,
    channel: Id,
) -> Result<Id, Refusal> {
    let mut new = posting::compose(state, channel, author, form, &call.payload.files)?;
    new.webhook_id = Some(webhook.id);
    new.application_id = webhook.application_id;
    Ok(state.create_message(new))
}

fn start_post(
    state: &mut State,
    call: &Call,
    channel: &Channel,
    author: &Author,
    form: MessageForm,
) -> Result<Id, Refusal> {
    let Some(name) = form.thread_name.clone() else {
        let message = "Webhooks posted to forum channels must have a thread_name or thread_id";
        return Err(Refusal::new(400, 220_001, message));
    };
    let Author::Webhook { id, .. } = author else {
        return Err(Refusal::unknown_webhook());
    };
    let tags = form.applied_tags.clone();
    let new = NewThread {
        applied_tags: tags,
        ..NewThread::new(channel.id, ChannelKind::PublicThread, &name, *id)
    };
    threads::start_post_as(state, channel, new, form, call, author)
}

/// A message that this webhook sent.
fn own_message(state: &State, call: &Call, webhook: &Webhook) -> Result<Message, Refusal> {
    let message = state
        .messages
        .get(&call.id("message_id")?)
        .ok_or_else(Refusal::unknown_message)?;
    let is_own = message.webhook_id == Some(webhook.id) && message.deleted_at.is_none();
    let thread = call.query_id("thread_id")?.unwrap_or(webhook.channel_id);
    if is_own && message.channel_id == thread {
        Ok(message.clone())
    } else {
        Err(Refusal::unknown_message())
    }
}

fn get_message(state: &mut State, call: &Call) -> Answered {
    if is_interaction(state, call)? {
        return answers::get(state, call);
    }
    let webhook = held(state, call)?;
    let message = own_message(state, call, &webhook)?;
    history::answer(state, message.id)
}

fn edit_message(state: &mut State, call: &Call) -> Answered {
    if is_interaction(state, call)? {
        return answers::edit(state, call);
    }
    let webhook = held(state, call)?;
    let message = own_message(state, call, &webhook)?;
    let is_archived = state
        .channels
        .get(&message.channel_id)
        .and_then(|channel| channel.thread.as_ref());
    if is_archived.is_some_and(|thread| thread.archived) {
        return Err(Refusal::thread_is_archived());
    }
    let was_v2 = message.flags & message_flags::IS_COMPONENTS_V2 != 0;
    let files = &call.payload.files;
    let form = message::read(call.json(), Way::Edit { was_v2 }, files.len(), state.now())?;
    let edit = posting::compose_edit(state, &message, form, files)?;
    state.edit_message(message.id, edit);
    history::answer(state, message.id)
}

fn delete_message(state: &mut State, call: &Call) -> Answered {
    if is_interaction(state, call)? {
        return answers::delete(state, call);
    }
    let webhook = held(state, call)?;
    let message = own_message(state, call, &webhook)?;
    state.delete_message(message.id);
    Answer::empty()
}

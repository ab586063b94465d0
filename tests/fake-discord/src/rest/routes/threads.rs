//! Starting threads: from a message, without one, as a forum post.

use super::{access, audit, posting};
use crate::ids::Id;
use crate::payload;
use crate::permissions::Permissions;
use crate::rest::call::{Answer, Answered, Call};
use crate::rest::check::message::{self, MessageForm, Way};
use crate::rest::error::Refusal;
use crate::rest::form::{self, Form, as_id};
use crate::rest::table::Route;
use crate::world::{AuditLogEvent, Author, Channel, ChannelKind, NewThread, State};

/// Most active threads of one guild.
const MAX_ACTIVE_THREADS: usize = 1000;
/// Channel flag: a post needs a tag.
const REQUIRE_TAG: u64 = 1 << 4;

pub const ROUTES: &[Route] = &[
    Route::bot(
        "POST",
        "/channels/{channel_id}/messages/{message_id}/threads",
        start_from_message,
    ),
    Route::bot("POST", "/channels/{channel_id}/threads", start_thread),
];

/// What every form of a thread holds.
struct ThreadForm {
    name: String,
    auto_archive_duration: Option<u32>,
    rate_limit_per_user: Option<u32>,
}

fn read_thread(form: &mut Form<'_>) -> ThreadForm {
    form.require("name");
    let name = form.text("name", 1..=100).unwrap_or_default();
    if form.some("name").is_some() && name.trim().is_empty() {
        let path = form.path_of("name");
        form.errors().required(&path);
    }
    ThreadForm {
        name: name.to_owned(),
        auto_archive_duration: read_duration(form),
        rate_limit_per_user: form
            .int("rate_limit_per_user", 0..=21_600)
            .map(|seconds| seconds as u32),
    }
}

/// `auto_archive_duration`: one hour, one day, three days or a week, in minutes.
pub fn read_duration(form: &mut Form<'_>) -> Option<u32> {
    let minutes = form.int("auto_archive_duration", 0..=i64::from(u32::MAX))?;
    if ![60, 1440, 4320, 10_080].contains(&minutes) {
        let path = form.path_of("auto_archive_duration");
        form.errors().choice(&path, "(60, 1440, 4320, 10080)");
    }
    Some(minutes as u32)
}

/// Checks a parent's limits that hold for every way of starting a thread.
fn must_have_room(state: &State, guild: Id) -> Result<(), Refusal> {
    let active = state.channels.values().filter(|channel| {
        channel.guild_id == Some(guild) && channel.thread.as_ref().is_some_and(|thread| !thread.archived)
    });
    if active.count() >= MAX_ACTIVE_THREADS {
        Err(Refusal::too_many_threads())
    } else {
        Ok(())
    }
}

fn start_from_message(state: &mut State, call: &Call) -> Answered {
    let channel = access::channel(state, call.id("channel_id")?)?;
    let kind = match channel.kind {
        ChannelKind::Text => ChannelKind::PublicThread,
        ChannelKind::Announcement => ChannelKind::AnnouncementThread,
        _ => return Err(Refusal::wrong_channel_type()),
    };
    let (parent, guild) = (channel.id, access::guild_of(channel)?);
    let message = access::message(state, parent, call.id("message_id")?)?;
    let (message, has_thread, is_written) =
        (message.id, message.thread_id.is_some(), message.kind.is_written());
    let form = form::read(call.json(), read_thread)?;
    access::channel_with(state, parent, Permissions::CREATE_PUBLIC_THREADS)?;
    if !is_written {
        return Err(Refusal::system_message());
    }
    // The thread takes the message's id, so a thread that outlived its message counts as well.
    if has_thread || state.channels.contains_key(&message) {
        return Err(Refusal::thread_exists());
    }
    must_have_room(state, guild)?;
    let new = NewThread {
        started_from: Some(message),
        ..new_thread(state, parent, kind, &form)
    };
    finish(state, call, guild, new)
}

/// Without `type` Discord still starts a private thread.
fn start_thread(state: &mut State, call: &Call) -> Answered {
    let channel = access::channel(state, call.id("channel_id")?)?.clone();
    if channel.kind.is_forum() {
        return start_post(state, call, &channel);
    }
    let (kind, invitable, form) = form::read(call.json(), |form| {
        let kind = form.int("type", 10..=12).unwrap_or(12);
        (
            ChannelKind::from_number(kind as u64),
            form.flag("invitable"),
            read_thread(form),
        )
    })?;
    let kind = kind.unwrap_or(ChannelKind::PrivateThread);
    let guild = access::guild_of(&channel)?;
    let wanted = match (channel.kind, kind) {
        (ChannelKind::Text, ChannelKind::PrivateThread) => Permissions::CREATE_PRIVATE_THREADS,
        (ChannelKind::Text, ChannelKind::PublicThread)
        | (ChannelKind::Announcement, ChannelKind::AnnouncementThread) => Permissions::CREATE_PUBLIC_THREADS,
        _ => return Err(Refusal::wrong_channel_type()),
    };
    access::channel_with(state, channel.id, wanted)?;
    must_have_room(state, guild)?;
    let new = NewThread {
        invitable: invitable.unwrap_or(true),
        ..new_thread(state, channel.id, kind, &form)
    };
    finish(state, call, guild, new)
}

fn new_thread(state: &State, parent: Id, kind: ChannelKind, form: &ThreadForm) -> NewThread {
    let mut new = NewThread::new(parent, kind, &form.name, state.bot_id());
    new.auto_archive_duration = form.auto_archive_duration.unwrap_or(new.auto_archive_duration);
    new.rate_limit_per_user = form.rate_limit_per_user.unwrap_or_default();
    new
}

fn finish(state: &mut State, call: &Call, guild: Id, new: NewThread) -> Answered {
    let thread = state.create_thread(new).ok_or_else(Refusal::unknown_channel)?;
    audit::log(
        state,
        call,
        guild,
        AuditLogEvent::THREAD_CREATE,
        thread,
        Vec::new(),
    );
    let found = state.channels.get(&thread).ok_or_else(Refusal::unknown_channel)?;
    Answer::created(payload::channel(state, found))
}

/// A post is a thread and its starter message, both with the same id.
fn start_post(state: &mut State, call: &Call, forum: &Channel) -> Answered {
    let guild = access::guild_of(forum)?;
    let files = &call.payload.files;
    let (thread, applied_tags) = form::read(call.json(), |form| {
        form.require("message");
        (read_thread(form), form.ids("applied_tags", 5).unwrap_or_default())
    })?;
    let starter = message::read(&call.json()["message"], Way::Channel, files.len(), state.now())?;
    access::channel_with(state, forum.id, Permissions::SEND_MESSAGES)?;
    posting::must_be_allowed(state, forum.id, &starter, files)?;
    must_have_room(state, guild)?;
    let author = Author::User(state.bot_id());
    let post = NewThread {
        applied_tags,
        ..new_thread(state, forum.id, ChannelKind::PublicThread, &thread)
    };
    let thread = start_post_as(state, forum, post, starter, call, &author)?;
    audit::log(
        state,
        call,
        guild,
        AuditLogEvent::THREAD_CREATE,
        thread,
        Vec::new(),
    );
    let found = state.channels.get(&thread).ok_or_else(Refusal::unknown_channel)?;
    let mut body = payload::channel(state, found);
    if let Some(message) = state.messages.get(&thread) {
        body["message"] = payload::message(state, message);
    }
    Answer::created(body)
}

/// Starts a post with its starter message by `author`; also used for webhooks.
pub fn start_post_as(
    state: &mut State,
    forum: &Channel,
    new: NewThread,
    mut starter: MessageForm,
    call: &Call,
    author: &Author,
) -> Result<Id, Refusal> {
    let offered: Vec<Id> = forum
        .available_tags
        .iter()
        .filter_map(|tag| tag.get("id").and_then(as_id))
        .collect();
    if new.applied_tags.iter().any(|tag| !offered.contains(tag)) {
        return Err(Refusal::new(404, 10087, "Unknown Tag"));
    }
    if forum.flags & REQUIRE_TAG != 0 && new.applied_tags.is_empty() {
        return Err(Refusal::tag_required());
    }
    // Whatever can be refused is refused before the thread stands.
    posting::sticker_items(&starter.sticker_ids)?;
    starter.reference = None;
    let thread = state.create_thread(new).ok_or_else(Refusal::unknown_channel)?;
    let mut message = posting::compose(state, thread, author.clone(), starter, &call.payload.files)?;
    if let Author::Webhook { id, .. } = author {
        message.webhook_id = Some(*id);
    }
    state.create_starter_message(thread, message);
    Ok(thread)
}

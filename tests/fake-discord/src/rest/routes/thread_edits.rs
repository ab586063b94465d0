//! Changing a thread: who may archive, open, lock, rename it.
//!
//! The rules of Discord's "Threads", section "Editing & Deleting Threads": an archived thread takes nothing but being
//! opened again; its owner may rename and archive it; locking, slow mode and pinning are for moderators.

use super::{access, audit, channels, threads};
use crate::ids::Id;
use crate::permissions::Permissions;
use crate::rest::call::{Answered, Call};
use crate::rest::error::Refusal;
use crate::rest::form;
use crate::world::{AuditLogEvent, Channel, State, Thread, ThreadEdit};

/// Channel flag: the post is pinned to the top of its forum.
const PINNED: u64 = 1 << 1;

/// Changes the thread `id`, which the bot can see.
pub fn edit_thread(state: &mut State, call: &Call, id: Id) -> Answered {
    let mut edit = form::read(call.json(), |form| ThreadEdit {
        name: form.text("name", 1..=100).map(str::to_owned),
        archived: form.flag("archived"),
        locked: form.flag("locked"),
        invitable: form.flag("invitable"),
        auto_archive_duration: threads::read_duration(form),
        rate_limit_per_user: form
            .int("rate_limit_per_user", 0..=21_600)
            .map(|seconds| seconds as u32),
        flags: form
            .int("flags", 0..=i64::from(u32::MAX))
            .map(|flags| flags as u64 & PINNED),
        applied_tags: form.ids("applied_tags", 5),
    })?;
    let (channel, thread) = access::thread(state, id)?;
    let guild = access::guild_of(channel)?;
    if thread.archived && edit.archived == Some(true) && sets_only_archived(&edit) {
        return channels::answer(state, id);
    }
    if thread.archived && edit.archived != Some(false) {
        return Err(Refusal::thread_is_archived());
    }
    check_permissions(state, channel, thread, &edit)?;
    // Archiving a post takes its pin.
    if edit.archived == Some(true) && channel.flags & PINNED != 0 {
        edit.flags = Some(channel.flags & !PINNED);
    }
    let changes = changes(channel, thread, &edit);
    let by = state.bot_id();
    state.edit_thread(id, edit, by);
    audit::log(state, call, guild, AuditLogEvent::THREAD_UPDATE, id, changes);
    channels::answer(state, id)
}

fn sets_only_archived(edit: &ThreadEdit) -> bool {
    edit.name.is_none()
        && edit.locked.is_none()
        && edit.invitable.is_none()
        && edit.auto_archive_duration.is_none()
        && edit.rate_limit_per_user.is_none()
        && edit.flags.is_none()
        && edit.applied_tags.is_none()
}

fn check_permissions(
    state: &State,
    channel: &Channel,
    thread: &Thread,
    edit: &ThreadEdit,
) -> Result<(), Refusal> {
    if access::has(state, channel.id, Permissions::MANAGE_THREADS) {
        return Ok(());
    }
    let for_moderators = edit.locked.is_some() || edit.rate_limit_per_user.is_some() || edit.flags.is_some();
    if for_moderators {
        return Err(Refusal::missing_permissions());
    }
    if thread.locked {
        return Err(Refusal::thread_is_locked());
    }
    let bot = state.bot_id();
    let only_opens = edit.archived == Some(false)
        && sets_only_archived(&ThreadEdit {
            archived: None,
            ..edit.clone()
        })
        && thread.members.contains_key(&bot);
    let is_owner = thread.owner_id == bot && state.can_send(channel.id, bot);
    if is_owner || only_opens {
        Ok(())
    } else {
        Err(Refusal::missing_permissions())
    }
}

fn changes(channel: &Channel, thread: &Thread, edit: &ThreadEdit) -> Vec<serde_json::Value> {
    let mut changes = Vec::new();
    if let Some(name) = &edit.name {
        changes.push(audit::change("name", channel.name.clone(), name.clone()));
    }
    for (key, old, new) in [
        ("archived", thread.archived, edit.archived),
        ("locked", thread.locked, edit.locked),
        ("invitable", thread.invitable, edit.invitable),
    ] {
        if let Some(new) = new.filter(|new| *new != old) {
            changes.push(audit::change(key, old, new));
        }
    }
    if let Some(new) = edit.auto_archive_duration {
        changes.push(audit::change(
            "auto_archive_duration",
            thread.auto_archive_duration,
            new,
        ));
    }
    changes
}

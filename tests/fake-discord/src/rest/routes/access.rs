//! What a call may touch: the look-ups that turn an id into a thing or into Discord's refusal, and the checks of
//! permission and rank. The caller is always the bot.

use crate::ids::Id;
use crate::permissions::Permissions;
use crate::rest::error::Refusal;
use crate::world::{Channel, Guild, Member, Message, State, Thread, Webhook};

/// A guild the bot is in.
pub fn guild(state: &State, id: Id) -> Result<&Guild, Refusal> {
    let guild = state.guilds.get(&id).ok_or_else(Refusal::unknown_guild)?;
    if guild.members.contains_key(&state.bot_id()) && !guild.unavailable {
        Ok(guild)
    } else {
        Err(Refusal::missing_access())
    }
}

/// A guild in which the bot holds `wanted`.
pub fn guild_with(state: &State, id: Id, wanted: Permissions) -> Result<&Guild, Refusal> {
    let found = guild(state, id)?;
    if state.guild_permissions(id, state.bot_id()).contains(wanted) {
        Ok(found)
    } else {
        Err(Refusal::missing_permissions())
    }
}

/// A member of a guild.
pub fn member(state: &State, guild: Id, user: Id) -> Result<&Member, Refusal> {
    match state.member(guild, user) {
        Some(member) => Ok(member),
        None if state.users.contains_key(&user) => Err(Refusal::unknown_member()),
        None => Err(Refusal::unknown_user()),
    }
}

/// Refuses unless the bot's highest role is above the target's highest one.
pub fn must_outrank(state: &State, guild: Id, target: Id) -> Result<(), Refusal> {
    if state.outranks(guild, state.bot_id(), target) {
        Ok(())
    } else {
        Err(Refusal::missing_permissions())
    }
}

/// A channel, thread or direct message the bot can see.
pub fn channel(state: &State, id: Id) -> Result<&Channel, Refusal> {
    let channel = state.channels.get(&id).ok_or_else(Refusal::unknown_channel)?;
    if state.can_see(id, state.bot_id()) {
        Ok(channel)
    } else {
        Err(Refusal::missing_access())
    }
}

/// A channel the bot can see and in which it holds `wanted`.
pub fn channel_with(state: &State, id: Id, wanted: Permissions) -> Result<&Channel, Refusal> {
    let found = channel(state, id)?;
    if has(state, id, wanted) {
        Ok(found)
    } else {
        Err(Refusal::missing_permissions())
    }
}

/// Whether the bot holds `wanted` in a channel.
pub fn has(state: &State, channel: Id, wanted: Permissions) -> bool {
    state.permissions_in(channel, state.bot_id()).contains(wanted)
}

/// The channel of a guild; direct messages are refused.
pub fn guild_of(channel: &Channel) -> Result<Id, Refusal> {
    channel.guild_id.ok_or_else(Refusal::not_on_a_dm)
}

/// A thread the bot can see.
pub fn thread(state: &State, id: Id) -> Result<(&Channel, &Thread), Refusal> {
    let channel = channel(state, id)?;
    let thread = channel.thread.as_ref().ok_or_else(Refusal::wrong_channel_type)?;
    Ok((channel, thread))
}

/// Refuses what an archived thread does not take (50083), and what a locked one takes only from moderators (160005).
pub fn must_be_open(state: &State, channel: Id) -> Result<(), Refusal> {
    let Some(thread) = state
        .channels
        .get(&channel)
        .and_then(|found| found.thread.as_ref())
    else {
        return Ok(());
    };
    if thread.archived {
        return Err(Refusal::thread_is_archived());
    }
    if thread.locked && !has(state, channel, Permissions::MANAGE_THREADS) {
        return Err(Refusal::thread_is_locked());
    }
    Ok(())
}

/// Refuses an answer to an interaction that others would see in a locked thread; an archived one opens by itself. What only
/// the asker sees is let through: it is no message of the thread.
pub fn must_take_answers(state: &State, channel: Id, is_ephemeral: bool) -> Result<(), Refusal> {
    let thread = state
        .channels
        .get(&channel)
        .and_then(|found| found.thread.as_ref());
    if !is_ephemeral
        && thread.is_some_and(|thread| thread.locked)
        && !has(state, channel, Permissions::MANAGE_THREADS)
    {
        return must_be_open(state, channel);
    }
    Ok(())
}

/// A message in a channel whose history the bot may read.
pub fn message(state: &State, channel_id: Id, message_id: Id) -> Result<&Message, Refusal> {
    channel_with(state, channel_id, Permissions::READ_MESSAGE_HISTORY)?;
    state
        .message(channel_id, message_id)
        .ok_or_else(Refusal::unknown_message)
}

/// A webhook by id and secret; no other permission is asked.
pub fn webhook(state: &State, id: Id, token: &str) -> Result<Webhook, Refusal> {
    let webhook = state.webhooks.get(&id).ok_or_else(Refusal::unknown_webhook)?;
    if webhook.token == token {
        Ok(webhook.clone())
    } else {
        Err(Refusal::bad_webhook_token())
    }
}

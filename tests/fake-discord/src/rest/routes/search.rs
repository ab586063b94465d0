//! Searching the messages of a guild, by the few criteria a bot asks for.

use serde_json::{Value, json};

use super::{access, history};
use crate::permissions::Permissions;
use crate::rest::call::{Answer, Answered, Call};
use crate::rest::error::Refusal;
use crate::rest::table::Route;
use crate::world::{Application, Message, State};

pub const ROUTES: &[Route] = &[Route::bot(
    "GET",
    "/guilds/{guild_id}/messages/search",
    search_messages,
)];

/// Newest first, only where the bot may read; needs the message-content intent.
fn search_messages(state: &mut State, call: &Call) -> Answered {
    let guild = access::guild(state, call.id("guild_id")?)?.id;
    if !state.application.grants(Application::MESSAGE_CONTENT) {
        return Err(Refusal::missing_access());
    }
    let text = call.query("content").unwrap_or_default().to_lowercase();
    let author = call.query_id("author_id")?;
    let channel = call.query_id("channel_id")?;
    let limit = call.query_int("limit", 1, 25, 25)? as usize;
    let offset = call.query_int("offset", 0, 9975, 0)? as usize;
    let is_hit = |message: &&Message| {
        message.deleted_at.is_none()
            && message.ephemeral_to.is_none()
            && state.guild_of(message.channel_id) == Some(guild)
            && message.content.to_lowercase().contains(&text)
            && author.is_none_or(|author| message.author.user_id() == Some(author))
            && channel.is_none_or(|channel| message.channel_id == channel)
            && state.can_see(message.channel_id, state.bot_id())
            && access::has(state, message.channel_id, Permissions::READ_MESSAGE_HISTORY)
    };
    let hits: Vec<&Message> = state.messages.values().rev().filter(is_hit).collect();
    let listed: Vec<Value> = hits
        .iter()
        .skip(offset)
        .take(limit)
        .map(|message| {
            let mut data = history::readable(state, message);
            data["hit"] = json!(true);
            json!([data])
        })
        .collect();
    Answer::ok(json!({
        "messages": listed,
        "doing_deep_historical_index": false,
        "total_results": hits.len(),
        "analytics_id": "0",
    }))
}

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

/// Whether a text holds all of these words.
fn holds(text: &str, words: &[String]) -> bool {
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(word))
}

/// Whether a text holds a link to this host.
fn links_to(text: &str, host: &str) -> bool {
    let text = text.to_lowercase();
    text.split("://")
        .skip(1)
        .any(|rest| rest.split(['/', ' ', '\n', '?', ')', '>']).next() == Some(host))
}

/// Newest first, only where the bot may read; needs the message-content intent. Not before the guild has been indexed.
fn search_messages(state: &mut State, call: &Call) -> Answered {
    let guild = access::guild(state, call.id("guild_id")?)?.id;
    if !state.application.grants(Application::MESSAGE_CONTENT) {
        return Err(Refusal::missing_access());
    }
    if state.searches_before_indexed > 0 {
        state.searches_before_indexed -= 1;
        return Answer::accepted(json!({
            "message": "Index not yet available. Try again later",
            "code": 110_000,
            "documents_indexed": 0,
            "retry_after": 1,
        }));
    }
    let words: Vec<String> = call
        .query("content")
        .unwrap_or_default()
        .split_whitespace()
        .map(str::to_lowercase)
        .collect();
    let host = call.query("link_hostname").map(str::to_lowercase);
    let file = call.query("attachment_filename");
    let oldest = call.query_id("min_id")?;
    let newest = call.query_id("max_id")?;
    let author = call.query_id("author_id")?;
    let channel = call.query_id("channel_id")?;
    let limit = call.query_int("limit", 1, 25, 25)? as usize;
    let offset = call.query_int("offset", 0, 9975, 0)? as usize;
    let is_hit = |message: &&Message| {
        message.deleted_at.is_none()
            && message.ephemeral_to.is_none()
            && state.guild_of(message.channel_id) == Some(guild)
            && holds(&message.content, &words)
            && host.as_ref().is_none_or(|host| links_to(&message.content, host))
            && file.is_none_or(|name| message.attachments.iter().any(|file| file.filename == name))
            && oldest.is_none_or(|oldest| message.id > oldest)
            && newest.is_none_or(|newest| message.id < newest)
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

//! Polls: the request form of a message's poll, and what Discord stores. Source: "Poll".

use std::time::Duration;

use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::rest::form::Form;

/// Reads the `poll` of a message form; `now` dates its end.
pub fn read(form: &mut Form<'_>, now: Timestamp) -> Option<Value> {
    let poll = form.some("poll")?;
    let path = form.path_of("poll");
    let mut inner = Form::open(poll, &path, form.errors())?;
    inner.require("question");
    inner.require("answers");
    let question = inner
        .some("question")
        .and_then(|question| question.get("text"))
        .and_then(Value::as_str);
    if question.is_none_or(|text| !(1..=300).contains(&text.chars().count())) {
        let path = inner.path_of("question.text");
        inner.errors().length(&path, 1, 300);
    }
    let answers = inner.list("answers", 1..=10).unwrap_or_default();
    let mut stored = Vec::new();
    for (at, answer) in answers.iter().enumerate() {
        let media = answer.get("poll_media").cloned().unwrap_or_default();
        let text = media.get("text").and_then(Value::as_str).unwrap_or_default();
        if text.is_empty() || text.chars().count() > 55 {
            let path = inner.path_of(&format!("answers.{at}.poll_media.text"));
            inner.errors().length(&path, 1, 55);
        }
        let mut kept = json!({ "text": text });
        if let Some(emoji) = media.get("emoji").filter(|emoji| !emoji.is_null()) {
            let id = emoji.get("id").cloned().unwrap_or_default();
            kept["emoji"] = json!({ "id": id, "name": emoji.get("name").cloned().unwrap_or_default() });
        }
        stored.push(json!({ "answer_id": at + 1, "poll_media": kept }));
    }
    let hours = inner.int("duration", 1..=768).unwrap_or(24);
    let expiry = now.plus(Duration::from_secs(hours as u64 * 3600));
    Some(json!({
        "question": { "text": question.unwrap_or_default() },
        "answers": stored,
        "expiry": expiry,
        "allow_multiselect": inner.flag("allow_multiselect").unwrap_or(false),
        "layout_type": inner.int("layout_type", 1..=1).unwrap_or(1),
        "results": { "answer_counts": [], "is_finalized": false },
    }))
}

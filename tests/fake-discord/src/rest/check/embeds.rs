//! Embeds: their limits, and the form in which Discord stores them. Limits: "Message", section "Embed Limits".

use serde_json::{Value, json};

use crate::rest::error::FieldErrors;
use crate::rest::form::Form;

/// Most embeds in one message.
const MAX_EMBEDS: usize = 10;
/// Most characters over all embeds of one message.
const MAX_CHARACTERS: usize = 6000;

/// Reads the `embeds` of a message form.
pub fn read(form: &mut Form<'_>, key: &str) -> Option<Vec<Value>> {
    let list = form.list(key, 0..=MAX_EMBEDS)?;
    let base = form.path_of(key);
    let mut stored = Vec::with_capacity(list.len());
    let mut characters = 0;
    for (at, value) in list.iter().enumerate() {
        let path = format!("{base}.{at}");
        if let Some((embed, length)) = read_one(value, &path, form.errors()) {
            characters += length;
            stored.push(embed);
        }
    }
    if characters > MAX_CHARACTERS {
        form.wrong(
            key,
            "MAX_EMBED_SIZE_EXCEEDED",
            "Embed size exceeds maximum size of 6000",
        );
    }
    Some(stored)
}

fn read_one(value: &Value, path: &str, errors: &mut FieldErrors) -> Option<(Value, usize)> {
    let mut form = Form::open(value, path, errors)?;
    let mut embed = json!({ "type": "rich" });
    let mut length = 0;
    for (key, most) in [("title", 256), ("description", 4096)] {
        if let Some(text) = form.text(key, 0..=most) {
            length += text.chars().count();
            embed[key] = json!(text);
        }
    }
    if let Some(url) = form.text("url", 0..=2048) {
        check_url(&mut form, "url", url);
        embed["url"] = json!(url);
    }
    if let Some(color) = form.int("color", 0..=0xFF_FFFF) {
        embed["color"] = json!(color);
    }
    if let Some(at) = form.time("timestamp") {
        embed["timestamp"] = json!(at);
    }
    for (key, text_key, most) in [("footer", "text", 2048), ("author", "name", 256)] {
        if let Some(inner) = form.some(key) {
            let inner_path = form.path_of(key);
            if let Some((stored, characters)) =
                read_caption(inner, &inner_path, text_key, most, form.errors())
            {
                length += characters;
                embed[key] = stored;
            }
        }
    }
    for key in ["image", "thumbnail"] {
        if let Some(url) = form
            .some(key)
            .and_then(|image| image.get("url"))
            .and_then(Value::as_str)
        {
            check_url(&mut form, &format!("{key}.url"), url);
            embed[key] = json!({ "url": url });
        }
    }
    if let Some(fields) = form.list("fields", 0..=25) {
        let base = form.path_of("fields");
        let mut stored = Vec::new();
        for (at, field) in fields.iter().enumerate() {
            let (field, characters) = read_field(field, &format!("{base}.{at}"), form.errors());
            length += characters;
            stored.push(field);
        }
        if !stored.is_empty() {
            embed["fields"] = json!(stored);
        }
    }
    let shows_something = embed
        .as_object()
        .is_some_and(|embed| embed.keys().any(|key| key != "type" && key != "color"));
    if !shows_something {
        let path = form.path_of("description");
        form.errors().required(&path);
    }
    Some((embed, length))
}

fn read_caption(
    value: &Value,
    path: &str,
    text_key: &str,
    most: usize,
    errors: &mut FieldErrors,
) -> Option<(Value, usize)> {
    let mut form = Form::open(value, path, errors)?;
    form.require(text_key);
    let text = form.text(text_key, 1..=most)?;
    let mut stored = json!({ text_key: text });
    for key in ["url", "icon_url"] {
        if let Some(url) = form.text(key, 0..=2048) {
            check_url(&mut form, key, url);
            stored[key] = json!(url);
        }
    }
    Some((stored, text.chars().count()))
}

fn read_field(value: &Value, path: &str, errors: &mut FieldErrors) -> (Value, usize) {
    let Some(mut form) = Form::open(value, path, errors) else {
        return (Value::Null, 0);
    };
    for key in ["name", "value"] {
        if form
            .raw(key)
            .and_then(Value::as_str)
            .is_none_or(|text| text.trim().is_empty())
        {
            let path = form.path_of(key);
            form.errors().required(&path);
        }
    }
    let name = form.text("name", 0..=256).unwrap_or_default();
    let text = form.text("value", 0..=1024).unwrap_or_default();
    let inline = form.flag("inline").unwrap_or(false);
    (
        json!({ "name": name, "value": text, "inline": inline }),
        name.chars().count() + text.chars().count(),
    )
}

fn check_url(form: &mut Form<'_>, key: &str, url: &str) {
    let known = ["http://", "https://", "attachment://"]
        .iter()
        .any(|scheme| url.starts_with(scheme));
    if !known && !url.is_empty() {
        let message = format!("Scheme of \"{url}\" must be one of ('http', 'https').");
        form.wrong(key, "URL_TYPE_INVALID_SCHEME", message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(embeds: &Value) -> (Option<Vec<Value>>, FieldErrors) {
        let mut errors = FieldErrors::default();
        let body = json!({ "embeds": embeds });
        let stored = Form::open(&body, "", &mut errors).and_then(|mut form| read(&mut form, "embeds"));
        (stored, errors)
    }

    #[test]
    fn an_embed_is_stored_with_its_type_and_without_nulls() {
        let (stored, errors) = check(&json!([{ "title": "A", "footer": { "text": "f", "icon_url": null } }]));
        assert!(errors.is_empty());
        assert_eq!(
            stored,
            Some(vec![
                json!({ "type": "rich", "title": "A", "footer": { "text": "f" } })
            ])
        );
    }

    #[test]
    fn all_embeds_together_may_not_exceed_6000_characters() {
        let long = "x".repeat(4000);
        let (_, errors) = check(&json!([{ "description": long }, { "description": long }]));
        assert!(errors.finish().is_err());
    }

    #[test]
    fn an_embed_field_needs_a_name_and_a_value() {
        let (_, errors) = check(&json!([{ "fields": [{ "name": " ", "value": "v" }] }]));
        let refusal = errors.finish().expect_err("the name is blank");
        let tree = refusal.errors.expect("named");
        assert_eq!(
            tree["embeds"]["0"]["fields"]["0"]["name"]["_errors"][0]["code"],
            "BASE_TYPE_REQUIRED"
        );
    }

    #[test]
    fn an_embed_with_nothing_to_show_is_refused() {
        assert!(check(&json!([{ "color": 1 }])).1.finish().is_err());
    }
}

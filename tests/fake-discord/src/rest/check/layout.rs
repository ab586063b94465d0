//! The components that only v2 messages hold: sections, media, containers.

use serde_json::{Value, json};

use super::components::{self, Tally, kind};
use crate::rest::form::Form;

/// Up to three texts beside a button or a picture.
pub fn read_section(form: &mut Form<'_>, stored: &mut Value, tally: &mut Tally) {
    form.require("components");
    form.require("accessory");
    if let Some(list) = form.list("components", 1..=3) {
        let base = form.path_of("components");
        stored["components"] = json!(components::read_all(
            list,
            &base,
            &[kind::TEXT_DISPLAY],
            tally,
            form.errors()
        ));
    }
    if let Some(accessory) = form.some("accessory") {
        let path = form.path_of("accessory");
        stored["accessory"] = json!(components::read_one(
            accessory,
            &path,
            &[kind::BUTTON, kind::THUMBNAIL],
            tally,
            form.errors()
        ));
    }
}

/// A thumbnail or a file.
pub fn read_media(form: &mut Form<'_>, kind: i64, stored: &mut Value) {
    let key = if kind == kind::FILE { "file" } else { "media" };
    form.require(key);
    if let Some(url) = form
        .some(key)
        .and_then(|media| media.get("url"))
        .and_then(Value::as_str)
    {
        if kind == kind::FILE && !url.starts_with("attachment://") {
            let message = "The url must refer to an attachment of this message (attachment://…)";
            form.wrong(&format!("{key}.url"), "URL_TYPE_INVALID_SCHEME", message);
        }
        stored[key] = unfurled(url);
    } else {
        form.require(&format!("{key}.url"));
    }
    stored["spoiler"] = json!(form.flag("spoiler").unwrap_or(false));
    if kind == kind::FILE {
        stored["name"] = Value::Null;
        stored["size"] = Value::Null;
    } else {
        stored["description"] = json!(form.text("description", 0..=1024));
    }
}

/// One to ten pictures.
pub fn read_gallery(form: &mut Form<'_>, stored: &mut Value) {
    form.require("items");
    let items = form.list("items", 1..=10).unwrap_or_default();
    let base = form.path_of("items");
    let mut kept = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let Some(mut inner) = Form::open(item, &format!("{base}.{at}"), form.errors()) else {
            continue;
        };
        let Some(url) = inner
            .some("media")
            .and_then(|media| media.get("url"))
            .and_then(Value::as_str)
        else {
            inner.require("media.url");
            continue;
        };
        let description = inner.text("description", 0..=1024);
        let spoiler = inner.flag("spoiler").unwrap_or(false);
        kept.push(json!({ "media": unfurled(url), "description": description, "spoiler": spoiler }));
    }
    stored["items"] = json!(kept);
}

/// What Discord makes of a media url; the id is that of the unfurled item, not of an attachment.
fn unfurled(url: &str) -> Value {
    json!({ "id": "1", "url": url, "proxy_url": url })
}

/// A framed group of components; holds no other container.
pub fn read_container(form: &mut Form<'_>, stored: &mut Value, tally: &mut Tally) {
    form.require("components");
    stored["accent_color"] = json!(form.int("accent_color", 0..=0xFF_FFFF));
    stored["spoiler"] = json!(form.flag("spoiler").unwrap_or(false));
    if let Some(list) = form.list("components", 1..=components::MAX_V2_COMPONENTS) {
        let base = form.path_of("components");
        stored["components"] = json!(components::read_all(
            list,
            &base,
            &[1, 9, 10, 12, 13, 14],
            tally,
            form.errors()
        ));
    }
}

//! Message components: what may stand where, their limits, and the form in which Discord stores them.
//! Source: "Component Reference" and "Message", flag `IS_COMPONENTS_V2`.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{emoji, layout, selects};
use crate::rest::error::FieldErrors;
use crate::rest::form::{Form, as_int};

/// Component types by their documented numbers.
pub mod kind {
    #![expect(
        missing_docs,
        reason = "the names are Discord's; its component reference explains each"
    )]
    pub const ACTION_ROW: i64 = 1;
    pub const BUTTON: i64 = 2;
    pub const STRING_SELECT: i64 = 3;
    pub const TEXT_INPUT: i64 = 4;
    pub const USER_SELECT: i64 = 5;
    pub const ROLE_SELECT: i64 = 6;
    pub const MENTIONABLE_SELECT: i64 = 7;
    pub const CHANNEL_SELECT: i64 = 8;
    pub const SECTION: i64 = 9;
    pub const TEXT_DISPLAY: i64 = 10;
    pub const THUMBNAIL: i64 = 11;
    pub const MEDIA_GALLERY: i64 = 12;
    pub const FILE: i64 = 13;
    pub const SEPARATOR: i64 = 14;
    pub const CONTAINER: i64 = 17;
    pub const LABEL: i64 = 18;
    pub const FILE_UPLOAD: i64 = 19;
    pub const RADIO_GROUP: i64 = 21;
    pub const CHECKBOX_GROUP: i64 = 22;
    pub const CHECKBOX: i64 = 23;
}

/// Most components in a v2 message, nested ones included.
pub const MAX_V2_COMPONENTS: usize = 40;
/// Most characters in all text displays of a message.
const MAX_TEXT_DISPLAYS: usize = 4000;

/// What is counted over a whole tree of components.
#[derive(Debug, Default)]
pub struct Tally {
    next_id: i64,
    used_ids: HashSet<i64>,
    /// Two components brought the same id.
    ids_clash: bool,
    custom_ids: HashSet<String>,
    components: usize,
    text_characters: usize,
}

/// Reads the `components` of a message form. `v2`: the message carries the flag `IS_COMPONENTS_V2`.
pub fn read(form: &mut Form<'_>, v2: bool) -> Option<Vec<Value>> {
    let list = form.list("components", 0..=if v2 { MAX_V2_COMPONENTS } else { 5 })?;
    let base = form.path_of("components");
    let allowed: &[i64] = if v2 {
        use kind::{ACTION_ROW, CONTAINER, FILE, MEDIA_GALLERY, SECTION, SEPARATOR, TEXT_DISPLAY};
        &[
            ACTION_ROW,
            SECTION,
            TEXT_DISPLAY,
            MEDIA_GALLERY,
            FILE,
            SEPARATOR,
            CONTAINER,
        ]
    } else {
        &[kind::ACTION_ROW]
    };
    let mut tally = Tally::for_tree(list);
    let stored = read_all(list, &base, allowed, &mut tally, form.errors());
    if tally.ids_clash {
        let message = "Component id must be unique within the message";
        form.wrong("components", "COMPONENT_ID_DUPLICATED", message);
    }
    if tally.components > MAX_V2_COMPONENTS {
        form.wrong(
            "components",
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
            "Maximum total components is 40",
        );
    }
    if tally.text_characters > MAX_TEXT_DISPLAYS {
        let message = "Total displayable text is limited to 4000 characters";
        form.wrong("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message);
    }
    Some(stored)
}

impl Tally {
    /// A tally that will not number a component like one which brought its own number.
    pub fn for_tree(list: &[Value]) -> Self {
        let mut tally = Self::default();
        tally.ids_clash = !note_ids(list, &mut tally.used_ids);
        tally
    }

    fn number(&mut self, own: Option<i64>) -> i64 {
        if let Some(own) = own.filter(|&own| own > 0) {
            return own;
        }
        loop {
            self.next_id += 1;
            if !self.used_ids.contains(&self.next_id) {
                return self.next_id;
            }
        }
    }
}

/// Notes the ids that components bring themselves. Says whether each is there once.
fn note_ids(list: &[Value], used: &mut HashSet<i64>) -> bool {
    let mut once = true;
    for component in list {
        if let Some(id) = component.get("id").and_then(as_int).filter(|&id| id > 0) {
            once &= used.insert(id);
        }
        for key in ["accessory", "component"] {
            if let Some(inner) = component.get(key) {
                once &= note_ids(std::slice::from_ref(inner), used);
            }
        }
        if let Some(inner) = component.get("components").and_then(Value::as_array) {
            once &= note_ids(inner, used);
        }
    }
    once
}

/// Reads a list of components of which only the types in `allowed` may stand here.
pub fn read_all(
    list: &[Value],
    base: &str,
    allowed: &[i64],
    tally: &mut Tally,
    errors: &mut FieldErrors,
) -> Vec<Value> {
    list.iter()
        .enumerate()
        .filter_map(|(at, value)| read_one(value, &format!("{base}.{at}"), allowed, tally, errors))
        .collect()
}

/// Reads one component.
pub fn read_one(
    value: &Value,
    path: &str,
    allowed: &[i64],
    tally: &mut Tally,
    errors: &mut FieldErrors,
) -> Option<Value> {
    let mut form = Form::open(value, path, errors)?;
    let Some(kind) = form.some("type").and_then(as_int) else {
        form.require("type");
        return None;
    };
    if !allowed.contains(&kind) {
        let listed = allowed.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
        let path = form.path_of("type");
        form.errors().choice(&path, &format!("({listed})"));
        return None;
    }
    tally.components += 1;
    let own_id = form.int("id", 0..=i64::from(i32::MAX));
    let mut stored = json!({ "type": kind, "id": tally.number(own_id) });
    read_custom_id(&mut form, kind, &mut stored, tally);
    match kind {
        kind::ACTION_ROW => read_row(&mut form, &mut stored, tally),
        kind::BUTTON => read_button(&mut form, &mut stored),
        kind::STRING_SELECT
        | kind::USER_SELECT
        | kind::ROLE_SELECT
        | kind::MENTIONABLE_SELECT
        | kind::CHANNEL_SELECT => selects::read(&mut form, kind, &mut stored),
        kind::SECTION => layout::read_section(&mut form, &mut stored, tally),
        kind::TEXT_DISPLAY => {
            form.require("content");
            let text = form.text("content", 1..=MAX_TEXT_DISPLAYS).unwrap_or_default();
            tally.text_characters += text.chars().count();
            stored["content"] = json!(text);
        }
        kind::THUMBNAIL | kind::FILE => layout::read_media(&mut form, kind, &mut stored),
        kind::MEDIA_GALLERY => layout::read_gallery(&mut form, &mut stored),
        kind::SEPARATOR => {
            stored["divider"] = json!(form.flag("divider").unwrap_or(true));
            stored["spacing"] = json!(form.int("spacing", 1..=2).unwrap_or(1));
        }
        kind::CONTAINER => layout::read_container(&mut form, &mut stored, tally),
        _ => super::modal::read_input(&mut form, kind, &mut stored, tally),
    }
    Some(stored)
}

fn read_custom_id(form: &mut Form<'_>, kind: i64, stored: &mut Value, tally: &mut Tally) {
    let interactive = matches!(kind, 2..=8 | 19 | 21..=23);
    let Some(custom_id) = form.text("custom_id", 1..=100) else {
        if interactive && kind != kind::BUTTON {
            form.require("custom_id");
        }
        return;
    };
    if !tally.custom_ids.insert(custom_id.to_owned()) {
        form.wrong(
            "custom_id",
            "COMPONENT_CUSTOM_ID_DUPLICATED",
            "Component custom id cannot be duplicated",
        );
    }
    stored["custom_id"] = json!(custom_id);
}

fn read_row(form: &mut Form<'_>, stored: &mut Value, tally: &mut Tally) {
    form.require("components");
    let Some(list) = form.list("components", 1..=5) else {
        return;
    };
    let holds_select = list
        .iter()
        .any(|inner| inner.get("type").and_then(as_int).is_some_and(|kind| kind != 2));
    if holds_select && list.len() > 1 {
        let message = "The specified component exceeds the maximum width";
        form.wrong("components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message);
    }
    let base = form.path_of("components");
    stored["components"] = json!(read_all(list, &base, &[2, 3, 5, 6, 7, 8], tally, form.errors()));
}

/// Link and premium buttons have no custom id; all others need one.
fn read_button(form: &mut Form<'_>, stored: &mut Value) {
    form.require("style");
    let style = form.int("style", 1..=6).unwrap_or(1);
    stored["style"] = json!(style);
    if let Some(label) = form.text("label", 0..=80).filter(|label| !label.is_empty()) {
        stored["label"] = json!(label);
    }
    if let Some(emoji) = emoji::read(form) {
        stored["emoji"] = emoji;
    }
    if form.flag("disabled") == Some(true) {
        stored["disabled"] = json!(true);
    }
    let has_custom_id = stored.get("custom_id").is_some();
    match style {
        5 => {
            form.require("url");
            if let Some(url) = form.text("url", 1..=512) {
                let known = ["http://", "https://", "discord://"]
                    .iter()
                    .any(|scheme| url.starts_with(scheme));
                if !known {
                    let message = format!("Scheme of \"{url}\" must be one of ('http', 'https', 'discord').");
                    form.wrong("url", "URL_TYPE_INVALID_SCHEME", message);
                }
                stored["url"] = json!(url);
            }
            if has_custom_id {
                let message = "A custom id and url cannot both be specified";
                form.wrong(
                    "custom_id",
                    "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                    message,
                );
            }
        }
        6 => {
            form.require("sku_id");
            stored["sku_id"] = json!(form.id("sku_id"));
        }
        _ => {
            if !has_custom_id {
                let message = "A custom id or url is required";
                form.wrong("custom_id", "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", message);
            }
            if form.some("url").is_some() {
                let message = "A custom id and url cannot both be specified";
                form.wrong(
                    "url",
                    "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                    message,
                );
            }
        }
    }
    if style != 6 && stored.get("label").is_none() && stored.get("emoji").is_none() {
        let message = "Must be either a label or an emoji";
        form.wrong("label", "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_components_bring_the_same_id() {
        let texts = json!([
            { "type": 10, "id": 3, "content": "a" },
            { "type": 17, "components": [{ "type": 10, "id": 3, "content": "b" }] },
        ]);
        assert!(!check(&texts, true).1.is_empty());
    }

    fn check(components: &Value, v2: bool) -> (Option<Vec<Value>>, FieldErrors) {
        let mut errors = FieldErrors::default();
        let body = json!({ "components": components });
        let stored = Form::open(&body, "", &mut errors).and_then(|mut form| read(&mut form, v2));
        (stored, errors)
    }

    #[test]
    fn a_row_of_buttons_is_numbered_and_cleared_of_nulls() {
        let row = json!([{ "type": 1, "components": [
            { "type": 2, "style": 1, "label": "Claim", "custom_id": "a", "emoji": null, "disabled": false },
            { "type": 2, "style": 5, "label": "Open", "url": "https://example.org" },
        ] }]);
        let (stored, errors) = check(&row, false);
        assert!(errors.is_empty());
        assert_eq!(
            stored,
            Some(vec![json!({ "type": 1, "id": 1, "components": [
                { "type": 2, "id": 2, "style": 1, "label": "Claim", "custom_id": "a" },
                { "type": 2, "id": 3, "style": 5, "label": "Open", "url": "https://example.org" },
            ] })])
        );
    }

    #[test]
    fn a_custom_id_may_be_used_once() {
        let button = json!({ "type": 2, "style": 1, "label": "A", "custom_id": "a" });
        let (_, errors) = check(&json!([{ "type": 1, "components": [button, button] }]), false);
        let tree = errors.finish().expect_err("twice").errors.expect("named");
        let found = &tree["components"]["0"]["components"]["1"]["custom_id"]["_errors"][0]["code"];
        assert_eq!(found, "COMPONENT_CUSTOM_ID_DUPLICATED");
    }

    #[test]
    fn a_button_needs_a_custom_id_and_something_to_show() {
        let (_, errors) = check(
            &json!([{ "type": 1, "components": [{ "type": 2, "style": 2 }] }]),
            false,
        );
        let tree = errors
            .finish()
            .expect_err("both are missing")
            .errors
            .expect("named");
        let button = &tree["components"]["0"]["components"]["0"];
        assert!(button.get("custom_id").is_some() && button.get("label").is_some());
    }

    #[test]
    fn a_container_needs_the_v2_flag() {
        let container = json!([{ "type": 17, "components": [{ "type": 10, "content": "hello" }] }]);
        assert!(check(&container, false).1.finish().is_err());
        assert!(check(&container, true).1.finish().is_ok());
    }

    #[test]
    fn a_select_stands_alone_in_its_row() {
        let select = json!({ "type": 5, "custom_id": "who" });
        let button = json!({ "type": 2, "style": 1, "label": "A", "custom_id": "a" });
        assert!(
            check(&json!([{ "type": 1, "components": [select, button] }]), false)
                .1
                .finish()
                .is_err()
        );
        assert!(
            check(&json!([{ "type": 1, "components": [select] }]), false)
                .1
                .finish()
                .is_ok()
        );
    }
}

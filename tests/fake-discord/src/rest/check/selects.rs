//! Select menus, in messages and in modals.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::components::kind;
use super::emoji;
use crate::rest::form::Form;

/// Reads a select menu of any type; also used inside a modal's label.
pub fn read(form: &mut Form<'_>, kind: i64, stored: &mut Value) {
    let least = form.int("min_values", 0..=25).unwrap_or(1);
    let most = form.int("max_values", 1..=25).unwrap_or(1);
    stored["min_values"] = json!(least);
    stored["max_values"] = json!(most);
    if least > most {
        form.wrong(
            "min_values",
            "SELECT_COMPONENT_INVALID_MIN_VALUES",
            "Min values cannot be greater than max values",
        );
    }
    if let Some(placeholder) = form.text("placeholder", 0..=150) {
        stored["placeholder"] = json!(placeholder);
    }
    if form.flag("disabled") == Some(true) {
        stored["disabled"] = json!(true);
    }
    if let Some(required) = form.flag("required") {
        stored["required"] = json!(required);
    }
    if kind == kind::STRING_SELECT {
        form.require("options");
        let options = form.list("options", 1..=25).unwrap_or_default();
        if most > options.len() as i64 && !options.is_empty() {
            let message = "Max values cannot be greater than the number of options";
            form.wrong("max_values", "SELECT_COMPONENT_INVALID_MAX_VALUES", message);
        }
        stored["options"] = json!(read_options(form, options));
        return;
    }
    if let Some(defaults) = form.list("default_values", 0..=25) {
        stored["default_values"] = json!(defaults);
    }
    if kind == kind::CHANNEL_SELECT
        && let Some(types) = form.list("channel_types", 0..=16)
    {
        stored["channel_types"] = json!(types);
    }
}

fn read_options(form: &mut Form<'_>, options: &[Value]) -> Vec<Value> {
    let base = form.path_of("options");
    let mut values = HashSet::new();
    let mut stored = Vec::new();
    for (at, option) in options.iter().enumerate() {
        let Some(mut inner) = Form::open(option, &format!("{base}.{at}"), form.errors()) else {
            continue;
        };
        inner.require("label");
        inner.require("value");
        let label = inner.text("label", 1..=100).unwrap_or_default();
        let value = inner.text("value", 1..=100).unwrap_or_default();
        if !values.insert(value.to_owned()) {
            let message = "The specified option value is already used";
            inner.wrong("value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message);
        }
        let mut one = json!({ "label": label, "value": value });
        if let Some(description) = inner.text("description", 0..=100) {
            one["description"] = json!(description);
        }
        if let Some(emoji) = emoji::read(&mut inner) {
            one["emoji"] = emoji;
        }
        if let Some(default) = inner.flag("default") {
            one["default"] = json!(default);
        }
        stored.push(one);
    }
    stored
}

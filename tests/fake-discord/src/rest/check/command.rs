//! Application commands: naming, options and their order, sizes. Source: "Application Commands".

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::rest::error::FieldErrors;
use crate::rest::form::{Form, as_int};

/// Most characters in the names, descriptions and values of one command.
const MAX_COMMAND_SIZE: usize = 8000;

/// Reads a command as a bot registers it and gives what Discord stores. `old` is the command being changed, whose
/// fields stand where the form is silent.
pub fn read(form: &mut Form<'_>, old: Option<&Value>) -> Value {
    let kind = old
        .and_then(|old| old["type"].as_i64())
        .or_else(|| form.int("type", 1..=4))
        .unwrap_or(1);
    let mut stored = old.cloned().unwrap_or_else(|| {
        json!({
            "type": kind,
            "description": "",
            "default_member_permissions": null,
            "nsfw": false,
            "contexts": null,
            "integration_types": [0],
        })
    });
    if old.is_none() {
        form.require("name");
    }
    if let Some(name) = form.text("name", 1..=32) {
        let path = form.path_of("name");
        if kind == 1 {
            check_name(name, &path, form.errors());
        }
        stored["name"] = json!(name);
    }
    read_description(form, kind, old.is_none(), &mut stored);
    for key in ["name_localizations", "description_localizations"] {
        if let Some(localizations) = form.some(key) {
            stored[key] = localizations.clone();
        }
    }
    if form.has("default_member_permissions") {
        stored["default_member_permissions"] = json!(form.permissions("default_member_permissions"));
    }
    for key in ["nsfw", "dm_permission"] {
        if let Some(flag) = form.flag(key) {
            stored[key] = json!(flag);
        }
    }
    for key in ["contexts", "integration_types"] {
        if let Some(list) = form.list(key, 0..=3) {
            stored[key] = json!(list);
        }
    }
    if let Some(options) = form.list("options", 0..=25) {
        if kind != 1 && !options.is_empty() {
            let message = "Context menu commands cannot have options";
            form.wrong("options", "APPLICATION_COMMAND_OPTIONS_INVALID", message);
        }
        let base = form.path_of("options");
        let read = read_options(options, &base, 0, form.errors());
        if read.is_empty() {
            stored.as_object_mut().map(|command| command.remove("options"));
        } else {
            stored["options"] = json!(read);
        }
    }
    if size(&stored) > MAX_COMMAND_SIZE {
        form.errors().add(
            "",
            "APPLICATION_COMMAND_TOO_LARGE",
            "Command exceeds maximum size (8000)",
        );
    }
    stored
}

fn read_description(form: &mut Form<'_>, kind: i64, is_new: bool, stored: &mut Value) {
    if kind == 1 {
        if is_new {
            form.require("description");
        }
        if let Some(description) = form.text("description", 1..=100) {
            stored["description"] = json!(description);
        }
    } else if form
        .text("description", 0..=100)
        .is_some_and(|text| !text.is_empty())
    {
        let message = "Context menu commands cannot have description";
        form.wrong(
            "description",
            "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_INVALID",
            message,
        );
    }
}

/// `^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$`, lower case where there is one.
fn check_name(name: &str, path: &str, errors: &mut FieldErrors) {
    let shaped = name.chars().all(|c| {
        c.is_alphanumeric() || matches!(c, '-' | '_' | '\'' | '\u{900}'..='\u{97F}' | '\u{E00}'..='\u{E7F}')
    });
    if !shaped || name.to_lowercase() != name {
        let message = "Command name is invalid: lower case letters, digits, - and _ only";
        errors.add(path, "APPLICATION_COMMAND_INVALID_NAME", message);
    }
}

fn read_options(options: &[Value], base: &str, depth: usize, errors: &mut FieldErrors) -> Vec<Value> {
    let mut names = HashSet::new();
    let mut seen_optional = false;
    let mut kinds = (false, false);
    let mut stored = Vec::new();
    for (at, value) in options.iter().enumerate() {
        let path = format!("{base}.{at}");
        let Some(mut form) = Form::open(value, &path, errors) else {
            continue;
        };
        for key in ["type", "name", "description"] {
            form.require(key);
        }
        let kind = form.int("type", 1..=11).unwrap_or(3);
        let name = form.text("name", 1..=32).unwrap_or_default();
        let name_path = form.path_of("name");
        check_name(name, &name_path, form.errors());
        if !names.insert(name.to_owned()) {
            let message = "Option names must be unique";
            form.wrong("name", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", message);
        }
        let mut option = json!({
            "type": kind,
            "name": name,
            "description": form.text("description", 1..=100).unwrap_or_default(),
        });
        for key in ["name_localizations", "description_localizations"] {
            if let Some(localizations) = form.some(key) {
                option[key] = localizations.clone();
            }
        }
        let nests = kind <= 2;
        kinds = (kinds.0 || nests, kinds.1 || !nests);
        if nests {
            read_nested(&mut form, kind, depth, &mut option);
        } else {
            let required = form.flag("required").unwrap_or(false);
            if required && seen_optional {
                let message = "Required options must be placed before non-required options";
                form.wrong(
                    "required",
                    "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                    message,
                );
            }
            seen_optional |= !required;
            if required {
                option["required"] = json!(true);
            }
            read_value_option(&mut form, kind, &mut option);
        }
        stored.push(option);
    }
    if kinds == (true, true) {
        let message =
            "Sub-command and sub-command group option types are mutually exclusive to all other types";
        errors.add(base, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message);
    }
    stored
}

/// A subcommand (1) holds values; a group (2) holds subcommands, and stands only at the top.
fn read_nested(form: &mut Form<'_>, kind: i64, depth: usize, option: &mut Value) {
    let Some(inner) = form.list("options", 0..=25) else {
        return;
    };
    let base = form.path_of("options");
    for (at, one) in inner.iter().enumerate() {
        let nested = one.get("type").and_then(as_int);
        let wrong = match kind {
            2 => nested != Some(1),
            _ => nested.is_some_and(|nested| nested <= 2),
        };
        if wrong || (kind == 2 && depth > 0) {
            let message = "Sub-command and sub-command group option types cannot be nested that way";
            form.wrong(
                &format!("options.{at}.type"),
                "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                message,
            );
        }
    }
    let read = read_options(inner, &base, depth + 1, form.errors());
    if !read.is_empty() {
        option["options"] = json!(read);
    }
}

fn read_value_option(form: &mut Form<'_>, kind: i64, option: &mut Value) {
    let autocomplete = form.flag("autocomplete").unwrap_or(false);
    if autocomplete {
        option["autocomplete"] = json!(true);
    }
    if let Some(choices) = form.list("choices", 0..=25).filter(|choices| !choices.is_empty()) {
        if autocomplete {
            let message = "Autocomplete and choices cannot be used together";
            form.wrong(
                "choices",
                "APPLICATION_COMMAND_OPTIONS_CHOICES_AND_AUTOCOMPLETE",
                message,
            );
        }
        let base = form.path_of("choices");
        option["choices"] = json!(read_choices(choices, &base, kind, form.errors()));
    }
    if kind == 3 {
        for (key, least) in [("min_length", 0), ("max_length", 1)] {
            if let Some(bound) = form.int(key, least..=6000) {
                option[key] = json!(bound);
            }
        }
    }
    for key in ["min_value", "max_value"] {
        if let Some(bound) = form.some(key).filter(|bound| bound.is_number()) {
            option[key] = bound.clone();
        }
    }
    if let Some(types) = form
        .list("channel_types", 0..=20)
        .filter(|types| !types.is_empty())
    {
        option["channel_types"] = json!(types);
    }
}

fn read_choices(choices: &[Value], base: &str, kind: i64, errors: &mut FieldErrors) -> Vec<Value> {
    let mut stored = Vec::new();
    for (at, choice) in choices.iter().enumerate() {
        let Some(mut form) = Form::open(choice, &format!("{base}.{at}"), errors) else {
            continue;
        };
        form.require("name");
        form.require("value");
        let name = form.text("name", 1..=100).unwrap_or_default();
        let value = form.raw("value").cloned().unwrap_or_default();
        let fits = match kind {
            3 => value
                .as_str()
                .is_some_and(|text| (1..=100).contains(&text.chars().count())),
            4 => value.is_i64() || value.is_u64(),
            _ => value.is_number(),
        };
        if !fits {
            form.wrong(
                "value",
                "APPLICATION_COMMAND_OPTIONS_CHOICE_VALUE_INVALID",
                "Value does not fit the option's type",
            );
        }
        let mut one = json!({ "name": name, "value": value });
        if let Some(localizations) = form.some("name_localizations") {
            one["name_localizations"] = localizations.clone();
        }
        stored.push(one);
    }
    stored
}

fn size(command: &Value) -> usize {
    let text = |key: &str| command[key].as_str().map_or(0, |text| text.chars().count());
    let inner = |key: &str| {
        command[key]
            .as_array()
            .map_or(0, |list| list.iter().map(size).sum())
    };
    text("name") + text("description") + text("value") + inner("choices") + inner("options")
}

/// The autocomplete choices of a callback of type 8.
pub fn read_autocomplete(form: &mut Form<'_>) -> Vec<Value> {
    form.require("choices");
    form.list("choices", 0..=25)
        .map(<[Value]>::to_vec)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rest::error::Refusal;
    use crate::rest::form;

    fn check(command: &Value) -> Result<Value, Refusal> {
        form::read(command, |form| read(form, None))
    }

    #[test]
    fn a_command_is_stored_with_its_defaults() {
        let stored =
            check(&json!({ "name": "ticket", "description": "Tickets", "options": [] })).expect("good");
        assert_eq!(stored["type"], 1);
        assert_eq!(stored["integration_types"], json!([0]));
        assert!(stored.get("options").is_none());
    }

    #[test]
    fn a_required_option_may_not_follow_an_optional_one() {
        let option = |name: &str, required: bool| json!({ "type": 3, "name": name, "description": "d", "required": required });
        let with = |options: [Value; 2]| json!({ "name": "a", "description": "d", "options": options });
        assert!(check(&with([option("x", true), option("y", false)])).is_ok());
        assert!(check(&with([option("x", false), option("y", true)])).is_err());
    }

    #[test]
    fn names_are_lower_case_without_spaces() {
        for bad in ["Ticket", "open ticket", "a!", ""] {
            assert!(
                check(&json!({ "name": bad, "description": "d" })).is_err(),
                "{bad:?} was taken"
            );
        }
        assert!(check(&json!({ "name": "Open ticket from this message", "type": 3 })).is_ok());
    }

    #[test]
    fn a_message_command_takes_no_description() {
        assert!(check(&json!({ "name": "Report", "type": 3, "description": "no" })).is_err());
    }
}

//! Modals: the form a bot may open in answer to an interaction. Source: "Component Reference" and "Receiving and
//! Responding", section "Modal".

use serde_json::{Value, json};

use super::components::{self, Tally, kind};
use crate::rest::form::Form;

/// What may stand under a label.
const IN_A_LABEL: &[i64] = &[
    kind::STRING_SELECT,
    kind::TEXT_INPUT,
    kind::USER_SELECT,
    kind::ROLE_SELECT,
    kind::MENTIONABLE_SELECT,
    kind::CHANNEL_SELECT,
    kind::FILE_UPLOAD,
    kind::RADIO_GROUP,
    kind::CHECKBOX_GROUP,
    kind::CHECKBOX,
];

/// Reads the `data` of a callback of type 9 and gives the modal as the member's client gets it.
pub fn read(form: &mut Form<'_>) -> Value {
    for key in ["custom_id", "title", "components"] {
        form.require(key);
    }
    let custom_id = form.text("custom_id", 1..=100).unwrap_or_default();
    let title = form.text("title", 1..=45).unwrap_or_default();
    let list = form.list("components", 1..=5).unwrap_or_default();
    let base = form.path_of("components");
    let mut tally = Tally::for_tree(list);
    let mut stored = Vec::new();
    for (at, component) in list.iter().enumerate() {
        let path = format!("{base}.{at}");
        let is_row = component.get("type").and_then(Value::as_i64) == Some(kind::ACTION_ROW);
        let one = if is_row {
            Form::open(component, &path, form.errors()).map(|mut row| read_row(&mut row, &mut tally))
        } else {
            let allowed = [kind::ACTION_ROW, kind::TEXT_DISPLAY, kind::LABEL];
            components::read_one(component, &path, &allowed, &mut tally, form.errors())
        };
        stored.extend(one);
    }
    json!({ "custom_id": custom_id, "title": title, "components": stored })
}

/// The old form of a modal: an action row around one text input that carries its own label.
fn read_row(form: &mut Form<'_>, tally: &mut Tally) -> Value {
    form.require("components");
    let list = form.list("components", 1..=1).unwrap_or_default();
    let base = form.path_of("components");
    for (at, input) in list.iter().enumerate() {
        if let Some(mut input) = Form::open(input, &format!("{base}.{at}"), form.errors()) {
            input.require("label");
        }
    }
    let inner = components::read_all(list, &base, &[kind::TEXT_INPUT], tally, form.errors());
    json!({ "type": kind::ACTION_ROW, "components": inner })
}

/// Reads what stands only in modals: labels and inputs.
pub fn read_input(form: &mut Form<'_>, kind: i64, stored: &mut Value, tally: &mut Tally) {
    match kind {
        kind::LABEL => read_label(form, stored, tally),
        kind::TEXT_INPUT => read_text_input(form, stored),
        kind::FILE_UPLOAD | kind::CHECKBOX_GROUP => {
            let ceiling = 10;
            stored["min_values"] = json!(form.int("min_values", 0..=ceiling).unwrap_or(1));
            stored["max_values"] = json!(form.int("max_values", 1..=ceiling).unwrap_or(1));
            stored["required"] = json!(form.flag("required").unwrap_or(true));
            copy_options(form, stored);
        }
        kind::RADIO_GROUP => {
            stored["required"] = json!(form.flag("required").unwrap_or(true));
            copy_options(form, stored);
        }
        _ => {
            if let Some(default) = form.flag("default") {
                stored["default"] = json!(default);
            }
        }
    }
}

fn read_label(form: &mut Form<'_>, stored: &mut Value, tally: &mut Tally) {
    form.require("label");
    form.require("component");
    stored["label"] = json!(form.text("label", 1..=45).unwrap_or_default());
    if let Some(description) = form.text("description", 0..=100) {
        stored["description"] = json!(description);
    }
    if let Some(component) = form.some("component") {
        let path = form.path_of("component");
        if component.get("label").is_some_and(|label| !label.is_null()) {
            let message = "A component inside a label may not have a label of its own";
            form.wrong("component.label", "COMPONENT_LABEL_NOT_ALLOWED", message);
        }
        stored["component"] = json!(components::read_one(
            component,
            &path,
            IN_A_LABEL,
            tally,
            form.errors()
        ));
    }
}

fn read_text_input(form: &mut Form<'_>, stored: &mut Value) {
    form.require("style");
    stored["style"] = json!(form.int("style", 1..=2).unwrap_or(1));
    if let Some(label) = form.text("label", 1..=45) {
        stored["label"] = json!(label);
    }
    let least = form.int("min_length", 0..=4000);
    let most = form.int("max_length", 1..=4000);
    if least.is_some() && most.is_some() && least > most {
        let message = "Min length cannot be greater than max length";
        form.wrong("min_length", "TEXT_INPUT_COMPONENT_INVALID_MIN_LENGTH", message);
    }
    for (key, bound) in [("min_length", least), ("max_length", most)] {
        if let Some(bound) = bound {
            stored[key] = json!(bound);
        }
    }
    stored["required"] = json!(form.flag("required").unwrap_or(true));
    if let Some(value) = form.text("value", 0..=4000) {
        stored["value"] = json!(value);
    }
    if let Some(placeholder) = form.text("placeholder", 0..=100) {
        stored["placeholder"] = json!(placeholder);
    }
}

fn copy_options(form: &mut Form<'_>, stored: &mut Value) {
    if let Some(options) = form.list("options", 1..=10) {
        stored["options"] = json!(options);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rest::form;

    fn check(data: &Value) -> Result<Value, crate::rest::error::Refusal> {
        form::read(data, read)
    }

    #[test]
    fn both_forms_of_a_text_input_are_taken() {
        let modal = json!({ "custom_id": "m", "title": "T", "components": [
            { "type": 1, "components": [{ "type": 4, "custom_id": "a", "style": 1, "label": "A" }] },
            { "type": 18, "label": "B", "component": { "type": 4, "custom_id": "b", "style": 2, "max_length": 300 } },
        ] });
        let stored = check(&modal).expect("a good modal");
        assert_eq!(stored["components"][0]["components"][0]["required"], true);
        assert_eq!(stored["components"][1]["component"]["max_length"], 300);
    }

    #[test]
    fn a_modal_holds_one_to_five_components() {
        let input = |n: u32| json!({ "type": 18, "label": "L", "component": { "type": 4, "custom_id": n.to_string(), "style": 1 } });
        let with = |count: u32| {
            let inputs: Vec<Value> = (0..count).map(input).collect();
            json!({ "custom_id": "m", "title": "T", "components": inputs })
        };
        assert!(check(&with(0)).is_err());
        assert!(check(&with(5)).is_ok());
        assert!(check(&with(6)).is_err());
    }

    #[test]
    fn a_text_input_in_a_row_needs_its_own_label() {
        let modal = json!({ "custom_id": "m", "title": "T", "components": [
            { "type": 1, "components": [{ "type": 4, "custom_id": "a", "style": 1 }] },
        ] });
        let tree = check(&modal).expect_err("no label").errors.expect("named");
        assert!(tree["components"]["0"]["components"]["0"]["label"]["_errors"][0].is_object());
    }
}

//! Components as Discord gives them back: each with the numeric `id` it was assigned.

use serde_json::{Value, json};

/// Fills in the `id` of every component that came without one, counting up through the message as Discord does.
pub fn with_component_ids(mut components: Vec<Value>) -> Vec<Value> {
    let mut next = 1;
    for component in &mut components {
        number(component, &mut next);
    }
    components
}

fn number(component: &mut Value, next: &mut u64) {
    let Value::Object(fields) = component else { return };
    // Discord drops what was sent as null, but tells of these whether they are set or not.
    let always_told = ["accent_color", "description", "name", "size"];
    fields.retain(|field, value| !value.is_null() || always_told.contains(&field.as_str()));
    // A container tells of its colour and its cover in any case.
    if fields.get("type") == Some(&json!(17)) {
        fields.entry("accent_color").or_insert(Value::Null);
        fields.entry("spoiler").or_insert(json!(false));
    }
    if fields.get("id").and_then(Value::as_u64).unwrap_or(0) == 0 {
        fields.insert("id".to_owned(), json!(*next));
    }
    *next += 1;
    // A gallery's `items` are no components and carry no id.
    if let Some(Value::Array(children)) = fields.get_mut("components") {
        for child in children {
            number(child, next);
        }
    }
    for single in ["accessory", "component"] {
        if let Some(child) = fields.get_mut(single) {
            number(child, next);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_component_gets_an_id_of_its_own() {
        let row =
            json!({"type": 1, "components": [{"type": 2, "custom_id": "a", "emoji": null}, {"type": 2}]});
        let numbered = with_component_ids(vec![row]);
        assert_eq!(
            numbered[0],
            json!({"type": 1, "id": 1, "components": [{"type": 2, "custom_id": "a", "id": 2}, {"type": 2, "id": 3}]})
        );
    }
}

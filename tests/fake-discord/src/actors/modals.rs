//! How people fill in forms.

use serde_json::{Map, Value, json};

use crate::ids::Id;
use crate::world::{Interaction, InteractionKind, NewInteraction, State};

use super::components::{chosen, is_select};
use super::{Exchange, Person, Refused, ensure};

const ACTION_ROW: u64 = 1;
const TEXT_INPUT: u64 = 4;
const LABEL: u64 = 18;

/// A form on somebody's screen. It stays there whatever becomes of the bot meanwhile.
#[derive(Clone, Debug)]
pub struct Modal {
    /// The form as the bot sent it: title, custom id, components.
    pub data: Value,
    interaction: Id,
    channel: Id,
    message: Option<Id>,
}

/// One field of a form.
#[derive(Clone, Debug)]
pub struct ModalField {
    /// How the bot knows it.
    pub custom_id: String,
    /// How the person knows it.
    pub label: String,
    /// Must it be filled in?
    pub required: bool,
    /// What stands in it already.
    pub value: Option<String>,
    /// The text input or menu object.
    pub component: Value,
}

impl Modal {
    /// The form as it appears where the interaction took place.
    pub(crate) fn shown(data: Value, interaction: &Interaction) -> Self {
        Self {
            data,
            interaction: interaction.id,
            channel: interaction.channel_id,
            message: interaction.message_id,
        }
    }

    /// The heading.
    pub fn title(&self) -> &str {
        self.data["title"].as_str().unwrap_or_default()
    }

    /// How the bot knows the form.
    pub fn custom_id(&self) -> &str {
        self.data["custom_id"].as_str().unwrap_or_default()
    }

    /// Its fields, top to bottom.
    pub fn fields(&self) -> Vec<ModalField> {
        let rows = self.data["components"].as_array().into_iter().flatten();
        rows.filter_map(|row| {
            let (component, label) = if row["type"] == LABEL {
                (&row["component"], &row["label"])
            } else {
                (&row["components"][0], &row["components"][0]["label"])
            };
            Some(ModalField {
                custom_id: component["custom_id"].as_str()?.to_owned(),
                label: label.as_str().unwrap_or_default().to_owned(),
                required: component["required"].as_bool().unwrap_or(true),
                value: component["value"].as_str().map(str::to_owned),
                component: component.clone(),
            })
        })
        .collect()
    }
}

impl Person {
    /// Submits a form. Answers are given by custom id or label; a field without one keeps what stands in it.
    /// Refused when there is no such field, or the client would not accept what was filled in.
    pub fn submits(&self, modal: &Modal, answers: &[(&str, &str)]) -> Result<Exchange, Refused> {
        let mut state = self.discord.state();
        self.visible_channel(&state, &modal.channel)?;
        self.must_not_be_timed_out(&state, modal.channel)?;
        let fields = modal.fields();
        for (name, _) in answers {
            let known: Vec<&str> = fields.iter().map(|field| field.label.as_str()).collect();
            ensure(
                fields
                    .iter()
                    .any(|field| field.custom_id == *name || field.label == *name),
                || format!("the form has no field `{name}`; it has {known:?}"),
            )?;
        }
        let mut resolved = Map::new();
        let mut components = Vec::new();
        for (row, number) in modal.data["components"]
            .as_array()
            .into_iter()
            .flatten()
            .zip(1_u64..)
        {
            let id = row["id"].as_u64().unwrap_or(number * 2 - 1);
            let inner = if row["type"] == LABEL {
                &row["component"]
            } else {
                &row["components"][0]
            };
            let field = fields
                .iter()
                .find(|field| inner["custom_id"] == field.custom_id.as_str());
            let filled = field.map(|field| -> Result<Value, Refused> {
                let given = answers
                    .iter()
                    .find(|(name, _)| field.custom_id == *name || field.label == *name);
                let mut filled = self.fill_in(
                    &state,
                    modal,
                    field,
                    given.map(|(_, answer)| *answer),
                    &mut resolved,
                )?;
                filled["id"] = json!(inner["id"].as_u64().unwrap_or(number * 2));
                Ok(filled)
            });
            let filled = filled.transpose()?;
            components.push(match (row["type"].as_u64(), filled) {
                (Some(LABEL), Some(filled)) => json!({ "type": LABEL, "id": id, "component": filled }),
                (_, Some(filled)) => json!({ "type": ACTION_ROW, "id": id, "components": [filled] }),
                (kind, None) => json!({ "type": kind, "id": id }),
            });
        }
        let mut data = json!({ "custom_id": modal.custom_id(), "components": components });
        if !resolved.is_empty() {
            data["resolved"] = Value::Object(resolved);
        }
        let id = state.create_interaction(NewInteraction {
            kind: InteractionKind::ModalSubmit,
            user_id: self.id,
            channel_id: modal.channel,
            data,
            message_id: modal.message,
            command_name: None,
            triggered_by: Some(modal.interaction),
        });
        Ok(Exchange::new(self.clone(), id))
    }

    fn fill_in(
        &self,
        state: &State,
        modal: &Modal,
        field: &ModalField,
        answer: Option<&str>,
        resolved: &mut Map<String, Value>,
    ) -> Result<Value, Refused> {
        let kind = field.component["type"].as_u64().unwrap_or(TEXT_INPUT);
        let label = &field.label;
        if is_select(kind) {
            let wanted: Vec<&str> = answer
                .map(|answer| answer.split(", ").collect())
                .unwrap_or_default();
            ensure(!field.required || !wanted.is_empty(), || {
                format!("the form requires a choice in `{label}`")
            })?;
            let values = if wanted.is_empty() {
                Vec::new()
            } else {
                chosen(self, state, modal.channel, &field.component, &wanted, resolved)?
            };
            return Ok(json!({ "type": kind, "custom_id": field.custom_id, "values": values }));
        }
        let text = answer.or(field.value.as_deref()).unwrap_or_default();
        let length = text.chars().count() as u64;
        let least = field.component["min_length"]
            .as_u64()
            .unwrap_or(0)
            .max(u64::from(field.required));
        let most = field.component["max_length"].as_u64().unwrap_or(4000);
        let skipped = length == 0 && !field.required;
        ensure(skipped || (least..=most).contains(&length), || {
            format!("the form takes {least} to {most} characters in `{label}`, not {length}")
        })?;
        Ok(json!({ "type": kind, "custom_id": field.custom_id, "value": text }))
    }
}

//! Reading the fields of a JSON body with every fault of it noted, so that one 50035 names them all.
//!
//! Only types, lengths and ranges are judged here. Like Discord it ignores unknown fields, takes `null` for absent
//! where a field is optional, and takes a numeric string for a number.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::error::{FieldErrors, Refusal};
use crate::clock::Timestamp;
use crate::ids::Id;
use crate::permissions::Permissions;

/// A JSON object being read.
#[derive(Debug)]
pub struct Form<'a> {
    fields: &'a Map<String, Value>,
    path: String,
    errors: &'a mut FieldErrors,
}

impl<'a> Form<'a> {
    /// Opens the object at `path` (dotted, empty for the body itself); `None`, with a note, when it is no object.
    pub fn open(value: &'a Value, path: &str, errors: &'a mut FieldErrors) -> Option<Self> {
        if let Value::Object(fields) = value {
            Some(Self {
                fields,
                path: path.to_owned(),
                errors,
            })
        } else {
            errors.add(
                path,
                "DICT_TYPE_CONVERT",
                "Only dictionaries may be used in a DictType",
            );
            None
        }
    }

    /// The errors noted so far, to add one the form cannot know of.
    pub fn errors(&mut self) -> &mut FieldErrors {
        self.errors
    }

    /// The dotted path of a field.
    pub fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// The field as it stands, `null` included.
    pub fn raw(&self, key: &str) -> Option<&'a Value> {
        self.fields.get(key)
    }

    /// Whether the field is there at all, be it `null`.
    pub fn has(&self, key: &str) -> bool {
        self.fields.contains_key(key)
    }

    /// The field unless it is absent or `null`.
    pub fn some(&self, key: &str) -> Option<&'a Value> {
        self.fields.get(key).filter(|value| !value.is_null())
    }

    /// Notes an error at a field.
    pub fn wrong(&mut self, key: &str, code: &str, message: impl Into<String>) {
        let path = self.path_of(key);
        self.errors.add(&path, code, message);
    }

    /// Notes a missing field unless it is there.
    pub fn require(&mut self, key: &str) {
        if self.some(key).is_none() {
            let path = self.path_of(key);
            self.errors.required(&path);
        }
    }

    /// A text whose length in characters lies in `length`.
    pub fn text(&mut self, key: &str, length: RangeInclusive<usize>) -> Option<&'a str> {
        let value = self.some(key)?;
        let path = self.path_of(key);
        let Some(text) = value.as_str() else {
            self.errors.wrong_type(&path, "string");
            return None;
        };
        let have = text.chars().count();
        if have < *length.start() {
            if *length.start() == 1 {
                self.errors.required(&path);
            } else {
                self.errors.length(&path, *length.start(), *length.end());
            }
            return None;
        }
        if have > *length.end() {
            if *length.start() == 0 {
                self.errors.too_long(&path, *length.end());
            } else {
                self.errors.length(&path, *length.start(), *length.end());
            }
            return None;
        }
        Some(text)
    }

    /// A boolean.
    pub fn flag(&mut self, key: &str) -> Option<bool> {
        let value = self.some(key)?;
        if value.as_bool().is_none() {
            let path = self.path_of(key);
            self.errors.wrong_type(&path, "boolean");
        }
        value.as_bool()
    }

    /// A whole number in `range`; a numeric string counts.
    pub fn int(&mut self, key: &str, range: RangeInclusive<i64>) -> Option<i64> {
        let value = self.some(key)?;
        let path = self.path_of(key);
        let Some(number) = as_int(value) else {
            self.errors.wrong_type(&path, "int");
            return None;
        };
        if !range.contains(&number) {
            self.errors.range(&path, *range.start(), *range.end());
            return None;
        }
        Some(number)
    }

    /// A snowflake.
    pub fn id(&mut self, key: &str) -> Option<Id> {
        let value = self.some(key)?;
        let id = as_id(value);
        if id.is_none() {
            let path = self.path_of(key);
            self.errors
                .add(&path, "NUMBER_TYPE_COERCE", not_a_snowflake(value));
        }
        id
    }

    /// A list of at most `most` snowflakes.
    pub fn ids(&mut self, key: &str, most: usize) -> Option<Vec<Id>> {
        let list = self.list(key, 0..=most)?;
        let mut ids = Vec::with_capacity(list.len());
        for (at, value) in list.iter().enumerate() {
            match as_id(value) {
                Some(id) => ids.push(id),
                None => self.wrong(
                    &format!("{key}.{at}"),
                    "NUMBER_TYPE_COERCE",
                    not_a_snowflake(value),
                ),
            }
        }
        Some(ids)
    }

    /// A list whose length lies in `length`.
    pub fn list(&mut self, key: &str, length: RangeInclusive<usize>) -> Option<&'a [Value]> {
        let value = self.some(key)?;
        let path = self.path_of(key);
        let Some(list) = value.as_array() else {
            self.errors.add(
                &path,
                "LIST_TYPE_CONVERT",
                "Only iterables may be used in a ListType",
            );
            return None;
        };
        if !length.contains(&list.len()) {
            self.errors.length(&path, *length.start(), *length.end());
            return None;
        }
        Some(list)
    }

    /// A moment in ISO 8601.
    pub fn time(&mut self, key: &str) -> Option<Timestamp> {
        let value = self.some(key)?;
        let time = value.as_str().and_then(Timestamp::parse);
        if time.is_none() {
            let message = format!("Could not parse {value}. Should be ISO8601.");
            self.wrong(key, "DATE_TIME_TYPE_PARSE", message);
        }
        time
    }

    /// A set of permissions, as a decimal string or a number.
    pub fn permissions(&mut self, key: &str) -> Option<Permissions> {
        let value = self.some(key)?;
        let bits = match value {
            Value::String(text) => text.parse().ok(),
            other => other.as_u64(),
        };
        if bits.is_none() {
            self.wrong(
                key,
                "NUMBER_TYPE_COERCE",
                format!("Value {value} is not a permission set."),
            );
        }
        bits.map(Permissions)
    }
}

/// A whole number, or a string of one.
pub fn as_int(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_i64(),
    }
}

/// A snowflake as string or number.
pub fn as_id(value: &Value) -> Option<Id> {
    match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64().filter(|&raw| raw != 0).map(Id),
    }
}

fn not_a_snowflake(value: &Value) -> String {
    format!("Value {value} is not snowflake.")
}

/// Reads a whole body with `read` and refuses it when anything in it was wrong.
pub fn read<T>(body: &Value, read: impl FnOnce(&mut Form<'_>) -> T) -> Result<T, Refusal> {
    let mut errors = FieldErrors::default();
    let empty = Value::Object(Map::new());
    let body = if body.is_null() { &empty } else { body };
    let got = Form::open(body, "", &mut errors).map(|mut form| read(&mut form));
    errors.finish()?;
    got.ok_or_else(Refusal::bad_form)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_wrong_field_is_named_in_one_answer() {
        let body = json!({ "name": "", "rate": 99999, "ids": ["x"], "on": "yes" });
        let refusal = read(&body, |form| {
            form.text("name", 1..=100);
            form.int("rate", 0..=21600);
            form.ids("ids", 10);
            form.flag("on");
        })
        .expect_err("four fields are wrong");
        let errors = refusal.errors.expect("a form error names fields");
        assert_eq!(errors["name"]["_errors"][0]["code"], "BASE_TYPE_REQUIRED");
        assert_eq!(errors["rate"]["_errors"][0]["code"], "NUMBER_TYPE_RANGE");
        assert_eq!(errors["ids"]["0"]["_errors"][0]["code"], "NUMBER_TYPE_COERCE");
        assert_eq!(errors["on"]["_errors"][0]["code"], "BASE_TYPE_INVALID");
    }

    #[test]
    fn numbers_may_come_as_strings() {
        let got = read(&json!({ "rate": "5", "id": 42 }), |form| {
            (form.int("rate", 0..=9), form.id("id"))
        });
        assert_eq!(got, Ok((Some(5), Some(Id(42)))));
    }

    #[test]
    fn null_counts_as_absent_but_is_still_seen() {
        let got = read(&json!({ "nick": null }), |form| {
            (form.text("nick", 1..=32).is_none(), form.has("nick"))
        });
        assert_eq!(got, Ok((true, true)));
    }
}

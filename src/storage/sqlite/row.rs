//! Between columns and values: words of enums, JSON, snowflakes. What a column does not hold rightly is
//! [`StoreError::Corrupt`], never a panic and never a guess.

use serde::de::DeserializeOwned;
use serde::de::value::StrDeserializer;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::model::{ChannelId, MessageId, Timestamp};
use crate::storage::{Result, StoreError};

/// One row of a table, with the names needed to say what is wrong with it.
pub(super) struct Columns<'r> {
    row: &'r SqliteRow,
    table: &'static str,
    id: i64,
}

impl<'r> Columns<'r> {
    /// The columns of `row`, which is row `id` of `table`.
    pub(super) fn new(row: &'r SqliteRow, table: &'static str, id: &'static str) -> Result<Self> {
        Ok(Self {
            row,
            table,
            id: row.try_get(id)?,
        })
    }

    /// The id of the row.
    pub(super) const fn id(&self) -> i64 {
        self.id
    }

    /// The error that says that `column` holds something wrong.
    pub(super) fn corrupt(&self, column: &'static str, problem: &impl ToString) -> StoreError {
        StoreError::Corrupt {
            table: self.table,
            column,
            row: self.id,
            problem: problem.to_string(),
        }
    }

    /// A number as it stands.
    pub(super) fn integer(&self, column: &'static str) -> Result<i64> {
        Ok(self.row.try_get(column)?)
    }

    /// A number that may be absent.
    pub(super) fn integer_or_none(&self, column: &'static str) -> Result<Option<i64>> {
        Ok(self.row.try_get(column)?)
    }

    /// A small count.
    pub(super) fn count(&self, column: &'static str) -> Result<u32> {
        u32::try_from(self.integer(column)?).map_err(|error| self.corrupt(column, &error))
    }

    /// A truth value.
    pub(super) fn flag(&self, column: &'static str) -> Result<bool> {
        Ok(self.integer(column)? != 0)
    }

    /// A snowflake.
    pub(super) fn snowflake(&self, column: &'static str) -> Result<u64> {
        Ok(self.integer(column)? as u64)
    }

    /// A snowflake that may be absent.
    pub(super) fn snowflake_or_none(&self, column: &'static str) -> Result<Option<u64>> {
        Ok(self.integer_or_none(column)?.map(|value| value as u64))
    }

    /// A moment.
    pub(super) fn moment(&self, column: &'static str) -> Result<Timestamp> {
        Ok(Timestamp(self.integer(column)?))
    }

    /// A moment that may be absent.
    pub(super) fn moment_or_none(&self, column: &'static str) -> Result<Option<Timestamp>> {
        Ok(self.integer_or_none(column)?.map(Timestamp))
    }

    /// A text.
    pub(super) fn text(&self, column: &'static str) -> Result<String> {
        Ok(self.row.try_get(column)?)
    }

    /// A text that may be absent.
    pub(super) fn text_or_none(&self, column: &'static str) -> Result<Option<String>> {
        Ok(self.row.try_get(column)?)
    }

    /// The value whose word stands in the column.
    pub(super) fn word<T: for<'w> Deserialize<'w>>(&self, column: &'static str) -> Result<T> {
        let text: &str = self.row.try_get(column)?;
        T::deserialize(StrDeserializer::<serde::de::value::Error>::new(text))
            .map_err(|error| self.corrupt(column, &error))
    }

    /// The value whose JSON stands in the column.
    pub(super) fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T> {
        let text: &str = self.row.try_get(column)?;
        serde_json::from_str(text).map_err(|error| self.corrupt(column, &error))
    }

    /// The value whose JSON stands in the column, unless that is absent.
    pub(super) fn json_or_none<T: DeserializeOwned>(&self, column: &'static str) -> Result<Option<T>> {
        let text: Option<&str> = self.row.try_get(column)?;
        text.map(|text| serde_json::from_str(text).map_err(|error| self.corrupt(column, &error)))
            .transpose()
    }

    /// A posted message, from two columns.
    pub(super) fn card(
        &self,
        channel: &'static str,
        message: &'static str,
    ) -> Result<Option<(ChannelId, MessageId)>> {
        let pair = self
            .snowflake_or_none(channel)?
            .zip(self.snowflake_or_none(message)?);
        Ok(pair.map(|(channel, message)| (ChannelId(channel), MessageId(message))))
    }
}

/// The word of a value that is one of a few (an enum without fields).
pub(super) fn word<T: Serialize>(value: &T) -> Result<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        Ok(other) => Err(StoreError::Failed(format!("{other} is not one word"))),
        Err(error) => Err(StoreError::Failed(error.to_string())),
    }
}

/// A value as JSON.
pub(super) fn json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Failed(error.to_string()))
}

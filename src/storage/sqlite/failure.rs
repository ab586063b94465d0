//! From what the driver says to what the callers of the store have to tell apart.

use crate::storage::StoreError;

/// SQLite's primary result codes that have a meaning of their own here.
///
/// Source: <https://www.sqlite.org/rescode.html>; the low byte of an extended code is its primary code.
const SQLITE_BUSY: u32 = 5;
const SQLITE_LOCKED: u32 = 6;
const SQLITE_FULL: u32 = 13;

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let primary = error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .and_then(|code| code.parse::<u32>().ok())
            .map(|code| code & 0xff);
        match primary {
            Some(SQLITE_BUSY | SQLITE_LOCKED) => Self::Busy,
            Some(SQLITE_FULL) => Self::Full,
            _ => Self::Failed(error.to_string()),
        }
    }
}

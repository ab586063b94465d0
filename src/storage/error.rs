//! What can go wrong with the store, for those who have to tell the cases apart.

/// A store call failed; nothing of it was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The disk is full.
    #[error("the disk that holds the database is full: free some space; nothing that was answered is lost")]
    Full,
    /// The database was locked for longer than we wait.
    #[error("the database is locked by another process: make sure that only one Nightdesk uses this file")]
    Busy,
    /// The database cannot be opened, or is not one that this version can work with.
    #[error("cannot open the database {url}: {problem}")]
    Unusable {
        /// As it was given.
        url: String,
        /// What is wrong and what to do about it.
        problem: String,
    },
    /// A row does not hold what its column promises.
    #[error(
        "the database holds a value that Nightdesk did not write: {table}.{column} of row {row}: {problem}"
    )]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row.
        row: i64,
        /// What is wrong.
        problem: String,
    },
    /// Anything else the database says.
    #[error("the database failed: {0}")]
    Failed(String),
}

//! The store on SQLite: all SQL of the project.
//!
//! One writer (`writer`) owns the only connection that writes; a few others read what was committed. Each noun's trait
//! is implemented in its own file. Statements carry the guild in their `WHERE`; what is decided is decided by the
//! function that was handed in.

mod alone;
mod campaigns;
mod cases;
mod effects;
mod failure;
mod guilds;
mod overlay;
mod regulars;
mod retention;
mod row;
mod rule_record;
mod sanctions;
mod tickets;
mod writer;

use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

pub use alone::Alone;

use super::{Result, StoreError};
use writer::Writer;

/// The migrations of this version, oldest first. Forward only: a released one is never changed.
pub static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// How long a statement waits for another process that holds the database.
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);

/// Reads are short and rare (nothing per message is read), so a few connections are plenty.
const READERS: u32 = 4;

/// The store in one SQLite file.
pub struct SqliteStore {
    readers: SqlitePool,
    writer: Writer,
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").finish_non_exhaustive()
    }
}

impl SqliteStore {
    /// Opens the database at `url` (`sqlite://nightdesk.db`), makes it when it is not there, readable by its owner only,
    /// and brings it up to this version's form. Has to be called inside a Tokio runtime, which then runs the writer.
    pub async fn open(url: &str) -> Result<Self> {
        let unusable = |problem: String| StoreError::Unusable {
            url: url.to_owned(),
            problem,
        };
        let options = options(url).map_err(unusable)?;
        make_private(options.get_filename()).map_err(|error| unusable(error.to_string()))?;
        let mut connection = options
            .connect()
            .await
            .map_err(|error| unusable(error.to_string()))?;
        MIGRATIONS
            .run(&mut connection)
            .await
            .map_err(|error| unusable(explain(&error)))?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            // A file does not hang up: asking each time whether it is still there would double the cost of a read.
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options.clone().pragma("query_only", "ON"))
            .await
            .map_err(|error| unusable(error.to_string()))?;
        Ok(Self {
            readers,
            writer: Writer::start(connection, options),
        })
    }

    /// Writes what is waiting, answers it, and closes the database. Calls that come later fail.
    pub async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }

    /// The schema version: the number of the newest migration this program knows.
    pub fn version() -> i64 {
        MIGRATIONS
            .iter()
            .map(|migration| migration.version)
            .max()
            .unwrap_or(0)
    }
}

/// The options of every connection. `synchronous=FULL`: what was answered survives the loss of power, which the group
/// commit makes cheap. `secure_delete`: what is erased is overwritten.
fn options(url: &str) -> std::result::Result<SqliteConnectOptions, String> {
    if !url.starts_with("sqlite:") {
        return Err("the address has to look like sqlite://nightdesk.db".to_owned());
    }
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err("tickets have to survive a restart: name a file, like sqlite://nightdesk.db".to_owned());
    }
    let options = SqliteConnectOptions::from_str(url).map_err(|error| error.to_string())?;
    if options.get_filename().as_os_str().is_empty() {
        return Err("the address names no file: it has to look like sqlite://nightdesk.db".to_owned());
    }
    Ok(options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("secure_delete", "ON"))
}

/// Makes a missing database file so that only its owner can read it; SQLite gives its side files the same rights.
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new();
    file.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    match file.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Why the migrations do not fit, in words that say what to do.
fn explain(error: &MigrateError) -> String {
    match error {
        MigrateError::VersionMissing(version) => {
            format!(
                "it was written by a newer Nightdesk (migration {version}): start that version, or restore a backup"
            )
        }
        MigrateError::VersionMismatch(version) => {
            format!("its migration {version} is not the one this version ships: restore a backup")
        }
        error => error.to_string(),
    }
}

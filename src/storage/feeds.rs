//! The shelf: where the last good copy of each list of hosts is kept, one file a list, beside the database.
//!
//! A copy is written beside its place and then moved there, so that a crash leaves the old one or the new one. What stands
//! in a copy is decided in `rules::feeds::copy`; when it is fetched, in `app::feeds`.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::PathBuf;

use crate::rules::feeds::copy::{CopyError, FeedCopy};

/// A folder of copies.
#[derive(Debug, Clone)]
pub struct Shelf {
    folder: PathBuf,
}

/// The shelf refuses.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    /// The file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is there, but no copy.
    #[error("{path} {source}")]
    Copy {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        source: CopyError,
    },
}

impl Shelf {
    /// The shelf in this folder. It is made when something is put on it.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The last good copy of a list, by its id; `None` when there is none yet.
    pub fn load(&self, id: &str) -> Result<Option<FeedCopy>, ShelfError> {
        let path = self.place(id);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(ShelfError::File { path, source }),
        };
        match FeedCopy::from_bytes(&bytes) {
            Ok(copy) => Ok(Some(copy)),
            Err(source) => Err(ShelfError::Copy { path, source }),
        }
    }

    /// Puts a copy in the place of the last one.
    pub fn save(&self, copy: &FeedCopy) -> Result<(), ShelfError> {
        let path = self.place(&copy.about.id);
        let beside = path.with_extension("part");
        let write = || {
            fs::create_dir_all(&self.folder)?;
            let mut file = File::create(&beside)?;
            file.write_all(&copy.to_bytes())?;
            file.sync_all()?;
            fs::rename(&beside, &path)
        };
        write().map_err(|source| ShelfError::File {
            path: path.clone(),
            source,
        })
    }

    fn place(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.feed"))
    }
}

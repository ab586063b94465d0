//! One process per database: two bots on one file would each answer every press and carry out every effect.
//!
//! The claim is a lock that the operating system holds on a file beside the database, so it ends with the process,
//! however that ends. Other programs may read the database meanwhile.

use std::fs::{File, TryLockError};
use std::path::PathBuf;

use super::options;
use crate::storage::{Result, StoreError};

/// The claim of one process on a database. Dropped, it is given up.
#[derive(Debug)]
pub struct Alone {
    _lock: File,
}

impl Alone {
    /// Claims a database that is there already. Whoever mistypes where it is must not read that nothing was found in it.
    ///
    /// # Errors
    /// When there is no such file, and those of [`Self::claim`].
    pub fn claim_existing(url: &str) -> Result<Self> {
        let unusable = |problem: String| StoreError::Unusable {
            url: url.to_owned(),
            problem,
        };
        let file = options(url).map_err(unusable)?.get_filename().to_owned();
        if !file.is_file() {
            return Err(unusable(format!(
                "{} is not there: set DATABASE_URL to the file that the bot uses",
                file.display()
            )));
        }
        Self::claim(url)
    }

    /// Claims the database at `url` for this process.
    ///
    /// # Errors
    /// When another process holds it, or the file beside it cannot be made.
    pub fn claim(url: &str) -> Result<Self> {
        let unusable = |problem: String| StoreError::Unusable {
            url: url.to_owned(),
            problem,
        };
        let options = options(url).map_err(unusable)?;
        let mut path = options.get_filename().as_os_str().to_owned();
        path.push(".lock");
        let path = PathBuf::from(path);
        let mut file = File::options();
        file.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
        let lock = file.open(&path).map_err(|error| {
            unusable(format!(
                "{} cannot be written ({error}): make its folder, or allow the bot to write there, or set DATABASE_URL to a \
                 file elsewhere",
                path.display()
            ))
        })?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(unusable(
                "another Nightdesk is running on it: stop that one first, or give this one a database of its own \
                 (DATABASE_URL)"
                    .to_owned(),
            )),
            Err(TryLockError::Error(error)) => Err(unusable(format!(
                "{} cannot be locked: {error}",
                path.display()
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_claimed_once_until_the_claim_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("one.db").display());
        let first = Alone::claim(&url).unwrap();
        let refusal = Alone::claim(&url).unwrap_err().to_string();
        assert!(refusal.contains("another Nightdesk is running"), "{refusal}");
        drop(first);
        Alone::claim(&url).unwrap();
    }

    #[test]
    fn a_folder_that_is_not_there_is_told_with_what_to_do() {
        let refusal = Alone::claim("sqlite:///no/such/folder/one.db")
            .unwrap_err()
            .to_string();
        assert!(
            refusal.contains("make its folder") && refusal.contains("DATABASE_URL"),
            "{refusal}"
        );
    }
}

//! The spool: where the evidence of a removed message goes when the database refuses it.
//!
//! A file of JSON lines, one per message, each on the disk before [`Spool::append`] answers. Since a full disk is the
//! likeliest reason to come here, a reserve of one mebibyte stands next to the file and is given up when it is needed.
//! [`Spool::replay`] opens the cases later. Secrets have been taken out of a message long before it comes here.
//!
//! When to spool and what a late case still does is decided in `app` and `moderation`; no SQL lives here.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::{CaseFacts, CasePlan, Decide, InGuild, OpenedCase, Store, StoreError};
use crate::model::Timestamp;
use crate::model::message::IncomingMessage;
use crate::rules::Verdict;

/// Size of the reserve: room for some hundreds of messages.
const RESERVE_BYTES: usize = 1 << 20;

/// A judged message that could not be written to the database.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spooled {
    /// When it was judged.
    pub at: Timestamp,
    /// The message, its guild included.
    pub message: IncomingMessage,
    /// What the rules said.
    pub verdict: Verdict,
}

/// What became of the spool's lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Cases that were opened.
    pub opened: u64,
    /// Messages that had a case already.
    pub known: u64,
    /// Lines that are no spooled message; they now stand in a file next to the spool that ends in `.unreadable`.
    pub unreadable: u64,
}

/// The spool refuses.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// The file cannot be read or written.
    #[error("the spool {path} cannot be used: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The store still refuses. What was not replayed stays in the spool.
    #[error("the spool cannot be replayed yet: {0}")]
    Store(#[from] StoreError),
    /// A value cannot be written as JSON.
    #[error("the message cannot be spooled: {0}")]
    Unwritable(#[from] serde_json::Error),
}

/// The spool file.
#[derive(Clone, Debug)]
pub struct Spool {
    path: Arc<Path>,
    /// Held while the file is touched.
    file: Arc<Mutex<()>>,
    /// Held while the file is replayed; messages may be appended meanwhile.
    replaying: Arc<Mutex<()>>,
}

impl Spool {
    /// The spool at `path`. Neither it nor its reserve has to be there; the reserve is laid out if the disk has room.
    pub async fn open(path: impl Into<PathBuf>) -> Self {
        let path: PathBuf = path.into();
        let spool = Self {
            path: path.into(),
            file: Arc::default(),
            replaying: Arc::default(),
        };
        spool.reserve_room().await;
        spool
    }

    /// Writes a message to the disk.
    pub async fn append(&self, spooled: &Spooled) -> Result<(), SpoolError> {
        let mut line = serde_json::to_vec(spooled)?;
        line.push(b'\n');
        self.on_disk(move |path| append_or_give_up_reserve(path, &line, append))
            .await
    }

    /// Opens the cases of all spooled messages, oldest first, and removes them from the spool. A message whose case is
    /// there already (the program ended between the two) opens no second one. `plan` says what a late case still does.
    pub async fn replay(
        &self,
        store: &dyn Store,
        mut plan: impl FnMut(&Spooled) -> Decide<CaseFacts, CasePlan> + Send,
    ) -> Result<Replayed, SpoolError> {
        let _alone = self.replaying.lock().await;
        let lines = self.on_disk(read).await?;
        let mut replayed = Replayed::default();
        let mut consumed = 0;
        let mut outcome = Ok(());
        for line in lines.split_inclusive(|byte| *byte == b'\n') {
            if let Ok(spooled) = serde_json::from_slice::<Spooled>(line) {
                let decide = plan(&spooled);
                let guild = InGuild(spooled.message.guild);
                match store
                    .open_case(guild, spooled.message, spooled.verdict, spooled.at, decide)
                    .await
                {
                    Ok(OpenedCase::Opened(_)) => replayed.opened += 1,
                    Ok(OpenedCase::Known(_)) => replayed.known += 1,
                    Err(error) => {
                        outcome = Err(error);
                        break;
                    }
                }
            } else if !line.trim_ascii().is_empty() {
                let line = line.to_vec();
                self.on_disk(move |path| append(&beside(path, "unreadable"), &line))
                    .await?;
                replayed.unreadable += 1;
            }
            consumed += line.len();
        }
        if consumed > 0 {
            self.on_disk(move |path| remove_front(path, consumed as u64))
                .await?;
        }
        outcome?;
        self.reserve_room().await;
        Ok(replayed)
    }

    /// Lays the reserve out if it is not there. A disk without room for it is no reason to stop.
    async fn reserve_room(&self) {
        if let Err(error) = self.on_disk(lay_out_reserve).await {
            tracing::warn!(%error, "no room can be kept for the spool");
        }
    }

    /// Runs `work`, which blocks, where that does no harm.
    async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
    ) -> Result<T, SpoolError> {
        let held = Arc::clone(&self.file).lock_owned().await;
        let path = Arc::clone(&self.path);
        let done = tokio::task::spawn_blocking(move || {
            let _held = held;
            work(&path)
        });
        let outcome = done.await.unwrap_or_else(|error| Err(io::Error::other(error)));
        outcome.map_err(|source| SpoolError::File {
            path: self.path.to_path_buf(),
            source,
        })
    }
}

/// The file next to `path` whose name ends in `.ending` as well.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

/// Opens a file for reading and writing; a new one can be read by its owner only.
fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes a file's name durable, not only its bytes.
fn sync_directory(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(directory) if !directory.as_os_str().is_empty() => File::open(directory)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

/// Takes up the room that will be needed when there is none. Zeros are written: a hole would take up nothing.
fn lay_out_reserve(path: &Path) -> io::Result<()> {
    let path = beside(path, "reserve");
    let mut file = open_private(&path)?;
    if file.metadata()?.len() == RESERVE_BYTES as u64 {
        return Ok(());
    }
    let written = file
        .write_all(&vec![0; RESERVE_BYTES])
        .and_then(|()| file.sync_all());
    if written.is_err() {
        std::fs::remove_file(&path)?;
    }
    written
}

/// Appends a line; on a full disk gives up the reserve and tries once more.
fn append_or_give_up_reserve(
    path: &Path,
    line: &[u8],
    mut append: impl FnMut(&Path, &[u8]) -> io::Result<()>,
) -> io::Result<()> {
    match append(path, line) {
        Err(error) if error.kind() == ErrorKind::StorageFull => {
            std::fs::remove_file(beside(path, "reserve")).map_err(|_| error)?;
            append(path, line)
        }
        outcome => outcome,
    }
}

/// Appends a line and waits until it is on the disk. A line that was torn by a crash is ended first; a line that does not
/// fit is taken back.
fn append(path: &Path, line: &[u8]) -> io::Result<()> {
    let mut file = open_private(path)?;
    let end = file.seek(SeekFrom::End(0))?;
    let mut last = [b'\n'];
    if end > 0 {
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
    }
    let torn: &[u8] = if last == [b'\n'] { b"" } else { b"\n" };
    let written = file
        .write_all(torn)
        .and_then(|()| file.write_all(line))
        .and_then(|()| file.sync_all());
    if let Err(error) = written {
        // If this fails too, the torn line is put aside when the spool is replayed.
        let _torn = file.set_len(end);
        return Err(error);
    }
    if end == 0 { sync_directory(path) } else { Ok(()) }
}

/// The whole file; nothing when there is none.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    match std::fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        outcome => outcome,
    }
}

/// Removes the first `consumed` bytes: what was appended since they were read stays. The file is replaced whole, so that a
/// crash leaves the old or the new one.
fn remove_front(path: &Path, consumed: u64) -> io::Result<()> {
    let mut file = open_private(path)?;
    if file.metadata()?.len() <= consumed {
        file.set_len(0)?;
        return file.sync_all();
    }
    file.seek(SeekFrom::Start(consumed))?;
    let mut rest = Vec::new();
    file.read_to_end(&mut rest)?;
    let next = beside(path, "next");
    let mut replacement = open_private(&next)?;
    replacement.set_len(0)?;
    replacement.write_all(&rest)?;
    replacement.sync_all()?;
    std::fs::rename(&next, path)?;
    sync_directory(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_costs_the_reserve_and_not_the_line() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("spool");
        lay_out_reserve(&path).unwrap();
        // A disk that has room only once the reserve is gone.
        let full_until_reserve_is_gone = |path: &Path, line: &[u8]| {
            if beside(path, "reserve").exists() {
                return Err(io::Error::from(ErrorKind::StorageFull));
            }
            append(path, line)
        };
        append_or_give_up_reserve(&path, b"{}\n", full_until_reserve_is_gone).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"{}\n");
    }

    #[test]
    fn a_disk_that_stays_full_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("spool");
        lay_out_reserve(&path).unwrap();
        let full = |_: &Path, _: &[u8]| Err(io::Error::from(ErrorKind::StorageFull));
        assert!(append_or_give_up_reserve(&path, b"{}\n", full).is_err());
    }

    #[test]
    fn a_torn_line_does_not_spoil_the_next() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("spool");
        std::fs::write(&path, b"{\"at\":1").unwrap();
        append(&path, b"{}\n").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"{\"at\":1\n{}\n");
    }

    #[test]
    fn what_was_appended_during_a_replay_stays() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("spool");
        std::fs::write(&path, b"old\nnew\n").unwrap();
        remove_front(&path, 4).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new\n");
        remove_front(&path, 4).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"");
    }

    #[test]
    fn the_reserve_takes_up_room_that_can_be_given_up() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("spool");
        lay_out_reserve(&path).unwrap();
        assert_eq!(
            std::fs::metadata(beside(&path, "reserve")).unwrap().len(),
            RESERVE_BYTES as u64
        );
    }
}

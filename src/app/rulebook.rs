//! The rulebook in force: the compiled rules and the policy of one directory, swapped whole.
//!
//! A directory that does not load changes nothing: the old rulebook goes on and the errors are told. How rules and
//! policy are read lives in `rules` and `moderation::policy`.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;

use crate::moderation::policy::Policy;
use crate::rules::Ruleset;

/// Rules and policy that belong together.
#[derive(Debug)]
pub struct Rulebook {
    /// What to look for.
    pub ruleset: Ruleset,
    /// What to do about it.
    pub policy: Policy,
}

impl Rulebook {
    /// Reads a rules directory. The error names every problem with file and line.
    pub fn load(directory: &Path) -> Result<Self, String> {
        match (Ruleset::load(directory), Policy::load(directory)) {
            (Ok(ruleset), Ok(policy)) => Ok(Self { ruleset, policy }),
            (ruleset, policy) => {
                let errors = [
                    ruleset.err().map(|errors| errors.to_string()),
                    policy.err().map(|errors| errors.to_string()),
                ];
                Err(errors.into_iter().flatten().collect::<Vec<_>>().join("\n"))
            }
        }
    }
}

/// The rulebook in force, and where the next one comes from.
#[derive(Debug)]
pub struct Rulebooks {
    directory: PathBuf,
    current: ArcSwap<Rulebook>,
    watched: Mutex<Watched>,
}

/// What the folder looked like.
#[derive(Debug, Default)]
struct Watched {
    /// When it was last read.
    read: u64,
    /// When it was last looked at, if that was different.
    seen: Option<u64>,
    /// Whether what was last read has mistakes.
    broken: bool,
}

impl Rulebooks {
    /// Puts a rulebook in force that was read from `directory`.
    pub fn new(directory: PathBuf, rulebook: Rulebook) -> Self {
        let watched = Mutex::new(Watched {
            read: look(&directory),
            ..Watched::default()
        });
        Self {
            directory,
            current: ArcSwap::from_pointee(rulebook),
            watched,
        }
    }

    /// The folder that the rules come from.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The rulebook in force.
    pub fn current(&self) -> Arc<Rulebook> {
        self.current.load_full()
    }

    /// Reads the directory again. On error the old rulebook stays in force.
    pub fn reload(&self) -> Result<Arc<Rulebook>, String> {
        let look = look(&self.directory);
        let read = Rulebook::load(&self.directory);
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        *watched = Watched {
            read: look,
            seen: None,
            broken: read.is_err(),
        };
        let next = Arc::new(read?);
        self.current.store(Arc::clone(&next));
        Ok(next)
    }

    /// Whether the folder has changed since it was read, and has stood still since the last look: whoever is still saving
    /// files is not disturbed.
    pub fn has_changed(&self) -> bool {
        let look = look(&self.directory);
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        if look == watched.read {
            watched.seen = None;
            return false;
        }
        watched.seen.replace(look) == Some(look)
    }

    /// Whether the files that were last read had mistakes, so that older rules are in force.
    pub fn is_broken(&self) -> bool {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner).broken
    }
}

/// A number over names, sizes and times of the files in a folder of rules, and of its lists.
fn look(directory: &Path) -> u64 {
    let mut files = Vec::new();
    for folder in [directory.to_owned(), directory.join("lists")] {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let kind = path.extension().and_then(|ending| ending.to_str());
            if let (Some("toml" | "txt"), Ok(metadata)) = (kind, entry.metadata()) {
                files.push((path, metadata.len(), metadata.modified().ok()));
            }
        }
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    files.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_once_it_stands_still_and_reading_it_ends_that() {
        let folder = tempfile::tempdir().expect("a folder");
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
        let rulebook = Rulebook::load(&shipped).expect("the shipped rules are sound");
        let rulebooks = Rulebooks::new(folder.path().to_owned(), rulebook);
        assert!(!rulebooks.has_changed());
        std::fs::write(folder.path().join("a.toml"), "what").expect("a file");
        assert!(!rulebooks.has_changed(), "it may still be written");
        assert!(rulebooks.has_changed());
        assert!(rulebooks.reload().is_err());
        assert!(
            rulebooks.is_broken() && !rulebooks.has_changed(),
            "mistakes are told once"
        );
        std::fs::write(folder.path().join("notes.md"), "what").expect("a file");
        assert!(!rulebooks.has_changed(), "only rules and lists count");
    }
}

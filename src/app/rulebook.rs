//! The rulebook in force: the compiled rules and the policy of one directory, swapped whole.
//!
//! A directory that does not load changes nothing: the old rulebook goes on and the errors are told. How rules and
//! policy are read lives in `rules` and `moderation::policy`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

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
}

impl Rulebooks {
    /// Puts a rulebook in force that was read from `directory`.
    pub fn new(directory: PathBuf, rulebook: Rulebook) -> Self {
        Self {
            directory,
            current: ArcSwap::from_pointee(rulebook),
        }
    }

    /// The rulebook in force.
    pub fn current(&self) -> Arc<Rulebook> {
        self.current.load_full()
    }

    /// Reads the directory again. On error the old rulebook stays in force.
    pub fn reload(&self) -> Result<Arc<Rulebook>, String> {
        let next = Arc::new(Rulebook::load(&self.directory)?);
        self.current.store(Arc::clone(&next));
        Ok(next)
    }
}

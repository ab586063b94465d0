//! The subcommands, one file each. What they print is for people and scripts; what they do lives in the library.

pub mod backtest;
pub mod check;
#[cfg(feature = "bot")]
pub mod erase;
pub mod eval;
pub mod explain;
pub mod feeds;
pub mod judge;
mod labelled;
mod lines;
pub mod rules;
#[cfg(feature = "bot")]
pub mod run;
pub mod scan;

use std::process::ExitCode;

/// The exit codes of `scan`, after the habit of grep and ruff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing was found.
    Clean,
    /// Something was found, or the rules are broken.
    Found,
    /// Something could not be read.
    Failed,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Clean => Self::SUCCESS,
            Outcome::Found => Self::from(1),
            Outcome::Failed => Self::from(2),
        }
    }
}

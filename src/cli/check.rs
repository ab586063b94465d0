//! `nightdesk check`: compiles every rule and runs its examples.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::Outcome;
use crate::rules::{Ruleset, Status};

/// Compile every rule and run its examples; tell all errors at once.
///
/// Exit code 0: all is well. 1: something is wrong.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Directory with the rule files.
    #[arg(long, value_name = "DIR", default_value = "rules")]
    pub rules: PathBuf,
}

/// Runs the subcommand.
pub fn run(arguments: &Arguments) -> Outcome {
    match Ruleset::load(&arguments.rules) {
        Ok(ruleset) => {
            let rules = ruleset.rules();
            let files: BTreeSet<_> = rules.iter().map(|rule| &rule.file).collect();
            let examples: usize = rules.iter().map(|rule| rule.examples).sum();
            let with = |status: Status| rules.iter().filter(|rule| rule.status == status).count();
            println!(
                "{} rules in {} files are sound ({} stable, {} experimental, {} retired); all {examples} examples hold",
                rules.len(),
                files.len(),
                with(Status::Stable),
                with(Status::Experimental),
                with(Status::Retired),
            );
            Outcome::Clean
        }
        Err(errors) => {
            eprintln!("{errors}");
            Outcome::Found
        }
    }
}

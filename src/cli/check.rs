//! `nightdesk check`: compiles every rule and runs its examples; where the bot is built in, reads the policy as well.

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
    #[cfg(feature = "bot")]
    let policy = policy_errors(&arguments.rules);
    // Only the bot knows what a policy may say.
    #[cfg(not(feature = "bot"))]
    let policy: Option<String> = None;
    if let Some(errors) = &policy {
        eprintln!("{errors}");
    }
    match Ruleset::load(&arguments.rules) {
        Ok(_) if policy.is_some() => Outcome::Found,
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

/// What is wrong with the policy beside the rules, if there is one: rules alone may be checked without.
#[cfg(feature = "bot")]
fn policy_errors(directory: &std::path::Path) -> Option<String> {
    use crate::moderation::Policy;

    let there = directory.join(Policy::FILE).exists();
    there
        .then(|| Policy::load(directory).err())
        .flatten()
        .map(|errors| errors.to_string())
}

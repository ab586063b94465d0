//! `nightdesk rules …`: work on the rules themselves.

mod fit;

use super::Outcome;

/// Work on the rules themselves.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    work: Work,
}

#[derive(Debug, clap::Subcommand)]
enum Work {
    Fit(fit::Arguments),
}

/// Runs the subcommand.
pub fn run(arguments: &Arguments) -> Outcome {
    match &arguments.work {
        Work::Fit(arguments) => fit::run(arguments),
    }
}

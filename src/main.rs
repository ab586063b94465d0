//! Arguments in, exit code out. What each subcommand does lives in [`nightdesk::cli`].

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use nightdesk::cli;

/// Keeps scams out of public channels and turns a cry for help into a ticket that cannot get lost.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[cfg(feature = "bot")]
    Run(cli::run::Arguments),
    #[cfg(feature = "bot")]
    Erase(cli::erase::Arguments),
    Scan(cli::scan::Arguments),
    Check(cli::check::Arguments),
    Eval(cli::eval::Arguments),
    Feeds(cli::feeds::Arguments),
    Explain(cli::explain::Arguments),
    Rules(cli::rules::Arguments),
    Backtest(cli::backtest::Arguments),
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        #[cfg(feature = "bot")]
        Command::Run(arguments) => cli::run::run(&arguments),
        #[cfg(feature = "bot")]
        Command::Erase(arguments) => cli::erase::run(&arguments).into(),
        Command::Scan(arguments) => cli::scan::run(&arguments).into(),
        Command::Check(arguments) => cli::check::run(&arguments).into(),
        Command::Eval(arguments) => cli::eval::run(&arguments).into(),
        Command::Feeds(arguments) => cli::feeds::run(&arguments).into(),
        Command::Explain(arguments) => cli::explain::run(&arguments).into(),
        Command::Rules(arguments) => cli::rules::run(&arguments).into(),
        Command::Backtest(arguments) => cli::backtest::run(&arguments).into(),
    }
}

//! `nightdesk eval`: how well the rules find what they should and leave alone what they should, in figures.
//!
//! How labelled rows are read lives in `cli::labelled`, counting in `tally`, printing in `report`, what is demanded of the
//! figures in `demand`. Rows stream through; only counts are kept.

mod demand;
mod report;
mod tally;

use std::io::{self, Write};
use std::path::PathBuf;

use super::Outcome;
use super::judge::{GuildArguments, Judge};
use super::labelled::{self, Holdout, Kind, Labelled};
use crate::rules::{Level, Ruleset, Verdict};
use demand::{Bound, Demand};
use tally::Tallies;

/// Measure the rules on labelled messages: caught, removed, falsely accused, with 95 % intervals.
///
/// Reads .jsonl rows like {"text": "…", "label": "scam"}; also "domain" (judged as a bare link), "id", "cluster", "source",
/// "lang", "category", "surface", "attachments". Labels scam, bad, malicious ought to be caught; ham, good, benign left alone.
///
/// Exit code 0: measured, and every demand is met. 1: a demand is not met. 2: something could not be read.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Directory with the rule files.
    #[arg(long, value_name = "DIR", default_value = "rules")]
    pub rules: PathBuf,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// What becomes of the fifth of all campaigns that is set aside: counted `in`, left `out`, or the `only` one counted.
    #[arg(long, value_enum, default_value_t = Holdout::In)]
    pub holdout: Holdout,
    /// Print each row that is judged wrongly, with what was found in it. Held-out rows are never printed.
    #[arg(long)]
    pub misses: bool,
    /// A figure that must be reached, like `texts_scam.caught=92%`: a file, label, category or language, then `caught` or `removed`.
    #[arg(long = "at-least", value_name = "FIGURE=SHARE")]
    pub at_least: Vec<Demand>,
    /// A figure that must not be passed, like `texts_ham.removed=0.1%`; `flagged` is another word for `caught`.
    #[arg(long = "at-most", value_name = "FIGURE=SHARE")]
    pub at_most: Vec<Demand>,
    /// The guild the messages are judged for.
    #[command(flatten)]
    pub guild: GuildArguments,
    /// Files of labelled rows, or directories of them.
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
}

/// How figures are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Tables for people.
    Text,
    /// One JSON object for programs.
    Json,
}

/// Runs the subcommand.
pub fn run(arguments: &Arguments) -> Outcome {
    match measure(arguments) {
        Ok(outcome) => outcome,
        Err(error) => {
            eprintln!("{error}");
            Outcome::Failed
        }
    }
}

fn measure(arguments: &Arguments) -> Result<Outcome, String> {
    let ruleset = Ruleset::load(&arguments.rules).map_err(|errors| errors.to_string())?;
    let mut judge = Judge::new(&ruleset, &arguments.rules, &arguments.guild)?;
    let mut tallies = Tallies::default();
    let mut failed = false;
    for path in labelled::files(&arguments.paths)? {
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let row = |row: Labelled| {
            if !arguments.holdout.counts(row.held_out) {
                return;
            }
            let verdict = judge.judge(&row.texts);
            tallies.count(&name, &row, verdict.level);
            if arguments.misses && !row.held_out && is_wrong(&row, &verdict) {
                show(&name, &row, &verdict);
            }
        };
        let bad = |reason: String| {
            failed = true;
            eprintln!("{reason}");
        };
        labelled::read(&path, row, bad).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let demands = arguments.at_least.iter().map(|demand| (Bound::AtLeast, demand));
    let demands = demands.chain(arguments.at_most.iter().map(|demand| (Bound::AtMost, demand)));
    let answers: Vec<demand::Answer> = demands
        .map(|(bound, demand)| demand.ask(bound, &tallies))
        .collect();
    let mut out = io::stdout().lock();
    let printed = match arguments.format {
        Format::Text => report::text(&mut out, &tallies, &answers),
        Format::Json => report::json(&mut out, &tallies, &answers),
    };
    match printed.and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            return Err(format!("cannot write: {error}"));
        }
        _ => {}
    }
    Ok(if failed {
        Outcome::Failed
    } else if answers.iter().all(|answer| answer.met) {
        Outcome::Clean
    } else {
        Outcome::Found
    })
}

/// A harmful row that is not caught, or a harmless one that is.
fn is_wrong(row: &Labelled, verdict: &Verdict) -> bool {
    match row.kind {
        Kind::Harmful => verdict.level == Level::Clean,
        Kind::Harmless => verdict.level > Level::Clean,
        Kind::Neither => false,
    }
}

/// On stderr, so that the figures can be piped on. Secrets in the text are masked as everywhere.
fn show(file: &str, row: &Labelled, verdict: &Verdict) {
    let what = if row.kind == Kind::Harmful {
        "missed"
    } else {
        "false alarm"
    };
    let text = row.texts.first().map_or("", |(_, text)| text.as_str());
    let text = crate::artefacts::secrets::redact(text).text;
    let rules: Vec<&str> = verdict.findings.iter().map(|finding| &*finding.rule).collect();
    eprintln!(
        "{what}: {file} {} ({}, score {}, {}): {}",
        row.id,
        row.category.as_deref().unwrap_or("-"),
        verdict.score,
        if rules.is_empty() {
            "nothing found".to_owned()
        } else {
            rules.join(" ")
        },
        text.escape_debug(),
    );
}

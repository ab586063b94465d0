//! `nightdesk rules fit`: proposes weights that suit labelled messages better, as lines to put into the rule files.
//!
//! How weights are fitted lives in `rules::fit`, how rows are read in `cli::labelled`. Nothing is written: a weight is a
//! statement in a file that somebody answers for.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::cli::Outcome;
use crate::cli::judge::{GuildArguments, Judge};
use crate::cli::labelled::{self, Holdout, Kind, Labelled};
use crate::rules::fit::{Fitted, Sample, Settings};
use crate::rules::{Level, Ruleset};

/// Fit the weights of the rules to labelled messages and print what would change.
///
/// Reads the same rows as `nightdesk eval` and leaves out the fifth of all campaigns that is set aside. Weights move from what is
/// written only as far as the messages demand. Prints the figures before and after, and each weight that changes.
///
/// Exit code 0: done. 2: something could not be read.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Directory with the rule files.
    #[arg(long, value_name = "DIR", default_value = "rules")]
    pub rules: PathBuf,
    /// How many missed scams one false alarm is worth.
    #[arg(long, value_name = "TIMES", default_value_t = Settings::default().false_alarm)]
    pub false_alarm: f64,
    /// How strongly weights are held to what is written.
    #[arg(long, value_name = "STRENGTH", default_value_t = Settings::default().hold)]
    pub hold: f64,
    /// The guild the messages are judged for.
    #[command(flatten)]
    pub guild: GuildArguments,
    /// Files of labelled rows, or directories of them.
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Outcome {
    match proposal(arguments) {
        Ok((text, outcome)) => {
            print!("{text}");
            outcome
        }
        Err(error) => {
            eprintln!("{error}");
            Outcome::Failed
        }
    }
}

fn proposal(arguments: &Arguments) -> Result<(String, Outcome), String> {
    let sound = |number: f64| number.is_finite() && number > 0.0;
    if !sound(arguments.false_alarm) || !sound(arguments.hold) {
        return Err("--false-alarm and --hold are numbers above 0".to_owned());
    }
    let ruleset = Ruleset::load(&arguments.rules).map_err(|errors| errors.to_string())?;
    let mut judge = Judge::new(&ruleset, &arguments.rules, &arguments.guild)?;
    let mut samples = Vec::new();
    let mut outcome = Outcome::Clean;
    for path in labelled::files(&arguments.paths)? {
        let row = |row: Labelled| {
            if Holdout::Out.counts(row.held_out) && row.kind != Kind::Neither {
                let verdict = judge.judge(&row.texts);
                samples.push(ruleset.sample(row.kind == Kind::Harmful, &verdict));
            }
        };
        let bad = |reason: String| {
            outcome = Outcome::Failed;
            eprintln!("{reason}");
        };
        labelled::read(&path, row, bad).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let settings = Settings {
        false_alarm: arguments.false_alarm,
        hold: arguments.hold,
    };
    let fitted = ruleset.fit(&samples, settings);
    let mut text = String::new();
    figures(&mut text, "as written", &ruleset, &samples, &[]);
    figures(&mut text, "as fitted", &ruleset, &samples, &fitted);
    for change in fitted.iter().filter(|fitted| fitted.before != fitted.after) {
        let rule = &ruleset.rules()[change.rule];
        let _ = write!(
            text,
            "\n{}:{} {} (hit {} harmful, {} harmless)\n-weight   = {}\n+weight   = {}\n",
            rule.file, rule.line, rule.id, change.harmful, change.harmless, change.before, change.after
        );
    }
    Ok((text, outcome))
}

fn figures(text: &mut String, when: &str, ruleset: &Ruleset, samples: &[Sample], fitted: &[Fitted]) {
    let count = |harmful: bool, least: Level| {
        samples
            .iter()
            .filter(|sample| sample.harmful() == harmful && ruleset.level_with(sample, fitted) >= least)
            .count()
    };
    let of = |harmful: bool| {
        samples
            .iter()
            .filter(|sample| sample.harmful() == harmful)
            .count()
    };
    let _ = writeln!(
        text,
        "{when}: {} of {} harmful caught, {} removed; {} of {} harmless flagged, {} removed",
        count(true, Level::Suspicious),
        of(true),
        count(true, Level::Scam),
        count(false, Level::Suspicious),
        of(false),
        count(false, Level::Scam),
    );
}

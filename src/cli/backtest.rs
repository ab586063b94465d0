//! `nightdesk backtest`: tries a rule file on messages of the past before it is in force.
//!
//! Inputs are those of `nightdesk scan`, and so is the way they are read. What is counted is decided in `rules::backtest`.

use std::io::{self, Write};
use std::path::PathBuf;

use super::Outcome;
use super::judge::GuildArguments;
use super::scan::{Message, Sink, read_path};
use crate::artefacts::secrets;
use crate::rules::backtest::{Tally, Trial};
use crate::rules::{DomainSet, Level, Part, Ruleset, ScanContext, UnlistedInvites, domains::Suffixes};

/// Try a rule file on messages of the past: what would it find that the present rules do not?
///
/// The file is compiled beside the rules of --rules; a file of the same name there is replaced for the trial. Experimental
/// rules are judged as if they counted. Inputs: as for `scan`.
///
/// Exit code 0: it finds nothing new. 1: it does. 2: the rules are broken, or something could not be read.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The rule file on trial.
    #[arg(long, value_name = "FILE")]
    pub rule: PathBuf,
    /// Directory with the present rule files.
    #[arg(long, value_name = "DIR", default_value = "rules")]
    pub rules: PathBuf,
    /// The guild the messages are judged for.
    #[command(flatten)]
    pub guild: GuildArguments,
    /// Files to read, or `-`.
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
}

/// Runs the subcommand.
pub fn run(arguments: &Arguments) -> Outcome {
    match tried(arguments) {
        Ok(outcome) => outcome,
        Err(words) => {
            eprintln!("{words}");
            Outcome::Failed
        }
    }
}

fn tried(arguments: &Arguments) -> Result<Outcome, String> {
    let path = arguments.rule.display();
    let text = std::fs::read_to_string(&arguments.rule)
        .map_err(|error| format!("{path}: {error}; --rule names the rule file to try"))?;
    let name = arguments
        .rule
        .file_name()
        .and_then(|name| name.to_str())
        .ok_or_else(|| format!("{path}: name a rule file"))?;
    let next = Ruleset::load_with(&arguments.rules, name, &text).map_err(|errors| errors.to_string())?;
    // The file on trial may stand among the present rules already: without it they are what it is held against.
    let present = if arguments.rules.join(name).exists() {
        Ruleset::load_without(&arguments.rules, name)
    } else {
        Ruleset::load(&arguments.rules)
    };
    let present = present.map_err(|errors| errors.to_string())?;
    let mut denied = DomainSet::new();
    for host in &arguments.guild.denied_hosts {
        denied
            .insert(host, Suffixes::Allow)
            .map_err(|refused| format!("--deny-host {host}: {refused}"))?;
    }
    let trial = Trial::of_file(&present, &next, name);
    if trial.tried().is_empty() {
        return Err(format!("{path}: holds no rule to try"));
    }
    let mut backtest = Backtest {
        trial,
        guild: &arguments.guild,
        denied: &denied,
        failed: false,
    };
    for path in &arguments.paths {
        if let Err(error) = read_path(&mut backtest, path) {
            return Err(error.to_string());
        }
    }
    let failed = backtest.failed;
    let tally = backtest.trial.finish();
    if let Err(error) = print(&tally, &mut io::stdout().lock())
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        return Err(format!("cannot write: {error}"));
    }
    Ok(if failed {
        Outcome::Failed
    } else if tally.newly_flagged + tally.newly_removed > 0 {
        Outcome::Found
    } else {
        Outcome::Clean
    })
}

struct Backtest<'a> {
    trial: Trial<'a>,
    guild: &'a GuildArguments,
    denied: &'a DomainSet,
    failed: bool,
}

impl Sink for Backtest<'_> {
    fn message(&mut self, message: &Message) -> io::Result<()> {
        let redacted: Vec<_> = message
            .texts
            .iter()
            .map(|(_, text)| secrets::redact(text))
            .collect();
        let texts = message.texts.iter().zip(&redacted);
        let parts: Vec<Part<'_>> = texts
            .map(|((place, _), redacted)| Part {
                place: *place,
                text: &redacted.text,
                secrets: &redacted.found,
            })
            .collect();
        let context = ScanContext {
            own_invites: &self.guild.own_invites,
            denied_hosts: Some(self.denied),
            unlisted_invites: UnlistedInvites::Foreign,
            ..ScanContext::default()
        };
        let id = match &message.id {
            serde_json::Value::String(id) => id.clone(),
            other => other.to_string(),
        };
        self.trial.message(&id, &parts, &context);
        Ok(())
    }

    fn complain(&mut self, what: &str) {
        self.failed = true;
        eprintln!("{what}");
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn print(tally: &Tally, out: &mut impl Write) -> io::Result<()> {
    let share = |count: u64| {
        #[expect(clippy::cast_precision_loss, reason = "a share for people, to two digits")]
        let share = if tally.messages == 0 {
            0.0
        } else {
            count as f64 * 100.0 / tally.messages as f64
        };
        share
    };
    writeln!(out, "{} messages", tally.messages)?;
    for (words, count) in [
        ("hit by the rules on trial", tally.hit),
        ("would be removed because of them", tally.newly_removed),
        (
            "would be shown to moderators because of them",
            tally.newly_flagged,
        ),
        ("would be judged more mildly", tally.milder),
    ] {
        writeln!(out, "{count:>8} ({:.2} %) {words}", share(count))?;
    }
    for sample in &tally.samples {
        let change = match (sample.before, sample.after) {
            (before, after) if before == after => "as before".to_owned(),
            (before, Level::Scam) => format!("{before} -> removed"),
            (before, after) => format!("{before} -> {after}"),
        };
        writeln!(
            out,
            "  {}: {} ({change}): {}",
            sample.id, sample.rule, sample.evidence
        )?;
    }
    Ok(())
}

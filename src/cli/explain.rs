//! `nightdesk explain`: shows view by view why a text is or is not found.
//!
//! What an explanation consists of lives in `rules::explain`.

use std::fmt::Write as _;
use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;

use super::Outcome;
use super::judge::{GuildArguments, Judge};
use crate::rules::explain::{Explanation, RuleTrace};
use crate::rules::{Place, Ruleset};

/// Show why a text is or is not found: its readings, signals, and each rule's terms.
///
/// Exit code 0: explained. 2: something could not be read.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Directory with the rule files.
    #[arg(long, value_name = "DIR", default_value = "rules")]
    pub rules: PathBuf,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Where the text stands: `content`, `edit`, `display_name`, `embed[0].title` …
    #[arg(long, value_name = "SURFACE", default_value = "content")]
    pub surface: String,
    /// Show this rule, whether it saw anything or not, and no other.
    #[arg(long, value_name = "ID")]
    pub rule: Option<String>,
    /// The guild the text is judged for.
    #[command(flatten)]
    pub guild: GuildArguments,
    /// The text, or `-` to read it from standard input.
    #[arg(value_name = "TEXT")]
    pub text: String,
}

/// How an explanation is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object, for programs.
    Json,
}

/// The longest text that is explained, in bytes.
const LONGEST: u64 = 1 << 20;

/// Runs the subcommand.
pub fn run(arguments: &Arguments) -> Outcome {
    let printed = explained(arguments).and_then(|text| {
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(format!("cannot write: {error}")),
            _ => Ok(()),
        }
    });
    match printed {
        Ok(()) => Outcome::Clean,
        Err(error) => {
            eprintln!("{error}");
            Outcome::Failed
        }
    }
}

fn explained(arguments: &Arguments) -> Result<String, String> {
    let ruleset = Ruleset::load(&arguments.rules).map_err(|errors| errors.to_string())?;
    if let Some(id) = &arguments.rule
        && ruleset.rules().iter().all(|rule| *rule.id != **id)
    {
        return Err(format!(
            "--rule {id}: there is no such rule; name one by the `id` in its file"
        ));
    }
    let place: Place = arguments
        .surface
        .parse()
        .map_err(|error: crate::rules::part::UnknownPlace| format!("--surface: {error}"))?;
    let text = if arguments.text == "-" {
        let mut text = String::new();
        io::stdin()
            .take(LONGEST)
            .read_to_string(&mut text)
            .map_err(|error| format!("standard input: {error}"))?;
        text
    } else {
        arguments.text.clone()
    };
    let judge = Judge::new(&ruleset, &arguments.rules, &arguments.guild)?;
    let explanation = judge.explain(&[(place, text)], arguments.rule.as_deref());
    match arguments.format {
        Format::Text => Ok(in_words(&explanation)),
        Format::Json => serde_json::to_string_pretty(&explanation)
            .map(|json| json + "\n")
            .map_err(|error| error.to_string()),
    }
}

fn in_words(why: &Explanation) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{}, score {} (suspicious from {}, scam from {})",
        why.level, why.score, why.suspicious, why.scam
    );
    for text in &why.texts {
        let _ = writeln!(out, "\n{}", text.place);
        for (name, reading) in &text.readings {
            let _ = writeln!(out, "  {name}: {}", reading.escape_debug());
        }
    }
    let _ = writeln!(
        out,
        "\nsignals{}",
        if why.signals.is_empty() { ": none" } else { "" }
    );
    for told in &why.signals {
        let _ = writeln!(out, "  {} {}", told.signal, told.evidence.escape_debug());
    }
    for (title, hit) in [
        ("rules that hit", true),
        ("rules that saw something and did not hit", false),
    ] {
        let mut rules = why.rules.iter().filter(|rule| rule.hit == hit).peekable();
        let _ = writeln!(
            out,
            "\n{title}{}",
            if rules.peek().is_none() { ": none" } else { "" }
        );
        for rule in rules {
            describe(&mut out, rule);
        }
    }
    out
}

fn describe(out: &mut String, rule: &RuleTrace) {
    let counts = rule
        .weight
        .map_or_else(|| "decides alone".to_owned(), |weight| format!("adds {weight}"));
    let shadow = if rule.experimental {
        "; experimental: not yet counted"
    } else {
        ""
    };
    let _ = writeln!(out, "  {} ({}, {counts}{shadow})", rule.rule, rule.severity);
    if let Some(why) = rule.held_back {
        let _ = writeln!(out, "    held back: {why}");
    }
    for term in &rule.terms {
        let mark = if term.found.is_empty() { '-' } else { '+' };
        let group = match term.group {
            0 => String::new(),
            group => format!("group {group}: "),
        };
        let _ = writeln!(out, "    {mark} {group}{}", term.looks_for);
        for (view, found) in &term.found {
            let _ = writeln!(out, "        {view}: {}", found.escape_debug());
        }
    }
    if rule.expressions > rule.expressions_run {
        let _ = writeln!(
            out,
            "    {} of {} expressions did not run: a literal they need is not in the text",
            rule.expressions - rule.expressions_run,
            rule.expressions
        );
    }
}

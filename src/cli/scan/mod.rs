//! `nightdesk scan`: judges messages in files, as the bot would judge them live from a stranger.
//!
//! How files are read lives in `input`; what is printed in `output`. Memory does not grow with the input: one message
//! is held at a time.

mod export;
mod input;
mod output;

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use super::Outcome;
use super::judge::{GuildArguments, Judge};
use crate::rules::{Level, Place, Ruleset};
use output::Printer;

/// Judge messages in files, as the bot would judge them live.
///
/// Inputs: plain text (one message a line), .jsonl ({"id"?, "text", "surface"?, "attachments"?}), and the JSON of
/// `DiscordChatExporter` (.json). `-` reads standard input and looks which of them it is.
///
/// Exit code 0: nothing found. 1: something suspicious or worse. 2: something could not be read; the rest was judged.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Directory with the rule files.
    #[arg(long, value_name = "DIR", default_value = "rules")]
    pub rules: PathBuf,
    /// How to print: `ndjson` for programs (one object a message), `text` for people (findings only).
    #[arg(long, value_enum, default_value_t = Format::Ndjson)]
    pub format: Format,
    /// The guild the messages are judged for.
    #[command(flatten)]
    pub guild: GuildArguments,
    /// Files to read, or `-`.
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// What was found, for people.
    Text,
    /// One JSON object a message, for programs.
    Ndjson,
}

/// One message of an input: its name there, and its texts.
#[derive(Debug, Default)]
pub(crate) struct Message {
    /// As given, or a line number.
    pub(crate) id: serde_json::Value,
    /// Each text and where it stands.
    pub(crate) texts: Vec<(Place, String)>,
}

/// Runs the subcommand.
pub fn run(arguments: &Arguments) -> Outcome {
    let ruleset = match Ruleset::load(&arguments.rules) {
        Ok(ruleset) => ruleset,
        Err(errors) => {
            eprintln!("{errors}");
            return Outcome::Failed;
        }
    };
    let judge = match Judge::new(&ruleset, &arguments.rules, &arguments.guild) {
        Ok(judge) => judge,
        Err(refused) => {
            eprintln!("{refused}");
            return Outcome::Failed;
        }
    };
    let stdout = BufWriter::new(io::stdout().lock());
    let mut scan = Scan {
        judge,
        printer: Printer::new(arguments.format, stdout),
        found: false,
        failed: false,
    };
    for path in &arguments.paths {
        if let Err(error) = read_path(&mut scan, path) {
            return scan.stopped(&error);
        }
    }
    match scan.printer.finish() {
        Err(error) => scan.stopped(&error),
        Ok(()) if scan.failed => Outcome::Failed,
        Ok(()) if scan.found => Outcome::Found,
        Ok(()) => Outcome::Clean,
    }
}

/// A run over all inputs.
pub(crate) struct Scan<'a, W: Write> {
    judge: Judge<'a>,
    printer: Printer<W>,
    found: bool,
    failed: bool,
}

/// Whoever takes the messages of an input.
pub(crate) trait Sink {
    /// Takes one message. An error ends the reading: nobody wants to hear any more.
    fn message(&mut self, message: &Message) -> io::Result<()>;

    /// Hears what cannot be read; the reading goes on.
    fn complain(&mut self, what: &str);

    /// Lets what is waiting out, before waiting for more input.
    fn flush(&mut self) -> io::Result<()>;
}

impl<W: Write> Sink for Scan<'_, W> {
    fn message(&mut self, message: &Message) -> io::Result<()> {
        let verdict = self.judge.judge(&message.texts);
        self.found |= verdict.level > Level::Clean;
        self.printer.verdict(&message.id, &verdict)
    }

    fn complain(&mut self, what: &str) {
        self.failed = true;
        eprintln!("{what}");
    }

    fn flush(&mut self) -> io::Result<()> {
        self.printer.flush()
    }
}

/// Reads a file by its ending, or `-`, standard input, by what it starts with.
pub(crate) fn read_path(sink: &mut impl Sink, path: &Path) -> io::Result<()> {
    let name = path.display().to_string();
    if path == Path::new("-") {
        return input::sniffed(sink, "standard input", buffered(io::stdin().lock()));
    }
    match File::open(path) {
        Ok(file) if file.metadata().is_ok_and(|metadata| metadata.is_dir()) => {
            sink.complain(&format!("{name}: is a directory; name the files in it"));
            Ok(())
        }
        Ok(file) => input::named(sink, &name, path, buffered(file)),
        Err(error) => {
            sink.complain(&format!(
                "{name}: cannot be read: {error}; name a chat export, rows of JSON or a text"
            ));
            Ok(())
        }
    }
}

impl<W: Write> Scan<'_, W> {
    /// Output is gone: quietly when nobody listens any more.
    fn stopped(&self, error: &io::Error) -> Outcome {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return if self.found {
                Outcome::Found
            } else {
                Outcome::Clean
            };
        }
        eprintln!("cannot write: {error}");
        Outcome::Failed
    }
}

fn buffered<R: Read>(reader: R) -> BufReader<R> {
    BufReader::with_capacity(1 << 16, reader)
}

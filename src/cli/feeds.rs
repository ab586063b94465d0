//! `nightdesk feeds check`: a dry run of the lists of hosts in a `feeds.toml`; and the same lists for `nightdesk scan`.
//!
//! Files are read where they are; of an address the last good copy is looked at, unless `--fetch` asks for it anew.
//! Nothing is put anywhere.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::Outcome;
use crate::rules::DomainSet;
use crate::rules::feeds::copy::FeedCopy;
use crate::rules::feeds::{Feed, FeedFile, FeedHosts, Guard, Import, Kind, Origin, Report, date, day_of};

/// Look at the lists of hosts in a feeds.toml without using them.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Read every list and tell what would be taken and what refused.
    ///
    /// Exit code 0: all is well. 1: a list cannot be used, or the file is wrong.
    Check(Check),
}

#[derive(Debug, clap::Args)]
struct Check {
    /// The feeds.toml.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Directory with the rule files; its lists are protected.
    #[arg(long, value_name = "DIR", default_value = "rules")]
    rules: PathBuf,
    /// Where the bot keeps its copies: beside its database.
    #[arg(long, value_name = "DIR", default_value = COPIES)]
    copies: PathBuf,
    /// Ask the addresses now instead of looking at the copies.
    #[cfg(feature = "bot")]
    #[arg(long)]
    fetch: bool,
}

/// Where copies are with the default `DATABASE_URL`.
pub(super) const COPIES: &str = "nightdesk.db.feeds";

/// Runs the subcommand.
pub fn run(arguments: &Arguments) -> Outcome {
    let Command::Check(check) = &arguments.command;
    let file = match FeedFile::load(&check.file) {
        Ok(file) => file,
        Err(errors) => {
            eprintln!("{errors}");
            return Outcome::Found;
        }
    };
    let guard = Guard::of_rules(&check.rules);
    let mut failed = false;
    for feed in &file.feeds {
        match look_at(feed, &guard, check) {
            Ok(report) => println!("{} ({}): {report}", feed.id, feed.origin),
            Err(why) => {
                failed = true;
                eprintln!("{} ({}): {why}", feed.id, feed.origin);
            }
        }
    }
    if failed { Outcome::Found } else { Outcome::Clean }
}

fn look_at(feed: &Feed, guard: &Guard, check: &Check) -> Result<String, String> {
    #[cfg(feature = "bot")]
    if let (Origin::Url(url), true) = (&feed.origin, check.fetch) {
        let (body, day) = fetched(feed, url)?;
        return Ok(words(&import(feed, &body, day, Some(guard))?.report));
    }
    match &feed.origin {
        Origin::File(path) => {
            let (body, day) = file(feed, path)?;
            Ok(words(&import(feed, &body, day, Some(guard))?.report))
        }
        Origin::Url(_) => {
            let copy = copy_of(feed, &check.copies)?;
            Ok(format!(
                "{} names, {} refused; confirmed on {}, changed on {}",
                copy.listed.len(),
                copy.about.refused,
                date(day_of(copy.about.confirmed_at)),
                date(day_of(copy.about.changed_at)),
            ))
        }
    }
}

/// A report for people, refused names included.
fn words(report: &Report) -> String {
    let mut words = format!("{} names", report.taken);
    for (count, what) in [
        (report.repeated, "repeated"),
        (report.excepted, "excepted by the list itself"),
        (report.odd, "lines that are nothing in this format"),
    ] {
        if count > 0 {
            let _ = write!(words, ", {count} {what}");
        }
    }
    for (refusal, (count, samples)) in &report.refused {
        let more = if *count > samples.len() { " …" } else { "" };
        let shown = samples.join(", ");
        let _ = write!(words, "\n    refused: {count} {}: {shown}{more}", refusal.words());
    }
    words
}

/// The lists of a feeds.toml as a scan uses them; all of them, or what could not be had.
pub(super) fn hosts(file: &Path, rules: &Path, copies: &Path) -> Result<FeedHosts, String> {
    let feeds = FeedFile::load(file).map_err(|errors| errors.to_string())?.feeds;
    let guard = Guard::of_rules(rules);
    let mut troubles = Vec::new();
    let mut sets: Vec<(&Feed, DomainSet, DomainSet)> = Vec::new();
    for feed in &feeds {
        let read = match &feed.origin {
            Origin::File(path) => self::file(feed, path)
                .and_then(|(body, day)| import(feed, &body, day, Some(&guard)))
                .map(|import| (import.listed, import.excepted)),
            Origin::Url(_) => copy_of(feed, copies).map(|copy| (copy.listed, copy.excepted)),
        };
        match read {
            Ok((listed, excepted)) => sets.push((feed, listed, excepted)),
            Err(why) => troubles.push(format!("{}: {why}", feed.id)),
        }
    }
    if !troubles.is_empty() {
        return Err(troubles.join("\n"));
    }
    let blocked = sets.iter().filter(|(feed, ..)| feed.kind == Kind::Block);
    let welcome = sets.iter().map(|(feed, listed, excepted)| match feed.kind {
        Kind::Block => excepted,
        Kind::Allow => listed,
    });
    Ok(FeedHosts::merge(
        blocked.map(|(feed, listed, _)| (feed.id.as_str(), listed)),
        welcome,
    ))
}

/// A file's contents and the day on which it was changed.
fn file(feed: &Feed, path: &Path) -> Result<(Vec<u8>, u16), String> {
    let metadata = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if metadata.len() > feed.most_bytes {
        return Err(format!(
            "is larger than max_mb allows ({} bytes)",
            feed.most_bytes
        ));
    }
    let changed = metadata
        .modified()
        .ok()
        .and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let day = changed.map_or(0, |since| day_of(i64::try_from(since.as_millis()).unwrap_or(0)));
    let body = std::fs::read(path).map_err(|error| error.to_string())?;
    Ok((body, day))
}

fn import(feed: &Feed, body: &[u8], day: u16, guard: Option<&Guard>) -> Result<Import, String> {
    let guard = guard.filter(|_| feed.kind == Kind::Block);
    let text = String::from_utf8_lossy(body);
    Import::read(&text, feed.format, guard, None, day).map_err(|error| error.to_string())
}

fn copy_of(feed: &Feed, copies: &Path) -> Result<FeedCopy, String> {
    let path = copies.join(format!("{}.feed", feed.id));
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(format!(
                "has no copy in {} yet: the bot fetches one when it runs",
                copies.display()
            ));
        }
        Err(error) => return Err(format!("{}: {error}", path.display())),
    };
    FeedCopy::from_bytes(&bytes).map_err(|error| format!("{} {error}", path.display()))
}

/// Asks an address, as the bot would.
#[cfg(feature = "bot")]
fn fetched(feed: &Feed, url: &url::Url) -> Result<(Vec<u8>, u16), String> {
    use crate::app::outbound::{Fetch, Fetched, Outbound, Web};
    use crate::model::{Clock, SystemClock};

    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let fetch = Fetch {
        url: url.clone(),
        etag: None,
        last_modified: None,
        most_bytes: feed.most_bytes,
        within: std::time::Duration::from_mins(2),
    };
    let web = Web::new().map_err(|error| error.to_string())?;
    match runtime.block_on(web.fetch(&fetch)) {
        Ok(Fetched::Changed { body, .. }) => Ok((body, day_of(SystemClock.now().0))),
        Ok(Fetched::Unchanged) => {
            Err("the server says that nothing changed, though no version was named".to_owned())
        }
        Err(error) => Err(error.to_string()),
    }
}

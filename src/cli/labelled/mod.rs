//! Reads messages of which somebody has said what they are: what `eval` measures the rules on and `rules fit` fits them to.
//!
//! A row is a JSON object on a line of its own: `{"text" | "domain", "label" | "kind", "id"?, "cluster"?, "source"?,
//! "lang"?, "category"? | "kind"?, "surface"?, "attachments"?}`. A domain is judged as a message that consists of a link to it.
//! Rows are read one at a time. Which of them are set aside lives in `holdout`.

mod holdout;

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::lines::{LONGEST_LINE, Next, next_line};
use crate::rules::Place;

pub use holdout::Holdout;

/// What a row ought to be found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// It ought to be found: labels `scam`, `bad`, `malicious`.
    Harmful,
    /// It ought to be left alone: labels `ham`, `good`, `benign`.
    Harmless,
    /// Counted and shown, judged neither way: every other label, advertising for one.
    Neither,
}

/// One labelled message.
#[derive(Debug)]
pub(super) struct Labelled {
    /// As given, or the number of the line.
    pub(super) id: String,
    /// The label as written.
    pub(super) label: String,
    /// What the label means.
    pub(super) kind: Kind,
    /// Where the row comes from, without the version and the path behind the name.
    pub(super) source: Option<String>,
    /// Its language.
    pub(super) language: Option<String>,
    /// What sort of message it is.
    pub(super) category: Option<String>,
    /// Its texts and where they stand.
    pub(super) texts: Vec<(Place, String)>,
    /// It belongs to the fifth that is set aside.
    pub(super) held_out: bool,
}

#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    id: Option<Value>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    domain: Option<String>,
    #[serde(default)]
    label: Option<String>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    category: Option<String>,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    cluster: Option<Value>,
    #[serde(default)]
    surface: Option<String>,
    #[serde(default)]
    attachments: Vec<String>,
}

impl Labelled {
    fn parse(line: &[u8], number: u64) -> Result<Self, String> {
        let row: Row = serde_json::from_slice(line).map_err(|error| {
            format!(
                "column {}: not a row; a row is an object like {{\"text\": \"…\", \"label\": \"scam\"}}",
                error.column()
            )
        })?;
        let place: Place = match &row.surface {
            Some(surface) => surface
                .parse()
                .map_err(|error: crate::rules::part::UnknownPlace| error.to_string())?,
            None => Place::Content,
        };
        let is_domain = row.text.is_none();
        let text = match (row.text, &row.domain) {
            (Some(text), _) => text,
            (None, Some(domain)) => format!("https://{domain}"),
            (None, None) => return Err("needs a `text` or a `domain`".to_owned()),
        };
        let name = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let id = row.id.as_ref().map(name).or_else(|| row.domain.clone());
        let campaign = row.cluster.as_ref().map(name).or_else(|| id.clone());
        let held_out = holdout::is_held_out(campaign.as_deref().unwrap_or(&text));
        let category = row.category.or_else(|| row.label.as_ref().and(row.kind.clone()));
        let label = row.label.or(row.kind).ok_or("needs a `label`")?;
        let kind = match label.as_str() {
            "scam" | "bad" | "malicious" => Kind::Harmful,
            "ham" | "good" | "benign" => Kind::Harmless,
            _ => Kind::Neither,
        };
        let mut texts = vec![(place, text)];
        texts.extend(
            (0..=u8::MAX)
                .zip(row.attachments)
                .map(|(index, name)| (Place::AttachmentName { index }, name)),
        );
        Ok(Self {
            id: id.unwrap_or_else(|| number.to_string()),
            label,
            kind,
            source: row.source.map(|source| short(&source).to_owned()),
            language: row.lang,
            category: category.filter(|_| !is_domain || place == Place::Content),
            texts,
            held_out,
        })
    }
}

/// A source without its version, path and remarks: `owner/name@1a2b3c data/x.jsonl` is `owner/name`.
fn short(source: &str) -> &str {
    let word = source.trim_start_matches("npm ").split([' ', ';']).next();
    let word = word.unwrap_or(source);
    word.split_once('@')
        .map_or(word, |(name, _)| if name.is_empty() { word } else { name })
}

/// The files that are meant: those named, and of a directory every `.jsonl` in it, by name.
pub(super) fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let told = |error: io::Error| format!("{}: {error}", path.display());
        let mut found = Vec::new();
        for entry in std::fs::read_dir(path).map_err(told)? {
            let file = entry.map_err(told)?.path();
            if file.extension().is_some_and(|ending| ending == "jsonl") {
                found.push(file);
            }
        }
        if found.is_empty() {
            return Err(format!("{}: no .jsonl file in it", path.display()));
        }
        found.sort();
        files.append(&mut found);
    }
    Ok(files)
}

/// Calls `row` with each row of a file and `bad` with what is wrong with each that cannot be read.
pub(super) fn read(
    path: &Path,
    mut row: impl FnMut(Labelled),
    mut bad: impl FnMut(String),
) -> io::Result<()> {
    let mut reader = BufReader::with_capacity(1 << 16, File::open(path)?);
    let mut line = Vec::new();
    for number in 1.. {
        match next_line(&mut reader, &mut line)? {
            Next::End => break,
            Next::Line if line.trim_ascii().is_empty() => {}
            Next::Line => match Labelled::parse(&line, number) {
                Ok(labelled) => row(labelled),
                Err(reason) => bad(format!("{}: line {number}: {reason}", path.display())),
            },
            Next::TooLong => bad(format!(
                "{}: line {number}: longer than {LONGEST_LINE} bytes",
                path.display()
            )),
        }
    }
    Ok(())
}

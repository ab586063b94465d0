//! Reads messages from plain text and JSON lines, one at a time.

use std::io::{self, BufRead as _, BufReader, Read};
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::{Message, Sink, export};
use crate::cli::lines::{LONGEST_LINE, Next, next_line};
use crate::rules::Place;

/// Reads a file by its ending.
pub(super) fn named<S: Sink, R: Read>(
    scan: &mut S,
    name: &str,
    path: &Path,
    reader: BufReader<R>,
) -> io::Result<()> {
    let ending = path
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or("")
        .to_ascii_lowercase();
    match ending.as_str() {
        "jsonl" | "ndjson" => lines(scan, name, reader, true),
        "json" => export::read(scan, name, reader),
        _ => lines(scan, name, reader, false),
    }
}

/// Reads a stream by what it starts with: an object on one line, an object over several, or text.
pub(super) fn sniffed<S: Sink, R: Read>(
    scan: &mut S,
    name: &str,
    mut reader: BufReader<R>,
) -> io::Result<()> {
    let start = match reader.fill_buf() {
        Ok(start) => start,
        Err(error) => {
            scan.complain(&format!("{name}: {error}"));
            return Ok(());
        }
    };
    let first_line = start
        .trim_ascii_start()
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or(b"")
        .trim_ascii_end();
    let object = first_line.starts_with(b"{");
    if object && !exports(first_line) {
        lines(scan, name, reader, true)
    } else if object {
        export::read(scan, name, reader)
    } else {
        lines(scan, name, reader, false)
    }
}

/// Whether a first line, or as much of it as has arrived, opens an export rather than being a row: rows have a text.
fn exports(first_line: &[u8]) -> bool {
    let has = |key: &str| memchr::memmem::find(first_line, key.as_bytes()).is_some();
    match serde_json::from_slice::<serde_json::Map<String, Value>>(first_line) {
        Ok(object) => object.contains_key("messages"),
        Err(_) => !first_line.ends_with(b"}") && !has("\"text\""),
    }
}

/// A line of a `.jsonl` file. Fields that are not named here are left alone.
#[derive(Debug, Deserialize)]
struct Row {
    #[serde(default)]
    id: Option<Value>,
    text: String,
    #[serde(default)]
    surface: Option<String>,
    #[serde(default)]
    attachments: Option<Value>,
}

fn lines<S: Sink, R: Read>(scan: &mut S, name: &str, mut reader: BufReader<R>, json: bool) -> io::Result<()> {
    let mut line = Vec::new();
    for number in 1_u64.. {
        if reader.buffer().is_empty() {
            scan.flush()?;
        }
        match next_line(&mut reader, &mut line) {
            Ok(Next::End) => break,
            Ok(Next::Line) => match message(&line, number, json) {
                Ok(Some(message)) => scan.message(&message)?,
                Ok(None) => {}
                Err(reason) => scan.complain(&format!("{name}: line {number}: {reason}")),
            },
            Ok(Next::TooLong) => {
                scan.complain(&format!(
                    "{name}: line {number}: longer than {LONGEST_LINE} bytes"
                ));
            }
            Err(error) => {
                scan.complain(&format!("{name}: line {number}: {error}"));
                break;
            }
        }
    }
    Ok(())
}

fn message(line: &[u8], number: u64, json: bool) -> Result<Option<Message>, String> {
    let line = if number == 1 {
        line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
    } else {
        line
    };
    let text =
        std::str::from_utf8(line).map_err(|error| format!("not UTF-8 at byte {}", error.valid_up_to()))?;
    if !json {
        let texts = vec![(Place::Content, text.to_owned())];
        return Ok(Some(Message {
            id: number.into(),
            texts,
        }));
    }
    if text.trim().is_empty() {
        return Ok(None);
    }
    let row: Row = serde_json::from_str(text).map_err(|error| explained(&error))?;
    let place: Place = match row.surface {
        Some(surface) => surface
            .parse()
            .map_err(|error: crate::rules::part::UnknownPlace| error.to_string())?,
        None => Place::Content,
    };
    let mut texts = vec![(place, row.text)];
    let names = row
        .attachments
        .iter()
        .filter_map(Value::as_array)
        .flatten()
        .filter_map(file_name);
    texts.extend(
        (0..=u8::MAX)
            .zip(names)
            .map(|(index, name)| (Place::AttachmentName { index }, name.to_owned())),
    );
    Ok(Some(Message {
        id: row.id.unwrap_or_else(|| number.into()),
        texts,
    }))
}

/// What is wrong with a row. Never quotes its text, which may hold a secret.
fn explained(error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    match error.classify() {
        Category::Data => format!("needs an object with a string `text` (column {})", error.column()),
        _ => format!(
            "not JSON (column {}); each line is an object like {{\"text\": \"…\"}}",
            error.column()
        ),
    }
}

/// The name of an attachment, given as a text or as an object.
pub(super) fn file_name(attachment: &Value) -> Option<&str> {
    let named = |key: &str| attachment.get(key).and_then(Value::as_str);
    attachment
        .as_str()
        .or_else(|| named("fileName"))
        .or_else(|| named("filename"))
}

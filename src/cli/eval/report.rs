//! Prints figures: tables for people, one JSON object for programs.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::Kind;
use super::demand::Answer;
use super::tally::{By, FileTally, Share, Tallies, Tally};

const DIMENSIONS: [(By, &str); 4] = [
    (By::Label, "label"),
    (By::Source, "source"),
    (By::Language, "language"),
    (By::Category, "category"),
];

/// Tables: a line a file, below it a line for each source, language and category.
pub(super) fn text(out: &mut impl Write, tallies: &Tallies, answers: &[Answer]) -> io::Result<()> {
    for (name, file) in &tallies.files {
        let caught = if file.kinds.contains(&Kind::Harmful) {
            "caught"
        } else {
            "flagged"
        };
        writeln!(out, "{name:<44} {:>6}  {caught:<26} {:<26}", "rows", "removed")?;
        line(out, "  all", &file.all)?;
        for (by, dimension) in DIMENSIONS {
            let of = values(file, by);
            // One value that covers every row says what the line above has said.
            if of.len() == 1 && of[0].1.rows == file.all.rows {
                continue;
            }
            for (value, tally) in of {
                line(out, &format!("  {dimension} {value}"), tally)?;
            }
        }
        writeln!(out)?;
    }
    for answer in answers {
        let met = if answer.met { "met" } else { "NOT MET" };
        match answer.measured {
            Some(measured) => writeln!(out, "{met}: {} ({})", answer.demand, shown(measured))?,
            None => writeln!(out, "{met}: {} (nothing of that name was read)", answer.demand)?,
        }
    }
    Ok(())
}

fn line(out: &mut impl Write, name: &str, tally: &Tally) -> io::Result<()> {
    let cell = |count: u64, share: Share| format!("{count:>6} {}", shown(share));
    writeln!(
        out,
        "{name:<44} {:>6} {:<27}{:<27}",
        tally.rows,
        cell(tally.caught, tally.caught_share()),
        cell(tally.removed, tally.removed_share()),
    )
}

fn shown(share: Share) -> String {
    format!(
        "{:>5.2} % [{:.2}, {:.2}]",
        share.value * 100.0,
        share.low * 100.0,
        share.high * 100.0
    )
}

fn values(file: &FileTally, by: By) -> Vec<(&str, &Tally)> {
    file.by
        .iter()
        .filter(|((of, _), _)| *of == by)
        .map(|((_, value), tally)| (value.as_str(), tally))
        .collect()
}

/// `{"files": {name: {"all": {...}, "by": {"source": {...}}}}, "demands": [...]}`.
pub(super) fn json(out: &mut impl Write, tallies: &Tallies, answers: &[Answer]) -> io::Result<()> {
    let mut files = Map::new();
    for (name, file) in &tallies.files {
        let mut by = Map::new();
        for (dimension, word) in DIMENSIONS {
            let of: Map<String, Value> = values(file, dimension)
                .into_iter()
                .map(|(value, tally)| (value.to_owned(), json!(tally)))
                .collect();
            by.insert(word.to_owned(), Value::Object(of));
        }
        files.insert(name.clone(), json!({ "all": file.all, "by": by }));
    }
    serde_json::to_writer_pretty(&mut *out, &json!({ "files": files, "demands": answers }))?;
    writeln!(out)
}

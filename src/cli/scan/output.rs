//! Prints verdicts: one JSON object a message, or what was found in words.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::Format;
use crate::rules::{Category, Finding, Level, Severity, Verdict, View};

/// One line of NDJSON. The names are a contract with whoever reads it.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a Value,
    verdict: Level,
    score: u32,
    findings: Vec<LineFinding<'a>>,
}

#[derive(Serialize)]
struct LineFinding<'a> {
    rule: &'a str,
    category: Category,
    severity: Severity,
    part: String,
    view: View,
    start: usize,
    end: usize,
    evidence: &'a str,
}

impl<'a> From<&'a Finding> for LineFinding<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self {
            rule: &finding.rule,
            category: finding.category,
            severity: finding.severity,
            part: finding.place.to_string(),
            view: finding.view,
            start: finding.span.start,
            end: finding.span.end,
            evidence: &finding.evidence,
        }
    }
}

/// Writes verdicts in one format and counts them.
pub(super) struct Printer<W: Write> {
    format: Format,
    out: W,
    counts: [u64; 3],
}

impl<W: Write> Printer<W> {
    pub(super) fn new(format: Format, out: W) -> Self {
        Self {
            format,
            out,
            counts: [0; 3],
        }
    }

    /// Prints the verdict on one message. Findings of experimental rules are shown to people only.
    pub(super) fn verdict(&mut self, id: &Value, verdict: &Verdict) -> io::Result<()> {
        self.counts[verdict.level as usize] += 1;
        match self.format {
            Format::Ndjson => {
                let findings = verdict.counting().map(LineFinding::from).collect();
                let line = Line {
                    id,
                    verdict: verdict.level,
                    score: verdict.score,
                    findings,
                };
                serde_json::to_writer(&mut self.out, &line)?;
                self.out.write_all(b"\n")
            }
            Format::Text if verdict.findings.is_empty() => Ok(()),
            Format::Text => {
                let id: String = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
                let id: String = id.chars().filter(|c| !c.is_control()).collect();
                writeln!(self.out, "{id}: {}, score {}", verdict.level, verdict.score)?;
                for finding in &verdict.findings {
                    let note = if finding.observed_only {
                        " (experimental, does not count)"
                    } else {
                        ""
                    };
                    writeln!(self.out, "    {finding}{note}")?;
                }
                Ok(())
            }
        }
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Ends the output, for people with a sum.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        if self.format == Format::Text {
            let [clean, suspicious, scam] = self.counts;
            let all = clean + suspicious + scam;
            let messages = if all == 1 { "message" } else { "messages" };
            writeln!(
                self.out,
                "{all} {messages}: {scam} scam, {suspicious} suspicious, {clean} clean"
            )?;
        }
        self.out.flush()
    }
}

//! One published list read: names cleaned, the guard asked, everything counted.

use std::collections::BTreeMap;

use super::super::domains::{DomainSet, Note, clean};
use super::format::{Format, FormatError, Line};
use super::guard::{Guard, Refusal};

/// Refused names that a report shows of each kind.
const SAMPLES: usize = 5;
/// The longest name that a report shows, in characters.
const SHOWN: usize = 60;

/// What came of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Names taken.
    pub taken: usize,
    /// Of those, names that the last copy did not hold.
    pub new: usize,
    /// Names that stood in the list before.
    pub repeated: usize,
    /// Names that the list itself excepts.
    pub excepted: usize,
    /// Lines that are nothing in this format.
    pub odd: usize,
    /// Names refused, by reason, with the first few of each.
    pub refused: BTreeMap<Refusal, (usize, Vec<String>)>,
}

impl Report {
    /// How many names were refused.
    pub fn refusals(&self) -> usize {
        self.refused.values().map(|(count, _)| count).sum()
    }

    fn refuse(&mut self, refusal: Refusal, name: &str) {
        let (count, samples) = self.refused.entry(refusal).or_default();
        *count += 1;
        if samples.len() < SAMPLES {
            let shown = name.chars().map(|c| if c.is_control() { ' ' } else { c });
            samples.push(shown.take(SHOWN).collect());
        }
    }
}

/// A list as it was read.
#[derive(Debug, Clone)]
pub struct Import {
    /// Names, each with the day since which it has been listed.
    pub listed: DomainSet,
    /// Names that the list itself excepts.
    pub excepted: DomainSet,
    /// What was taken and what refused.
    pub report: Report,
}

impl Import {
    /// Reads a list. `today`: the day that new names get; names that `before` holds keep theirs. `guard`: absent for a list
    /// of welcome hosts, which may name anybody but whole public suffixes.
    pub fn read(
        text: &str,
        format: Format,
        guard: Option<&Guard>,
        before: Option<&DomainSet>,
        today: u16,
    ) -> Result<Self, FormatError> {
        // A line holds a name of some eighteen letters; an estimate saves growing.
        let mut listed = DomainSet::with_room(text.len() / 18, text.len());
        let mut excepted = DomainSet::new();
        let mut report = Report::default();
        let nobody = Guard::default();
        let guard = guard.unwrap_or(&nobody);
        format.read(text, |line| {
            let (name, exception) = match line {
                Line::Listed(name) => (name, false),
                Line::Excepted(name) => (name, true),
                Line::Odd(_) => {
                    report.odd += 1;
                    return;
                }
            };
            let Some(cleaned) = clean(name) else {
                report.refuse(Refusal::NotAHost, name);
                return;
            };
            let note = |day| Note { source: 0, day };
            if exception {
                report.excepted += usize::from(excepted.put(&cleaned, note(today)) == Ok(true));
                return;
            }
            if let Err(refusal) = guard.admits(&cleaned) {
                report.refuse(refusal, &cleaned);
                return;
            }
            let since = before.and_then(|before| before.note(&cleaned));
            match listed.put(&cleaned, note(since.map_or(today, |note| note.day))) {
                Ok(true) => {
                    report.taken += 1;
                    report.new += usize::from(since.is_none());
                }
                Ok(false) => report.repeated += 1,
                Err(_) => report.refuse(Refusal::NotAHost, &cleaned),
            }
        })?;
        listed.shrink();
        Ok(Self {
            listed,
            excepted,
            report,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_is_counted_and_shown() {
        let guard = Guard::protecting(["calendly.com"]);
        let text = "evil.example\nEVIL.example.\n*.bad.example\npages.dev\ncalendly.com\n10.0.0.1\nnot a host\nevil.pages.dev\n";
        let import = Import::read(text, Format::Plain, Some(&guard), None, 100).unwrap();
        assert_eq!(
            (import.report.taken, import.report.new, import.report.repeated),
            (3, 3, 1)
        );
        assert_eq!(import.report.refusals(), 4);
        assert_eq!(
            import.report.refused[&Refusal::Protected],
            (1, vec!["calendly.com".to_owned()])
        );
        assert_eq!(import.listed.covering("x.bad.example"), Some("bad.example"));
        assert_eq!(import.listed.covering("good.pages.dev"), None);
    }

    #[test]
    fn a_name_keeps_the_day_on_which_it_was_first_listed() {
        let first = Import::read("old.example\n", Format::Plain, None, None, 100).unwrap();
        let text = "old.example\nfresh.example\n";
        let second = Import::read(text, Format::Plain, None, Some(&first.listed), 130).unwrap();
        assert_eq!(second.listed.note("old.example").unwrap().day, 100);
        assert_eq!(second.listed.note("fresh.example").unwrap().day, 130);
        assert_eq!(second.report.new, 1);
    }
}

//! Counts verdicts by file, label, source, language and category, and says how sure the shares are.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::{Kind, Labelled};
use crate::rules::Level;

/// How many messages there were, and what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) rows: u64,
    /// At least suspicious.
    pub(super) caught: u64,
    /// Scam: the shipped policy removes them.
    pub(super) removed: u64,
}

impl Tally {
    pub(super) fn add(&mut self, level: Level) {
        self.rows += 1;
        self.caught += u64::from(level > Level::Clean);
        self.removed += u64::from(level == Level::Scam);
    }

    pub(super) fn caught_share(&self) -> Share {
        Share::new(self.caught, self.rows)
    }

    pub(super) fn removed_share(&self) -> Share {
        Share::new(self.removed, self.rows)
    }
}

impl Serialize for Tally {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let mut fields = serializer.serialize_struct("Tally", 5)?;
        fields.serialize_field("rows", &self.rows)?;
        fields.serialize_field("caught", &self.caught)?;
        fields.serialize_field("removed", &self.removed)?;
        fields.serialize_field("caught_share", &self.caught_share())?;
        fields.serialize_field("removed_share", &self.removed_share())?;
        fields.end()
    }
}

/// A share with the interval in which the true one lies with 95 % confidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Share {
    #[serde(rename = "share")]
    pub(super) value: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

/// The two-sided 95 % quantile of the normal distribution.
const Z: f64 = 1.959_964;

impl Share {
    /// Wilson's score interval: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    /// Journal of the American Statistical Association 22 (1927). It keeps its word at 0 and 100 % and for few rows.
    #[expect(clippy::cast_precision_loss, reason = "counts of rows stay far below 2^52")]
    pub(super) fn new(part: u64, whole: u64) -> Self {
        if whole == 0 {
            return Self {
                value: 0.0,
                low: 0.0,
                high: 1.0,
            };
        }
        let (n, share) = (whole as f64, part as f64 / whole as f64);
        let stretch = 1.0 + Z * Z / n;
        let middle = (share + Z * Z / (2.0 * n)) / stretch;
        let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt() / stretch;
        Self {
            value: share,
            low: (middle - half).max(0.0),
            high: (middle + half).min(1.0),
        }
    }
}

/// What rows are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum By {
    Label,
    Source,
    Language,
    Category,
}

/// The figures of one file.
#[derive(Debug, Default)]
pub(super) struct FileTally {
    pub(super) all: Tally,
    pub(super) by: BTreeMap<(By, String), Tally>,
    /// What its rows ought to be found to be; none when they differ.
    pub(super) kinds: Vec<Kind>,
}

/// The figures of all files, in the order in which they were read.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    pub(super) files: Vec<(String, FileTally)>,
}

impl Tallies {
    /// Counts a row of a file.
    pub(super) fn count(&mut self, file: &str, row: &Labelled, level: Level) {
        if self.files.last().is_none_or(|(name, _)| name != file) {
            self.files.push((file.to_owned(), FileTally::default()));
        }
        let Some((_, tally)) = self.files.last_mut() else {
            return;
        };
        tally.all.add(level);
        if !tally.kinds.contains(&row.kind) {
            tally.kinds.push(row.kind);
        }
        let names = [
            (By::Label, Some(&row.label)),
            (By::Source, row.source.as_ref()),
            (By::Language, row.language.as_ref()),
            (By::Category, row.category.as_ref()),
        ];
        for (by, name) in names {
            if let Some(name) = name {
                tally.by.entry((by, name.clone())).or_default().add(level);
            }
        }
    }

    /// The figures of what is called so: a file, or else a label, category or language over all files.
    pub(super) fn of(&self, name: &str) -> Option<Tally> {
        let sum = |tallies: &mut dyn Iterator<Item = &Tally>| {
            tallies.fold(None, |sum: Option<Tally>, tally| {
                let mut sum = sum.unwrap_or_default();
                sum.rows += tally.rows;
                sum.caught += tally.caught;
                sum.removed += tally.removed;
                Some(sum)
            })
        };
        let files = &mut self.files.iter();
        sum(&mut files
            .filter(|(file, _)| file == name)
            .map(|(_, tally)| &tally.all))
        .or_else(|| {
            let all = self.files.iter().flat_map(|(_, tally)| &tally.by);
            sum(&mut all
                .filter(|((by, called), _)| called == name && *by != By::Source)
                .map(|(_, tally)| tally))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_wilsons() {
        // 81 of 263: 25.5 % to 36.6 %, the worked example of Newcombe (Statistics in Medicine 17, 1998, table I).
        let share = Share::new(81, 263);
        assert!((share.low - 0.2553).abs() < 1e-4, "{share:?}");
        assert!((share.high - 0.3662).abs() < 1e-4, "{share:?}");
        // 0 of 20: 0 to 16.1 %, from the same table.
        let none = Share::new(0, 20);
        assert!(
            none.low.abs() < 1e-12 && (none.high - 0.1611).abs() < 1e-4,
            "{none:?}"
        );
    }
}

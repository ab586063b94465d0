//! What is demanded of the figures: `texts_scam.caught=92%`, and whether it is met.

use std::str::FromStr;

use serde::Serialize;

use super::tally::{Share, Tallies};

/// Which way a demand goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    AtLeast,
    AtMost,
}

/// Which share is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    /// Suspicious or scam.
    Caught,
    /// Scam.
    Removed,
}

/// A figure and the share it is compared with.
#[derive(Debug, Clone, PartialEq)]
pub struct Demand {
    written: String,
    of: String,
    measure: Measure,
    share: f64,
}

impl FromStr for Demand {
    type Err = String;

    fn from_str(written: &str) -> Result<Self, String> {
        let wrong = || format!("`{written}` is no demand; write one like `texts_scam.caught=92%`");
        let (figure, share) = written.split_once('=').ok_or_else(wrong)?;
        let (of, measure) = figure.trim().rsplit_once('.').ok_or_else(wrong)?;
        let measure = match measure {
            "caught" | "flagged" => Measure::Caught,
            "removed" => Measure::Removed,
            _ => return Err(wrong()),
        };
        let share = share.trim();
        let share: f64 = match share.strip_suffix('%') {
            Some(percent) => percent.trim().parse::<f64>().map(|percent| percent / 100.0),
            None => share.parse(),
        }
        .map_err(|_| wrong())?;
        if !(0.0..=1.0).contains(&share) {
            return Err(format!(
                "`{written}`: a share lies between 0 and 1, or 0% and 100%"
            ));
        }
        Ok(Self {
            written: written.to_owned(),
            of: of.to_owned(),
            measure,
            share,
        })
    }
}

/// Whether a demand is met.
#[derive(Debug, Serialize)]
pub(super) struct Answer {
    /// As written, with its bound.
    pub(super) demand: String,
    pub(super) met: bool,
    /// The figure; absent when nothing of that name was read.
    pub(super) measured: Option<Share>,
}

impl Demand {
    /// Compares the figure with the share. A figure of which there are no rows meets no demand: a misspelt name must not pass.
    pub(super) fn ask(&self, bound: Bound, tallies: &Tallies) -> Answer {
        let measured = tallies.of(&self.of).map(|tally| match self.measure {
            Measure::Caught => tally.caught_share(),
            Measure::Removed => tally.removed_share(),
        });
        let word = match bound {
            Bound::AtLeast => "at least",
            Bound::AtMost => "at most",
        };
        Answer {
            demand: format!("{word} {}", self.written),
            met: measured.is_some_and(|measured| match bound {
                Bound::AtLeast => measured.value >= self.share,
                Bound::AtMost => measured.value <= self.share,
            }),
            measured,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demand_is_a_figure_and_a_share() {
        let demand: Demand = "texts_scam.caught=92%".parse().expect("a demand");
        assert_eq!(
            (demand.of.as_str(), demand.measure),
            ("texts_scam", Measure::Caught)
        );
        assert!((demand.share - 0.92).abs() < 1e-12);
        assert_eq!(
            "ham.flagged=0.005".parse::<Demand>().map(|demand| demand.measure),
            Ok(Measure::Caught)
        );
        for wrong in [
            "caught=1%",
            "ham.removed",
            "ham.loved=1%",
            "ham.removed=lots",
            "ham.removed=140%",
        ] {
            assert!(wrong.parse::<Demand>().is_err(), "{wrong}");
        }
    }
}

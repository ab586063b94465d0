//! Domain intelligence: lists of bad (and of welcome) hosts that others publish, imported with brakes.
//!
//! | what | where |
//! |---|---|
//! | which lists an operator wants: `feeds.toml` | [`settings`] |
//! | the formats in which lists are published | [`mod@format`] |
//! | what no list may condemn | [`guard`] |
//! | one list read: its set, and a report of what was taken and refused | [`import`] |
//! | a list kept on the disk, read back in the time it takes to read and hash it | [`copy`] |
//! | all lists together, as a scan asks them | [`hosts`] |
//!
//! Lists alone lose: of newly listed drainer hosts hardly any lie on a domain that was listed before. They are one signal
//! among others (`listed-host`). Everything here is pure; fetching and the disk live in `app::feeds`.

pub mod copy;
pub mod format;
pub mod guard;
pub mod hosts;
pub mod import;
pub mod settings;

pub use format::Format;
pub use guard::Guard;
pub use hosts::{FeedHosts, Source};
pub use import::{Import, Report};
pub use settings::{Feed, FeedFile, Kind, Origin};

/// The day of a moment given in milliseconds since 1970, as [`super::domains::Note`] keeps it.
pub fn day_of(millis: i64) -> u16 {
    u16::try_from(millis.div_euclid(86_400_000)).unwrap_or(if millis < 0 { 0 } else { u16::MAX })
}

/// A day as people write it: `2026-11-22`. Civil-from-days after Howard Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms", for days from 1970 on.
pub fn date(day: u16) -> String {
    let shifted = u32::from(day) + 719_468;
    let era = shifted / 146_097;
    let of_era = shifted % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + u32::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_people_write_them() {
        for (day, written) in [
            (0, "1970-01-01"),
            (31, "1970-02-01"),
            (11_016, "2000-02-29"),
            (20_779, "2026-11-22"),
            (u16::MAX, "2149-06-06"),
        ] {
            assert_eq!(date(day), written);
        }
        assert_eq!(day_of(1_795_305_600_000), 20_779);
        assert_eq!(day_of(-1), 0);
    }
}

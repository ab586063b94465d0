//! Which rows are set aside, so that rules are judged on what nobody read while writing them.
//!
//! A row is held out when the CRC-32 (IEEE 802.3, as in zip and PNG) of the UTF-8 bytes of its `cluster` leaves no
//! remainder divided by five; a row without a cluster is hashed by its `id`, a domain by its name. Rows of one campaign share a
//! cluster and so a side: a copy of a text that was read would prove nothing.

/// One row in so many is held out.
const EVERY: u32 = 5;

/// Whether the campaign (or row) of this name is held out.
pub(super) fn is_held_out(campaign: &str) -> bool {
    crc32fast::hash(campaign.as_bytes()).is_multiple_of(EVERY)
}

/// What becomes of the rows that are held out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Holdout {
    /// All rows count.
    In,
    /// The held-out rows are left out.
    Out,
    /// Only the held-out rows count.
    Only,
}

impl Holdout {
    /// Whether a row counts.
    pub(in crate::cli) fn counts(self, held_out: bool) -> bool {
        match self {
            Self::In => true,
            Self::Out => !held_out,
            Self::Only => held_out,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_campaign_in_five_is_held_out_and_always_the_same() {
        let held = (0..10_000)
            .filter(|n| is_held_out(&format!("campaign {n}")))
            .count();
        assert!((1_800..2_200).contains(&held), "{held} of 10000");
        // From the published test vector of CRC-32: "123456789" is 0xcbf43926, 3421780262, which leaves 2.
        assert!(!is_held_out("123456789"));
    }
}

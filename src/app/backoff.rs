//! How long to wait before trying again. Pure.

use std::time::Duration;

/// The first wait.
const FIRST: Duration = Duration::from_millis(500);
/// The longest wait.
const LONGEST: Duration = Duration::from_mins(5);

/// The wait before attempt number `attempts + 1`: doubled each time up to five minutes, then spread by `chance` (0 to 1)
/// over its upper half, so that many who failed together do not come back together.
pub fn delay(attempts: u32, chance: f64) -> Duration {
    let full = FIRST
        .saturating_mul(1_u32.checked_shl(attempts.min(20)).unwrap_or(u32::MAX))
        .min(LONGEST);
    full.mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_five_minutes() {
        assert_eq!(delay(0, 1.0), Duration::from_millis(500));
        assert_eq!(delay(3, 1.0), Duration::from_secs(4));
        assert_eq!(delay(12, 1.0), LONGEST);
        assert_eq!(delay(u32::MAX, 1.0), LONGEST);
    }

    #[test]
    fn chance_spreads_the_wait_over_its_upper_half() {
        assert_eq!(delay(1, 0.0), Duration::from_millis(500));
        assert!(delay(1, 0.5) > delay(1, 0.0) && delay(1, 0.5) < delay(1, 1.0));
    }
}

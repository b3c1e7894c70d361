use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

const HOUR_MS: u64 = 3_600_000;

/// Milliseconds since the Unix epoch, by Redis's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The moment `ms` milliseconds after the Unix epoch.
    pub const fn from_millis(ms: u64) -> Self {
        Self(ms)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// This moment moved into the future; it stops at the end of time instead of wrapping.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self(
            self.0
                .saturating_add(u64::try_from(by.as_millis()).unwrap_or(u64::MAX)),
        )
    }

    /// How long it is from `earlier` until this moment; zero if it lies before.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// The hour this moment lies in.
    pub fn hour(self) -> Hour {
        Hour(u32::try_from(self.0 / HOUR_MS).unwrap_or(u32::MAX))
    }
}

/// A whole hour, counted since the Unix epoch. The last one in which a blob may live is the name of its folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Hour(u32);

impl Hour {
    /// The hour with this number since the Unix epoch.
    pub const fn from_number(number: u32) -> Self {
        Self(number)
    }

    /// Hours since the Unix epoch.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// Its first moment.
    pub fn start(self) -> Timestamp {
        Timestamp(u64::from(self.0) * HOUR_MS)
    }

    /// The first moment after this hour: from then on nothing in its folder may be opened.
    pub fn end(self) -> Timestamp {
        Timestamp((u64::from(self.0) + 1) * HOUR_MS)
    }

    /// Reads a folder name as [`fmt::Display`] writes it; every other name is not ours.
    pub fn parse(name: &str) -> Option<Self> {
        let digits = name.strip_prefix('h')?;
        let hour = Self(digits.parse().ok()?);
        (hour.to_string() == name).then_some(hour)
    }
}

impl fmt::Display for Hour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "h{:07}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_name_reads_back_as_its_hour_and_nothing_else_does() {
        let hour = Timestamp::from_millis(1_800_000_000_000).hour();
        assert_eq!(hour.to_string(), "h0500000");
        assert_eq!(Hour::parse("h0500000"), Some(hour));
        for other in [
            "h500000", "h+500000", "0500000", "hfffffff", "h", "..", "pepper",
        ] {
            assert_eq!(Hour::parse(other), None, "{other}");
        }
        assert_eq!(hour.end().as_millis(), 1_800_003_600_000);
    }

    #[test]
    fn time_saturates_instead_of_wrapping() {
        let late = Timestamp::from_millis(u64::MAX - 1);
        assert_eq!(late.plus(Duration::from_secs(9)).as_millis(), u64::MAX);
        assert_eq!(Timestamp::from_millis(1).since(late), Duration::ZERO);
    }

    #[test]
    fn moments_and_hours_count_from_the_epoch() {
        let (early, late) = (
            Timestamp::from_millis(3_599_999),
            Timestamp::from_millis(3_600_000),
        );
        assert_eq!(early.plus(Duration::from_millis(1)), late);
        assert_eq!(late.since(early), Duration::from_millis(1));
        assert_eq!((early.hour().number(), late.hour().number()), (0, 1));
        assert_eq!((early.hour().end(), late.hour().start()), (late, late));
        assert_eq!(Hour::from_number(7).number(), 7);
    }
}

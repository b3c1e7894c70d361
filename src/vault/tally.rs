//! What happened, hour by hour, for the operator's charts.
//!
//! Counted in memory and handed to Redis every few seconds, so that no request waits for it. A server that is killed loses
//! those seconds; nothing is decided by a count.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::future::try_join_all;

use crate::error_chain::error_chain;
use crate::share::{Hour, Timestamp, Visible};
use crate::storage::StorageError;

use super::Vault;

/// How many hours the operator looks back, the present one included.
const HOURS: u32 = 24;

/// What is counted for each hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Shares acknowledged to their senders.
    Uploads,
    /// Deliveries begun.
    PickedUp,
    /// Deliveries that ended with everything sent.
    Delivered,
    /// Deliveries that ended before.
    BrokenOff,
    /// Shares nobody opened in time.
    Expired,
    /// Shares ended by their senders or the operator.
    Revoked,
    /// Bytes of content received.
    BytesIn,
    /// Bytes of content sent.
    BytesOut,
    /// Requests answered 5xx.
    Errors,
    /// Requests answered 429.
    Refused,
}

impl Counted {
    /// Everything that is counted, each at the place of its number.
    pub const ALL: [Self; 10] = [
        Self::Uploads,
        Self::PickedUp,
        Self::Delivered,
        Self::BrokenOff,
        Self::Expired,
        Self::Revoked,
        Self::BytesIn,
        Self::BytesOut,
        Self::Errors,
        Self::Refused,
    ];

    /// The word used in JSON and in Redis.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Uploads => "uploads",
            Self::PickedUp => "picked_up",
            Self::Delivered => "delivered",
            Self::BrokenOff => "broken_off",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::BytesIn => "bytes_in",
            Self::BytesOut => "bytes_out",
            Self::Errors => "errors",
            Self::Refused => "refused",
        }
    }

    /// What an end is counted as; an upload that never finished is none of these.
    pub(super) fn ended(state: Visible) -> Option<Self> {
        match state {
            Visible::Delivered => Some(Self::Delivered),
            Visible::BrokenOff => Some(Self::BrokenOff),
            Visible::Expired => Some(Self::Expired),
            Visible::Revoked => Some(Self::Revoked),
            _ => None,
        }
    }
}

/// What this server has counted and not yet handed to Redis. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct Tally(Arc<[AtomicU64; Counted::ALL.len()]>);

impl Tally {
    /// Counts `by` more.
    pub fn add(&self, what: Counted, by: u64) {
        if let Some(count) = self.0.get(what as usize) {
            count.fetch_add(by, Ordering::Relaxed);
        }
    }

    /// Everything counted so far, which is none from now on.
    fn take(&self) -> Vec<(Counted, u64)> {
        let counts = Counted::ALL.into_iter().zip(self.0.iter());
        counts
            .map(|(what, count)| (what, count.swap(0, Ordering::Relaxed)))
            .filter(|(_, count)| *count > 0)
            .collect()
    }

    fn is_empty(&self) -> bool {
        self.0
            .iter()
            .all(|count| count.load(Ordering::Relaxed) == 0)
    }
}

/// One hour's counts, of all servers together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HourCounts {
    /// When the hour began.
    pub hour: Timestamp,
    counts: Vec<u64>,
}

impl HourCounts {
    /// One of its counts.
    pub fn get(&self, what: Counted) -> u64 {
        self.counts.get(what as usize).copied().unwrap_or(0)
    }
}

impl Vault {
    /// Where this server counts.
    pub fn tally(&self) -> &Tally {
        &self.inner.tally
    }

    /// Hands what was counted to Redis, as of the present hour. What Redis does not take is kept for the next time.
    pub async fn hand_over_tally(&self) {
        if let Err(error) = self.try_to_hand_over().await {
            tracing::debug!(error = error_chain(&error), "the counters wait");
        }
    }

    async fn try_to_hand_over(&self) -> Result<(), StorageError> {
        self.hand_over_bytes().await?;
        let tally = &self.inner.tally;
        if tally.is_empty() {
            return Ok(());
        }
        let hour = self.now().await?.hour();
        let counts = tally.take();
        let added: Vec<_> = counts.iter().map(|(what, by)| (what.word(), *by)).collect();
        let handed = self.redis().add_to_hour(hour, &added).await;
        if handed.is_err() {
            for (what, by) in counts {
                tally.add(what, by);
            }
        }
        handed
    }

    /// The last 24 hours, the present one last.
    pub(super) async fn last_hours(&self) -> Result<Vec<HourCounts>, StorageError> {
        let present = self.now().await?.hour().number();
        let words = Counted::ALL.map(Counted::word);
        let hours = (0..HOURS).rev().map(|ago| {
            let hour = Hour::from_number(present.saturating_sub(ago));
            let counts = self.redis().counters_of_hour(hour, &words);
            async move {
                let counts = counts.await?;
                let hour = hour.start();
                Ok(HourCounts { hour, counts })
            }
        });
        try_join_all(hours).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_count_has_the_place_of_its_number_and_a_word_of_its_own() {
        for (place, what) in Counted::ALL.into_iter().enumerate() {
            assert_eq!(what as usize, place);
        }
        let words: std::collections::BTreeSet<_> =
            Counted::ALL.into_iter().map(Counted::word).collect();
        assert_eq!(words.len(), Counted::ALL.len());
    }

    #[test]
    fn what_was_taken_is_not_counted_again() {
        let tally = Tally::default();
        assert!(tally.is_empty());
        tally.clone().add(Counted::BytesIn, 5);
        tally.add(Counted::BytesIn, 6);
        tally.add(Counted::Uploads, 1);
        assert!(!tally.is_empty());
        let taken = tally.take();
        assert_eq!(taken, [(Counted::Uploads, 1), (Counted::BytesIn, 11)]);
        assert!(tally.take().is_empty());
    }
}

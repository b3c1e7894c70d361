//! The one-time machine's rules as total functions of a share, an event and a moment.
//!
//! Nothing here is atomic by itself: the store writes what a rule returns only if the record it was computed from is
//! still the stored one. No rule gives the bytes to anybody; that is decided for good by the claim in the blob store.

mod delivery;
mod ending;
mod reservation;
#[cfg(test)]
mod tests;
mod upload;

use std::time::Duration;

use super::record::{Share, State};
use super::time::Timestamp;

/// How long a record outlives the moment it must be ended at, so that the end can still be written.
pub(in crate::share) const RECORD_SLACK: Duration = Duration::from_mins(1);
/// How long a fate outlives the end.
pub(in crate::share) const FATE_KEPT: Duration = Duration::from_hours(168);
/// How many wrong guesses lock a share, and how many an unlock adds.
const GUESSES: u32 = 5;
/// How many streams one ticket may have open.
const STREAMS: usize = 2;

/// The times the rules need; the configuration fills them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// How long an upload lives without a renewal.
    pub upload_lease: Duration,
    /// How long a ticket is kept for its holder before somebody else may reserve.
    pub reservation_lease: Duration,
    /// How long a delivery lives without a stream.
    pub delivery_idle: Duration,
    /// How long a delivery lives at most.
    pub delivery_max: Duration,
    /// How long it lives after everything was sent.
    pub delivery_grace: Duration,
    /// How long a stream counts as open without a renewal.
    pub stream_lease: Duration,
}

/// Why a rule says no. An outcome, not an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The upload has not finished; to everybody but the uploader the share does not exist.
    NotReady,
    /// Its time is over.
    Expired,
    /// Another ticket holds an unused reservation until then.
    Held(Timestamp),
    /// Too many wrong guesses.
    Locked,
    /// Another ticket is being served.
    Taken,
    /// This ticket holds nothing here.
    NotYours,
    /// The ticket has two streams open.
    TooManyStreams,
    /// The ticket has moved three times the size.
    BudgetSpent,
    /// The upload is no longer the one that was begun.
    NotReceiving,
    /// Nothing has been sent yet, so there is nothing to finish.
    NothingSent,
}

/// What a would-be recipient may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// The ticket already holds it: the same answer again.
    Own,
    /// It may be reserved.
    Open,
}

/// Whether a reservation brings a counted guess along, to be refunded with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guess {
    /// One guess was counted for this reservation.
    Counted,
    /// None was: there is no passphrase, or the ticket had proved it before.
    None,
}

/// How a share ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The recipient says it has everything.
    Acknowledged,
    /// The delivery is over by its own times.
    Finished,
    /// Nobody opened it in time.
    Expired,
    /// Its owner or the operator ended it.
    Revoked,
    /// The upload never finished.
    Abandoned,
}

/// What the sweep should do with a share now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nothing before this moment.
    NotBefore(Timestamp),
    /// End it this way.
    End(Ending),
}

/// What a stream reports when it renews or closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamReport {
    /// First byte of its range.
    pub from: u64,
    /// First byte after what it has sent.
    pub to: u64,
    /// Bytes sent since its last report.
    pub fresh: u64,
    /// Whether it is closed now.
    pub closed: bool,
}

impl Share {
    fn with(&self, state: State) -> Self {
        Self {
            facts: self.facts.clone(),
            guesses: self.guesses,
            guess_limit: self.guess_limit,
            state,
        }
    }
}

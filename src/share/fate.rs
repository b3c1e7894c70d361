use serde::{Deserialize, Serialize};

use super::record::{Sha256, Visible};
use super::time::{Hour, Timestamp};

/// What may be known of a share without its key. It holds no key material and outlives the record by seven days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fate {
    /// How far it got.
    pub phase: Phase,
    /// Bytes of content.
    pub size: u64,
    /// Contiguous bytes sent.
    pub sent: u64,
    /// Whether there is a passphrase.
    pub passphrase: bool,
    /// When the upload began.
    pub created_at: Timestamp,
    /// When an unopened share ends.
    pub expires_at: Timestamp,
    /// When the last reservation was made.
    pub reserved_at: Option<Timestamp>,
    /// When the delivery began.
    pub started_at: Option<Timestamp>,
    /// When it ended, if an end was written.
    pub ended_at: Option<Timestamp>,
    /// Until when its record lives. A record missing before that was lost by Redis, which proves nothing.
    pub record_until: Timestamp,
    /// Where its blob lies.
    pub last_hour: Hour,
    /// SHA-256 of the link's proof, to recognise who asks.
    pub proof: Sha256,
    /// SHA-256 of the owner key, likewise.
    pub owner: Sha256,
    /// SHA-256 of the last ticket, likewise; it is also part of a claimed blob's name.
    pub ticket: Option<Sha256>,
}

/// How far a share got, as the last write knew it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// The upload was running.
    Receiving,
    /// It waited.
    Available,
    /// It was reserved.
    Reserved,
    /// It was being delivered.
    Delivering,
    /// Ended, everything sent.
    Delivered,
    /// Ended, not everything sent.
    BrokenOff,
    /// Ended unopened.
    Expired,
    /// Ended by its owner or the operator.
    Revoked,
    /// Ended before the upload was complete.
    Abandoned,
}

impl Fate {
    /// Whether it is certain that nothing may be opened any more: an end was written, or the record's own time is over.
    pub fn is_gone(&self, now: Timestamp) -> bool {
        self.phase.has_ended() || now >= self.record_until
    }

    /// The state where no record is left: nothing needs to have been written for that.
    pub fn without_record(&self) -> Visible {
        match self.phase {
            Phase::Receiving | Phase::Abandoned => Visible::Abandoned,
            Phase::Available | Phase::Reserved | Phase::Expired => Visible::Expired,
            Phase::Delivering if self.sent == self.size => Visible::Delivered,
            Phase::Delivering | Phase::BrokenOff => Visible::BrokenOff,
            Phase::Delivered => Visible::Delivered,
            Phase::Revoked => Visible::Revoked,
        }
    }

    /// When it ended, where no record is left.
    pub fn ended(&self) -> Timestamp {
        self.ended_at.unwrap_or(match self.phase {
            Phase::Available | Phase::Reserved => self.expires_at,
            _ => self.record_until,
        })
    }

    /// The moment worth telling the holder of the link: when somebody began to fetch it, else when it ended. Of what was
    /// withdrawn, when that was.
    pub fn told_at(&self) -> Timestamp {
        self.started_at
            .filter(|_| self.phase != Phase::Revoked)
            .unwrap_or_else(|| self.ended())
    }

    /// Until when the fate itself is kept: seven days past the end.
    pub fn kept_until(&self) -> Timestamp {
        self.ended_at
            .unwrap_or(self.record_until)
            .plus(super::lifecycle::FATE_KEPT)
    }
}

impl Phase {
    /// Whether this is an end.
    pub const fn has_ended(self) -> bool {
        match self {
            Self::Receiving | Self::Available | Self::Reserved | Self::Delivering => false,
            Self::Delivered | Self::BrokenOff | Self::Expired | Self::Revoked | Self::Abandoned => {
                true
            }
        }
    }
}

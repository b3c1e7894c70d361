use serde::{Deserialize, Serialize};

use super::fate::{Fate, Phase};
use super::time::{Hour, Timestamp};

/// A SHA-256 digest: of the proof, the owner key or the ticket. The secrets themselves never reach a record.
pub type Sha256 = [u8; 32];

/// A wrapped file key. Opaque here: only the format's code makes or opens one.
pub type Wrap = Vec<u8>;

/// What is said about a share once and does not change after the commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Bytes of content; 0 while it is being received.
    pub size: u64,
    /// When the upload began.
    pub created_at: Timestamp,
    /// When an unopened share ends; counted from the commit.
    pub expires_at: Timestamp,
    /// Where the blob lies, chosen when the upload began and never computed again.
    pub last_hour: Hour,
    /// SHA-256 of what the holder of the link must show before anything expensive or counted happens.
    pub proof: Sha256,
    /// SHA-256 of the sender's key.
    pub owner: Sha256,
    /// How the passphrase is stretched, if there is one.
    pub passphrase: Option<KeyStretching>,
}

/// The Argon2id parameters and salt of one share's passphrase (RFC 9106).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyStretching {
    /// Random salt.
    pub salt: [u8; 16],
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

/// One share: what Redis holds of it until it ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// What never changes.
    pub facts: Facts,
    /// Passphrase guesses that were wrong or are being tried right now.
    pub guesses: u32,
    /// How many guesses lock the share; the owner's unlock raises it.
    pub guess_limit: u32,
    /// Where it stands.
    pub state: State,
}

/// The four states a record can have. Everything after them has no record, only a [`Fate`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// The upload is running; there is no key material yet.
    Receiving {
        /// Past this moment the sweep may take the upload for dead.
        lease_until: Timestamp,
    },
    /// The link opens it.
    Available {
        /// The file key under the link.
        wrap: Wrap,
    },
    /// Somebody holds a ticket and has not fetched a byte.
    Reserved {
        /// The file key under the link.
        wrap: Wrap,
        /// Who holds it.
        hold: Hold,
    },
    /// The claim is won: only its ticket opens it, the link no longer does.
    Delivering(Delivery),
}

/// A reservation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// SHA-256 of the ticket.
    pub ticket: Sha256,
    /// The file key under the ticket.
    pub ticket_wrap: Wrap,
    /// When it was made.
    pub reserved_at: Timestamp,
    /// From when on somebody else may replace it.
    pub lapses_at: Timestamp,
}

/// A delivery under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// SHA-256 of the ticket.
    pub ticket: Sha256,
    /// The file key under the ticket.
    pub ticket_wrap: Wrap,
    /// When the reservation was made, if the record still knew it.
    pub reserved_at: Option<Timestamp>,
    /// When the claim was won.
    pub started_at: Timestamp,
    /// Renewed by every stream; past it the delivery is over.
    pub lease_until: Timestamp,
    /// No renewal goes beyond this moment.
    pub hard_end: Timestamp,
    /// Set when everything was sent and no stream is open: past it the delivery is over.
    pub grace_until: Option<Timestamp>,
    /// Contiguous bytes sent, counted from the start of the content.
    pub mark: u64,
    /// Bytes sent in all, repeats included.
    pub spent: u64,
    /// The streams open now: two at most.
    pub slots: Vec<Slot>,
}

/// One open stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Random number of the stream.
    pub id: u64,
    /// Past this moment the stream counts as dead.
    pub until: Timestamp,
}

/// What people and programs are shown as `state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Visible {
    /// The upload is running.
    Receiving,
    /// Waiting to be opened.
    Available,
    /// Somebody holds an unused ticket.
    Reserved,
    /// Too many wrong passphrases.
    Locked,
    /// A ticket is fetching the bytes.
    Delivering,
    /// Ended: everything was sent.
    Delivered,
    /// Ended: the delivery stopped before everything was sent.
    BrokenOff,
    /// Ended: nobody opened it in time.
    Expired,
    /// Ended: by its owner or the operator.
    Revoked,
    /// Ended: the upload never finished.
    Abandoned,
}

impl Visible {
    /// Every state, in the order of a share's life.
    pub const ALL: [Self; 10] = [
        Self::Receiving,
        Self::Available,
        Self::Reserved,
        Self::Locked,
        Self::Delivering,
        Self::Delivered,
        Self::BrokenOff,
        Self::Expired,
        Self::Revoked,
        Self::Abandoned,
    ];

    /// The word used in JSON, pages and metrics.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Receiving => "receiving",
            Self::Available => "available",
            Self::Reserved => "reserved",
            Self::Locked => "locked",
            Self::Delivering => "delivering",
            Self::Delivered => "delivered",
            Self::BrokenOff => "broken_off",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Abandoned => "abandoned",
        }
    }

    /// Reads [`Self::word`] back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

impl Share {
    /// Whether wrong guesses have locked it. A delivery under way cannot be locked.
    pub fn is_locked(&self) -> bool {
        self.guesses >= self.guess_limit
            && matches!(self.state, State::Available { .. } | State::Reserved { .. })
    }

    /// Guesses left before it locks.
    pub fn tries_left(&self) -> u32 {
        self.guess_limit.saturating_sub(self.guesses)
    }

    /// The state shown to people at `now`: a lapsed reservation is available again, and locked hides both.
    pub fn visible(&self, now: Timestamp) -> Visible {
        match &self.state {
            State::Receiving { .. } => Visible::Receiving,
            // Its end is true before anybody has written it.
            _ if self.is_over(now) => self.fate().without_record(),
            State::Delivering(_) => Visible::Delivering,
            State::Reserved { hold, .. } if now < hold.lapses_at => Visible::Reserved,
            State::Available { .. } | State::Reserved { .. } if self.is_locked() => Visible::Locked,
            State::Available { .. } | State::Reserved { .. } => Visible::Available,
        }
    }

    /// Whether its own time has ended it, written down or not.
    pub fn is_over(&self, now: Timestamp) -> bool {
        !matches!(self.state, State::Receiving { .. }) && now >= self.look_at()
    }

    /// Until when the record lives in Redis. Past it key material is gone even if every server is down.
    pub fn kept_until(&self) -> Timestamp {
        let slack = super::lifecycle::RECORD_SLACK;
        match &self.state {
            State::Receiving { lease_until } => lease_until.plus(slack),
            State::Available { .. } => self.facts.expires_at,
            State::Reserved { hold, .. } => self.facts.expires_at.max(hold.lapses_at.plus(slack)),
            State::Delivering(delivery) => delivery.end_by_time().plus(slack),
        }
    }

    /// When the sweep should look next.
    pub fn look_at(&self) -> Timestamp {
        match &self.state {
            State::Receiving { lease_until } => *lease_until,
            State::Available { .. } => self.facts.expires_at,
            State::Reserved { hold, .. } => self.facts.expires_at.max(hold.lapses_at),
            State::Delivering(delivery) => delivery.end(self.facts.size),
        }
    }

    /// What may be known of it without its key, as it stands now.
    pub fn fate(&self) -> Fate {
        let (phase, reserved_at, started_at, sent, ticket) = match &self.state {
            State::Receiving { .. } => (Phase::Receiving, None, None, 0, None),
            State::Available { .. } => (Phase::Available, None, None, 0, None),
            State::Reserved { hold, .. } => (
                Phase::Reserved,
                Some(hold.reserved_at),
                None,
                0,
                Some(hold.ticket),
            ),
            State::Delivering(delivery) => (
                Phase::Delivering,
                delivery.reserved_at,
                Some(delivery.started_at),
                delivery.mark,
                Some(delivery.ticket),
            ),
        };
        Fate {
            phase,
            size: self.facts.size,
            sent,
            passphrase: self.facts.passphrase.is_some(),
            created_at: self.facts.created_at,
            expires_at: self.facts.expires_at,
            reserved_at,
            started_at,
            ended_at: None,
            record_until: self.kept_until(),
            last_hour: self.facts.last_hour,
            proof: self.facts.proof,
            owner: self.facts.owner,
            ticket,
        }
    }
}

impl Delivery {
    /// When it ends if no further renewal comes, whatever was sent.
    pub fn end_by_time(&self) -> Timestamp {
        self.lease_until.min(self.hard_end)
    }

    /// When it ends if nothing further happens: the grace after the last byte, else the lease.
    pub fn end(&self, size: u64) -> Timestamp {
        let by_time = self.end_by_time();
        match self.grace_until {
            Some(grace_until) if self.mark == size => grace_until.min(by_time),
            _ => by_time,
        }
    }
}

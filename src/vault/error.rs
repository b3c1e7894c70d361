use std::fmt;
use std::time::Duration;

use crate::crypto::FormatError;
use crate::share::{Timestamp, Visible};
use crate::storage::StorageError;

/// Why a deposit ended without a share. Nothing of it is left.
#[derive(Debug)]
pub enum DepositError {
    /// More content than one share may have.
    TooLarge {
        /// In bytes.
        limit: u64,
    },
    /// The disk or the operator's limit has no room for it.
    NoRoom,
    /// The upload ran out of its lease or of the longest time an upload may take.
    TooSlow,
    /// Too many passphrases are being stretched; worth a retry.
    Busy,
    /// The name or type does not fit into the header.
    BadName(FormatError),
    /// Redis or the disk failed.
    Storage(StorageError),
    /// Not enough replicas confirmed the commit in time.
    NotReplicated,
}

/// Why a recipient, sender or ticket does not get what was asked for.
#[derive(Debug)]
pub enum CollectError {
    /// Malformed, unknown, or not with this key: strangers see no difference.
    Unknown,
    /// The key is right and the share is over, or belongs to another ticket.
    Gone {
        /// How it ended or stands.
        state: Visible,
        /// When it was picked up or ended.
        at: Timestamp,
    },
    /// This ticket holds nothing (any more): the link must be opened again.
    NotYours,
    /// Another ticket holds an unused reservation for so long.
    Held(Duration),
    /// Too many wrong passphrases.
    Locked,
    /// There is a passphrase and none was given.
    PassphraseNeeded {
        /// Guesses left before it locks.
        tries_left: u32,
    },
    /// The passphrase is wrong.
    WrongPassphrase {
        /// Guesses left before it locks.
        tries_left: u32,
    },
    /// The ticket has two streams open.
    TooManyStreams,
    /// The ticket has moved three times the size.
    BudgetSpent,
    /// Nothing was downloaded yet, so there is nothing to acknowledge.
    NothingSent,
    /// Too many passphrases are being stretched, or too many write one record; worth a retry.
    Busy,
    /// The blob is missing or altered. Nothing was claimed, nothing is deleted.
    Damaged {
        /// What is wrong with it.
        what: &'static str,
    },
    /// Redis or the disk failed.
    Storage(StorageError),
}

impl From<StorageError> for DepositError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Full { .. } => Self::NoRoom,
            error => Self::Storage(error),
        }
    }
}

impl From<StorageError> for CollectError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl fmt::Display for DepositError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge { .. } => "the content is larger than a share may be",
            Self::NoRoom => "there is no room for another share",
            Self::TooSlow => "the upload took too long",
            Self::Busy => "too many passphrases are being stretched",
            Self::BadName(_) => "the name or type does not fit into the header",
            Self::Storage(_) => "the deposit could not be stored",
            Self::NotReplicated => "too few replicas confirmed the deposit",
        })
    }
}

impl fmt::Display for CollectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("no such share for this key"),
            Self::Gone { state, .. } => write!(f, "the share is {}", state.word()),
            Self::NotYours => f.write_str("the ticket holds nothing"),
            Self::Held(_) => f.write_str("another ticket holds a reservation"),
            Self::Locked => f.write_str("wrong passphrases have locked the share"),
            Self::PassphraseNeeded { .. } => f.write_str("a passphrase is needed"),
            Self::WrongPassphrase { .. } => f.write_str("the passphrase is wrong"),
            Self::TooManyStreams => f.write_str("the ticket has two streams open"),
            Self::BudgetSpent => f.write_str("the ticket has moved all it may"),
            Self::NothingSent => f.write_str("nothing was downloaded yet"),
            Self::Busy => f.write_str("too much at once for one share or for the passphrases"),
            Self::Damaged { what } => write!(f, "the blob is damaged: {what}"),
            Self::Storage(_) => f.write_str("storage failed while collecting"),
        }
    }
}

impl std::error::Error for DepositError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Storage(error) => Some(error),
            Self::BadName(error) => Some(error),
            _ => None,
        }
    }
}

impl std::error::Error for CollectError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Storage(error) => Some(error),
            _ => None,
        }
    }
}

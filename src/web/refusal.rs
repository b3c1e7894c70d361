//! What the vault answers, as what the visitor is told. What the operator must know is logged here, once.

use crate::error_chain::error_chain;
use crate::storage::StorageError;
use crate::vault::{CollectError, DepositError};

use super::error::WebError;

impl From<CollectError> for WebError {
    fn from(error: CollectError) -> Self {
        match error {
            CollectError::Unknown => Self::Gone,
            CollectError::Gone { state, at } => Self::Fate(state, at),
            CollectError::NotYours => Self::TicketGone,
            CollectError::Held(wait) => Self::Held(
                wait.as_millis()
                    .div_ceil(1000)
                    .try_into()
                    .unwrap_or(u64::MAX),
            ),
            CollectError::Locked => Self::Locked,
            CollectError::PassphraseNeeded { tries_left } => Self::Passphrase {
                wrong: false,
                tries_left,
            },
            CollectError::WrongPassphrase { tries_left } => Self::Passphrase {
                wrong: true,
                tries_left,
            },
            CollectError::TooManyStreams => Self::TooManyStreams,
            CollectError::BudgetSpent => Self::BudgetSpent,
            CollectError::NothingSent => Self::NothingToAcknowledge,
            CollectError::Busy => Self::Busy,
            CollectError::Damaged { what } => {
                metrics::counter!("onetimeshare_damaged_total").increment(1);
                tracing::error!(
                    what,
                    "a stored share is damaged; nothing was claimed or deleted"
                );
                Self::Damaged
            }
            CollectError::Storage(error) => error.into(),
        }
    }
}

impl From<DepositError> for WebError {
    fn from(error: DepositError) -> Self {
        match error {
            DepositError::TooLarge { limit } => Self::TooLarge(limit),
            DepositError::NoRoom => Self::NoRoom,
            DepositError::TooSlow => Self::UploadTooSlow,
            DepositError::Busy => Self::Busy,
            DepositError::BadName(error) => {
                tracing::error!(%error, "a sanitised name did not fit into the header");
                Self::Unavailable
            }
            DepositError::NotReplicated => {
                tracing::error!("too few replicas confirmed an upload; it was taken back");
                Self::Unavailable
            }
            DepositError::Storage(error) => error.into(),
        }
    }
}

impl From<StorageError> for WebError {
    fn from(error: StorageError) -> Self {
        tracing::error!(error = error_chain(&error), "storage failed");
        match error {
            StorageError::Full { .. } => Self::NoRoom,
            StorageError::Corrupt { .. } => Self::Damaged,
            StorageError::Unavailable { .. }
            | StorageError::NotReplicated
            | StorageError::Missing { .. } => Self::Unavailable,
        }
    }
}

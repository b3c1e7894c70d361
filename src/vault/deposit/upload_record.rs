//! The record of an upload under way.

use tokio::task::JoinHandle;

use crate::share::{Share, ShareId, Stored};
use crate::storage::{Next, StorageError, Swapped};
use crate::vault::{DepositError, Vault};

/// It is written while the first bytes come; nothing of a blob gets a name before it stands.
pub(super) enum UploadRecord {
    Writing(JoinHandle<Result<Swapped, StorageError>>),
    Stands(Box<Stored<Share>>),
    /// It may have been written all the same.
    Unknown,
    /// Committed, given up or never ours.
    Over,
}

impl UploadRecord {
    /// Begins to write it.
    pub(super) fn begin(vault: &Vault, id: ShareId, share: Share) -> Self {
        let store = vault.inner.store.clone();
        Self::Writing(tokio::spawn(async move {
            let written = store.swap(id, None, Next::Share(share)).await;
            failpoint!("deposit.recorded");
            written
        }))
    }

    /// Waits until it stands.
    ///
    /// # Errors
    /// [`DepositError`] if it could not be written or is not ours any more.
    pub(super) async fn stands(&mut self) -> Result<&Stored<Share>, DepositError> {
        if let Self::Writing(writing) = self {
            let written = writing.await;
            *self = Self::Unknown;
            match written.map_err(|e| StorageError::unavailable("begin an upload", e))?? {
                Swapped::Done(Some(record)) => *self = Self::Stands(Box::new(record)),
                Swapped::Done(None) | Swapped::Conflict { .. } => *self = Self::Over,
            }
        }
        match self {
            Self::Stands(record) => Ok(&**record),
            _ => Err(DepositError::TooSlow),
        }
    }

    /// Whether [`Self::stands`] has something to say that it has not said yet, and says it at once.
    pub(super) fn has_news(&self) -> bool {
        matches!(self, Self::Writing(writing) if writing.is_finished())
    }
}

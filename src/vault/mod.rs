//! The use cases: deposit, inspect, reserve, deliver, finish, revoke, sweep.
//!
//! The vault brings rules, format and storage together and knows no HTTP. Its promises are the product's: at most one
//! recipient, no acknowledged share lost, nothing readable without the link, gone means gone, nothing truncated that looks
//! complete.

mod access;
mod cleanup;
mod collect;
mod deliver;
mod deposit;
mod ending;
mod error;
mod keeper;
mod owner;
mod report;
mod scan;
mod stream;
mod stretcher;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::crypto::KdfParams;
use crate::share::{Share, ShareId, Stored, Times, Timestamp};
use crate::storage::{BlobStore, Next, Redis, ShareStore, StorageError, Swapped};

pub use cleanup::{CleanupReport, CleanupScope};
pub use collect::{Inspection, Reservation};
pub use deliver::Prepared;
pub use deposit::{Deposit, DepositTerms, Deposited};
pub use error::{CollectError, DepositError};
pub use owner::{OwnerView, TransferView};
pub use report::{Dependency, Health, ShareLine, SharePage, Stats, Wellness};
pub use stream::DeliveryStream;

/// What the use cases need to know; the configuration fills it.
#[derive(Clone, Debug)]
pub struct VaultSettings {
    /// Content bytes of one share at most.
    pub max_size: u64,
    /// Content bytes of all shares at most.
    pub max_total: Option<u64>,
    /// The times of the one-time machine.
    pub times: Times,
    /// Shortest expiry that may be chosen.
    pub min_expiry: Duration,
    /// Expiry where none is chosen.
    pub default_expiry: Duration,
    /// Longest expiry that may be chosen.
    pub max_expiry: Duration,
    /// Argon2id parameters for new shares.
    pub kdf: KdfParams,
    /// How many replicas must confirm a commit.
    pub replicas: u32,
}

/// All use cases over one Redis and one blob store. Cheap to clone.
#[derive(Clone)]
pub struct Vault {
    inner: Arc<Inner>,
}

struct Inner {
    store: ShareStore,
    blobs: BlobStore,
    settings: VaultSettings,
    stretcher: stretcher::Stretcher,
    transfers: AtomicU64,
    last_sweep: AtomicU64,
    ended_since_rewrite: AtomicU64,
    unresolved: AtomicU64,
}

impl Vault {
    /// A vault over these stores.
    pub fn new(redis: Arc<Redis>, blobs: BlobStore, settings: VaultSettings) -> Self {
        Self {
            inner: Arc::new(Inner {
                store: ShareStore::new(redis),
                blobs,
                settings,
                stretcher: stretcher::Stretcher::new(),
                transfers: AtomicU64::new(0),
                last_sweep: AtomicU64::new(0),
                ended_since_rewrite: AtomicU64::new(0),
                unresolved: AtomicU64::new(0),
            }),
        }
    }

    /// The settings it works by.
    pub fn settings(&self) -> &VaultSettings {
        &self.inner.settings
    }

    /// Redis's time, the only clock.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when it was never seen and Redis does not answer.
    pub async fn now(&self) -> Result<Timestamp, StorageError> {
        self.redis().now().await
    }

    /// The connection, for sessions and start-up checks.
    pub fn redis(&self) -> &Redis {
        self.inner.store.redis()
    }

    /// Transfers of content running in this process.
    pub fn transfers(&self) -> u64 {
        self.inner.transfers.load(Ordering::Relaxed)
    }

    fn times(&self) -> &Times {
        &self.inner.settings.times
    }

    /// Swaps a share to its next record and notes on the agenda when to look at it again. The note is a hint: its failure
    /// is mended by the background scan.
    async fn swap_and_note(
        &self,
        id: ShareId,
        read: Option<&Stored<Share>>,
        next: Share,
    ) -> Result<Swapped, StorageError> {
        let look_at = next.look_at();
        let swap = self.inner.store.swap(id, read, Next::Share(next));
        let (swapped, noted) = tokio::join!(swap, self.redis().note(id, look_at));
        if let Err(error) = noted {
            tracing::debug!(%error, "the agenda missed a note");
        }
        swapped
    }
}

/// Counts a running transfer for as long as it lives.
struct TransferCount(Vault);

impl TransferCount {
    fn new(vault: &Vault) -> Self {
        vault.inner.transfers.fetch_add(1, Ordering::Relaxed);
        metrics::gauge!("onetimeshare_transfers").increment(1.0);
        Self(vault.clone())
    }
}

impl Drop for TransferCount {
    fn drop(&mut self) {
        self.0.inner.transfers.fetch_sub(1, Ordering::Relaxed);
        metrics::gauge!("onetimeshare_transfers").decrement(1.0);
    }
}

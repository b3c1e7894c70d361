//! The use cases: deposit, inspect, reserve, deliver, finish, revoke, sweep.
//!
//! The vault brings rules, format and storage together and knows no HTTP. Its promises are the product's: at most one
//! recipient, no acknowledged share lost, nothing readable without the link, gone means gone, nothing truncated that looks
//! complete.

mod access;
mod buffers;
mod bytes_held;
mod cleanup;
mod clearing;
mod collect;
mod content;
mod deliver;
mod deposit;
mod ending;
mod error;
mod figures;
mod handover;
mod keeper;
mod owner;
mod report;
mod scan;
mod settle;
mod stream;
mod stream_turn;
mod stretcher;
mod tally;
mod undisturbed;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{Mutex, watch};

use crate::crypto::KdfParams;
use crate::share::{ShareId, Times, Timestamp};
use crate::storage::{BlobStore, Found, Redis, ShareStore, StorageError};

use handover::Handover;

pub use cleanup::{CleanupReport, CleanupScope};
pub use collect::{Inspection, Reservation};
pub use content::{Content, ContentInfo};
pub use deliver::Prepared;
pub use deposit::{Deposit, DepositTerms, Deposited};
pub use error::{CollectError, DepositError};
pub use figures::{ShareLine, SharePage, Stats};
pub use owner::{OwnerView, TransferView};
pub use report::{Dependency, Health, Reason, Wellness};
pub use stream::DeliveryStream;
pub use tally::{Counted, HourCounts, Tally};

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
    turns: collect::Turns,
    transfers: AtomicU64,
    last_sweep: AtomicU64,
    ended_since_rewrite: AtomicU64,
    unresolved: AtomicU64,
    gathered: clearing::Gathered,
    tally: Tally,
    /// Bytes held more, or less, than Redis has been told.
    bytes_held: AtomicI64,
    /// Held by the one census that is being taken.
    census: Mutex<()>,
    runtime: Handle,
    outliving: watch::Sender<()>,
}

impl Vault {
    /// A vault over these stores. To be made on the runtime that lives longest: what ends a transfer runs there.
    pub fn new(redis: Arc<Redis>, blobs: BlobStore, settings: VaultSettings) -> Self {
        Self {
            inner: Arc::new(Inner {
                store: ShareStore::new(redis),
                blobs,
                settings,
                stretcher: stretcher::Stretcher::new(),
                turns: collect::Turns::default(),
                transfers: AtomicU64::new(0),
                last_sweep: AtomicU64::new(0),
                ended_since_rewrite: AtomicU64::new(0),
                unresolved: AtomicU64::new(0),
                gathered: clearing::Gathered::default(),
                tally: Tally::default(),
                bytes_held: AtomicI64::new(0),
                census: Mutex::new(()),
                runtime: Handle::current(),
                outliving: watch::Sender::new(()),
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

    /// Notes on the agenda when to look at a share. A hint: a note too many costs a look, one that failed is mended by the
    /// background scan. Only a share's end that comes earlier than the last note needs one; a later end is noted by the look.
    /// True: it is noted.
    async fn hint(&self, id: ShareId, at: Timestamp) -> bool {
        let noted = self.redis().note(id, at).await;
        if let Err(error) = &noted {
            tracing::debug!(%error, "the agenda missed a note");
        }
        noted.is_ok()
    }

    /// As [`Self::hint`], for a share whose record was read or written a moment ago. It may have ended since: whoever ended it
    /// has struck its line, and this one would stand there until its moment.
    async fn hint_living(&self, id: ShareId, at: Timestamp) {
        self.hint(id, at).await;
        match self.inner.store.read(id).await {
            Ok(found) => self.clear_if_ended(id, &found).await,
            Err(error) => tracing::debug!(%error, "a line too many may stand on the agenda"),
        }
    }

    /// Helps along what has ended, its own line on the agenda included.
    async fn clear_if_ended(&self, id: ShareId, found: &Found) {
        if found.share.is_none()
            && let Some(fate) = found.fate.as_ref().filter(|fate| fate.phase.has_ended())
            && let Err(error) = self.clear(id, fate).await
        {
            tracing::debug!(%error, "what an ended share left is removed by the sweep");
        }
    }

    /// Runs `work` on the runtime that outlives the workers, and counts it for [`Self::settle_down`].
    fn outlive(&self, work: impl Future<Output = ()> + Send + 'static) {
        let running = self.inner.outliving.subscribe();
        self.inner.runtime.spawn(async move {
            work.await;
            drop(running);
        });
    }

    /// As [`Self::outlive`], on the caller's runtime as long as that lasts: there a wake costs next to nothing. If it ends
    /// first, a clone of the work is begun anew on the one that outlives it.
    fn outlive_here<W: Future<Output = ()> + Send + 'static>(
        &self,
        work: impl Fn() -> W + Send + 'static,
    ) {
        let (running, vault) = (self.inner.outliving.subscribe(), self.clone());
        let here = work();
        let elsewhere = move || {
            vault.outlive(work());
            drop(running);
        };
        tokio::spawn(Handover::new(here, elsewhere));
    }

    /// Waits until the ends of all streams and taken-back uploads are on record, but not longer than `limit`.
    pub async fn settle_down(&self, limit: Duration) {
        // Every piece of work holds a receiver.
        drop(tokio::time::timeout(limit, self.inner.outliving.closed()).await);
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

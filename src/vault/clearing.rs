//! What many ends leave is cleared away together: one sync of their folder, one strike off the agenda.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::share::{Fate, Hour, ShareId};
use crate::storage::StorageError;

use super::Vault;

/// For how long ends are gathered.
const GATHER: Duration = Duration::from_millis(25);

/// Shares whose blob is removed and whose folder is not synced yet.
#[derive(Default)]
pub(super) struct Gathered {
    shares: std::sync::Mutex<Vec<(Hour, ShareId)>>,
    /// Held by whoever is clearing.
    clearing: tokio::sync::Mutex<()>,
}

impl Gathered {
    /// True: they are the first.
    fn add(&self, ended: impl Iterator<Item = (Hour, ShareId)>) -> bool {
        let mut shares = self.shares();
        let first = shares.is_empty();
        shares.extend(ended);
        first
    }

    fn take(&self) -> Vec<(Hour, ShareId)> {
        std::mem::take(&mut self.shares())
    }

    fn shares(&self) -> std::sync::MutexGuard<'_, Vec<(Hour, ShareId)>> {
        let shares = self.shares.lock();
        shares.expect("nobody who gathers ends panics")
    }
}

impl Vault {
    /// As [`Self::clear`], for ends that this server has written and that nobody has ordered: the names are gone when it
    /// returns, and durably so a moment later. Until then each share's line stands on the agenda, where the sweep finds it
    /// should the machine stop first.
    pub(super) async fn clear_soon(&self, ended: &[(ShareId, &Fate)]) -> Result<(), StorageError> {
        if ended.is_empty() {
            return Ok(());
        }
        let names = ended
            .iter()
            .map(|(id, fate)| (fate.last_hour, *id, fate.ticket));
        self.inner.blobs.unlink(names.collect()).await?;
        failpoint!("end.unlinked");
        let count = u64::try_from(ended.len()).unwrap_or(u64::MAX);
        self.inner
            .ended_since_rewrite
            .fetch_add(count, Ordering::Relaxed);
        let shares = ended.iter().map(|(id, fate)| (fate.last_hour, *id));
        if self.inner.gathered.add(shares) {
            let vault = self.clone();
            self.outlive(async move {
                tokio::time::sleep(GATHER).await;
                vault.clear_gathered().await;
            });
        }
        Ok(())
    }

    /// Clears away what was gathered, whoever gathered it, before it returns.
    pub(super) async fn clear_gathered(&self) {
        let _others_are_done = self.inner.gathered.clearing.lock().await;
        let shares = self.inner.gathered.take();
        if shares.is_empty() {
            return;
        }
        if let Err(error) = self.sync_and_strike(&shares).await {
            tracing::debug!(%error, "what ended shares left is looked at by the sweep");
        }
    }

    async fn sync_and_strike(&self, shares: &[(Hour, ShareId)]) -> Result<(), StorageError> {
        let hours: BTreeSet<Hour> = shares.iter().map(|(hour, _)| *hour).collect();
        for hour in hours {
            self.inner.blobs.sync_hour(hour).await?;
        }
        failpoint!("end.synced");
        let ids: Vec<ShareId> = shares.iter().map(|(_, id)| *id).collect();
        self.redis().strike_all(&ids).await?;
        failpoint!("end.struck");
        Ok(())
    }
}

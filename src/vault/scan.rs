//! The slow look at every blob: it mends the agenda, finds what gone shares left, and recounts the bytes.

use std::collections::HashSet;
use std::sync::atomic::Ordering;

use crate::share::{Hour, ShareId, State};
use crate::storage::{BlobEntry, BlobKind, StorageError};

use super::{CleanupReport, CleanupScope, Vault};

/// Records read in one command.
const PAGE: usize = 256;

impl Vault {
    /// The background scan: looks at every blob, removes only what its fate says is gone.
    ///
    /// # Errors
    /// [`StorageError`]; nothing is deleted because of one.
    pub async fn background_scan(&self) -> Result<CleanupReport, StorageError> {
        let scope = CleanupScope {
            apply: true,
            unknown: false,
        };
        let mut report = CleanupReport::default();
        self.scan(scope, &[], &mut report).await?;
        Ok(report)
    }

    /// Looks at every blob except those in `counted`, and adds to the report.
    pub(super) async fn scan(
        &self,
        scope: CleanupScope,
        counted: &[ShareId],
        report: &mut CleanupReport,
    ) -> Result<(), StorageError> {
        let counted: HashSet<ShareId> = counted.iter().copied().collect();
        let mut held = 0;
        let mut unknown = 0;
        for hour in self.inner.blobs.hours().await? {
            let mut entries = self.inner.blobs.entries(hour).await?;
            entries.retain(|entry| !counted.contains(&entry.id));
            for page in entries.chunks(PAGE) {
                held += self
                    .scan_page(scope, hour, page, report, &mut unknown)
                    .await?;
            }
        }
        report.unknown += unknown;
        metrics::gauge!("onetimeshare_unknown_blobs").set(count_as_f64(unknown));
        failpoint!("scan.counted");
        if scope.apply {
            self.set_bytes_held(held).await?;
        }
        Ok(())
    }

    /// Returns the content bytes held by the living shares of the page.
    async fn scan_page(
        &self,
        scope: CleanupScope,
        hour: Hour,
        page: &[BlobEntry],
        report: &mut CleanupReport,
        unknown: &mut u64,
    ) -> Result<u64, StorageError> {
        let ids: Vec<ShareId> = page.iter().map(|entry| entry.id).collect();
        let now = self.now().await?;
        let mut held = 0;
        let mut noted = Vec::new();
        for (entry, found) in page.iter().zip(self.inner.store.read_many(&ids).await?) {
            match (found.share, found.fate) {
                (Some(share), _) => {
                    if !matches!(share.value.state, State::Receiving { .. }) {
                        held += share.value.facts.size;
                    }
                    if scope.apply {
                        failpoint!("scan.living");
                        let look_at = share.value.look_at();
                        self.redis().note_no_later(entry.id, look_at).await?;
                        noted.push(entry.id);
                    }
                }
                (None, Some(fate)) if fate.is_gone(now) => {
                    report.count(&fate);
                    if scope.apply {
                        failpoint!("scan.gone");
                        self.clear(entry.id, &fate).await?;
                    }
                }
                (None, Some(fate)) => {
                    // The record is missing before its time: Redis lost it, and that proves nothing.
                    self.inner.unresolved.fetch_add(1, Ordering::Relaxed);
                    held += fate.size;
                }
                // A record that cannot be read is none of the unknown: it may be a newer release's.
                (None, None) if self.is_unreadable(entry.id).await? => {}
                (None, None) => {
                    *unknown += 1;
                    if scope.unknown {
                        report.bytes += entry.len;
                    }
                    if scope.unknown && scope.apply {
                        let ticket = match entry.kind {
                            BlobKind::Claimed(ticket) => Some(ticket),
                            BlobKind::Published | BlobKind::Partial => None,
                        };
                        self.inner.blobs.remove(hour, entry.id, ticket).await?;
                    }
                }
            }
        }
        // What ended since it was read has struck its line before it was noted again.
        for (id, found) in noted.iter().zip(self.inner.store.read_many(&noted).await?) {
            self.clear_if_ended(*id, &found).await;
        }
        Ok(held)
    }

    async fn is_unreadable(&self, id: ShareId) -> Result<bool, StorageError> {
        match self.inner.store.read(id).await {
            Ok(found) => Ok(found.share.is_some() || found.fate.is_some()),
            Err(StorageError::Corrupt { .. }) => {
                self.inner.unresolved.fetch_add(1, Ordering::Relaxed);
                Ok(true)
            }
            Err(error) => Err(error),
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a gauge needs no more than 52 bits"
)]
fn count_as_f64(count: u64) -> f64 {
    count as f64
}

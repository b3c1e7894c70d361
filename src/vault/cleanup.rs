use std::sync::atomic::Ordering;

use crate::share::{Fate, ShareId, Timestamp, Visible};
use crate::storage::StorageError;

use super::Vault;

/// Shares of one bucket looked at in one round.
const ROUND: u32 = 256;
/// What a cleanup may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CleanupScope {
    /// Act; otherwise only count.
    pub apply: bool,
    /// Also remove blobs of which neither a record nor a fate is left. A Redis that lost its data looks exactly like that.
    pub unknown: bool,
}

/// What a cleanup removed, or would remove.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CleanupReport {
    /// Nothing was removed, only counted.
    pub dry_run: bool,
    /// Shares whose delivery, revocation or upload is over.
    pub finished: u64,
    /// Shares nobody opened in time.
    pub expired: u64,
    /// Folders of past hours.
    pub past_hours: u64,
    /// Blobs without a record and without a fate.
    pub unknown: u64,
    /// Content bytes of all of it.
    pub bytes: u64,
}

impl CleanupReport {
    pub(super) fn count(&mut self, fate: &Fate) {
        match fate.without_record() {
            Visible::Expired => self.expired += 1,
            _ => self.finished += 1,
        }
        self.bytes += fate.size;
    }
}

impl Vault {
    /// Carries out what fell due: ends shares whose time is over and removes what gone shares left.
    ///
    /// It fails closed: an error deletes nothing, a missing record without a fate that says so deletes nothing.
    ///
    /// # Errors
    /// [`StorageError`] when the agenda cannot be read. A share that fails is left for the next sweep.
    pub async fn sweep(&self) -> Result<CleanupReport, StorageError> {
        let mut report = CleanupReport::default();
        loop {
            // Else this look at the agenda would find them again.
            self.clear_gathered().await;
            let now = self.now().await?;
            let due = self.redis().due(now, ROUND).await?;
            if !due.is_empty() {
                failpoint!("sweep.due");
            }
            let settled = self.settle_all(&due, now, true).await;
            let mut progress = false;
            for fate in settled.into_iter().flatten() {
                failpoint!("sweep.settled");
                report.count(&fate);
                progress = true;
            }
            let full = due.len() >= usize::try_from(ROUND).unwrap_or(usize::MAX);
            if !(full && progress) {
                break;
            }
        }
        self.clear_gathered().await;
        let now = self.now().await?;
        self.inner
            .last_sweep
            .store(now.as_millis(), Ordering::Relaxed);
        for (what, count) in [("finished", report.finished), ("expired", report.expired)] {
            metrics::counter!("onetimeshare_swept_total", "what" => what).increment(count);
        }
        Ok(report)
    }

    /// Counts what a sweep would carry out now.
    pub(super) async fn would_sweep(
        &self,
        report: &mut CleanupReport,
    ) -> Result<Vec<ShareId>, StorageError> {
        let now = self.now().await?;
        let due = self.redis().due(now, u32::MAX >> 1).await?;
        let mut ids = Vec::new();
        for chunk in due.chunks(ROUND as usize) {
            for (id, fate) in chunk.iter().zip(self.settle_all(chunk, now, false).await) {
                if let Some(fate) = fate {
                    report.count(&fate);
                    ids.push(*id);
                }
            }
        }
        Ok(ids)
    }

    /// Removes the folders of hours that are past by Redis's clock and by the machine's, peppers first.
    ///
    /// # Errors
    /// [`StorageError`]; what is left is removed the next time.
    pub async fn sweep_past_hours(
        &self,
        wall: Timestamp,
        apply: bool,
    ) -> Result<u64, StorageError> {
        let now = self.now().await?.min(wall);
        let mut past = 0;
        for hour in self.inner.blobs.hours().await? {
            if now < hour.end() {
                continue;
            }
            past += 1;
            if apply {
                failpoint!("sweep.past-hour");
                self.inner.blobs.remove_hour(hour).await?;
                tracing::info!(%hour, "removed a past hour");
            }
        }
        if let Some(before) = now.hour().number().checked_sub(1) {
            self.inner
                .blobs
                .forget_peppers_through(crate::share::Hour::from_number(before));
        }
        Ok(past)
    }

    /// Everything a cleanup can do: what fell due, past hours, and a look at every blob.
    ///
    /// # Errors
    /// [`StorageError`]; nothing is deleted because of one.
    pub async fn cleanup(
        &self,
        scope: CleanupScope,
        wall: Timestamp,
    ) -> Result<CleanupReport, StorageError> {
        let mut report = CleanupReport::default();
        let mut seen = Vec::new();
        if scope.apply {
            report = self.sweep().await?;
        } else {
            report.dry_run = true;
            seen = self.would_sweep(&mut report).await?;
        }
        report.past_hours = self.sweep_past_hours(wall, scope.apply).await?;
        self.scan(scope, &seen, &mut report).await?;
        Ok(report)
    }

    /// Rewrites the append-only file if anything ended since the last time or the last rewrite failed half-way, so that no
    /// wrap of a finished share stays in it. True: it was asked for.
    ///
    /// # Errors
    /// [`StorageError`] when Redis refuses; it is tried again the next time.
    pub async fn rewrite_if_anything_ended(&self) -> Result<bool, StorageError> {
        let ended = self.inner.ended_since_rewrite.swap(0, Ordering::Relaxed);
        if ended == 0 && !self.redis().facts().await?.rewrite_failed {
            return Ok(false);
        }
        let asked = self.redis().rewrite_append_only_file().await;
        if asked.is_err() {
            self.inner
                .ended_since_rewrite
                .fetch_add(ended, Ordering::Relaxed);
        }
        asked.map(|()| true)
    }

    /// Has [`Self::rewrite_if_anything_ended`] rewrite the next time whatever ended.
    pub fn rewrite_later(&self) {
        self.inner
            .ended_since_rewrite
            .fetch_add(1, Ordering::Relaxed);
    }
}

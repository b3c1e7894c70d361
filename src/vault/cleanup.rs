use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::join_all;

use crate::error_chain::error_chain;
use crate::share::{Due, Ending, Fate, Share, ShareId, Stored, Timestamp, Visible};
use crate::storage::{Found, StorageError};

use super::Vault;

/// Shares of one bucket looked at in one round.
const ROUND: u32 = 256;
/// Shares that are read together, ended at once, and whose blobs are removed together.
const AT_ONCE: usize = 32;
/// Groups on their way at once: while some wait for Redis or the disk others go on.
const GROUPS_AT_ONCE: usize = 4;

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

/// What became of one share that was due.
enum Settled {
    /// It is over since now; what it left is still to be removed.
    Ended(Fate),
    /// It is over and what it left is removed, or would be.
    Gone(Fate),
    /// Not yet, or somebody else is at it.
    Kept,
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
        for chunk in due.chunks(AT_ONCE * 16) {
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

    async fn settle_all(&self, ids: &[ShareId], now: Timestamp, apply: bool) -> Vec<Option<Fate>> {
        let groups: Vec<Vec<ShareId>> = ids.chunks(AT_ONCE).map(<[_]>::to_vec).collect();
        futures_util::stream::iter(groups)
            .map(|group| async move { self.settle_group(&group, now, apply).await })
            .buffered(GROUPS_AT_ONCE)
            .concat()
            .await
    }

    /// As [`Self::settle`], for shares that are read, and whose blobs are removed, together.
    async fn settle_group(
        &self,
        ids: &[ShareId],
        now: Timestamp,
        apply: bool,
    ) -> Vec<Option<Fate>> {
        // Where this fails each is read by itself, and its error told.
        let read = self.inner.store.read_many(ids).await.unwrap_or_default();
        let mut read = read.into_iter().map(|found| found.share);
        let settled = ids.iter().map(|id| {
            let read = read.next().flatten();
            async move {
                self.told(*id, now, self.settle(*id, read, now, apply).await)
                    .await
            }
        });
        let settled = join_all(settled).await;
        let ended: Vec<(ShareId, &Fate)> = ids
            .iter()
            .zip(&settled)
            .filter_map(|(id, settled)| match settled {
                Some(Settled::Ended(fate)) => Some((*id, fate)),
                _ => None,
            })
            .collect();
        if let Err(error) = self.clear_soon(&ended).await {
            // Their lines say that it is time: the next sweep removes what is left.
            tracing::warn!(
                error = error_chain(&error),
                "what ended shares left is removed later"
            );
        }
        let gone = settled.into_iter().map(|settled| match settled? {
            Settled::Ended(fate) | Settled::Gone(fate) => Some(fate),
            Settled::Kept => None,
        });
        gone.collect()
    }

    async fn told(
        &self,
        id: ShareId,
        now: Timestamp,
        settled: Result<Settled, StorageError>,
    ) -> Option<Settled> {
        match settled {
            Ok(settled) => Some(settled),
            Err(error) => {
                metrics::counter!("onetimeshare_sweep_errors_total").increment(1);
                tracing::warn!(
                    error = error_chain(&error),
                    "a due share is looked at again in a minute"
                );
                // What cannot be read must not stand in the way of what can.
                self.hint(id, now.plus(Duration::from_mins(1))).await;
                None
            }
        }
    }

    /// Looks at one share whose moment has come, `read` a moment ago if it has a record. Nothing is done because a record is
    /// missing before it was looked for once more.
    async fn settle(
        &self,
        id: ShareId,
        read: Option<Stored<Share>>,
        now: Timestamp,
        apply: bool,
    ) -> Result<Settled, StorageError> {
        let found = match read {
            Some(share) => Found {
                share: Some(share),
                fate: None,
            },
            None => self.inner.store.read(id).await?,
        };
        match (found.share, found.fate) {
            (Some(read), _) => match read.value.due(now) {
                Due::NotBefore(at) => {
                    if apply && !self.record_lost_claim(id, &read, now).await? {
                        self.hint_living(id, at).await;
                    }
                    Ok(Settled::Kept)
                }
                Due::End(ending) if apply => {
                    let Ok(fate) = read.value.end(ending, now) else {
                        return Ok(Settled::Kept);
                    };
                    let ended = self.write_end(id, &read, &fate).await?;
                    Ok(if ended {
                        Settled::Ended(fate)
                    } else {
                        Settled::Kept
                    })
                }
                Due::End(ending) => Ok(would_end(&read.value, ending, now)),
            },
            (None, Some(fate)) if fate.is_gone(now) => {
                if apply {
                    self.clear(id, &fate).await?;
                }
                Ok(Settled::Gone(fate))
            }
            (None, Some(fate)) => {
                // The record is missing before its time: Redis lost it, and that proves nothing.
                self.inner.unresolved.fetch_add(1, Ordering::Relaxed);
                if apply {
                    self.redis().note(id, fate.record_until).await?;
                }
                Ok(Settled::Kept)
            }
            (None, None) => {
                if apply {
                    self.redis().strike(id).await?;
                }
                Ok(Settled::Kept)
            }
        }
    }
}

fn would_end(share: &Share, ending: Ending, now: Timestamp) -> Settled {
    share.end(ending, now).map_or(Settled::Kept, Settled::Gone)
}

use std::sync::atomic::Ordering;

use crate::share::{Ending, Fate, Share, ShareId, Stored, Timestamp};
use crate::storage::{Next, StorageError, Swapped};

use super::{Counted, Vault};

impl Vault {
    /// Ends a share by a rule: one swap destroys all key material and records the end, then the blob is removed, durably
    /// before it returns. `Ok(None)`: the rule or a concurrent write said no.
    pub(super) async fn end(
        &self,
        id: ShareId,
        read: &Stored<Share>,
        ending: Ending,
        now: Timestamp,
    ) -> Result<Option<Fate>, StorageError> {
        match read.value.end(ending, now) {
            Ok(fate) => self.end_with(id, read, fate).await,
            Err(_) => Ok(None),
        }
    }

    /// As [`Self::end`], with this fate. `Ok(None)`: the record was no longer the one that was read.
    pub(super) async fn end_with(
        &self,
        id: ShareId,
        read: &Stored<Share>,
        fate: Fate,
    ) -> Result<Option<Fate>, StorageError> {
        if !self.write_end(id, read, &fate).await? {
            return Ok(None);
        }
        self.clear(id, &fate).await?;
        failpoint!("end.cleared");
        Ok(Some(fate))
    }

    /// As [`Self::end_with`], for one of many ends that nobody has ordered: see [`Self::clear_soon`].
    pub(super) async fn end_as_due(
        &self,
        id: ShareId,
        read: &Stored<Share>,
        fate: Fate,
    ) -> Result<Option<Fate>, StorageError> {
        if !self.write_end(id, read, &fate).await? {
            return Ok(None);
        }
        self.clear_soon(&[(id, &fate)]).await?;
        Ok(Some(fate))
    }

    /// The swap that ends a share. False: the record was no longer the one that was read.
    pub(super) async fn write_end(
        &self,
        id: ShareId,
        read: &Stored<Share>,
        fate: &Fate,
    ) -> Result<bool, StorageError> {
        let next = Next::End(fate.clone());
        let store = &self.inner.store;
        let swapped = store.swap_even_when_full(id, Some(read), next).await?;
        if let Swapped::Conflict { .. } = swapped {
            return Ok(false);
        }
        failpoint!("end.swapped");
        let outcome = fate.without_record();
        metrics::counter!("onetimeshare_shares_total", "outcome" => outcome.word()).increment(1);
        self.count_end(fate);
        // Of all who try, one write is done: it gives the bytes back.
        self.give_back(fate.size).await;
        failpoint!("end.given-back");
        Ok(true)
    }

    /// Removes what a gone share left: its blob, its bytes in the counter, its line on the agenda. Safe to repeat.
    pub(super) async fn clear(&self, id: ShareId, fate: &Fate) -> Result<(), StorageError> {
        self.inner
            .blobs
            .remove(fate.last_hour, id, fate.ticket)
            .await?;
        failpoint!("end.removed");
        self.inner
            .ended_since_rewrite
            .fetch_add(1, Ordering::Relaxed);
        // Where the record ended by its own time nobody wrote an end: of all who clear, one strikes the line.
        if self.redis().strike(id).await? && !fate.phase.has_ended() {
            self.count_end(fate);
            self.give_back(fate.size).await;
        }
        Ok(())
    }

    /// To be called once for each end, by whoever wrote it or was first to find it.
    pub(super) fn count_end(&self, fate: &Fate) {
        if let Some(ended) = Counted::ended(fate.without_record()) {
            self.tally().add(ended, 1);
        }
    }
}

//! What becomes of shares whose moment has come.

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::join_all;

use crate::error_chain::error_chain;
use crate::share::{Due, Ending, Fate, Share, ShareId, Stored, Timestamp};
use crate::storage::{Found, StorageError};

use super::Vault;

/// Shares that are read together, ended at once, and whose blobs are removed together.
const AT_ONCE: usize = 32;
/// Groups on their way at once: while some wait for Redis or the disk others go on.
const GROUPS_AT_ONCE: usize = 4;

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
    /// Settles what is due; the fates of those that are over, or would be, in their order.
    pub(super) async fn settle_all(
        &self,
        ids: &[ShareId],
        now: Timestamp,
        apply: bool,
    ) -> Vec<Option<Fate>> {
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

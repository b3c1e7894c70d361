//! The counter of the bytes of all shares. It is a hint that the background scan recounts; a limit makes it count at once,
//! without one it is handed to Redis with the other counters.

use std::sync::atomic::Ordering;

use crate::storage::StorageError;

use super::Vault;

impl Vault {
    /// Counts `size` more. False: that is more than may be held; they are counted all the same.
    pub(super) async fn count_bytes(&self, size: u64) -> Result<bool, StorageError> {
        let bytes = i64::try_from(size).unwrap_or(i64::MAX);
        let Some(limit) = self.inner.settings.max_total else {
            self.inner.bytes_held.fetch_add(bytes, Ordering::Relaxed);
            return Ok(true);
        };
        let held = self.redis().add_bytes_held(bytes).await?;
        Ok(u64::try_from(held).unwrap_or(0) <= limit)
    }

    /// Counts `size` less.
    pub(super) async fn give_back(&self, size: u64) {
        let bytes = i64::try_from(size).unwrap_or(i64::MAX);
        if self.inner.settings.max_total.is_none() {
            self.inner.bytes_held.fetch_sub(bytes, Ordering::Relaxed);
        } else if bytes > 0
            && let Err(error) = self.redis().add_bytes_held(-bytes).await
        {
            tracing::debug!(%error, "the bytes held are recounted by the background scan");
        }
    }

    /// Hands over what was counted here alone.
    pub(super) async fn hand_over_bytes(&self) -> Result<(), StorageError> {
        let bytes = self.inner.bytes_held.swap(0, Ordering::Relaxed);
        if bytes == 0 {
            return Ok(());
        }
        let handed = self.redis().add_bytes_held(bytes).await;
        if handed.is_err() {
            self.inner.bytes_held.fetch_add(bytes, Ordering::Relaxed);
        }
        handed.map(drop)
    }

    /// Replaces the count by what a scan has found.
    pub(super) async fn set_bytes_held(&self, bytes: u64) -> Result<(), StorageError> {
        self.inner.bytes_held.store(0, Ordering::Relaxed);
        self.redis().set_bytes_held(bytes).await
    }
}

//! What a deposit that ends without a share leaves: nothing.

use std::time::Duration;

use crate::share::{Ending, Share, ShareId, State, Stored};
use crate::storage::StorageError;
use crate::vault::Vault;

use super::Deposit;

impl Drop for Deposit {
    fn drop(&mut self) {
        let Some(record) = self.record.take() else {
            return;
        };
        // The client is gone or was told of a failure, so nobody has the link: everything is taken back, whatever state a
        // lost reply left behind.
        let vault = self.vault.clone();
        let (id, counted) = (self.id, self.counted);
        self.vault.outlive(async move {
            let lease = vault.times().upload_lease;
            let mut waited = Duration::ZERO;
            let mut pause = Duration::from_millis(500);
            while let Err(error) = vault.take_back(id, &record).await {
                // What fails for as long as the lease is left to the sweep.
                if waited > lease {
                    tracing::warn!(%error, "an unfinished upload is left to the sweep");
                    return;
                }
                tokio::time::sleep(pause).await;
                waited += pause;
                pause = (pause * 2).min(Duration::from_secs(15));
            }
            vault.give_back(counted).await;
        });
    }
}

impl Vault {
    async fn take_back(&self, id: ShareId, record: &Stored<Share>) -> Result<(), StorageError> {
        let now = self.now().await?;
        let found = self.inner.store.read(id).await?;
        let read = found.share.as_ref().unwrap_or(record);
        let ending = match read.value.state {
            State::Receiving { .. } => Ending::Abandoned,
            State::Available { .. } | State::Reserved { .. } | State::Delivering(_) => {
                Ending::Revoked
            }
        };
        failpoint!("takeback.read");
        if let Ok(mut fate) = read.value.end(ending, now) {
            // Its bytes are given back by the caller.
            fate.size = 0;
            self.end_with(id, read, fate).await?;
        }
        // The sweep may have ended it before the blob was published.
        let hour = record.value.facts.last_hour;
        self.inner.blobs.remove(hour, id, None).await
    }
}

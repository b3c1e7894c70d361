//! What a deposit that ends without a share leaves: nothing.

use std::time::Duration;

use crate::share::{Ending, Hour, ShareId, State};
use crate::storage::StorageError;
use crate::vault::Vault;

use super::Deposit;
use super::upload_record::UploadRecord;

impl Drop for Deposit {
    fn drop(&mut self) {
        let record = std::mem::replace(&mut self.record, UploadRecord::Over);
        if !matches!(record, UploadRecord::Over) {
            self.vault
                .take_back_later(record, self.id, self.last_hour, self.counted);
        }
    }
}

impl Vault {
    /// The client is gone or was told of a failure, so nobody has the link: everything is taken back, whatever state a lost
    /// reply left behind. `counted` bytes go back to the counter.
    fn take_back_later(&self, mut record: UploadRecord, id: ShareId, hour: Hour, counted: u64) {
        let vault = self.clone();
        self.outlive(async move {
            // What is still being written would be missed.
            drop(record.stands().await);
            let lease = vault.times().upload_lease;
            let mut waited = Duration::ZERO;
            let mut pause = Duration::from_millis(500);
            while let Err(error) = vault.take_back(id, hour).await {
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

    async fn take_back(&self, id: ShareId, hour: Hour) -> Result<(), StorageError> {
        let now = self.now().await?;
        while let Some(read) = self.inner.store.read(id).await?.share {
            let ending = match read.value.state {
                State::Receiving { .. } => Ending::Abandoned,
                State::Available { .. } | State::Reserved { .. } | State::Delivering(_) => {
                    Ending::Revoked
                }
            };
            failpoint!("takeback.read");
            let Ok(mut fate) = read.value.end(ending, now) else {
                break;
            };
            // Its bytes are given back by the caller.
            fate.size = 0;
            // A write of this very upload that was given up may arrive in between: what it wrote is taken back, too.
            if self.end_with(id, &read, fate).await?.is_some() {
                break;
            }
        }
        // The sweep may have ended it before the blob was published.
        self.inner.blobs.remove(hour, id, None).await
    }
}

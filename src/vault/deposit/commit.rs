//! From the last byte to the acknowledgement.

use tokio::sync::oneshot;

use crate::crypto::WrapKey;
use crate::share::Share;
use crate::storage::{Next, StorageError, Swapped};
use crate::vault::access::wrap_context;
use crate::vault::undisturbed::undisturbed;
use crate::vault::{Counted, DepositError};

use super::sealing::Sealing;
use super::upload_record::UploadRecord;
use super::{Deposit, Deposited};

impl Deposit {
    /// The content is complete: makes the blob durable, then the share available. When this returns the share is
    /// acknowledged and survives crashes.
    ///
    /// # Errors
    /// [`DepositError`]; nothing is left then.
    pub async fn commit(self) -> Result<Deposited, DepositError> {
        let (tell, told) = oneshot::channel();
        let vault = self.vault.clone();
        let tally = vault.tally().clone();
        // A client that goes away must not stop it halfway, where a blob would be published that nobody takes back.
        let commit = async move {
            let Err(unheard) = tell.send(Box::new(self.publish_and_commit().await)) else {
                return;
            };
            if let Ok(unheard) = *unheard
                && let Err(error) = vault.end_by_order(unheard.id).await
            {
                tracing::warn!(%error, "a share whose sender never got the link is left to its expiry");
            }
        };
        undisturbed(commit).await;
        let deposited = told.await.map_or(Err(DepositError::TooSlow), |told| *told);
        if deposited.is_ok() {
            tally.add(Counted::Uploads, 1);
        }
        deposited
    }

    async fn publish_and_commit(mut self) -> Result<Deposited, DepositError> {
        self.finish_archive().await?;
        let sealing = self.sealing.take().ok_or(DepositError::TooSlow)?;
        self.publish(sealing).await?;
        self.count_bytes().await?;
        let now = self.vault.now().await?;
        let expires_at = now.plus(self.expiry);
        let record = self.record.stands().await?;
        let stretching = self.passphrase.as_ref().map(|(stretching, _)| *stretching);
        let stretched = self.passphrase.as_ref().map(|(_, stretched)| stretched);
        let mut facts = record.value.facts.clone();
        facts.size = self.received;
        facts.expires_at = expires_at;
        facts.passphrase = stretching;
        let key = WrapKey::for_link(&self.link, &self.pepper, self.id.as_bytes(), stretched);
        let wrap = key.wrap(&self.file_key, &wrap_context(self.id, &facts));
        let next = record
            .value
            .commit(
                self.received,
                expires_at,
                stretching,
                wrap.as_bytes().to_vec(),
            )
            .map_err(|_| DepositError::TooSlow)?;
        self.write_commit(next).await?;
        metrics::counter!("onetimeshare_shares_total", "outcome" => "deposited").increment(1);
        Ok(Deposited {
            id: self.id,
            link: self.link.clone(),
            owner: self.owner.clone(),
            expires_at,
            size: self.received,
        })
    }

    /// The blob gets its name once its content is durable and its record stands: no crash leaves one that nobody looks for.
    async fn publish(&mut self, sealing: Sealing) -> Result<(), DepositError> {
        let complete = self.renewing(sealing.complete()).await?;
        self.record.stands().await?;
        self.renewing(complete.publish()).await
    }

    /// Syncing a large blob takes long on a slow disk: the lease is renewed meanwhile.
    async fn renewing<T>(
        &mut self,
        syncing: impl Future<Output = Result<T, StorageError>>,
    ) -> Result<T, DepositError> {
        let interval = self.renewal_interval();
        tokio::pin!(syncing);
        loop {
            match tokio::time::timeout(interval, &mut syncing).await {
                Ok(synced) => return Ok(synced?),
                // Whoever loses the lease notices at the commit and removes the blob.
                Err(_) => drop(self.renew().await),
            }
        }
    }

    async fn write_commit(&mut self, next: Share) -> Result<(), DepositError> {
        let vault = self.vault.clone();
        let replicas = vault.inner.settings.replicas;
        let record = self.record.stands().await?;
        let lease_end = record.value.look_at();
        let expires_at = next.look_at();
        failpoint!("commit.published");
        let swap = async {
            if replicas == 0 {
                let next = Next::Share(next);
                return vault.inner.store.swap(self.id, Some(record), next).await;
            }
            vault
                .inner
                .store
                .swap_confirmed(self.id, Some(record), next, replicas)
                .await
        };
        let swapped = swap.await;
        failpoint!("commit.swapped");
        match swapped {
            Ok(Swapped::Done(_)) => {
                // The line on the agenda says the lease's end; from there a look finds a later expiry by itself.
                if expires_at < lease_end {
                    vault.hint(self.id, expires_at).await;
                }
                self.record = UploadRecord::Over;
                Ok(())
            }
            Ok(Swapped::Conflict { .. }) => Err(self.ousted().await),
            Err(StorageError::NotReplicated) => Err(DepositError::NotReplicated),
            Err(error) => Err(error.into()),
        }
    }

    async fn count_bytes(&mut self) -> Result<(), DepositError> {
        let fits = self.vault.count_bytes(self.received).await?;
        self.counted = self.received;
        failpoint!("commit.counted");
        fits.then_some(()).ok_or(DepositError::NoRoom)
    }
}

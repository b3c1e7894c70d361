use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::crypto::{
    self, FileInfo, FileKey, LinkKey, OwnerKey, Passphrase, Pepper, Sealer, Stretched, WrapKey,
};
use crate::share::{
    Ending, Facts, FileName, KeyStretching, Share, ShareId, State, Stored, Timestamp,
};

use crate::storage::{BlobWriter, Next, StorageError, Swapped};

use super::access::{kdf_params, wrap_context};
use super::{DepositError, TransferCount, Vault};

/// Sealed bytes are written in batches of this size: fewer, larger writes cost least.
const BATCH: usize = 1 << 20;
/// The longest an upload may take; the blob's last hour counts on it.
const LONGEST_UPLOAD: Duration = Duration::from_hours(12);

/// What the sender chooses before the content comes.
pub struct DepositTerms {
    /// How long an unopened share lives, counted from the commit; the configured default if not chosen.
    pub expiry: Option<Duration>,
    /// What protects it on top of the link.
    pub passphrase: Option<Passphrase>,
    /// Its name, already sanitised.
    pub name: FileName,
    /// What the browser said of its type; shown, never obeyed.
    pub content_type: String,
}

/// A finished deposit: everything its sender gets.
pub struct Deposited {
    /// The share's id.
    pub id: ShareId,
    /// For the link's fragment.
    pub link: LinkKey,
    /// For the sender alone.
    pub owner: OwnerKey,
    /// When it ends unopened.
    pub expires_at: Timestamp,
    /// Content bytes.
    pub size: u64,
}

/// An upload under way. Dropped without [`Deposit::commit`] it leaves nothing behind.
pub struct Deposit {
    vault: Vault,
    id: ShareId,
    link: LinkKey,
    owner: OwnerKey,
    file_key: FileKey,
    expiry: Duration,
    passphrase: Option<(KeyStretching, Stretched)>,
    pepper: Pepper,
    /// `None` once it is committed or given up.
    record: Option<Stored<Share>>,
    sealer: Option<Sealer>,
    batch: Vec<u8>,
    writer: Option<BlobWriter>,
    received: u64,
    counted: u64,
    began: Instant,
    renewed: Instant,
    _count: TransferCount,
}

impl Vault {
    /// Whether an upload could begin now: Redis answers and there is room.
    ///
    /// # Errors
    /// [`DepositError`] with what stands in the way, before a byte of content is read.
    pub async fn ready_for_deposit(&self) -> Result<(), DepositError> {
        let space = self.inner.blobs.space().await?;
        if space.free < space.floor {
            return Err(DepositError::NoRoom);
        }
        match self.inner.settings.max_total {
            Some(limit) if self.redis().bytes_held().await? >= limit => Err(DepositError::NoRoom),
            Some(_) => Ok(()),
            None => Ok(self.redis().read_clock().await.map(drop)?),
        }
    }

    /// Begins a deposit: the record exists, without key material, before the first byte is stored.
    ///
    /// # Errors
    /// [`DepositError::Busy`], [`DepositError::BadName`] or a storage error.
    pub async fn deposit(&self, terms: DepositTerms) -> Result<Deposit, DepositError> {
        let settings = &self.inner.settings;
        let now = self.now().await?;
        let expiry = terms.expiry.unwrap_or(settings.default_expiry);
        let times = &settings.times;
        let last_hour = now
            .plus(LONGEST_UPLOAD)
            .plus(expiry)
            .plus(times.reservation_lease)
            .plus(times.delivery_max)
            .hour();
        let id = ShareId::random();
        let (link, owner) = (LinkKey::random(), OwnerKey::random());
        let facts = Facts {
            size: 0,
            created_at: now,
            expires_at: now.plus(expiry),
            last_hour,
            proof: *link.proof(id.as_bytes()).digest().as_bytes(),
            owner: *owner.digest().as_bytes(),
            passphrase: None,
        };
        let passphrase = match terms.passphrase {
            Some(passphrase) => Some(self.stretch_new(passphrase).await?),
            None => None,
        };
        let file_key = FileKey::random();
        let info = FileInfo {
            name: terms.name.as_str().to_owned(),
            content_type: terms.content_type,
        };
        let (header, sealer) =
            crypto::seal_header(&file_key, &info).map_err(DepositError::BadName)?;
        let share = Share::receiving(facts, now, times);
        let pepper = self.inner.blobs.pepper(last_hour).await?;
        // No id is drawn twice, so nobody else writes this line of the agenda.
        let look_at = share.look_at();
        let next = Next::Share(share);
        let (swapped, ()) = tokio::join!(
            self.inner.store.swap(id, None, next),
            self.hint(id, look_at)
        );
        let Swapped::Done(record) = swapped? else {
            return Err(DepositError::TooSlow);
        };
        let mut batch = Vec::with_capacity(2 * BATCH);
        batch.extend_from_slice(&header);
        Ok(Deposit {
            writer: Some(self.inner.blobs.writer(last_hour, id)),
            vault: self.clone(),
            id,
            link,
            owner,
            file_key,
            expiry,
            passphrase,
            record,
            pepper: Pepper::from_bytes(*pepper),
            sealer: Some(sealer),
            batch,
            received: 0,
            counted: 0,
            began: Instant::now(),
            renewed: Instant::now(),
            _count: TransferCount::new(self),
        })
    }

    async fn stretch_new(
        &self,
        passphrase: Passphrase,
    ) -> Result<(KeyStretching, Stretched), DepositError> {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).expect("the operating system's generator works");
        let kdf = self.inner.settings.kdf;
        let stretching = KeyStretching {
            salt,
            memory_kib: kdf.memory_kib,
            passes: kdf.passes,
            lanes: kdf.lanes,
        };
        let stretched = self
            .inner
            .stretcher
            .stretch(passphrase, salt, kdf_params(&stretching))
            .await
            .map_err(|_| DepositError::Busy)?;
        Ok((stretching, stretched))
    }
}

impl Deposit {
    /// Seals the next piece of content and hands full batches to the disk. Renews the upload's lease when it is due.
    ///
    /// # Errors
    /// [`DepositError`]; the deposit is lost and must be dropped.
    pub async fn write(&mut self, content: &[u8]) -> Result<(), DepositError> {
        self.received = self
            .received
            .saturating_add(u64::try_from(content.len()).unwrap_or(u64::MAX));
        let limit = self.vault.inner.settings.max_size;
        if self.received > limit {
            return Err(DepositError::TooLarge { limit });
        }
        if let Some(sealer) = &mut self.sealer {
            sealer.push(content, &mut self.batch);
        }
        metrics::counter!("onetimeshare_bytes_in_total")
            .increment(u64::try_from(content.len()).unwrap_or(u64::MAX));
        if self.batch.len() >= BATCH {
            let batch = std::mem::take(&mut self.batch);
            if let Some(writer) = &mut self.writer {
                self.batch = writer.write(batch).await?;
            }
        }
        self.renew_if_due().await
    }

    /// Renews the upload's lease when a third of it has passed; also worth calling while no content comes.
    ///
    /// # Errors
    /// [`DepositError::TooSlow`] when the upload is no longer the one that was begun.
    pub async fn renew_if_due(&mut self) -> Result<(), DepositError> {
        if self.began.elapsed() > LONGEST_UPLOAD {
            return Err(DepositError::TooSlow);
        }
        if self.renewed.elapsed() < self.renewal_interval() {
            return Ok(());
        }
        self.renew().await
    }

    async fn renew(&mut self) -> Result<(), DepositError> {
        let now = self.vault.now().await?;
        let record = self.record.as_ref().ok_or(DepositError::TooSlow)?;
        let next = record
            .value
            .renew_upload(now, self.vault.times())
            .map_err(|_| DepositError::TooSlow)?;
        let store = &self.vault.inner.store;
        match store.swap(self.id, Some(record), Next::Share(next)).await? {
            Swapped::Done(record) => self.record = record,
            Swapped::Conflict => return Err(DepositError::TooSlow),
        }
        self.renewed = Instant::now();
        Ok(())
    }

    /// How often [`Self::renew_if_due`] should be called while nothing comes.
    pub fn renewal_interval(&self) -> Duration {
        self.vault.times().upload_lease / 3
    }

    /// The content is complete: makes the blob durable, then the share available. When this returns the share is
    /// acknowledged and survives crashes.
    ///
    /// # Errors
    /// [`DepositError`]; nothing is left then.
    pub async fn commit(self) -> Result<Deposited, DepositError> {
        let (tell, told) = oneshot::channel();
        let vault = self.vault.clone();
        // A client that goes away must not stop it halfway, where a blob would be published that nobody takes back.
        tokio::spawn(async move {
            if let Err(Ok(unheard)) = tell.send(self.publish_and_commit().await)
                && let Err(error) = vault.end_by_order(unheard.id).await
            {
                tracing::warn!(%error, "a share whose sender never got the link is left to its expiry");
            }
        });
        told.await.unwrap_or(Err(DepositError::TooSlow))
    }

    async fn publish_and_commit(mut self) -> Result<Deposited, DepositError> {
        if let Some(sealer) = self.sealer.take() {
            sealer.finish(&mut self.batch);
        }
        let last = std::mem::take(&mut self.batch);
        if let Some(writer) = self.writer.take() {
            self.publish(writer, last).await?;
        }
        self.count_bytes().await?;
        let now = self.vault.now().await?;
        let expires_at = now.plus(self.expiry);
        let record = self.record.as_ref().ok_or(DepositError::TooSlow)?;
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
        self.record = None;
        metrics::counter!("onetimeshare_shares_total", "outcome" => "deposited").increment(1);
        Ok(Deposited {
            id: self.id,
            link: self.link.clone(),
            owner: self.owner.clone(),
            expires_at,
            size: self.received,
        })
    }

    /// Syncing a large blob takes long on a slow disk: the lease is renewed meanwhile.
    async fn publish(&mut self, writer: BlobWriter, last: Vec<u8>) -> Result<(), DepositError> {
        let interval = self.renewal_interval();
        let publishing = writer.publish(last);
        tokio::pin!(publishing);
        loop {
            match tokio::time::timeout(interval, &mut publishing).await {
                Ok(published) => return Ok(published?),
                // Whoever loses the lease notices at the commit and removes the blob.
                Err(_) => drop(self.renew().await),
            }
        }
    }

    async fn write_commit(&mut self, next: Share) -> Result<(), DepositError> {
        let vault = self.vault.clone();
        let replicas = vault.inner.settings.replicas;
        let record = self.record.as_ref();
        let lease_end = record.map_or(next.look_at(), |record| record.value.look_at());
        let expires_at = next.look_at();
        let swap = async {
            if replicas == 0 {
                let next = Next::Share(next);
                return vault.inner.store.swap(self.id, record, next).await;
            }
            vault
                .inner
                .store
                .swap_confirmed(self.id, record, next, replicas)
                .await
        };
        match swap.await {
            Ok(Swapped::Done(record)) => {
                // The line on the agenda says the lease's end; from there a look finds a later expiry by itself.
                if expires_at < lease_end {
                    vault.hint(self.id, expires_at).await;
                }
                self.record = record;
                Ok(())
            }
            Ok(Swapped::Conflict) => Err(DepositError::TooSlow),
            Err(StorageError::NotReplicated) => Err(DepositError::NotReplicated),
            Err(error) => Err(error.into()),
        }
    }

    async fn count_bytes(&mut self) -> Result<(), DepositError> {
        let size = i64::try_from(self.received).unwrap_or(i64::MAX);
        let held = self.vault.redis().add_bytes_held(size).await?;
        self.counted = self.received;
        let limit = self.vault.inner.settings.max_total;
        if limit.is_some_and(|limit| u64::try_from(held).unwrap_or(0) > limit) {
            return Err(DepositError::NoRoom);
        }
        Ok(())
    }
}

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

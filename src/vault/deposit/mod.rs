//! An upload, from its first byte to the share.

mod archive;
mod commit;
mod sealing;
mod several;
mod take_back;
mod upload_record;

use std::time::{Duration, Instant};

use crate::crypto::{FileKey, Layout, LinkKey, OwnerKey, Passphrase, Pepper, Stretched};
use crate::share::{Facts, FilePath, Hour, KeyStretching, Share, ShareId, Timestamp};

use crate::storage::{Next, StorageError, Swapped};

use super::access::kdf_params;
use super::content::{file_info, text_info};
use super::{Content, Counted, DepositError, TransferCount, Vault};

use archive::Archive;
use sealing::Sealing;
use upload_record::UploadRecord;

/// The longest an upload may take; the blob's last hour counts on it.
const LONGEST_UPLOAD: Duration = Duration::from_hours(12);

/// What the sender chooses before the content comes.
pub struct DepositTerms {
    /// How long an unopened share lives, counted from the commit; the configured default if not chosen.
    pub expiry: Option<Duration>,
    /// What protects it on top of the link.
    pub passphrase: Option<Passphrase>,
    /// What it is.
    pub content: Content,
    /// Bytes that can come at most, if the client has said so.
    pub at_most: Option<u64>,
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
    last_hour: Hour,
    record: UploadRecord,
    /// `None` once it is published or given up.
    sealing: Option<Sealing>,
    /// Several files, until they are complete.
    archive: Option<Box<Archive>>,
    /// The one file that is kept as it came, unless another follows.
    as_it_came: Option<FilePath>,
    /// Bytes that can still come for one file of an archive.
    at_most: u64,
    /// Bytes of the share's content: of an archive its own bytes.
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
        if !self.inner.blobs.has_room().await? {
            return Err(DepositError::NoRoom);
        }
        match self.inner.settings.max_total {
            Some(limit) if self.redis().bytes_held().await? >= limit => Err(DepositError::NoRoom),
            Some(_) => Ok(()),
            None => Ok(self.redis().check_answers().await?),
        }
    }

    /// Begins a deposit: its record, without key material, is written while the first bytes come, or before where they get
    /// a name at once.
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
        let max_size = settings.max_size;
        let at_most = terms.at_most.map_or(max_size, |bytes| bytes.min(max_size));
        let writer = self.inner.blobs.writer(last_hour, id, sealed_len(at_most));
        let (sealing, archive, as_it_came) = match terms.content {
            Content::Files => (
                Ok(Sealing::unnamed(writer, &file_key)),
                Some(Box::new(Archive::new(now))),
                None,
            ),
            Content::File { path, content_type } => {
                let info = file_info(&path, content_type);
                (Sealing::named(writer, &file_key, &info), None, Some(path))
            }
            Content::Text => {
                let info = text_info();
                let path = FilePath::sanitise(&info.name);
                (Sealing::named(writer, &file_key, &info), None, Some(path))
            }
        };
        let sealing = sealing.map_err(DepositError::BadName)?;
        let share = Share::receiving(facts, now, times);
        let pepper = self.inner.blobs.pepper(last_hour).await?;
        failpoint!("deposit.peppered");
        let mut deposit = Deposit {
            vault: self.clone(),
            id,
            link,
            owner,
            file_key,
            expiry,
            passphrase,
            last_hour,
            record: UploadRecord::begin(self, id, share),
            pepper: Pepper::from_bytes(*pepper),
            sealing: Some(sealing),
            archive,
            as_it_came,
            at_most,
            received: 0,
            counted: 0,
            began: Instant::now(),
            renewed: Instant::now(),
            _count: TransferCount::new(self),
        };
        if self.inner.blobs.names_at_once() {
            deposit.record.stands().await?;
        }
        Ok(deposit)
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

/// Bytes of the blob of a content of `size` bytes.
fn sealed_len(size: u64) -> u64 {
    Layout::new(size).map_or(size, |layout| layout.sealed_len())
}

impl Deposit {
    /// Takes the next piece of content, of the file begun last if there are several: seals it, and hands full batches to the
    /// disk. Renews the upload's lease when it is due.
    ///
    /// # Errors
    /// [`DepositError`]; the deposit is lost and must be dropped.
    pub async fn write(&mut self, content: &[u8]) -> Result<(), DepositError> {
        let len = u64::try_from(content.len()).unwrap_or(u64::MAX);
        metrics::counter!("onetimeshare_bytes_in_total").increment(len);
        self.vault.tally().add(Counted::BytesIn, len);
        self.add(content).await
    }

    async fn add(&mut self, content: &[u8]) -> Result<(), DepositError> {
        let Some(archive) = &mut self.archive else {
            return self.seal(content).await;
        };
        archive.write(content).map_err(several::unframed)?;
        let framed = archive.take();
        self.seal(&framed).await
    }

    async fn seal(&mut self, bytes: &[u8]) -> Result<(), DepositError> {
        self.received = self
            .received
            .saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        let limit = self.vault.inner.settings.max_size;
        if self.received > limit {
            return Err(DepositError::TooLarge { limit });
        }
        let sealing = self.sealing.as_mut().ok_or(DepositError::TooSlow)?;
        sealing.push(bytes).await?;
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
        if self.record.has_news() {
            self.record.stands().await?;
        }
        if self.renewed.elapsed() < self.renewal_interval() {
            return Ok(());
        }
        self.renew().await
    }

    async fn renew(&mut self) -> Result<(), DepositError> {
        let now = self.vault.now().await?;
        let record = self.record.stands().await?;
        let next = record
            .value
            .renew_upload(now, self.vault.times())
            .map_err(|_| DepositError::TooSlow)?;
        let store = &self.vault.inner.store;
        match store.swap(self.id, Some(record), Next::Share(next)).await? {
            Swapped::Done(Some(record)) => self.record = UploadRecord::Stands(Box::new(record)),
            Swapped::Done(None) | Swapped::Conflict { .. } => return Err(self.ousted().await),
        }
        failpoint!("deposit.renewed");
        self.renewed = Instant::now();
        Ok(())
    }

    /// Why the record is no longer the own one: the sweep has taken the place of a lease that lapsed; before that, nobody
    /// may, and only a failover can have forgotten it.
    async fn ousted(&mut self) -> DepositError {
        let lease_end = self
            .record
            .stands()
            .await
            .map(|record| record.value.look_at());
        match (self.vault.now().await, lease_end) {
            (Ok(now), Ok(end)) if now < end => StorageError::Unavailable {
                operation: "continue an upload",
                source: "Redis has forgotten its record".into(),
            }
            .into(),
            _ => DepositError::TooSlow,
        }
    }

    /// How often [`Self::renew_if_due`] should be called while nothing comes.
    pub fn renewal_interval(&self) -> Duration {
        self.vault.times().upload_lease / 3
    }
}

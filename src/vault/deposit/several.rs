//! Several files in one deposit: an archive, framed while they arrive.

use std::io;
use std::sync::Arc;

use crate::crypto::{CHUNK, FileKey};
use crate::share::FilePath;
use crate::storage::StorageError;
use crate::vault::DepositError;
use crate::vault::access::{OpenedBlob, open_in_background};
use crate::vault::buffers::Pool;
use crate::vault::content::archive_info;
use crate::vault::stream::{BATCH_CHUNKS, batch};

use super::archive::Archive;
use super::sealing::Sealing;
use super::{Deposit, sealed_len};

impl Deposit {
    /// Begins the next of several files. The first is read back, if it was received as it is, and sealed anew as part of
    /// the archive; memory stays what it was, and nothing is left of how it lay before.
    ///
    /// # Errors
    /// [`DepositError`]; the deposit is lost and must be dropped.
    pub async fn begin_file(&mut self, path: &FilePath) -> Result<(), DepositError> {
        if let Some(first) = self.as_it_came.take() {
            self.become_archive(&first).await?;
        }
        self.begin_entry(path, self.at_most).await
    }

    async fn begin_entry(&mut self, path: &FilePath, at_most: u64) -> Result<(), DepositError> {
        let archive = self.archive.as_mut().ok_or(DepositError::TooSlow)?;
        archive.begin(path, at_most).map_err(unframed)?;
        let framed = archive.take();
        self.seal(&framed).await
    }

    async fn become_archive(&mut self, first: &FilePath) -> Result<(), DepositError> {
        let now = self.vault.now().await?;
        let received = self.sealing.take().ok_or(DepositError::TooSlow)?;
        let size = std::mem::take(&mut self.received);
        let key = std::mem::replace(&mut self.file_key, FileKey::random());
        let reader = received.read_back().await?;
        let blob = open_in_background(move || Ok(reader), size, key).await;
        let blob = Arc::new(blob.map_err(unread)?);
        failpoint!("deposit.read-back");

        let expected = sealed_len(self.at_most);
        let writer = self
            .vault
            .inner
            .blobs
            .writer(self.last_hour, self.id, expected);
        self.sealing = Some(Sealing::unnamed(writer, &self.file_key));
        self.archive = Some(Box::new(Archive::new(now)));
        self.begin_entry(first, size).await?;
        self.add_all(&blob).await?;
        failpoint!("deposit.repacked");
        Ok(())
    }

    async fn add_all(&mut self, blob: &Arc<OpenedBlob>) -> Result<(), DepositError> {
        let (pool, size) = (Arc::new(Pool::default()), blob.layout.size());
        let step = BATCH_CHUNKS * CHUNK as u64;
        let mut start = 0;
        while start < size {
            let wanted = start..size.min(start + step);
            start = wanted.end;
            let chunks = blob.layout.chunk_at(wanted.start)..blob.layout.chunk_at(start - 1) + 1;
            let read = tokio::task::spawn_blocking(batch(blob, &pool, chunks, wanted)).await;
            let read = read.map_err(io::Error::other).flatten();
            for piece in read.map_err(unread)?.pieces {
                self.add(&piece).await?;
            }
        }
        Ok(())
    }

    /// Ends the archive, if it is one, and gives it its name.
    pub(super) async fn finish_archive(&mut self) -> Result<(), DepositError> {
        let Some(archive) = self.archive.take() else {
            return Ok(());
        };
        let (end, name) = archive.finish().map_err(unframed)?;
        self.seal(&end).await?;
        let sealing = self.sealing.as_mut().ok_or(DepositError::TooSlow)?;
        sealing
            .name(&archive_info(name.as_str()))
            .map_err(DepositError::BadName)
    }
}

/// What cannot happen to names and sizes like ours.
pub(super) fn unframed(source: io::Error) -> DepositError {
    failed("frame an archive", source)
}

fn unread(source: impl std::error::Error + Send + Sync + 'static) -> DepositError {
    failed("read an upload back", source)
}

fn failed(
    operation: &'static str,
    source: impl std::error::Error + Send + Sync + 'static,
) -> DepositError {
    StorageError::unavailable(operation, source).into()
}

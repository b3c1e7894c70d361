//! The blob half of a deposit: what is sealed and written.

use crate::crypto::{self, FileInfo, FileKey, FormatError, HEADER_LEN, Sealer, UnsealedHeader};
use crate::storage::{BlobReader, BlobWriter, CompleteBlob, StorageError};

/// Sealed bytes are written in batches of this size: smaller ones cost more processor time, larger ones only memory.
const BATCH: usize = 512 << 10;
/// Room of a batch whose last piece of content goes beyond it.
const FULL: usize = BATCH + 2 * (crypto::CHUNK + crypto::TAG);
/// Room for the content to begin with.
const SMALL: usize = 4096;

/// A blob being sealed and written. Dropped before it is published it leaves nothing behind.
pub(super) struct Sealing {
    writer: BlobWriter,
    sealer: Sealer,
    batch: Vec<u8>,
    /// A header that waits for its name and type, and for which room is left.
    unsealed: Option<UnsealedHeader>,
    /// The header, where it was sealed after the blob had begun.
    header: Option<Vec<u8>>,
}

impl Sealing {
    /// Begins a blob whose name and type are known.
    pub(super) fn named(
        writer: BlobWriter,
        file_key: &FileKey,
        info: &FileInfo,
    ) -> Result<Self, FormatError> {
        let (header, sealer) = crypto::seal_header(file_key, info)?;
        Ok(Self::begin(writer, sealer, &header, None))
    }

    /// Begins a blob whose name and type come at its end.
    pub(super) fn unnamed(writer: BlobWriter, file_key: &FileKey) -> Self {
        let (unsealed, sealer) = crypto::begin_header(file_key);
        Self::begin(writer, sealer, &[0; HEADER_LEN], Some(unsealed))
    }

    fn begin(
        writer: BlobWriter,
        sealer: Sealer,
        start: &[u8],
        unsealed: Option<UnsealedHeader>,
    ) -> Self {
        // It grows with the content: of a small share a whole batch would cost more to make and to wipe than all the rest.
        let mut batch = Vec::with_capacity(start.len() + SMALL);
        batch.extend_from_slice(start);
        Self {
            writer,
            sealer,
            batch,
            unsealed,
            header: None,
        }
    }

    /// Seals the next piece of content and hands a full batch to the disk.
    pub(super) async fn push(&mut self, content: &[u8]) -> Result<(), StorageError> {
        // What has outgrown the first buffer gets all its room at once: each doubling would leave a buffer to wipe.
        if self.batch.len() > SMALL {
            self.batch.reserve_exact(FULL - self.batch.len());
        }
        self.sealer.push(content, &mut self.batch);
        if self.batch.len() >= BATCH {
            let batch = std::mem::take(&mut self.batch);
            self.batch = self.writer.write(batch).await?;
            self.batch.reserve_exact(FULL);
            failpoint!("deposit.midway");
        }
        Ok(())
    }

    /// Gives the blob the name and type it was begun without.
    pub(super) fn name(&mut self, info: &FileInfo) -> Result<(), FormatError> {
        if let Some(unsealed) = self.unsealed.take() {
            self.header = Some(unsealed.seal(info)?.to_vec());
        }
        Ok(())
    }

    /// Writes what is left and makes the content durable; the blob has no place yet.
    pub(super) async fn complete(mut self) -> Result<CompleteBlob, StorageError> {
        self.sealer.finish(&mut self.batch);
        failpoint!("commit.received");
        self.writer.complete(self.batch, self.header).await
    }

    /// Writes what is left and hands out the blob, which will never have a place.
    pub(super) async fn read_back(mut self) -> Result<BlobReader, StorageError> {
        self.sealer.finish(&mut self.batch);
        self.writer.read_back(self.batch).await
    }
}

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

use super::{BlobStore, if_there, open};
use crate::share::{Hour, Sha256, ShareId};
use crate::storage::StorageError;

/// An open blob. It stays readable after the blob's name is gone: look again by name before bytes leave.
#[derive(Clone)]
pub struct BlobReader {
    file: Arc<File>,
    len: u64,
    claimed: bool,
}

impl BlobStore {
    /// Opens the blob under its published name or, if `ticket` has claimed it, under the claimed one. Blocks: for blocking
    /// threads only.
    ///
    /// # Errors
    /// [`StorageError::Missing`] when it has neither name, [`StorageError::Unavailable`] when it cannot be read.
    pub fn reader_blocking(
        &self,
        hour: Hour,
        id: ShareId,
        ticket: Option<Sha256>,
    ) -> Result<BlobReader, StorageError> {
        let published = self.inner.published(hour, id);
        let claimed = ticket.map(|ticket| self.inner.claimed(hour, id, &ticket));
        // A claim can move the blob between two looks, but only once and in this direction.
        let names = std::iter::once((published, false)).chain(claimed.map(|name| (name, true)));
        for (path, claimed) in names {
            let opened =
                if_there(open(&path)).and_then(|file| file.map(BlobReader::of).transpose());
            if let Some(reader) = opened.map_err(|e| StorageError::io("open a blob", e))? {
                return Ok(BlobReader { claimed, ..reader });
            }
        }
        Err(StorageError::Missing { what: "a blob" })
    }
}

impl BlobReader {
    pub(super) fn of(file: File) -> io::Result<Self> {
        let len = file.metadata()?.len();
        Ok(Self {
            file: Arc::new(file),
            len,
            claimed: false,
        })
    }

    /// Whether it was found under the name that the ticket's claim had given it.
    pub fn is_claimed(&self) -> bool {
        self.claimed
    }

    /// Bytes of the blob, header included.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether the blob has no bytes at all, which no blob of ours has.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Fills `buffer` from `offset`. Blocks: for blocking threads only.
    ///
    /// # Errors
    /// `UnexpectedEof` when the blob is shorter.
    pub fn read_blocking(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(buffer, offset)
    }
}

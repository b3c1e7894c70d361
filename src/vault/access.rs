//! How the vault gets from a secret and a record to a key, and from a key to an opened header.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::crypto::{
    self, FileInfo, FileKey, HEADER_LEN, KdfParams, Layout, LinkKey, Opener, Pepper, Stretched,
    Ticket, WrapContext, WrapKey, WrappedFileKey,
};
use crate::share::{Facts, Sha256, Share, ShareId, State, Visible, Wrap};
use crate::stack::wipe_stack;
use crate::storage::{BlobReader, Holder, StorageError};

use super::collect::ATTEMPTS;
use super::{CollectError, Vault};

/// A blob whose header and length have been authenticated.
#[derive(Clone)]
pub(super) struct OpenedBlob {
    pub(super) info: FileInfo,
    pub(super) opener: Opener,
    pub(super) layout: Layout,
    pub(super) reader: BlobReader,
    /// The content, where it is a single chunk: that has just been opened.
    pub(super) whole: Option<Arc<Zeroizing<Vec<u8>>>>,
}

/// What the wraps of a share are bound to.
pub(super) fn wrap_context(id: ShareId, facts: &Facts) -> WrapContext {
    WrapContext {
        id: *id.as_bytes(),
        passphrase: facts.passphrase.is_some(),
        size: facts.size,
        created_at_ms: facts.created_at.as_millis(),
        expires_at_ms: facts.expires_at.as_millis(),
        last_hour: facts.last_hour.number(),
    }
}

pub(super) fn kdf_params(stretching: &crate::share::KeyStretching) -> KdfParams {
    KdfParams {
        memory_kib: stretching.memory_kib,
        passes: stretching.passes,
        lanes: stretching.lanes,
    }
}

/// The wrap a ticket opens, if the record holds one of it.
pub(super) fn ticket_wrap<'a>(share: &'a Share, ticket: &Sha256) -> Option<&'a Wrap> {
    match &share.state {
        State::Reserved { hold, .. } if hold.ticket == *ticket => Some(&hold.ticket_wrap),
        State::Delivering(delivery) if delivery.ticket == *ticket => Some(&delivery.ticket_wrap),
        _ => None,
    }
}

/// The wrap the link opens, while it opens anything.
pub(super) fn link_wrap(share: &Share) -> Option<&Wrap> {
    match &share.state {
        State::Available { wrap } | State::Reserved { wrap, .. } => Some(wrap),
        State::Receiving { .. } | State::Delivering(_) => None,
    }
}

impl Vault {
    /// The file key under a ticket.
    pub(super) async fn unwrap_with_ticket(
        &self,
        id: ShareId,
        facts: &Facts,
        wrap: &Wrap,
        ticket: &Ticket,
    ) -> Result<FileKey, CollectError> {
        let pepper = self.existing_pepper(facts).await?;
        let key = WrapKey::for_ticket(ticket, &pepper, id.as_bytes());
        unwrap(&key, wrap, id, facts).ok_or(CollectError::Damaged {
            what: "the ticket does not open its wrap",
        })
    }

    /// The file key under the link; `None`: the passphrase is wrong, or the record was altered.
    pub(super) async fn unwrap_with_link(
        &self,
        id: ShareId,
        facts: &Facts,
        wrap: &Wrap,
        link: &LinkKey,
        stretched: Option<&Stretched>,
    ) -> Result<Option<FileKey>, CollectError> {
        let pepper = self.existing_pepper(facts).await?;
        let key = WrapKey::for_link(link, &pepper, id.as_bytes(), stretched);
        Ok(unwrap(&key, wrap, id, facts))
    }

    /// The file key wrapped under a ticket.
    pub(super) async fn wrap_for_ticket(
        &self,
        id: ShareId,
        facts: &Facts,
        file_key: &FileKey,
        ticket: &Ticket,
    ) -> Result<Wrap, CollectError> {
        let pepper = self.existing_pepper(facts).await?;
        let key = WrapKey::for_ticket(ticket, &pepper, id.as_bytes());
        Ok(key
            .wrap(file_key, &wrap_context(id, facts))
            .as_bytes()
            .to_vec())
    }

    async fn existing_pepper(&self, facts: &Facts) -> Result<Pepper, CollectError> {
        match self.inner.blobs.existing_pepper(facts.last_hour).await {
            Ok(pepper) => Ok(Pepper::from_bytes(*pepper)),
            Err(StorageError::Missing { .. }) => Err(CollectError::Damaged {
                what: "the hour's pepper is missing",
            }),
            Err(error) => Err(error.into()),
        }
    }

    /// Why a blob that a record promised is not there: the share has ended meanwhile, another ticket has claimed it, or it
    /// is lost. Lost it is only if the record that promises it is still the same after the look.
    pub(super) async fn why_missing(&self, id: ShareId, ticket: Option<Sha256>) -> CollectError {
        self.look_for(id, ticket)
            .await
            .unwrap_or_else(|error| error)
    }

    async fn look_for(
        &self,
        id: ShareId,
        ticket: Option<Sha256>,
    ) -> Result<CollectError, CollectError> {
        let asking = ticket.unwrap_or_default();
        let mut promised = None;
        for _ in 0..ATTEMPTS {
            let found = self.inner.store.read(id).await?;
            let read = match (found.share, found.fate) {
                (Some(read), _) => read,
                (None, Some(fate)) => {
                    return Ok(CollectError::Gone {
                        state: fate.without_record(),
                        at: fate.told_at(),
                    });
                }
                (None, None) => return Ok(CollectError::Unknown),
            };
            if promised.as_ref() == Some(&read.bytes) {
                return Ok(CollectError::Damaged {
                    what: "it is missing",
                });
            }
            let hour = read.value.facts.last_hour;
            match self.inner.blobs.holder(hour, id, asking).await? {
                Holder::Missing => promised = Some(read.bytes),
                Holder::Other => {
                    // The record may not know of the claim yet, or no longer.
                    self.record_lost_claim(id, &read, self.now().await?).await?;
                    let at = match read.value.fate().started_at {
                        Some(at) => at,
                        None => self.now().await?,
                    };
                    return Ok(CollectError::Gone {
                        state: Visible::Delivering,
                        at,
                    });
                }
                // It came back into sight: a claim was being made.
                Holder::Nobody | Holder::Own => return Ok(CollectError::Busy),
            }
        }
        Ok(CollectError::Busy)
    }

    /// Opens the blob, its header and its last chunk, which authenticates the length.
    pub(super) async fn open_blob(
        &self,
        id: ShareId,
        facts: &Facts,
        ticket: Option<Sha256>,
        file_key: FileKey,
    ) -> Result<OpenedBlob, CollectError> {
        let (blobs, hour) = (self.inner.blobs.clone(), facts.last_hour);
        let find = move || blobs.reader_blocking(hour, id, ticket);
        match open_in_background(find, facts.size, file_key).await {
            Err(CollectError::Storage(StorageError::Missing { .. })) => {
                Err(self.why_missing(id, ticket).await)
            }
            opened => opened,
        }
    }
}

/// Opens header and last chunk of a blob with a content of `size` bytes.
pub(super) async fn open_in_background(
    find: impl FnOnce() -> Result<BlobReader, StorageError> + Send + 'static,
    size: u64,
    file_key: FileKey,
) -> Result<OpenedBlob, CollectError> {
    // Boxed: the runtime moves what a closure holds over its own stack.
    let file_key = Box::new(file_key);
    let opened = tokio::task::spawn_blocking(move || {
        let opened = find()
            .map_err(CollectError::from)
            .and_then(|reader| open_ends(reader, size, &file_key));
        wipe_stack();
        opened
    });
    opened.await.map_err(|e| {
        CollectError::Storage(StorageError::Unavailable {
            operation: "open a blob",
            source: Box::new(e),
        })
    })?
}

/// Opens header and last chunk. Blocks.
#[inline(never)]
fn open_ends(
    reader: BlobReader,
    size: u64,
    file_key: &FileKey,
) -> Result<OpenedBlob, CollectError> {
    let damaged = |what| CollectError::Damaged { what };
    let layout = Layout::from_sealed_len(reader.len())
        .ok()
        .filter(|layout| layout.size() == size)
        .ok_or(damaged("its length is wrong"))?;
    let mut header = [0; HEADER_LEN];
    read(&reader, 0, &mut header)?;
    let (info, opener) =
        crypto::open_header(&header, file_key).map_err(|_| damaged("its header was altered"))?;
    let mut blob = OpenedBlob {
        info,
        opener,
        layout,
        reader,
        whole: None,
    };
    let last = blob.open_chunk(layout.last_index())?;
    if layout.last_index() == 0 {
        blob.whole = Some(Arc::new(last));
    }
    Ok(blob)
}

impl OpenedBlob {
    /// The content of one chunk. Blocks.
    pub(super) fn open_chunk(&self, index: u64) -> Result<Zeroizing<Vec<u8>>, CollectError> {
        let (offset, len) = self.layout.chunk_span(index);
        let mut chunk = Zeroizing::new(vec![0; len]);
        read(&self.reader, offset, &mut chunk)?;
        let is_last = index == self.layout.last_index();
        let opened = self.opener.open_chunk(index, is_last, &mut chunk);
        let opened = opened.map_err(|_| CollectError::Damaged {
            what: "a chunk was altered",
        })?;
        chunk.truncate(opened);
        Ok(chunk)
    }
}

fn read(reader: &BlobReader, offset: u64, buffer: &mut [u8]) -> Result<(), CollectError> {
    reader.read_blocking(offset, buffer).map_err(|error| {
        if error.kind() == std::io::ErrorKind::UnexpectedEof {
            CollectError::Damaged {
                what: "it is shorter than it was",
            }
        } else {
            CollectError::Storage(StorageError::Unavailable {
                operation: "read a blob",
                source: Box::new(error),
            })
        }
    })
}

fn unwrap(key: &WrapKey, wrap: &Wrap, id: ShareId, facts: &Facts) -> Option<FileKey> {
    let wrapped = WrappedFileKey::from_bytes(wrap.as_slice().try_into().ok()?);
    key.unwrap(&wrapped, &wrap_context(id, facts)).ok()
}

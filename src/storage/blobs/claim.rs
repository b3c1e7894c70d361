use super::{BlobStore, Inner, exists, if_there, list, open, rename, sync_folder, unlink};
use crate::share::{Hour, Sha256, ShareId};
use crate::storage::StorageError;

/// Who may have a blob, as its name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// Nobody has claimed it.
    Nobody,
    /// The ticket that asks has claimed it.
    Own,
    /// Another ticket has.
    Other,
    /// There is no blob.
    Missing,
}

impl BlobStore {
    /// Who has claimed the blob, seen from `ticket`.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when the folder cannot be read.
    pub async fn holder(
        &self,
        hour: Hour,
        id: ShareId,
        ticket: Sha256,
    ) -> Result<Holder, StorageError> {
        self.blocking("look who holds a blob", move |inner| {
            // An open by name, not a stat: over NFS only that is sure to see what another machine removed.
            if if_there(open(&inner.published(hour, id)))?.is_some() {
                return Ok(Holder::Nobody);
            }
            if if_there(open(&inner.claimed(hour, id, &ticket)))?.is_some() {
                return Ok(Holder::Own);
            }
            let others = inner.names_of(hour, id)?;
            Ok(if others.is_empty() {
                Holder::Missing
            } else {
                Holder::Other
            })
        })
        .await
    }

    /// Whether this ticket has claimed the blob: a cheap look at one name.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when the folder cannot be read.
    pub async fn is_claimed_by(
        &self,
        hour: Hour,
        id: ShareId,
        ticket: Sha256,
    ) -> Result<bool, StorageError> {
        self.blocking("look at a claim", move |inner| {
            if_there(open(&inner.claimed(hour, id, &ticket))).map(|file| file.is_some())
        })
        .await
    }

    /// Claims the blob for `ticket` for good: of two renames of one name exactly one succeeds. Durable when it returns
    /// true. False: the blob is gone or somebody else's.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`]: the claim may or may not stand; the same ticket may ask again.
    pub async fn claim(
        &self,
        hour: Hour,
        id: ShareId,
        ticket: Sha256,
    ) -> Result<bool, StorageError> {
        self.blocking("claim a blob", move |inner| {
            let claimed = inner.claimed(hour, id, &ticket);
            let renamed = if_there(rename(&inner.published(hour, id), &claimed))?;
            // After a lost reply, or over NFS, the own name is the proof.
            if renamed.is_none() && !exists(&claimed)? {
                return Ok(false);
            }
            failpoint!("blob.kill.claimed");
            sync_folder(&inner.folder(hour))?;
            Ok(true)
        })
        .await
    }

    /// Removes the blob whatever its name, durably. One that is not there is a success.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`]: it may still be there; removing again is safe.
    pub async fn remove(
        &self,
        hour: Hour,
        id: ShareId,
        ticket: Option<Sha256>,
    ) -> Result<(), StorageError> {
        self.unlink(vec![(hour, id, ticket)]).await?;
        self.sync_hour(hour).await
    }

    /// As [`Self::remove`], for many blobs, and durable only after [`Self::sync_hour`].
    ///
    /// # Errors
    /// [`StorageError::Unavailable`]: one or another may still be there; removing again is safe.
    pub async fn unlink(
        &self,
        blobs: Vec<(Hour, ShareId, Option<Sha256>)>,
    ) -> Result<(), StorageError> {
        self.blocking("remove blobs", move |inner| {
            let removed = blobs.iter().map(|(hour, id, ticket)| {
                inner.unlink_names(*hour, *id, ticket.as_ref())?;
                failpoint!("blob.kill.unlinked");
                Ok(())
            });
            // One that cannot be removed does not keep the others.
            removed.fold(Ok(()), Result::and)
        })
        .await
    }

    /// Makes durable what was removed in the hour's folder.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`]: it may not be.
    pub async fn sync_hour(&self, hour: Hour) -> Result<(), StorageError> {
        self.blocking("make removals durable", move |inner| {
            if_there(sync_folder(&inner.folder(hour))).map(drop)
        })
        .await
    }
}

impl Inner {
    /// The published name first: once it is gone no claim can be won any more, so the claimed name is final.
    fn unlink_names(
        &self,
        hour: Hour,
        id: ShareId,
        ticket: Option<&Sha256>,
    ) -> std::io::Result<()> {
        let mut found = if_there(unlink(&self.published(hour, id)))?.is_some();
        if !found && let Some(ticket) = ticket {
            found = if_there(unlink(&self.claimed(hour, id, ticket)))?.is_some();
        }
        if found {
            // Where files need a name from the start, a crash right after publishing leaves the bytes under this one, too.
            return if_there(unlink(&self.folder(hour).join(format!("{id}.part")))).map(drop);
        }
        for name in self.names_of(hour, id)? {
            if_there(unlink(&self.folder(hour).join(name)))?;
        }
        Ok(())
    }

    /// Every name but the published one: a claimed one, or a `.part`.
    fn names_of(&self, hour: Hour, id: ShareId) -> std::io::Result<Vec<std::ffi::OsString>> {
        let prefix = format!("{id}.");
        let Some(folder) = if_there(list(&self.folder(hour)))? else {
            return Ok(Vec::new());
        };
        let mut names = Vec::new();
        for entry in folder {
            let name = entry?.file_name();
            if name.as_encoded_bytes().starts_with(prefix.as_bytes()) {
                names.push(name);
            }
        }
        Ok(names)
    }
}

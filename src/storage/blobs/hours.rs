use std::io::{self, Read as _};

use zeroize::Zeroizing;

use super::temp::TempFile;
use super::{
    BlobStore, Inner, hex, if_there, list, make_folder, open, remove_folder, sync_folder, unlink,
};
use crate::share::{Hour, Sha256, ShareId};
use crate::storage::StorageError;

const PEPPER: &str = "pepper";

/// One file of an hour's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobEntry {
    /// Which share it belongs to.
    pub id: ShareId,
    /// What its name says.
    pub kind: BlobKind,
    /// Bytes on disk.
    pub len: u64,
}

/// What a blob's name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlobKind {
    /// Published, nobody has claimed it.
    Published,
    /// Claimed by the ticket with this SHA-256.
    Claimed(Sha256),
    /// An upload under way, or what a crash left of one.
    Partial,
}

impl BlobStore {
    /// The pepper of an hour, made by whoever needs it first. File and folders are durable when this returns.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when it can be neither read nor made; a pepper of another length than 32 bytes is one
    /// of these errors and is never replaced.
    pub async fn pepper(&self, hour: Hour) -> Result<Zeroizing<[u8; 32]>, StorageError> {
        if let Some(pepper) = self.inner.cached_pepper(hour) {
            return Ok(pepper);
        }
        self.blocking("make an hour's pepper", move |inner| {
            let folder = inner.folder(hour);
            make_folder(&folder)?;
            let pepper = match inner.read_pepper(hour)? {
                Some(pepper) => pepper,
                None => inner.make_pepper(hour)?,
            };
            // Whoever made it may not have come this far yet.
            sync_folder(&folder)?;
            sync_folder(&inner.root)?;
            inner.cache_pepper(hour, &pepper);
            Ok(pepper)
        })
        .await
    }

    /// The pepper of an hour that must exist already.
    ///
    /// # Errors
    /// [`StorageError::Missing`] when the hour and its pepper are gone: nothing of that hour can be opened any more.
    pub async fn existing_pepper(&self, hour: Hour) -> Result<Zeroizing<[u8; 32]>, StorageError> {
        if let Some(pepper) = self.inner.cached_pepper(hour) {
            return Ok(pepper);
        }
        let found = self
            .blocking("read an hour's pepper", move |inner| {
                let pepper = inner.read_pepper(hour)?;
                if let Some(pepper) = &pepper {
                    inner.cache_pepper(hour, pepper);
                }
                Ok(pepper)
            })
            .await?;
        found.ok_or(StorageError::Missing {
            what: "an hour's pepper",
        })
    }

    /// Forgets the peppers of this hour and all before it, whoever removed their folders.
    pub fn forget_peppers_through(&self, hour: Hour) {
        self.inner.forget_peppers_through(hour);
    }

    /// The hours that have a folder, oldest first. Folders with other names are not ours.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when the root cannot be read.
    pub async fn hours(&self) -> Result<Vec<Hour>, StorageError> {
        self.blocking("list the hours", |inner| {
            let mut hours = Vec::new();
            for entry in list(&inner.root)? {
                if let Some(hour) = entry?.file_name().to_str().and_then(Hour::parse) {
                    hours.push(hour);
                }
            }
            hours.sort_unstable();
            Ok(hours)
        })
        .await
    }

    /// The blobs of one hour. Files with other names are not ours.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when the folder cannot be read.
    pub async fn entries(&self, hour: Hour) -> Result<Vec<BlobEntry>, StorageError> {
        self.blocking("list an hour", move |inner| {
            let mut entries = Vec::new();
            let Some(folder) = if_there(list(&inner.folder(hour)))? else {
                return Ok(entries);
            };
            for entry in folder {
                let entry = entry?;
                let Some((id, kind)) = entry.file_name().to_str().and_then(parse_name) else {
                    continue;
                };
                // Between listing and looking a blob may end.
                if let Some(metadata) = if_there(entry.metadata())? {
                    entries.push(BlobEntry {
                        id,
                        kind,
                        len: metadata.len(),
                    });
                }
            }
            Ok(entries)
        })
        .await
    }

    /// Removes an hour's folder, its pepper first: from that moment nothing of it opens. Only for hours past by Redis's
    /// clock and the machine's.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`]: part of it may be left; removing again is safe.
    pub async fn remove_hour(&self, hour: Hour) -> Result<(), StorageError> {
        self.blocking("remove a past hour", move |inner| {
            inner.forget_peppers_through(hour);
            let folder = inner.folder(hour);
            if if_there(unlink(&folder.join(PEPPER)))?.is_some() {
                sync_folder(&folder)?;
            }
            failpoint!("blob.kill.pepperless");
            if_there(remove_folder(&folder))?;
            sync_folder(&inner.root)
        })
        .await
    }
}

impl Inner {
    fn cached_pepper(&self, hour: Hour) -> Option<Zeroizing<[u8; 32]>> {
        let peppers = self
            .peppers
            .lock()
            .expect("no holder of the peppers panics");
        peppers.get(&hour).cloned()
    }

    fn cache_pepper(&self, hour: Hour, pepper: &Zeroizing<[u8; 32]>) {
        let mut peppers = self
            .peppers
            .lock()
            .expect("no holder of the peppers panics");
        peppers.insert(hour, pepper.clone());
    }

    fn forget_peppers_through(&self, hour: Hour) {
        let mut peppers = self
            .peppers
            .lock()
            .expect("no holder of the peppers panics");
        peppers.retain(|kept, _| *kept > hour);
    }

    fn read_pepper(&self, hour: Hour) -> io::Result<Option<Zeroizing<[u8; 32]>>> {
        let Some(mut file) = if_there(open(&self.folder(hour).join(PEPPER)))? else {
            return Ok(None);
        };
        let mut pepper = Zeroizing::new([0; 32]);
        file.read_exact(pepper.as_mut_slice())?;
        if file.read(&mut [0])? != 0 {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a pepper has 32 bytes",
            ));
        }
        Ok(Some(pepper))
    }

    fn make_pepper(&self, hour: Hour) -> io::Result<Zeroizing<[u8; 32]>> {
        let mut pepper = Zeroizing::new([0; 32]);
        getrandom::fill(pepper.as_mut_slice()).map_err(io::Error::other)?;
        let folder = self.folder(hour);
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let mut temp = TempFile::create(&folder, &format!("{PEPPER}.{}", hex(&random)))?;
        temp.write(pepper.as_slice(), 0)?;
        temp.sync()?;
        match temp.publish(&folder.join(PEPPER)) {
            Ok(()) => Ok(pepper),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => self.read_pepper(hour)?.ok_or(e),
            Err(e) => Err(e),
        }
    }
}

fn parse_name(name: &str) -> Option<(ShareId, BlobKind)> {
    let (id, kind) = match name.split_once('.') {
        None => (name, BlobKind::Published),
        Some((id, "part")) => (id, BlobKind::Partial),
        Some((id, ticket)) => (id, BlobKind::Claimed(unhex(ticket)?)),
    };
    Some((ShareId::parse(id)?, kind))
}

fn unhex(text: &str) -> Option<Sha256> {
    let mut digest = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (byte, pair) in digest.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(digest)
}

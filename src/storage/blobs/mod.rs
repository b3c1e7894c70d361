//! Sealed blobs in a directory: `blobs/{last hour}/{id}` beside that hour's pepper.
//!
//! Promises: a blob is published whole and durable or not at all; a claim is exclusive, idempotent for the same ticket,
//! and never granted once the blob is gone or somebody else's; what was removed before an answer stays removed.

mod claim;
mod hours;
mod reader;
mod temp;
mod writer;

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::error::StorageError;
use crate::share::{Hour, Sha256, ShareId};

pub use claim::Holder;
pub use hours::{BlobEntry, BlobKind};
pub use reader::BlobReader;
pub use writer::{BlobWriter, CompleteBlob};

const PROBE: &str = "probe.";
const ROOM_STALE: Duration = Duration::from_secs(1);

/// Where blobs lie and how full the file system may become.
#[derive(Clone, Debug)]
pub struct BlobSettings {
    /// The folder of the hour folders.
    pub root: PathBuf,
    /// Uploads are refused when less than this is free, in bytes. `None`: 1 GiB or 5 % of the file system, whichever is
    /// less.
    pub min_free: Option<u64>,
}

/// Room on the file system, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Space {
    /// Free for us.
    pub free: u64,
    /// Uploads are refused below this.
    pub floor: u64,
    /// All there is, whoever uses it.
    pub total: u64,
}

/// The blobs of all shares.
#[derive(Clone)]
pub struct BlobStore {
    inner: Arc<Inner>,
}

struct Inner {
    root: PathBuf,
    floor: u64,
    /// In memory there are no extents to keep together, and asking for room costs as much as filling it.
    in_memory: bool,
    named_at_once: bool,
    peppers: Mutex<HashMap<Hour, Zeroizing<[u8; 32]>>>,
    /// When the last look found room.
    roomy: Mutex<Option<Instant>>,
}

impl BlobStore {
    /// Opens the folder and makes it if it is missing. Blocks: for the start only.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when the folder cannot be made or written.
    pub fn open(settings: &BlobSettings) -> Result<Self, StorageError> {
        const OPERATION: &str = "open the blob folder";
        fs::create_dir_all(&settings.root).map_err(|e| StorageError::io(OPERATION, e))?;
        if let Some(parent) = settings.root.parent() {
            sync_folder(parent).map_err(|e| StorageError::io(OPERATION, e))?;
        }
        remove_old_probes(&settings.root).map_err(|e| StorageError::io(OPERATION, e))?;
        let (_, total) = room(&settings.root).map_err(|e| StorageError::io(OPERATION, e))?;
        let floor = settings.min_free.unwrap_or((1 << 30).min(total / 20));
        let in_memory = is_tmpfs(&settings.root).map_err(|e| StorageError::io(OPERATION, e))?;
        Ok(Self {
            inner: Arc::new(Inner {
                root: settings.root.clone(),
                floor,
                in_memory,
                named_at_once: temp::are_named(&settings.root),
                peppers: Mutex::default(),
                roomy: Mutex::default(),
            }),
        })
    }

    /// Whether a blob that is being written has a name already, so that a crash leaves it: on a file system without unnamed
    /// files.
    pub fn names_at_once(&self) -> bool {
        self.inner.named_at_once
    }

    /// Looks how much room there is.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when the file system does not say.
    pub async fn space(&self) -> Result<Space, StorageError> {
        self.blocking("look at the free space", |inner| {
            let (free, total) = room(&inner.root)?;
            Ok(Space {
                free,
                floor: inner.floor,
                total,
            })
        })
        .await
    }

    /// Whether more is free than must stay free, as of a second ago at most. Every write looks for itself.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when the file system does not say.
    pub async fn has_room(&self) -> Result<bool, StorageError> {
        let roomy = || {
            let roomy = self.inner.roomy.lock();
            roomy.expect("nobody who remembers the room panics")
        };
        if roomy().is_some_and(|seen| seen.elapsed() < ROOM_STALE) {
            return Ok(true);
        }
        let space = self.space().await?;
        let has_room = space.free >= space.floor;
        *roomy() = has_room.then(Instant::now);
        Ok(has_room)
    }

    /// Writes and forgets one byte, to know that the folder can be written.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] or [`StorageError::Full`] when it cannot.
    pub async fn probe(&self) -> Result<(), StorageError> {
        self.blocking("write a probe", |inner| {
            let mut random = [0; 8];
            getrandom::fill(&mut random).map_err(io::Error::other)?;
            let stem = format!("{PROBE}{}", hex(&random));
            temp::TempFile::create(&inner.root, &stem)?.write(&[0], 0)
        })
        .await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Inner) -> io::Result<T> + Send + 'static,
    ) -> Result<T, StorageError> {
        let inner = Arc::clone(&self.inner);
        tokio::task::spawn_blocking(move || work(&inner))
            .await
            .map_err(|e| StorageError::unavailable(operation, e))?
            .map_err(|e| StorageError::io(operation, e))
    }
}

impl Inner {
    fn folder(&self, hour: Hour) -> PathBuf {
        self.root.join(hour.to_string())
    }

    fn published(&self, hour: Hour, id: ShareId) -> PathBuf {
        self.folder(hour).join(id.to_string())
    }

    fn claimed(&self, hour: Hour, id: ShareId, ticket: &Sha256) -> PathBuf {
        self.folder(hour).join(format!("{id}.{}", hex(ticket)))
    }
}

/// Where files need names a crash can leave a probe behind.
fn remove_old_probes(root: &Path) -> io::Result<()> {
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.as_encoded_bytes().starts_with(PROBE.as_bytes()) {
            if_there(unlink(&entry.path()))?;
        }
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing into a String cannot fail");
        text
    })
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    failpoint!(io "blob.folder.sync");
    File::open(folder)?.sync_all()
}

fn open(path: &Path) -> io::Result<File> {
    failpoint!(io "blob.open");
    File::open(path)
}

fn exists(path: &Path) -> io::Result<bool> {
    failpoint!(io "blob.exists");
    path.try_exists()
}

fn rename(from: &Path, to: &Path) -> io::Result<()> {
    failpoint!(io "blob.rename");
    fs::rename(from, to)?;
    failpoint!(io "blob.renamed");
    Ok(())
}

fn unlink(path: &Path) -> io::Result<()> {
    failpoint!(io "blob.unlink");
    fs::remove_file(path)?;
    failpoint!(io "blob.unlinked");
    Ok(())
}

fn list(folder: &Path) -> io::Result<fs::ReadDir> {
    failpoint!(io "blob.folder.list");
    fs::read_dir(folder)
}

fn make_folder(folder: &Path) -> io::Result<()> {
    failpoint!(io "blob.folder.make");
    fs::create_dir_all(folder)
}

fn remove_folder(folder: &Path) -> io::Result<()> {
    failpoint!(io "blob.folder.remove");
    fs::remove_dir_all(folder)
}

/// Free bytes for us and bytes in all.
fn room(folder: &Path) -> io::Result<(u64, u64)> {
    let vfs = rustix::fs::statvfs(folder)?;
    Ok((
        vfs.f_bavail.saturating_mul(vfs.f_frsize),
        vfs.f_blocks.saturating_mul(vfs.f_frsize),
    ))
}

/// As `linux/magic.h` names it.
fn is_tmpfs(folder: &Path) -> io::Result<bool> {
    Ok(rustix::fs::statfs(folder)?.f_type == 0x0102_1994)
}

/// `Ok(None)` where there is no such file.
fn if_there<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

use std::io;
use std::os::fd::AsFd as _;
use std::sync::Arc;

use rustix::fs::FallocateFlags;
use tokio::task::JoinHandle;

use super::temp::TempFile;
use super::{BlobReader, BlobStore, Inner, room, sync_folder, unlink};
use crate::share::{Hour, ShareId};
use crate::storage::StorageError;

/// Room is asked for in steps, never beyond what was announced: it keeps files in one piece and reports a full disk early, and
/// a client cannot reserve the disk by announcing a large upload.
const STEP: u64 = 64 << 20;
const WRITE: &str = "write a blob";
const PUBLISH: &str = "publish a blob";
const READ_BACK: &str = "read a blob back";

/// A blob being written. Dropped before it is published it leaves nothing behind.
pub struct BlobWriter {
    inner: Arc<Inner>,
    hour: Hour,
    id: ShareId,
    expected: u64,
    sink: Option<Sink>,
    running: Option<Write>,
}

/// A blob whose content is durable and that has no name yet. Dropped without [`Self::publish`] it leaves nothing behind.
pub struct CompleteBlob {
    inner: Arc<Inner>,
    hour: Hour,
    id: ShareId,
    temp: TempFile,
}

/// A write in flight; it hands sink and buffer back.
type Write = JoinHandle<io::Result<(Sink, Vec<u8>)>>;

/// What moves between the worker and the blocking thread: at most one of them has it.
struct Sink {
    temp: TempFile,
    written: u64,
    allocated: u64,
    expected: u64,
}

impl BlobStore {
    /// Begins a blob of `expected` bytes, a hint: room is asked for up to there. Nothing touches the disk before the first write.
    pub fn writer(&self, hour: Hour, id: ShareId, expected: u64) -> BlobWriter {
        BlobWriter {
            inner: Arc::clone(&self.inner),
            hour,
            id,
            expected,
            sink: None,
            running: None,
        }
    }
}

impl BlobWriter {
    /// Starts writing `batch` behind everything written before and returns an empty buffer to fill meanwhile. One write is
    /// in flight: it waits for the one before.
    ///
    /// # Errors
    /// [`StorageError::Full`] below the floor or on a full disk, [`StorageError::Unavailable`]; of this or the write
    /// before. The blob is lost then.
    pub async fn write(&mut self, batch: Vec<u8>) -> Result<Vec<u8>, StorageError> {
        let spare = self.settle().await?;
        let create = self.create();
        let (inner, sink) = (Arc::clone(&self.inner), self.sink.take());
        self.running = Some(tokio::task::spawn_blocking(move || {
            let mut sink = match sink {
                Some(sink) => sink,
                None => create()?,
            };
            sink.append(&inner, &batch, true)?;
            Ok((sink, batch))
        }));
        Ok(spare)
    }

    /// Writes the last batch and makes the content durable: without a name it goes with a crash all the same. `start`,
    /// where there is one, takes the place of the blob's first bytes.
    ///
    /// # Errors
    /// As [`Self::write`]; nothing of the blob is left then. A sync that failed is not repeated.
    pub async fn complete(
        mut self,
        last: Vec<u8>,
        start: Option<Vec<u8>>,
    ) -> Result<CompleteBlob, StorageError> {
        self.settle().await?;
        let create = self.create();
        let (inner, sink) = (Arc::clone(&self.inner), self.sink.take());
        let temp = blocking(PUBLISH, move || {
            let mut sink = match sink {
                Some(sink) => sink,
                None => create()?,
            };
            sink.append(&inner, &last, false)?;
            if let Some(start) = start {
                sink.temp.write(&start, 0)?;
            }
            if sink.allocated > sink.written {
                sink.temp.file().set_len(sink.written)?;
            }
            sink.temp.sync()?;
            failpoint!("blob.kill.synced");
            Ok(sink.temp)
        })
        .await?;
        Ok(CompleteBlob {
            inner: self.inner,
            hour: self.hour,
            id: self.id,
            temp,
        })
    }

    /// Writes the last batch and hands out the whole blob, which will never be published: nameless, so that it vanishes
    /// with its reader.
    ///
    /// # Errors
    /// As [`Self::write`]; nothing of the blob is left then.
    pub async fn read_back(mut self, last: Vec<u8>) -> Result<BlobReader, StorageError> {
        self.settle().await?;
        let create = self.create();
        let (inner, sink) = (Arc::clone(&self.inner), self.sink.take());
        blocking(READ_BACK, move || {
            let mut sink = match sink {
                Some(sink) => sink,
                None => create()?,
            };
            sink.append(&inner, &last, false)?;
            BlobReader::of(sink.temp.into_file()?)
        })
        .await
    }

    /// How the file is made, where there is none yet; for a blocking thread.
    fn create(&self) -> impl FnOnce() -> io::Result<Sink> + Send + use<> {
        let (folder, id, expected) = (self.inner.folder(self.hour), self.id, self.expected);
        move || {
            Ok(Sink {
                temp: TempFile::create(&folder, &id.to_string())?,
                written: 0,
                allocated: 0,
                expected,
            })
        }
    }

    /// Waits for the write in flight and hands its buffer back, empty.
    async fn settle(&mut self) -> Result<Vec<u8>, StorageError> {
        let Some(running) = self.running.take() else {
            return Ok(Vec::new());
        };
        let (sink, mut buffer) = running
            .await
            .map_err(|e| StorageError::unavailable(WRITE, e))?
            .map_err(|e| StorageError::io(WRITE, e))?;
        self.sink = Some(sink);
        buffer.clear();
        Ok(buffer)
    }
}

impl CompleteBlob {
    /// Gives the blob its name: its folder is synced when this returns.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`]; nothing of the blob is left then.
    pub async fn publish(self) -> Result<(), StorageError> {
        let Self {
            inner,
            hour,
            id,
            mut temp,
        } = self;
        blocking(PUBLISH, move || {
            let name = inner.published(hour, id);
            let published = temp.publish(&name);
            // A link can be made and yet be answered with an error.
            if published.is_err() && temp.lies_at(&name) {
                drop(unlink(&name));
            }
            published?;
            failpoint!("blob.kill.linked");
            sync_folder(&inner.folder(hour)).inspect_err(|_| {
                // Not durable, so not published. If even this fails, the sweep finds it by the abandoned upload.
                drop(unlink(&name));
            })
        })
        .await
    }
}

async fn blocking<T: Send + 'static>(
    operation: &'static str,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, StorageError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| StorageError::unavailable(operation, e))?
        .map_err(|e| StorageError::io(operation, e))
}

impl Sink {
    fn append(&mut self, inner: &Inner, batch: &[u8], more_may_come: bool) -> io::Result<()> {
        let end = self.written + u64::try_from(batch.len()).map_err(io::Error::other)?;
        if end > self.allocated {
            self.make_room(inner, end, more_may_come)?;
        }
        failpoint!("blob.kill.opened");
        self.temp.write(batch, self.written)?;
        self.written = end;
        failpoint!("blob.kill.written");
        Ok(())
    }

    /// Room up to `end`, or an error where that would reach below the floor.
    fn make_room(&mut self, inner: &Inner, end: u64, more_may_come: bool) -> io::Result<()> {
        let missing = end - self.allocated.max(self.written);
        let (free, _) = room(&inner.root)?;
        let above_the_floor = |more: u64| free >= inner.floor.saturating_add(more);
        if !above_the_floor(missing) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let step = STEP
            .min(self.expected.saturating_sub(self.allocated))
            .max(end - self.allocated);
        // Near the floor, where a whole step does not fit, every write looks for itself.
        if inner.in_memory || !more_may_come || !above_the_floor(step) {
            return Ok(());
        }
        let asked = rustix::fs::fallocate(
            self.temp.file().as_fd(),
            FallocateFlags::KEEP_SIZE,
            self.allocated,
            step,
        );
        match asked {
            Ok(()) => self.allocated += step,
            // A quota may leave less, and some file systems promise nothing.
            Err(rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::NOSPC) => {}
            Err(e) => return Err(e.into()),
        }
        Ok(())
    }
}

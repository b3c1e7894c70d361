use std::fs::{self, File};
use std::path::PathBuf;

use rustix::fs::FallocateFlags;

const AT_MOST: u64 = 64 << 20;
/// With less room than this the next append may fail, and Redis exits when one does.
const HARDLY_ANY: u64 = 4 << 20;

/// A file that holds room for the day the disk is full: Redis cannot even delete without writing.
pub(super) struct Reserve {
    folder: PathBuf,
}

impl Reserve {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.join("reserve")
    }

    /// Puts the room aside if it is not yet and there is plenty.
    pub(super) fn fill(&self) {
        let Some((free, total)) = self.room() else {
            return;
        };
        let size = (total / 100).min(AT_MOST);
        // Well above what releases it again.
        let plenty = size.saturating_mul(4).saturating_add(2 * HARDLY_ANY);
        if self.path().exists() || free < plenty {
            return;
        }
        let filled = File::create(self.path()).and_then(|file| {
            rustix::fs::fallocate(&file, FallocateFlags::empty(), 0, size)?;
            file.sync_all()
        });
        if let Err(error) = filled {
            tracing::warn!(%error, "no room could be put aside for the bundled Redis");
            drop(fs::remove_file(self.path()));
        }
    }

    /// Gives the room up if there is hardly any other.
    pub(super) fn release_when_full(&self) {
        let full = self.room().is_none_or(|(free, _)| free < HARDLY_ANY);
        if full && fs::remove_file(self.path()).is_ok() {
            tracing::error!("the disk is full: the reserve of the bundled Redis was given up");
        }
    }

    fn room(&self) -> Option<(u64, u64)> {
        let vfs = rustix::fs::statvfs(&self.folder).ok()?;
        Some((
            vfs.f_bavail.saturating_mul(vfs.f_frsize),
            vfs.f_blocks.saturating_mul(vfs.f_frsize),
        ))
    }
}

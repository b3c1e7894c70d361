use std::fs::{self, File};
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Mode, OFlags};
use rustix::io::Errno;

/// Whether files in `folder` carry a name from the start.
pub(super) fn are_named(folder: &Path) -> bool {
    open_unnamed(folder).is_err_and(|error| are_unknown(&error))
}

fn open_unnamed(folder: &Path) -> io::Result<File> {
    failpoint!(io "blob.unnamed");
    let how = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    let opened = rustix::fs::open(folder, how, Mode::RUSR | Mode::WUSR)?;
    Ok(File::from(opened))
}

/// The file system has no unnamed files.
fn are_unknown(error: &io::Error) -> bool {
    let error = Errno::from_io_error(error);
    error.is_some_and(|error| [Errno::OPNOTSUPP, Errno::ISDIR, Errno::INVAL].contains(&error))
}

/// A file that has no name until it is published: after a crash nothing is left of it. Where the file system has no
/// unnamed files it carries a `.part` name, removed on drop and known to the sweep.
pub(super) struct TempFile {
    file: File,
    part: Option<PathBuf>,
}

impl TempFile {
    /// Makes one in `folder`; `stem` names it where it needs a name.
    pub(super) fn create(folder: &Path, stem: &str) -> io::Result<Self> {
        failpoint!(io "blob.create");
        match open_unnamed(folder) {
            Ok(file) => Ok(Self { file, part: None }),
            Err(error) if are_unknown(&error) => {
                let part = folder.join(format!("{stem}.part"));
                let fd = rustix::fs::open(
                    &part,
                    OFlags::CREATE | OFlags::EXCL | OFlags::RDWR | OFlags::CLOEXEC,
                    Mode::RUSR | Mode::WUSR,
                )?;
                Ok(Self {
                    file: File::from(fd),
                    part: Some(part),
                })
            }
            Err(error) => Err(error),
        }
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Writes all of `bytes` at `offset`.
    pub(super) fn write(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        failpoint!(io "blob.write");
        self.file.write_all_at(bytes, offset)
    }

    /// Makes what was written durable. Once it has failed the file is lost: the next call would succeed without the bytes.
    pub(super) fn sync(&self) -> io::Result<()> {
        failpoint!(io "blob.sync");
        self.file.sync_all()
    }

    /// Gives it its name. A name that exists is an error (`AlreadyExists`) and stays as it was.
    pub(super) fn publish(&mut self, name: &Path) -> io::Result<()> {
        failpoint!(io "blob.link");
        if let Some(part) = &self.part {
            fs::hard_link(part, name)?;
            fs::remove_file(part)?;
            self.part = None;
            failpoint!(io "blob.linked");
            return Ok(());
        }
        // AT_EMPTY_PATH would need a capability; this is the way open(2) names for unnamed files.
        let by_descriptor = format!("/proc/self/fd/{}", self.file.as_raw_fd());
        rustix::fs::linkat(CWD, by_descriptor, CWD, name, AtFlags::SYMLINK_FOLLOW)?;
        failpoint!(io "blob.linked");
        Ok(())
    }

    /// The file, without any name: it goes when it is closed.
    pub(super) fn into_file(mut self) -> io::Result<File> {
        if let Some(part) = &self.part {
            fs::remove_file(part)?;
            self.part = None;
        }
        self.file.try_clone()
    }

    /// Whether this very file has that name.
    pub(super) fn lies_at(&self, name: &Path) -> bool {
        match (self.file.metadata(), fs::symlink_metadata(name)) {
            (Ok(own), Ok(other)) => (own.dev(), own.ino()) == (other.dev(), other.ino()),
            _ => false,
        }
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        if let Some(part) = &self.part
            && let Err(error) = fs::remove_file(part)
        {
            tracing::warn!(%error, "a partial blob could not be removed; the sweep will");
        }
    }
}

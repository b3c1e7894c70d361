//! A file system that is soon full.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::process::fresh_directory;

/// A file system of 64 MiB, unmounted with it.
pub(crate) struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts it; none where that is not allowed.
    pub(crate) fn mount() -> Option<Self> {
        // The run's janitor unmounts folders of this name.
        let path = fresh_directory("disk").join("full");
        std::fs::create_dir_all(&path).expect("/tmp is writable");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=64m", "tmpfs"])
            .arg(&path)
            .status();
        mounted
            .is_ok_and(|status| status.success())
            .then_some(Self(path))
    }

    /// Where it is mounted.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Bytes free.
    pub(crate) fn free(&self) -> u64 {
        let statistics = rustix::fs::statvfs(&self.0).expect("it is mounted");
        statistics.f_bavail * statistics.f_frsize
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _the_janitor_does_otherwise = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

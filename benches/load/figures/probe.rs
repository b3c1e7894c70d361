//! What the syncs alone cost: a bare loop that makes those of one share and does nothing else.
//!
//! For each share: a file of its sealed size without a name is written and synced, gets its name, its folder is synced; it
//! is renamed, the folder is synced; it is read and removed, the folder is synced. With the journal, one thread besides
//! appends to one file and syncs it for all who wait, five times for each share, as Redis does for its records.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::os::fd::AsFd as _;
use std::path::Path;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::thread;
use std::time::Duration;

use rustix::fs::{AtFlags, CWD, Mode, OFlags};

use super::small::{LENGTH, Laps, laps};
use crate::Outcome;

/// A sealed share of 1 KiB: header, content, tag.
const SEALED: usize = LENGTH + 200;
/// A record and a fate, as Redis appends them.
const RECORD: usize = 700;
/// Swaps that a share waits for: begun, committed, reserved, claimed, ended.
const SWAPS: usize = 5;

/// Runs the loop in so many threads.
pub(super) fn run(place: &Path, threads: usize, journal: bool, span: Duration) -> Outcome<Laps> {
    let folder = place.join("probe");
    fs::create_dir_all(&folder)?;
    let (writer, waiting) = mpsc::channel::<SyncSender<()>>();
    let log = File::create(place.join("journal"))?;
    thread::scope(|scope| {
        let appender = scope.spawn(move || append_for_all(log, &waiting));
        let folder = &folder;
        let outcome = laps(threads, span, |index| {
            let writer = journal.then(|| writer.clone());
            let name = index.to_string();
            Ok(move || one(folder, &name, writer.as_ref()))
        });
        drop(writer);
        appender.join().map_err(|_| "the appender panicked")??;
        outcome
    })
}

fn one(folder: &Path, name: &str, journal: Option<&Sender<SyncSender<()>>>) -> Outcome<()> {
    let swap = || -> Outcome<()> {
        if let Some(journal) = journal {
            let (done, wait) = mpsc::sync_channel(1);
            journal.send(done)?;
            wait.recv()?;
        }
        Ok(())
    };
    let (published, claimed) = (folder.join(name), folder.join(format!("{name}.claimed")));
    swap()?;
    let file = rustix::fs::open(
        folder,
        OFlags::TMPFILE | OFlags::RDWR,
        Mode::RUSR | Mode::WUSR,
    )?;
    let mut file = File::from(file);
    file.write_all(&[0x5a; SEALED])?;
    file.sync_data()?;
    let unnamed = format!(
        "/proc/self/fd/{}",
        std::os::fd::AsRawFd::as_raw_fd(&file.as_fd())
    );
    rustix::fs::linkat(CWD, &unnamed, CWD, &published, AtFlags::SYMLINK_FOLLOW)?;
    sync(folder)?;
    swap()?;
    swap()?;
    fs::rename(&published, &claimed)?;
    sync(folder)?;
    swap()?;
    let mut content = Vec::with_capacity(SEALED);
    File::open(&claimed)?.read_to_end(&mut content)?;
    fs::remove_file(&claimed)?;
    sync(folder)?;
    swap()
}

const _: () = assert!(SWAPS == 5, "one calls swap five times");

fn sync(folder: &Path) -> Outcome<()> {
    Ok(File::open(folder)?.sync_all()?)
}

/// Appends a record for everybody who waits, syncs once for all of them, and tells them.
fn append_for_all(mut log: File, waiting: &Receiver<SyncSender<()>>) -> Outcome<()> {
    while let Ok(first) = waiting.recv() {
        let mut served = vec![first];
        served.extend(waiting.try_iter());
        log.write_all(&vec![0x5a; RECORD * served.len()])?;
        log.sync_data()?;
        for done in served {
            // Who waits may have run out of time.
            let _gone = done.send(());
        }
    }
    Ok(())
}

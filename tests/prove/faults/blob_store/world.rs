use std::{
    collections::BTreeMap,
    fmt::Debug,
    fs,
    path::{Path, PathBuf},
};

use onetimeshare::{
    share::{Hour, Sha256, ShareId},
    storage::{BlobSettings, BlobStore, StorageError},
};

use crate::support::Dice;

use super::disk::{Disk, claimed, pepper, published};

/// Every place in `src/storage/blobs` where a system call can fail. After those that end in `d` it has been done.
const FAILPOINTS: [&str; 15] = [
    "blob.create",
    "blob.write",
    "blob.sync",
    "blob.link",
    "blob.linked",
    "blob.rename",
    "blob.renamed",
    "blob.unlink",
    "blob.unlinked",
    "blob.open",
    "blob.exists",
    "blob.folder.sync",
    "blob.folder.list",
    "blob.folder.make",
    "blob.folder.remove",
];
const ERRORS: [&str; 4] = ["EIO", "ENOSPC", "EINTR", "EDQUOT"];
const OUTSIDE: &[u8] = b"somebody else's";

/// Two servers on one folder, everybody else who touches it, and what must lie in it.
pub(super) struct World {
    pub(super) root: PathBuf,
    outside: PathBuf,
    pub(super) stores: [BlobStore; 2],
    /// The peppers each server remembers.
    pub(super) cached: [BTreeMap<Hour, [u8; 32]>; 2],
    pub(super) dice: Dice,
    pub(super) hours: [Hour; 2],
    pub(super) ids: [ShareId; 3],
    pub(super) tickets: [Sha256; 3],
    pub(super) disk: Disk,
    /// Why the step under way may fail.
    pub(super) excuse: Option<String>,
    pub(super) refused: usize,
    pub(super) trace: Vec<String>,
    sequence: usize,
}

impl World {
    pub(super) fn new(directory: &Path, mut dice: Dice, sequence: usize) -> Self {
        let root = directory.join("root");
        let outside = directory.join("outside");
        fs::write(&outside, OUTSIDE).unwrap();
        let settings = BlobSettings {
            root: root.clone(),
            min_free: Some(0),
        };
        let stores = [0, 1].map(|_| BlobStore::open(&settings).unwrap());
        let tickets = [0, 1, 2].map(|_| dice.bytes(32).try_into().unwrap());
        Self {
            root,
            outside,
            stores,
            cached: Default::default(),
            dice,
            hours: [500_000, 500_001].map(Hour::from_number),
            ids: [0, 1, 2].map(|_| ShareId::random()),
            tickets,
            disk: Disk::default(),
            excuse: None,
            refused: 0,
            trace: Vec::new(),
            sequence,
        }
    }

    /// Nothing outside was touched; the next sequence begins with an empty folder.
    pub(super) fn end(self) {
        assert_eq!(fs::read(&self.outside).unwrap(), OUTSIDE);
        fs::remove_dir_all(&self.root).unwrap();
    }

    /// One thing happens, mostly while something fails.
    pub(super) async fn step(&mut self) {
        let hours = self.hours;
        let hour = *self.pick(&hours);
        let fault = self.arm();
        let aside = self.block(hour);
        match self.dice.below(20) {
            0..4 => self.publish(hour).await,
            4..7 => self.claim(hour).await,
            7 => self.race(hour).await,
            8..10 => self.remove(hour).await,
            10 => self.remove_while_claimed(hour).await,
            11..13 => self.ask(hour).await,
            13 => self.list(hour).await,
            14..17 => self.pepper(hour).await,
            17 => self.existing_pepper(hour).await,
            18 if self.dice.below(3) == 0 => self.remove_hour(hour).await,
            _ => self.somebody_else(hour),
        }
        if let Some(name) = fault {
            fail::remove(name);
        }
        if aside {
            fs::remove_file(self.root.join(hour.to_string())).unwrap();
            let (from, to) = (format!("{hour}.aside"), hour.to_string());
            fs::rename(self.root.join(from), self.root.join(to)).unwrap();
            self.disk = Disk::look(&self.root);
        }
        self.excuse = None;
    }

    /// Mostly one system call of the step fails, not always its first of this kind.
    fn arm(&mut self) -> Option<&'static str> {
        if self.dice.below(3) == 0 {
            return None;
        }
        let name = *self.pick(&FAILPOINTS);
        // Over a network a call may be done and yet be answered "no such file".
        let error = if name.ends_with("ed") && self.dice.below(3) == 0 {
            "ENOENT"
        } else {
            *self.pick(&ERRORS)
        };
        let skip = self.dice.below(3);
        let before = if skip == 0 {
            String::new()
        } else {
            format!("{skip}*off->")
        };
        fail::cfg(name, &format!("{before}1*return({error})")).unwrap();
        self.excuse = Some(format!("{name} {error} after {skip}"));
        Some(name)
    }

    /// Now and then a file stands where the hour's folder was. True: until the step is over.
    fn block(&mut self, hour: Hour) -> bool {
        if self.dice.below(12) != 0 || !self.disk.has(&format!("{hour}/")) {
            return false;
        }
        let folder = self.root.join(hour.to_string());
        fs::rename(&folder, self.root.join(format!("{hour}.aside"))).unwrap();
        fs::write(&folder, b"in the way").unwrap();
        self.disk = Disk::look(&self.root);
        self.excuse = Some("no folder".to_owned());
        true
    }

    /// Another server, a crash, or an operator does something to the folder.
    fn somebody_else(&mut self, hour: Hour) {
        let (id, ticket) = (self.id(), self.ticket());
        let place = |name: String| self.root.join(name);
        let folder = self.disk.has(&format!("{hour}/"));
        let there = self.disk.has(&published(hour, id));
        match self.dice.below(8) {
            0 | 1 if there => {
                fs::rename(place(published(hour, id)), place(claimed(hour, id, ticket))).unwrap();
            }
            2 if there => fs::remove_file(place(published(hour, id))).unwrap(),
            // What a crash between link and unlink leaves where files need a name from the start.
            3 if there && !self.disk.has_other_names(hour, id) => {
                let part = place(format!("{hour}/{id}.part"));
                fs::hard_link(place(published(hour, id)), part).unwrap();
            }
            4 if folder => fs::write(place(format!("{hour}/notes.txt")), b"mine").unwrap(),
            5 if folder && !self.disk.has(&format!("{hour}/link")) => {
                std::os::unix::fs::symlink(&self.outside, place(format!("{hour}/link"))).unwrap();
            }
            6 => fs::write(place("notes.txt".to_owned()), b"mine").unwrap(),
            7 if self.disk.has(&pepper(hour)) => {
                let length = [0, 31, 33][usize::try_from(self.dice.below(3)).unwrap()];
                fs::write(place(pepper(hour)), vec![7; length]).unwrap();
            }
            _ => {}
        }
        self.disk = Disk::look(&self.root);
        self.trace.push("somebody else".to_owned());
    }

    /// The step is over: the outcome must be excused if it is an error, and the disk one of those allowed.
    pub(super) fn settle<T: Debug>(
        &mut self,
        step: &str,
        outcome: &Result<T, StorageError>,
        allowed: &[Disk],
    ) {
        let told = match outcome {
            Ok(value) => format!("{value:?}"),
            Err(error) => format!("{error:?}"),
        };
        self.trace
            .push(format!("{step} ({:?}): {told}", self.excuse));
        if outcome.is_err() {
            self.refused += 1;
            self.must("fails without a reason", self.excuse.is_some());
        }
        let now = Disk::look(&self.root);
        self.must("leaves a disk that is not allowed", allowed.contains(&now));
        self.disk = now;
    }

    pub(super) fn must(&self, what: &str, holds: bool) {
        assert!(
            holds,
            "sequence {}: the last step {what}\n{}\nbefore: {:#?}\nnow: {:#?}",
            self.sequence,
            self.trace.join("\n"),
            self.disk.0.keys(),
            Disk::look(&self.root).0.keys()
        );
    }

    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let count = u64::try_from(from.len()).unwrap();
        &from[usize::try_from(self.dice.below(count)).unwrap()]
    }

    pub(super) fn id(&mut self) -> ShareId {
        let ids = self.ids;
        *self.pick(&ids)
    }

    pub(super) fn ticket(&mut self) -> Sha256 {
        let tickets = self.tickets;
        *self.pick(&tickets)
    }

    /// One of the two servers.
    pub(super) fn server(&mut self) -> usize {
        usize::try_from(self.dice.below(2)).unwrap()
    }
}

//! The figures, each runnable alone by its name.

mod idle;
mod million;
mod multipart;
mod passphrase;
mod probe;
mod small;
mod start;
mod stream;

use std::path::PathBuf;

use crate::Outcome;
use crate::report::Report;

/// The builds that are measured.
pub(crate) struct Builds {
    /// The program.
    pub(crate) server: PathBuf,
    /// Another build of it, to compare with in the same run.
    pub(crate) against: Option<PathBuf>,
}

impl Builds {
    /// Every build with the name it has in the figures.
    pub(crate) fn all(&self) -> Vec<(&'static str, &PathBuf)> {
        let mut all = vec![("onetimeshare", &self.server)];
        all.extend(self.against.iter().map(|other| ("against", other)));
        all
    }
}

/// One figure: its group, its name, and what measures it.
pub(crate) struct Entry {
    /// The group.
    pub(crate) group: &'static str,
    /// The name.
    pub(crate) name: &'static str,
    /// What it measures.
    pub(crate) about: &'static str,
    /// Measures it.
    pub(crate) run: fn(&Builds, &mut Report) -> Outcome<()>,
}

/// All of them, in the order in which they run.
pub(crate) const ALL: &[Entry] = &[
    Entry {
        group: "throughput",
        name: "stream",
        about: "one stream of 1 GiB up and down on tmpfs, beside nginx",
        run: stream::one,
    },
    Entry {
        group: "throughput",
        name: "stream-disk",
        about: "the same on the disk",
        run: stream::one_on_disk,
    },
    Entry {
        group: "throughput",
        name: "parallel",
        about: "eight streams at once on tmpfs, beside nginx",
        run: stream::eight,
    },
    Entry {
        group: "throughput",
        name: "small",
        about: "shares of 1 KiB over 16 connections on tmpfs, beside nginx",
        run: small::on_tmpfs,
    },
    Entry {
        group: "throughput",
        name: "small-disk",
        about: "the same on the disk, beside a bare probe that makes the same syncs",
        run: small::on_disk,
    },
    Entry {
        group: "throughput",
        name: "memory",
        about: "peak memory with 10 MiB and with 2 GiB up and down",
        run: stream::memory,
    },
    Entry {
        group: "throughput",
        name: "multipart",
        about: "what actix-multipart costs alone, in memory",
        run: multipart::copy,
    },
    Entry {
        group: "many",
        name: "million",
        about: "1,000,000 live shares: every step beside an empty server, memory, sweeps, the operator's list, a start",
        run: million::run,
    },
    Entry {
        group: "clients",
        name: "idle",
        about: "5,000 idle kept-alive connections",
        run: idle::kept_alive,
    },
    Entry {
        group: "clients",
        name: "trickle",
        about: "1,000 downloads at 10 KiB/s, then readers that stop",
        run: idle::trickling,
    },
    Entry {
        group: "start",
        name: "start",
        about: "from exec to ready, with an external and the bundled Redis; the size of the program",
        run: start::empty,
    },
    Entry {
        group: "passphrase",
        name: "argon2",
        about: "one derivation beside libargon2's C code",
        run: passphrase::derivation,
    },
    Entry {
        group: "passphrase",
        name: "storm",
        about: "memory under a storm of guesses",
        run: passphrase::storm,
    },
];

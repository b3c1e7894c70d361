//! What a connection is doing, told by its worker to the watchdog.

use std::sync::atomic::{AtomicU64, Ordering};

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    /// A request is read and worked on: that has timers of its own.
    Handling,
    /// An answer is under way, since its body was last asked for more.
    Answering,
    /// It waits for the next request.
    Resting,
    /// It has rested too long, and could have been written to when it was looked at.
    Flushed,
}

/// What a connection is doing and since when, in milliseconds; one word, so that the two belong together.
pub(super) struct Activity(AtomicU64);

impl Activity {
    pub(super) fn handling(since: u64) -> Self {
        Self(AtomicU64::new(packed((Doing::Handling, since))))
    }

    pub(super) fn set(&self, doing: Doing, since: u64) {
        self.0.store(packed((doing, since)), Ordering::Relaxed);
    }

    /// Sets what comes after what was seen, unless that has changed.
    pub(super) fn replace(&self, seen: (Doing, u64), next: (Doing, u64)) {
        let (seen, next, order) = (packed(seen), packed(next), Ordering::Relaxed);
        let _outcome = self.0.compare_exchange(seen, next, order, order);
    }

    pub(super) fn get(&self) -> (Doing, u64) {
        let word = self.0.load(Ordering::Relaxed);
        let doing = match word & 3 {
            0 => Doing::Handling,
            1 => Doing::Answering,
            2 => Doing::Resting,
            _ => Doing::Flushed,
        };
        (doing, word >> 2)
    }
}

fn packed((doing, since): (Doing, u64)) -> u64 {
    let doing = match doing {
        Doing::Handling => 0,
        Doing::Answering => 1,
        Doing::Resting => 2,
        Doing::Flushed => 3,
    };
    since << 2 | doing
}

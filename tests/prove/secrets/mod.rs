//! Secrets: what is used up is found nowhere, what is gone opens nowhere.

mod append_only;
mod canaries;
mod clock;
mod cores;
mod kept;
mod memory;
mod old_copies;
mod panics;
mod proxy;
mod rewrites;
mod search;

use crate::support::canary::Needles;

impl Needles {
    /// Takes over what another part of the session used.
    fn extend(&mut self, other: Self) {
        self.hidden.extend(other.hidden);
    }
}

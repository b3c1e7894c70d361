//! Secrets: what is used up is found nowhere, what is gone opens nowhere.

mod append_only;
mod canaries;
mod cores;
mod memory;
mod old_copies;
mod panics;
mod proxy;
mod search;

//! OneTimeShare: a one-time file drop server. The first person who opens a link gets the file; then the link is dead, the
//! key is destroyed and the bytes are gone.
//!
//! The layers, each importing only what stands below it:
//!
//! - [`server`] puts the parts together, runs the background loops, starts and ends.
//! - [`web`] speaks HTTP: parse, call the vault, render. All routes stand in one place.
//! - [`vault`] holds the use cases: deposit, inspect, reserve, deliver, finish, revoke, sweep. It knows no HTTP.
//! - [`storage`] is the outside: records in Redis, sealed blobs in a directory, the bundled Redis.
//! - [`share`] is the rules: pure functions over values, without IO, clock or randomness.
//! - [`crypto`] is the format: bytes in, bytes out.
//! - [`config`] reads every setting strictly; [`telemetry`] starts the log.
//!
//! The one-time property rests on two writes. Reserving is a compare-and-swap in Redis and can be taken back; claiming is
//! one rename in the blob store and cannot. Whoever holds the claim wins over the record, so that no failover, crash or
//! race gives the bytes to two. `docs/architecture.md` tells it with its reasons.

#[macro_use]
pub mod failpoint;

pub mod config;
pub mod crypto;
pub mod error_chain;
pub mod server;
pub mod share;
pub mod stack;
pub mod storage;
pub mod telemetry;
pub mod vault;
pub mod web;

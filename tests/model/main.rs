//! The one-time machine, model-checked: the very rules and records of `share`, driven through every order of the vault's
//! steps by several clients and servers, with crashes, lost replies, failovers and time running out in between.
//!
//! `docs/model.md` says what is modelled, what is left out, and what was found.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a failed step is a failed proof"
)]

mod blobs;
mod deliver;
mod ending;
mod full;
mod machine;
mod mutations;
mod promises;
#[path = "../prove/proof.rs"]
#[expect(dead_code, reason = "nothing random happens here")]
mod proof;
mod records;
mod redis;
mod rescue;
mod reserve;
mod setup;
mod trace;
mod turn;
mod upload;
mod world;

//! The proof: what the promises must withstand, done to real processes again and again, from a printed seed.
//!
//! Each test is one part. `make test` runs its quick form, `make prove` a tenth of it, `make prove-full` all of it;
//! `docs/reliability.md` says what each part shows and which figures it reached.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a failed step is a failed proof"
)]

mod bad_input;
mod crashes;
mod delivery;
mod faults;
mod load;
mod proof;
mod replicas;
mod secrets;
#[path = "../api/support/mod.rs"]
#[expect(dead_code, reason = "the tests in tests/api use the rest")]
mod support;
mod wire;

//! The format: vectors, agreement with age, and everything that must not open.
#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]
#![expect(clippy::indexing_slicing, reason = "a wrong index is a failed test")]

mod age_file;
mod agreement;
mod chunks;
mod derivations;
mod errors;
mod golden;
mod limits;
mod passphrases;
mod support;
mod tampering;
mod tokens;
mod vectors;

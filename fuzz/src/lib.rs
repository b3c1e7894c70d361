//! What the fuzzer runs: one module per target, each with a `check` that takes any bytes and panics when a promise is broken.
//!
//! `fuzz_targets/` hands them to libFuzzer. The server's own tests run every file of `corpus/` through them as well, on any
//! compiler.

pub mod blob;
pub mod client;
pub mod form;
pub mod name;
pub mod parts;
pub mod range;
pub mod record;
mod source;

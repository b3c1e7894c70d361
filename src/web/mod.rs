//! HTTP: parse, call the vault, render. All routes stand on one screen, one exhaustive match chooses a status.
//!
//! This layer decides nothing about shares. It promises that errors say nothing but fixed texts and numbers, that no log
//! record holds a path, and that whatever a client does to its connection, it ends.

pub mod agents;
pub mod assets;
mod attention;
pub mod base_url;
pub mod client;
pub mod cookie;
pub mod csrf;
pub mod deadline;
pub mod disposition;
pub mod edge;
pub mod error;
pub mod form;
mod handlers;
pub mod headers;
pub mod language;
pub mod limiter;
pub mod metrics;
pub mod negotiate;
mod pace;
pub mod pages;
pub mod parts;
pub mod problem;
pub mod qr;
pub mod range;
mod refusal;
mod routes;
mod state;
#[cfg(test)]
mod testing;
pub mod watchdog;

pub use routes::serve;
pub use state::AppState;

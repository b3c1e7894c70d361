//! What every test stands on: real processes, real sockets, a real Redis, and a client that knows only the documented interface.

pub(crate) mod answer;
pub(crate) mod canary;
pub(crate) mod client;
pub(crate) mod collecting;
pub(crate) mod collector;
pub(crate) mod files;
pub(crate) mod load;
pub(crate) mod place;
pub(crate) mod process;
mod random;
pub(crate) mod raw;
pub(crate) mod redis;
pub(crate) mod server;
pub(crate) mod small_disk;
pub(crate) mod tables;
pub(crate) mod teardown;
pub(crate) mod views;
pub(crate) mod wait;

pub(crate) use answer::{Answer, Uploaded};
pub(crate) use client::{BROWSER, Client};
pub(crate) use place::{Place, Setup};
pub(crate) use random::{Dice, content, ticket, token};
pub(crate) use redis::RedisServer;
pub(crate) use server::Server;
pub(crate) use wait::{eventually, say};

/// The operator's password in every test that does not choose another.
pub(crate) const ADMIN_PASSWORD: &str = "the-operators-long-password-for-tests";

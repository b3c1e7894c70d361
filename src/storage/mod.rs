//! The outside: records in Redis, sealed blobs in a directory, the bundled Redis.
//!
//! This layer knows how to keep things and promises what each call's own page says about atomicity and durability. It
//! decides nothing about shares: rules come from [`crate::share`], and no error here ever leads to a deletion.

mod agenda;
mod blobs;
mod bundled;
mod connection;
mod error;
mod figures;
mod own_line;
mod paging;
mod redis;
mod redis_facts;
mod sentinels;
mod sessions;
mod share_store;
mod swap;

pub use blobs::{
    BlobEntry, BlobKind, BlobReader, BlobSettings, BlobStore, BlobWriter, CompleteBlob, Holder,
    Space,
};
pub use bundled::{BundledRedis, BundledRedisError};
pub use error::StorageError;
pub use figures::Census;
pub use paging::{AgendaCursor, AgendaPage, NoCursor};
pub use redis::{Redis, RedisSettings};
pub use redis_facts::RedisFacts;
pub use sessions::SessionKind;
pub use share_store::{Found, Next, ShareStore, Swapped};

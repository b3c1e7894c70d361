//! The n-th call fails: to Redis, to the operating system, for want of room, inside the blob store.

mod blob_store;
mod durable;
mod full_disk;
mod journey;
mod last_look;
mod named_at_once;
mod proxy;
mod read_back;
mod redis_calls;
mod refunds;
mod strace;
mod system_calls;

//! OneTimeShare
pub mod crypto;
pub mod share;
pub mod storage;
pub mod vault;

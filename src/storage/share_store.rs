//! Records in Redis: one generic compare-and-swap over the two keys of a share, and its line on the agenda.

use std::sync::Arc;

use fred::types::Value;

use super::error::StorageError;
use super::redis::Redis;
use super::swap::Swap;
use crate::share::{Fate, Share, ShareId, Stored};

/// What a look at a share found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its record, with the bytes a swap compares.
    pub share: Option<Stored<Share>>,
    /// Its fate.
    pub fate: Option<Fate>,
}

/// What a swap writes.
#[derive(Clone, Debug)]
pub enum Next {
    /// The share goes on.
    Share(Share),
    /// It ends: the record and all key material are deleted, the fate stays.
    End(Fate),
}

/// How a swap went.
#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "it lives for one call and is mostly the large one"
)]
pub enum Swapped {
    /// Written; for a share that goes on, with its new bytes.
    Done(Option<Stored<Share>>),
    /// The record was no longer the one that was read.
    Conflict {
        /// The swap had been sent before without an answer: it may have been written then, and something else since. If not,
        /// nothing was written.
        resent: bool,
    },
}

/// The records of all shares.
#[derive(Clone)]
pub struct ShareStore {
    redis: Arc<Redis>,
    ordinary: Swap,
    allowed_when_full: Swap,
}

impl ShareStore {
    /// Records behind this connection.
    pub fn new(redis: Arc<Redis>) -> Self {
        Self {
            redis,
            ordinary: Swap::ordinary(),
            allowed_when_full: Swap::allowed_when_full(),
        }
    }

    /// The connection, for what is not about one share.
    pub fn redis(&self) -> &Redis {
        &self.redis
    }

    /// Reads record and fate of one share in one command.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when Redis does not answer, [`StorageError::Corrupt`] when it holds something else.
    pub async fn read(&self, id: ShareId) -> Result<Found, StorageError> {
        let keys = keys(&self.redis, id).map(Value::from).to_vec();
        let (share, fate): (Option<Vec<u8>>, Option<Vec<u8>>) =
            self.redis.call("read a share", "MGET", keys).await?;
        Ok(Found {
            share: share.map(decode).transpose()?,
            fate: fate.map(decode).transpose()?.map(|fate| fate.value),
        })
    }

    /// Reads records and fates of many shares in one command. What is unreadable counts as missing here: who would act on
    /// that must look again by [`Self::read`].
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when Redis does not answer.
    pub async fn read_many(&self, ids: &[ShareId]) -> Result<Vec<Found>, StorageError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let keys = ids
            .iter()
            .flat_map(|id| keys(&self.redis, *id))
            .map(Value::from)
            .collect();
        let stored: Vec<Option<Vec<u8>>> = self.redis.call("read shares", "MGET", keys).await?;
        let mut stored = stored.into_iter();
        let mut found = Vec::with_capacity(ids.len());
        for _ in ids {
            let share = stored.next().flatten().and_then(|bytes| decode(bytes).ok());
            let fate: Option<Stored<Fate>> =
                stored.next().flatten().and_then(|bytes| decode(bytes).ok());
            found.push(Found {
                share,
                fate: fate.map(|fate| fate.value),
            });
        }
        Ok(found)
    }

    /// Writes `next` only if the record is still `read` (`None`: only if there is none). For upload, commit, guess and
    /// reserve: a Redis without room refuses it. With a share's first record, and with its end, its line on the agenda is
    /// written, too: the sweep then looks when the record says, or at once for what the end has left.
    ///
    /// A swap whose reply was lost is sent again with the same bytes and then recognises its own success.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`]: it may or may not have been written.
    pub async fn swap(
        &self,
        id: ShareId,
        read: Option<&Stored<Share>>,
        next: Next,
    ) -> Result<Swapped, StorageError> {
        self.run(&self.ordinary, id, read, next).await
    }

    /// As [`Self::swap`], but also done when Redis has no room: what has begun ends well. For everything after a claim,
    /// for revocation and expiry.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`]: it may or may not have been written.
    pub async fn swap_even_when_full(
        &self,
        id: ShareId,
        read: Option<&Stored<Share>>,
        next: Next,
    ) -> Result<Swapped, StorageError> {
        self.run(&self.allowed_when_full, id, read, next).await
    }

    /// As [`Self::swap`] to a share that goes on, and `replicas` replicas have confirmed it. It lowers the odds that a
    /// failover forgets the write, no more.
    ///
    /// Swap and `WAIT` go over one connection without a retry between them, because a `WAIT` on another connection confirms
    /// nothing; then the record is read back.
    ///
    /// # Errors
    /// [`StorageError::NotReplicated`] when fewer confirmed within a second, else as [`Self::swap`]. The caller must
    /// revoke what may have been written.
    pub async fn swap_confirmed(
        &self,
        id: ShareId,
        read: Option<&Stored<Share>>,
        next: Share,
        replicas: u32,
    ) -> Result<Swapped, StorageError> {
        let next = Next::Share(next);
        let (share, args) = self.ordinary.arguments(&self.redis, id, read, next);
        let args = self.ordinary.with_text(args);
        let (written, confirmed) = self.redis.eval_and_wait(args, replicas).await?;
        if written != 1 {
            return Ok(Swapped::Conflict { resent: false });
        }
        let stored = self.read(id).await?.share;
        if confirmed < replicas || stored != share {
            return Err(StorageError::NotReplicated);
        }
        Ok(Swapped::Done(share))
    }

    async fn run(
        &self,
        script: &Swap,
        id: ShareId,
        read: Option<&Stored<Share>>,
        next: Next,
    ) -> Result<Swapped, StorageError> {
        let (share, args) = script.arguments(&self.redis, id, read, next);
        let (written, resent) = script.send(&self.redis, args).await?;
        Ok(if written == 1 {
            Swapped::Done(share)
        } else {
            Swapped::Conflict { resent }
        })
    }
}

fn decode<T: serde::Serialize + serde::de::DeserializeOwned>(
    bytes: Vec<u8>,
) -> Result<Stored<T>, StorageError> {
    Stored::decode(bytes).map_err(|e| StorageError::Corrupt {
        what: "a record",
        source: Box::new(e),
    })
}

/// Both keys share one hash tag, so that a cluster would keep them together.
pub(super) fn keys(redis: &Redis, id: ShareId) -> [String; 2] {
    [
        redis.key(&format!("{{{id}}}:share")),
        redis.key(&format!("{{{id}}}:fate")),
    ]
}

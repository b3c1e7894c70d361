//! Records in Redis: one generic compare-and-swap over the two keys of a share.

use std::sync::Arc;
use std::time::Duration;

use fred::types::Value;
use fred::types::scripts::Script;

use super::error::StorageError;
use super::redis::Redis;
use crate::share::{Fate, Share, ShareId, Stored, WriterMark};

/// Business rules live in [`crate::share`]; the script only compares and writes.
///
/// "No record" has no writer bytes and is true again after an end. So a record begins only where no fate says that there was
/// one: the first write of an upload, sent again after a lost reply, must not bring back what the sweep has ended meanwhile
/// and whose blob it is about to remove.
///
/// KEYS: share, fate. ARGV: bytes read (empty: no record), new share (empty: delete), its expiry, new fate, its expiry.
const SWAP: &str = r"
local stored = redis.call('GET', KEYS[1]) or ''
if ARGV[2] ~= '' and stored == ARGV[2] then return 1 end
if stored ~= ARGV[1] then
  if ARGV[2] == '' and (redis.call('GET', KEYS[2]) or '') == ARGV[4] then return 1 end
  return 0
end
if ARGV[1] == '' and ARGV[2] ~= '' and redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
redis.call('SET', KEYS[2], ARGV[4], 'PXAT', ARGV[5])
if ARGV[2] == '' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[2], 'PXAT', ARGV[3])
end
return 1
";

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
    ordinary: Script,
    allowed_when_full: Script,
}

impl ShareStore {
    /// Records behind this connection.
    pub fn new(redis: Arc<Redis>) -> Self {
        Self {
            redis,
            ordinary: Script::from_lua(format!("#!lua{SWAP}")),
            allowed_when_full: Script::from_lua(format!("#!lua flags=allow-oom{SWAP}")),
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
        let keys = self.keys(id).map(Value::from).to_vec();
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
            .flat_map(|id| self.keys(*id))
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
    /// reserve: a Redis without room refuses it.
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
        let (share, mut args) = self.arguments(&self.ordinary, id, read, Next::Share(next));
        if let (Some(first), Some(lua)) = (args.first_mut(), self.ordinary.lua()) {
            *first = lua.to_string().into();
        }
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
        script: &Script,
        id: ShareId,
        read: Option<&Stored<Share>>,
        next: Next,
    ) -> Result<Swapped, StorageError> {
        let (share, args) = self.arguments(script, id, read, next);
        let (written, resent) = self.send(script, args).await?;
        Ok(if written == 1 {
            Swapped::Done(share)
        } else {
            Swapped::Conflict { resent }
        })
    }

    fn arguments(
        &self,
        script: &Script,
        id: ShareId,
        read: Option<&Stored<Share>>,
        next: Next,
    ) -> (Option<Stored<Share>>, Vec<Value>) {
        let (share, fate) = match next {
            Next::Share(share) => {
                let fate = share.fate();
                (Some(Stored::encode(share, fresh_mark())), fate)
            }
            Next::End(fate) => (None, fate),
        };
        let share_until = share
            .as_ref()
            .map_or(0, |share| share.value.kept_until().as_millis());
        let fate_until = fate.kept_until().as_millis();
        let fate = Stored::encode(fate, fresh_mark());
        let [share_key, fate_key] = self.keys(id);
        let args: Vec<Value> = vec![
            script.sha1().to_string().into(),
            2.into(),
            share_key.into(),
            fate_key.into(),
            bytes(read.map_or(&[], |read| &read.bytes)),
            bytes(share.as_ref().map_or(&[], |share| &share.bytes)),
            share_until.to_string().into(),
            bytes(&fate.bytes),
            fate_until.to_string().into(),
        ];
        (share, args)
    }

    /// Sends the script by its hash, with its text when Redis does not know it (after a restart or SCRIPT FLUSH), and
    /// again when the outcome is unknown. Answers what it answered, and whether it was sent again.
    async fn send(&self, script: &Script, args: Vec<Value>) -> Result<(u32, bool), StorageError> {
        const OPERATION: &str = "swap a record";
        let mut waits = [50, 250].into_iter();
        let mut resent = false;
        loop {
            let mut sent = self.redis.call(OPERATION, "EVALSHA", args.clone()).await;
            if sent.as_ref().is_err_and(says_noscript) {
                let mut with_text = args.clone();
                if let Some(first) = with_text.first_mut() {
                    *first = script
                        .lua()
                        .map_or(Value::Null, |lua| lua.to_string().into());
                }
                sent = self.redis.call(OPERATION, "EVAL", with_text).await;
            }
            match (sent, waits.next()) {
                (Err(error), Some(wait)) if outcome_is_unknown(&error) => {
                    tokio::time::sleep(Duration::from_millis(wait)).await;
                    resent = true;
                }
                (sent, _) => return Ok((sent?, resent)),
            }
        }
    }

    /// Both keys share one hash tag, so that a cluster would keep them together.
    fn keys(&self, id: ShareId) -> [String; 2] {
        [
            self.redis.key(&format!("{{{id}}}:share")),
            self.redis.key(&format!("{{{id}}}:fate")),
        ]
    }
}

fn fresh_mark() -> WriterMark {
    let mut mark = [0; 8];
    getrandom::fill(&mut mark).expect("the operating system's generator works");
    WriterMark(mark)
}

fn bytes(bytes: &[u8]) -> Value {
    Value::Bytes(bytes.to_vec().into())
}

fn decode<T: serde::Serialize + serde::de::DeserializeOwned>(
    bytes: Vec<u8>,
) -> Result<Stored<T>, StorageError> {
    Stored::decode(bytes).map_err(|e| StorageError::Corrupt {
        what: "a record",
        source: Box::new(e),
    })
}

fn fred_error(error: &StorageError) -> Option<&fred::error::Error> {
    match error {
        StorageError::Unavailable { source, .. } => source.downcast_ref(),
        _ => None,
    }
}

fn says_noscript(error: &StorageError) -> bool {
    fred_error(error).is_some_and(|error| error.details().starts_with("NOSCRIPT"))
}

/// A connection that broke or a reply that did not come; an answer of Redis's own is known.
fn outcome_is_unknown(error: &StorageError) -> bool {
    use fred::error::ErrorKind::{Canceled, IO, Timeout};
    fred_error(error).is_some_and(|error| matches!(error.kind(), IO | Timeout | Canceled))
}

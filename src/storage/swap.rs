//! The one script that writes records: it compares and writes, nothing else.

use std::time::Duration;

use fred::types::Value;
use fred::types::scripts::Script;

use super::agenda::bucket_of;
use super::error::StorageError;
use super::redis::Redis;
use super::share_store::{Next, keys};
use crate::share::{Share, ShareId, Stored, WriterMark};

/// Business rules live in [`crate::share`]; the script only compares and writes.
///
/// "No record" has no writer bytes and is true again after an end. So a record begins only where no fate says that there was
/// one: the first write of an upload, sent again after a lost reply, must not bring back what the sweep has ended meanwhile
/// and whose blob it is about to remove.
///
/// The line of a record is never later than the record, so it is noted in the same write; from there looks find later
/// moments by themselves.
///
/// KEYS: share, fate, agenda. ARGV: bytes read (empty: no record), new share (empty: delete), its expiry, new fate, its
/// expiry, moment to look (empty: as noted before), raw id.
const SWAP: &str = r"
local stored = redis.call('GET', KEYS[1]) or ''
if ARGV[2] ~= '' and stored == ARGV[2] then return 1 end
if stored ~= ARGV[1] then
  if ARGV[2] == '' and (redis.call('GET', KEYS[2]) or '') == ARGV[4] then return 1 end
  return 0
end
if ARGV[1] == '' and ARGV[2] ~= '' and redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
redis.call('SET', KEYS[2], ARGV[4], 'PXAT', ARGV[5])
if ARGV[6] ~= '' then redis.call('ZADD', KEYS[3], ARGV[6], ARGV[7]) end
if ARGV[2] == '' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[2], 'PXAT', ARGV[3])
end
return 1
";

/// The script, known to Redis by its hash.
#[derive(Clone)]
pub(super) struct Swap(Script);

impl Swap {
    /// Refused by a Redis without room.
    pub(super) fn ordinary() -> Self {
        Self(Script::from_lua(format!("#!lua{SWAP}")))
    }

    /// Done even by a Redis without room.
    pub(super) fn allowed_when_full() -> Self {
        Self(Script::from_lua(format!("#!lua flags=allow-oom{SWAP}")))
    }

    /// What the script is given, its hash first, and the record as it will be stored.
    pub(super) fn arguments(
        &self,
        redis: &Redis,
        id: ShareId,
        read: Option<&Stored<Share>>,
        next: Next,
    ) -> (Option<Stored<Share>>, Vec<Value>) {
        let [share_mark, fate_mark] = fresh_marks();
        let (share, fate, look_at) = match next {
            Next::Share(share) => {
                let fate = share.fate();
                let look_at = read.is_none().then(|| share.look_at());
                (Some(Stored::encode(share, share_mark)), fate, look_at)
            }
            Next::End(fate) => (None, fate.clone(), Some(fate.ended())),
        };
        let share_until = share
            .as_ref()
            .map_or(0, |share| share.value.kept_until().as_millis());
        let fate_until = fate.kept_until().as_millis();
        let fate = Stored::encode(fate, fate_mark);
        let [share_key, fate_key] = keys(redis, id);
        let args: Vec<Value> = vec![
            self.0.sha1().to_string().into(),
            3.into(),
            share_key.into(),
            fate_key.into(),
            redis.agenda_key(bucket_of(id)).into(),
            bytes(read.map_or(&[], |read| &read.bytes)),
            bytes(share.as_ref().map_or(&[], |share| &share.bytes)),
            share_until.to_string().into(),
            bytes(&fate.bytes),
            fate_until.to_string().into(),
            look_at
                .map_or_else(String::new, |at| at.as_millis().to_string())
                .into(),
            bytes(id.as_bytes()),
        ];
        (share, args)
    }

    /// The arguments for `EVAL`: with the script's text in place of its hash.
    pub(super) fn with_text(&self, mut args: Vec<Value>) -> Vec<Value> {
        if let (Some(first), Some(lua)) = (args.first_mut(), self.0.lua()) {
            *first = lua.to_string().into();
        }
        args
    }

    /// Sends the script by its hash, with its text when Redis does not know it (after a restart or SCRIPT FLUSH), and
    /// again when the outcome is unknown. Answers what it answered, and whether it was sent again.
    pub(super) async fn send(
        &self,
        redis: &Redis,
        args: Vec<Value>,
    ) -> Result<(u32, bool), StorageError> {
        const OPERATION: &str = "swap a record";
        let mut waits = [50, 250].into_iter();
        let mut resent = false;
        loop {
            let mut sent = redis.call(OPERATION, "EVALSHA", args.clone()).await;
            if sent.as_ref().is_err_and(says_noscript) {
                sent = redis
                    .call(OPERATION, "EVAL", self.with_text(args.clone()))
                    .await;
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
}

fn fresh_marks() -> [WriterMark; 2] {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the operating system's generator works");
    let [a @ .., _, _, _, _, _, _, _, _] = bytes;
    let [_, _, _, _, _, _, _, _, b @ ..] = bytes;
    [WriterMark(a), WriterMark(b)]
}

fn bytes(bytes: &[u8]) -> Value {
    Value::Bytes(bytes.to_vec().into())
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

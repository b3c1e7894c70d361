//! The agenda: sixteen sorted sets of raw ids, scored by the next moment to look. A hint, never decisive.

use fred::types::Value;
use futures_util::future::try_join_all;

use super::error::StorageError;
use super::redis::Redis;
use crate::share::{ShareId, Timestamp};

pub(super) const BUCKETS: u8 = 16;

impl Redis {
    /// Notes when to look at a share next, replacing an earlier note.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when Redis does not answer; the background scan mends a missing note.
    pub async fn note(&self, id: ShareId, at: Timestamp) -> Result<(), StorageError> {
        let args = vec![
            self.agenda_key(bucket_of(id)).into(),
            at.as_millis().to_string().into(),
            raw(id),
        ];
        self.call::<Value>("note a share on the agenda", "ZADD", args)
            .await
            .map(drop)
    }

    /// Notes when to look at a share next unless there is an earlier note already.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when Redis does not answer.
    pub async fn note_no_later(&self, id: ShareId, at: Timestamp) -> Result<(), StorageError> {
        let args = vec![
            self.agenda_key(bucket_of(id)).into(),
            "LT".into(),
            at.as_millis().to_string().into(),
            raw(id),
        ];
        self.call::<Value>("mend the agenda", "ZADD", args)
            .await
            .map(drop)
    }

    /// Takes a share off the agenda and says whether it was on it: of many who try, one hears yes.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when Redis does not answer.
    pub async fn strike(&self, id: ShareId) -> Result<bool, StorageError> {
        let args = vec![self.agenda_key(bucket_of(id)).into(), raw(id)];
        let removed: u32 = self
            .call("strike a share off the agenda", "ZREM", args)
            .await?;
        Ok(removed == 1)
    }

    /// Takes shares off the agenda, whether they are on it or not.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when Redis does not answer; some may be off it.
    pub async fn strike_all(&self, ids: &[ShareId]) -> Result<(), StorageError> {
        let buckets = (0..BUCKETS).filter_map(|bucket| {
            let members = ids.iter().filter(|id| bucket_of(**id) == bucket);
            let mut args = vec![self.agenda_key(bucket).into()];
            args.extend(members.map(|id| raw(*id)));
            (args.len() > 1).then(|| self.call::<u32>("strike shares off the agenda", "ZREM", args))
        });
        try_join_all(buckets).await.map(drop)
    }

    /// Up to `limit` shares of each bucket whose moment has come.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when Redis does not answer.
    pub async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<ShareId>, StorageError> {
        let mut due = Vec::new();
        for bucket in 0..BUCKETS {
            let args = vec![
                self.agenda_key(bucket).into(),
                "-inf".into(),
                now.as_millis().to_string().into(),
                "LIMIT".into(),
                0.into(),
                i64::from(limit).into(),
            ];
            let ids: Vec<Value> = self.call("read the agenda", "ZRANGEBYSCORE", args).await?;
            due.extend(ids.iter().filter_map(parse));
        }
        Ok(due)
    }

    /// How many shares are on the agenda.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when Redis does not answer.
    pub async fn agenda_len(&self) -> Result<u64, StorageError> {
        let counts = (0..BUCKETS).map(|bucket| {
            let args = vec![self.agenda_key(bucket).into()];
            self.call::<u64>("count the agenda", "ZCARD", args)
        });
        Ok(try_join_all(counts).await?.into_iter().sum())
    }

    pub(super) fn agenda_key(&self, bucket: u8) -> String {
        self.key(&format!("agenda:{bucket:x}"))
    }
}

pub(super) fn bucket_of(id: ShareId) -> u8 {
    let [first, ..] = id.as_bytes();
    first >> 4
}

fn raw(id: ShareId) -> Value {
    Value::Bytes(id.as_bytes().to_vec().into())
}

pub(super) fn parse(member: &Value) -> Option<ShareId> {
    let bytes: [u8; 16] = member.as_bytes()?.try_into().ok()?;
    Some(ShareId::from_bytes(bytes))
}

//! The agenda: sixteen sorted sets of raw ids, scored by the next moment to look. A hint, never decisive.

use fred::types::Value;

use super::error::StorageError;
use super::redis::Redis;
use crate::share::{ShareId, Timestamp};

const BUCKETS: u8 = 16;

/// Where a page of the agenda ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgendaCursor {
    /// The bucket of the last entry.
    pub bucket: u8,
    /// How many entries of it were seen.
    pub seen: u32,
}

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
        let mut sum = 0;
        for bucket in 0..BUCKETS {
            let count: u64 = self
                .call(
                    "count the agenda",
                    "ZCARD",
                    vec![self.agenda_key(bucket).into()],
                )
                .await?;
            sum += count;
        }
        Ok(sum)
    }

    /// Up to `limit` shares after `cursor`, with the cursor behind each. Shares whose moment moves between two pages may
    /// be seen twice or not at all.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when Redis does not answer.
    pub async fn agenda_page(
        &self,
        cursor: Option<AgendaCursor>,
        limit: u32,
    ) -> Result<Vec<(ShareId, AgendaCursor)>, StorageError> {
        let mut at = cursor.unwrap_or(AgendaCursor { bucket: 0, seen: 0 });
        let mut page = Vec::new();
        while at.bucket < BUCKETS {
            let wanted = limit.saturating_sub(u32::try_from(page.len()).unwrap_or(limit));
            if wanted == 0 {
                break;
            }
            let last = at.seen.saturating_add(wanted).saturating_sub(1);
            let args = vec![
                self.agenda_key(at.bucket).into(),
                i64::from(at.seen).into(),
                i64::from(last).into(),
            ];
            let ids: Vec<Value> = self.call("page through the agenda", "ZRANGE", args).await?;
            for id in &ids {
                at.seen = at.seen.saturating_add(1);
                if let Some(id) = parse(id) {
                    page.push((id, at));
                }
            }
            if ids.len() < usize::try_from(wanted).unwrap_or(usize::MAX) {
                at = AgendaCursor {
                    bucket: at.bucket + 1,
                    seen: 0,
                };
            }
        }
        Ok(page)
    }

    fn agenda_key(&self, bucket: u8) -> String {
        self.key(&format!("agenda:{bucket:x}"))
    }
}

fn bucket_of(id: ShareId) -> u8 {
    let [first, ..] = id.as_bytes();
    first >> 4
}

fn raw(id: ShareId) -> Value {
    Value::Bytes(id.as_bytes().to_vec().into())
}

fn parse(member: &Value) -> Option<ShareId> {
    let bytes: [u8; 16] = member.as_bytes()?.try_into().ok()?;
    Some(ShareId::from_bytes(bytes))
}

//! The agenda: sixteen sorted sets of raw ids, scored by the next moment to look. A hint, never decisive.

use std::fmt;
use std::str::FromStr;

use fred::types::Value;
use futures_util::future::try_join_all;

use super::error::StorageError;
use super::redis::Redis;
use crate::share::{ShareId, Timestamp};

const BUCKETS: u8 = 16;

/// A place on the agenda, behind what was seen. It holds no id, and stays where it is when what was seen goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgendaCursor {
    bucket: u8,
    /// The moment of the last entry seen.
    score: u64,
    /// How many entries of that very moment were seen.
    seen: u32,
}

/// Some entries of the agenda, each with the place behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgendaPage {
    /// The entries.
    pub shares: Vec<(ShareId, AgendaCursor)>,
    /// The place behind them all; `None`: there was nothing more.
    pub next: Option<AgendaCursor>,
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
        let counts = (0..BUCKETS).map(|bucket| {
            let args = vec![self.agenda_key(bucket).into()];
            self.call::<u64>("count the agenda", "ZCARD", args)
        });
        Ok(try_join_all(counts).await?.into_iter().sum())
    }

    /// Up to `limit` shares behind `cursor`. A share whose moment moves between two pages may be seen twice or not at all.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when Redis does not answer.
    pub async fn agenda_page(
        &self,
        cursor: Option<AgendaCursor>,
        limit: u32,
    ) -> Result<AgendaPage, StorageError> {
        let mut at = cursor.unwrap_or(AgendaCursor::start_of(0));
        let mut left = limit;
        let mut shares = Vec::new();
        while left > 0 && at.bucket < BUCKETS {
            let args = vec![
                self.agenda_key(at.bucket).into(),
                at.score.to_string().into(),
                "+inf".into(),
                "WITHSCORES".into(),
                "LIMIT".into(),
                i64::from(at.seen).into(),
                i64::from(left).into(),
            ];
            let entries: Vec<Value> = self
                .call("page through the agenda", "ZRANGEBYSCORE", args)
                .await?;
            let (entries, _) = entries.as_chunks();
            for [member, score] in entries {
                at = at.behind(score);
                shares.extend(parse(member).map(|id| (id, at)));
            }
            let came = u32::try_from(entries.len()).unwrap_or(left);
            if came < left {
                at = AgendaCursor::start_of(at.bucket + 1);
            }
            left -= came.min(left);
        }
        Ok(AgendaPage {
            shares,
            next: (at.bucket < BUCKETS).then_some(at),
        })
    }

    fn agenda_key(&self, bucket: u8) -> String {
        self.key(&format!("agenda:{bucket:x}"))
    }
}

impl AgendaCursor {
    fn start_of(bucket: u8) -> Self {
        Self {
            bucket,
            score: 0,
            seen: 0,
        }
    }

    /// The place behind the next entry, whose moment Redis gives as this text.
    fn behind(self, score: &Value) -> Self {
        let score = score.as_string().and_then(|score| score.parse().ok());
        let score = score.unwrap_or(self.score);
        Self {
            bucket: self.bucket,
            score,
            seen: if score == self.score {
                self.seen.saturating_add(1)
            } else {
                1
            },
        }
    }
}

impl fmt::Display for AgendaCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.bucket, self.score, self.seen)
    }
}

/// A text that is no place on the agenda.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoCursor;

impl FromStr for AgendaCursor {
    type Err = NoCursor;

    /// Reads what [`fmt::Display`] writes, and nothing else.
    fn from_str(text: &str) -> Result<Self, NoCursor> {
        let (bucket, rest) = text.split_once('.').ok_or(NoCursor)?;
        let (score, seen) = rest.split_once('.').ok_or(NoCursor)?;
        let cursor = Self {
            bucket: bucket.parse().map_err(|_| NoCursor)?,
            score: score.parse().map_err(|_| NoCursor)?,
            seen: seen.parse().map_err(|_| NoCursor)?,
        };
        if cursor.bucket < BUCKETS && cursor.to_string() == text {
            Ok(cursor)
        } else {
            Err(NoCursor)
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_on_the_agenda_reads_back_and_nothing_else_does() {
        let place = AgendaCursor {
            bucket: 15,
            score: 1_800_000_000_000,
            seen: 3,
        };
        assert_eq!("15.1800000000000.3".parse(), Ok(place));
        for other in [
            "", "15", "3.4", "16.0.0", "-1.0.0", "+1.0.0", "1.0.0.0", "01.0.0", "1.x.0", "1.0.",
        ] {
            assert_eq!(other.parse::<AgendaCursor>(), Err(NoCursor), "{other}");
        }
    }

    #[test]
    fn entries_of_one_moment_are_told_apart_by_their_number() {
        let score = |text: &str| Value::String(text.into());
        let at = AgendaCursor::start_of(2).behind(&score("7"));
        assert_eq!(at.to_string(), "2.7.1");
        assert_eq!(at.behind(&score("7")).to_string(), "2.7.2");
        assert_eq!(at.behind(&score("9")).to_string(), "2.9.1");
    }
}

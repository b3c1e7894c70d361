//! The agenda page by page: whoever goes on where a page ended misses nothing that stayed, whatever was struck meanwhile.

use std::fmt;
use std::str::FromStr;

use fred::types::Value;

use super::agenda::{BUCKETS, bucket_of, parse};
use super::error::StorageError;
use super::redis::Redis;
use crate::share::ShareId;

/// A place on the agenda: behind an entry that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgendaCursor {
    /// The moment of that entry.
    score: u64,
    /// How many entries of that very moment were seen, it included. Only a hint: some may have been struck.
    seen: u32,
    /// Its share; entries of one moment are in the order of their ids.
    id: ShareId,
}

/// Some entries of the agenda, each with the place behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgendaPage {
    /// The entries.
    pub shares: Vec<(ShareId, AgendaCursor)>,
    /// The place behind them all; `None`: there was nothing more.
    pub next: Option<AgendaCursor>,
}

/// Where to read on in one bucket: past `seen` entries of this moment.
#[derive(Clone, Copy)]
struct Spot {
    bucket: u8,
    score: u64,
    seen: u32,
}

impl Redis {
    /// Up to `limit` shares behind `cursor`. A share whose moment moves between two pages may be seen twice or not at all.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when Redis does not answer.
    pub async fn agenda_page(
        &self,
        cursor: Option<AgendaCursor>,
        limit: u32,
    ) -> Result<AgendaPage, StorageError> {
        let mut spot = cursor.map_or(Spot::start_of(0), |cursor| cursor.spot(limit));
        let mut again = cursor.map_or(0, |cursor| cursor.seen - spot.seen);
        let mut shares: Vec<(ShareId, AgendaCursor)> = Vec::new();
        let mut left = limit;
        while left > 0 && spot.bucket < BUCKETS {
            let most = left.saturating_add(again);
            let entries = self.entries(spot, most).await?;
            let (entries, _) = entries.as_chunks();
            for [member, score] in entries {
                spot = spot.past(score);
                let Some(id) = parse(member) else { continue };
                let here = AgendaCursor {
                    score: spot.score,
                    seen: spot.seen,
                    id,
                };
                if left > 0 && cursor.is_none_or(|cursor| cursor.is_before(&here)) {
                    shares.push((id, here));
                    left -= 1;
                }
            }
            if left > 0 && u32::try_from(entries.len()).is_ok_and(|came| came < most) {
                spot = Spot::start_of(spot.bucket + 1);
            }
            again = 0;
        }
        let last = shares.last().map(|(_, last)| *last).or(cursor);
        let next = last.filter(|_| spot.bucket < BUCKETS);
        Ok(AgendaPage { shares, next })
    }

    /// Ids and scores in turn.
    async fn entries(&self, spot: Spot, most: u32) -> Result<Vec<Value>, StorageError> {
        let args = vec![
            self.agenda_key(spot.bucket).into(),
            spot.score.to_string().into(),
            "+inf".into(),
            "WITHSCORES".into(),
            "LIMIT".into(),
            i64::from(spot.seen).into(),
            i64::from(most).into(),
        ];
        self.call("page through the agenda", "ZRANGEBYSCORE", args)
            .await
    }
}

impl Spot {
    fn start_of(bucket: u8) -> Self {
        Self {
            bucket,
            score: 0,
            seen: 0,
        }
    }

    /// Past the next entry, whose moment Redis gives as this text.
    fn past(self, score: &Value) -> Self {
        let score = score.as_string().and_then(|score| score.parse().ok());
        let score = score.unwrap_or(self.score);
        let seen = if score == self.score { self.seen } else { 0 };
        Self {
            score,
            seen: seen.saturating_add(1),
            ..self
        }
    }
}

impl AgendaCursor {
    /// Goes back by a page among the entries of its moment: as many as one page shows may have been struck.
    fn spot(self, page: u32) -> Spot {
        Spot {
            bucket: bucket_of(self.id),
            score: self.score,
            seen: self.seen.saturating_sub(page),
        }
    }

    /// Whether an entry that comes from its bucket on was not seen yet.
    fn is_before(self, entry: &Self) -> bool {
        let order = |cursor: &Self| (bucket_of(cursor.id), cursor.score, cursor.id);
        order(&self) < order(entry)
    }
}

impl fmt::Display for AgendaCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.score, self.seen, self.id)
    }
}

/// A text that is no place on the agenda.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoCursor;

impl FromStr for AgendaCursor {
    type Err = NoCursor;

    /// Reads what [`fmt::Display`] writes, and nothing else.
    fn from_str(text: &str) -> Result<Self, NoCursor> {
        let (score, rest) = text.split_once('.').ok_or(NoCursor)?;
        let (seen, id) = rest.split_once('.').ok_or(NoCursor)?;
        let cursor = Self {
            score: score.parse().map_err(|_| NoCursor)?,
            seen: seen.parse().map_err(|_| NoCursor)?,
            id: ShareId::parse(id).ok_or(NoCursor)?,
        };
        if cursor.to_string() == text {
            Ok(cursor)
        } else {
            Err(NoCursor)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_on_the_agenda_reads_back_and_nothing_else_does() {
        let id = "f0000000-0000-4000-8000-000000000001";
        let place = AgendaCursor {
            score: 1_800_000_000_000,
            seen: 3,
            id: ShareId::parse(id).unwrap(),
        };
        assert_eq!(format!("1800000000000.3.{id}").parse(), Ok(place));
        for other in [
            String::new(),
            id.to_owned(),
            "15".to_owned(),
            format!("3.{id}"),
            format!("-1.0.{id}"),
            format!("+1.0.{id}"),
            format!("01.0.{id}"),
            format!("1.x.{id}"),
            format!("1.0.{id}."),
            "1.0.1".to_owned(),
        ] {
            assert_eq!(other.parse::<AgendaCursor>(), Err(NoCursor), "{other}");
        }
    }

    #[test]
    fn entries_of_one_moment_are_told_apart_by_their_number() {
        let score = |text: &str| Value::String(text.into());
        let spot = Spot::start_of(2).past(&score("7")).past(&score("7"));
        assert_eq!((spot.bucket, spot.score, spot.seen), (2, 7, 2));
        let spot = spot.past(&score("9"));
        assert_eq!((spot.score, spot.seen), (9, 1));
    }
}

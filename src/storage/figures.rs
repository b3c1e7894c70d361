//! What Redis keeps for the operator's figures: counters by the hour, and the last census of all shares.
//!
//! Hints, never decisive. They hold numbers only, nothing of any single share, and die by their own time to live.

use std::collections::BTreeMap;
use std::time::Duration;

use super::error::StorageError;
use super::redis::Redis;
use crate::share::{Hour, Timestamp, Visible};

/// From the last count of an hour; two hours more than anybody looks back.
const COUNTERS_KEPT_SECONDS: u64 = 26 * 3600;
/// Older counts would pass for present ones.
const CENSUS_KEPT: Duration = Duration::from_hours(1);

/// An increment revives a key whose time is over, so its new end is part of the same write.
///
/// KEYS: the hour. ARGV: seconds to keep it, then field and increment in turn.
const COUNT: &str = r"#!lua
for i = 2, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 1
";

/// How many shares there were in each state when somebody last looked at all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Census {
    /// When the count was complete.
    pub at: Timestamp,
    /// Shares by state; states that are not there had none.
    pub shares: BTreeMap<Visible, u64>,
}

impl Redis {
    /// Adds to the counters of an hour. Any number of servers add up.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`]: it may or may not have been added.
    pub async fn add_to_hour(
        &self,
        hour: Hour,
        added: &[(&'static str, u64)],
    ) -> Result<(), StorageError> {
        let mut args = vec![
            COUNT.into(),
            1.into(),
            self.hour_key(hour).into(),
            COUNTERS_KEPT_SECONDS.to_string().into(),
        ];
        for (field, by) in added {
            args.push((*field).into());
            args.push(by.to_string().into());
        }
        self.call("add to the counters of the hour", "EVAL", args)
            .await
    }

    /// The counters of an hour in the order of `fields`; 0 for what was never counted.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when Redis does not answer.
    pub async fn counters_of_hour(
        &self,
        hour: Hour,
        fields: &[&'static str],
    ) -> Result<Vec<u64>, StorageError> {
        let mut args = vec![self.hour_key(hour).into()];
        args.extend(fields.iter().map(|field| (*field).into()));
        let counts: Vec<Option<i64>> = self
            .call("read the counters of an hour", "HMGET", args)
            .await?;
        let counts = counts.into_iter();
        Ok(counts
            .map(|count| count.and_then(|count| count.try_into().ok()).unwrap_or(0))
            .collect())
    }

    /// Keeps a census for an hour, in place of the one before.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when Redis does not answer.
    pub async fn keep_census(&self, census: &Census) -> Result<(), StorageError> {
        let milliseconds = i64::try_from(CENSUS_KEPT.as_millis()).unwrap_or(i64::MAX);
        let args = vec![
            self.key("census").into(),
            census.written().into(),
            "PX".into(),
            milliseconds.into(),
        ];
        self.call("keep the census", "SET", args).await
    }

    /// The last census, if there was one within the hour.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when Redis does not answer.
    pub async fn census(&self) -> Result<Option<Census>, StorageError> {
        let args = vec![self.key("census").into()];
        let text: Option<String> = self.call("read the census", "GET", args).await?;
        Ok(text.as_deref().and_then(Census::read))
    }

    fn hour_key(&self, hour: Hour) -> String {
        self.key(&format!("hours:{}", hour.number()))
    }
}

impl Census {
    /// Its time in milliseconds, then `state=count` for each state.
    fn written(&self) -> String {
        let counts = self
            .shares
            .iter()
            .map(|(state, count)| format!(" {}={count}", state.word()));
        format!("{}{}", self.at.as_millis(), counts.collect::<String>())
    }

    /// A state that only another release knows is left out.
    fn read(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let at = Timestamp::from_millis(words.next()?.parse().ok()?);
        let shares = words.filter_map(|word| {
            let (state, count) = word.split_once('=')?;
            Some((Visible::from_word(state)?, count.parse().ok()?))
        });
        Some(Self {
            at,
            shares: shares.collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_census_reads_back_and_what_another_release_added_is_left_out() {
        let census = Census {
            at: Timestamp::from_millis(1_800_000_000_000),
            shares: BTreeMap::from([(Visible::Available, 3), (Visible::BrokenOff, 0)]),
        };
        let text = census.written();
        assert_eq!(text, "1800000000000 available=3 broken_off=0");
        assert_eq!(Census::read(&text), Some(census.clone()));
        assert_eq!(Census::read(&format!("{text} thawing=7")), Some(census));
        for nonsense in ["", "soon", "soon available=3"] {
            assert_eq!(Census::read(nonsense), None, "{nonsense:?}");
        }
    }
}

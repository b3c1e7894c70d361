//! What the operator should look at, from the same facts as `/health`.

use std::time::Duration;

use crate::vault::{Counted, Health, Reason, Stats};

use super::language::Language;

/// Sweeps come every few seconds; one that is so late does not come by itself.
const SWEEP_LATE: Duration = Duration::from_mins(1);

/// One thing to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Attention {
    /// The message of `locales/` that says what it is and what to do.
    message: &'static str,
    /// How many, where the message says so.
    count: u64,
}

impl Attention {
    /// A stable word for programs: the message's name without what all of them begin with.
    pub(super) fn kind(self) -> &'static str {
        self.message
            .strip_prefix("admin-need-")
            .unwrap_or(self.message)
    }

    /// What it is and what to do, in a sentence or two.
    pub(super) fn detail(self, language: Language) -> String {
        language.say_with(self.message, &[("count", self.count.into())])
    }
}

/// Everything to look at, the gravest first; nothing when all is well.
pub(super) fn attention(health: &Health, stats: &Stats) -> Vec<Attention> {
    let reasons = health.redis.reasons.iter().chain(&health.storage.reasons);
    let mut found: Vec<Attention> = reasons.map(|reason| plain(message(*reason))).collect();
    let (free, floor) = (stats.free_bytes, stats.floor_bytes);
    if free >= floor && free < floor.saturating_mul(2) {
        found.push(plain("admin-need-room-soon"));
    }
    let late = |swept| stats.at.since(swept) > SWEEP_LATE;
    if stats.last_sweep_at.is_none_or(late) {
        found.push(plain("admin-need-sweep"));
    }
    let recent = stats.last_24h.iter().rev().take(2);
    let errors: u64 = recent.map(|hour| hour.get(Counted::Errors)).sum();
    if errors > 0 {
        found.push(Attention {
            message: "admin-need-errors",
            count: errors,
        });
    }
    found
}

fn plain(message: &'static str) -> Attention {
    Attention { message, count: 0 }
}

const fn message(reason: Reason) -> &'static str {
    match reason {
        Reason::RedisAway => "admin-need-redis-away",
        Reason::RedisReplica => "admin-need-redis-replica",
        Reason::RedisRefuses => "admin-need-redis-refuses",
        Reason::RedisEvicts => "admin-need-redis-evicts",
        Reason::RedisFull => "admin-need-redis-full",
        Reason::RedisForgets => "admin-need-redis-forgets",
        Reason::ClocksDiffer => "admin-need-clocks",
        Reason::RecordsLost => "admin-need-records",
        Reason::FolderUnwritable => "admin-need-folder",
        Reason::RoomShort => "admin-need-room",
        Reason::RoomUnknown => "admin-need-room-unknown",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::share::Timestamp;
    use crate::vault::{Dependency, Wellness};

    const GIB: u64 = 1 << 30;

    fn well() -> (Health, Stats) {
        let part = || Dependency {
            wellness: Wellness::Ok,
            reasons: Vec::new(),
        };
        let at = Timestamp::from_millis(1_795_000_000_000);
        let stats = Stats {
            at,
            shares: BTreeMap::new(),
            counted_at: None,
            listed: 0,
            bytes: 0,
            transfers: 0,
            free_bytes: 50 * GIB,
            floor_bytes: GIB,
            disk_bytes: 100 * GIB,
            last_sweep_at: Some(at),
            last_24h: Vec::new(),
        };
        let (redis, storage) = (part(), part());
        (Health { redis, storage }, stats)
    }

    fn kinds(health: &Health, stats: &Stats) -> Vec<&'static str> {
        let found = attention(health, stats);
        found.into_iter().map(Attention::kind).collect()
    }

    #[test]
    fn a_server_that_is_well_needs_nothing() {
        let (health, stats) = well();
        assert!(attention(&health, &stats).is_empty());
    }

    #[test]
    fn what_health_says_comes_first_then_room_and_sweeps() {
        let (mut health, mut stats) = well();
        health.redis.reasons = vec![Reason::RedisForgets];
        stats.free_bytes = GIB + 1;
        stats.at = stats.at.plus(SWEEP_LATE + Duration::from_millis(1));
        assert_eq!(
            kinds(&health, &stats),
            ["redis-forgets", "room-soon", "sweep"]
        );
        stats.last_sweep_at = None;
        stats.free_bytes = GIB - 1;
        health.storage.reasons = vec![Reason::RoomShort];
        assert_eq!(kinds(&health, &stats), ["redis-forgets", "room", "sweep"]);
    }

    #[test]
    fn what_it_says_names_the_number() {
        let errors = Attention {
            message: "admin-need-errors",
            count: 3,
        };
        let words = errors.detail(Language::default());
        assert!(words.starts_with("3 requests"), "{words}");
    }
}

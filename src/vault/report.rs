use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::error_chain::error_chain;
use crate::share::Timestamp;

use super::Vault;

/// How far the machine's clock may be from Redis's.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(2);

/// How well a part of the system is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wellness {
    /// As it should be.
    Ok,
    /// It works, and somebody should look.
    Degraded,
    /// It does not work.
    Failing,
}

impl Wellness {
    /// The word used in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Degraded => "degraded",
            Self::Failing => "failing",
        }
    }
}

/// What is not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Redis is away, or still loading.
    RedisAway,
    /// What answers is a replica.
    RedisReplica,
    /// Redis answers and takes no writes.
    RedisRefuses,
    /// The policy throws keys away when memory is short.
    RedisEvicts,
    /// `maxmemory` is reached.
    RedisFull,
    /// A restart of Redis would lose shares.
    RedisForgets,
    /// By more than is tolerated.
    ClocksDiffer,
    /// Records were missing or unreadable before their end.
    RecordsLost,
    /// Permissions, mount or disk.
    FolderUnwritable,
    /// Uploads are refused.
    RoomShort,
    /// The file system does not say.
    RoomUnknown,
}

impl Reason {
    /// The fixed words used in JSON.
    pub const fn words(self) -> &'static str {
        match self {
            Self::RedisAway => "redis does not answer",
            Self::RedisReplica => "redis is a read-only replica",
            Self::RedisRefuses => "redis refuses to write",
            Self::RedisEvicts => "redis may evict shares",
            Self::RedisFull => "redis has no memory left",
            Self::RedisForgets => "redis has no append-only file",
            Self::ClocksDiffer => "the clocks of redis and this machine differ",
            Self::RecordsLost => "redis has lost records before their time",
            Self::FolderUnwritable => "the blob folder cannot be written",
            Self::RoomShort => "less room is free than MIN_FREE",
            Self::RoomUnknown => "the free space cannot be read",
        }
    }
}

/// One dependency, asked just now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// How well it is.
    pub wellness: Wellness,
    /// Why; empty when all is well.
    pub reasons: Vec<Reason>,
}

/// All dependencies, asked just now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Redis: answer, role, clock, policy, append-only file.
    pub redis: Dependency,
    /// The blob folder: writable, room.
    pub storage: Dependency,
}

impl Health {
    /// The worst of all.
    pub fn overall(&self) -> Wellness {
        self.redis.wellness.max(self.storage.wellness)
    }
}

impl Dependency {
    fn well() -> Self {
        Self {
            wellness: Wellness::Ok,
            reasons: Vec::new(),
        }
    }

    fn add(&mut self, wellness: Wellness, reason: Reason) {
        self.wellness = self.wellness.max(wellness);
        self.reasons.push(reason);
    }
}

impl Vault {
    /// Asks every dependency for real. `wall` is the machine's clock.
    pub async fn health(&self, wall: Timestamp) -> Health {
        let (redis, storage) = tokio::join!(self.redis_health(wall), self.storage_health());
        Health { redis, storage }
    }

    async fn redis_health(&self, wall: Timestamp) -> Dependency {
        let mut redis = Dependency::well();
        let (facts, clock) = tokio::join!(self.redis().facts(), self.redis().read_clock());
        let (Ok(facts), Ok(clock)) = (facts, clock) else {
            redis.add(Wellness::Failing, Reason::RedisAway);
            return redis;
        };
        if facts.loading {
            redis.add(Wellness::Failing, Reason::RedisAway);
        } else if !facts.is_primary() {
            redis.add(Wellness::Failing, Reason::RedisReplica);
        } else if let Err(error) = self.redis().probe().await {
            tracing::warn!(error = error_chain(&error), "Redis refuses to write");
            redis.add(Wellness::Failing, Reason::RedisRefuses);
        }
        if facts.maxmemory_policy != "noeviction" {
            redis.add(Wellness::Degraded, Reason::RedisEvicts);
        }
        if facts.full {
            redis.add(Wellness::Degraded, Reason::RedisFull);
        }
        if !facts.append_only {
            redis.add(Wellness::Degraded, Reason::RedisForgets);
        }
        if clock.since(wall).max(wall.since(clock)) > CLOCK_TOLERANCE {
            redis.add(Wellness::Degraded, Reason::ClocksDiffer);
        }
        if self.inner.unresolved.load(Ordering::Relaxed) > 0 {
            redis.add(Wellness::Degraded, Reason::RecordsLost);
        }
        redis
    }

    async fn storage_health(&self) -> Dependency {
        let mut storage = Dependency::well();
        if self.inner.blobs.probe().await.is_err() {
            storage.add(Wellness::Failing, Reason::FolderUnwritable);
        }
        match self.inner.blobs.space().await {
            Ok(space) if space.free < space.floor => {
                storage.add(Wellness::Degraded, Reason::RoomShort);
            }
            Ok(_) => {}
            Err(_) => storage.add(Wellness::Failing, Reason::RoomUnknown),
        }
        storage
    }
}

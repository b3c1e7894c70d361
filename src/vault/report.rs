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

/// One dependency, asked just now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// How well it is.
    pub wellness: Wellness,
    /// Why, in fixed words; empty when all is well.
    pub reasons: Vec<&'static str>,
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

    fn add(&mut self, wellness: Wellness, reason: &'static str) {
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
            redis.add(Wellness::Failing, "redis does not answer");
            return redis;
        };
        if facts.loading {
            redis.add(Wellness::Failing, "redis does not answer");
        } else if !facts.is_primary() {
            redis.add(Wellness::Failing, "redis is a read-only replica");
        } else if let Err(error) = self.redis().probe().await {
            tracing::warn!(error = error_chain(&error), "Redis refuses to write");
            redis.add(Wellness::Failing, "redis refuses to write");
        }
        if facts.maxmemory_policy != "noeviction" {
            redis.add(Wellness::Degraded, "redis may evict shares");
        }
        if facts.full {
            redis.add(Wellness::Degraded, "redis has no memory left");
        }
        if !facts.append_only {
            redis.add(Wellness::Degraded, "redis has no append-only file");
        }
        if clock.since(wall).max(wall.since(clock)) > CLOCK_TOLERANCE {
            redis.add(
                Wellness::Degraded,
                "the clocks of redis and this machine differ",
            );
        }
        if self.inner.unresolved.load(Ordering::Relaxed) > 0 {
            redis.add(
                Wellness::Degraded,
                "redis has lost records before their time",
            );
        }
        redis
    }

    async fn storage_health(&self) -> Dependency {
        let mut storage = Dependency::well();
        if self.inner.blobs.probe().await.is_err() {
            storage.add(Wellness::Failing, "the blob folder cannot be written");
        }
        match self.inner.blobs.space().await {
            Ok(space) if space.free < space.floor => {
                storage.add(Wellness::Degraded, "less room is free than MIN_FREE");
            }
            Ok(_) => {}
            Err(_) => storage.add(Wellness::Failing, "the free space cannot be read"),
        }
        storage
    }
}

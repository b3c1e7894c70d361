use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::error_chain::error_chain;
use crate::share::{Share, ShareId, Timestamp, Visible};
use crate::storage::{AgendaCursor, Found, StorageError};

use super::Vault;

/// Records read in one command.
const PAGE: u32 = 500;
/// How far the machine's clock may be from Redis's.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(2);

/// One line of the operator's list: never a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareLine {
    /// The share.
    pub id: ShareId,
    /// Its state.
    pub state: Visible,
    /// Content bytes.
    pub size: u64,
    /// When the upload began.
    pub created_at: Timestamp,
    /// When it ends unopened.
    pub expires_at: Timestamp,
}

/// A page of the operator's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharePage {
    /// The lines.
    pub shares: Vec<ShareLine>,
    /// Where the next page begins, if there may be one.
    pub next: Option<String>,
}

/// The operator's numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stats {
    /// Living shares by state; every state is there.
    pub shares: BTreeMap<Visible, u64>,
    /// Content bytes held.
    pub bytes: u64,
    /// Transfers running in this process.
    pub transfers: u64,
    /// Bytes free on the blobs' file system.
    pub free_bytes: u64,
    /// When this process last swept.
    pub last_sweep_at: Option<Timestamp>,
}

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
    /// A page of living shares, in the order of the agenda; with `state`, only those in it.
    ///
    /// # Errors
    /// [`StorageError`] when Redis does not answer.
    pub async fn list(
        &self,
        state: Option<Visible>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<SharePage, StorageError> {
        let now = self.now().await?;
        let mut cursor = after.and_then(parse_cursor);
        let mut shares = Vec::new();
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        while shares.len() < wanted {
            let page = self.redis().agenda_page(cursor, PAGE).await?;
            let ids: Vec<ShareId> = page.iter().map(|(id, _)| *id).collect();
            let found = self.inner.store.read_many(&ids).await?;
            for ((id, behind), found) in page.iter().zip(found) {
                cursor = Some(*behind);
                let line = line(*id, &found, now);
                shares.extend(line.filter(|line| state.is_none_or(|state| line.state == state)));
                if shares.len() == wanted {
                    break;
                }
            }
            if shares.len() < wanted && page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX) {
                return Ok(SharePage { shares, next: None });
            }
        }
        let next = cursor.map(|cursor| format!("{}.{}", cursor.bucket, cursor.seen));
        Ok(SharePage { shares, next })
    }

    /// The operator's numbers.
    ///
    /// # Errors
    /// [`StorageError`] when Redis or the file system does not answer.
    pub async fn stats(&self) -> Result<Stats, StorageError> {
        let mut shares: BTreeMap<Visible, u64> =
            Visible::ALL.into_iter().map(|state| (state, 0)).collect();
        let now = self.now().await?;
        let mut cursor = None;
        loop {
            let page = self.redis().agenda_page(cursor, PAGE).await?;
            let ids: Vec<ShareId> = page.iter().map(|(id, _)| *id).collect();
            for (id, found) in ids.iter().zip(self.inner.store.read_many(&ids).await?) {
                if let Some(line) = line(*id, &found, now) {
                    *shares.entry(line.state).or_default() += 1;
                }
            }
            match page.last() {
                Some((_, behind)) => cursor = Some(*behind),
                None => break,
            }
        }
        let last_sweep = self.inner.last_sweep.load(Ordering::Relaxed);
        Ok(Stats {
            shares,
            bytes: self.redis().bytes_held().await?,
            transfers: self.transfers(),
            free_bytes: self.inner.blobs.space().await?.free,
            last_sweep_at: (last_sweep > 0).then(|| Timestamp::from_millis(last_sweep)),
        })
    }

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

fn line(id: ShareId, found: &Found, now: Timestamp) -> Option<ShareLine> {
    let share: Option<&Share> = found.share.as_ref().map(|stored| &stored.value);
    let fate = share.map(Share::fate).or_else(|| found.fate.clone())?;
    Some(ShareLine {
        id,
        state: share.map_or_else(|| fate.without_record(), |share| share.visible(now)),
        size: fate.size,
        created_at: fate.created_at,
        expires_at: fate.expires_at,
    })
}

fn parse_cursor(text: &str) -> Option<AgendaCursor> {
    let (bucket, seen) = text.split_once('.')?;
    Some(AgendaCursor {
        bucket: bucket.parse().ok()?,
        seen: seen.parse().ok()?,
    })
}

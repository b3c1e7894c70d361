//! The connection to Redis, its clock, and what it says about itself.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use fred::error::Error as FredError;
use fred::interfaces::ClientLike;
use fred::types::{ClusterHash, CustomCommand, FromValue, Value};
use futures_util::future::{BoxFuture, join_all};

use super::connection::{Connections, failed};
use super::error::StorageError;
use crate::crypto::wipe_shallow_stack;
use crate::share::Timestamp;

/// How long replicas may take to confirm.
const WAIT_MS: i64 = 1_000;
const CLOCK_STALE: Duration = Duration::from_secs(30);
const ANSWER_STALE: Duration = Duration::from_secs(1);

/// How to reach Redis and what to put in front of every key.
#[derive(Clone)]
pub struct RedisSettings {
    /// `redis://`, `rediss://`, `redis-sentinel://` or `redis+unix://`.
    pub url: String,
    /// Put in front of every key, so that several installations can share one Redis.
    pub prefix: String,
    /// How many replicas must confirm a commit.
    pub replicas: u32,
}

/// Boxed, because the driver's future is 15 KiB and would swell every future above.
type Answer<R> = BoxFuture<'static, Result<R, FredError>>;

/// What Redis says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a line of what Redis says"
)]
pub struct RedisFacts {
    /// `redis` or `valkey`.
    pub product: &'static str,
    /// Its version, as `(major, minor)`.
    pub version: (u32, u32),
    /// `noeviction` or one that would throw shares away.
    pub maxmemory_policy: String,
    /// Whether the append-only file is on.
    pub append_only: bool,
    /// Whether it is being rewritten right now.
    pub rewriting: bool,
    /// The last rewrite was begun and did not come to its end.
    pub rewrite_failed: bool,
    /// `master` or `slave`.
    pub role: String,
    /// Whether it has used up all the memory it may use.
    pub full: bool,
    /// Whether it is still reading its file: then it answers little else.
    pub loading: bool,
}

impl RedisFacts {
    /// Whether it can be written.
    pub fn is_primary(&self) -> bool {
        self.role == "master"
    }
}

/// One Redis, reconnecting by itself, with one clock for everybody who uses it.
pub struct Redis {
    connections: Connections,
    prefix: String,
    clock: Mutex<Option<ClockReading>>,
}

#[derive(Clone, Copy)]
struct ClockReading {
    redis: Timestamp,
    taken: Instant,
}

impl Redis {
    /// Starts connecting in the background and returns at once; commands fail until a connection stands.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when the URL cannot be read.
    pub fn connect(settings: &RedisSettings) -> Result<Self, StorageError> {
        Ok(Self {
            connections: Connections::open(&settings.url, settings.replicas > 0)?,
            prefix: settings.prefix.clone(),
            clock: Mutex::new(None),
        })
    }

    /// Gives this thread a connection of its own, which its runtime drives. Until it stands, and whenever it does not, the
    /// shared one is used.
    pub fn open_own_connection(&self) {
        self.connections.open_own();
    }

    /// The full key of `rest`.
    pub(super) fn key(&self, rest: &str) -> String {
        format!("{}{rest}", self.prefix)
    }

    /// Sends one command and converts its answer.
    pub(super) async fn call<R: FromValue>(
        &self,
        operation: &'static str,
        command: &'static str,
        args: Vec<Value>,
    ) -> Result<R, StorageError> {
        let started = Instant::now();
        wipe_shallow_stack();
        let answer = self.begin::<R>(command, args).await;
        metrics::histogram!("onetimeshare_redis_seconds").record(started.elapsed().as_secs_f64());
        answer.map_err(|e| failed(operation, e))
    }

    /// Runs a script and waits for replicas on the same connection; returns its answer and how many confirmed.
    pub(super) async fn eval_and_wait(
        &self,
        eval: Vec<Value>,
        replicas: u32,
    ) -> Result<(u32, u32), StorageError> {
        wipe_shallow_stack();
        let answer = self.begin_pipeline(eval, replicas).await;
        answer.map_err(|e| failed("swap a record on replicas", e))
    }

    /// The driver keeps the memory of its last commands, with whatever the stack held where they were made: keys were
    /// found there. So they are made where the stack has just been wiped, never inlined into a caller's older frame.
    #[inline(never)]
    fn begin<R: FromValue>(&self, command: &'static str, args: Vec<Value>) -> Answer<R> {
        let connection = self.connections.prompt();
        let command = CustomCommand::new_static(command, ClusterHash::FirstKey, false);
        Box::pin(async move { connection.custom::<R, Value>(command, args).await })
    }

    /// As [`Self::begin`].
    #[inline(never)]
    fn begin_pipeline(&self, eval: Vec<Value>, replicas: u32) -> Answer<(u32, u32)> {
        let pipeline = self.connections.waiting_pipeline();
        let wait = vec![i64::from(replicas).into(), WAIT_MS.into()];
        Box::pin(async move {
            for (name, args) in [("EVAL", eval), ("WAIT", wait)] {
                let command = CustomCommand::new_static(name, ClusterHash::FirstKey, false);
                let _queued: Value = pipeline.custom(command, args).await?;
            }
            pipeline.all().await
        })
    }

    /// Looks at Redis's clock; from then on [`Self::now`] carries it forward.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when Redis does not answer.
    pub async fn read_clock(&self) -> Result<Timestamp, StorageError> {
        let (seconds, micros): (u64, u64) =
            self.call("ask Redis for the time", "TIME", vec![]).await?;
        let redis = Timestamp::from_millis(seconds * 1000 + micros / 1000);
        let reading = ClockReading {
            redis,
            taken: Instant::now(),
        };
        *self.clock.lock().expect("no holder of the clock panics") = Some(reading);
        Ok(redis)
    }

    /// Looks whether Redis answers, unless a connection stands and it did a second ago.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when it does not.
    pub async fn check_answers(&self) -> Result<(), StorageError> {
        let reading = *self.clock.lock().expect("no holder of the clock panics");
        let lately = reading.is_some_and(|reading| reading.taken.elapsed() < ANSWER_STALE);
        if lately && self.connections.prompt().is_connected() {
            return Ok(());
        }
        self.read_clock().await.map(drop)
    }

    /// Redis's time, carried forward by the monotonic clock from the last look; a look is taken when there was none for
    /// 30 seconds.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when it was never seen and Redis does not answer.
    pub async fn now(&self) -> Result<Timestamp, StorageError> {
        let reading = *self.clock.lock().expect("no holder of the clock panics");
        match reading {
            Some(reading) if reading.taken.elapsed() < CLOCK_STALE => Ok(reading.carried()),
            Some(reading) => Ok(self
                .read_clock()
                .await
                .unwrap_or_else(|_| reading.carried())),
            None => self.read_clock().await,
        }
    }

    /// Reads what Redis says about itself.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when Redis does not answer or is still loading.
    pub async fn facts(&self) -> Result<RedisFacts, StorageError> {
        let info: String = self.call("ask Redis about itself", "INFO", vec![]).await?;
        let field = |name: &str| {
            info.lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.trim().to_owned())
        };
        let valkey = field("valkey_version");
        let version = valkey
            .clone()
            .or_else(|| field("redis_version"))
            .unwrap_or_default();
        let mut numbers = version.split('.').map(|part| part.parse().unwrap_or(0));
        Ok(RedisFacts {
            product: if valkey.is_some() { "valkey" } else { "redis" },
            version: (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)),
            maxmemory_policy: field("maxmemory_policy").unwrap_or_default(),
            append_only: field("aof_enabled").as_deref() == Some("1"),
            rewriting: field("aof_rewrite_in_progress").as_deref() == Some("1"),
            rewrite_failed: field("aof_last_bgrewrite_status").is_some_and(|said| said != "ok"),
            role: field("role").unwrap_or_default(),
            full: {
                let bytes = |name| field(name).and_then(|bytes| bytes.parse::<u64>().ok());
                match (bytes("used_memory"), bytes("maxmemory")) {
                    (Some(used), Some(limit)) => limit > 0 && used >= limit,
                    _ => false,
                }
            },
            loading: field("loading").as_deref() == Some("1"),
        })
    }

    /// The regular look: whether this is a primary; if not, a look for one begins. Who only reads would never notice that a
    /// failover has made his server a replica.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when Redis does not answer.
    pub async fn stay_with_primary(&self) -> Result<bool, StorageError> {
        let facts = self.facts().await;
        self.connections.was_there(facts.is_ok());
        let primary = facts?.is_primary() && self.threads_have_primaries().await;
        if !primary {
            self.connections.look_anew();
        }
        Ok(primary)
    }

    /// Whether no thread's own connection leads to a replica.
    async fn threads_have_primaries(&self) -> bool {
        let own = self.connections.own().into_iter();
        let looks = own
            .filter(ClientLike::is_connected)
            .map(|client| async move {
                let command = CustomCommand::new_static("INFO", ClusterHash::FirstKey, false);
                let info = client
                    .custom::<String, _>(command, vec!["replication"])
                    .await;
                // One that does not answer is not used for long.
                info.is_ok_and(|info| info.lines().any(|line| line == "role:slave"))
            });
        !join_all(looks).await.contains(&true)
    }

    /// Whether Redis takes writes at all: a replica, a primary without its replicas, and one that cannot save may not. It
    /// deletes what was never there, which costs nothing and is refused only with every other write; not, though, for want
    /// of memory.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when it refuses or does not answer.
    pub async fn probe(&self) -> Result<(), StorageError> {
        let args = vec![self.key("probe").into()];
        self.call::<Value>("try a write", "DEL", args)
            .await
            .map(drop)
    }

    /// Adds to the counter of bytes held and returns its new value. A hint: the background scan recounts it.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when Redis does not answer.
    pub async fn add_bytes_held(&self, delta: i64) -> Result<i64, StorageError> {
        let key = self.key("bytes");
        self.call(
            "count the bytes held",
            "INCRBY",
            vec![key.into(), delta.into()],
        )
        .await
    }

    /// The counter of bytes held.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when Redis does not answer.
    pub async fn bytes_held(&self) -> Result<u64, StorageError> {
        let held: Option<i64> = self
            .call("read the bytes held", "GET", vec![self.key("bytes").into()])
            .await?;
        Ok(held.and_then(|held| u64::try_from(held).ok()).unwrap_or(0))
    }

    /// Replaces the counter of bytes held by what a scan found.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when Redis does not answer.
    pub async fn set_bytes_held(&self, bytes: u64) -> Result<(), StorageError> {
        let args = vec![self.key("bytes").into(), bytes.to_string().into()];
        self.call("recount the bytes held", "SET", args).await
    }

    /// Asks Redis to rewrite its append-only file, so that what was deleted is no longer in it.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when Redis does not answer or may not.
    pub async fn rewrite_append_only_file(&self) -> Result<(), StorageError> {
        self.call("rewrite the append-only file", "BGREWRITEAOF", vec![])
            .await
    }

    /// Closes the connection.
    pub async fn close(&self) {
        self.connections.close().await;
    }
}

impl ClockReading {
    fn carried(self) -> Timestamp {
        self.redis.plus(self.taken.elapsed())
    }
}

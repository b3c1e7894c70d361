//! The connection to Redis, and its clock.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use fred::clients::Client;
use fred::error::{Error as FredError, ErrorKind};
use fred::interfaces::ClientLike;
use fred::types::{ClusterHash, CustomCommand, FromValue, Value};
use futures_util::future::BoxFuture;

use super::connection::{Connections, failed};
use super::error::StorageError;
use crate::share::Timestamp;
use crate::stack::wipe_shallow_stack;

/// How long replicas may take to confirm.
const WAIT_MS: i64 = 1_000;
const CLOCK_STALE: Duration = Duration::from_secs(30);
/// What is waited for a connection that may just be coming back: together longer than a reconnection takes.
const PAUSES_MS: [u64; 3] = [0, 50, 200];
/// Commands that lead to the same when they are sent twice.
const REPEATABLE: [&str; 11] = [
    "DEL",
    "EXISTS",
    "GET",
    "HMGET",
    "MGET",
    "SET",
    "TIME",
    "ZADD",
    "ZCARD",
    "ZRANGEBYSCORE",
    "ZREM",
];
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

/// One Redis, reconnecting by itself, with one clock for everybody who uses it.
pub struct Redis {
    pub(super) connections: Connections,
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
        let mut pauses = PAUSES_MS.iter();
        let answer = loop {
            wipe_shallow_stack();
            let answer = self.begin::<R>(command, args.clone()).await;
            let again = match &answer {
                Err(error) if broke(error) => {
                    // Whether a connection still stands is only learned by using it: from now on another is used.
                    self.connections.broke();
                    REPEATABLE.contains(&command)
                }
                Err(error) => was_not_done(error),
                Ok(_) => false,
            };
            match pauses.next().filter(|_| again) {
                Some(pause) => tokio::time::sleep(Duration::from_millis(*pause)).await,
                None => break answer,
            }
        };
        metrics::histogram!("onetimeshare_redis_seconds").record(started.elapsed().as_secs_f64());
        answer.map_err(|e| failed(operation, e))
    }

    /// Runs a script and waits for replicas on the same connection; returns its answer and how many confirmed.
    pub(super) async fn eval_and_wait(
        &self,
        eval: Vec<Value>,
        replicas: u32,
    ) -> Result<(u32, u32), StorageError> {
        let connection = self.connections.waiting();
        let mut pauses = PAUSES_MS.iter();
        let answer = loop {
            wipe_shallow_stack();
            let answer = begin_pipeline(&connection, eval.clone(), replicas).await;
            let again = answer.as_ref().is_err_and(was_not_done);
            match pauses.next().filter(|_| again) {
                Some(pause) => tokio::time::sleep(Duration::from_millis(*pause)).await,
                None => break answer,
            }
        };
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

/// As [`Redis::begin`], for two that go out together: neither the connection nor anything else changes between them.
#[inline(never)]
fn begin_pipeline(connection: &Client, eval: Vec<Value>, replicas: u32) -> Answer<(u32, u32)> {
    let pipeline = connection.pipeline();
    let wait = vec![i64::from(replicas).into(), WAIT_MS.into()];
    Box::pin(async move {
        for (name, args) in [("EVAL", eval), ("WAIT", wait)] {
            let command = CustomCommand::new_static(name, ClusterHash::FirstKey, false);
            let _queued: Value = pipeline.custom(command, args).await?;
        }
        pipeline.all().await
    })
}

fn broke(error: &FredError) -> bool {
    matches!(error.kind(), ErrorKind::Canceled | ErrorKind::IO)
}

/// Nothing was done, so any command may be sent again: what was the primary is a replica now, or the driver had no
/// connection to send it over. It is already looking for the primary.
fn was_not_done(error: &FredError) -> bool {
    let details = error.details();
    details.contains("READONLY") || details.starts_with("Failed to route command")
}

impl ClockReading {
    fn carried(self) -> Timestamp {
        self.redis.plus(self.taken.elapsed())
    }
}

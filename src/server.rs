//! Puts the parts together: storage, vault, HTTP, the background loops, start and end.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::config::Config;
use crate::crypto::KdfParams;
use crate::share::{Times, Timestamp};
use crate::storage::{
    BlobSettings, BlobStore, BundledRedis, Redis, RedisFacts, RedisSettings, StorageError,
};
use crate::vault::{CleanupReport, CleanupScope, Vault, VaultSettings};
use crate::web::{self, AppState};

/// What ends a start with a sentence for the operator.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

const SWEEP_EVERY: Duration = Duration::from_secs(5);
const PAST_HOURS_EVERY: Duration = Duration::from_mins(1);
const SCAN_EVERY: Duration = Duration::from_mins(10);
const REWRITE_EVERY: Duration = Duration::from_hours(1);
const STREAM_LEASE: Duration = Duration::from_secs(30);

/// Keys in memory must not reach a core file or a debugger of the same user.
pub fn keep_memory_private() {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let kept = setrlimit(Resource::Core, none)
        .and_then(|()| set_dumpable_behavior(DumpableBehavior::NotDumpable));
    if let Err(error) = kept {
        tracing::warn!(%error, "core dumps could not be switched off");
    }
}

/// Runs the server until it is told to stop.
///
/// # Errors
/// A sentence that says why it does not start and what to do.
pub async fn serve(config: Config) -> Result<(), Failure> {
    for warning in config.warnings() {
        tracing::warn!("{warning}");
    }
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        cipher = crate::crypto::cipher_back_end(),
        "starting"
    );
    std::fs::create_dir_all(&config.data_dir)
        .map_err(|e| format!("cannot use DATA_DIR {}: {e}", config.data_dir.display()))?;
    let parts = Parts::open(&config).await?;
    let listener = TcpListener::bind(config.server.bind)
        .map_err(|e| format!("cannot listen on {}: {e}", config.server.bind))?;
    let address = listener.local_addr()?;
    let state = AppState::new(parts.vault.clone(), &config);
    let server = web::serve(listener, state.clone(), &config)?;
    let handle = server.handle();
    let running = actix_web::rt::spawn(server);

    let signalled = signalled();
    tokio::pin!(signalled);
    let ready = tokio::select! {
        ready = get_ready(&parts.vault, &config) => ready,
        signal = &mut signalled => signal,
    };
    if let Err(failure) = ready {
        handle.stop(false).await;
        parts.close().await;
        return Err(failure);
    }
    let loops = background(&parts.vault, parts.bundled.is_some(), &state);
    state.set_ready();
    announce(&config, address);
    let outcome = signalled.await;
    tracing::info!("stopping: running transfers have 30 seconds");
    notify(sd_notify::NotifyState::Stopping);
    handle.stop(true).await;
    for task in loops {
        task.abort();
    }
    parts.close().await;
    running.await??;
    tracing::info!("stopped");
    outcome
}

/// Sweeps once, beside a running server or without one.
///
/// # Errors
/// A sentence that says why not.
pub async fn cleanup(config: Config, scope: CleanupScope) -> Result<CleanupReport, Failure> {
    std::fs::create_dir_all(&config.data_dir)?;
    let parts = Parts::open_beside(&config).await?;
    let cleaned = async {
        wait_for_redis(&parts.vault, &config).await?;
        Ok(parts.vault.cleanup(scope, wall_clock()).await?)
    }
    .await;
    parts.close().await;
    cleaned
}

/// Asks the server at `address` for its health: whether it is well, and its answer.
///
/// # Errors
/// When nobody answers there.
pub fn ask_health(address: SocketAddr) -> Result<(bool, String), Failure> {
    let limit = Duration::from_secs(5);
    let mut stream = TcpStream::connect_timeout(&address, limit)
        .map_err(|e| format!("no server answers at {address}: {e}"))?;
    stream.set_read_timeout(Some(limit))?;
    stream.set_write_timeout(Some(limit))?;
    write!(
        stream,
        "GET /health HTTP/1.1\r\nHost: {address}\r\nUser-Agent: onetimeshare-health\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.take(64 << 10).read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    Ok((head.starts_with("HTTP/1.1 200"), body.to_owned()))
}

/// The machine's clock. It decides nothing alone: past hours must be past by Redis's clock, too.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the machine's clock"
)]
pub fn wall_clock() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// Storage and the vault over it.
struct Parts {
    vault: Vault,
    bundled: Option<BundledRedis>,
}

impl Parts {
    async fn open(config: &Config) -> Result<Self, Failure> {
        let blobs = BlobStore::open(&BlobSettings {
            root: config.data_dir.join("blobs"),
            min_free: config.vault.min_free,
        })?;
        let (url, bundled) = if let Some(url) = &config.redis.url {
            (url.expose().to_owned(), None)
        } else {
            let bundled = BundledRedis::start(&config.data_dir).await?;
            (bundled.url(), Some(bundled))
        };
        Self::over(config, blobs, url, bundled)
    }

    /// As [`Self::open`], but uses the bundled Redis of a server that runs.
    async fn open_beside(config: &Config) -> Result<Self, Failure> {
        if config.redis.url.is_none()
            && let Some(url) = BundledRedis::running(&config.data_dir)
        {
            let blobs = BlobStore::open(&BlobSettings {
                root: config.data_dir.join("blobs"),
                min_free: config.vault.min_free,
            })?;
            return Self::over(config, blobs, url, None);
        }
        Self::open(config).await
    }

    fn over(
        config: &Config,
        blobs: BlobStore,
        url: String,
        bundled: Option<BundledRedis>,
    ) -> Result<Self, Failure> {
        let redis = Redis::connect(&RedisSettings {
            url,
            prefix: config.redis.prefix.clone(),
        })?;
        let limits = &config.vault;
        let settings = VaultSettings {
            max_size: limits.max_size,
            max_total: limits.max_total,
            times: Times {
                upload_lease: limits.upload_lease,
                reservation_lease: limits.reservation_lease,
                delivery_idle: limits.delivery_idle,
                delivery_max: limits.delivery_max,
                delivery_grace: limits.delivery_grace,
                stream_lease: STREAM_LEASE,
            },
            min_expiry: limits.min_expiry,
            default_expiry: limits.default_expiry,
            max_expiry: limits.max_expiry,
            kdf: KdfParams {
                memory_kib: limits.kdf.memory_kib,
                passes: limits.kdf.passes,
                lanes: limits.kdf.lanes,
            },
            replicas: config.redis.replicas,
        };
        Ok(Self {
            vault: Vault::new(Arc::new(redis), blobs, settings),
            bundled,
        })
    }

    async fn close(self) {
        self.vault.redis().close().await;
        if let Some(bundled) = self.bundled {
            bundled.shut_down().await;
        }
    }
}

/// Waits for Redis, refuses one that would lose shares, and carries out what fell due while nobody was there.
async fn get_ready(vault: &Vault, config: &Config) -> Result<(), Failure> {
    wait_for_redis(vault, config).await?;
    let swept = vault.sweep().await?;
    let past_hours = vault.sweep_past_hours(wall_clock(), true).await?;
    tracing::info!(
        finished = swept.finished,
        expired = swept.expired,
        past_hours,
        "carried out what fell due"
    );
    if config.redis.url.is_none() {
        vault.rewrite_if_anything_ended().await?;
    }
    Ok(())
}

async fn wait_for_redis(vault: &Vault, config: &Config) -> Result<(), Failure> {
    let mut told = false;
    loop {
        match vault.redis().facts().await {
            Ok(facts) => {
                check(&facts, config)?;
                vault.redis().read_clock().await?;
                return Ok(());
            }
            Err(error) if told => {
                tracing::debug!(error = &error as &dyn std::error::Error, "still waiting");
            }
            Err(error) => {
                told = true;
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "Redis does not answer yet; requests are told 503 until it does"
                );
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn check(facts: &RedisFacts, config: &Config) -> Result<(), Failure> {
    let oldest = match facts.product {
        "valkey" => (7, 2),
        _ => (7, 0),
    };
    if facts.version < oldest {
        return Err(format!(
            "{} {}.{} is too old: {} {}.{} or newer is needed",
            facts.product, facts.version.0, facts.version.1, facts.product, oldest.0, oldest.1
        )
        .into());
    }
    if facts.maxmemory_policy != "noeviction" && !config.redis.allow_eviction {
        return Err(format!(
            "Redis has maxmemory-policy {:?} and would silently throw shares away: set it to noeviction, or start with REDIS_ALLOW_EVICTION=on",
            facts.maxmemory_policy
        )
        .into());
    }
    if !facts.append_only && !config.redis.allow_no_aof {
        return Err(
            "Redis keeps no append-only file and would forget shares when it restarts: set appendonly yes, or start with REDIS_ALLOW_NO_AOF=on".into(),
        );
    }
    Ok(())
}

/// The loops that run beside the server; each repeats one step that can be called by itself.
fn background(vault: &Vault, bundled: bool, state: &AppState) -> Vec<tokio::task::JoinHandle<()>> {
    let every = |period: Duration, name: &'static str, step: Step| {
        let vault = vault.clone();
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(period);
            ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            ticks.tick().await;
            loop {
                ticks.tick().await;
                if let Err(error) = step(vault.clone()).await {
                    metrics::counter!("onetimeshare_sweep_errors_total").increment(1);
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "{name} failed and is tried again"
                    );
                }
            }
        })
    };
    let mut loops = vec![
        every(SWEEP_EVERY, "the sweep", |vault| {
            Box::pin(async move {
                vault.redis().read_clock().await?;
                vault.sweep().await.map(drop)
            })
        }),
        every(PAST_HOURS_EVERY, "the sweep of past hours", |vault| {
            Box::pin(async move { vault.sweep_past_hours(wall_clock(), true).await.map(drop) })
        }),
        every(SCAN_EVERY, "the background scan", |vault| {
            Box::pin(async move { vault.background_scan().await.map(drop) })
        }),
    ];
    if bundled {
        loops.push(every(
            REWRITE_EVERY,
            "the rewrite of the append-only file",
            |vault| Box::pin(async move { vault.rewrite_if_anything_ended().await.map(drop) }),
        ));
    }
    let state = state.clone();
    loops.push(tokio::spawn(async move {
        let mut ticks = tokio::time::interval(PAST_HOURS_EVERY);
        loop {
            ticks.tick().await;
            state.tidy();
        }
    }));
    loops
}

type Step = fn(Vault) -> futures_util::future::BoxFuture<'static, Result<(), StorageError>>;

/// Returns at the first SIGTERM or SIGINT.
async fn signalled() -> Result<(), Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

fn announce(config: &Config, address: SocketAddr) {
    let url = match &config.server.public_url {
        Some(url) => url.as_str().to_owned(),
        None => format!("http://{address}"),
    };
    tracing::info!(%address, "ready");
    // For the person at the terminal; a closed standard output is no reason to fail.
    drop(writeln!(io::stdout(), "OneTimeShare is ready: {url}/"));
    notify(sd_notify::NotifyState::Ready);
}

fn notify(state: sd_notify::NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::debug!(%error, "the service manager could not be told");
    }
}

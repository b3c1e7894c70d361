//! The embedded default: a private Redis in the data directory, started and supervised by this server.
//!
//! It listens on a Unix socket only, syncs its append-only file at every write, is restarted when it dies, adopted when it
//! outlived a killed server, and shut down after the drain.

mod process;
mod reserve;

use std::fmt;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustix::fs::FlockOperation;
use tokio::process::Child;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use process::Launch;
use reserve::Reserve;

const LOOK_AT_THE_DISK: Duration = Duration::from_secs(5);

/// Why the bundled Redis cannot serve. Each says what to do.
#[derive(Debug)]
pub enum BundledRedisError {
    /// Neither `redis-server` nor `valkey-server` is installed.
    NotInstalled,
    /// Another server uses the data directory.
    InUse(PathBuf),
    /// A folder or file could not be made.
    Folder {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It was started and did not answer.
    DidNotStart {
        /// Where its own log is.
        log: PathBuf,
    },
}

impl fmt::Display for BundledRedisError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInstalled => f.write_str(
                "no redis-server found: install it (`apt-get install redis-server`) or set REDIS_URL to a Redis of your own",
            ),
            Self::InUse(path) => write!(
                f,
                "another OneTimeShare server is using {}: stop it, give this one its own DATA_DIR, or run both with one REDIS_URL",
                path.display()
            ),
            Self::Folder { path, .. } => write!(f, "cannot use {}", path.display()),
            Self::DidNotStart { log } => write!(
                f,
                "redis-server was started but does not answer; its own words are in {}",
                log.display()
            ),
        }
    }
}

impl std::error::Error for BundledRedisError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Folder { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// A running private Redis and the task that keeps it running.
pub struct BundledRedis {
    launch: Arc<Launch>,
    stop: watch::Sender<bool>,
    supervisor: JoinHandle<()>,
    _lock: File,
}

impl BundledRedis {
    /// Locks the data directory, then starts a private Redis in it or adopts the one that outlived a killed server.
    ///
    /// Returns when its socket answers, even if it is still loading its file.
    ///
    /// # Errors
    /// [`BundledRedisError`], each with a sentence that says what to do.
    pub async fn start(data_dir: &Path) -> Result<Self, BundledRedisError> {
        let in_folder = |path: &Path| {
            let path = path.to_owned();
            move |source| BundledRedisError::Folder { path, source }
        };
        let folder = data_dir.join("redis");
        fs::create_dir_all(&folder).map_err(in_folder(&folder))?;
        let folder = fs::canonicalize(&folder).map_err(in_folder(&folder))?;
        let lock = lock(data_dir)?;
        let socket = runtime_folder(&folder)?.join("redis.sock");
        let program = process::find_program().ok_or(BundledRedisError::NotInstalled)?;
        let launch = Arc::new(Launch {
            program,
            folder: folder.clone(),
            socket,
        });
        let reserve = Reserve::new(folder);
        reserve.release_when_full();
        reserve.fill();
        let child = if launch.adopt().await {
            failpoint!("redis.adopted");
            tracing::info!("adopted the bundled Redis of a server that was killed");
            None
        } else {
            Some(launch.spawn().map_err(in_folder(&launch.program))?)
        };
        failpoint!("redis.launched");
        let mut child = child;
        if !launch
            .answers_within(Duration::from_secs(10), child.as_mut())
            .await
        {
            launch.give_up(child).await;
            return Err(BundledRedisError::DidNotStart { log: launch.log() });
        }
        failpoint!("redis.answered");
        let (stop, stopped) = watch::channel(false);
        let supervisor = tokio::spawn(supervise(Arc::clone(&launch), child, reserve, stopped));
        Ok(Self {
            launch,
            stop,
            supervisor,
            _lock: lock,
        })
    }

    /// The URL its clients connect to.
    pub fn url(&self) -> String {
        url(&self.launch.socket)
    }

    /// The URL of the bundled Redis of a server that runs on this data directory now.
    pub fn running(data_dir: &Path) -> Option<String> {
        if lock(data_dir).is_ok() {
            return None;
        }
        let folder = fs::canonicalize(data_dir.join("redis")).ok()?;
        Some(url(&runtime_folder(&folder).ok()?.join("redis.sock")))
    }

    /// Shuts it down with everything on disk, and waits until it is gone.
    pub async fn shut_down(self) {
        // The supervisor must not take the end for a crash.
        if self.stop.send(true).is_err() {
            tracing::error!("the supervisor of the bundled Redis had ended before");
        }
        if let Err(error) = self.supervisor.await {
            tracing::error!(%error, "the supervisor of the bundled Redis failed");
        }
    }
}

fn url(socket: &Path) -> String {
    format!("redis+unix://{}", socket.display())
}

/// Keeps it running until told to stop, then shuts it down.
async fn supervise(
    launch: Arc<Launch>,
    mut child: Option<Child>,
    reserve: Reserve,
    mut stopped: watch::Receiver<bool>,
) {
    let mut wait = Duration::from_millis(50);
    loop {
        tokio::select! {
            () = async { drop(stopped.wait_for(|stop| *stop).await) } => {
                launch.shut_down(child).await;
                return;
            }
            () = tokio::time::sleep(LOOK_AT_THE_DISK) => {
                reserve.release_when_full();
                reserve.fill();
                continue;
            }
            () = launch.until_it_dies(child.as_mut()) => {}
        }
        metrics::counter!("onetimeshare_redis_restarts_total").increment(1);
        tracing::error!("the bundled Redis ended; starting it again");
        failpoint!("redis.ended");
        // Redis exits when an append cannot be synced: on a full disk only room brings it back.
        reserve.release_when_full();
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(Duration::from_secs(5));
        child = match launch.spawn() {
            Ok(started) => {
                failpoint!("redis.restarted");
                Some(started)
            }
            Err(error) => {
                tracing::error!(%error, "the bundled Redis cannot be started");
                continue;
            }
        };
        if launch
            .answers_within(Duration::from_secs(5), child.as_mut())
            .await
        {
            tracing::info!("the bundled Redis answers again");
            wait = Duration::from_millis(50);
            reserve.fill();
        }
    }
}

fn lock(data_dir: &Path) -> Result<File, BundledRedisError> {
    let path = data_dir.join("lock");
    let file = File::create(&path).map_err(|source| BundledRedisError::Folder {
        path: path.clone(),
        source,
    })?;
    rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive)
        .map_err(|_| BundledRedisError::InUse(data_dir.to_owned()))?;
    Ok(file)
}

/// A short private folder for the socket, because a socket's path holds 107 bytes. Its name depends on the data directory
/// only, so that the next server finds it again.
fn runtime_folder(redis_folder: &Path) -> Result<PathBuf, BundledRedisError> {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    redis_folder.hash(&mut hasher);
    let uid = rustix::process::geteuid().as_raw();
    let path = std::env::temp_dir().join(format!("onetimeshare-{uid}-{:016x}", hasher.finish()));
    let refused = |source| BundledRedisError::Folder {
        path: path.clone(),
        source,
    };
    match fs::DirBuilder::new().mode(0o700).create(&path) {
        Ok(()) => {}
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            // Somebody else could have made it first to listen in our place.
            let metadata = fs::symlink_metadata(&path).map_err(refused)?;
            if !metadata.is_dir() || metadata.uid() != uid || metadata.mode() & 0o077 != 0 {
                return Err(refused(io::ErrorKind::PermissionDenied.into()));
            }
        }
        Err(e) => return Err(refused(e)),
    }
    Ok(path)
}

//! Where servers of one test live together: one data directory, one Redis, one key prefix.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::{
    ADMIN_PASSWORD, RedisServer, Server,
    process::fresh_directory,
    random::token,
    server::{Refused, environment},
};

/// So many tests may hold servers at once, however many threads run them.
static SEATS: Semaphore = Semaphore::const_new(6);

/// What the servers of one test share. Its directory is removed with it.
pub(crate) struct Place {
    directory: PathBuf,
    data: PathBuf,
    prefix: String,
    redis: Option<Arc<RedisServer>>,
    _seat: SemaphorePermit<'static>,
}

impl Place {
    /// The data directory (`DATA_DIR`).
    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// Where logs go.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// The key prefix (`REDIS_PREFIX`).
    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The Redis of this place; none where the server brings its own.
    pub(crate) fn redis(&self) -> Option<&Arc<RedisServer>> {
        self.redis.as_ref()
    }

    /// The file that names the Redis a server of this place started itself.
    pub(crate) fn redis_pid_file(&self) -> PathBuf {
        self.data.join("redis/redis.pid")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _removed_by_the_janitor_otherwise = std::fs::remove_dir_all(&self.directory);
    }
}

/// The settings of a test's server before it starts.
pub(crate) struct Setup {
    settings: BTreeMap<String, String>,
    place: Place,
}

impl Setup {
    /// A server on the Redis all tests share, under a prefix of its own.
    pub(crate) async fn shared() -> Self {
        Self::at(Some(RedisServer::shared().await), None).await
    }

    /// A server on a Redis of its own.
    pub(crate) async fn own_redis() -> Self {
        Self::on(&RedisServer::own().await).await
    }

    /// A server on this Redis.
    pub(crate) async fn on(redis: &Arc<RedisServer>) -> Self {
        Self::at(Some(Arc::clone(redis)), None).await
    }

    /// A server that brings its own Redis.
    pub(crate) async fn bundled() -> Self {
        Self::at(None, None).await
    }

    /// The same, with its data in a directory that exists already.
    pub(crate) async fn bundled_in(data: &Path) -> Self {
        Self::at(None, Some(data)).await
    }

    /// A server on this Redis, or one that brings its own, with its data there, or in a directory of its own.
    pub(crate) async fn at(redis: Option<Arc<RedisServer>>, data: Option<&Path>) -> Self {
        let seat = SEATS.acquire().await.expect("never closed");
        let directory = fresh_directory("place");
        let data = data.map_or_else(|| directory.join("data"), Path::to_owned);
        let prefix = format!("test{}:", token());
        let mut settings: BTreeMap<String, String> = [
            ("RATE_LIMITS", "off"),
            ("ADMIN_PASSWORD", ADMIN_PASSWORD),
            ("MIN_EXPIRY", "1s"),
            ("ARGON2_MEMORY", "8MiB"),
            ("LOG_FORMAT", "json"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        settings.insert("DATA_DIR".to_owned(), data.to_string_lossy().into_owned());
        if let Some(redis) = &redis {
            settings.insert("REDIS_URL".to_owned(), redis.url());
            settings.insert("REDIS_PREFIX".to_owned(), prefix.clone());
        }
        Self {
            settings,
            place: Place {
                directory,
                data,
                prefix,
                redis,
                _seat: seat,
            },
        }
    }

    /// Sets one environment variable of the server.
    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.settings.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Takes one away again.
    pub(crate) fn unset(mut self, name: &str) -> Self {
        self.settings.remove(name);
        self
    }

    /// Starts the server and waits until it is healthy.
    pub(crate) async fn start(self) -> Server {
        Server::start(Arc::new(self.place), self.settings).await
    }

    /// Starts a server that must end by itself, and hands out what it said.
    pub(crate) async fn start_refused(self) -> Refused {
        match self.try_start().await {
            Err(refused) => refused,
            Ok(server) => panic!("the server started, but must not have:\n{}", server.log()),
        }
    }

    /// Starts a server that may end by itself instead of becoming healthy.
    pub(crate) async fn try_start(self) -> Result<Server, Refused> {
        Server::try_start(Arc::new(self.place), self.settings).await
    }

    /// The settings and the place, for a test that runs another subcommand.
    pub(crate) fn into_parts(self) -> (Vec<(String, String)>, Place) {
        (environment(&self.settings, 0), self.place)
    }
}

//! Storage and the vault over it, opened for a server or beside one.

use std::sync::Arc;
use std::time::Duration;

use crate::config::Config;
use crate::crypto::KdfParams;
use crate::share::Times;
use crate::storage::{BlobSettings, BlobStore, BundledRedis, Redis, RedisSettings};
use crate::vault::{Vault, VaultSettings};

use super::Failure;

const STREAM_LEASE: Duration = Duration::from_secs(30);
const LAST_COUNT: Duration = Duration::from_secs(1);

/// Nobody else on the machine has business in it.
pub(super) fn make_data_dir(config: &Config) -> Result<(), Failure> {
    use std::os::unix::fs::DirBuilderExt as _;
    let folder = &config.data_dir;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|e| format!("cannot use DATA_DIR {}: {e}", folder.display()).into())
}

/// Storage and the vault over it.
pub(super) struct Parts {
    pub(super) vault: Vault,
    pub(super) bundled: Option<BundledRedis>,
}

impl Parts {
    pub(super) async fn open(config: &Config) -> Result<Self, Failure> {
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
    pub(super) async fn open_beside(config: &Config) -> Result<Self, Failure> {
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
            replicas: config.redis.replicas,
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

    pub(super) async fn close(self) {
        // Counters are hints: no end of a server waits longer for them.
        drop(tokio::time::timeout(LAST_COUNT, self.vault.hand_over_tally()).await);
        self.vault.redis().close().await;
        failpoint!("stop.disconnected");
        if let Some(bundled) = self.bundled {
            bundled.shut_down().await;
        }
    }
}

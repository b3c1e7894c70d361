//! What Redis says about itself, and whether it is the primary.

use fred::interfaces::ClientLike;
use fred::types::{ClusterHash, CustomCommand};
use futures_util::future::join_all;

use super::error::StorageError;
use super::redis::Redis;

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

impl Redis {
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

    /// Asks Sentinel, if there is one, who is the primary; if another than the one in use, the connections are made anew.
    /// Returns whether that was so.
    pub async fn follow_sentinel(&self) -> bool {
        let astray = self.connections.lead_astray().await;
        if astray {
            self.connections.look_anew();
        }
        astray
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
}

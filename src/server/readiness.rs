//! From a connection to a server that may answer.

use std::time::{Duration, Instant};

use crate::config::Config;
use crate::error_chain::error_chain;
use crate::storage::{RedisFacts, StorageError};
use crate::vault::Vault;

use super::{Failure, wall_clock};

/// Waits for Redis, refuses one that would lose shares, and carries out what fell due while nobody was there.
pub(super) async fn get_ready(vault: &Vault, config: &Config) -> Result<(), Failure> {
    loop {
        wait_for_redis(vault, config).await?;
        match catch_up(vault, config).await {
            Ok(()) => return Ok(()),
            Err(error) => not_yet(&error),
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn catch_up(vault: &Vault, config: &Config) -> Result<(), StorageError> {
    failpoint!("start.connected");
    let swept = vault.sweep().await?;
    failpoint!("start.swept");
    let past_hours = vault.sweep_past_hours(wall_clock(), true).await?;
    if config.redis.url.is_none()
        && let Err(error) = rewrite(vault).await
    {
        // A full disk has no room for it, and only shares that are collected or deleted make room.
        tracing::warn!(
            error = error_chain(&error),
            "the append-only file could not be rewritten and is tried again within the hour"
        );
        vault.rewrite_later();
    }
    failpoint!("start.caught-up");
    tracing::info!(
        finished = swept.finished,
        expired = swept.expired,
        past_hours,
        "carried out what fell due"
    );
    Ok(())
}

/// What ended before is not to stay in the append-only file. A large file may take longer than anybody should wait for.
async fn rewrite(vault: &Vault) -> Result<(), StorageError> {
    vault.redis().rewrite_append_only_file().await?;
    failpoint!("start.rewriting");
    for _ in 0..10 {
        if !vault.redis().facts().await?.rewriting {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tracing::info!("the append-only file is still being rewritten");
    Ok(())
}

/// Returns when Redis answers and has read its file.
pub(super) async fn wait_for_redis(vault: &Vault, config: &Config) -> Result<(), Failure> {
    let mut told = false;
    let patience = Instant::now() + Duration::from_secs(1);
    loop {
        match vault.redis().facts().await {
            Ok(facts) if facts.loading => {}
            // What a replica says of itself is not what the shares will be kept by.
            Ok(facts) if !facts.is_primary() => {
                if !told {
                    told = true;
                    tracing::warn!(
                        "Redis is a read-only replica; requests are told 503 until REDIS_URL leads to a primary"
                    );
                }
                // Whatever it says now, the next look tells.
                drop(vault.redis().stay_with_primary().await);
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            Ok(facts) => {
                check(&facts, config)?;
                if vault.redis().read_clock().await.is_ok() {
                    return Ok(());
                }
            }
            Err(error) if !told && Instant::now() > patience => {
                told = true;
                not_yet(&error);
            }
            Err(_) => {}
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn not_yet(error: &StorageError) {
    tracing::warn!(
        error = error_chain(error),
        "Redis does not answer yet; requests are told 503 until it does"
    );
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

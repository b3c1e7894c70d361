//! What runs beside the requests.

use std::time::Duration;

use tokio::time::Instant;

use crate::error_chain::error_chain;
use crate::storage::StorageError;
use crate::vault::Vault;
use crate::web::AppState;

use super::wall_clock;

const SWEEP_EVERY: Duration = Duration::from_secs(5);
const ASK_SENTINEL_EVERY: Duration = Duration::from_secs(1);
const PAST_HOURS_EVERY: Duration = Duration::from_mins(1);
const SCAN_EVERY: Duration = Duration::from_mins(10);
const COUNT_EVERY: Duration = Duration::from_secs(5);
const REWRITE_EVERY: Duration = Duration::from_hours(1);

/// The loops that run beside the server; each repeats one step that can be called by itself.
pub(super) fn start(
    vault: &Vault,
    bundled: bool,
    state: &AppState,
) -> Vec<tokio::task::JoinHandle<()>> {
    let from = |first: Duration, period: Duration, name: &'static str, step: Step| {
        let vault = vault.clone();
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval_at(Instant::now() + first, period);
            ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                if let Err(error) = step(vault.clone()).await {
                    metrics::counter!("onetimeshare_sweep_errors_total").increment(1);
                    tracing::warn!(
                        error = error_chain(&error),
                        "{name} failed and is tried again"
                    );
                }
            }
        })
    };
    let every = |period, name, step| from(period, period, name, step);
    let mut loops = vec![
        every(SWEEP_EVERY, "the sweep", |vault| {
            Box::pin(async move {
                if !vault.redis().stay_with_primary().await? {
                    tracing::warn!("Redis is a read-only replica: looking for the primary");
                    return Ok(());
                }
                vault.redis().read_clock().await?;
                let swept = vault.sweep().await.map(drop);
                // Commits and ends of transfers run on this thread, too.
                crate::stack::wipe_stack();
                swept
            })
        }),
        every(ASK_SENTINEL_EVERY, "the look at Sentinel", |vault| {
            Box::pin(async move {
                if vault.redis().follow_sentinel().await {
                    tracing::warn!("Sentinel calls another Redis the primary: going to it");
                }
                Ok(())
            })
        }),
        every(PAST_HOURS_EVERY, "the sweep of past hours", |vault| {
            Box::pin(async move { vault.sweep_past_hours(wall_clock(), true).await.map(drop) })
        }),
        every(SCAN_EVERY, "the background scan", |vault| {
            Box::pin(async move { vault.background_scan().await.map(drop) })
        }),
        // Servers that share a Redis share its census, too.
        from(Duration::ZERO, SCAN_EVERY, "the census", |vault| {
            Box::pin(async move { vault.take_census(SCAN_EVERY / 2).await })
        }),
        every(COUNT_EVERY, "the counters", |vault| {
            Box::pin(async move {
                vault.hand_over_tally().await;
                Ok(())
            })
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

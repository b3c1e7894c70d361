use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use futures_util::task::AtomicWaker;
use tokio::sync::{Notify, watch};

use crate::error_chain::error_chain;
use crate::share::{
    Ending, Refusal, Sha256, Share, ShareId, State, Stored, StreamReport, Timestamp, Wrap,
};
use crate::storage::{Next, StorageError, Swapped};

use super::Vault;
use super::collect::ATTEMPTS;

const RENEW_EVERY: Duration = Duration::from_secs(10);
const RENEW_BYTES: u64 = 8 << 20;

/// What the body's stream and the task beside it share. Behind a spooling proxy a body is not polled for minutes, so the
/// lease must not hang on its polls.
pub(super) struct Progress {
    sent: AtomicU64,
    reported: AtomicU64,
    closed: AtomicBool,
    aborted: AtomicBool,
    /// The end of the record written last, in milliseconds: until then the stream may go on without Redis.
    lease_end: AtomicU64,
    changed: Notify,
    pub(super) waker: AtomicWaker,
    settled: watch::Sender<bool>,
}

impl Progress {
    /// Counts bytes that have left.
    pub(super) fn add(&self, bytes: u64) {
        let sent = self.sent.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if sent - self.reported.load(Ordering::Relaxed) >= RENEW_BYTES {
            self.changed.notify_one();
        }
    }

    /// The stream is over, one way or the other.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.changed.notify_one();
    }

    /// Whether the delivery was ended under the stream.
    pub(super) fn is_aborted(&self) -> bool {
        self.aborted.load(Ordering::Acquire)
    }

    /// Becomes true when the end of the stream is on record.
    pub(super) fn settled(&self) -> watch::Receiver<bool> {
        self.settled.subscribe()
    }

    fn abort(&self) {
        self.aborted.store(true, Ordering::Release);
        self.waker.wake();
    }
}

/// Renews the lease of one stream, debits what was sent, moves the mark, repeats the last look, and writes the stream's
/// end. A clone that is begun anew knows the first record only; what was written since it reads where that record says no.
#[derive(Clone)]
pub(super) struct Keeper {
    vault: Vault,
    id: ShareId,
    ticket: Sha256,
    wrap: Wrap,
    slot: u64,
    read: Stored<Share>,
    from: u64,
    progress: Arc<Progress>,
}

enum Kept {
    GoOn,
    Over,
}

impl Keeper {
    /// Starts the task beside a stream that begins at `from`.
    pub(super) fn start(
        vault: &Vault,
        id: ShareId,
        ticket: Sha256,
        wrap: Wrap,
        slot: u64,
        read: Stored<Share>,
        from: u64,
    ) -> Arc<Progress> {
        let progress = Arc::new(Progress {
            sent: AtomicU64::new(0),
            reported: AtomicU64::new(0),
            closed: AtomicBool::new(false),
            aborted: AtomicBool::new(false),
            lease_end: AtomicU64::new(read.value.look_at().as_millis()),
            changed: Notify::new(),
            waker: AtomicWaker::new(),
            settled: watch::Sender::new(false),
        });
        let keeper = Self {
            vault: vault.clone(),
            id,
            ticket,
            wrap,
            slot,
            read,
            from,
            progress: Arc::clone(&progress),
        };
        vault.outlive_here(move || keeper.clone().run());
        progress
    }

    async fn run(mut self) {
        let progress = Arc::clone(&self.progress);
        let times = *self.vault.times();
        let every = RENEW_EVERY
            .min(times.delivery_idle / 3)
            .min(times.stream_lease / 3);
        let mut retry = None;
        loop {
            let wait = retry.take().unwrap_or(every);
            if !progress.closed.load(Ordering::Acquire) {
                // Either way it is time to report.
                drop(tokio::time::timeout(wait, progress.changed.notified()).await);
            }
            let closed = progress.closed.load(Ordering::Acquire);
            match self.report(closed).await {
                Ok(Kept::GoOn) if closed => break,
                Ok(Kept::GoOn) => {}
                Ok(Kept::Over) => {
                    progress.abort();
                    break;
                }
                Err(error) => {
                    tracing::warn!(
                        error = error_chain(&error),
                        "a delivery could not be renewed"
                    );
                    if self.lease_is_over().await {
                        progress.abort();
                        break;
                    }
                    let pause = Duration::from_millis(500).min(every);
                    retry = Some(pause);
                    if closed {
                        tokio::time::sleep(pause).await;
                    }
                }
            }
        }
        progress.settled.send_replace(true);
    }

    /// One report. Redis errors leave the stream running: the lease last written still stands.
    async fn report(&mut self, closed: bool) -> Result<Kept, StorageError> {
        let hour = self.read.value.facts.last_hour;
        let blobs = &self.vault.inner.blobs;
        if !closed && !blobs.is_claimed_by(hour, self.id, self.ticket).await? {
            return Ok(Kept::Over);
        }
        let sent = self.progress.sent.load(Ordering::Relaxed);
        let report = StreamReport {
            from: self.from,
            to: self.from.saturating_add(sent),
            fresh: sent - self.progress.reported.load(Ordering::Relaxed),
            closed,
        };
        let mut is_fresh = false;
        for _ in 0..ATTEMPTS {
            let now = self.vault.now().await?;
            let Ok(next) = self.next(report, now) else {
                if is_fresh || !self.read_again(now).await? {
                    return Ok(Kept::Over);
                }
                is_fresh = true;
                continue;
            };
            if !closed {
                failpoint!("keeper.renewing");
            }
            failpoint!("keeper.reporting");
            if closed && next.is_finished(now) {
                // Without a grace the last stream's report is the end.
                match self.finish(&next, now).await? {
                    true => return Ok(Kept::GoOn),
                    false if self.read_again(now).await? => continue,
                    false => return Ok(Kept::Over),
                }
            }
            let swapped = self
                .vault
                .inner
                .store
                .swap_even_when_full(self.id, Some(&self.read), Next::Share(next))
                .await?;
            match swapped {
                Swapped::Done(Some(stored)) => {
                    self.read = stored;
                    let lease_end = self.read.value.look_at().as_millis();
                    self.progress.lease_end.store(lease_end, Ordering::Relaxed);
                    self.progress.reported.store(sent, Ordering::Relaxed);
                    if closed {
                        failpoint!("keeper.closed");
                        // The sweep must know when the grace is over.
                        let look_at = self.read.value.look_at();
                        self.vault.hint_living(self.id, look_at).await;
                    } else {
                        failpoint!("keeper.renewed");
                    }
                    return Ok(Kept::GoOn);
                }
                Swapped::Done(None) | Swapped::Conflict { .. } => {
                    if !self.read_again(now).await? {
                        return Ok(Kept::Over);
                    }
                }
            }
        }
        Err(StorageError::Unavailable {
            operation: "renew a delivery",
            source: "too many writers".into(),
        })
    }

    /// After a failover the record may have forgotten the delivery; the claim on the blob has not.
    fn next(&self, report: StreamReport, now: Timestamp) -> Result<Share, Refusal> {
        let times = self.vault.times();
        let share = &self.read.value;
        let forgotten = !matches!(share.state, State::Delivering(_));
        let share = share.claim_won(self.ticket, self.wrap.clone(), now, times)?;
        let share = if forgotten {
            share.open_stream(&self.ticket, self.slot, now, times)?
        } else {
            share
        };
        share.report_stream(&self.ticket, self.slot, report, now, times)
    }

    /// Ends the share in the state that the last report leads to. False: somebody else wrote in between.
    async fn finish(&self, reported: &Share, now: Timestamp) -> Result<bool, StorageError> {
        let Ok(fate) = reported.end(Ending::Finished, now) else {
            return Ok(false);
        };
        let ended = self.vault.end_as_due(self.id, &self.read, fate).await?;
        Ok(ended.is_some())
    }

    /// Somebody else wrote: reads what. False: there is no record any more.
    async fn read_again(&mut self, now: Timestamp) -> Result<bool, StorageError> {
        let found = self.vault.inner.store.read(self.id).await?;
        match (found.share, found.fate) {
            (Some(read), _) => {
                self.read = read;
                return Ok(true);
            }
            (None, Some(fate)) if fate.phase.has_ended() => {
                // Perhaps by this very keeper, which could not go on from there.
                self.vault.clear_soon(&[(self.id, &fate)]).await?;
            }
            (None, Some(fate)) if fate.is_gone(now) => {}
            (None, _) => {
                // Nobody ended it: Redis lost it.
                self.vault.inner.unresolved.fetch_add(1, Ordering::Relaxed);
            }
        }
        Ok(false)
    }

    async fn lease_is_over(&self) -> bool {
        match self.vault.now().await {
            Ok(now) => now.as_millis() >= self.progress.lease_end.load(Ordering::Relaxed),
            Err(_) => false,
        }
    }
}

//! A body that has to keep arriving.

use std::{
    io,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::error::PayloadError;
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use tokio::time::{Instant, Sleep};

use super::parts::{Ledger, UploadError};

/// How slowly a body may arrive. Only time spent waiting for the client counts, never our own disk.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Longest wait for a single byte.
    pub(super) stall: Duration,
    /// After this much waiting …
    pub(super) window: Duration,
    /// … at least this much must have arrived.
    pub(super) least: u64,
}

impl Pace {
    /// 30 s without a byte, or less than 1 KiB/s over 30 s.
    pub(super) const BODY: Self = Self {
        stall: Duration::from_secs(30),
        window: Duration::from_secs(30),
        least: 30 * 1024,
    };
}

/// Passes a body on, gives it up when it is too slow, and keeps the ledger of what arrived.
pub(super) struct Paced<S> {
    body: S,
    pace: Pace,
    ledger: Rc<Ledger>,
    alarm: Pin<Box<Sleep>>,
    waiting_since: Option<Instant>,
    waited: Duration,
    arrived: u64,
}

impl<S> Paced<S> {
    pub(super) fn new(body: S, pace: Pace, ledger: Rc<Ledger>) -> Self {
        let alarm = Box::pin(tokio::time::sleep(pace.stall));
        Self {
            body,
            pace,
            ledger,
            alarm,
            waiting_since: None,
            waited: Duration::ZERO,
            arrived: 0,
        }
    }

    /// The parser hides reasons, so the ledger keeps this one.
    fn fail(&self, reason: UploadError) -> Poll<Option<Result<Bytes, PayloadError>>> {
        self.ledger.failure.set(Some(reason));
        Poll::Ready(Some(Err(PayloadError::Io(io::Error::from(
            io::ErrorKind::TimedOut,
        )))))
    }

    fn wait(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, PayloadError>>> {
        if self.waiting_since.is_none() {
            let now = Instant::now();
            self.waiting_since = Some(now);
            self.alarm.as_mut().reset(now + self.pace.stall);
        }
        match self.alarm.as_mut().poll(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(()) => self.fail(UploadError::TooSlow),
        }
    }
}

impl<S> Stream for Paced<S>
where
    S: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
{
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let chunk = match this.body.poll_next_unpin(context) {
            Poll::Pending => return this.wait(context),
            Poll::Ready(Some(Ok(chunk))) => chunk,
            end @ Poll::Ready(_) => return end,
        };
        // Before this chunk counts: the parser asks for more only while it holds little, but one chunk can be large.
        if this.ledger.is_overdrawn() {
            return this.fail(UploadError::HeadTooLarge);
        }
        let count = chunk.len() as u64;
        this.ledger.arrived.set(this.ledger.arrived.get() + count);
        this.arrived += count;
        if let Some(since) = this.waiting_since.take() {
            this.waited += since.elapsed();
        }
        if this.waited >= this.pace.window {
            if this.arrived < this.pace.least {
                return this.fail(UploadError::TooSlow);
            }
            this.waited = Duration::ZERO;
            this.arrived = 0;
        }
        Poll::Ready(Some(Ok(chunk)))
    }
}

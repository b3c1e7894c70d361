use std::collections::VecDeque;
use std::future::Future as _;
use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_util::Stream;
use futures_util::future::BoxFuture;
use tokio::task::JoinHandle;

use super::access::OpenedBlob;
use super::buffers::{self, Pool};
use super::keeper::Progress;
use super::{Counted, Tally, TransferCount, Vault};

/// Chunks read and opened in one call, to begin with: a slow reader holds two batches for as long as it likes.
pub(super) const BATCH_CHUNKS: u64 = 4;
/// For a reader that has waited for [`FAST_AFTER`] of them: half the hand-overs to another thread. Larger ones only cost memory.
const FAST_BATCH: u64 = 8;
/// What a reader that then stops lets the socket take ahead is less than so many.
const FAST_AFTER: u32 = 4;

const LONGEST_END: Duration = Duration::from_secs(10);

/// The plaintext of one range. Every chunk is authenticated before any of its bytes leave; damage ends it with an error,
/// never as a clean end.
pub struct DeliveryStream {
    blob: Arc<OpenedBlob>,
    progress: Arc<Progress>,
    pool: Arc<Pool>,
    /// Bytes not yet handed out.
    left: Range<u64>,
    next_chunk: u64,
    /// How often the next batch was not there yet when it was wanted.
    waits: u32,
    allowed: u64,
    reading: Option<JoinHandle<io::Result<Batch>>>,
    ready: VecDeque<Bytes>,
    /// Bytes of the piece handed out last: they count once the body is polled again.
    handed: u64,
    stage: Stage,
    waits_for_the_end: bool,
    tally: Tally,
    _count: TransferCount,
}

enum Stage {
    Sending,
    /// Everything is handed out; the last piece is not flushed before the body is polled once more.
    Flushing,
    Settling(BoxFuture<'static, ()>),
    Over,
}

/// Opened content, in pieces as they lay in their chunks.
pub(super) struct Batch {
    pub(super) pieces: VecDeque<Bytes>,
}

impl DeliveryStream {
    pub(super) fn new(
        vault: &Vault,
        blob: OpenedBlob,
        range: Range<u64>,
        allowed: u64,
        progress: Arc<Progress>,
    ) -> Self {
        let next_chunk = blob.layout.chunk_at(range.start);
        let mut stream = Self {
            blob: Arc::new(blob),
            progress,
            pool: Arc::default(),
            left: range,
            next_chunk,
            waits: 0,
            allowed,
            reading: None,
            ready: VecDeque::new(),
            handed: 0,
            stage: Stage::Sending,
            waits_for_the_end: vault.times().delivery_grace.is_zero(),
            tally: vault.tally().clone(),
            _count: TransferCount::new(vault),
        };
        stream.read_ahead();
        stream
    }

    /// Starts the next batch on a blocking thread: one is in flight while the one before is being sent.
    fn read_ahead(&mut self) {
        if self.left.is_empty() {
            return;
        }
        if let Some(whole) = &self.blob.whole {
            let span = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
            let wanted = span(self.left.start)..span(self.left.end);
            self.left.start = self.left.end;
            self.ready.push_back(buffers::whole(whole).slice(wanted));
            return;
        }
        let chunk = u64::try_from(crate::crypto::CHUNK).unwrap_or(u64::MAX);
        let first = self.next_chunk;
        let chunks = if self.waits > FAST_AFTER {
            FAST_BATCH
        } else {
            BATCH_CHUNKS
        };
        let last = first
            .saturating_add(chunks - 1)
            .min(self.blob.layout.chunk_at(self.left.end - 1));
        let from = self.left.start;
        let to = self.left.end.min((last + 1).saturating_mul(chunk));
        self.next_chunk = last + 1;
        self.left.start = to;
        let read = batch(&self.blob, &self.pool, first..last + 1, from..to);
        self.reading = Some(tokio::task::spawn_blocking(read));
    }

    fn end(&mut self) -> Poll<Option<io::Result<Bytes>>> {
        self.progress.close();
        self.stage = Stage::Over;
        Poll::Ready(None)
    }
}

impl Stream for DeliveryStream {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let handed = std::mem::take(&mut this.handed);
        if handed > 0 {
            failpoint!("stream.sending");
            this.progress.add(handed);
            metrics::counter!("onetimeshare_bytes_out_total").increment(handed);
            this.tally.add(Counted::BytesOut, handed);
        }
        loop {
            match &mut this.stage {
                Stage::Over => return Poll::Ready(None),
                Stage::Settling(settled) => {
                    ready!(settled.as_mut().poll(cx));
                    this.stage = Stage::Over;
                    return Poll::Ready(None);
                }
                Stage::Flushing => {
                    failpoint!("stream.flushed");
                    if !this.waits_for_the_end {
                        return this.end();
                    }
                    // Nothing is waited for after the last byte, so the request ends when key and blob are gone.
                    this.progress.close();
                    let mut settled = this.progress.settled();
                    this.stage = Stage::Settling(Box::pin(async move {
                        let end = settled.wait_for(|settled| *settled);
                        // With Redis away the keeper goes on trying; the client need not wait for it.
                        drop(tokio::time::timeout(LONGEST_END, end).await);
                    }));
                }
                Stage::Sending => {
                    this.progress.waker.register(cx.waker());
                    if this.progress.is_aborted() {
                        this.stage = Stage::Over;
                        return Poll::Ready(Some(Err(io::Error::other("the delivery was ended"))));
                    }
                    if let Some(piece) = this.ready.pop_front() {
                        let len = u64::try_from(piece.len()).unwrap_or(u64::MAX);
                        if len > this.allowed {
                            this.stage = Stage::Over;
                            return Poll::Ready(Some(Err(io::Error::other(
                                "the ticket is used up",
                            ))));
                        }
                        failpoint!("stream.opened");
                        this.allowed -= len;
                        this.handed = len;
                        return Poll::Ready(Some(Ok(piece)));
                    }
                    let Some(reading) = &mut this.reading else {
                        // The server polls again before it has flushed the last piece; only the poll after that one
                        // means that it left.
                        this.stage = Stage::Flushing;
                        cx.waker().wake_by_ref();
                        return Poll::Pending;
                    };
                    let Poll::Ready(batch) = Pin::new(reading).poll(cx) else {
                        this.waits = this.waits.saturating_add(1);
                        return Poll::Pending;
                    };
                    this.reading = None;
                    match batch.map_err(io::Error::other).flatten() {
                        Ok(batch) => this.ready = batch.pieces,
                        Err(error) => {
                            metrics::counter!("onetimeshare_damaged_total").increment(1);
                            tracing::error!(%error, "a blob turned out damaged while it was delivered; the connection is aborted, nothing is deleted");
                            this.stage = Stage::Over;
                            return Poll::Ready(Some(Err(error)));
                        }
                    }
                    this.read_ahead();
                }
            }
        }
    }
}

impl Drop for DeliveryStream {
    fn drop(&mut self) {
        self.progress.close();
    }
}

/// What reads and opens the chunks and cuts the pieces that lie in `wanted`. It blocks, so its memory is taken here already: what
/// a blocking thread takes for itself stays in that thread's heap.
pub(super) fn batch(
    blob: &Arc<OpenedBlob>,
    pool: &Arc<Pool>,
    chunks: Range<u64>,
    wanted: Range<u64>,
) -> impl FnOnce() -> io::Result<Batch> + Send + use<> {
    let (blob, pool) = (Arc::clone(blob), Arc::clone(pool));
    let (offset, _) = blob.layout.chunk_span(chunks.start);
    let (last_offset, last_len) = blob.layout.chunk_span(chunks.end - 1);
    let len = usize::try_from(last_offset - offset).map(|before| before + last_len);
    let buffer = len.map(|len| pool.take(len));
    move || {
        let mut buffer = buffer.map_err(io::Error::other)?;
        blob.reader.read_blocking(offset, &mut buffer)?;
        open_batch(&blob, &pool, buffer, chunks, wanted)
    }
}

fn open_batch(
    blob: &OpenedBlob,
    pool: &Arc<Pool>,
    mut buffer: Vec<u8>,
    chunks: Range<u64>,
    wanted: Range<u64>,
) -> io::Result<Batch> {
    let stride = crate::crypto::CHUNK + crate::crypto::TAG;
    let mut cuts = Vec::with_capacity(4);
    let mut plain_start = chunks.start * crate::crypto::CHUNK as u64;
    for (position, (index, sealed)) in chunks.clone().zip(buffer.chunks_mut(stride)).enumerate() {
        let is_last = index == blob.layout.last_index();
        let opened = blob
            .opener
            .open_chunk(index, is_last, sealed)
            .map_err(io::Error::other)?;
        let plain_end = plain_start + opened as u64;
        let (from, to) = (wanted.start.max(plain_start), wanted.end.min(plain_end));
        if from < to {
            let base = position * stride;
            let cut = |at: u64| usize::try_from(at - plain_start).map(|at| base + at);
            cuts.push(cut(from).map_err(io::Error::other)?..cut(to).map_err(io::Error::other)?);
        }
        plain_start = plain_end;
    }
    let shared = pool.lend(buffer);
    let pieces: VecDeque<Bytes> = cuts.into_iter().map(|cut| shared.slice(cut)).collect();
    let cut_len: usize = pieces.iter().map(Bytes::len).sum();
    if cut_len as u64 != wanted.end - wanted.start {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Batch { pieces })
}

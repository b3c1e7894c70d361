//! An answer's body on its way to the connection.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use bytes::Bytes;

use crate::web::watchdog::Busy;

/// Bytes of a whole body handed over at once. Until a connection ends actix-web keeps the buffer that an answer has
/// grown: with its headers, this much does not grow it.
const PIECE: usize = 6 << 10;

/// A body whose connection knows when it is asked for more; its end, or its loss, begins the connection's rest.
pub(super) struct Tracked {
    size: BodySize,
    source: Source,
    busy: Busy,
}

enum Source {
    Whole {
        left: Bytes,
        /// The last piece has to leave before the next one is handed over.
        is_flushing: bool,
    },
    Stream(BoxBody),
}

impl Tracked {
    pub(super) fn new(body: BoxBody, busy: Busy) -> Self {
        // Behind full buffers it is never asked for the first piece.
        busy.asked();
        let size = body.size();
        if matches!(size, BodySize::None | BodySize::Sized(0)) {
            busy.has_no_body();
        }
        let source = match body.try_into_bytes() {
            Ok(left) => Source::Whole {
                left,
                is_flushing: false,
            },
            Err(stream) => Source::Stream(stream),
        };
        Self { size, source, busy }
    }
}

impl MessageBody for Tracked {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.size
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let this = self.get_mut();
        this.busy.asked();
        match &mut this.source {
            Source::Whole { left, .. } if left.is_empty() => Poll::Ready(None),
            Source::Whole { is_flushing, .. } if *is_flushing => {
                *is_flushing = false;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Source::Whole { left, is_flushing } => {
                *is_flushing = true;
                Poll::Ready(Some(Ok(left.split_to(PIECE.min(left.len())))))
            }
            Source::Stream(body) => {
                let polled = Pin::new(body).poll_next(context);
                if let Poll::Ready(Some(Err(_))) = &polled {
                    this.busy.broke_off();
                }
                polled
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use futures_util::FutureExt as _;

    use super::*;
    use crate::web::watchdog::ConnectionHandle;

    fn tracked(body: Vec<u8>) -> Tracked {
        Tracked::new(
            BoxBody::new(body),
            Busy::begin(&ConnectionHandle::default()),
        )
    }

    #[test]
    fn a_whole_body_leaves_in_pieces() {
        let body: Vec<u8> = (0..=250).cycle().take(40_000).collect();
        let mut tracked = tracked(body.clone());
        assert_eq!(tracked.size(), BodySize::Sized(40_000));
        let (mut got, mut flushed) = (Vec::new(), true);
        while got.len() < body.len() {
            match poll_fn(|context| Pin::new(&mut tracked).poll_next(context)).now_or_never() {
                Some(piece) => {
                    let piece = piece.unwrap().unwrap();
                    assert!(flushed && piece.len() <= PIECE, "{}", piece.len());
                    got.extend_from_slice(&piece);
                    flushed = false;
                }
                None => flushed = true,
            }
        }
        assert_eq!(got, body);
    }
}

//! Text that was typed, which is too long to be a field.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use zeroize::Zeroizing;

use super::{FilePart, MAX_TEXT, UploadError};

/// The text, as a stream of at most [`MAX_TEXT`] bytes that ends cleanly only if they are UTF-8 and all of them arrived.
pub struct TextPart<'a> {
    content: FilePart<'a>,
    room: usize,
    /// The beginning of a character whose end has not come yet.
    begun: Zeroizing<Vec<u8>>,
}

impl<'a> TextPart<'a> {
    pub(super) fn new(content: FilePart<'a>) -> Self {
        Self {
            content,
            room: MAX_TEXT,
            begun: Zeroizing::default(),
        }
    }

    fn check(&mut self, chunk: &[u8]) -> Result<(), UploadError> {
        let left = self.room.checked_sub(chunk.len());
        self.room = left.ok_or(UploadError::TextTooLarge)?;
        let mut bytes = std::mem::take(&mut self.begun);
        bytes.extend_from_slice(chunk);
        if let Err(error) = std::str::from_utf8(&bytes) {
            let begun = bytes.get(error.valid_up_to()..).unwrap_or_default();
            if error.error_len().is_some() {
                return Err(UploadError::FieldNotText);
            }
            self.begun = Zeroizing::new(begun.to_vec());
        }
        Ok(())
    }
}

impl Stream for TextPart<'_> {
    type Item = Result<Bytes, UploadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        Poll::Ready(match ready!(this.content.poll_next_unpin(context)) {
            Some(Ok(chunk)) => Some(this.check(&chunk).map(|()| chunk)),
            None if !std::mem::take(&mut this.begun).is_empty() => {
                Some(Err(UploadError::FieldNotText))
            }
            end => end,
        })
    }
}

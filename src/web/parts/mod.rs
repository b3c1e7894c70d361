//! A `multipart/form-data` body (RFC 7578) as a list of parts, one at a time.
//!
//! Promises: memory stays bounded whatever is sent, a client that stalls or trickles is given up, and only a body that
//! arrived to its very end yields the final `None`.

mod error;
mod name;
mod text;

use std::{
    cell::{Cell, RefCell},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::{
    error::PayloadError,
    http::header::{self, HeaderMap},
};
use bytes::Bytes;
use futures_util::{
    Stream, StreamExt as _,
    stream::{Fuse, LocalBoxStream},
};
use zeroize::Zeroizing;

use super::pace::{Pace, Paced};

pub use error::UploadError;
pub use text::TextPart;

/// Most parts of one body that are not files.
pub const MAX_FIELDS: usize = 8;
/// Most files of one body.
pub const MAX_FILES: usize = 1000;
/// Most bytes of one part's headers.
pub const MAX_HEAD: usize = 4 * 1024;
/// Most bytes of a field's name or a file's name.
pub const MAX_NAME: usize = 1024;
/// Most bytes of a part that is not a file.
pub const MAX_FIELD: usize = 4 * 1024;
/// Most bytes of the text.
pub const MAX_TEXT: usize = 1024 * 1024;
/// The part without a file name that is not read at once, because it may be as long as [`MAX_TEXT`].
const TEXT: &str = "text";
/// Most bytes of a body beside the text, the files and their heads: boundaries, fields, and what the parser reads ahead.
const MAX_OVERHEAD: u64 = 512 * 1024;

/// What the raw stream and the reader know of each other.
#[derive(Default)]
pub(super) struct Ledger {
    /// Bytes that arrived.
    pub(super) arrived: Cell<u64>,
    /// Bytes of files, of their heads and of the text that were handed on.
    pub(super) handed_on: Cell<u64>,
    /// The real reason behind an error the parser passes through.
    pub(super) failure: Cell<Option<UploadError>>,
}

impl Ledger {
    fn hand_on(&self, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.handed_on
            .set(self.handed_on.get().saturating_add(bytes));
    }

    pub(super) fn is_overdrawn(&self) -> bool {
        self.arrived.get().saturating_sub(self.handed_on.get()) > MAX_OVERHEAD
    }
}

/// The body, for the parser and for whoever reads on where the parser stops: at the final boundary.
struct Shared<S>(Rc<RefCell<Fuse<Paced<S>>>>);

impl<S: Stream<Item = Result<Bytes, PayloadError>> + Unpin> Stream for Shared<S> {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.borrow_mut().poll_next_unpin(context)
    }
}

/// Reads the parts of one body in order.
pub struct PartReader {
    multipart: Multipart,
    rest: LocalBoxStream<'static, Result<Bytes, PayloadError>>,
    ledger: Rc<Ledger>,
    fields: usize,
    files: usize,
}

/// One part of the body.
pub enum Part<'a> {
    /// A part without a file name.
    Field {
        /// The field's name, at most [`MAX_NAME`] bytes.
        name: String,
        /// The field's value, at most [`MAX_FIELD`] bytes.
        value: Zeroizing<String>,
    },
    /// The part called `text`, without a file name.
    Text(TextPart<'a>),
    /// A part with a file name, which may be empty.
    File(FilePart<'a>),
}

/// The content of a file, as a stream that ends cleanly only if the whole file arrived.
pub struct FilePart<'a> {
    /// The field's name, at most [`MAX_NAME`] bytes.
    pub name: String,
    /// The file's name as it was sent, at most [`MAX_NAME`] bytes; not sanitised.
    pub file_name: String,
    /// The content type as it was sent, if it parses.
    pub content_type: Option<String>,
    field: Option<Box<Field>>,
    reader: &'a PartReader,
}

impl PartReader {
    /// Nothing is read yet. `body` is the request's payload.
    pub fn new<S>(headers: &HeaderMap, body: S) -> Result<Self, UploadError>
    where
        S: Stream<Item = Result<Bytes, PayloadError>> + Unpin + 'static,
    {
        Self::with_pace(headers, body, Pace::BODY)
    }

    fn with_pace<S>(headers: &HeaderMap, body: S, pace: Pace) -> Result<Self, UploadError>
    where
        S: Stream<Item = Result<Bytes, PayloadError>> + Unpin + 'static,
    {
        let kind = headers
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("multipart/form-data") {
            return Err(UploadError::NotMultipart);
        }
        if super::form::is_encoded(headers) {
            return Err(UploadError::Encoded);
        }
        let ledger = Rc::new(Ledger::default());
        let body = Paced::new(body, pace, Rc::clone(&ledger)).fuse();
        let body = Rc::new(RefCell::new(body));
        Ok(Self {
            multipart: Multipart::new(headers, Shared(Rc::clone(&body))),
            rest: Shared(body).boxed_local(),
            ledger,
            fields: 0,
            files: 0,
        })
    }

    /// The next part, or `None` at the clean end of the body. What was left unread of a file is skipped, within limits.
    pub async fn next(&mut self) -> Result<Option<Part<'_>>, UploadError> {
        let Some(field) = self.multipart.next().await else {
            while let Some(piece) = self.rest.next().await {
                piece.map_err(|error| self.reason(&error.into()))?;
            }
            return Ok(None);
        };
        let field = field.map_err(|error| self.reason(&error))?;
        let head: usize = field
            .headers()
            .iter()
            .map(|(name, value)| name.as_str().len() + value.len() + 4)
            .sum();
        if head > MAX_HEAD {
            return Err(UploadError::HeadTooLarge);
        }
        if field.headers().contains_key(header::CONTENT_LENGTH) {
            return Err(UploadError::PartLength);
        }
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = name::of_file(&field)?;
        if name.len() > MAX_NAME || file_name.as_ref().is_some_and(|name| name.len() > MAX_NAME) {
            return Err(UploadError::HeadTooLarge);
        }
        // Text may come as a file, too: only so it keeps its line ends, which a form's fields do not.
        let is_text = name == TEXT;
        let is_file = file_name.is_some() && !is_text;
        self.count(is_file)?;
        if is_file {
            // A thousand heads are more than the overhead of one body.
            self.ledger.hand_on(head);
        } else if !is_text {
            let value = self.text(field).await?;
            return Ok(Some(Part::Field { name, value }));
        }
        let content = FilePart {
            name,
            file_name: file_name.unwrap_or_default(),
            content_type: field.content_type().map(ToString::to_string),
            field: Some(Box::new(field)),
            reader: self,
        };
        Ok(Some(if is_text {
            Part::Text(TextPart::new(content))
        } else {
            Part::File(content)
        }))
    }

    fn count(&mut self, is_file: bool) -> Result<(), UploadError> {
        if is_file {
            self.files += 1;
        } else {
            self.fields += 1;
        }
        if self.fields > MAX_FIELDS {
            return Err(UploadError::TooManyParts);
        }
        if self.files > MAX_FILES {
            return Err(UploadError::TooManyFiles);
        }
        Ok(())
    }

    async fn text(&self, mut field: Field) -> Result<Zeroizing<String>, UploadError> {
        // Reserved in full, so that no grown-out copy of a passphrase stays behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_FIELD));
        while let Some(chunk) = field.next().await {
            let chunk = chunk.map_err(|error| self.reason(&error))?;
            if bytes.len() + chunk.len() > MAX_FIELD {
                return Err(UploadError::FieldTooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        let text = std::str::from_utf8(&bytes).map_err(|_| UploadError::FieldNotText)?;
        Ok(Zeroizing::new(text.to_owned()))
    }

    fn reason(&self, error: &MultipartError) -> UploadError {
        self.ledger.failure.get().unwrap_or(match error {
            MultipartError::Incomplete
            | MultipartError::Payload(PayloadError::Incomplete(_) | PayloadError::Io(_)) => {
                UploadError::BrokenOff
            }
            MultipartError::Payload(PayloadError::Overflow) => UploadError::HeadTooLarge,
            _ => UploadError::Malformed,
        })
    }
}

impl Stream for FilePart<'_> {
    type Item = Result<Bytes, UploadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let Some(field) = &mut this.field else {
            return Poll::Ready(None);
        };
        let polled = field.poll_next_unpin(context);
        match polled {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Some(Ok(chunk))) => {
                this.reader.ledger.hand_on(chunk.len());
                Poll::Ready(Some(Ok(chunk)))
            }
            // The parser panics when it is polled after its end.
            Poll::Ready(end) => {
                this.field = None;
                Poll::Ready(
                    end.and_then(Result::err)
                        .map(|error| Err(this.reader.reason(&error))),
                )
            }
        }
    }
}

#[cfg(test)]
mod tests;

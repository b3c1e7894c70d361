//! Everything that can go wrong in a request, and the one place that chooses its status.

use std::fmt;

use actix_web::{HttpResponse, ResponseError, http::StatusCode};

use crate::share::{Timestamp, Visible};
use crate::web::form::FormError;
use crate::web::language::Language;
use crate::web::parts::UploadError;

mod bodies;
mod texts;

/// Why a request was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebError {
    /// No such page.
    NotFound,
    /// Another method is needed; the allowed ones are named.
    MethodNotAllowed(&'static str),
    /// The request passed more proxies than anybody runs.
    TooManyHops,
    /// Another site made the browser send it.
    CrossSite,
    /// The answer took too long.
    Deadline,
    /// A command-line tool, a library or a link preview.
    AgentBlocked,
    /// Too many requests from one network; whole seconds to wait.
    RateLimited(u64),
    /// The form could not be read.
    Form(FormError),
    /// The upload could not be read.
    Upload(UploadError),
    /// A field of an upload, or of a form, is not as it should be.
    Field(FieldError),
    /// The upload password is missing or wrong.
    UploadPassword,
    /// The content is larger than a share may be; in bytes.
    TooLarge(u64),
    /// There is no room for another share.
    NoRoom,
    /// The upload ran out of its time.
    UploadTooSlow,
    /// Malformed, unknown, or not for this key.
    Gone,
    /// The right key of a share that is over or being delivered.
    Fate(Visible, Timestamp),
    /// A ticket that holds nothing (any more).
    TicketGone,
    /// Nothing was downloaded with this ticket yet.
    NothingToAcknowledge,
    /// Another ticket holds a reservation; seconds until it lapses.
    Held(u64),
    /// Too many wrong passphrases.
    Locked,
    /// A passphrase is needed or was wrong; tries left.
    Passphrase {
        /// Whether one was given.
        wrong: bool,
        /// Guesses left before it locks.
        tries_left: u32,
    },
    /// A third stream of one ticket.
    TooManyStreams,
    /// The ticket has moved three times the size.
    BudgetSpent,
    /// A browser fetches ahead of its user.
    Prefetch,
    /// The range lies outside the content, which has so many bytes.
    NotSatisfiable(u64),
    /// A precondition of the request does not hold.
    PreconditionFailed,
    /// Too much at once; worth a retry.
    Busy,
    /// Redis or the disk does not answer.
    Unavailable,
    /// Redis is still loading, or what fell due is still being carried out.
    Starting,
    /// The blob is missing or altered.
    Damaged,
    /// Only the operator may.
    SignIn,
    /// The operator's password is wrong.
    WrongPassword,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldError {
    /// There is no `file`.
    NoFile,
    /// The `file` has no name: nothing was chosen.
    EmptyFileName,
    /// A field behind the `file`.
    Late,
    /// Both a `text` and a `file`.
    Mixed,
    /// The `text` is empty.
    EmptyText,
    /// `files` is no number of files that may come.
    FileCount,
    /// Fewer or more files than `files` said.
    WrongCount,
    /// A field twice.
    Twice,
    /// A field nobody knows.
    Unknown,
    /// An expiry that is no duration or lies outside the limits.
    Expiry,
    /// A passphrase of fewer than 8 or more than 1024 bytes.
    Passphrase,
    /// A ticket that is not 43 base64url characters.
    Ticket,
    /// An action nobody knows.
    Action,
    /// The request has no usable `Host`, so no link can be made.
    Host,
}

impl From<FieldError> for WebError {
    fn from(error: FieldError) -> Self {
        Self::Field(error)
    }
}

impl From<FormError> for WebError {
    fn from(error: FormError) -> Self {
        Self::Form(error)
    }
}

impl From<UploadError> for WebError {
    fn from(error: UploadError) -> Self {
        Self::Upload(error)
    }
}

impl fmt::Display for WebError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.problem().title(Language::default()))
    }
}

impl std::error::Error for WebError {}

impl ResponseError for WebError {
    fn status_code(&self) -> StatusCode {
        self.problem().status
    }

    /// The edge replaces this by the form the request prefers.
    fn error_response(&self) -> HttpResponse {
        self.problem().json(Language::default(), "")
    }
}

//! The one place that chooses a status, and what the visitor is told with it.

use actix_web::http::StatusCode;

use super::WebError;
use super::bodies::{field_problem, form_problem, upload_problem};
use crate::share::{Timestamp, Visible};
use crate::web::pages::{self, Moment};
use crate::web::problem::{Challenge, Problem};

impl WebError {
    /// What the visitor is told.
    #[deny(clippy::wildcard_enum_match_arm)]
    #[expect(
        clippy::too_many_lines,
        reason = "one match, so that a new error does not compile until it has a status"
    )]
    pub fn problem(&self) -> Problem {
        let problem =
            |status, kind, title, detail: &'static str| Problem::new(status, kind, title, detail);
        match self {
            Self::NotFound => problem(
                StatusCode::NOT_FOUND,
                "not-found",
                "There is nothing here",
                "Check the address. Links are long and easy to clip.",
            ),
            Self::MethodNotAllowed(allow) => Problem {
                allow: Some((*allow).into()),
                ..problem(
                    StatusCode::METHOD_NOT_ALLOWED,
                    "method-not-allowed",
                    "This cannot be done here",
                    "The address exists, but not for this method.",
                )
            },
            Self::TooManyHops => problem(
                StatusCode::BAD_REQUEST,
                "too-many-hops",
                "Too many proxies",
                "The request names more than ten forwarders.",
            ),
            Self::CrossSite => problem(
                StatusCode::FORBIDDEN,
                "cross-site",
                "Sent from another site",
                "Open the page here and send the form from it.",
            ),
            Self::Deadline => Problem {
                close: true,
                ..problem(
                    StatusCode::REQUEST_TIMEOUT,
                    "timeout",
                    "This took too long",
                    "Nothing was lost. Please try again.",
                )
            },
            Self::AgentBlocked => problem(
                StatusCode::NOT_ACCEPTABLE,
                "browser-only",
                "Please open this link in a browser",
                "Command-line tools and link previews are turned away, so that they do not use up a link by accident. Nothing has been used up.",
            ),
            Self::RateLimited(seconds) => Problem {
                retry_after: Some(*seconds),
                ..problem(
                    StatusCode::TOO_MANY_REQUESTS,
                    "rate-limited",
                    "Too many requests",
                    "Your network has asked too often. Please wait a moment.",
                )
            },
            Self::Form(error) => form_problem(*error),
            Self::Upload(error) => upload_problem(*error),
            Self::Field(error) => field_problem(*error),
            Self::UploadPassword => Problem {
                challenge: Some(Challenge::Upload),
                close: true,
                ..problem(
                    StatusCode::UNAUTHORIZED,
                    "upload-password",
                    "The upload password is missing or wrong",
                    "Whoever runs this server gives it to those who may upload. Nothing was kept.",
                )
            },
            Self::TooLarge(limit) => Problem {
                close: true,
                ..Problem::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "too-large",
                    "The file is too large",
                    format!(
                        "Files may have up to {} here. Nothing was kept.",
                        pages::size_words(*limit)
                    ),
                )
            },
            Self::NoRoom => Problem {
                close: true,
                ..problem(
                    StatusCode::INSUFFICIENT_STORAGE,
                    "no-room",
                    "There is no room for another file",
                    "Nothing was kept. Please try again later, or tell whoever runs this server.",
                )
            },
            Self::UploadTooSlow => Problem {
                close: true,
                ..problem(
                    StatusCode::REQUEST_TIMEOUT,
                    "upload-too-slow",
                    "The upload took too long",
                    "It was given up, and nothing was kept. Please try again on a better connection.",
                )
            },
            Self::Gone => problem(
                StatusCode::GONE,
                "gone",
                "There is nothing to open here",
                "The link was already opened, has expired, or is not complete. Ask for a new one.",
            ),
            Self::Fate(state, at) => Problem {
                state: Some(state.word()),
                at: Some(Moment::from_unix_millis(at.as_millis()).rfc3339),
                ..Problem::new(
                    StatusCode::GONE,
                    "gone",
                    "This can no longer be opened",
                    fate_words(*state, *at),
                )
            },
            Self::TicketGone => problem(
                StatusCode::GONE,
                "ticket-gone",
                "This download is over",
                "Open the link again. If it no longer opens, ask for a new one.",
            ),
            Self::NothingToAcknowledge => problem(
                StatusCode::GONE,
                "nothing-to-acknowledge",
                "Nothing was downloaded yet",
                "The file waits for its download; there is nothing to finish.",
            ),
            Self::Held(seconds) => Problem {
                retry_after: Some(*seconds),
                ..problem(
                    StatusCode::CONFLICT,
                    "held",
                    "The link is open somewhere else",
                    "Should the file not be taken there, it is free again soon.",
                )
            },
            Self::Locked => problem(
                StatusCode::LOCKED,
                "locked",
                "Too many wrong passphrases",
                "The file is locked and still there. Its sender can unlock it.",
            ),
            Self::Passphrase { wrong, tries_left } => Problem {
                challenge: Some(Challenge::Share),
                tries_left: Some(*tries_left),
                ..if *wrong {
                    problem(
                        StatusCode::UNAUTHORIZED,
                        "wrong-passphrase",
                        "That is not the passphrase",
                        "The file is untouched. Please try again.",
                    )
                } else {
                    problem(
                        StatusCode::UNAUTHORIZED,
                        "passphrase-needed",
                        "A passphrase is needed",
                        "Its sender has it. Nothing was counted.",
                    )
                }
            },
            Self::TooManyStreams => Problem {
                retry_after: Some(30),
                ..problem(
                    StatusCode::TOO_MANY_REQUESTS,
                    "too-many-streams",
                    "This download is already running",
                    "Two connections fetch it now. Please wait for one of them to end.",
                )
            },
            Self::BudgetSpent => problem(
                StatusCode::TOO_MANY_REQUESTS,
                "budget-spent",
                "This download was repeated too often",
                "Three times its size has been sent. Ask for a new link.",
            ),
            Self::Prefetch => Problem {
                retry_after: Some(1),
                ..problem(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "prefetch",
                    "Not fetched ahead",
                    "The file is sent when it is asked for. Nothing has happened to it.",
                )
            },
            Self::NotSatisfiable(size) => Problem {
                content_size: Some(*size),
                ..problem(
                    StatusCode::RANGE_NOT_SATISFIABLE,
                    "range",
                    "The range lies outside the file",
                    "Start again from the beginning.",
                )
            },
            Self::PreconditionFailed => problem(
                StatusCode::PRECONDITION_FAILED,
                "precondition",
                "This is another file",
                "What was fetched before belongs to another file. Start again from the beginning.",
            ),
            Self::Busy => Problem {
                retry_after: Some(5),
                ..problem(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "busy",
                    "Very busy at the moment",
                    "Nothing was lost. Please try again in a few seconds.",
                )
            },
            Self::Unavailable => Problem {
                retry_after: Some(10),
                ..problem(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "unavailable",
                    "Out of order for a moment",
                    "Nothing was lost. Please try again in a little while.",
                )
            },
            Self::Starting => Problem {
                retry_after: Some(2),
                ..problem(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "starting",
                    "Starting",
                    "The server is starting. Please try again in a few seconds.",
                )
            },
            Self::Damaged => problem(
                StatusCode::INTERNAL_SERVER_ERROR,
                "damaged",
                "The stored file is damaged",
                "It was not sent and nothing was deleted. Please tell whoever runs this server, and ask for the file again.",
            ),
            Self::SignIn => Problem {
                challenge: Some(Challenge::Admin),
                ..problem(
                    StatusCode::UNAUTHORIZED,
                    "sign-in",
                    "Please sign in",
                    "This part is for whoever runs this server.",
                )
            },
            Self::WrongPassword => Problem {
                challenge: Some(Challenge::Admin),
                ..problem(
                    StatusCode::UNAUTHORIZED,
                    "wrong-password",
                    "That is not the password",
                    "Please try again.",
                )
            },
        }
    }
}

/// A fate in sentences, for the holder of the key.
fn fate_words(state: Visible, at: Timestamp) -> String {
    let when = Moment::from_unix_millis(at.as_millis()).words;
    match state {
        Visible::Delivering | Visible::Delivered | Visible::BrokenOff => {
            format!("It was picked up on {when}. If that was not you, tell the sender.")
        }
        Visible::Expired => format!("It expired unopened on {when}. Ask for a new link."),
        Visible::Revoked => format!("Its sender withdrew it on {when}."),
        Visible::Abandoned => format!("Its upload was never finished ({when})."),
        Visible::Receiving | Visible::Available | Visible::Reserved | Visible::Locked => {
            format!("It ended on {when}.")
        }
    }
}
